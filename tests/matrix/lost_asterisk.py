"""Asterisk is killed while a hundred recorded calls talk: each gets its end and a recording that plays; the next is
served."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import Any

from pymongo import MongoClient
from tests.matrix import afterwards
from tests.matrix.legs import LocalLeg
from tests.matrix.row import row
from tests.matrix.unheard import CALLER_HZ, PHONE_HZ, Others, others, talking
from tests.support.product.many_agents import all_of
from tests.support.product.people import AGENT_HZ, Agent
from tests.support.product.system import Organisation, System, loudest
from tests.support.telephony import channel_log
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE
from call24.testphones.customer import CustomerCall

CALLS = int(os.environ.get("CALL24_FIGURE_ASTERISK_CALLS", "100"))
KILLS = int(os.environ.get("CALL24_FIGURE_ASTERISK_KILLS", "4"))
SPOKEN_S = 6.0
SETTLED_S = 60.0
SERVED_S = 60.0
ORPHANS_S = 10.0
LOST_S = 1.5
"""What Asterisk had not written yet."""
TAIL = 16_000
"""Samples: the last two seconds."""
HOW = (
    f"{CALLS} recorded calls over plain SIP and RTP, both ends of each SIPp's, with sound; their processes are killed "
    "with Asterisk (on one machine their sound would come to the ports of the next calls); a new caller rings every "
    "0.25 s from the kill on until one is answered, and an agent's phone over WebRTC registers again; each recording "
    "is fetched and decoded, and the tone of each side found in its last two seconds; the journal and Asterisk's own "
    "log of its channels (CEL) are compared at the end"
)


async def measure(system: System) -> dict[str, Any]:
    async with system.organisation("Crowd", record="always") as org, others(system, org, CALLS) as made:
        spare = await org.agent("Spare")
        kills = [await _kill(made, spare) for _ in range(KILLS)]
        await asyncio.sleep(ORPHANS_S)
        left = await afterwards.left_over(system, org.tenant_id)
        lines = await asyncio.to_thread(afterwards.journal, system, org.tenant_id)
        compared = channel_log.in_short(await channel_log.reconcile(system, org.tenant_id))
    told = {
        "calls": CALLS,
        "how": HOW,
        "kills": kills,
        "left": left,
        "lines": len(lines),
        "broken_lines": afterwards.broken_lines(lines),
        "ends_wrong": sum(count != 1 for count in afterwards.ends(lines).values()),
        "reconciled": compared,
    }
    return {**told, "rows": _rows(told)}


def _rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    kills, left = told["kills"], told["left"]
    ends, plays = (sum(kill[name] for kill in kills) for name in ("ended", "plays"))
    lost, new, heard = (max(kill[name] for kill in kills) for name in ("most_lost_s", "new_answered_s", "new_heard_s"))
    total, broken = told["calls"] * len(kills), told["broken_lines"] + told["ends_wrong"]
    early = sum(kill["over_before"] for kill in kills)
    differs = told["reconciled"]["found"] - told["reconciled"]["kinds"].get("pbx_was_killed", 0)
    return [
        row("calls that have exactly one record, with one end", ends, f"of {total}", "all", ends == total),
        row("SIPp: calls that were over before the kill", early, "", "0", early == 0),
        row("recordings that play, with each side's tone", plays, f"of {total}", "all", plays == total),
        row("sound missing at a recording's end, at most", lost, "s", f"<= {LOST_S}", lost <= LOST_S),
        row("a new call is answered after, at most", new, "s", "<= 5", new <= 5),
        row("and talks to an agent after, at most", heard, "s", "-", True),
        row("journal: lines twice or missing, calls with other than one end", broken, "", "0", broken == 0),
        row("channels left 10 s after the last call", left["channels"], "", "0", left["channels"] == 0),
        row("bridges left", left["bridges"], "", "0", left["bridges"] == 0),
        row("recordings left in the spool", left["spooled"], "", "0", left["spooled"] == 0),
        row("CEL: differences from the call records but for the kill itself", differs, "", "0", differs == 0),
    ]


async def _kill(made: Others, spare: Agent) -> dict[str, Any]:
    system, org = made.rig.system, made.rig.org
    await spare.be("paused")
    async with talking(made) as both:
        calls = sorted(await system.pbx.calls(org.tenant_id))
        await asyncio.sleep(SPOKEN_S)
        over_before = both.over()
        killed_at = time.time()
        killed = system.kill("asterisk")
        await both.silence()
        back = asyncio.create_task(_serves_again(spare))
        new = await _first_answered(org)
        answered_s = time.time() - killed_at
        await system.restarted("asterisk", killed)
        await back
        served = await LocalLeg(new).heard_within(AGENT_HZ, SERVED_S)
        heard_s = time.time() - killed_at if served else 999.0
        new.hang_up()
        told = await _records(org, calls)
    await spare.becomes("available", 15)
    sounds = await all_of([_recording(org, record, killed_at) for record in told])
    return {
        "talked": len(calls),
        "over_before": over_before,
        "ended": sum(record["ends"] == 1 and bool(record["found_missing"]) for record in told),
        "states": sorted({str(record["recording"]) for record in told}),
        "plays": sum(plays for plays, _ in sounds),
        "lost_s": sorted((round(lost, 2) for _, lost in sounds), reverse=True)[:10],
        "most_lost_s": round(max((lost for _, lost in sounds), default=999.0), 2),
        "new_answered_s": round(answered_s, 3),
        "new_heard_s": round(heard_s, 3),
    }


async def _serves_again(spare: Agent) -> None:
    """Its phone finds the new Asterisk as soon as there is one."""

    async def registered() -> bool:
        try:
            await spare.register()
        except Exception:
            return False
        return True

    await wait_until(registered, 30)
    spare.answers_by_itself(AGENT_HZ, all_calls=True)
    await spare.be("available")


async def _first_answered(org: Organisation) -> CustomerCall:
    """One caller after the other, since who rings a dead Asterisk hears nothing, and rings again."""
    calls: list[CustomerCall] = []
    for _ in range(80):
        calls.append(await org.dial())
        await asyncio.sleep(0.25)
        answered = next((call for call in calls if call.answered_at is not None), None)
        if answered is not None:
            for call in calls:
                if call is not answered:
                    call.hang_up()
            return answered
    raise AssertionError("no new caller was answered within 20 s")


async def _records(org: Organisation, calls: list[str]) -> list[dict[str, Any]]:
    """Of each lost call its record, how many ends it has in the journal and what its recording is, once all settled."""
    these = {"call_id": {"$in": calls}}
    with MongoClient[dict[str, Any]](org.system.settings.mongodb_uri(), tz_aware=True) as mongo:
        kept = mongo[DATABASE]

        def settled() -> bool:
            ended = kept["call_records"].count_documents({"_id": {"$in": calls}, "ended_at": {"$ne": None}})
            taken = kept["recordings"].count_documents({**these, "state": {"$ne": "open"}})
            return ended >= len(calls) and taken >= len(calls)

        async def look() -> bool:
            await asyncio.sleep(0.5)
            return await asyncio.to_thread(settled)

        with contextlib.suppress(AssertionError):  # what is missing is counted
            await wait_until(look, SETTLED_S)
        ends = afterwards.ends(list(kept["journal"].find({**these, "type": "CallEnded"})))
        states = {one["call_id"]: one["state"] for one in kept["recordings"].find(these)}
        rows = list(kept["call_records"].find({"_id": {"$in": calls}, "ended_at": {"$ne": None}}))
    return [{**one, "ends": ends[one["_id"]], "recording": states.get(one["_id"])} for one in rows]


async def _recording(org: Organisation, record: dict[str, Any], killed_at: float) -> tuple[bool, float]:
    """Whether it plays with both tones; seconds from its end to the kill."""
    if record["recording"] not in ("stored", "short"):
        return False, 999.0
    left, right = await org.sound(record["recording_id"])
    heard = [loudest(side[-TAIL:] - side[-TAIL:].mean()) for side in (left, right)]
    plays = abs(heard[0] - CALLER_HZ) < 5 and abs(heard[1] - PHONE_HZ) < 5
    began = (record["recorded_from"] or record["answered_at"]).timestamp()
    return plays, killed_at - began - len(left) / 8000
