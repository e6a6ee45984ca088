"""What routes ask of this room: `processors: ProcessorsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.processors.notices import ErasureNotices
from call24.processors.service import Processors

ErasureNoticesDep = Annotated[ErasureNotices, provided(ErasureNotices)]
ProcessorsDep = Annotated[Processors, provided(Processors)]
