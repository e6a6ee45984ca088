"""The callers' page, and what a call that it makes says to the caller."""

from __future__ import annotations

import asyncio
import time

import httpx
from tests.support.product.system import Organisation

from call24.testphones.sip_call import SipCall

OURS = "sound:call24/"


async def page_of(acme: Organisation) -> str:
    stated = (await acme.http.get("/v1/organisation/policy")).json()["address"]
    return str(stated).replace("/policy/", "/rights/")


async def played(acme: Organisation, call: SipCall, words: str = "privacy-code") -> list[str]:
    """What Asterisk plays to the organisation's one leg, in order, until it has said the code once. `words`: what is
    said before the code.

    The same digit twice in a row is one stretch, of twice its length.
    """
    [leg] = await acme.system.pbx.legs(acme.tenant_id)
    login, found = acme.system.settings.ari_login(), list[str]()
    began, until = list[float](), time.monotonic() + 15
    async with httpx.AsyncClient(auth=(login.user, login.password), timeout=5, verify=False) as http:
        while time.monotonic() < until and call.end is None and found.count(f"{OURS}{words}") < 2:
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


def code_in(sounds: list[str]) -> str:
    return "".join(uri.removeprefix("sound:digits/") for uri in sounds if uri.startswith("sound:digits/"))
