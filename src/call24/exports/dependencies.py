"""What routes ask of this room: `service: ExportsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.exports.service import Exports
from call24.http.provided import provided

ExportsDep = Annotated[Exports, provided(Exports)]
