"""What remains of what was deleted: numbers of documents, nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.kit.datamap import ID, MEASURE, TIME, Fact, document

_COUNTS = Fact("none", "measure", "proof that what was due is gone", "while the installation exists")


@document("sweeps", tenant=False)
class SweepReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """One run that deleted something. `deleted`: how many by kind; `failed`: organisations to be tried again."""

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
    deleted: Annotated[dict[str, int], _COUNTS]
    failed: Annotated[int, MEASURE] = 0
