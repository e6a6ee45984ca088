"""Which customers of Zammad changed, in order of time and id.

Zammad's search sorts by one field. It is read by time, and where many have one time, by id at that time, so that no
page ends between two of one instant. A deleted customer is in no list: one that is not active is told as deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from call24.crm.asking import id_number, instant
from call24.crm.connector import CrmTrouble, Place, RecordPage
from call24.crm.connectors.zammad.queries import changed_after, changed_at
from call24.crm.connectors.zammad.records import is_customer, record
from call24.crm.connectors.zammad.requests import ZammadApi

PIECE = 100
"""Users of one search."""
PIECES_MAX = 50
"""In one page: so many of staff alone, or of whom changed again later, are passed over."""
INDEXED_AFTER = timedelta(minutes=1)
"""The search finds by what was indexed, some seconds ago, and tells what is so now: whoever changed just now stands in
the list where they were, and comes again where they are."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)

Row = Mapping[str, Any]
Key = tuple[datetime, int]


async def changed_since(api: ZammadApi, place: Place | None, limit: int) -> RecordPage:
    """Raises: CrmTrouble."""
    after = _key(place)
    for n in range(PIECES_MAX):
        rows, end = await _piece(api, after)
        if n == 0 and not rows and end:
            await api.check_search()
        mine = [row for key, row in rows if is_customer(row)]
        if mine or end:
            records = tuple(record(row) for row in mine[:limit])
            return RecordPage(records=records, more=bool(mine) and (len(mine) > limit or not end), now=api.at)
        after = rows[-1][0]
    raise CrmTrouble("malformed", "users change faster than they are read")


def _key(place: Place | None) -> Key:
    if place is None:
        return FIRST, 0
    return place.at, id_number(place.id) if place.id else 0


async def _piece(api: ZammadApi, after: Key) -> tuple[list[tuple[Key, Row]], bool]:
    """Users after, in order, and whether there are no further ones."""
    at, id = after
    same = await api.users(changed_at(at, id), PIECE, "id") if id else []
    if len(same) == PIECE:
        return _sorted(same, after), False
    found = await api.users(changed_after(at, then_too=not id), PIECE, "updated_at")
    if len(found) < PIECE:
        return _sorted([*same, *found], after), True
    now = api.at or api.now()
    settled = [row for row in found if _at(row) <= now - INDEXED_AFTER] or found
    last = max(_at(row) for row in settled)
    whole = [row for row in settled if _at(row) < last]
    if not whole:
        whole = await api.users(changed_at(last, 0), PIECE, "id")
    return _sorted([*same, *whole], after), False


def _sorted(rows: Iterable[Row], after: Key) -> list[tuple[Key, Row]]:
    """Each once, whatever was told twice."""
    keyed = {row["id"]: ((_at(row), row["id"]), row) for row in rows}
    return sorted((one for one in keyed.values() if one[0] > after), key=lambda one: one[0])


def _at(row: Row) -> datetime:
    return instant(row.get("updated_at"), "updated_at")
