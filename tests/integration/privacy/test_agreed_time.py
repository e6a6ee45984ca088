"""Nothing is deleted while two sources of time disagree, and an alarm is raised where what is due stays."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.clock import StillClock
from tests.support.wait import wait_until

from call24.audit.model import Checkpoint
from call24.changes.service import Changes
from call24.doctor import retention_check
from call24.doctor.report import CheckResult, Failed
from call24.kit.clock import SystemClock
from call24.kit.errors import Invalid
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.privacy import retention_watch
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.model import SweepReceipt
from call24.privacy.retention_watch import RetentionWatch
from call24.privacy.service import Sweeper
from call24.reconciliation.model import Strays
from call24.tenants.service import TenantService

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
ELEVEN_YEARS = timedelta(days=11 * 365)
ACME = TenantId("ten_acme")


class Machine(StillClock):
    """One whose clock is kept by a time service, or not."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.synchronised: bool | None = False
        self.off = timedelta()

    def wall(self) -> datetime:
        return self.now() + self.off

    def restart(self, name: str = "two") -> None:
        self.boot, self._set = name, self.now() - datetime(1970, 1, 1, tzinfo=UTC)


class House:
    """One installation, with a document that is due in 30 days."""

    def __init__(self, mongo: Mongo) -> None:
        self.clock = Machine()
        self.mongo = mongo
        self.time = AgreedTime(mongo, self.clock, synchronised=lambda: self.clock.synchronised)
        tenants = TenantService(mongo, self.clock, AppKey(b"k" * 32))
        self.sweeper = Sweeper(mongo, tenants, Changes(mongo, self.clock), time=self.time, erasers={})
        self.watch = RetentionWatch(mongo, self.clock, self.time)
        self.strays = mongo.platform(Strays, why="test")

    async def keep(self) -> None:
        await self.strays.insert(
            Strays(id="2026-11-28", made_at=NOW, found=1, findings=(), delete_at=NOW + timedelta(days=30))
        )

    async def sweep(self) -> int:
        """How many are left."""
        await self.sweeper.sweep()
        return await self.strays.count()

    async def disputed(self) -> bool:
        last = await self.time.last()
        return last is not None and last.disputed_at is not None


@pytest.fixture
async def house(mongo: Mongo) -> House:
    house = House(mongo)
    await house.keep()
    assert await house.sweep() == 1
    return house


async def test_a_clock_that_is_set_eleven_years_ahead_deletes_nothing_until_it_is_right_again(house: House) -> None:
    house.clock.set(days=11 * 365)
    assert await house.sweep() == 1
    house.clock.advance(days=3)
    assert await house.sweep() == 1
    assert await house.disputed()
    house.clock.set(days=-11 * 365)
    house.clock.advance(days=26, hours=23)
    assert await house.sweep() == 1
    assert not await house.disputed()
    house.clock.advance(hours=2)
    assert await house.sweep() == 0


async def test_a_clock_that_is_set_back_by_years_deletes_nothing(house: House) -> None:
    house.clock.advance(days=31)
    house.clock.set(days=-1000)
    assert await house.sweep() == 1
    assert await house.disputed()


@pytest.mark.parametrize("hours", [23, -23])
async def test_a_correction_of_less_than_a_day_is_believed(house: House, hours: int) -> None:
    house.clock.set(hours=hours)
    assert await house.sweep() == 1
    assert not await house.disputed()


async def test_a_server_that_was_down_for_weeks_on_a_machine_that_ran_deletes_what_is_due(house: House) -> None:
    house.clock.advance(days=31)
    assert await house.sweep() == 0


async def test_a_machine_that_was_off_for_less_than_a_day_is_believed(house: House) -> None:
    house.clock.advance(days=29, hours=12)
    assert await house.sweep() == 1
    house.clock.advance(hours=14)
    house.clock.restart()
    assert await house.sweep() == 0


@pytest.mark.parametrize(("synchronised", "left"), [(None, 1), (False, 1), (True, 0)])
async def test_after_a_longer_time_off_a_time_service_has_to_agree(
    house: House, synchronised: bool | None, left: int
) -> None:
    house.clock.advance(days=31)
    house.clock.restart()
    house.clock.synchronised = synchronised
    assert await house.sweep() == left
    assert await house.disputed() == bool(left)


async def test_a_time_service_says_nothing_of_a_clock_that_the_server_does_not_follow(house: House) -> None:
    house.clock.set(days=11 * 365)
    house.clock.restart()
    house.clock.synchronised, house.clock.off = True, -ELEVEN_YEARS
    assert await house.sweep() == 1
    assert await house.disputed()


async def test_a_time_service_does_not_outweigh_the_uptime_of_a_machine_that_ran(house: House) -> None:
    house.clock.synchronised = True
    assert await house.sweep() == 1
    house.clock.synchronised = False
    house.clock.advance(hours=1)
    assert await house.sweep() == 1
    house.clock.synchronised = True
    house.clock.set(days=11 * 365)
    assert await house.sweep() == 1
    assert await house.disputed()


async def test_a_machine_whose_clock_stood_still_while_it_was_off_is_put_right_by_the_first_time_service(
    house: House,
) -> None:
    house.clock.restart()  # without a clock that runs on, it goes on with the time at which it was switched off
    assert await house.sweep() == 1
    house.clock.set(days=31)
    assert await house.sweep() == 1
    assert await house.disputed()
    house.clock.synchronised = True
    assert await house.sweep() == 0
    assert not await house.disputed()


