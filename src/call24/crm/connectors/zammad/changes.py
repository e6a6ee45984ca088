"""Which customers of Zammad changed: by its search, by time of change.

A deleted customer is in no list: one that is not active is told as deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from call24.crm.asking import instant
from call24.crm.connectors.by_time import PIECE, ByTime, Key, Row
from call24.crm.connectors.zammad.queries import changed_after, changed_at
from call24.crm.connectors.zammad.records import is_customer, record
from call24.crm.connectors.zammad.requests import ZammadApi


def by_time(api: ZammadApi) -> ByTime:
    async def at_instant(at: datetime, above: int) -> Sequence[Row]:
        return await api.users(changed_at(at, above), PIECE, "id")

    async def after(at: datetime, then_too: bool) -> Sequence[Row]:
        return await api.users(changed_after(at, then_too=then_too), PIECE, "updated_at")

    return ByTime(
        at_instant=at_instant,
        after=after,
        key=_key,
        record=record,
        now=lambda: api.at,
        ours=is_customer,
        doubt=api.check_search,
    )


def _key(row: Row) -> Key:
    return instant(row.get("updated_at"), "updated_at"), row["id"]
