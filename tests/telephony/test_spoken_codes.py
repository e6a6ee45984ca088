"""The callers' page calls the number that was entered, over the organisation's own line, and says the code there."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from tests.support.privacy.spoken import OURS, code_in, page_of, played
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.testphones.customer import Customer


async def calls_in(acme: Organisation, number: str) -> None:
    """Somebody rings the organisation and shows this number, whoever it is."""
    sip = ("127.0.0.1", acme.system.settings.sip_port)
    async with Customer(sip, number, local_host=acme.address) as somebody:
        call = await somebody.dial(acme.number)
        await call.answered(5)
        call.hang_up()
        await call.ended(5)

    async def known() -> bool:
        found = (await acme.http.get("/v1/calls", params={"limit": 10})).json()["items"]
        return any(one["number"] == number for one in found)

    await wait_until(known, 5)


@pytest.mark.long(
    "integration/privacy_requests/test_door.py::"
    "test_the_code_of_the_call_opens_the_page_and_a_request_comes_to_the_desk"
)
async def test_the_code_is_said_in_a_call_to_the_number_and_a_caller_id_alone_opens_nothing(system: System) -> None:
    async with system.organisation("Acme") as acme:
        line = await acme.line()
        await calls_in(acme, line.number)  # a caller ID can be spoofed: this could be anybody
        place = await page_of(acme)
        async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=10) as browser:
            assert "Delete my data" not in (await browser.get(place)).text
            asked = await browser.post(f"{place}/call", data={"number": line.number})
            visit = re.findall(r'name="visit" value="([^"]+)"', asked.text)[0]
            call = await line.rings()
            assert call.caller[0] == acme.number
            call.answer()
            sounds = await played(acme, call)
            assert call.ear.level_dbfs(time.time() - 1) > -45
            assert sounds[0] == f"{OURS}privacy-code", sounds
            call.hang_up()
            await acme.nothing_left()
            code = code_in(sounds)
            answer = await browser.post(f"{place}/code", data={"visit": visit, "code": code})
            assert answer.status_code == 303, (code, answer.text)
            assert "Delete my data" in (await browser.get(place)).text
        assert line.number not in system.log("server") and line.number not in place
