"""The ledger of consents over HTTP, and what asks it: reports and webhooks."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.wait import wait_until

from call24.calls import events as e
from call24.cli.__main__ import main
from call24.consents.model import ConsentEntry, Purpose
from call24.consents.service import Consents
from call24.kit.ids import CallId, ContactId, UserId
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.persons import Persons
from call24.webhooks.service import WebhookService

MINE = "/v1/me/consents"
KINDS = ["call.started", "call.answered", "call.ended", "task.changed", "contact.updated", "contact.deleted"]


async def mine(acme: Organisation, purpose: str = "monitoring", role: str = "agent") -> dict[str, Any]:
    answer = await acme.call(role, "GET", MINE)
    assert answer.status_code == 200, answer.text
    return next(one for one in answer.json()["items"] if one["purpose"] == purpose)


async def test_to_withdraw_takes_one_request_as_to_agree_does(api: Api) -> None:
    acme = await api.organisation()
    asked = await mine(acme)
    assert (asked["allowed"], asked["act"], asked["receipt_id"]) == (True, None, None)
    assert asked["text"]["hash"] == hashlib.sha256(asked["text"]["text"].encode()).hexdigest()

    agreed = await acme.call("agent", "PUT", f"{MINE}/monitoring", json={"hash": asked["text"]["hash"]})
    assert (agreed.status_code, agreed.json()["act"]) == (200, "grant")
    assert (await acme.call("agent", "DELETE", f"{MINE}/monitoring")).status_code == 204
    now = await mine(acme)
    assert (now["allowed"], now["act"], now["channel"]) == (False, "withdraw", "app")
    assert (await mine(acme, role="supervisor"))["allowed"], "another person's is another's"

    other = await acme.call("agent", "PUT", f"{MINE}/monitoring", json={"hash": "of another text"})
    assert (other.status_code, other.json()["code"]) == (409, "consent_text_changed")
    callers = await acme.call("agent", "DELETE", f"{MINE}/recording")
    assert callers.status_code == 422, "it concerns callers"
    entries = (await acme.call("agent", "GET", f"{MINE}/entries", params={"limit": 1})).json()
    assert [one["act"] for one in entries["items"]] == ["withdraw"]
    rest = await acme.call("agent", "GET", f"{MINE}/entries", params={"cursor": entries["next"]})
    assert ([one["act"] for one in rest.json()["items"]], rest.json()["next"]) == (["grant"], None)


async def test_a_receipt_is_checked_offline_and_one_that_was_changed_is_refused(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acme, file = await api.organisation("Žofie & Co"), tmp_path / "receipt.jsonld"
    await acme.call("agent", "DELETE", f"{MINE}/monitoring")
    asked = await mine(acme)
    receipt = (await acme.call("agent", "GET", f"{MINE}/receipts/{asked['receipt_id']}")).content
    (tmp_path / "key.json").write_bytes((await api.call("GET", "/v1/erasure-receipts/key")).content)
    words = ["privacy", "verify-receipt", str(file), "--key", str(tmp_path / "key.json")]
    file.write_bytes(receipt)
    assert main(words) == 0
    told = capsys.readouterr().out
    assert asked["receipt_id"] in told and "dpv:LegitimateInterestObjected" in told and acme.users["agent"] in told

    wrong = {
        "changed after it was signed": receipt.replace(b"LegitimateInterestObjected", b"ConsentGiven"),
        "give the key of the installation": receipt.replace(
            json.loads(receipt)["installation"].encode(), b"sha256:" + b"0" * 64
        ),
        "This is no receipt": receipt.replace(b'"call24-consent-receipt-1"', b'"of a shop"'),
    }
    for why, other in wrong.items():
        assert other != receipt
        file.write_bytes(other)
        assert main(words) == 1
        said = capsys.readouterr()
        assert why in said.err and said.out == "", said


async def test_a_receipt_has_the_shape_of_iso_27560_in_terms_of_the_dpv(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("agent", "DELETE", f"{MINE}/monitoring")
    asked = await mine(acme)
    answer = await acme.call("agent", "GET", f"{MINE}/receipts/{asked['receipt_id']}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/ld+json")
    receipt = answer.json()
    assert receipt["@context"]["dpv"] == "https://w3id.org/dpv#"
    assert (receipt["@type"], receipt["dct:identifier"]) == ("dpv:ConsentReceipt", asked["receipt_id"])
    assert receipt["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#receipt"
    record = receipt["dpv:hasRecordOfActivity"]
    assert (record["@type"], record["dpv:hasLegalBasis"]) == ("dpv:ConsentRecord", "dpv:LegitimateInterest")
    assert record["dpv:hasDataSubject"] == {"dct:identifier": acme.users["agent"], "skos:broader": "dpv:Employee"}
    assert record["dpv:hasProcess"]["dpv:hasPurpose"] == ["dpv:HumanResourceManagement"]
    assert record["dpv:hasConsentStatus"]["@type"] == "dpv:LegitimateInterestObjected"
    assert record["dpv:hasConsentStatus"]["dpv:isIndicatedAtTime"] == asked["at"]
    assert record["dpv:hasNotice"]["dct:description"] == asked["text"]["text"]
    theirs = await acme.call("supervisor", "GET", f"{MINE}/receipts/{asked['receipt_id']}")
    assert theirs.status_code == 404


async def test_what_was_said_is_known_to_a_server_that_starts_and_the_newest_decides(api: Api) -> None:
    acme, consents = await api.organisation(), api.services.there.get(Consents)
    person = ContactId("ctc_jo")
    for act in (None, "grant", None, "grant", None):
        await consents.enter(Purpose.RECORDING, act, acme.tenant.id, person, "page")  # type: ignore[arg-type]
    again = Consents(api.mongo, api.clock, api.changes)
    assert again.why_not(Purpose.RECORDING, acme.tenant.id, person) == "unknown", "nothing is read yet"
    await again.load()
    assert again.why_not(Purpose.RECORDING, acme.tenant.id, person) == "withdrawn"
    assert again.may(Purpose.CRM_SYNC, acme.tenant.id, person)
    assert again.may(Purpose.RECORDING, (await api.organisation("Other")).tenant.id, person)
    entries, _ = await consents.page("caller", acme.tenant.id, person, limit=10, cursor=None)
    assert [one.act for one in entries] == ["withdraw", "grant", "withdraw", "grant", "object"]
    assert len({one.at for one in entries}) == 5, "the clock stood still, and none has another's time"


async def test_a_key_in_the_call_enters_one_withdrawal_however_often_it_is_told(api: Api) -> None:
    acme, consents = await api.organisation(), api.services.there.get(Consents)
    person, call_id = ContactId("ctc_jo"), CallId("call_1")
    first = await consents.stopped_in_call(acme.tenant.id, person, call_id)
    again = await consents.stopped_in_call(acme.tenant.id, person, call_id)
    assert (first.id, first.channel, first.act) == (again.id, "call", "withdraw")
    assert consents.why_not(Purpose.RECORDING, acme.tenant.id, person) == "withdrawn"
    await consents.stopped_in_call(acme.tenant.id, person, CallId("call_2"))
    entries, _ = await consents.page("caller", acme.tenant.id, person, limit=10, cursor=None)
    assert len(entries) == 2


async def spoken(office: FrontOffice, name: str, contact: ContactId) -> None:
    told = office.call(name)
    told.arrives(contact).joins(office.help).offered_to(office.user("agent")).answered_by(office.user("agent"))
    told.after(20).ends()
    await office.read(told)


async def test_who_stops_the_recording_in_a_call_is_not_recorded_in_the_next_either(api: Api) -> None:
    async with front_office(api) as office:
        jo, consents = await office.contact(), api.services.there.get(Consents)
        told = office.call("one")
        told.arrives(jo).joins(office.help).offered_to(office.user("agent")).answered_by(office.user("agent"))
        await office.read(told)
        told.say(e.RecordingStopped(by="key", recorded="delete")).after(5)
        await office.read(told)
        told.ends()
        await office.read(told)
        assert consents.why_not(Purpose.RECORDING, office.org.tenant.id, jo) == "withdrawn"
        [entry] = (await office.ask("owner", "GET", f"/v1/contacts/{jo}/consents/entries")).json()["items"]
        assert (entry["act"], entry["channel"], entry["by"]) == ("withdraw", "call", None)


async def test_an_agent_who_objected_is_counted_in_totals_alone(api: Api) -> None:
    async with front_office(api) as office:
        await spoken(office, "one", await office.contact())
        day = api.clock.now().date().isoformat()
        by_agent = f"/v1/reports?by=agent&from={day}&to={day}"
        agent, before = office.user("agent"), (await office.ask("owner", "GET", by_agent)).json()
        assert agent in [row["key"] for row in before["rows"]] and before["total"]["handled"] == 1, before

        assert (await office.ask("agent", "DELETE", f"{MINE}/individual_statistics")).status_code == 204
        after = (await office.ask("owner", "GET", by_agent)).json()
        assert agent not in [row["key"] for row in after["rows"]]
        assert after["total"] == before["total"]
        for path in (by_agent, f"/v1/reports?by=disposition&from={day}&to={day}"):
            alone = await office.ask("owner", "GET", f"{path}&agent_id={agent}")
            assert (alone.status_code, alone.json()["code"]) == (409, "statistics_objected")

        agreed = {"hash": (await mine(office.org, "individual_statistics"))["text"]["hash"]}
        assert (await office.ask("agent", "PUT", f"{MINE}/individual_statistics", agreed)).status_code == 200
        assert (await office.ask("owner", "GET", by_agent)).json() == before


async def test_of_a_caller_who_objected_no_webhook_is_told_but_of_the_deletion(api: Api) -> None:
    async with front_office(api) as office:
        hook = {"url": "https://crm.example/", "kinds": KINDS}
        made = (await office.ask("owner", "POST", "/v1/webhooks", hook)).json()
        jo, ann = await office.contact("+442079460123"), await office.contact("+442079460124")

        async def told_of(contact: ContactId) -> list[str]:
            found = await office.ask("owner", "GET", f"/v1/webhooks/{made['id']}/deliveries")
            whole = api.services.there.get(WebhookService).store
            bodies = [
                await whole.delivery(office.org.tenant.id, made["id"], one["id"]) for one in found.json()["items"]
            ]
            return sorted(one.kind for one in bodies if one is not None and contact in one.body)

        async def was_told(contact: ContactId, *kinds: str) -> None:
            async def so() -> bool:
                return await told_of(contact) == sorted(kinds)

            await wait_until(so)

        await spoken(office, "one", jo)
        calls = ("call.answered", "call.ended", "call.started")
        await was_told(jo, *calls)
        said = {"purpose": "crm_sync", "act": "object"}
        assert (await office.ask("owner", "POST", f"/v1/contacts/{jo}/consents", said)).status_code == 201
        await was_told(jo)  # what waited to be sent is gone
        await spoken(office, "two", jo)
        await spoken(office, "three", ann)
        await was_told(ann, *calls)
        assert await told_of(jo) == []
        await api.services.there.get(CallerErasures).erase(office.org.tenant.id, jo, "asked")
        await was_told(jo, "contact.deleted")


async def test_entries_go_with_the_caller_who_is_erased_and_with_the_account(api: Api) -> None:
    acme, consents = await api.organisation(), api.services.there.get(Consents)
    tenant_id, agent = acme.tenant.id, UserId(acme.users["agent"])
    jo = (await api.services.contacts.remember(tenant_id, "+442079460123")).id
    path = f"/v1/contacts/{jo}/consents"
    for purpose in ("recording", "crm_sync"):
        entered = await acme.call("owner", "POST", path, json={"purpose": purpose, "act": "object"})
        assert (entered.status_code, entered.json()["by"]) == (201, acme.users["owner"])
    await acme.call("agent", "DELETE", f"{MINE}/monitoring")
    ledger = api.mongo.tenant(tenant_id).collection(ConsentEntry)
    assert await ledger.count() == 3

    await api.services.there.get(CallerErasures).erase(tenant_id, jo, "asked")
    assert await ledger.count({"contact_id": jo}) == 0
    assert consents.may(Purpose.RECORDING, tenant_id, jo)
    await api.services.there.get(Persons).erase(tenant_id, agent, "asked")
    assert await ledger.count() == 0
    assert consents.may(Purpose.MONITORING, tenant_id, agent)
