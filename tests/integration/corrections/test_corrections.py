"""What is corrected of a person: the data, its history and the answer to the request, and what ends with the person."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from zipfile import ZipFile

import pytest
from tests.support.http.api import Api, Organisation

from call24.contacts.callers import KnownCallers
from call24.corrections.model import ContactCorrection, UserCorrection
from call24.corrections.personal_data import without_others
from call24.corrections.store import KEPT_EACH
from call24.kit.ids import ContactId, UserId
from call24.people.service import People
from call24.policy.service import Policies
from call24.privacy_requests.door import CallerDoor

KNOWN = "+442079460001"
DESK = "/v1/privacy-requests"
COOKIE = "__Host-call24-rights"


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


@pytest.fixture
async def ann(acme: Organisation) -> ContactId:
    return (await acme.api.services.contacts.remember(acme.tenant.id, KNOWN, "Anne Wrong")).id


async def asked(acme: Organisation, ann: str, **more: Any) -> Any:
    body = {"kind": "correction", "contact_id": ann, "note": "I am Ann Right", **more}
    made = (await acme.call("owner", "POST", DESK, json=body)).json()
    return (await step(acme, made, "confirm_identity", identity="document")).json()


async def step(acme: Organisation, request: Any, step: str, **more: Any) -> Any:
    body = {"step": step, "version": request["version"], **more}
    return await acme.call("owner", "POST", f"{DESK}/{request['id']}/steps", json=body)


async def corrected(acme: Organisation, ann: str, value: str, note: str = "") -> Any:
    answer = await step(acme, await asked(acme, ann), "correct", value=value, note=note)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def history(acme: Organisation, ann: str, query: str = "") -> Any:
    answer = await acme.call("owner", "GET", f"/v1/contacts/{ann}/corrections{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def entry(acme: Organisation, given: str, *numbers: str, private: bool = False) -> Any:
    has = [{"number": one, "label": "home"} for one in numbers]
    body = {"given": given, "company": "Wrong Ltd", "numbers": has, "private": private}
    return (await acme.call("owner", "POST", "/v1/people", json=body)).json()


async def test_a_person_of_the_address_book_is_corrected_with_history_and_nobody_elses_history_says_it(
    acme: Organisation, ann: ContactId
) -> None:
    person = await entry(acme, "Anne", KNOWN)
    wish = {"person_id": person["id"], "field": "emails", "value": "ann@example.org\nright@example.org", "note": "Done"}
    answer = await step(acme, await asked(acme, ann), "correct", **wish)
    assert answer.status_code == 200 and answer.json()["state"] == "done", answer.text
    now = (await acme.call("owner", "GET", f"/v1/people/{person['id']}")).json()
    assert [one["address"] for one in now["emails"]] == ["ann@example.org", "right@example.org"]
    [line] = (await history(acme, ann))["items"]
    assert (line["field"], line["old"], line["new"]) == ("emails", "", "ann@example.org\nright@example.org")

    again = await step(acme, await asked(acme, ann), "correct", **wish)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "value"), "it says so already"
    bad = {**wish, "field": "numbers", "value": "nothing"}
    refused = await step(acme, await asked(acme, ann), "correct", **bad)
    assert refused.status_code == 422 and "numbers.0.number" in refused.text
    other = await entry(acme, "Other", "+442079460077")
    refused = await step(acme, await asked(acme, ann), "correct", **{**wish, "person_id": other["id"]})
    assert refused.json()["errors"][0]["field"] == "person_id"
    mine = await entry(acme, "Mine", KNOWN, private=True)
    refused = await step(acme, await asked(acme, ann), "correct", **{**wish, "person_id": mine["id"]})
    assert refused.json()["errors"][0]["field"] == "person_id", "an officer corrects nobody's private entry"
    refused = await step(acme, await asked(acme, ann), "correct", field="company", value="Right Ltd")
    assert refused.json()["errors"][0]["field"] == "field", "a contact has a name alone"

    stored = acme.api.mongo.tenant(acme.tenant.id).collection(ContactCorrection)
    [kept] = await stored.find()
    assert kept.person_id == person["id"] and "right@example.org" not in str(without_others([kept], ann))


async def test_a_corrected_number_goes_from_the_history_when_it_is_erased(acme: Organisation, ann: ContactId) -> None:
    person = await entry(acme, "Anne", KNOWN, "+442079460066")
    wish = {"person_id": person["id"], "field": "numbers", "value": f"{KNOWN}\n+442079460055"}
    assert (await step(acme, await asked(acme, ann), "correct", **wish)).status_code == 200
    now = (await acme.call("owner", "GET", f"/v1/people/{person['id']}")).json()["numbers"]
    assert [(one["number"], one["label"]) for one in now] == [(KNOWN, "home"), ("+442079460055", "")]
    gone = acme.api.services.contacts.id_for(acme.tenant.id, "+442079460066")
    stored = acme.api.mongo.tenant(acme.tenant.id).collection(ContactCorrection)
    assert await stored.count() == 1
    await acme.api.services.there.get(People).erase_callers(acme.tenant.id, [gone])
    assert await stored.count() == 0, "it named the number"


async def test_a_caller_says_what_is_wrong_and_sees_on_the_page_that_it_was_corrected(
    acme: Organisation, ann: ContactId
) -> None:
    api, codes = acme.api, list[str]()
    api.services.there.get(CallerDoor).speak = lambda tenant_id, number, sounds: codes.append(
        "".join(sound.removeprefix("digit-") for sound in sounds if sound.startswith("digit-"))[:6]
    )
    place = f"/rights/{(await api.services.there.get(Policies).settings(acme.tenant.id)).public_id}"
    begun = await api.call("POST", f"{place}/call", data={"number": KNOWN})
    visit = re.findall(r'name="visit" value="([^"]+)"', begun.text)[0]
    let_in = await api.call("POST", f"{place}/code", data={"visit": visit, "code": codes[0]})
    cookie = {"Cookie": f"{COOKIE}=" + re.findall(rf"{COOKIE}=([^;]+)", let_in.headers["Set-Cookie"])[0]}

    async def said(note: str) -> int:
        fields = {"kind": "correction", "note": note}
        return (await api.call("POST", f"{place}/request", data=fields, headers=cookie)).status_code

    assert [await said(""), await said("x" * 501)] == [422, 422]
    assert "Anne Wrong" in (await api.call("GET", place, headers=cookie)).text
    assert await said("I am Ann <Right>") == 303

    [request] = (await acme.call("owner", "GET", f"{DESK}?kind=correction")).json()["items"]
    assert (request["identity"], request["contact_id"]) == ("code", ann)
    assert "correct" in request["steps"]
    seen = (await acme.call("owner", "GET", f"{DESK}/{request['id']}")).json()
    assert seen["history"][0]["note"] == "I am Ann <Right>"
    done = (await step(acme, request, "correct", value="Ann Right", note="Sorry, Ann")).json()

    assert (done["state"], done["name"], done["steps"]) == ("done", "Ann Right", ["note"])
    [line] = (await history(acme, ann))["items"]
    assert (line["field"], line["old"], line["new"], line["why"]) == ("name", "", "Ann Right", "Sorry, Ann")
    assert (line["by"]["id"], line["request_id"]) == (acme.users["owner"], request["id"])
    assert done["history"][-1]["correction_id"] == line["id"], "the request leads to the change, and it to the request"
    page = (await api.call("GET", place, headers=cookie)).text
    assert "correction, done" in page and "no name became Ann Right. Sorry, Ann" in page


async def test_a_declined_correction_changes_nothing_and_the_person_is_told_why(
    acme: Organisation, ann: ContactId
) -> None:
    declined = await step(acme, await asked(acme, ann), "refuse", note="It is your passport's name")
    assert (declined.json()["state"], (await history(acme, ann))["items"]) == ("refused", [])


async def test_what_is_refused_leaves_no_part_of_a_correction(acme: Organisation, ann: ContactId) -> None:
    made = (await acme.call("owner", "POST", DESK, json={"kind": "correction", "contact_id": ann})).json()
    unproven = await step(acme, made, "correct", value="Eve")
    assert (unproven.status_code, unproven.json()["code"]) == (409, "identity_unproven")
    known = (await step(acme, made, "confirm_identity", identity="document")).json()
    stale = await step(acme, made, "correct", value="Eve")
    assert (stale.status_code, stale.json()["code"]) == (409, "request_changed")
    for wrong in ({"value": "x" * 81}, {"value": ""}, {"field": "phone", "value": "+442079460002"}):
        refused = await step(acme, known, "correct", **wrong)
        assert refused.status_code == 422, wrong
    assert (await acme.call("owner", "GET", f"{DESK}/{made['id']}")).json() == known
    assert (await history(acme, ann))["items"] == []
    assert (await acme.api.services.contacts.get(acme.tenant.id, ann)).name is None


async def test_a_corrected_caller_is_called_so_at_once_and_found_so_whatever_the_network_says_later(
    acme: Organisation, ann: ContactId
) -> None:
    contacts, callers = acme.api.services.contacts, acme.api.services.there.get(KnownCallers)
    tenant_id = acme.tenant.id
    callers.note(tenant_id, KNOWN, "Anne Wrong")
    await corrected(acme, ann, "Ann Right")
    assert callers.note(tenant_id, KNOWN, "Anne Wrong").shown_name == "Ann Right"
    await contacts.remember(tenant_id, KNOWN, "Another Network")
    await contacts.keep_again([contacts.seen(tenant_id, KNOWN, "Third Network")])
    for part in ("right", "third"):
        assert [one.id for one in await contacts.search(tenant_id, part, 10)] == [ann], part


async def test_the_newest_50_are_kept_page_by_page_and_say_how_many_are_not(acme: Organisation, ann: ContactId) -> None:
    for n in range(KEPT_EACH + 3):
        acme.api.clock.advance(seconds=1)
        await corrected(acme, ann, f"Ann {n}")
    whole = (await history(acme, ann))["items"]
    assert [one["new"] for one in whole] == [f"Ann {n}" for n in range(KEPT_EACH + 2, 2, -1)]
    assert [one["folded"] for one in whole] == [0] * (KEPT_EACH - 1) + [3]
    first = await history(acme, ann, "?limit=30")
    rest = await history(acme, ann, f"?limit=30&cursor={first['next']}")
    assert (first["items"] + rest["items"], rest["next"]) == (whole, None)
    assert (await acme.call("owner", "GET", f"/v1/contacts/{ann}/corrections?cursor=x")).status_code == 422


async def test_nobody_else_reads_a_callers_history(acme: Organisation, ann: ContactId) -> None:
    await corrected(acme, ann, "Ann Right")
    other = await acme.api.organisation("Other")
    for org, role, status in ((other, "owner", 404), (acme, "agent", 403), (acme, "auditor", 200)):
        if role not in org.users:
            await org.join(role)
        answer = await org.call(role, "GET", f"/v1/contacts/{ann}/corrections")
        assert (answer.status_code, "Ann Right" in answer.text) == (status, status == 200), role


async def test_the_history_ends_with_the_caller(acme: Organisation, ann: ContactId) -> None:
    await corrected(acme, ann, "Ann Right")
    await corrected(acme, ann, "")
    bob = (await acme.api.services.contacts.remember(acme.tenant.id, "+442079460002")).id
    await corrected(acme, bob, "Bob")
    kept = acme.api.mongo.tenant(acme.tenant.id).collection(ContactCorrection)
    plan = (await acme.call("owner", "GET", f"/v1/contacts/{ann}/erasure-plan")).json()
    assert plan["would_delete"]["contact_corrections"] == 2
    erased = await acme.call("owner", "POST", f"/v1/contacts/{ann}/erase", json={"reason": "asked"})
    assert erased.json()["deleted"]["contact_corrections"] == 2
    assert [one.contact_id for one in await kept.find()] == [bob]
    assert "Ann Right" not in (await acme.call("owner", "GET", DESK)).text


async def test_a_user_reads_what_was_changed_of_them_and_has_it_in_their_file(acme: Organisation) -> None:
    await acme.join("agent")
    await acme.join("supervisor")
    assert (await acme.call("agent", "PATCH", "/v1/me", json={"name": "Ann Right", "phone": KNOWN})).status_code == 200
    assert (await acme.call("agent", "PATCH", "/v1/me", json={"name": "Ann Right"})).status_code == 200
    asks = {"kind": "correction", "user_id": acme.users["agent"], "note": "By phone"}
    made = (await acme.call("owner", "POST", DESK, json=asks)).json()
    known = (await step(acme, made, "confirm_identity", identity="document")).json()
    assert (await step(acme, known, "correct", value="Ann Best", note="Done")).status_code == 200

    found = (await acme.call("agent", "GET", "/v1/me/corrections")).json()["items"]
    assert {(one["field"], one["new"], one["by"]["id"], one["request_id"]) for one in found} == {
        ("name", "Ann Right", acme.users["agent"], None),
        ("phone", KNOWN, acme.users["agent"], None),
        ("name", "Ann Best", acme.users["owner"], made["id"]),
    }, "what is as it was before is no change"
    assert (await acme.call("agent", "GET", "/v1/me")).json()["user"]["name"] == "Ann Best"
    assert (await acme.call("supervisor", "GET", "/v1/me/corrections")).json()["items"] == []

    answer = await acme.call("owner", "GET", f"/v1/users/{acme.users['agent']}/file")
    file = ZipFile(io.BytesIO(answer.content))
    rows = json.loads(file.read("corrections.json"))
    assert {row["new"] for row in rows} == {"Ann Right", KNOWN, "Ann Best"}
    kept = acme.api.mongo.tenant(acme.tenant.id).collection(UserCorrection)
    assert await kept.count({"user_id": UserId(acme.users["agent"])}) == 3
    gone = await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/delete", json={"reason": "asked"})
    assert gone.status_code == 200, gone.text
    assert await kept.count() == 0
