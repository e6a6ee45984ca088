"""Counters of the installation: what stands in their way is an error after a second look, never a loop."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from call24.identity.model import Counter
from call24.kit.errors import Conflict
from call24.kit.mongo import TenantCollection
from call24.kit.mongo.collection import PlatformCollection


class Taken:
    """A collection in which the id belongs to somebody else for the first `times`."""

    def __init__(self, times: int) -> None:
        self.times, self.asked = times, 0

    async def find_one_and_update(self, *_: Any, **__: Any) -> dict[str, Any]:
        self.asked += 1
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


def test_a_tenant_has_no_counters_since_an_id_may_be_anothers() -> None:
    assert not hasattr(TenantCollection, "count_up")
