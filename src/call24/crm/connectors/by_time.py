"""Which records changed, in order of time and id, of a CRM whose search sorts by one field and is some seconds behind.

It is read by time, and where many have one time, by id at that time, so that no page ends between two of one instant.
Each search is asked for its first piece alone, so that a bound on how far a search can be paged does not matter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from call24.crm.asking import id_number
from call24.crm.connector import CrmTrouble, Place, RecordPage, RemoteRecord

PIECE = 100
"""Records of one search."""
PIECES_MAX = 50
"""In one page: so many of records that are none of ours, or that changed again later, are passed over."""
INDEXED_AFTER = timedelta(minutes=1)
"""A search finds by what was indexed, and tells what is so now: whoever changed just now stands in the list where they
were, and comes again where they are."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)

Row = Mapping[str, Any]
Key = tuple[datetime, Any]
"""Time of change and id, a number or a text as the CRM sorts it: what the list is sorted by."""


async def _no_matter() -> None:
    """An empty list is one."""


@dataclass(frozen=True, kw_only=True)
class ByTime:
    """`at_instant`: at most PIECE of one time with a higher id, by id. `after`: the same after a time, or then too,
    by time. `now`: the CRM's clock as it was told last. `ours`: whether it is in the list at all. `doubt`: raises
    CrmTrouble if nothing is there and that cannot be true. `read_id`: an id as it is sorted; `no_id`: what is before
    all of them. `size`: most of one search, 0: PIECE."""

    at_instant: Callable[[datetime, Any], Awaitable[Sequence[Row]]]
    after: Callable[[datetime, bool], Awaitable[Sequence[Row]]]
    key: Callable[[Row], Key]
    record: Callable[[Row], RemoteRecord]
    now: Callable[[], datetime | None]
    ours: Callable[[Row], bool] = lambda _: True
    doubt: Callable[[], Awaitable[None]] = _no_matter
    read_id: Callable[[str], Any] = id_number
    no_id: Any = 0
    size: int = 0


SECOND = timedelta(seconds=1)
Between = Callable[[datetime, datetime | None, Any], Awaitable[Sequence[Row]]]
"""Rows from a time on, before another (None: without an end, sorted by time), with a higher id (None: any; otherwise
sorted by id)."""


def by_seconds(
    between: Between,
    key: Callable[[Row], Key],
    record: Callable[[Row], RemoteRecord],
    now: Callable[[], datetime | None],
    size: int = 0,
) -> ByTime:
    """Of a CRM that tells times by the second, and may know them better: a time that it told is asked for as all of its
    second."""

    async def at_instant(at: datetime, above: Any) -> Sequence[Row]:
        return await between(at, at + SECOND, above)

    async def after(at: datetime, then_too: bool) -> Sequence[Row]:
        return await between(at if then_too else at + SECOND, None, None)

    return ByTime(at_instant=at_instant, after=after, key=key, record=record, now=now, size=size)


async def changed_since(of: ByTime, place: Place | None, limit: int) -> RecordPage:
    """Raises: CrmTrouble."""
    after = _key(of, place)
    for n in range(PIECES_MAX):
        rows, end = await _piece(of, after)
        if n == 0 and not rows and end:
            await of.doubt()
        mine = [row for _, row in rows if of.ours(row)]
        if mine or end:
            records = tuple(of.record(row) for row in mine[:limit])
            return RecordPage(records=records, more=bool(mine) and (len(mine) > limit or not end), now=of.now())
        after = rows[-1][0]
    raise CrmTrouble("malformed", "records change faster than they are read")


def _key(of: ByTime, place: Place | None) -> Key:
    if place is None:
        return FIRST, of.no_id
    return place.at, of.read_id(place.id) if place.id else of.no_id


async def _piece(of: ByTime, after: Key) -> tuple[list[tuple[Key, Row]], bool]:
    """What comes after, in order, and whether there is nothing further."""
    at, id = after
    size = of.size or PIECE
    same = await of.at_instant(at, id) if id else []
    if len(same) >= size:
        return _sorted(of, same, after), False
    found = await of.after(at, not id)
    if len(found) < size:
        return _sorted(of, [*same, *found], after), True
    settled = found
    if (now := of.now()) is not None:
        settled = [row for row in found if of.key(row)[0] <= now - INDEXED_AFTER] or found
    last = max(of.key(row)[0] for row in settled)
    whole: Sequence[Row] = [row for row in settled if of.key(row)[0] < last]
    if not whole:
        whole = await of.at_instant(last, of.no_id)
    return _sorted(of, [*same, *whole], after), False


def _sorted(of: ByTime, rows: Iterable[Row], after: Key) -> list[tuple[Key, Row]]:
    """Each once, whatever was told twice."""
    keyed = {of.key(row)[1]: (of.key(row), row) for row in rows}
    return sorted((one for one in keyed.values() if one[0] > after), key=lambda one: one[0])
