"""A caller stops the recording of the call by a key: at once, in every place, and whatever comes afterwards."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from tests.support.product.system import AGENT_HZ, Agent, Organisation, System, Talk, loudest
from tests.support.telephony.hearing import said
from tests.support.wait import wait_until

from call24.calls.conversation import recording_of
from call24.kit.ids import CallId
from call24.testphones.rtp import Tone

LATER_HZ = 600
"""What the agent says after the key."""


async def talk_for(talk: Talk, seconds: float) -> None:
    spoken = talk.call.stream.sent
    await wait_until(lambda: talk.call.stream.sent - spoken > seconds * 50, seconds + 5)


def files_of(system: System, org: Organisation) -> list[Path]:
    """Sound, notes of sound, and what is encrypted: whatever there is of the organisation's recordings."""
    folders = (system.settings.recording_spool / org.tenant_id, system.settings.recordings / org.tenant_id)
    notes = (system.settings.recordings / "pending").rglob("rec_*")
    kept = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [*kept, *(note for note in notes if org.tenant_id in note.read_text())]


def documents_of(system: System, org: Organisation) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](system.settings.mongodb_uri()) as client:
        return list(client["call24"]["recordings"].find({"tenant_id": org.tenant_id}))


async def is_stopped(agent: Agent, call_id: str) -> bool:
    """Whether the agent's app says of this call that its caller stopped the recording."""
    try:
        call = await agent.call()
    except httpx.TransportError:
        return False
    told = (call["recording"]["state"], call["recording"]["stopped"]) if call and call["id"] == call_id else None
    return told == ("off", True)


async def ledger(org: Organisation, contact_id: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await org.http.get(f"/v1/contacts/{contact_id}/consents/entries")).json()["items"]
    return entries


async def stops(org: Organisation, **settings: Any) -> None:
    answer = await org.http.patch("/v1/organisation", json={"recording_stop_key": "9", **settings})
    assert answer.status_code == 200, answer.text


@pytest.mark.exact
async def test_within_a_second_nothing_is_kept_and_nothing_starts_it_again(system: System) -> None:
    async with system.organisation("Acme", record="always") as acme:
        await stops(acme)
        anna, ben = await acme.agent("Anna"), await acme.agent("Ben", member=False)
        other = await acme.queue("Other", members=[ben], record="always")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk_for(talk, 0.8)
        assert len(files_of(system, acme)) == 3, "both sides, and the note"
        pressed = time.time()
        talk.call.press("9")
        await wait_until(lambda: files_of(system, acme) == [], 1.0)
        await wait_until(lambda: is_stopped(anna, talk.call_id), 1.0)
        assert time.time() - pressed < 1.0
        assert documents_of(system, acme) == []
        assert await anna.refused(talk.call_id, "recording/start") == "recording_stopped"
        await wait_until(lambda: said(talk.call, "recording-stopped", pressed) > 0.8, 4)
        await talk.heard()
        await ben.be("available")
        await anna.does(talk.call_id, "transfer", to={"queue_id": other})
        offer = await ben.rings()
        await offer.answer(LATER_HZ)
        await wait_until(lambda: talk.call.heard(LATER_HZ), 5)
        await talk_for(talk, 0.6)
        assert await is_stopped(ben, talk.call_id)
        assert files_of(system, acme) == []
        talk.call.hang_up()
        [record] = await acme.ended()
        assert record["recording"] is None
        stop = record["recording_stopped"]
        assert (stop["by"], stop["recorded"]) == ("key", "delete")
        assert "The caller stopped the recording: what was recorded before is deleted" in [
            line["text"] for line in record["timeline"]
        ]
        assert (files_of(system, acme), documents_of(system, acme)) == ([], [])


