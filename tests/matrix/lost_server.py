"""The server is killed again and again while a hundred calls talk: what their ends hear, and when it obeys again."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import httpx
from tests.matrix.crowds import AGENT_HZ, Crowd, crowd
from tests.matrix.row import percentile, row
from tests.support.people import Agent
from tests.support.system import System
from tests.support.wait import wait_until

from call24.standalone.customer import CustomerCall

CALLS = int(os.environ.get("CALL24_FIGURE_CALLS", "100"))
KILLS = int(os.environ.get("CALL24_FIGURE_KILLS", "20"))
PEER_S = 20.0
STEADY_S = 6.0
"""A server that lived for five seconds is started again at once."""
ORPHANS_S = 10.0
HOW = (
    "agents' phones over WebRTC (DTLS-SRTP) and callers over a trunk, in Python processes of their own, each end with "
    "its tone; gaps are between packets with the other's tone; control: a hold is accepted, and shown as held"
)


async def measure(system: System) -> dict[str, Any]:
    async with crowd(system, CALLS) as made:
        org = made.org
        spare = await org.agent("Spare")
        spare.answers_by_itself(AGENT_HZ, all_calls=True)
        await spare.be("available")
        since = time.time()
        await _passes(PEER_S)
        peer = await made.gaps(since, time.time())
        kills = [await _kill(made, spare, number) for number in range(KILLS)]
        callers, phones = await made.up()
        await _passes(ORPHANS_S)
        channels = len(await system.pbx.channels(org.tenant_id))
        told = {
            "calls": CALLS,
            "how": HOW,
            "peer_gaps_s": sorted(peer)[-10:],
            "kills": kills,
            "generator_late_s": made.late_s,
            "up": [callers, phones],
            "channels": channels,
        }
    left = await _left(system, org.tenant_id)
    return {**told, "left": left, "rows": _rows(told, peer, left)}


def _rows(told: dict[str, Any], peer: list[float], left: dict[str, int]) -> list[dict[str, Any]]:
    kills = told["kills"]
    gap = max(kill["gap_s"] for kill in kills)
    back = [kill["back_s"] for kill in kills]
    heard = max(kill["new_heard_s"] for kill in kills)
    served = sum(kill["new_served"] for kill in kills)
    dropped = 2 * CALLS - sum(told["up"])
    return [
        row(f"ends of {CALLS} calls dropped by {len(kills)} kills", dropped, "", "0", dropped == 0),
        row("longest gap in what any end heard, over all kills", gap * 1000, "ms", "<= 60", gap <= 0.06),
        row("the same without a kill (the generator's own)", max(peer) * 1000, "ms", "-", True),
        row("control back, median", percentile(back, 0.5), "s", "-", True),
        row("control back, p99", percentile(back, 0.99), "s", "<= 2", percentile(back, 0.99) <= 2),
        row("new calls meanwhile: something is heard after, at most", heard, "s", "<= 1", heard <= 1),
        row("new calls meanwhile that were served", served, f"of {len(kills)}", "all", served == len(kills)),
        row(
            "channels 10 s later beyond those of the calls",
            told["channels"] - 2 * CALLS,
            "",
            "0",
            told["channels"] == 2 * CALLS,
        ),
        row("channels left when all had hung up", left["channels"], "", "0", left["channels"] == 0),
        row("bridges left", left["bridges"], "", "0", left["bridges"] == 0),
        row("recordings left in the spool", left["spooled"], "", "0", left["spooled"] == 0),
    ]


async def _kill(made: Crowd, spare: Agent, number: int) -> dict[str, Any]:
    system = made.system
    await _passes(STEADY_S)
    agent = made.agents[number % len(made.agents)]
    call_id = (await agent.get("/v1/live")).json()["call"]["id"]
    killed = system.pid("server")
    since = time.time()
    system.kill("server")
    await wait_until(lambda: not system.alive(killed))
    new = await made.org.dial()
    back, heard = await asyncio.gather(_control(agent, call_id, since), _heard(new))
    gaps = await made.gaps(since, since + back)  # before the caller who waits on hold is looked at
    await _asked(agent, call_id, "resume")
    served = await _served(new)
    new.hang_up()
    await system.restarted("server", killed)
    held = 2  # this caller and this agent were put aside, as was asked
    return {
        "back_s": round(back, 3),
        "gap_s": sorted(gaps)[-1 - held],
        "new_heard_s": round(heard, 3),
        "new_served": served,
    }


async def _control(agent: httpx.AsyncClient, call_id: str, since: float) -> float:
    """Seconds until a request about a call has been answered and has had its effect."""
    await wait_until(lambda: _asked(agent, call_id, "hold"), 30)

    async def held() -> bool:
        return bool((await agent.get("/v1/live")).json()["call"]["state"] == "held")

    await wait_until(held, 10)
    return time.time() - since


async def _asked(agent: httpx.AsyncClient, call_id: str, what: str) -> bool:
    try:
        return (await agent.post(f"/v1/calls/{call_id}/{what}", timeout=2)).status_code == 202
    except httpx.TransportError:
        return False


async def _heard(call: CustomerCall) -> float:
    """Seconds from the INVITE to the first sound, music or words (which begin softly); 999: none came."""
    try:
        await wait_until(lambda: call.ear.level_dbfs() > -60, 20)
    except AssertionError:
        return 999.0
    assert call.ear.first_packet_at is not None
    return call.ear.first_packet_at - call.dialled_at


async def _served(call: CustomerCall) -> bool:
    try:
        await wait_until(lambda: call.heard(AGENT_HZ), 15)
    except AssertionError:
        return False
    return True


async def _left(system: System, tenant_id: str) -> dict[str, int]:
    """What there is ten seconds after the last hang-up."""
    await _passes(ORPHANS_S)
    spool = system.settings.recording_spool
    files = [path for path in spool.rglob("*") if path.is_file()]
    return {
        "channels": len(await system.pbx.channels(tenant_id)),
        "bridges": len(await system.pbx.all_bridges()),
        "spooled": len(files),
    }


async def _passes(seconds: float) -> None:
    """Time that has to pass: it is what is measured."""
    await asyncio.sleep(seconds)
