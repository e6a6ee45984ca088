"""The register of disclosures over HTTP: what is entered stays, and its persons are told unless it is secret."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import msgspec
from tests.integration.privacy.test_retention import record
from tests.support.http.api import Api, Organisation
from tests.support.privacy.due import delete_due

from call24.call_records.model import AgentPart, CallRecord
from call24.disclosures.model import Disclosure
from call24.disclosures.service import Disclosures
from call24.exports.model import Export, State
from call24.kit.ids import CallId, ContactId, UserId, new_id
from call24.kit.instants import iso
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.persons import Persons
from call24.privacy.service import Sweeper

AT = "/v1/disclosures"
FILE = {"kind": "file", "name": "calls.csv", "sha256": "ab" * 32}


async def entered(api: Api, acme: Organisation, status: int = 201, **more: Any) -> Any:
    body = {
        "authority": "District Court",
        "legal_basis": "Code of Criminal Procedure, section 100g",
        "reference": "4 AR 12",
        "requested_at": iso(api.clock.now() - timedelta(days=2)),
        "outcome": "given",
        "given": [FILE],
        "secret": False,
        **more,
    }
    answer = await acme.call("owner", "POST", AT, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def a_call(api: Api, acme: Organisation) -> tuple[str, str]:
    contact, at = await api.services.contacts.remember(acme.tenant.id, "+442079460001"), api.clock.now()
    call_id = CallId(new_id("call"))
    made = record(acme.tenant.id, call_id, contact.id, at, at + timedelta(days=90))
    talked = AgentPart(agent_id=UserId(acme.users["agent"]), came="offer", answered_at=at)
    calls = api.mongo.tenant(acme.tenant.id).collection(CallRecord)
    await calls.insert(msgspec.structs.replace(made, agents=(talked,)))
    return call_id, contact.id


async def in_file(api: Api, acme: Organisation, role: str = "agent") -> list[str]:
    """Authorities that the file of a user names."""
    persons = api.services.there.get(Persons)
    packed = await persons.file(acme.tenant.id, UserId(acme.users[role]), acme.tenant.name)
    return [one["authority"] for one in json.loads(ZipFile(packed).read("disclosures.json"))]


async def an_export(api: Api, acme: Organisation, **more: Any) -> str:
    at = api.clock.now()
    export = Export(
        id=new_id("exp"),
        tenant_id=acme.tenant.id,
        asked_by=UserId(acme.users["owner"]),
        first="2026-11-01",
        last="2026-11-24",
        filters={},
        created_at=at,
        delete_at=at + timedelta(days=1),
        **{"kind": "calls", "format": "csv", "state": State.DONE, **more},
    )
    await api.mongo.tenant(acme.tenant.id).collection(Export).insert(export)
    return export.id


async def test_an_export_that_an_authority_was_given_is_named_also_when_it_is_gone(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    _, contact_id = await a_call(api, acme)
    calls = await an_export(api, acme)
    file = await an_export(api, acme, kind="caller", format="zip", contact_id=ContactId(contact_id))
    given = [{"kind": "export", "id": calls, "sha256": "cd" * 32}, {"kind": "export", "id": file}]
    made = await entered(api, acme, given=given)
    assert [(one["id"], one["name"], one["sha256"]) for one in made["given"]] == [
        (calls, "calls of 2026-11-01 to 2026-11-24, csv", "cd" * 32),
        (file, "a caller's file, zip", ""),
    ]
    assert (made["contact_ids"], made["user_ids"]) == ([contact_id], [])
    await api.mongo.tenant(acme.tenant.id).collection(Export).delete_many({})
    assert (await acme.call("owner", "GET", f"{AT}/{made['id']}")).json()["given"] == made["given"]
    running, theirs = await an_export(api, acme, state=State.RUNNING), await an_export(api, other)
    for id in (calls, running, theirs):
        refused = await entered(api, acme, 422, given=[{"kind": "export", "id": id}])
        assert refused["errors"][0]["field"] == "given.id"


async def test_an_entry_says_about_whom_it_is_and_cannot_be_changed_only_corrected(api: Api) -> None:
    acme = await api.organisation()
    await acme.join("privacy_officer")
    call_id, contact_id = await a_call(api, acme)
    made = await entered(api, acme, given=[{"kind": "call", "id": call_id}, FILE], decided_by=acme.users["supervisor"])
    assert (made["contact_ids"], made["user_ids"]) == ([contact_id], [acme.users["agent"]])
    assert (made["decided_by"]["id"], made["entered_by"]["id"]) == (acme.users["supervisor"], acme.users["owner"])
    body = {"version": 1, "note": "The number is 4 AR 13"}
    after = (await acme.call("privacy_officer", "POST", f"{AT}/{made['id']}/corrections", json=body)).json()
    assert after["reference"] == "4 AR 12"
    assert [(line["kind"], line["note"]) for line in after["history"]] == [("entered", ""), ("corrected", body["note"])]
    stale = await acme.call("owner", "POST", f"{AT}/{made['id']}/corrections", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "disclosure_changed")
    for method in ("PATCH", "PUT", "DELETE"):
        assert (await acme.call("owner", method, f"{AT}/{made['id']}", json={})).status_code == 405
    assert (await acme.call("privacy_officer", "GET", f"{AT}/{made['id']}")).json() == after
    for role in ("administrator", "agent", "auditor"):
        if role not in acme.users:
            await acme.join(role)
        assert (await acme.call(role, "GET", AT)).status_code == 403, "a secret one may be about anybody"


async def test_an_entry_that_names_nothing_or_what_is_not_there_is_refused(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    foreign, _ = await a_call(api, other)
    for given in ([], [{"kind": "call", "id": foreign}], [{"kind": "file", "name": "x", "sha256": "abc"}]):
        await entered(api, acme, 422, given=given)
    await entered(api, acme, 422, outcome="refused")
    await entered(api, acme, 422, decided_by=other.users["owner"])
    await entered(api, acme, 422, given_at=iso(api.clock.now() + timedelta(hours=1)))
    assert (await entered(api, acme, outcome="refused", given=[]))["outcome"] == "refused"
    made = await entered(api, other)
    assert (await acme.call("owner", "GET", f"{AT}/{made['id']}")).status_code == 404


async def test_the_persons_are_told_unless_it_is_secret_and_once_that_is_over(api: Api) -> None:
    acme = await api.organisation()
    call_id, contact_id = await a_call(api, acme)
    given = [{"kind": "call", "id": call_id}]
    await entered(api, acme, authority="Open Court", given=given)
    until = api.clock.now() + timedelta(days=30)
    await entered(api, acme, authority="Secret Court", given=given, secret=True, secret_until=iso(until))
    lifted = await entered(api, acme, authority="Lifted Court", given=given, secret=True)
    disclosures = api.services.there.get(Disclosures)

    async def told() -> set[str]:
        found = await disclosures.told(acme.tenant.id, [contact_id])  # type: ignore[list-item]
        return {one.authority for one in found}

    assert (await told(), set(await in_file(api, acme))) == ({"Open Court"}, {"Open Court"})
    assert await in_file(api, acme, "supervisor") == [], "it is not about them"
    body = {"version": 1, "note": "The court lifted it", "secret": False}
    assert (await acme.call("owner", "POST", f"{AT}/{lifted['id']}/corrections", json=body)).status_code == 201
    assert await told() == set(await in_file(api, acme)) == {"Open Court", "Lifted Court"}
    api.clock.advance(days=31)
    assert await told() == set(await in_file(api, acme)) == {"Open Court", "Lifted Court", "Secret Court"}


async def test_entries_are_paged_and_go_five_years_after_they_were_given(api: Api) -> None:
    acme = await api.organisation()
    first = await entered(api, acme, given_at=iso(api.clock.now() - timedelta(days=1)))
    second = await entered(api, acme)
    page = (await acme.call("owner", "GET", f"{AT}?limit=1")).json()
    rest = (await acme.call("owner", "GET", f"{AT}?limit=1&cursor={page['next']}")).json()
    assert [page["items"][0]["id"], rest["items"][0]["id"], rest["next"]] == [second["id"], first["id"], None]
    sweeper = Sweeper(api.mongo, api.services.tenants, api.changes, time=api.services.there.get(AgreedTime), erasers={})
    await sweeper.sweep()
    for days, left in ((1826, 1), (1, 0)):
        for _ in range(days):
            api.clock.advance(days=1)
        stored = api.services.there.get(Disclosures)
        assert (await stored.get(acme.tenant.id, second["id"])).delete_at is not None if left else True
        await delete_due(api.mongo, api.clock.now())
        assert await api.mongo.tenant(acme.tenant.id).collection(Disclosure).count() == left
