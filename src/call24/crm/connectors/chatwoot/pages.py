"""Which contacts were made, in order of second and id, from pages that are sorted by a time that is told by the second
alone.

Within a second Chatwoot's order is another than by id: a second is told once all of it was read. A contact that is
deleted while pages are read moves the next ones up, and one may be missed: the next comparison has it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from call24.crm.asking import id_number
from call24.crm.connector import CrmTrouble, Place
from call24.crm.connectors.chatwoot.records import Row, made_at
from call24.crm.connectors.chatwoot.requests import NEWEST, OLDEST, PAGE, Page

PAGES_MAX = 200
"""In one piece of the list: so many contacts of one second are read, 15 to a page."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)

Read = Callable[[int, str], Awaitable[Page]]
"""A page by its number, from 1, and what comes first."""
Key = tuple[datetime, int]


def key(row: Row) -> Key:
    return made_at(row), row["id"]


async def made_since(read: Read, place: Place | None, limit: int) -> tuple[list[Row], bool]:
    """The next ones after `place`, and whether there are more. Raises: CrmTrouble, Missing."""
    if place is None:
        return await _read_on(read, 1, (FIRST, 0), limit)
    after = (place.at.replace(microsecond=0), id_number(place.id) if place.id else 0)
    newest = await read(1, NEWEST)
    if len(newest.rows) < PAGE or min(made_at(row) for row in newest.rows) < after[0]:
        return _told(newest.rows, after, limit)
    return await _read_on(read, await _page_of(read, after[0], newest.count), after, limit)


async def _page_of(read: Read, at: datetime, count: int) -> int:
    """The first page that ends at this time or later."""
    low, high = 1, max(1, -(-count // PAGE))
    while low < high:
        middle = (low + high) // 2
        rows = (await read(middle, OLDEST)).rows
        if rows and max(made_at(row) for row in rows) < at:
            low = middle + 1
        else:
            high = middle
    return low


async def _read_on(read: Read, page: int, after: Key, limit: int) -> tuple[list[Row], bool]:
    rows = list[Row]()
    for number in range(page, page + PAGES_MAX):
        found = (await read(number, OLDEST)).rows
        rows += found
        if len(found) < PAGE:
            return _told(rows, after, limit)
        last = max(made_at(row) for row in found)
        whole, _ = _told([row for row in rows if made_at(row) < last], after, limit)
        if len(whole) == limit:
            return whole, True
    raise CrmTrouble("malformed", f"Chatwoot has more than {PAGES_MAX * PAGE} contacts of one second")


def _told(rows: Sequence[Row], after: Key, limit: int) -> tuple[list[Row], bool]:
    """Each once, whatever was told twice."""
    keyed = {row["id"]: row for row in rows if key(row) > after}
    found = sorted(keyed.values(), key=key)
    return found[:limit], len(found) > limit
