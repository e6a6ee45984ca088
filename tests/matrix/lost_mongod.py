"""MongoDB is away for a minute, stopped, and killed with its restart held back: calls go on, new ones are taken."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.matrix import afterwards
from tests.matrix.row import row
from tests.support.product.people import AGENT_HZ, CALLER_HZ
from tests.support.product.system import Organisation, System
from tests.support.stopped_process import stopped
from tests.support.telephony import channel_log
from tests.support.wait import wait_until

AWAY_S = float(os.environ.get("CALL24_FIGURE_AWAY_S", "60"))
TALKING, SERVED_BY = 4, 2
TALK_S = 1.0
HOW = (
    "four calls talk all the while; new callers ring one after the other and are served by two agents; each end is a "
    "phone in Python that notes what it saw; the journal is compared with the phones afterwards"
)


async def measure(system: System) -> dict[str, Any]:
    ways = {"stopped": await _away(system, _stopped(system)), "killed": await _away(system, _held_back(system))}
    rows = [line for way, told in ways.items() for line in _rows(way, told)]
    return {"away_s": AWAY_S, "how": HOW, "ways": ways, "rows": rows}


def _rows(way: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    seen, gap = told["answered_by_phones"], told["gap_s"]
    return [
        row(
            f"{way}: calls that went on, of those that talked",
            told["went_on"],
            f"of {TALKING}",
            "all",
            told["went_on"] == TALKING,
        ),
        row(f"{way}: longest gap in what they heard", gap * 1000, "ms", "<= 300", gap <= 0.3),
        row(
            f"{way}: new calls that rang, and talked to an agent",
            seen,
            f"of {told['rang']}",
            "all",
            seen == told["rang"],
        ),
        row(f"{way}: calls the phones saw and the records lack", told["lost"], "", "0", told["lost"] == 0),
        row(f"{way}: calls with more than one record", told["doubled"], "", "0", told["doubled"] == 0),
        row(f"{way}: journal events twice or missing", told["broken_lines"], "", "0", told["broken_lines"] == 0),
        row(f"{way}: calls with other than one end", told["ends_wrong"], "", "0", told["ends_wrong"] == 0),
        row(f"{way}: CEL differs from the records", told["cel_differs"], "", "0", told["cel_differs"] == 0),
        row(f"{way}: all in MongoDB after it was back", told["home_s"], "s", "-", True),
    ]


@contextmanager
def _stopped(system: System) -> Iterator[None]:
    with system.stopped("mongod"):
        yield


@contextmanager
def _held_back(system: System) -> Iterator[None]:
    """The parent stands still meanwhile: nobody starts it again."""
    with stopped(system.parent_pid):
        system.kill("mongod")
        yield


async def _away(system: System, trouble: Any) -> dict[str, Any]:
    async with system.organisation("Away", record="always") as org:
        agents = [await org.agent(f"Agent{number}") for number in range(TALKING)]
        talks = []
        for agent in agents:
            await agent.be("available")
            talks.append(await org.talk(agent))
        for number in range(SERVED_BY):
            fresh = await org.agent(f"Fresh{number}")
            fresh.answers_by_itself(AGENT_HZ, all_calls=True)
            await fresh.be("available")
        began = time.time()
        with trouble:
            numbers, served = await _serve(org, began + AWAY_S)
        back = time.time()
        went_on = 0
        gap = 0.0
        for talk in talks:
            await talk.heard(8)
            gap = max(gap, talk.call.ear.longest_gap(AGENT_HZ, began, back))
            gap = max(gap, talk.offer.ear.longest_gap(CALLER_HZ, began, back))
            went_on += talk.call.end is None
            talk.call.hang_up()
            numbers.append(talk.call._customer.number)
        await system.whole(60)
        await wait_until(lambda: _home(system, org, len(numbers)), 60)
        home_s = time.time() - back
        return {
            "went_on": went_on,
            "gap_s": round(gap, 3),
            "rang": len(numbers) - TALKING,
            "answered_by_phones": served,
            "home_s": round(home_s, 1),
            **await _compared(system, org, numbers),
            "cel_differs": (await channel_log.reconcile(system, org.tenant_id))["found"],
        }


async def _serve(org: Organisation, until: float) -> tuple[list[str], int]:
    """Callers one after the other: their numbers, and how many talked to somebody."""
    numbers, served = [], 0
    while time.time() < until:
        call = await org.dial()
        numbers.append(call._customer.number)
        try:
            await wait_until(lambda call=call: call.heard(AGENT_HZ), 10)  # type: ignore[misc]
            served += 1
        except AssertionError:
            pass
        call.hang_up()
        await asyncio.sleep(TALK_S)
    return numbers, served


def _home(system: System, org: Organisation, calls: int) -> bool:
    return afterwards.ends(afterwards.journal(system, org.tenant_id)).total() >= calls


async def _compared(system: System, org: Organisation, numbers: list[str]) -> dict[str, int]:
    """What the phones saw against records and journal."""

    async def recorded() -> list[str] | None:
        rows = [row["number"] for row in await org.records() if row["ended_at"]]
        return rows if len(rows) >= len(numbers) else None

    try:
        rows = Counter(await wait_until(recorded, 30))
    except AssertionError:
        rows = Counter(row["number"] for row in await org.records() if row["ended_at"])
    lines = afterwards.journal(system, org.tenant_id)
    ends = afterwards.ends(lines)
    return {
        "lost": sum((Counter(numbers) - rows).values()),
        "doubled": sum((rows - Counter(numbers)).values()),
        "broken_lines": afterwards.broken_lines(lines),
        "ends_wrong": sum(count != 1 for count in ends.values()) + abs(len(ends) - len(numbers)),
        "lines": len(lines),
    }
