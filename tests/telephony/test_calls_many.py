"""Ten customers at once and three agents: first come, first served, and the books add up."""

from __future__ import annotations

import asyncio
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.support.product.system import Agent, System
from tests.support.wait import wait_until

CUSTOMERS, AGENTS = 10, 3


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


async def work(agent: Agent, served: list[str], doubled: list[str]) -> None:
    """Answer whatever rings, talk until both hear each other, hang up; note a second call that comes meanwhile."""
    assert agent.phone
    while True:
        offer = await agent.rings(60)
        second = asyncio.create_task(agent.phone.next_call(60))
        await offer.answer(440)
        await wait_until(lambda offer=offer: offer.heard(1000, for_s=0.5))
        if second.done():
            doubled.append(agent.name)
        second.cancel()
        await asyncio.wait({second})
        served.append(offer.call_id or "")
        offer.hang_up()


def queued_at(record: dict[str, Any]) -> str:
    return next(line["at"] for line in record["timeline"] if line["event"] == "CallQueued")


async def test_ten_customers_and_three_agents(system: System) -> None:
    async with system.organisation("Acme") as acme:
        agents = [await acme.agent(f"Agent{number}") for number in range(AGENTS)]
        for agent in agents:
            await agent.be("paused")
        calls = await asyncio.gather(*(acme.dial() for _ in range(CUSTOMERS)))

        async def all_wait() -> bool:
            return await acme.waiting() == CUSTOMERS

        await wait_until(all_wait, 20)
        await asyncio.gather(*(agent.be("available") for agent in agents))
        served: list[str] = []
        doubled: list[str] = []
        working = [asyncio.create_task(work(agent, served, doubled)) for agent in agents]
        try:
            ends = await asyncio.gather(*(call.ended(60) for call in calls))
        finally:
            for task in working:
                task.cancel()
            await asyncio.wait(working)
        records = await acme.ended(CUSTOMERS, 20)
        assert doubled == []
        assert {end.by for end in ends} == {"them"}
        assert len(served) == len(set(served)) == CUSTOMERS
        assert {record["id"] for record in records} == set(served)
        assert all(call.heard(440) for call in calls)
        check_order(records)
        check_agents(records)
        for record in records:
            check_sums(record)


def check_order(records: list[dict[str, Any]]) -> None:
    """Whoever came first was offered first."""
    by_arrival = sorted(records, key=queued_at)
    offered = [record["offers"][0]["at"] for record in by_arrival]
    assert offered == sorted(offered)


def check_agents(records: list[dict[str, Any]]) -> None:
    """Nobody was offered a call before the one in hand had ended."""
    shares: dict[str, list[tuple[float, float]]] = {}
    for record in records:
        for offer in record["offers"]:
            shares.setdefault(offer["agent"]["id"], []).append((moment(offer["at"]), moment(record["ended_at"])))
    assert len(shares) == AGENTS
    for spans in shares.values():
        assert all(ended <= begun for (_, ended), (begun, _) in pairwise(sorted(spans)))


def check_sums(record: dict[str, Any]) -> None:
    parts = sum(record[f"{kind}_s"] for kind in ("wait", "ring", "talk", "hold"))
    assert abs(parts - (moment(record["ended_at"]) - moment(record["at"]))) < 0.002
    assert abs(sum(piece["s"] for piece in record["line"]) - parts) < 0.002
    assert (record["outcome"], record["ended_by"], len(record["offers"])) == ("answered", "agent", 1)
    assert record["recording"]["state"] == "stored"
    assert abs(record["recording"]["duration_s"] - record["talk_s"]) < 0.2
