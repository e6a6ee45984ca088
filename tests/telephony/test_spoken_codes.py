"""The callers' page calls the number that was entered, over the organisation's own line, and says the code there."""

from __future__ import annotations

import asyncio
import re
import time

import httpx
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.testphones.customer import Customer
from call24.testphones.sip_call import SipCall

OURS = "sound:call24/"


async def page_of(acme: Organisation) -> str:
    stated = (await acme.http.get("/v1/organisation/policy")).json()["address"]
    return str(stated).replace("/policy/", "/rights/")


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


async def played(acme: Organisation, call: SipCall) -> list[str]:
    """What Asterisk plays to the organisation's one leg, in order, until it has said the code once.

    The same digit twice in a row is one stretch, of twice its length.
    """
    [leg] = await acme.system.pbx.legs(acme.tenant_id)
    login, found = acme.system.settings.ari_login(), list[str]()
    began, until = list[float](), time.monotonic() + 15
    async with httpx.AsyncClient(auth=(login.user, login.password), timeout=5) as http:
        while time.monotonic() < until and call.end is None and found.count(f"{OURS}privacy-code") < 2:
            answer = await http.get(f"{acme.system.settings.ari_url}/playbacks/spoken_{leg}")
            if answer.status_code == 200 and (not found or found[-1] != answer.json()["media_uri"]):
                found.append(answer.json()["media_uri"])
                began.append(time.monotonic())
            await asyncio.sleep(0.01)  # Asterisk tells of a list's parts by being asked
    sounds = acme.system.settings.asterisk_var / "data" / "sounds" / "en"
    times = []
    for uri, start, end in zip(found, began, began[1:], strict=False):
        file = sounds / f"{uri.removeprefix('sound:')}.wav"
        length_s = (file.stat().st_size - 44) / 16_000 if file.exists() else end - start
        times += [uri] * max(1, round((end - start) / length_s))
    return times


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
            digits = [uri.removeprefix("sound:digits/") for uri in sounds if uri.startswith("sound:digits/")]
            call.hang_up()
            await acme.nothing_left()
            code = "".join(digits)
            answer = await browser.post(f"{place}/code", data={"visit": visit, "code": code})
            assert answer.status_code == 303, (digits, answer.text)
            assert "Delete my data" in (await browser.get(place)).text
        assert line.number not in system.log("server") and line.number not in place
