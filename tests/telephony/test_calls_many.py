"""Ten customers at once and three agents: first come, first served, and the books add up."""

from __future__ import annotations

import asyncio
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from tests.support.product.people import AGENT_HZ
from tests.support.product.system import Agent, System
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.offered_call import OfferedCall

CUSTOMERS, AGENTS = 10, 3


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


async def work(agent: Agent, calls: dict[int, CustomerCall], served: list[str], doubled: list[str]) -> None:
    """Answer whatever rings, talk until both hear each other, hang up; note a second call that comes meanwhile.

    `calls`: by the tone that the customer says.
    """
    assert agent.phone
    while True:
        offer = await agent.rings(60)
        second = asyncio.create_task(agent.phone.next_call(60))
        await offer.answer(AGENT_HZ)

        def partner(offer: OfferedCall = offer) -> CustomerCall | None:
            return next((call for hz, call in calls.items() if offer.heard(hz, for_s=0.5)), None)

        customer = await wait_until(partner)
        assert customer is not None
        await wait_until(lambda customer=customer: customer.heard(AGENT_HZ))
        if second.done():
            doubled.append(agent.name)
        second.cancel()
        await asyncio.wait({second})
        served.append(offer.call_id or "")
        offer.hang_up()


def queued_at(record: dict[str, Any]) -> str:
    return next(line["at"] for line in record["timeline"] if line["event"] == "CallQueued")


@pytest.mark.long("simulation/test_seeds.py::test_nothing_is_lost_left_over_or_forgotten_on_any_day")
async def test_ten_customers_and_three_agents(system: System) -> None:
    async with system.organisation("Acme") as acme:
        agents = [await acme.agent(f"Agent{number}") for number in range(AGENTS)]
        for agent in agents:
            await agent.be("paused")
        tones = range(700, 700 + 100 * CUSTOMERS, 100)
        calls = dict(zip(tones, await asyncio.gather(*map(acme.dial, tones)), strict=True))

        async def all_wait() -> bool:
            return await acme.waiting() == CUSTOMERS

        await wait_until(all_wait, 20)
        await asyncio.gather(*(agent.be("available") for agent in agents))
        served: list[str] = []
        doubled: list[str] = []
        working = [asyncio.create_task(work(agent, calls, served, doubled)) for agent in agents]
        try:
            ends = await asyncio.gather(*(call.ended(60) for call in calls.values()))
        finally:
            for task in working:
                task.cancel()
            await asyncio.wait(working)
        records = await acme.ended(CUSTOMERS, 20)
        assert doubled == []
        assert {end.by for end in ends} == {"them"}
        assert len(served) == len(set(served)) == CUSTOMERS
        assert {record["id"] for record in records} == set(served)
        assert all(call.heard(AGENT_HZ) for call in calls.values())
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
    assert abs(record["recording"]["duration_s"] - record["talk_s"]) < 0.3
