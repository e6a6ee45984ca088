"""Asterisk is killed while recorded calls talk: each gets its end and a recording that plays; the next is served."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import datetime
from typing import Any

from tests.matrix.crowds import AGENT_HZ, crowd
from tests.matrix.legs import LocalLeg
from tests.matrix.row import row
from tests.support.system import Organisation, System, loudest
from tests.support.wait import wait_until

from call24.standalone.customer import CustomerCall

CALLS = int(os.environ.get("CALL24_FIGURE_ASTERISK_CALLS", "20"))
KILLS = int(os.environ.get("CALL24_FIGURE_ASTERISK_KILLS", "5"))
SPOKEN_S = 6.0
SETTLED_S = 60.0
SERVED_S = 60.0
LOST_S = 1.5
"""What Asterisk had not written yet."""
HOW = (
    "recorded calls between WebRTC phones and a trunk; a new caller rings every 0.25 s from the kill on until one is "
    "answered"
)


async def measure(system: System) -> dict[str, Any]:
    kills = [await _kill(system) for _ in range(KILLS)]
    ends = sum(kill["ended"] for kill in kills)
    plays = sum(kill["plays"] for kill in kills)
    lost = max(kill["most_lost_s"] for kill in kills)
    new = max(kill["new_answered_s"] for kill in kills)
    heard = max(kill["new_heard_agent_s"] for kill in kills)
    total = CALLS * KILLS
    rows = [
        row("calls that have exactly one record with its end", ends, f"of {total}", "all", ends == total),
        row("recordings that play, with each side's tone", plays, f"of {total}", "all", plays == total),
        row("sound missing at a recording's end, at most", lost, "s", f"<= {LOST_S}", lost <= LOST_S),
        row("a new call is answered after, at most", new, "s", "<= 5", new <= 5),
        row("and talks to an agent after, at most", heard, "s", "-", True),
    ]
    return {"calls": CALLS, "how": HOW, "kills": kills, "rows": rows}


async def _kill(system: System) -> dict[str, Any]:
    async with crowd(system, CALLS) as made:
        org = made.org
        records = [row for row in await org.records() if not row["ended_at"]]
        await asyncio.sleep(SPOKEN_S)
        killed_at = time.time()
        killed = system.kill("asterisk")
        spare = asyncio.create_task(_spare(org))
        new = await _first_answered(org)
        answered_s = time.time() - killed_at
        await system.restarted("asterisk", killed)
        await spare
        served = await LocalLeg(new).heard_within(AGENT_HZ, SERVED_S)
        heard_s = time.time() - killed_at if served else 999.0
        new.hang_up()
        settled = await _settled(org, CALLS)
        told = [await _recording(org, record["id"], killed_at) for record in settled]
        return {
            "began": len(records),
            "ended": len({record["id"] for record in settled if record["ended_at"] and record["found_missing"]}),
            "plays": sum(plays for plays, _ in told),
            "most_lost_s": round(max((lost for _, lost in told), default=999.0), 2),
            "new_answered_s": round(answered_s, 3),
            "new_heard_agent_s": round(heard_s, 3),
        }


async def _spare(org: Organisation) -> None:
    """An agent whose phone finds the new Asterisk as soon as there is one."""
    agent = await org.agent("Spare", phone=False)
    told = (await agent.http.get("/v1/phone")).json()
    assert told

    async def registered() -> bool:
        try:
            await agent.register()
        except Exception:
            return False
        return True

    await wait_until(registered, 30)
    agent.answers_by_itself(AGENT_HZ, all_calls=True)
    await agent.be("available")


async def _first_answered(org: Organisation) -> CustomerCall:
    """One caller after the other, since who rings a dead Asterisk hears nothing, and rings again."""
    calls: list[CustomerCall] = []
    customer = org.customer()
    for _ in range(80):
        calls.append(await org.dial())
        await asyncio.sleep(0.25)
        answered = next((call for call in calls if call.answered_at is not None), None)
        if answered is not None:
            for call in calls:
                if call is not answered:
                    call.hang_up()
            return answered
    raise AssertionError(f"nobody answered {customer.number}")


async def _settled(org: Organisation, count: int) -> list[dict[str, Any]]:
    """The details of the calls that were lost, once their recordings are."""

    async def all_there() -> list[dict[str, Any]] | None:
        told = [await org.detail(row["id"]) for row in await org.records() if row["ended_at"]]
        rows = [row for row in told if row["found_missing"] and row["outcome"] == "answered"]
        settled = all(row["recording"] and row["recording"]["state"] != "open" for row in rows)
        return rows if len(rows) >= count and settled else None

    return await wait_until(all_there, SETTLED_S) or []


async def _recording(org: Organisation, call_id: str, killed_at: float) -> tuple[bool, float]:
    """Whether it plays with both tones; seconds from its end to the kill."""
    record = await org.detail(call_id)
    left, right = await org.sound(record["recording"]["id"])
    plays = abs(loudest(left[-16000:]) - 1000) < 5 and abs(loudest(right[-16000:]) - AGENT_HZ) < 5
    began = datetime.fromisoformat(record["answered_at"]).timestamp()
    return plays, killed_at - began - len(left) / 8000
