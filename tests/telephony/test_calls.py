"""Calls through the whole system: real SIP and WebRTC at both ends, real Asterisk and MongoDB, the public API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.system import System, running_system
from tests.support.wait import wait_until


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with running_system() as running:
        yield running


async def test_an_agent_answers_and_both_hear_each_other(system: System) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent")
        await agent.be("available")
        call = await acme.customer("+442079460123", "Grace").dial(acme.number)
        assert agent.phone is not None
        offer = await agent.phone.next_call()
        await offer.answer(tone_hz=440)
        await wait_until(lambda: call.heard(440))
        assert (await agent.live())["call"]["card"]["number"] == "+442079460123"
        offer.hang_up()
        await call.ended()

        async def finished() -> list[dict[str, object]]:
            return await acme.records()

        [record] = await wait_until(finished)
        assert record["outcome"] == "answered"
        assert record["ended_by"] == "agent"
