"""Totals as they are stored, and which of the counts of calls are in them: no longest, nothing of agents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, document
from call24.kit.ids import ContactId, QueueId, TenantId
from call24.statistics.measures import measures_of
from call24.statistics.model import COLUMNS, GREATEST, CountedRecord, Family
from call24.statistics.totals_rules import Period

SUMMED: dict[Family, tuple[str, ...]] = {
    Family.LINE: tuple(column for column in COLUMNS[Family.LINE] if column not in GREATEST),
    Family.WORK: ("handled", "talk_ms", "hold_ms", "wrap_up_ms"),
}
"""What is kept of each family's columns."""

NOT_KEPT = frozenset({"longest_wait_s", "transfers", "rung", "took", "ring_no_answer", "declined"})
MEASURES_KEPT = tuple(one for one in measures_of((Family.LINE, Family.WORK)) if one.key not in NOT_KEPT)
"""What can be said of a total."""


@document("totals", tenant=True)
class Total(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of at least 10 different callers' calls: of a queue, or of the organisation (`queue_id` None).

    `first` and `last`: local days, as YYYY-MM-DD; `since` and `until`: the same as instants. `counts`: by column; times
    in ms. Whose calls they were is stored nowhere.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    queue_id: Annotated[QueueId | None, REFERENCE]
    period: Annotated[Period, STATE]
    first: Annotated[str, TIME]
    last: Annotated[str, TIME]
    since: Annotated[datetime, TIME]
    until: Annotated[datetime, TIME]
    counts: Annotated[dict[str, int], MEASURE]


@document("totalled", tenant=True)
class Totalled(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of the organisation that arrived before `until` are in its totals, or will never be. The id is its own."""

    id: Annotated[TenantId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    until: Annotated[datetime, TIME]


class TotalledRecord(CountedRecord, frozen=True, kw_only=True):
    """The part of a call record that is counted, and by which different callers are told apart."""

    contact_id: ContactId | None = None