async def test_what_the_operator_confirms_outlasts_a_sweep_that_has_just_seen_a_dispute(house: House) -> None:
    house.clock.advance(days=31)
    house.clock.restart()
    await asyncio.gather(house.time.agreed(), house.time.confirm(date(2026, 12, 29)))
    assert not await house.disputed()
    assert await house.sweep() == 0


async def test_the_operators_date_is_believed_if_the_server_has_the_same(house: House) -> None:
    house.clock.advance(days=31)
    house.clock.restart()
    assert await house.sweep() == 1
    with pytest.raises(Invalid, match="2026-12-29"):
        await house.time.confirm(date(2026, 11, 28))
    assert await house.sweep() == 1
    await house.time.confirm(date(2026, 12, 30))  # it is tomorrow already where the operator is
    assert await house.sweep() == 0


@pytest.mark.parametrize("of", ["receipt", "checkpoint"])
async def test_an_installation_of_before_is_measured_by_the_newest_time_that_it_stored(mongo: Mongo, of: str) -> None:
    house = House(mongo)
    await house.keep()
    if of == "receipt":
        await mongo.platform(SweepReceipt, why="test").insert(SweepReceipt(id="swp_1", at=NOW, deleted={}))
    else:
        kept = Checkpoint(id=ACME, tenant_id=ACME, at=NOW, first=1, before="", seq=1, hash="", signature="")
        await mongo.tenant(ACME).collection(Checkpoint).insert(kept)
    house.clock.set(days=11 * 365)
    assert await house.sweep() == 1
    assert await house.disputed()


async def test_what_should_have_gone_a_day_ago_raises_an_alarm_though_the_sweeper_says_nothing(house: House) -> None:
    house.clock.advance(days=30, hours=23)
    assert (await house.watch.status()).alarms == []
    house.clock.advance(hours=2)
    status = await house.watch.status()
    assert status.overdue == {"strays": 1}
    assert status.alarms == ["retention is over since a day or longer, and not deleted: strays 1"]
    assert await house.sweep() == 0
    assert (await house.watch.status()).alarms == []


async def test_the_alarm_of_a_disputed_time_names_both_times_and_counts_by_the_right_one(house: House) -> None:
    house.clock.set(days=11 * 365)
    await house.sweep()
    status = await house.watch.status()
    assert status.overdue == {}
    assert status.alarms == [
        "nothing is deleted, since two sources of time disagree: the server's clock says 2037-11-25 09:00 UTC; by the "
        "time that was agreed last, and as long as the machine is known to have run since, it is 2026-11-28 09:00 UTC"
    ]
    house.clock.advance(days=32)
    await house.sweep()
    assert (await house.watch.status()).overdue == {"strays": 1}


async def test_the_watch_logs_the_alarm(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention_watch, "LOOK_EVERY_S", 0.01)
    house.clock.advance(days=32)
    running = asyncio.create_task(house.watch.run())
    try:
        await wait_until(lambda: "not deleted: strays 1; see ./call24 retention" in caplog.text, 5)
    finally:
        running.cancel()
    assert {one.levelno for one in caplog.records if one.name == retention_watch.__name__} == {logging.ERROR}


@pytest.fixture
def in_december(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The doctor is a process of its own and lives by the machine's clock."""
    monkeypatch.setattr(SystemClock, "now", lambda _clock: NOW + timedelta(days=32))
    yield


@pytest.mark.usefixtures("in_december")
async def test_the_doctor_fails_with_what_is_overdue_and_passes_when_it_is_gone(house: House) -> None:
    with pytest.raises(Failed, match="not deleted: strays 1") as failed:
        await retention_check.look(house.mongo, CheckResult("retention"))
    assert failed.value.state == "fail" and "server.log" in failed.value.advice
    house.clock.advance(days=32)
    await house.sweep()
    found = CheckResult("retention")
    await retention_check.look(house.mongo, found)
    assert found.seen == "nothing is overdue; sources of time last agreed: 2026-12-30 09:00 UTC"


@pytest.mark.usefixtures("in_december")
async def test_the_doctor_says_what_to_do_about_a_disputed_time(house: House) -> None:
    house.clock.set(days=11 * 365)
    await house.sweep()
    with pytest.raises(Failed, match="two sources of time disagree") as failed:
        await retention_check.look(house.mongo, CheckResult("retention"))
    assert "./call24 retention" in failed.value.advice


async def test_the_doctor_of_a_machine_whose_clock_is_ahead_finds_nothing_overdue_while_the_servers_is_right(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(mongo)
    await house.keep()
    uptime = SystemClock().uptime()
    monkeypatch.setattr(house.clock, "uptime", lambda: uptime)
    assert await house.sweep() == 1
    monkeypatch.setattr(SystemClock, "now", lambda _clock: NOW + ELEVEN_YEARS)
    found = CheckResult("retention")
    await retention_check.look(mongo, found)
    assert found.seen == "nothing is overdue; sources of time last agreed: 2026-11-28 09:00 UTC"


def test_the_uptime_is_the_machines() -> None:
    first, second = SystemClock().uptime(), SystemClock().uptime()
    assert first.boot == second.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert first.s <= second.s
    assert abs(float(Path("/proc/uptime").read_text().split()[0]) - first.s) < 60
