"""The server as it is composed: a recording with more days than call records is kept, heard and found until its day.

Of its call a reduced record remains; nothing else of it, anywhere. Then that goes too.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlparse

import httpx
import pytest
import pytest_asyncio
from tests.support.product.composed import Composed, composed
from tests.support.product.people import Agent, sign_in
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.wait import wait_until
from tests.telephony.test_caller_files import file_of

from call24.kit.instants import iso
from call24.privacy_requests.door import CallerDoor
from call24.server.server import rebuild

pytestmark = [pytest.mark.shares_stack("emptied"), pytest.mark.asyncio(loop_scope="module")]

REASON = "The payment services act asks for four months"
LONGER = {"recording_days": 120, "recording_days_reason": REASON}
KEPT = {
    "id",
    "tenant_id",
    "direction",
    "contact_id",
    "queue_id",
    "queues",
    "agents",
    "arrived_at",
    "record_until",
    "delete_at",
}
"""All that a reduced record has."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    """One for all: time only goes on, and each has an organisation of its own."""
    async with composed(stack) as house:
        yield house


async def recorded(acme: Organisation, house: Composed) -> tuple[Agent, dict[str, Any], datetime]:
    """Who talked, the recording as it is stored, and when the call arrived."""
    [anna] = await acme.crew("Anna")
    (await acme.talk(anna)).call.hang_up()
    [call] = await acme.ended()
    await anna.becomes("available")
    await anna.be("paused")
    stored = house.database["recordings"].find_one({"tenant_id": acme.tenant_id})
    assert stored is not None and stored["path"], stored
    return anna, stored, datetime.fromisoformat(call["at"])


async def reduced(acme: Organisation, house: Composed, at: datetime) -> dict[str, Any]:
    """What is left of the call at a time at which its record is gone."""
    house.clock.go_to(at)
    await house.swept()
    await house.sign_in_again(acme)
    found = house.database["kept_calls"].find_one({"tenant_id": acme.tenant_id})
    assert found is not None
    return found


@asynccontextmanager
async def on_the_callers_page(acme: Organisation, house: Composed, number: str) -> AsyncIterator[tuple[Any, str]]:
    """A browser that the code of a call to this number let in, and the page's place."""
    said: list[str] = []

    def speak(tenant_id: str, number: str, sounds: Sequence[str]) -> None:
        said.extend(sound.removeprefix("digit-") for sound in sounds if sound.startswith("digit-"))

    house.app.there.get(CallerDoor).speak = speak
    place = urlparse((await acme.http.get("/v1/organisation/policy")).json()["address"]).path
    place = place.replace("/policy/", "/rights/")
    async with httpx.AsyncClient(base_url=house.base_url, verify=False, timeout=20) as browser:
        asked = await browser.post(f"{place}/call", data={"number": number})
        visit = re.findall(r'name="visit" value="([^"]+)"', asked.text)[0]
        entered = await browser.post(f"{place}/code", data={"visit": visit, "code": "".join(said[:6])})
        assert entered.status_code == 303, entered.text
        yield browser, place


async def affected(acme: Organisation, **scope: Any) -> set[str]:
    """Ids of the people whom an incident of this scope finds."""
    said = {"title": "A disk is lost", "what_happened": "It had recordings.", "kinds": ["confidentiality"]}
    made = await acme.post("/v1/incidents", {**said, "scope": scope})
    begun = await acme.http.post(f"/v1/incidents/{made['id']}/search")
    assert begun.status_code == 202, begun.text

    async def done() -> bool:
        shown = (await acme.http.get(f"/v1/incidents/{made['id']}")).json()
        return bool(shown["search"]["state"] == "done")

    await wait_until(done, 20)
    listed = (await acme.http.get(f"/v1/incidents/{made['id']}/people")).json()["items"]
    return {one["contact_id"] or one["user_id"] for one in listed}


async def held_by(acme: Organisation, house: Composed, kind: str, subject_id: str, **more: Any) -> str:
    review = (house.clock.now() + timedelta(days=30)).date().isoformat()
    wish = {"kind": kind, "subject_id": subject_id, "reason": "Case 7", "review_on": review, **more}
    return str((await acme.post("/v1/legal-holds", wish))["id"])


