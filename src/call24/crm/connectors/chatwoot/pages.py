"""Which contacts were made, in order of second and id, from pages that are sorted by a time that is told by the second
alone.

Within a second Chatwoot's order is another than by id: a second is told once all of it was read, unless it has too many
contacts; these are told as they stand in the list. Of contacts that were made at one instant Chatwoot's pages may
repeat some and leave out others. A contact that is deleted while pages are read moves the next ones up, and one may be
missed. The next comparison may have it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from call24.crm.asking import id_number, iso
from call24.crm.connector import Place
from call24.crm.connectors.chatwoot.records import Row, made_at
from call24.crm.connectors.chatwoot.requests import NEWEST, OLDEST, PAGE, Page

PAGES_MAX = 24
"""Read for one piece of the list; a second that has more is told as it stands in the list."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEFT_OUT = "its pages may repeat some of them and leave out others, who are then missing here"
_STANDS = re.compile(r"@([0-9]{1,12})")

Read = Callable[[int, str], Awaitable[Page]]
"""A page by its number, from 1, and what comes first."""
Key = tuple[datetime, int]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """`place`, `warning`: as of a RecordPage. A place within a second has as its id how many contacts of the whole list
    stand before it: @4500."""

    rows: Sequence[Row]
    more: bool
    place: Place | None = None
    warning: str = ""


def key(row: Row) -> Key:
    return made_at(row), row["id"]


async def made_since(read: Read, place: Place | None, limit: int) -> Piece:
    """The next ones after `place`. Raises: CrmTrouble, Missing."""
    if place is None:
        return await _read_on(read, 1, (FIRST, 0), limit)
    at = place.at.replace(microsecond=0)
    if (stands := _STANDS.fullmatch(place.id)) is not None:
        return await _of_second(read, at, int(stands[1]), limit)
    after = (at, id_number(place.id) if place.id else 0)
    newest = await read(1, NEWEST)
    if len(newest.rows) < PAGE or min(made_at(row) for row in newest.rows) < at:
        return _told(newest.rows, after, limit)
    return await _read_on(read, await _page_of(read, at, newest.count), after, limit)


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


async def _read_on(read: Read, page: int, after: Key, limit: int) -> Piece:
    rows, last, whole = list[Row](), FIRST, Piece(rows=(), more=True)
    for number in range(page, page + PAGES_MAX):
        found = (await read(number, OLDEST)).rows
        rows += found
        if len(found) < PAGE:
            return _told(rows, after, limit)
        last = max(made_at(row) for row in found)
        whole = replace(_told([row for row in rows if made_at(row) < last], after, limit), more=True)
        if len(whole.rows) == limit:
            return whole
    if whole.rows:
        return whole
    before = next(n for n, row in enumerate(rows) if made_at(row) == last)
    return await _of_second(read, last, (page - 1) * PAGE + before, limit)


async def _of_second(read: Read, at: datetime, before: int, limit: int) -> Piece:
    """Those of second `at` as they stand in the list, after so many of the whole list."""
    number, skipped = before // PAGE + 1, before % PAGE
    rows, ends = list[Row](), False
    while not ends and len(rows) < skipped + limit:
        found = (await read(number, OLDEST)).rows
        rows += found
        ends, number = len(found) < PAGE, number + 1
    told = rows[skipped : skipped + limit]
    later = any(made_at(row) > at for row in told)
    ends = ends and len(rows) <= skipped + limit
    return Piece(
        rows=list({row["id"]: row for row in told if made_at(row) == at}.values()),
        more=later or not ends,
        place=Place(at=at + SECOND) if later or ends else Place(at=at, id=f"@{before + limit}"),
        warning=f"Chatwoot has very many contacts that were made in one second, {iso(at)}: {LEFT_OUT}",
    )


def _told(rows: Sequence[Row], after: Key, limit: int) -> Piece:
    """Each once, whatever was told twice."""
    keyed = {row["id"]: row for row in rows}
    found = sorted((row for row in keyed.values() if key(row) > after), key=key)
    warning = f"Chatwoot repeats contacts of one second: {LEFT_OUT}" if len(keyed) < len(rows) else ""
    return Piece(rows=found[:limit], more=len(found) > limit, warning=warning)
