"""A locked phone is called on the agent's mobile number: proven by a spoken code, taken by the key 1 alone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.support.privacy.spoken import code_in, played
from tests.support.product.people import AGENT_HZ, CALLER_HZ, Agent
from tests.support.product.system import Organisation, System, loudest
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until

from call24.testphones.carrier import Line


async def with_mobile(acme: Organisation) -> tuple[Agent, Line]:
    """Anna, whose app sleeps in a locked phone, and the line behind the trunk whose number she proved."""
    assert (await acme.http.patch("/v1/organisation", json={"ring_mobiles": True})).status_code == 200
    anna, line = await acme.agent("Anna", phone=False), await acme.line()
    asked = await anna.http.post("/v1/me/mobile/code", json={"number": line.number})
    assert asked.status_code == 200, asked.text
    call = await line.rings()
    call.answer()
    sounds = await played(acme, call, "mobile-code")
    call.hang_up()
    await acme.nothing_left()
    assert (await anna.http.post("/v1/me/mobile/proof", json={"code": "nothing"})).status_code == 403
    proven = await anna.http.post("/v1/me/mobile/proof", json={"code": code_in(sounds)})
    assert (proven.status_code, proven.json()["number"], proven.json()["rings"]) == (200, line.number, True), (
        proven.text
    )
    await anna.be("available")
    return anna, line


def told(record: dict[str, Any]) -> list[str]:
    return [entry["event"] for entry in record["timeline"] if entry["event"].startswith("OfferMobile")]


async def test_the_key_takes_the_call(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, line = await with_mobile(acme)
        call = await acme.dial()
        mobile = await line.rings(15)
        assert mobile.caller[0] == acme.number, "the organisation's number, never the caller's"
        mobile.answer(AGENT_HZ)
        began = time.time()
        await wait_until(lambda: mobile.ear.level_dbfs(began) > -45, 5)
        assert not call.ear.among(AGENT_HZ, began, 0.2)
        mobile.press("1")
        await hear({call: AGENT_HZ, mobile: CALLER_HZ}, for_s=1.5)
        assert await anna.state() == "on_call"
        mobile.hang_up()
        [record] = await acme.ended()
        assert told(record) == ["OfferMobileDialled", "OfferMobileAnswered", "OfferMobileAccepted"]
        assert line.number.strip("+") not in str(record)
        left, right = await acme.sound(record["recording"]["id"])
        assert abs(loudest(left[-6000:]) - CALLER_HZ) < 5
        assert abs(loudest(right[-6000:]) - AGENT_HZ) < 5
        assert line.number not in system.log("server")
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_mobile.py::test_a_mailbox_never_has_the_call_and_the_caller_waits_on")
async def test_a_mailbox_does_not_take_it(system: System) -> None:
    async with system.organisation("Acme") as acme:
        _, line = await with_mobile(acme)
        call = await acme.dial()
        mailbox = await line.rings(15)
        mailbox.answer(AGENT_HZ)
        await mailbox.ended(40)
        call.hang_up()
        [record] = await acme.ended()
        assert told(record)[-1] == "OfferMobileDeclined"
        assert record["outcome"] != "answered"
        assert line.number not in system.log("server")
        await acme.nothing_left()
