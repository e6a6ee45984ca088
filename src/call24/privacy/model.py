"""What remains of what was deleted: numbers of documents, nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, MEASURE, STATE, TENANT, TIME, Category, Fact, Subject, document, of_user
from call24.kit.ids import TenantId, UserId

_COUNTS = Fact(Subject.NONE, Category.OPERATIONS, "proof that what was due is gone")


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

    id: Annotated[UserId, of_user(Category.ID, "the account's, which leads to nobody any more")]
    tenant_id: Annotated[TenantId, TENANT]
    at: Annotated[datetime, TIME]
    reason: Annotated[str, STATE]
    deleted: Annotated[dict[str, int], _COUNTS]
