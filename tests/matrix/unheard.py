"""Calls beside those that are listened to: SIPp plays both of their ends, with sound, in a queue of their own.

A hundred calls with ends in Python cost more than two cores have; these cost a tenth of that.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx
from bench.callers import Load, ring
from bench.pbx import Console
from bench.plain_phones import plain_phones
from bench.rig import Rig
from tests.support.many_agents import all_of, hired
from tests.support.organisation import Organisation
from tests.support.system import System
from tests.support.wait import wait_until

FOR_EVER_S = 3600.0
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


@contextlib.asynccontextmanager
async def unheard(system: System, org: Organisation, count: int) -> AsyncIterator[None]:
    """Within this so many calls more talk, recorded; their agents hang them up at the end."""
    async with others(system, org, count) as made, talking(made):
        try:
            yield
        finally:
            await all_of([_hung_up(http) for http in made.rig.agents])


@contextlib.asynccontextmanager
async def others(system: System, org: Organisation, count: int) -> AsyncIterator[Others]:
    mark = f"{org.number[-4:]}-{time.time_ns()}"
    people = await all_of([hired(org, f"unheard{n}-{mark}@example.test", f"Other {n}") for n in range(count)])
    members = [user_id for user_id, _, _ in people]
    wish = {"name": "Others", "members": members, "wrap_up_s": 0, "record": "always"}
    queue_id = (await org.post("/v1/queues", wish))["id"]
    number = (await org.add_number(queue_id=queue_id))["number"]
    rig = Rig(system, org, Console(system), [http for _, http, _ in people], [phone for _, _, phone in people])
    try:
        yield Others(rig, queue_id, number)
    finally:
        for http in rig.agents:
            await http.aclose()


@contextlib.asynccontextmanager
async def talking(made: Others) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Within this each of the agents talks; gives what ends the processes of both sides at once, without a word."""
    async with contextlib.AsyncExitStack() as ends:
        await ends.enter_async_context(plain_phones(made.rig, sound=True))
        await made.rig.available()
        load = Load(len(made.rig.agents), 5, FOR_EVER_S)
        ringing = asyncio.create_task(ring(made.rig.sip_port, made.number, load))
        ends.push_async_callback(_stopped, ringing)
        await wait_until(made.all_talk, 60 + load.calls)
        yield ends.aclose


async def _stopped(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def _hung_up(http: httpx.AsyncClient) -> None:
    if (call := (await http.get("/v1/live")).json().get("call")) is not None:
        await http.post(f"/v1/calls/{call['id']}/hangup")
