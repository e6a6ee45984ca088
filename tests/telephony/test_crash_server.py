"""kill -9 of the server while people talk, wait and ring: nobody notices, and all of it is written down."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.support.product.system import AGENT_HZ, CALLER_HZ, Agent, System, Talk
from tests.support.running import runs
from tests.support.stopped_process import stopped
from tests.support.wait import wait_until

from call24.reconciliation.cel import ANSWER, START, line_of
from call24.testphones.customer import CustomerCall

BACK_S = 2.0
GAP_S = 0.3


async def has_call(agent: Agent, call_id: str) -> bool:
    """Whether the server (once there is one) knows that this agent is on this call."""
    try:
        live = await agent.live()
    except httpx.TransportError:
        return False
    return bool(live.get("call")) and (live["call"]["id"], live["session"]["state"]) == (call_id, "on_call")


def check_sound(talk: Talk) -> None:
    """Both heard the other's tone from the first moment to the last, without a gap."""
    for ear, hz in ((talk.call.ear, AGENT_HZ), (talk.offer.ear, CALLER_HZ)):
        began = ear.first_heard(hz)
        assert began
        assert ear.longest_gap(hz, began) < GAP_S


@pytest.mark.exact
async def test_five_calls_survive_a_killed_server(
    doomed: System, record_property: Callable[[str, object], None]
) -> None:
    async with doomed.organisation("Acme") as acme:
        agents = [await acme.agent(f"Agent{number}") for number in range(5)]
        talks: list[Talk] = []
        for agent in agents:
            await agent.be("available")
            talks.append(await acme.talk(agent))
        killed_at = time.time()
        killed = doomed.kill("server")
        await wait_until(lambda: has_call(agents[0], talks[0].call_id), 10)
        back_s = time.time() - killed_at
        for talk in talks:
            assert await has_call(talk.agent, talk.call_id)
            await talk.heard()
            check_sound(talk)
        assert doomed.pid("server") != killed
        # By the app, by the agent's phone, by the caller: everything works as if nothing had been.
        for talk in talks[:2]:
            assert await talk.agent.act(talk.call_id, "hangup") == 202
        talks[2].offer.hang_up()
        for talk in talks[3:]:
            talk.call.hang_up()
        ends = {talk.call_id: await talk.call.ended(2) for talk in talks}
        await asyncio.gather(*(talk.offer.ended(2) for talk in talks))
        records = {record["id"]: record for record in await acme.ended(5)}
        for talk in talks:
            record = records[talk.call_id]
            assert talk.offer.answered_at
            assert abs(record["talk_s"] - (ends[talk.call_id].at - talk.offer.answered_at)) < 0.1
            assert abs(record["recording"]["duration_s"] - record["talk_s"]) < 0.2
            assert record["agent"]["id"] == talk.agent.user_id
            assert not record["found_missing"]
            await talk.agent.becomes("available")
        by = [records[talk.call_id]["ended_by"] for talk in talks]
        assert by == ["agent"] * 3 + ["caller"] * 2
        record_property("back_s", round(back_s, 3))
        assert back_s < BACK_S


async def test_what_happens_while_there_is_no_server_is_found_by_the_next(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        anna, bert, cleo = [await acme.agent(name) for name in ("Anna", "Bert", "Cleo")]
        await anna.be("available")
        left = await acme.talk(anna)
        await cleo.be("available")
        dropped = await acme.talk(cleo)
        await bert.be("available")
        ringing = await acme.dial()
        offer = await bert.rings()
        waiting, impatient = await acme.dial(), await acme.dial()

        async def queued() -> bool:
            return await acme.waiting() == 3

        await wait_until(queued)
        link = ends_at_asterisk(doomed)
        assert link
        with stopped(doomed.parent_pid):  # there is no next server before the caller was answered
            killed = doomed.kill("server")
            left.call.hang_up()
            dropped.offer.hang_up()
            impatient.hang_up()
            await wait_until(lambda: not runs(killed))
            await wait_until(lambda: not sockets(doomed.pid("asterisk")) & link)  # it has noticed
            dialled = time.time()
            arrives = await acme.dial()
            await arrives.answered(5)
            await wait_until(lambda: hears_something(arrives), 5)  # the music begins softly
            began, answered = await wait_until(lambda: begun_and_answered(doomed, dialled))
            assert answered - began < 1

        # Anna and Cleo are free again, for whoever waits longest; Bert's phone has rung on.
        served = asyncio.gather(serve(anna), serve(cleo))
        await wait_until(lambda: waiting.heard(AGENT_HZ), 10)
        await wait_until(lambda: arrives.heard(AGENT_HZ), 5)
        await served
        assert offer.end is None
        await offer.answer(AGENT_HZ)
        await wait_until(lambda: ringing.heard(AGENT_HZ))
        for call in (ringing, waiting, arrives):
            call.hang_up()
        records = {record["id"]: record for record in await acme.ended(6)}
        assert await dropped.call.ended(1)
        first, second = records[left.call_id], records[dropped.call_id]
        assert (first["outcome"], first["ended_by"], first["found_missing"]) == ("answered", "caller", True)
        assert (second["outcome"], second["ended_by"], second["found_missing"]) == ("answered", "agent", True)
        assert [x["outcome"] for x in records[str(offer.call_id)]["offers"]] == ["answered"]
        outcomes = sorted((record["outcome"], record["ended_by"]) for record in records.values())
        assert outcomes == [("abandoned", "caller"), ("answered", "agent"), *[("answered", "caller")] * 4]
        assert all(record["ended_at"] for record in records.values())


async def serve(agent: Agent) -> None:
    offer = await agent.rings(10)
    await offer.answer(AGENT_HZ)


def ends_at_asterisk(system: System) -> set[str]:
    """Asterisk's ends of the server's connections to ARI."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ari, own = f":{system.settings.ari_port:04X}", sockets(system.pid("server"))
    theirs = {row[1] for row in rows if row[2].endswith(ari) and row[9] in own}
    return {row[9] for row in rows if row[1].endswith(ari) and row[2] in theirs}


def sockets(pid: int) -> set[str]:
    """The inodes of those that a process has not closed."""
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            found.add(str(file.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found


def begun_and_answered(system: System, since: float) -> list[float]:
    """When the caller came that came since then, and when it was answered: by Asterisk's own log of its channels, whose
    lines come a little later. Empty: not yet."""
    lines = (system.settings.asterisk_var / "log" / "cel" / "channels.csv").read_text().splitlines()
    seen = [line for line in map(line_of, lines) if line is not None and line.at.timestamp() >= since]
    begun = [line for line in seen if line.event == START]
    answered = [line for line in seen if line.event == ANSWER and line.channel in {each.channel for each in begun}]
    return [begun[0].at.timestamp(), answered[0].at.timestamp()] if answered else []


def hears_something(call: CustomerCall) -> bool:
    return len(call.ear.samples()) > 1600 and call.ear.level_dbfs() > -50