def due_after(stored: dict[str, Any], house: Composed) -> int:
    """Days from the beginning of the recording to its day."""
    now = house.database["recordings"].find_one({"_id": stored["_id"]})
    assert now is not None
    return int((now["delete_at"] - now["started_at"]).days)


async def test_a_recording_that_is_kept_longer_is_heard_by_who_heard_it_before_and_goes_on_its_own_day(
    house: Composed,
) -> None:
    async with house.organisation("Longer", record="always") as acme:
        unsaid = await acme.http.patch(f"/v1/queues/{acme.queue_id}", json={"recording_days": 120})
        assert (unsaid.status_code, unsaid.json()["code"]) == (422, "retention_reason_required")
        said = await acme.http.patch(f"/v1/queues/{acme.queue_id}", json=LONGER)
        assert said.json()["recording_days_reason"] == REASON, said.text
        bert = await acme.agent("Bert")
        anna, stored, arrived = await recorded(acme, house)
        assert due_after(stored, house) == 120
        call_id, audio = stored["call_id"], f"/v1/recordings/{stored['_id']}/audio"
        heard = (await acme.http.get(audio)).content
        assert len(heard) > 1000
        files, begun = house.settings.recordings / acme.tenant_id, stored["started_at"].replace(tzinfo=arrived.tzinfo)

        left = await reduced(acme, house, arrived + timedelta(days=90, hours=1))
        assert {"id" if name == "_id" else name for name in left} == KEPT, "nothing else of the call"
        assert (left["_id"], left["queues"], left["agents"]) == (call_id, [acme.queue_id], [anna.user_id])
        there = house.documents(acme.tenant_id)
        assert (there.get("call_records", 0), there["recordings"], there["contacts"]) == (0, 1, 1), there
        assert house.database["journal"].count_documents({"call_id": call_id}) == 0
        assert (await acme.http.get("/v1/calls")).json()["items"] == []
        assert (await acme.http.get(f"/v1/calls/{call_id}")).status_code == 404
        day = arrived.date().isoformat()
        counted = (await acme.http.get("/v1/reports", params={"by": "day", "from": day, "to": day})).json()
        assert counted["total"]["offered"] == 0, "the call counts nowhere"

        [found] = (await acme.http.get("/v1/recordings/kept")).json()["items"]
        assert (found["call_id"], found["contact_id"]) == (call_id, left["contact_id"])
        assert [one["id"] for one in found["recordings"]] == [stored["_id"]]
        assert [one["name"] for one in found["agents"]] == ["Anna"]
        for agent in (anna, bert):
            agent.http.headers.pop("Authorization")
            agent.http.headers["Authorization"] = f"Bearer {await sign_in(agent.http, agent.email)}"
        assert (await acme.http.get(audio)).content == heard
        assert (await anna.http.get(audio)).content == heard, "the agent who had the call"
        assert (await bert.http.get(audio)).status_code == 404, "an agent who had not"
        assert (await anna.http.get("/v1/recordings/kept")).status_code == 403
        assert there["listenings"] == 1
        listened = (await acme.http.get(f"/v1/recordings/{stored['_id']}/listenings")).json()["items"]
        assert {one["user"]["name"] for one in listened} >= {"Anna"} and len(listened) == 3, listened
        await house.swept()  # what was counted since, where a day ended in that hour
        assert (await acme.http.get("/v1/organisation/retention")).json()["overdue"] == {}

        house.clock.go_to(begun + timedelta(days=120, minutes=-1))
        await house.swept()
        assert house.documents(acme.tenant_id)["recordings"] == 1 and len(list(files.iterdir())) == 1
        house.clock.go_to(begun + timedelta(days=120, hours=1))
        await house.swept()
        gone = house.documents(acme.tenant_id)
        assert not {"kept_calls", "call_records", "recordings", "listenings", "contacts"} & gone.keys(), gone
        assert list(files.iterdir()) == []
        await house.sign_in_again(acme)
        assert (await acme.http.get("/v1/recordings/kept")).json()["items"] == []
        assert (await acme.http.get(audio)).status_code == 404
        acme.agents.clear()


