"""The machine's clock is set by hours and years while calls go on: they stand, and what is measured of them is true.

`./call24 test --campaign clock-jumps`; about five minutes. libfaketime shows another time to the server, to what phones
connect to and, in the last tests, to Asterisk; the machine's own clock is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.product import faketime
from tests.support.product.clock_set import HOUR, WRAP_UP_S, YEARS, measured, played
from tests.support.product.faketime import SEEN_WITHIN_S, MachineClock
from tests.support.product.system import System, running_system
from tests.support.wait import wait_until
from tests.telephony.test_calls_voicemail import check_message, leave_message

TRUE = timedelta(0)
JUMPS = {"an hour on": HOUR, "an hour back": -HOUR, "eleven years on": YEARS}
DAYS = timedelta(days=3)
MAX_WAIT_S = 4


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> MachineClock:
    return MachineClock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def system(clock: MachineClock) -> Iterator[System]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(faketime.FOLDER, str(clock.folder))
        with running_system(program=faketime.__name__) as system:
            yield system


@pytest.fixture(scope="module")
def whole(clock: MachineClock) -> Iterator[System]:
    """Asterisk lives by the same clock."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(faketime.FOLDER, str(clock.folder))
        patched.setenv(faketime.ASTERISK_TOO, "yes")
        with running_system(program=faketime.__name__) as system:
            yield system


@pytest.fixture(autouse=True)
async def true_again(clock: MachineClock) -> AsyncIterator[None]:
    yield
    clock.set(TRUE)
    await asyncio.sleep(SEEN_WITHIN_S + 0.5)  # what the next test registers is registered by the true time


async def stands(system: System, clock: MachineClock, phase: str, jump: timedelta) -> None:
    async with system.organisation("Acme", wrap_up_s=WRAP_UP_S) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        took = await played(acme, anna, clock.set, {phase: jump}, SEEN_WITHIN_S)
        record = await measured(acme, took)
        assert (record["outcome"], record["recording"]["state"]) == ("answered", "stored")
        assert await anna.state() == "available"


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
@pytest.mark.parametrize("phase", ["wait", "ring", "talk", "wrap_up"])
async def test_a_call_stands_and_is_as_long_as_it_was(
    system: System, clock: MachineClock, phase: str, jump: timedelta
) -> None:
    await stands(system, clock, phase, jump)


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
async def test_the_longest_wait_comes_and_a_message_is_kept(
    system: System, clock: MachineClock, jump: timedelta
) -> None:
    async with system.organisation("Acme", max_wait_s=MAX_WAIT_S) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        call = await acme.dial()
        await wait_until(acme.waiting, 5)
        clock.set(jump)
        await leave_message(acme, call)
        await check_message(acme, "wait")
        [record] = await acme.ended()
        assert MAX_WAIT_S - 1 <= record["wait_s"] <= MAX_WAIT_S + 1


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
@pytest.mark.parametrize("phase", ["talk", "wrap_up"])
async def test_who_talks_goes_on_when_asterisks_clock_is_set_too(
    whole: System, clock: MachineClock, phase: str, jump: timedelta
) -> None:
    await stands(whole, clock, phase, jump)


async def test_days_are_believed_when_call24_is_stopped_and_started(whole: System, clock: MachineClock) -> None:
    clock.set(DAYS)
    await asyncio.sleep(SEEN_WITHIN_S + 1)
    assert await off(whole) < HOUR
    whole.kill("server")
    await asyncio.sleep(1)
    await whole.whole()
    assert await off(whole) < HOUR, "a server that died is not a word of anybody's"
    whole.stop()
    whole.start()
    assert await off(whole) > DAYS - HOUR


async def off(system: System) -> timedelta:
    """How far its time is from the true one."""
    async with system.organisation("Asks") as asks:
        told = (await asks.http.get("/v1/live")).json()["at"]
        return datetime.fromisoformat(told) - datetime.now(UTC)
