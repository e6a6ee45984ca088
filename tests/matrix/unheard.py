"""Calls beside those that are listened to: SIPp plays both of their ends, with sound, in a queue of their own.

A hundred calls with ends in Python cost more than two cores have; these cost a tenth of that.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from bench.callers import Load, Seen, ring
from bench.pbx import Console
from bench.plain_phones import PlainPhones, plain_phones
from bench.rig import Rig
from tests.support.product.many_agents import all_of, hired
from tests.support.product.organisation import RECORDS, Organisation
from tests.support.product.system import System
from tests.support.wait import wait_until

FOR_EVER_S = 3600.0
ENDED_S = 15.0
"""Within this SIPp has seen the end of all its calls, and written down how many there were."""
LOOK_EVERY_S = 0.1
"""Looking all the time costs what is measured, and a token may ask 3,000 times a minute."""
CALLER_HZ, PHONE_HZ = 875.0, 1375.0
"""What the sounds of bench/callers.py and bench/plain_phones.py have most of: 64 samples in steps of 7 and 11."""


@dataclass
class Others:
    """Agents whose phones SIPp plays, with a queue and a number of their own."""

    rig: Rig
    queue_id: str
    number: str

    async def all_talk(self) -> bool:
        await asyncio.sleep(LOOK_EVERY_S)
        rows = (await self.rig.org.http.get("/v1/live")).json()["queues"]
        talking = next(row["agents"]["on_call"] for row in rows if row["id"] == self.queue_id)
        return bool(talking >= len(self.rig.agents))


@dataclass
class Counted:
    """SIPp's own counts of its calls, of both ends, once they are over: those that were hung up on, and the others.

    A call that was dropped meanwhile is hung up on as well: `ended_early` are those that were over before the end.
    """

    callers: tuple[int, int] = (0, 0)
    phones: tuple[int, int] = (0, 0)
    ended_early: int = 0

    def failed(self, calls: int) -> int:
        """How many ends were not hung up on properly at the end, and only then."""
        return 2 * calls - self.callers[0] - self.phones[0] + self.ended_early


@contextlib.asynccontextmanager
async def unheard(system: System, org: Organisation, count: int) -> AsyncIterator[Both]:
    """Within this so many calls more talk, recorded; their agents hang them up at the end, and SIPp counts them."""
    async with others(system, org, count) as made, talking(made) as both:
        try:
            yield both
        finally:
            both.counted.ended_early = both.over()
            await all_of([_hung_up(http) for http in made.rig.agents])
        await both.ended()


@contextlib.asynccontextmanager
async def others(system: System, org: Organisation, count: int) -> AsyncIterator[Others]:
    mark = f"{org.number[-4:]}-{time.time_ns()}"
    people = await all_of([hired(org, f"unheard{n}-{mark}@example.test", f"Other {n}") for n in range(count)])
    members = [user_id for user_id, _, _ in people]
    wish = {"name": "Others", "members": members, "wrap_up_s": 0, **RECORDS}
    queue_id = (await org.post("/v1/queues", wish))["id"]
    number = (await org.add_number(queue_id=queue_id))["number"]
    rig = Rig(system, org, Console(system), [http for _, http, _ in people], [phone for _, _, phone in people])
    try:
        yield Others(rig, queue_id, number)
    finally:
        for http in rig.agents:
            await http.aclose()


@dataclass
class Both:
    """SIPp's two processes, and what ends them at once, without a word."""

    phones: PlainPhones
    callers: asyncio.Task[Seen]
    silence: Callable[[], Awaitable[None]]
    counted: Counted = field(default_factory=Counted)

    def over(self) -> int:
        """How many of the phones' calls are over already, well or not."""
        return self.phones.well() + self.phones.failed()

    async def ended(self) -> None:
        """Waits for the end of all calls; the callers' process ends with its last one."""
        seen = await asyncio.wait_for(self.callers, ENDED_S)
        self.counted.callers = (seen.well, seen.failed)
        with contextlib.suppress(AssertionError):  # what did not end is counted
            await wait_until(lambda: self.over() >= seen.well + seen.failed, 5)
        self.counted.phones = (self.phones.well(), self.phones.failed())


@contextlib.asynccontextmanager
async def talking(made: Others) -> AsyncIterator[Both]:
    """Within this each of the agents talks."""
    async with contextlib.AsyncExitStack() as ends:
        phones = await ends.enter_async_context(plain_phones(made.rig, sound=True))
        await made.rig.available()
        load = Load(len(made.rig.agents), 5, FOR_EVER_S, hangs_up=False)
        ringing = asyncio.create_task(ring(made.rig.sip_port, made.number, load))
        ends.push_async_callback(_stopped, ringing)
        await wait_until(made.all_talk, 60 + load.calls)
        yield Both(phones, ringing, ends.aclose)


async def _stopped(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def _hung_up(http: httpx.AsyncClient) -> None:
    if (call := (await http.get("/v1/live")).json().get("call")) is not None:
        await http.post(f"/v1/calls/{call['id']}/hangup")