async def test_an_erased_caller_takes_along_a_recording_that_is_kept_longer_unless_a_legal_hold_keeps_it(
    house: Composed,
) -> None:
    async with house.organisation("Erased", record="always") as acme:
        said = await acme.http.patch("/v1/organisation", json=LONGER)
        assert said.json()["recording_days_reason"] == REASON, said.text
        _, stored, arrived = await recorded(acme, house)
        left = await reduced(acme, house, arrived + timedelta(days=91))
        contact = f"/v1/contacts/{left['contact_id']}"
        review = (house.clock.now() + timedelta(days=30)).date().isoformat()
        hold = await acme.http.post(
            "/v1/legal-holds", json={"kind": "call", "subject_id": left["_id"], "reason": "Case 7", "review_on": review}
        )
        assert hold.status_code == 201, hold.text
        plan = (await acme.http.get(f"{contact}/erasure-plan")).json()
        would = plan["would_delete"]
        assert (would["kept_calls"], would["recordings"], would["call_records"], plan["held"]) == (1, 1, 0, 1), plan
        tried = (await acme.http.post(f"{contact}/erase", json={"reason": "asked"})).json()
        assert (tried["held"], tried["receipt"]) == (1, None), tried
        assert house.documents(acme.tenant_id)["recordings"] == 1

        held = hold.json()["id"]
        released = await acme.http.post(f"/v1/legal-holds/{held}/release", json={"reason": "The case is closed"})
        assert released.status_code == 200, released.text
        await house.swept()
        gone = house.documents(acme.tenant_id)
        assert not {"kept_calls", "recordings", "listenings", "contacts"} & gone.keys(), gone
        assert not list((house.settings.recordings / acme.tenant_id).iterdir())
        assert house.database["erasure_receipts"].count_documents({"rule": "caller_erasure"}) == 1
        assert stored["call_id"] == left["_id"]
        acme.agents.clear()


async def test_recordings_that_are_kept_longer_follow_a_setting_that_is_changed_or_taken_back(house: Composed) -> None:
    async with house.organisation("Following", record="always") as acme:
        assert (await acme.http.patch("/v1/organisation", json=LONGER)).status_code == 200
        _, stored, arrived = await recorded(acme, house)
        assert due_after(stored, house) == 120
        left = await reduced(acme, house, arrived + timedelta(days=91))
        longest = {**LONGER, "recording_days": 200}
        assert (await acme.http.patch("/v1/organisation", json=longest)).status_code == 200
        await house.swept()
        now = house.database["kept_calls"].find_one({"_id": left["_id"]})
        assert now is not None and due_after(stored, house) == 200
        assert (now["delete_at"] - stored["started_at"]).days == 200, "its reduced record follows too"

        taken_back = await acme.http.patch("/v1/organisation", json={"recording_days": None})
        assert taken_back.json()["recording_days_reason"] is None
        await house.swept()
        gone = house.documents(acme.tenant_id)
        assert not {"kept_calls", "recordings", "listenings"} & gone.keys(), gone
        assert not list((house.settings.recordings / acme.tenant_id).iterdir())
        acme.agents.clear()


