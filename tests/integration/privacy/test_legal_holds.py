"""Legal holds over HTTP: who is told what, what they keep, what they cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.integration.privacy.test_retention import entry, record
from tests.support.http.api import Api, Organisation

from call24.call_records.call_record import CallRecord
from call24.journal.model import Entry
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, ContactId, UserId, new_id
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.closings import Closings
from call24.privacy.deletion_notices import DeletionNotices
from call24.privacy.hold_model import LegalHold
from call24.privacy.holds import LegalHolds
from call24.privacy.retention_watch import RetentionWatch
from call24.privacy.service import Sweeper

AT = "/v1/legal-holds"


async def hold(acme: Organisation, status: int = 201, **what: Any) -> dict[str, Any]:
    body = {"reason": "Case 12", "review_on": "2027-01-31", **what}
    answer = await acme.call("owner", "POST", AT, json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def call_of(api: Api, acme: Organisation, contact: str = "ctc_anyone") -> str:
    """A call of today with its journal, due in 90 days."""
    now, call_id = api.clock.now(), CallId(new_id("call"))
    due, scope = now + timedelta(days=90), api.mongo.tenant(acme.tenant.id)
    await scope.collection(CallRecord).insert(record(acme.tenant.id, call_id, ContactId(contact), now, due))
    await scope.collection(Entry).insert(entry(acme.tenant.id, call_id, now, due))
    return call_id


def sweeper(api: Api) -> Sweeper:
    return Sweeper(api.mongo, api.services.tenants, api.changes, time=api.services.there.get(AgreedTime), erasers={})


async def release(api: Api, acme: Organisation, hold_id: str) -> None:
    """By the service: sessions have ended when the clock went on by weeks."""
    await api.services.there.get(LegalHolds).release(acme.tenant.id, hold_id, UserId(acme.users["owner"]), "Closed")


async def stopped(api: Api, acme: Organisation, hold_id: str) -> tuple[int, int]:
    holds = api.services.there.get(LegalHolds)
    return await holds.stopped(await holds.get(acme.tenant.id, hold_id))


async def left(api: Api, acme: Organisation) -> set[str]:
    scope = api.mongo.tenant(acme.tenant.id)
    records = await scope.collection(CallRecord).distinct("_id", {})
    assert await scope.collection(Entry).distinct("call_id", {"call_id": {"$ne": None}}) == records
    return records


async def sweep(api: Api, **time: int) -> None:
    api.clock.advance(**time)
    await sweeper(api).sweep()


async def test_a_hold_of_the_organisation_keeps_all_of_it_and_delays_its_closing(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    kept, gone = await call_of(api, acme), await call_of(api, other)
    made = await hold(acme, kind="organisation")
    closings = api.services.there.get(Closings)
    assert await closings.on_hold(acme.tenant.id) and not await closings.on_hold(other.tenant.id)
    await sweep(api, days=90, hours=1)
    assert (await left(api, acme), await left(api, other)) == ({kept}, set()), gone
    assert await stopped(api, acme, made["id"]) == (1, 0)
    api.clock.advance(days=2)
    status = await api.services.there.get(RetentionWatch).status()
    assert status.overdue == {} and status.held["call_records"] == 1 and status.reviews_due == 1
    await release(api, acme, made["id"])
    await sweep(api, minutes=1)
    assert await left(api, acme) == set()
    receipt = (await sweeper(api).receipts())[0]
    assert receipt.late == 1 and receipt.late_s == 2 * 86_400 + 3600 + 60


async def test_calls_of_a_held_contact_are_kept_and_others_go(api: Api) -> None:
    acme = await api.organisation()
    theirs, others = await call_of(api, acme), await call_of(api, acme, "ctc_other")
    made = await _direct(api, acme, kind="contact", subject_id="ctc_anyone")
    await hold(acme, 422, kind="contact", subject_id="ctc_nobody")
    await sweep(api, days=90, hours=1)
    assert await left(api, acme) == {theirs}, others
    await release(api, acme, made)
    await sweep(api, minutes=1)
    assert await left(api, acme) == set()


async def _direct(api: Api, acme: Organisation, **what: Any) -> str:
    answer = await hold(acme, kind="organisation")
    await api.mongo.tenant(acme.tenant.id).collection(LegalHold).update(answer["id"], what)
    return str(answer["id"])


async def test_a_user_under_a_hold_is_not_deleted_until_it_is_released(api: Api) -> None:
    acme = await api.organisation()
    agent = acme.users["agent"]
    made = await hold(acme, kind="user", subject_id=agent)
    refused = await acme.call("owner", "POST", f"/v1/users/{agent}/delete", json={"reason": "left"})
    assert (refused.status_code, refused.json()["code"]) == (409, "legal_hold")
    assert (await api.services.identity.user(acme.tenant.id, agent)).disabled_at is None, "and nothing was changed"
    await acme.call("owner", "POST", f"{AT}/{made['id']}/release", json={"reason": "Closed"})
    again = await acme.call("owner", "POST", f"/v1/users/{agent}/delete", json={"reason": "left"})
    assert again.status_code == 200, again.text


async def test_a_hold_is_refused_with_what_it_lacks_and_its_history_only_grows(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    for wrong in (
        {"kind": "call"},
        {"kind": "organisation", "subject_id": "call_x"},
        {"kind": "call", "subject_id": "call_x"},
        {"kind": "user", "subject_id": other.users["agent"]},
        {"kind": "queue", "subject_id": "que_x"},
        {"kind": "organisation", "review_on": "2026-01-01"},
        {"kind": "organisation", "review_on": "9999-12-31"},
        {"kind": "organisation", "reason": ""},
        {"kind": "organisation", "reason": "x" * 1001},
    ):
        await hold(acme, 422, **wrong)
    assert (await acme.call("owner", "GET", AT)).json() == {"items": [], "next": None}
    made = [await hold(acme, kind="organisation") for _ in range(3)]
    at = f"{AT}/{made[0]['id']}"
    looked = await acme.call("owner", "POST", f"{at}/review", json={"note": "Still open", "review_on": "2027-03-01"})
    assert [one["note"] for one in looked.json()["history"]] == ["Case 12", "Still open"]
    assert (await acme.call("owner", "POST", f"{at}/release", json={"reason": "Closed"})).status_code == 200
    again = await acme.call("owner", "POST", f"{at}/release", json={"reason": "Closed"})
    assert (again.status_code, again.json()["code"]) == (409, "legal_hold_released")
    first = (await acme.call("owner", "GET", f"{AT}?limit=2")).json()
    rest = (await acme.call("owner", "GET", f"{AT}?limit=2&cursor={first['next']}")).json()
    assert {one["id"] for one in first["items"] + rest["items"]} == {one["id"] for one in made}
    assert len((await acme.call("owner", "GET", f"{AT}?state=released")).json()["items"]) == 1
    assert (await other.call("owner", "GET", at)).status_code == 404
    assert (await acme.call("agent", "GET", AT)).status_code == 403


async def test_an_erasure_that_a_hold_stopped_goes_on_by_itself_when_it_is_released(api: Api) -> None:
    acme = await api.organisation()
    contact = await api.services.contacts.remember(acme.tenant.id, "+442079460188", "Jo")
    made = await hold(acme, kind="contact", subject_id=contact.id)
    erased = await acme.call("owner", "POST", f"/v1/contacts/{contact.id}/erase", json={"reason": "asked"})
    assert (erased.status_code, erased.json()["held"], erased.json()["receipt"]) == (200, 1, None), erased.text
    await api.rooms.caller_erasures.carry_on(api.clock.now())
    assert (await api.services.contacts.get(acme.tenant.id, contact.id)).number == "+442079460188"
    await acme.call("owner", "POST", f"{AT}/{made['id']}/release", json={"reason": "Closed"})
    await api.rooms.caller_erasures.carry_on(api.clock.now())
    with pytest.raises(NotFound):
        await api.services.contacts.get(acme.tenant.id, contact.id)


async def test_what_is_held_is_counted_in_no_plan_and_in_no_notice(api: Api) -> None:
    """A plan of an organisation with a hold was answered 500, and a notice would have ended the server."""
    acme, other = await api.organisation(), await api.organisation("Other")
    for one in (acme, other):
        for _ in range(2):
            await call_of(api, one)
    held = await call_of(api, acme)
    await hold(acme, kind="call", subject_id=held)
    await hold(other, kind="organisation")
    for one, count in ((acme, 2), (other, 0)):
        plan = await one.call("owner", "GET", "/v1/organisation/record-days/plan", params={"record_days": 1})
        assert (plan.status_code, plan.json().get("calls")) == (200, count), plan.text
    api.clock.advance(days=84)
    notices = api.services.there.get(DeletionNotices)
    assert [await notices.announce(api.clock.now()) for _ in range(2)] == [2, 0]
    told = [await notices.of(one.tenant.id) for one in (acme, other)]
    assert [one is not None and (one.calls, one.record_days) for one in told] == [(2, 90), (0, 90)]
