"""What routes ask of this room: `call_quality: CallQualityDep`."""

from __future__ import annotations

from typing import Annotated

from call24.call_quality.service import CallQuality
from call24.http.provided import provided

CallQualityDep = Annotated[CallQuality, provided(CallQuality)]
