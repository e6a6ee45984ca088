"""People taken from a phone: private or of the organisation, seen before, and deleted as what one user uploaded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.integration.people.test_people import added, shown_name
from tests.support.http.address_book import IMPORTS, ended, in_this_process
from tests.support.http.api import Api, Organisation

from call24.address_book_files.model import AddressBookImport
from call24.address_book_files.service import AddressBookImports
from call24.contacts.model import Contact
from call24.kit.ids import PersonId, UserId
from call24.people.model import Person

UPLOADS = "/v1/phone-uploads"
ANNA, BEN = "+442079460101", "+442079460102"
CARDS = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna Petrova\r\nTEL:020 7946 0101\r\nEMAIL:anna@example.com\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ben Smith\r\nTEL:+44 20 7946 0102\r\nEND:VCARD\r\n"
)


@pytest.fixture
async def acme(api: Api) -> Organisation:
    in_this_process(api)
    return await api.organisation()


async def taken(of: Organisation, cards: str = CARDS, *, private: bool = True) -> Any:
    answer = await of.call("agent", "POST", UPLOADS, json={"vcards": cards, "private": private})
    assert answer.status_code == 202, answer.text
    return await ended(of, f"{UPLOADS}/{answer.json()['id']}", role="agent")


async def done(of: Organisation, upload: Any, step: str, **body: Any) -> Any:
    path = f"{UPLOADS}/{upload['id']}"
    answer = await of.call("agent", "POST", f"{path}/{step}", json=body or None)
    assert answer.status_code == 202, answer.text
    return await ended(of, path, role="agent")


def people_of(of: Organisation) -> Any:
    return of.api.mongo.tenant(of.tenant.id).collection(Person)


async def seen_by(of: Organisation, role: str) -> list[str]:
    return [one["name"] for one in (await of.call(role, "GET", "/v1/people")).json()["items"]]


async def test_chosen_people_become_private_entries_of_the_user_alone(acme: Organisation) -> None:
    upload = await taken(acme)
    assert (upload["state"], upload["private"], upload["people"], upload["matching"]) == ("ready", True, 2, 0)
    assert await seen_by(acme, "agent") == [], "nothing is stored yet"
    seen = (await acme.call("agent", "GET", f"{UPLOADS}/{upload['id']}/preview")).json()
    assert [(one["name"], one["numbers"], one["known"]) for one in seen["rows"]] == [
        ("Anna Petrova", [ANNA], False),
        ("Ben Smith", [BEN], False),
    ]
    over = await done(acme, upload, "start", known="skip")
    assert (over["state"], over["counts"]["created"]) == ("done", 2)
    assert await seen_by(acme, "agent") == ["Anna Petrova", "Ben Smith"]
    assert await seen_by(acme, "supervisor") == [], "private ones are the user's alone"
    assert await shown_name(acme, ANNA) is None, "a call does not name whom one user knows"
    [anna] = await people_of(acme).find({"given": "Anna"})
    assert (anna.private_to, anna.numbers[0].number, anna.numbers[0].typed) == (
        acme.users["agent"],
        ANNA,
        "020 7946 0101",
    )
    [contact] = await acme.api.mongo.tenant(acme.tenant.id).collection(Contact).find({"id": anna.contact_ids[0]})
    assert (contact.called, contact.people) == ((), 1)


async def test_who_is_there_already_is_found_where_the_people_would_go(acme: Organisation) -> None:
    await added(acme, given="Anna", family="Petrova", numbers=[{"number": ANNA}])
    assert (await taken(acme))["matching"] == 0, "the organisation's entry is not changed by what is private"
    shared = await taken(acme, private=False)
    assert (shared["matching"], shared["private"]) == (1, False)
    over = await done(acme, shared, "start", known="update")
    assert (over["counts"]["created"], over["counts"]["updated"]) == (1, 1)
    assert await seen_by(acme, "supervisor") == ["Anna Petrova", "Ben Smith"]
    assert await shown_name(acme, BEN) == "Ben Smith"


async def test_what_a_user_uploaded_is_deleted_and_nothing_else_and_can_come_back(acme: Organisation) -> None:
    by_hand = await acme.call(
        "agent", "POST", "/v1/people", json={"given": "Cleo", "numbers": [{"number": ANNA}], "private": True}
    )
    assert by_hand.status_code == 201, by_hand.text
    upload = await done(acme, await taken(acme), "start", known="create")
    [ben] = await people_of(acme).find({"given": "Ben"})
    answer = await acme.call("agent", "PATCH", f"/v1/people/{ben.id}", json={"company": "Smith Ltd", "version": 1})
    assert answer.status_code == 200, answer.text
    over = await done(acme, upload, "undo")
    assert (over["state"], over["counts"]["undone"], over["counts"]["kept"]) == ("undone", 1, 1)
    assert await seen_by(acme, "agent") == ["Ben Smith", "Cleo"], "whom the user changed since stays"
    gone = (await acme.call("agent", "GET", "/v1/people/deleted")).json()["items"]
    assert len(gone) == 1
    assert (await acme.call("supervisor", "GET", "/v1/people/deleted")).json()["items"] == []
    assert (await acme.call("agent", "POST", f"/v1/people/history/{gone[0]['id']}/undo")).status_code == 200
    assert await seen_by(acme, "agent") == ["Anna Petrova", "Ben Smith", "Cleo"]


async def test_uploads_are_their_senders_and_those_of_files_are_not_among_them(acme: Organisation) -> None:
    upload = await taken(acme)
    path = f"{UPLOADS}/{upload['id']}"
    assert (await acme.call("supervisor", "GET", path)).status_code == 404
    assert (await acme.call("supervisor", "GET", f"{IMPORTS}/{upload['id']}")).status_code == 404
    assert (await acme.call("supervisor", "GET", IMPORTS)).json()["items"] == []
    assert [one["id"] for one in (await acme.call("agent", "GET", UPLOADS)).json()["items"]] == [upload["id"]]
    after = await taken(acme)
    assert [one["id"] for one in (await acme.call("agent", "GET", UPLOADS)).json()["items"]] == [after["id"]]
    assert (await acme.call("agent", "DELETE", f"{UPLOADS}/{after['id']}")).status_code == 204
    assert not list((acme.api.data / "address-book").glob("*/*")), "what was not started is not kept"


async def test_what_was_taken_for_the_organisation_can_be_undone_by_who_may_import(acme: Organisation) -> None:
    upload = await done(acme, await taken(acme, private=False), "start", known="create")
    assert [one["id"] for one in (await acme.call("owner", "GET", IMPORTS)).json()["items"]] == [upload["id"]]
    assert (await acme.call("owner", "POST", f"{IMPORTS}/{upload['id']}/undo")).status_code == 202
    over = await ended(acme, f"{IMPORTS}/{upload['id']}")
    assert (over["state"], over["counts"]["undone"]) == ("undone", 2)
    assert await seen_by(acme, "owner") == []


async def test_what_an_import_writes_while_its_user_is_deleted_goes_too(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports = acme.api.services.there.get(AddressBookImports)
    account = await acme.api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))

    async def writes_one_more(import_id: str) -> None:
        if import_id == upload["id"]:
            await people_of(acme).insert(msgspec.structs.replace(ben, id=PersonId("per_late"), private_to=account.id))

    await done(acme, await taken(acme), "start", known="create")
    [ben] = await people_of(acme).find({"given": "Ben"})
    await people_of(acme).delete_many({})
    upload = await taken(acme)
    monkeypatch.setattr(imports._jobs, "stop", writes_one_more)
    await imports.forget_user(account)
    assert await people_of(acme).find() == []


async def test_what_is_no_vcard_or_too_much_is_refused(acme: Organisation) -> None:
    refused = await acme.call("agent", "POST", UPLOADS, json={"vcards": "name;number\r\nAnna;1\r\n"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "vcards")
    refused = await acme.call("agent", "POST", UPLOADS, json={"vcards": "x" * 120_001})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "vcards")
    assert await acme.api.mongo.tenant(acme.tenant.id).collection(AddressBookImport).count() == 0
    now = acme.api.clock.now()
    first = await taken(acme)
    for number in range(50):
        wish = await acme.api.mongo.tenant(acme.tenant.id).collection(AddressBookImport).get(first["id"])
        other = {"id": f"abi_{number:022}", "state": "done", "delete_at": now + timedelta(days=9)}
        await acme.api.mongo.tenant(acme.tenant.id).collection(AddressBookImport).insert(_like(wish, other))
    refused = await acme.call("agent", "POST", UPLOADS, json={"vcards": CARDS})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_address_book_imports")


def _like(wish: AddressBookImport, fields: dict[str, Any]) -> AddressBookImport:
    return msgspec.structs.replace(wish, **fields)
