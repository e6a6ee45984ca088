"""Nobody takes the call: the caller leaves a message, which can be listened to."""

from __future__ import annotations

import time

import pytest
from tests.support.product.system import CALLER_HZ, Organisation, System, loudest
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall


async def leave_message(org: Organisation, call: CustomerCall) -> None:
    """Waits for the prompt to end and the message to begin, says a second and a half of tone, and hangs up."""
    spool = org.system.settings.recording_spool / org.tenant_id
    await wait_until(lambda: list(spool.glob("*.wav")), 15)
    spoken = call.stream.sent
    await wait_until(lambda: call.stream.sent - spoken > 75)
    call.hang_up()


async def check_message(org: Organisation, reason: str) -> None:
    [record] = await org.ended()
    assert (record["outcome"], record["ended_by"], record["agent"]) == ("voicemail", "caller", None)
    assert record["recording"]["kind"] == "message"
    assert record["recording"]["state"] == "stored"
    assert reason in " ".join(line["text"] for line in record["timeline"])
    sound = await org.sound(record["recording"]["id"])
    assert len(sound) == 1
    assert abs(len(sound[0]) / 8000 - record["recording"]["duration_s"]) < 0.01
    assert record["recording"]["duration_s"] > 1
    assert abs(loudest(sound[0][-8000:]) - CALLER_HZ) < 5


async def test_with_nobody_signed_in_the_caller_leaves_a_message_at_once(system: System) -> None:
    async with system.organisation("Acme") as acme:
        await acme.agent("Anna", phone=False)
        call = await acme.dial()
        await leave_message(acme, call)
        await check_message(acme, "nobody")


@pytest.mark.long("unit/engine/test_engine.py::test_waiting_too_long_ends_in_voicemail_also_while_agents_are_busy")
async def test_after_the_longest_wait_the_caller_leaves_a_message(system: System) -> None:
    async with system.organisation("Acme", max_wait_s=1) as acme:
        anna = await acme.agent("Anna", phone=False)
        await anna.be("paused", "lunch")
        call = await acme.dial()
        await wait_until(acme.waiting)
        began = time.time()
        await leave_message(acme, call)
        assert time.time() - began > 1
        await check_message(acme, "wait")
        [record] = await acme.records()
        assert abs(record["wait_s"] - 1) < 0.3