async def test_where_the_organisation_keeps_it_the_recording_ends_with_the_key(system: System) -> None:
    async with system.organisation("Acme", record="always") as acme:
        await stops(acme, stopped_recording="keep")
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk_for(talk, 1.5)
        talk.call.press("9")
        await wait_until(lambda: is_stopped(anna, talk.call_id), 4)
        talk.offer.say(Tone(LATER_HZ))
        await wait_until(lambda: talk.call.heard(LATER_HZ), 5)  # what was buffered is written meanwhile
        before = {file: file.stat().st_size for file in files_of(system, acme) if file.suffix == ".sln"}
        assert before
        await talk_for(talk, 1.0)
        assert {file: file.stat().st_size for file in before} == before
        talk.call.hang_up()
        [record] = await acme.ended()
        kept = record["recording"]
        assert (kept["state"], record["recording_stopped"]["recorded"]) == ("stored", "keep")
        assert kept["duration_s"] < record["talk_s"] - 0.9
        left, right = await acme.sound(kept["id"])
        assert abs(loudest(left[-4000:]) - 1000) < 5
        assert abs(loudest(right[-4000:]) - AGENT_HZ) < 5


async def test_a_consent_that_is_withdrawn_elsewhere_stops_the_recording_of_the_call_that_goes_on(
    system: System,
) -> None:
    """On the callers' page, or told to an officer, as here; another caller's call is recorded on."""
    async with system.organisation("Acme", record="always") as acme:
        anna, ben = await acme.crew("Anna", "Ben")
        await anna.be("available")
        talk = await acme.talk(anna)
        await ben.be("available")
        other = await acme.talk(ben)
        await talk_for(talk, 0.8)
        call = await anna.call()
        assert call is not None
        recording = recording_of(CallId(talk.call_id))

        def of_this_call() -> list[Path]:
            return [file for file in files_of(system, acme) if file.name.startswith(recording)]

        assert of_this_call()
        withdrawn = time.time()
        entered = await acme.http.post(
            f"/v1/contacts/{call['card']['contact_id']}/consents", json={"purpose": "recording", "act": "withdraw"}
        )
        assert entered.status_code == 201, entered.text
        await wait_until(lambda: is_stopped(anna, talk.call_id), 4)
        await wait_until(lambda: not of_this_call(), 4)
        await wait_until(lambda: said(talk.call, "recording-stopped", withdrawn) > 0.8, 4)
        assert await anna.refused(talk.call_id, "recording/start") == "recording_stopped"
        await talk_for(other, 0.5)
        talk.call.hang_up()
        other.call.hang_up()
        records = {record["id"]: record for record in await acme.ended(2)}
        stop = records[talk.call_id]["recording_stopped"]
        assert (records[talk.call_id]["recording"], stop["by"], stop["recorded"]) == (None, "withdrawal", "delete")
        assert of_this_call() == []
        kept = records[other.call_id]
        assert (kept["recording"]["state"], kept["recording_stopped"]) == ("stored", None)
        [entry] = await ledger(acme, call["card"]["contact_id"])
        assert entry["act"] == "withdraw"
        at, stopped_at = map(datetime.fromisoformat, (entry["at"], stop["at"]))
        assert 0 <= (stopped_at - at).total_seconds() < 1.0, "by the server's clock"


async def test_a_server_that_is_killed_does_not_record_it_again(doomed: System) -> None:
    async with doomed.organisation("Acme", record="always") as acme:
        await stops(acme)
        anna, ben = await acme.agent("Anna"), await acme.agent("Ben")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk_for(talk, 0.5)
        talk.call.press("9")
        await wait_until(lambda: is_stopped(anna, talk.call_id), 5)
        doomed.kill("server")
        await wait_until(lambda: is_stopped(anna, talk.call_id), 10)
        await talk_for(talk, 0.6)
        assert files_of(doomed, acme) == []
        assert await anna.refused(talk.call_id, "recording/start") == "recording_stopped"
        await ben.be("available")
        await anna.does(talk.call_id, "transfer", to={"agent_id": ben.user_id})
        offer = await ben.rings()
        await offer.answer(LATER_HZ)
        await wait_until(lambda: talk.call.heard(LATER_HZ), 5)
        await talk_for(talk, 0.5)
        talk.call.hang_up()
        [record] = await acme.ended()
        assert (record["recording"], record["recording_stopped"]["by"]) == (None, "key")
        assert (files_of(doomed, acme), documents_of(doomed, acme)) == ([], [])
