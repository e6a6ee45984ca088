"""How long an organisation keeps what, and whether what is due is deleted, over HTTP."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.privacy.test_retention import record
from tests.support.http.api import Api, Organisation

from call24.call_records.call_record import CallRecord
from call24.kit.ids import CallId, ContactId, new_id
from call24.kit.instants import iso
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.service import Sweeper

AT = "/v1/organisation/retention"


async def call(api: Api, acme: Organisation, arrived: timedelta) -> CallId:
    """One that arrived so long ago, and is kept for 90 days."""
    at, call_id = api.clock.now() - arrived, CallId(new_id("call"))
    made = record(acme.tenant.id, call_id, ContactId("ctc_anyone"), at, at + timedelta(days=90))
    await api.mongo.tenant(acme.tenant.id).collection(CallRecord).insert(made)
    return call_id


async def test_rules_the_oldest_call_what_is_due_and_what_is_late_are_the_organisations_own(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    await acme.join("privacy_officer")
    for role, status in (("privacy_officer", 200), ("owner", 200), ("supervisor", 403), ("agent", 403)):
        assert (await acme.call(role, "GET", AT)).status_code == status
    fresh = (await acme.call("privacy_officer", "GET", AT)).json()
    assert (fresh["record_days"], fresh["recording_days"], fresh["recording"]) == (90, None, "always")
    assert fresh["oldest_call_at"] is None and fresh["alarms"] == [] and fresh["queues"] == []
    assert any(row["what"] == "Phone numbers" and row["kept"] for row in fresh["kept"])

    await acme.call("owner", "PATCH", "/v1/organisation", json={"recording_days": 30})
    oldest = timedelta(days=95)
    late, held = await call(api, acme, oldest), await call(api, acme, timedelta(days=94))
    for arrived in (timedelta(days=89, hours=12), timedelta(days=10)):
        await call(api, acme, arrived)
    for days in (200, 201, 202):
        await call(api, other, timedelta(days=days))
    hold = {"kind": "call", "subject_id": held, "reason": "Case 12", "review_on": "2027-01-31"}
    assert (await acme.call("owner", "POST", "/v1/legal-holds", json=hold)).status_code == 201
    told = (await acme.call("privacy_officer", "GET", AT)).json()
    assert (told.get("recording_days"), told.get("due_soon")) == (30, 1), told
    assert told["oldest_call_at"] == iso(api.clock.now() - oldest)
    assert (told["overdue"], told["held"]) == ({"call_records": 1}, {"call_records": 1}), late
    assert told["alarms"] == ["overdue"]

    time = api.services.there.get(AgreedTime)
    await Sweeper(api.mongo, api.services.tenants, api.changes, time=time, erasers={}).sweep()
    told = (await acme.call("privacy_officer", "GET", AT)).json()
    assert (told["overdue"], told["alarms"], told["held"]) == ({}, [], {"call_records": 1})
    assert told["agreed_at"] == iso(api.clock.now())
