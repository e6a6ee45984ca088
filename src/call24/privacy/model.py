"""What remains of what was deleted: numbers of documents, nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.kit.datamap import ID, MEASURE, STATE, TENANT, TIME, Fact, document
from call24.kit.ids import TenantId, UserId

_COUNTS = Fact("none", "measure", "proof that what was due is gone", "while the installation exists")


@document("sweeps", tenant=False)
class SweepReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """One run that deleted something. `deleted`: how many by kind; `failed`: organisations to be tried again."""

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
    deleted: Annotated[dict[str, int], _COUNTS]
    failed: Annotated[int, MEASURE] = 0


@document("erasures", tenant=True)
class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An account that was deleted. `id`: the account's, which leads to nobody any more; `reason`: a code; `deleted`:
    how many documents by collection."""

    id: Annotated[UserId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    at: Annotated[datetime, TIME]
    reason: Annotated[str, STATE]
    deleted: Annotated[dict[str, int], _COUNTS]
