"""What routes ask of this room: `corrections: CorrectionsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.corrections.service import Corrections
from call24.http.provided import provided

CorrectionsDep = Annotated[Corrections, provided(Corrections)]
