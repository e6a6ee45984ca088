"""Which parties of Tryton changed, in order.

A party changes when it is written, or one of its contact mechanisms or addresses is: each has a time of its own. Six
lists (three models, by time of writing, and by time of creation where nothing was written) are read a piece at a time,
and a party stands where its latest time is.
Tryton tells no deletions in lists: an archived party is told, one that was deleted when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from call24.crm.asking import malformed
from call24.crm.connector import CrmTrouble, Place, RecordPage, RemoteRecord
from call24.crm.connectors.tryton.records import READ, changed_at, record
from call24.crm.connectors.tryton.rpc import EVERYBODY, TrytonRefuses, TrytonRpc, told_at

PIECE = 200
"""Rows of each list at once."""
PIECES_MAX = 50
"""In one page: of parties that all changed again later, so many are passed over."""


@dataclass(frozen=True, kw_only=True)
class _List:
    model: str
    party: str
    """What of its rows the party's id is."""
    column: str


_LISTS = tuple(
    _List(model=model, party=party, column=column)
    for model, party in (("party.party", "id"), ("party.contact_mechanism", "party"), ("party.address", "party"))
    for column in ("write_date", "create_date")
)

Key = tuple[datetime, int]
"""Time of change and id of a party: what the list is sorted by."""


async def changed_since(rpc: TrytonRpc, place: Place | None, limit: int) -> RecordPage:
    """Raises: CrmTrouble."""
    after = None if place is None else (place.at, int(place.id) if place.id else ID_AFTER_ALL)
    for _ in range(PIECES_MAX):
        ids, end = await _piece(rpc, after)
        parties = await _parties(rpc, ids)
        keyed = sorted(((one.changed_at, int(one.id)), one) for one in parties)  # one id each: records are not compared
        here = [one for key, one in keyed if (after is None or key > after) and (end is None or key <= end)]
        if here or end is None:
            more = len(here) > limit or end is not None
            return RecordPage(records=tuple(here[:limit]), more=more and bool(here), now=rpc.at)
        after = end
    raise CrmTrouble("malformed", "parties change faster than they are read")


ID_AFTER_ALL = 2**31
"""A place without an id: everything of that instant was read."""


async def _piece(rpc: TrytonRpc, after: Key | None) -> tuple[list[int], Key | None]:
    """Parties that changed after, and how far that is whole; None: to the end."""
    found: set[int] = set()
    end: Key | None = None
    for each in _LISTS:
        keys = [_key(each, row) for row in await _rows(rpc, each, after)]
        found.update(id for _, id in keys)
        if len(keys) == PIECE:
            last = max(keys)
            end = last if end is None else min(end, last)
    return sorted(found), end


async def _rows(rpc: TrytonRpc, each: _List, after: Key | None) -> Sequence[Any]:
    id = "id" if each.party == "id" else f"{each.party}.id"
    domain: list[Any] = [] if each.column == "write_date" else [["write_date", "=", None]]
    if each.column == "write_date":
        domain.append(["write_date", "!=", None])
    if after is not None:
        at = told_at(after[0])
        domain.append(["OR", [each.column, ">", at], [[each.column, "=", at], [id, ">", after[1]]]])
    order = [[each.column, "ASC"], [id, "ASC"]]
    names = list({each.party, "create_date", "write_date"})
    rows = await _read(rpc, f"model.{each.model}.search_read", domain, 0, PIECE, order, names)
    if len(rows) > PIECE:
        malformed(f"more than the {PIECE} records that were asked for")
    return rows


async def _parties(rpc: TrytonRpc, ids: Sequence[int]) -> list[RemoteRecord]:
    found: list[RemoteRecord] = []
    for n in range(0, len(ids), PIECE):
        some = list(ids[n : n + PIECE])
        rows = await _read(
            rpc, "model.party.party.search_read", [["id", "in", some]], 0, PIECE, [["id", "ASC"]], list(READ)
        )
        found += [record(row) for row in rows]
    return found


async def _read(rpc: TrytonRpc, method: str, *params: Any) -> list[Any]:
    """What Tryton refuses of a list is what its user may not read. Raises: CrmTrouble."""
    try:
        rows = await rpc.call(method, *params, context=EVERYBODY)
    except TrytonRefuses as error:
        raise CrmTrouble("unauthorised", str(error)) from None
    return rows if isinstance(rows, list) else malformed(f"{method} answers no list")


def _key(each: _List, row: Any) -> Key:
    id = row.get(each.party) if isinstance(row, dict) else None
    if isinstance(id, bool) or not isinstance(id, int):
        malformed(f"a record of {each.model} has no party")
    return changed_at(row), id
