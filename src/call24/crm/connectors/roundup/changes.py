"""Which customers of Roundup changed: by its lists, by `activity`, which is told by the second.

A retired customer is in no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from call24.crm.connector import CrmTrouble
from call24.crm.connectors.by_time import PIECE, ByTime, Key, Row
from call24.crm.connectors.roundup.records import changed_at, is_customer, record, time_text
from call24.crm.connectors.roundup.requests import RoundupApi

SECOND = timedelta(seconds=1)
PAGES_MAX = 200
"""Of customers of one second."""


def by_time(api: RoundupApi) -> ByTime:
    async def at_instant(at: datetime, above: int) -> Sequence[Row]:
        """Roundup cannot be asked for higher ids, nor for the end of a second: it reads a time with a zone by whole
        ones."""
        asked = [("activity", f"{time_text(at)};{time_text(at + SECOND)}"), ("@sort", "id")]
        found = list[Row]()
        for page in range(1, PAGES_MAX + 1):
            rows = await api.customers(asked, PIECE, page)
            found += [row for row in rows if changed_at(row) == at and int(row["id"]) > above]
            if len(rows) < PIECE or len(found) >= PIECE:
                return found[:PIECE]
        raise CrmTrouble("malformed", f"more than {PAGES_MAX * PIECE} customers changed in one second")

    async def after(at: datetime, then_too: bool) -> Sequence[Row]:
        since = at if then_too else at + SECOND
        return await api.customers([("activity", f"{time_text(since)};"), ("@sort", "activity,id")], PIECE)

    return ByTime(
        at_instant=at_instant,
        after=after,
        key=_key,
        record=lambda row: record(row, api.properties, api.hash_key),
        now=lambda: api.at,
        ours=is_customer,
    )


def _key(row: Row) -> Key:
    return changed_at(row), int(row["id"])
