"""The server is killed again and again while a hundred calls talk: what their ends hear, and when it obeys again."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import asdict
from typing import Any

import httpx
from tests.matrix.afterwards import left_over
from tests.matrix.crowds import AGENT_HZ, Crowd, crowd
from tests.matrix.row import percentile, row
from tests.matrix.unheard import unheard
from tests.support.product.system import System
from tests.support.running import runs
from tests.support.telephony import channel_log
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall

CALLS = int(os.environ.get("CALL24_FIGURE_CALLS", "100"))
HEARD = min(20, CALLS)
"""So many of them have ends in Python, which are listened to."""
KILLS = int(os.environ.get("CALL24_FIGURE_KILLS", "20"))
PEER_S = 20.0
STEADY_S = 6.0
"""A server that lived for five seconds is started again at once."""
ORPHANS_S = 10.0
HOW = (
    f"{CALLS} calls over plain SIP and RTP, all recorded; both ends of {HEARD} of them are in Python processes of a "
    "higher priority than the servers (they stand for machines of their own), each with its own tone, and are listened "
    "to; the others are SIPp's, with sound (two cores cannot play a hundred calls whose ends are in Python, or use "
    "DTLS-SRTP); the phones that serve new callers are WebRTC; a new caller rings in the moment of each kill, and "
    "another when the process is gone; a gap is the time between two packets with the other end's tone, from the kill "
    "until all parts are back and both new callers were served, edges included; one call is put on hold after each "
    "kill: control is back when the hold is accepted and shown; the time for which that call is on hold counts in no "
    "gap; CEL is Asterisk's own log of its channels"
)


async def measure(system: System) -> dict[str, Any]:
    async with crowd(system, HEARD, plain=True) as made, unheard(system, made.org, CALLS - HEARD) as both:
        org = made.org
        for name in ("Spare", "Other"):
            spare = await org.agent(name)
            spare.answers_by_itself(AGENT_HZ, all_calls=True)
            await spare.be("available")
        legs = await system.pbx.legs(org.tenant_id)
        since = time.time()
        await _passes(PEER_S)
        peer = await made.gaps(since, time.time())
        kills = [await _kill(made, number) for number in range(KILLS)]
        callers, phones = await made.up()
        await _passes(ORPHANS_S)
        there = await system.pbx.legs(org.tenant_id)
        lines = channel_log.read(system)
        for kill in kills:
            others = [leg for leg, call_id in legs.items() if call_id != kill["held"]]
            apart = channel_log.longest_apart(lines, others, kill["since"], kill["settled"])
            kill["apart_s"] = round(apart, 4)
        told = {
            "calls": CALLS,
            "how": HOW,
            "peer_gaps_s": sorted(peer.values())[-10:],
            "kills": kills,
            "generator_late_s": made.late_s,
            "up": [callers, phones],
            "dropped": len(legs.keys() - there.keys()),
            "channels": len(there),
            "cel_ended": len(channel_log.ended(lines, legs, since, time.time())),
        }
    told["sipp"] = {**asdict(both.counted), "ends_wrong": both.counted.failed(CALLS - HEARD)}
    await _passes(ORPHANS_S)
    left = await left_over(system, org.tenant_id)
    told["reconciled"] = channel_log.in_short(await channel_log.reconcile(system, org.tenant_id))
    return {**told, "left": left, "rows": _rows(told, max(peer.values()), left)}


def _rows(told: dict[str, Any], peer: float, left: dict[str, int]) -> list[dict[str, Any]]:
    kills = told["kills"]
    gap = max(kill["gap_s"] for kill in kills)
    apart = max(kill["apart_s"] for kill in kills)
    back = [kill["back_s"] for kill in kills]
    heard, moment = (max(kill[name] for kill in kills) for name in ("new_heard_s", "moment_heard_s"))
    served = sum(kill["new_served"] for kill in kills)
    dropped = told["dropped"] + 2 * HEARD - sum(told["up"])
    wrong = told["sipp"]["ends_wrong"]
    extra, differs = told["channels"] - 2 * CALLS, told["reconciled"]["found"]
    return [
        row(f"ends of {CALLS} calls dropped by {len(kills)} kills", dropped, "", "0", dropped == 0),
        row("SIPp: ends of its calls that were not hung up on by their agents at the end", wrong, "", "0", wrong == 0),
        row("CEL: channels of these calls that ended", told["cel_ended"], "", "0", told["cel_ended"] == 0),
        row("longest gap in what any end heard, over all kills", gap * 1000, "ms", "<= 60", gap <= 0.06),
        row("the same without a kill (the generator's own)", peer * 1000, "ms", "-", True),
        row("CEL: a talking channel out of its bridge, at most", apart * 1000, "ms", "<= 60", apart <= 0.06),
        row("control back, median", percentile(back, 0.5), "s", "-", True),
        row("control back, p99", percentile(back, 0.99), "s", "<= 2", percentile(back, 0.99) <= 2),
        row("a new call once it is gone: something is heard after, at most", heard, "s", "<= 1", heard <= 1),
        row("a new call in the moment of the kill: the same", moment, "s", "<= 1", moment <= 1),
        row("new calls meanwhile that were served", served, f"of {2 * len(kills)}", "all", served == 2 * len(kills)),
        row("channels 10 s later beyond those of the calls", extra, "", "0", extra == 0),
        row("channels left when all had hung up", left["channels"], "", "0", left["channels"] == 0),
        row("bridges left", left["bridges"], "", "0", left["bridges"] == 0),
        row("recordings left in the spool", left["spooled"], "", "0", left["spooled"] == 0),
        row("CEL: differences from the call records", differs, "", "0", differs == 0),
    ]


async def _kill(made: Crowd, number: int) -> dict[str, Any]:
    system = made.system
    await _passes(STEADY_S)
    agent = made.agents[number % len(made.agents)]
    call = (await agent.get("/v1/live")).json()["call"]
    pair = (call["id"], call["card"]["number"])
    killed = system.pid("server")
    moment = await made.org.dial()
    since = time.time()
    system.kill("server")
    await wait_until(lambda: not runs(killed))
    new = await made.org.dial()
    held, heard, first = await asyncio.gather(_control(agent, call["id"]), _heard(new), _heard(moment))
    asked_at, held_at = held
    resumed_at = await _resumed(made, agent, call["id"], pair)
    served = [await _served(caller) for caller in (new, moment)]
    for caller in (new, moment):
        caller.hang_up()
    await system.restarted("server", killed)
    settled = time.time()
    gaps = await made.gaps(since, settled, dict.fromkeys(pair, asked_at))
    after = await made.gaps(resumed_at, settled)
    return {
        "since": since,
        "settled": settled,
        "held": call["id"],
        "back_s": round(held_at - since, 3),
        "gap_s": max(*gaps.values(), *(after[name] for name in pair)),
        "ends": len(gaps),
        "new_heard_s": round(heard, 3),
        "moment_heard_s": round(first, 3),
        "new_served": sum(served),
    }


async def _control(agent: httpx.AsyncClient, call_id: str) -> tuple[float, float]:
    """When a request about a call was made that was accepted, and when it had had its effect."""
    asked_at = 0.0

    async def accepted() -> bool:
        nonlocal asked_at
        asked_at = time.time()
        return await _asked(agent, call_id, "hold")

    async def held() -> bool:
        call = (await agent.get("/v1/live")).json()["call"]
        return call is not None and bool(call["state"] == "held")

    await wait_until(accepted, 30)
    await wait_until(held, 10)
    return asked_at, time.time()


async def _resumed(made: Crowd, agent: httpx.AsyncClient, call_id: str, pair: tuple[str, str]) -> float:
    """From when on both have heard each other again, as was asked."""
    await wait_until(lambda: _asked(agent, call_id, "resume"), 10)

    async def together() -> float | None:
        since = time.time() - 0.3
        gaps = await made.gaps(since, since + 0.2, only=pair)
        return since if all(gaps[name] < 0.06 for name in pair) else None

    return await wait_until(together, 10) or 0.0


async def _asked(agent: httpx.AsyncClient, call_id: str, what: str) -> bool:
    try:
        return (await agent.post(f"/v1/calls/{call_id}/{what}", timeout=2)).status_code == 202
    except httpx.TransportError:
        return False


async def _heard(call: CustomerCall) -> float:
    """Seconds from the INVITE to the first sound, music or words (which begin softly); 999: none came."""
    try:
        await wait_until(lambda: call.ear.first_sound() is not None, 20)
    except AssertionError:
        return 999.0
    return (call.ear.first_sound() or 0.0) - call.dialled_at


async def _served(call: CustomerCall) -> bool:
    try:
        await wait_until(lambda: call.heard(AGENT_HZ), 15)
    except AssertionError:
        return False
    return True


async def _passes(seconds: float) -> None:
    """Time that has to pass: it is what is measured."""
    await asyncio.sleep(seconds)
