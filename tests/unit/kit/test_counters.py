"""Counters of the installation and of a tenant: what is in their way is an error after a second look, never a loop."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from call24.changes.model import ChangeHead
from call24.identity.model import Counter
from call24.kit.errors import Conflict
from call24.kit.ids import TenantId
from call24.kit.mongo import TenantCollection
from call24.kit.mongo.collection import PlatformCollection


class Taken:
    """A collection in which the id belongs to somebody else for the first `times`."""

    def __init__(self, times: int) -> None:
        self.times, self.asked = times, 0
        self.filters: list[dict[str, Any]] = []

    async def find_one_and_update(self, filter: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        self.asked += 1
        self.filters.append(filter)
        if self.asked <= self.times:
            raise DuplicateKeyError("E11000")
        return {"_id": "tokens", "last": 7}


def counters(raw: Taken) -> PlatformCollection[Counter]:
    return PlatformCollection(cast(AsyncCollection[dict[str, Any]], raw), Counter, "a test")


async def test_who_begins_a_counter_a_moment_later_asks_again() -> None:
    assert await counters(raw := Taken(1)).count_up("tokens", "last") == 7
    assert raw.asked == 2


async def test_what_stays_in_the_way_is_a_conflict_and_no_loop() -> None:
    with pytest.raises(Conflict):
        await counters(raw := Taken(10**9)).count_up("tokens", "last")
    assert raw.asked == 2


async def test_a_tenants_number_whose_id_is_anothers_is_a_conflict_at_once() -> None:
    raw = Taken(10**9)
    numbers = TenantCollection(cast(AsyncCollection[dict[str, Any]], raw), ChangeHead, TenantId("ten_one"))
    with pytest.raises(Conflict):
        await numbers.count_up(ChangeHead(id="ten_other", tenant_id=TenantId("ten_one"), seq=0), "seq", 1)
    assert raw.asked == 1 and raw.filters == [{"tenant_id": "ten_one", "_id": "ten_other"}]
