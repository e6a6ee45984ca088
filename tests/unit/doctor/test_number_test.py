"""Test calls to an organisation's numbers: how many there may be, and what of them counts anywhere."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest
from tests.support.calls.record_of import records_of
from tests.support.clock import StillClock
from tests.support.wait import wait_until

from call24.call_records.history_row import filed
from call24.doctor.number_test import AN_HOUR, NumberTests, Stopped
from call24.doctor.number_test_model import BEEP_HZ, Beeps, NumberTest
from call24.kit.errors import TooMany
from call24.kit.ids import NumberId, QueueId, TenantId, TrunkId
from call24.kit.settings import Settings
from call24.tenants.model import Number
from call24.testphones import tone

NOW = StillClock().now()


def number(tenant: str = "ten_1", own: str = "num_1") -> Number:
    ids = {"id": NumberId(own), "tenant_id": TenantId(tenant), "trunk_id": TrunkId("trk_1")}
    return Number(**ids, e164="+442079460100", queue_id=QueueId("que_1"), created_at=NOW)


class Hanging(NumberTests):
    """Whose calls go on until they are let go."""

    def __init__(self, clock: StillClock) -> None:
        super().__init__(cast(Settings, Path()), clock)
        self.let_go = asyncio.Event()

    async def _place(self, number: Number, test: NumberTest) -> None:
        await self.let_go.wait()
        raise Stopped("unanswered")


async def test_one_goes_on_at_a_time_in_an_organisation_and_three_in_all() -> None:
    tests = Hanging(StillClock())
    first = tests.start(number())
    assert tests.start(number()) is first
    with pytest.raises(TooMany):
        tests.start(number(own="num_2"))
    for tenant in ("ten_2", "ten_3"):
        tests.start(number(tenant))
    with pytest.raises(TooMany):
        tests.start(number("ten_4"))
    assert tests.newest(TenantId("ten_4")) is None
    tests.let_go.set()
    await wait_until(lambda: first.state == "failed", 5)
    assert (first.trouble, first.under_way) == ("unanswered", "placed")
    await wait_until(lambda: tests.start(number("ten_4")).state == "running", 5)
    await tests.close()


async def test_there_are_twelve_an_hour_and_nothing_is_placed_where_there_is_no_engine() -> None:
    clock = StillClock()
    tests = NumberTests(cast(Settings, Path()), clock)
    for _ in range(AN_HOUR):
        test = tests.start(number())
        await wait_until(lambda test=test: test.state == "failed", 5)  # type: ignore[misc]
        assert test.trouble == "asterisk_away"
    with pytest.raises(TooMany) as refused:
        tests.start(number())
    assert refused.value.retry_after_s == 3600
    assert tests.start(number("ten_2")).state == "running", "another organisation has its own"
    clock.advance(hours=1)
    tests.start(number())
    await tests.forget(TenantId("ten_1"))
    assert tests.newest(TenantId("ten_1")) is None
    await tests.close()


def test_a_test_calls_record_is_in_no_list_and_a_callers_is() -> None:
    [test, call] = (
        filed(records_of(TenantId("ten_1"), QueueId("que_1"), ["ctc_1"], NOW, due)[0])
        for due in (NOW, NOW.replace(year=NOW.year + 1))
    )
    assert (test.is_test, test.found_in, test.row) == (True, (), None)
    assert (call.is_test, "que_1" in call.found_in) == (False, True)


def test_it_beeps_once_a_second_and_not_loudly() -> None:
    beeps = Beeps()
    second = tone.ulaw_to_samples(b"".join(beeps.frame() for _ in range(50)))
    beep, pause = second[:1600], second[4000:]
    assert tone.tone_share(beep, BEEP_HZ) > 0.9 and -25 < tone.level_dbfs(beep) < -10
    assert tone.level_dbfs(pause) < -60
