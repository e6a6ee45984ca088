"""A call whose phases the test measures by itself while the machine's clock is set, and what the server says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.support.product.organisation import Organisation
from tests.support.product.people import AGENT_HZ, Agent, Talk
from tests.support.wait import wait_until

from call24.kit.monotonic_clock import MonotonicClock, machine_time

HOUR, YEARS = timedelta(hours=1), timedelta(days=11 * 365)
WRAP_UP_S = 2
EXACT_S = 1.0
Set = Callable[[timedelta], None]
"""The machine's clock is from now on so far from the true time."""


class Machine:
    """A machine's clock that can be set, for a server in the test's own process."""

    def __init__(self) -> None:
        self.off = timedelta(0)
        self.clock = MonotonicClock(wall=self.time)

    def time(self) -> datetime:
        return machine_time() + self.off

    def set(self, off: timedelta) -> None:
        self.off = off


async def played(
    org: Organisation, anna: Agent, set_clock: Set, jumps: Mapping[str, timedelta], seen_within_s: float = 0.0
) -> dict[str, float]:
    """A call through all phases, each of more than a second, with the clock set in each that is named; how long each
    took, seen from the customer and the phone. Anna is paused, and has her wrap-up in the end.

    ``seen_within_s``: until all processes see the time.
    """

    async def phase(name: str) -> None:
        await asyncio.sleep(0.5)  # lived through before, and after: that is what is measured
        if name in jumps:
            set_clock(jumps[name])
            await asyncio.sleep(seen_within_s)
        await asyncio.sleep(0.7)

    call = await org.dial()
    await wait_until(org.waiting, 5)
    await phase("wait")
    await anna.be("available")
    offer = await anna.rings()
    await phase("ring")
    await offer.answer(AGENT_HZ)
    talk = Talk(call, offer, anna)
    await talk.heard()
    await phase("talk")
    await talk.heard()
    call.hang_up()
    ended = await call.ended(3)
    await anna.becomes("wrap_up")
    await phase("wrap_up")
    await anna.becomes("available", WRAP_UP_S + 3)
    assert call.dialled_at and offer.answered_at
    at = (call.dialled_at, offer.rang_at, offer.answered_at, ended.at)
    names = ("wait_s", "ring_s", "talk_s")
    took = {name: until - since for name, since, until in zip(names, at, at[1:], strict=False)}
    return {**took, "wrap_up_s": WRAP_UP_S}


async def measured(org: Organisation, took: Mapping[str, float]) -> dict[str, Any]:
    """The record of the only call, when it says what the test measured."""
    [record] = await org.ended()

    async def off() -> dict[str, tuple[float, float]]:
        told = await org.detail(record["id"])
        return {name: (told[name], true) for name, true in took.items() if abs(told[name] - true) > EXACT_S}

    async def is_right() -> bool:
        return not await off()

    try:
        await wait_until(is_right, 5)
    except AssertionError:
        raise AssertionError(f"told, and true: {await off()}") from None
    return await org.detail(record["id"])
