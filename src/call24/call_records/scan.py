"""Pages of what no index finds: candidates are read newest first, and those are kept for which a rule holds.

A page looks at a bounded number of candidates, so that a rule that hardly any call meets costs no more than one that
all meet. Where the bound comes first, the page has fewer rows than asked for, or none, and a cursor to go on from.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from call24.call_records.model import CallRecord
from call24.kit.mongo import Index, TenantCollection
from call24.kit.paging import cursor_of, place_of

AT_ONCE = 200
MOST_LOOKED_AT = 2000
NEWEST = (("arrived_at", -1), ("id", -1))


C = TypeVar("C", bound=msgspec.Struct)
"""A part of a call record with its ``id`` and ``arrived_at``."""


@dataclass(frozen=True)
class Scanned(Generic[C]):
    """``next``: None where nothing is left to look at."""

    found: tuple[C, ...]
    next: str | None


async def scan(
    records: TenantCollection[CallRecord],
    part: type[C],
    filter: Mapping[str, Any],
    keep: Callable[[Sequence[C]], Awaitable[Sequence[C]]],
    *,
    cursor: str | None,
    limit: int,
    hint: Index | None = None,
) -> Scanned[C]:
    """``keep``: those of some candidates that are wanted, in their order. Raises: Invalid for a cursor not ours."""
    found: list[C] = []
    looked_at = 0
    while True:
        rule = filter if cursor is None else {"$and": [filter, _before(*place_of(cursor))]}
        some = await records.find_parts(part, rule, sort=NEWEST, limit=AT_ONCE, hint=hint)
        for one in await keep(some):
            if len(found) == limit:
                return Scanned(tuple(found), _cursor(found[-1]))
            found.append(one)
        looked_at += len(some)
        if len(some) < AT_ONCE:
            return Scanned(tuple(found), None)
        cursor = _cursor(some[-1])
        if looked_at >= MOST_LOOKED_AT:
            return Scanned(tuple(found), cursor)


def _cursor(last: Any) -> str:
    return cursor_of(last.arrived_at, last.id)


def _before(at: datetime, id: str) -> dict[str, Any]:
    return {
        "arrived_at": {"$lte": at},
        "$or": [{"arrived_at": {"$lt": at}}, {"arrived_at": at, "_id": {"$lt": id}}],
    }
