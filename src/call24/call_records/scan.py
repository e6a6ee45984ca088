"""Pages of what no index finds: candidates are read newest first, and those are kept for which a rule holds.

A page looks at a bounded number of candidates, so that a rule that hardly any call meets costs no more than one that
all meet. Where the bound comes first, the page has fewer rows than asked for, or none, and a cursor to go on from.

The bound holds for what MongoDB reads too: it is asked for candidates by what is in front of the time in an index, and
for all else by the ids of the candidates.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from call24.call_records.history_row import FiledRow
from call24.call_records.model import CallRecord
from call24.kit.mongo import Index, TenantCollection
from call24.kit.paging import cursor_of, place_of

AT_ONCE = 200
MOST_LOOKED_AT = 2000
NEWEST = (("arrived_at", -1), ("id", -1))
SHARE = 8, 2, 20
"""Pages that are looked for at once: in all, and of one organisation; and how many of one may wait."""

Place = tuple[datetime, str]


@dataclass(frozen=True)
class Scanned:
    """``next``: None where nothing is left to look at."""

    found: tuple[FiledRow, ...]
    next: str | None


async def scan(
    records: TenantCollection[CallRecord],
    filter: Mapping[str, Any],
    hint: Index,
    keep: Callable[[Sequence[FiledRow]], Awaitable[Sequence[FiledRow]]],
    *,
    cursor: str | None,
    limit: int,
) -> Scanned:
    """``filter``: what is in front of the time in ``hint``, a span of ``arrived_at``, and nothing else that many calls
    fail. ``keep``: those of some candidates that are wanted, in their order. Raises: Invalid for a cursor not ours,
    Unavailable."""
    found: list[FiledRow] = []
    looked_at = 0
    while True:
        some, more = await _candidates(records, filter, hint, place_of(cursor) if cursor else None)
        for one in await keep(some):
            if len(found) == limit:
                return Scanned(tuple(found), _cursor(found[-1]))
            found.append(one)
        looked_at += len(some)
        if not more:
            return Scanned(tuple(found), None)
        cursor = _cursor(some[-1])
        if looked_at >= MOST_LOOKED_AT:
            return Scanned(tuple(found), cursor)


async def _candidates(
    records: TenantCollection[CallRecord], filter: Mapping[str, Any], hint: Index, place: Place | None
) -> tuple[list[FiledRow], bool]:
    """Some that follow the place, and whether others may follow them.

    The index is entered at the place's instant, and those of that instant that were seen are left out here: an `$or`
    of both would be sorted.
    """
    rule = filter if place is None else {"$and": [filter, {"arrived_at": {"$lte": place[0]}}]}
    limit = AT_ONCE
    while True:
        some = await records.find_parts(FiledRow, rule, sort=NEWEST, limit=limit, hint=hint)
        further = [one for one in some if place is None or (one.arrived_at, one.id) < place]
        if further or len(some) < limit:
            return further, len(some) == limit
        limit *= 4  # more than one began in the instant of the last that was looked at


def _cursor(last: FiledRow) -> str:
    return cursor_of(last.arrived_at, last.id)
