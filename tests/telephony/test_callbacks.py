"""Call-backs: promised to a waiting caller, who keeps the place; an agent is rung first, then the customer."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from tests.support.hearing import hear
from tests.support.people import AGENT_HZ, CALLER_HZ, LINE_HZ, Agent
from tests.support.system import Organisation, System
from tests.support.wait import wait_until

from call24.standalone.carrier import Line, Manner
from call24.standalone.rtp import Tone
from call24.standalone.sip_call import CallFailed


async def busy_agent(org: Organisation) -> Agent:
    """Signed in, so that it is worth waiting, and not free."""
    anna = await org.agent("Anna")
    await anna.be("paused")
    return anna


async def promised(org: Organisation, manner: Manner = "ring") -> tuple[Line, dict[str, Any]]:
    """A customer waited, pressed 1 and was told that it is called back."""
    line = await org.line(manner, LINE_HZ)
    call = await org.customer(line.number, "Grace").dial(org.number, Tone(CALLER_HZ))
    await call.answered(5)
    await wait_until(org.waiting, 15)
    call.press("1")
    end = await call.ended(15)
    assert end.by == "them"
    [row] = await wait_until(lambda: callbacks(org))
    assert (row["number"], row["queue_id"], row["attempts"]) == (line.number, org.queue_id, 0)
    return line, row


async def callbacks(org: Organisation) -> list[dict[str, Any]]:
    return list((await org.http.get("/v1/callbacks")).json()["items"])


async def test_a_waiting_caller_is_called_back_in_its_turn(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await busy_agent(acme)
        line, row = await promised(acme)
        assert await acme.waiting() == 0
        await anna.be("available")
        offer = await anna.rings()
        assert (offer.call_id, offer.purpose, offer.answers_itself) == (row["id"], "callback", False)
        assert line.calls == []
        await offer.answer(AGENT_HZ)
        outside = await line.rings()
        assert outside.caller[0] == acme.number
        outside.answer(LINE_HZ)
        await hear({offer: LINE_HZ, outside: AGENT_HZ})
        outside.hang_up()
        await offer.ended(3)
        await acme.nothing_left()
        assert await callbacks(acme) == []
        promise, back = await acme.ended(2)
        assert (promise["id"], back["id"]) == (row["origin_call_id"], row["id"])
        assert back["talk_s"] > 0


async def test_who_is_not_reached_is_tried_again_later_and_the_agent_is_free(system: System) -> None:
    async with system.organisation("Acme", callback=True, callback_retry_s=30, callback_attempts=2) as acme:
        anna = await busy_agent(acme)
        line, _ = await promised(acme, "busy")
        await anna.be("available")
        offer = await anna.rings()
        with contextlib.suppress(CallFailed):  # the line is busy before the phone's sound is there
            await offer.answer(AGENT_HZ)
        await offer.ended(5)
        await anna.becomes("available")
        [row] = await callbacks(acme)
        assert (row["attempts"], row["state"]) == (1, "waiting")
        assert row["not_before"]
        tried = time.time()
        line.manner = "answer"
        again = await anna.rings(40)
        assert again.rang_at - tried > 25
        await again.answer(AGENT_HZ)
        await hear({again: LINE_HZ})
        again.hang_up()
        await acme.nothing_left()
        assert await callbacks(acme) == []


async def test_the_agent_who_declines_costs_the_customer_nothing(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await busy_agent(acme)
        line, row = await promised(acme)
        bert = await acme.agent("Bert")
        await anna.be("available")
        (await anna.rings()).decline()
        await anna.be("paused")
        await bert.be("available")
        offer = await bert.rings()
        assert offer.call_id == row["id"]
        await offer.answer(AGENT_HZ)
        outside = await line.rings()
        await bert.does(row["id"], "hangup")  # before the customer has answered: nobody may answer to silence
        assert (await outside.ended(3)).status == 487
        await bert.becomes("available")
        [row] = await callbacks(acme)
        assert row["attempts"] == 0
        assert (await acme.http.delete(f"/v1/callbacks/{row['id']}")).status_code == 202
        await acme.nothing_left()
        assert await callbacks(acme) == []


async def test_one_promise_for_each_number_and_none_for_who_was_reached(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await busy_agent(acme)
        line, row = await promised(acme)
        customer = acme.customers[-1]
        second = await customer.dial(acme.number, Tone(CALLER_HZ))
        await second.answered(5)
        await wait_until(acme.waiting, 15)
        second.press("1")
        await second.ended(15)
        assert [each["id"] for each in await callbacks(acme)] == [row["id"]]
        third = await customer.dial(acme.number, Tone(CALLER_HZ))
        await third.answered(5)
        await wait_until(acme.waiting, 15)
        await anna.be("available")
        offer = await anna.rings()
        if offer.call_id == row["id"]:  # the promise is older, so it is its turn first
            await anna.does(offer.call_id, "decline")
            offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({third: AGENT_HZ, offer: CALLER_HZ})
        assert await callbacks(acme) == []
        third.hang_up()
        await acme.nothing_left()
        assert line.calls == []
