"""Calls beside those that are listened to: SIPp plays both of their ends, with sound, in a queue of their own.

A hundred calls with ends in Python cost more than two cores have; these cost a tenth of that.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

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


@contextlib.asynccontextmanager
async def unheard(system: System, org: Organisation, count: int) -> AsyncIterator[None]:
    """Within this so many calls more talk, recorded; their agents hang them up at the end."""
    mark = f"{org.number[-4:]}-{time.time_ns()}"
    people = await all_of([hired(org, f"unheard{n}-{mark}@example.test", f"Other {n}") for n in range(count)])
    members = [user_id for user_id, _, _ in people]
    wish = {"name": "Others", "members": members, "wrap_up_s": 0, "record": "always"}
    queue_id = (await org.post("/v1/queues", wish))["id"]
    number = (await org.add_number(queue_id=queue_id))["number"]
    rig = Rig(system, org, Console(system), [http for _, http, _ in people], [phone for _, _, phone in people])

    async def all_talk() -> bool:
        rows = (await org.http.get("/v1/live")).json()["queues"]
        return next(row["agents"]["on_call"] for row in rows if row["id"] == queue_id) >= count

    async with plain_phones(rig, sound=True):
        await rig.available()
        ringing = asyncio.create_task(ring(rig.sip_port, number, Load(count, 5, FOR_EVER_S)))
        try:
            await wait_until(all_talk, 60 + count)
            yield
        finally:
            await all_of([_hung_up(http) for http in rig.agents])
            ringing.cancel()
            await asyncio.wait({ringing})


async def _hung_up(http: httpx.AsyncClient) -> None:
    if (call := (await http.get("/v1/live")).json().get("call")) is not None:
        await http.post(f"/v1/calls/{call['id']}/hangup")
    await http.aclose()
