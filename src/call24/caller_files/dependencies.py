"""What routes ask of this room: `files: CallerFilesDep`."""

from __future__ import annotations

from typing import Annotated

from call24.caller_files.service import CallerFiles
from call24.http.provided import provided

CallerFilesDep = Annotated[CallerFiles, provided(CallerFiles)]