async def test_a_recording_whose_call_record_is_gone_is_found_wherever_its_caller_looks_or_is_looked_for(
    house: Composed, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house.organisation("Found", record="always") as acme:
        assert (await acme.http.patch("/v1/organisation", json=LONGER)).status_code == 200
        elsewhere = await acme.queue("Elsewhere")
        anna, stored, arrived = await recorded(acme, house)
        heard = (await acme.http.get(f"/v1/recordings/{stored['_id']}/audio")).content
        left = await reduced(acme, house, arrived + timedelta(days=91))
        contact = house.database["contacts"].find_one({"_id": left["contact_id"]})
        assert contact is not None and len(heard) > 1000

        archive = await file_of(acme, contact["_id"])
        assert archive.read(f"recordings/{stored['_id']}.wav") == heard
        told = {name: json.loads(archive.read(f"data/{name}.json")) for name in ("kept_calls", "recordings")}
        assert [one["id"] for one in told["kept_calls"]] == [left["_id"]]
        assert [one["call_id"] for one in told["recordings"]] == [left["_id"]]
        assert json.loads(archive.read("data/call_records.json")) == []
        assert anna.user_id not in archive.read("data/kept_calls.json").decode(), "whose call it was is of a user"

        given = await acme.post(
            "/v1/disclosures",
            {
                "authority": "District Court",
                "legal_basis": "Code of Criminal Procedure, section 100g",
                "reference": "4 AR 12",
                "requested_at": iso(house.clock.now() - timedelta(days=2)),
                "outcome": "given",
                "given": [{"kind": "recording", "id": stored["_id"]}],
                "secret": False,
            },
        )
        assert (given["contact_ids"], given["user_ids"]) == ([contact["_id"]], [anna.user_id])

        async with on_the_callers_page(acme, house, contact["number"]) as (browser, place):
            page = (await browser.get(place)).text
            assert "only its recording is kept" in page and "District Court" in page, page
            assert (await browser.get(f"{place}/recordings/{stored['_id']}")).content == heard

        for where in ("recordings/{tenant_id}/*", "kept_calls"):
            found = await affected(acme, places=[where], queues=[acme.queue_id], agents=[anna.user_id])
            assert found == {contact["_id"], anna.user_id}, where
            assert await affected(acme, places=[where], queues=[elsewhere]) == set(), where
            assert contact["_id"] in await affected(acme, places=[where], numbers=[acme.number_id]), where

        await rebuild(house.settings)
        assert "0 call records were made again" in capsys.readouterr().out
        there = house.documents(acme.tenant_id)
        assert (there["kept_calls"], there["recordings"], there["contacts"]) == (1, 1, 1), there
        assert "call_records" not in there, "nothing of the call came back"
        assert house.database["kept_calls"].find_one({"_id": left["_id"]}) == left


async def test_legal_holds_that_are_set_after_the_records_day_keep_a_recording_beyond_its_own(house: Composed) -> None:
    async with house.organisation("Held", record="always") as acme:
        assert (await acme.http.patch("/v1/organisation", json=LONGER)).status_code == 200
        anna, _, arrived = await recorded(acme, house)
        left = await reduced(acme, house, arrived + timedelta(days=91))
        days = [(arrived + timedelta(days=one)).date().isoformat() for one in (-1, 1)]
        span = {"from": days[0], "to": days[1]}
        holds = [await held_by(acme, house, "contact", left["contact_id"])]
        house.clock.go_to(arrived + timedelta(days=121))
        await house.swept()
        await house.sign_in_again(acme)
        for kind, subject, more in (
            ("user", anna.user_id, {}),
            ("queue", acme.queue_id, span),
            ("call", left["_id"], {}),
        ):
            there = house.documents(acme.tenant_id)
            assert (there["kept_calls"], there["recordings"], there["contacts"]) == (1, 1, 1), (kind, there)
            holds.append(await held_by(acme, house, kind, subject, **more))
            released = await acme.http.post(f"/v1/legal-holds/{holds[-2]}/release", json={"reason": "Another has it"})
            assert released.status_code == 200, released.text
            await house.swept()
        kept = (await acme.http.get("/v1/recordings/kept")).json()["items"]
        assert [one["call_id"] for one in kept] == [left["_id"]]
        await acme.http.post(f"/v1/legal-holds/{holds[-1]}/release", json={"reason": "The case is closed"})
        await house.swept()
        gone = house.documents(acme.tenant_id)
        assert not {"kept_calls", "recordings", "listenings", "contacts"} & gone.keys(), gone
        assert not list((house.settings.recordings / acme.tenant_id).iterdir())


async def test_what_a_deleted_queue_has_kept_longer_stays_until_its_own_day(house: Composed) -> None:
    async with house.organisation("Tidied", record="always") as acme:
        assert (await acme.http.patch(f"/v1/queues/{acme.queue_id}", json=LONGER)).status_code == 200
        elsewhere = await acme.queue("Elsewhere")
        _, stored, arrived = await recorded(acme, house)
        await reduced(acme, house, arrived + timedelta(days=91))
        await acme.http.patch(f"/v1/numbers/{acme.number_id}", json={"queue_id": elsewhere})
        deleted = await acme.http.delete(f"/v1/queues/{acme.queue_id}")
        assert deleted.status_code == 204, deleted.text
        await house.swept()
        assert due_after(stored, house) == 120 and house.documents(acme.tenant_id)["kept_calls"] == 1
        house.clock.go_to(arrived + timedelta(days=121))
        await house.swept()
        assert not {"kept_calls", "recordings"} & house.documents(acme.tenant_id).keys()
