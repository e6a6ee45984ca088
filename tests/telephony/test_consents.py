"""Who does not want to be recorded is not, whatever the queue says; an agent who objects is not listened to."""

from __future__ import annotations

import re
from typing import Any

import httpx
from tests.support.product.people import AGENT_HZ, CALLER_HZ
from tests.support.product.system import Agent, Organisation, System, Talk
from tests.telephony.test_spoken_codes import calls_in, page_of, played
from tests.telephony.test_supervision import LISTENS, listening, scene

from call24.testphones.rtp import Tone

NUMBER, OTHER = "+442079468282", "+442079468283"
REFUSAL = re.compile(r'name="hash" value="([^"]+)"><button name="act" value="refuse">')


async def conversation(acme: Organisation, anna: Agent, number: str) -> dict[str, Any]:
    """Somebody with this number and Anna hear each other; the record."""
    before = len(await acme.records())
    await anna.be("available")
    call = await acme.customer(number).dial(acme.number, Tone(CALLER_HZ))
    offer = await anna.rings()
    await offer.answer(AGENT_HZ)
    await Talk(call, offer, anna, CALLER_HZ, AGENT_HZ).heard()
    call.hang_up()
    return (await acme.ended(before + 1))[-1]


async def test_who_objected_is_not_recorded_though_the_queue_always_does_and_is_again_once_they_agree(
    system: System,
) -> None:
    async with system.organisation("Acme", record="always", record_announcement=True) as acme:
        [anna] = await acme.crew("Anna")
        first = await conversation(acme, anna, NUMBER)
        assert (first["recording"]["state"], first["not_recorded"]) == ("stored", None)
        folder = system.settings.recordings / acme.tenant_id
        kept = sorted(folder.rglob("*"))
        consents = f"/v1/contacts/{first['contact_id']}/consents"
        entered = await acme.http.post(consents, json={"purpose": "recording", "act": "object"})
        assert entered.status_code == 201, entered.text

        second = await conversation(acme, anna, NUMBER)
        assert second["contact_id"] == first["contact_id"]
        assert (second["recording"], second["recorded_from"], second["not_recorded"]) == (None, None, "objected")
        assert sorted(folder.rglob("*")) == kept, "no file is there that was not before"
        spool = system.settings.recording_spool / acme.tenant_id
        assert [file for file in spool.rglob("*") if file.is_file()] == []
        assert "RecordingAnnounced" not in await acme.journal(second["id"]), "nor is it told that it is recorded"

        other = await conversation(acme, anna, OTHER)
        assert (other["recording"]["state"], other["not_recorded"]) == ("stored", None)

        agreed = await acme.http.post(consents, json={"purpose": "recording", "act": "grant"})
        assert agreed.status_code == 201, agreed.text
        third = await conversation(acme, anna, NUMBER)
        assert (third["recording"]["state"], third["not_recorded"]) == ("stored", None)


async def test_a_caller_stops_the_recording_of_their_calls_with_one_click_on_the_public_page(system: System) -> None:
    async with system.organisation("Acme", record="always") as acme:
        line = await acme.line()
        await calls_in(acme, line.number)
        place = await page_of(acme)
        async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=10) as browser:
            asked = await browser.post(f"{place}/call", data={"number": line.number})
            call = await line.rings()
            call.answer()
            sounds = await played(acme, call)
            call.hang_up()
            await acme.nothing_left()
            code = "".join(uri.removeprefix("sound:digits/") for uri in sounds if uri.startswith("sound:digits/"))
            visit = re.findall(r'name="visit" value="([^"]+)"', asked.text)[0]
            await browser.post(f"{place}/code", data={"visit": visit, "code": code})
            page = (await browser.get(place)).text
            assert "Recording of calls" in page and "Stopped" not in page
            click = {"purpose": "recording", "act": "refuse", "hash": REFUSAL.findall(page)[0]}
            assert (await browser.post(f"{place}/consent", data=click)).status_code == 303
            page = (await browser.get(place)).text
            assert "Allow this again" in page
            receipt = await browser.get(re.findall(r'href="([^"]+/receipts/[^"]+)"', page)[0])
            assert receipt.json()["@type"] == "dpv:ConsentReceipt"
        [anna] = await acme.crew("Anna")
        record = await conversation(acme, anna, line.number)
        assert (record["recording"], record["not_recorded"]) == (None, "objected")


async def test_nobody_listens_to_an_agent_who_objected_nor_goes_on_listening(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, sofia, talk = await scene(acme)
        ear = await listening(sofia, talk)
        assert (await anna.http.delete("/v1/me/consents/monitoring")).status_code == 204
        await ear.ended(3)
        await talk.heard()
        for mode in ("listen", "whisper", "barge"):
            assert await sofia.refused(talk.call_id, "monitor", **{**LISTENS, "mode": mode}) == "monitoring_objected"
        [purpose] = [
            one for one in (await anna.http.get("/v1/me/consents")).json()["items"] if one["purpose"] == "monitoring"
        ]
        assert (purpose["allowed"], purpose["act"]) == (False, "object")
        read = {"hash": purpose["text"]["hash"]}
        assert (await anna.http.put("/v1/me/consents/monitoring", json=read)).status_code == 200
        await listening(sofia, talk)
        talk.call.hang_up()
        await acme.nothing_left()
