"""How long calls are kept, changed: what is refused, what the plan says, and that a change which is cut off goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.integration.http.test_api_edge import assert_problem
from tests.integration.privacy.test_retention import entry, record
from tests.support.http.api import Api, Organisation

from call24.call_records.call_record import CallRecord
from call24.journal.model import Entry
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, ContactId, new_id
from call24.privacy import retention_changes
from call24.privacy.retention_changes import RetentionChanges
from call24.recordings.model import Recording
from call24.recordings.service import Recordings
from call24.server.recorder import recorded_calls

AT = "/v1/organisation/record-days"
LAW = "Section 147 of the fiscal code"


@pytest.fixture(autouse=True)
def wired(api: Api) -> None:
    """As server/projections.py does."""
    retention = api.services.there.get(Recordings).retention
    assert retention is not None
    retention.calls = recorded_calls(api.mongo)


async def call_of(api: Api, acme: Organisation, age: int, **more: int) -> CallId:
    """A call that arrived so many days ago, with a line of journal and a recording, kept for 90 days."""
    at, call_id = api.clock.now() - timedelta(days=age, **more), CallId(new_id("call"))
    due, scope = at + timedelta(days=90), api.mongo.tenant(acme.tenant.id)
    await scope.collection(CallRecord).insert(record(acme.tenant.id, call_id, ContactId("ctc_one"), at, due))
    await scope.collection(Entry).insert(entry(acme.tenant.id, call_id, at, due))
    of_call: Any = {"id": new_id("rec"), "tenant_id": acme.tenant.id, "call_id": call_id, "kind": "call"}
    await scope.collection(Recording).insert(Recording(**of_call, started_at=at, delete_at=due))
    return call_id


async def kept_for(api: Api, acme: Organisation) -> dict[str, set[int]]:
    """By collection, the days from arrival to deletion of all calls."""
    scope = api.mongo.tenant(acme.tenant.id)
    arrived = {one.id: one.arrived_at for one in await scope.collection(CallRecord).find()}
    found = {
        "call_records": {(one.delete_at - one.arrived_at).days for one in await scope.collection(CallRecord).find()}
    }
    for struct, name in ((Entry, "journal"), (Recording, "recordings")):
        there: list[Any] = await scope.collection(struct).find({"call_id": {"$in": list(arrived)}})
        found[name] = {(one.delete_at - arrived[one.call_id]).days for one in there}
    return found


def all_for(*days: int) -> dict[str, set[int]]:
    return {name: set(days) for name in ("call_records", "journal", "recordings")}


async def wish(acme: Organisation, days: int, **more: Any) -> httpx.Response:
    return await acme.call("owner", "PUT", AT, json={"record_days": days, **more})


async def planned(acme: Organisation, days: int | None = None) -> dict[str, Any]:
    answer = await acme.call("owner", "GET", f"{AT}/plan", params={} if days is None else {"record_days": days})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_plan_says_what_goes_at_once_and_on_each_day_and_deletes_nothing(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    for age in (5, 6, 30, 60, 89):
        await call_of(api, acme, age)
    await call_of(api, other, 60)
    plan = await planned(acme, 10)
    assert (plan["record_days_now"], plan["record_days"]) == (90, 10)
    assert (plan["calls"], plan["recordings"]) == (2, 2), "the oldest is gone by then, whatever is changed"
    by_day = [(one["calls"], one["recordings"]) for one in plan["by_day"]]
    assert len(by_day) == 30 and sum(calls for calls, _ in by_day) == 2
    assert by_day[2][0] + by_day[3][0] == 2, "on the 10th day of each, a day of which is over when it takes effect"
    as_it_is = await planned(acme)
    assert (as_it_is["record_days"], as_it_is["calls"]) == (90, 0)
    assert sum(one["calls"] for one in as_it_is["by_day"]) == 2, "of 89 and 60 days"
    assert await kept_for(api, acme) == all_for(90)


async def test_what_is_not_confirmed_or_has_no_reason_is_refused(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    assert_problem(await wish(acme, 0), 422, "invalid")
    assert_problem(await wish(acme, 91, reason="because"), 422, "retention_reason_required")
    assert_problem(await wish(acme, 30), 409, "retention_plan_required")
    for plan_id in ("x", (await planned(acme, 31))["id"], (await planned(other, 30))["id"]):
        assert_problem(await wish(acme, 30, plan_id=plan_id), 409, "retention_plan_outdated")
    plan = await planned(acme, 30)
    api.clock.advance(hours=1, seconds=1)
    assert_problem(await wish(acme, 30, plan_id=plan["id"]), 409, "retention_plan_outdated")
    assert (await wish(acme, 90)).json() == {"record_days": 90, "change": None}
    assert (await acme.call("owner", "DELETE", f"{AT}/change")).status_code == 404
    again = await planned(acme, 30)
    assert (await wish(acme, 30, plan_id=again["id"])).json()["change"]["state"] == "waiting"
    assert_problem(await wish(acme, 120, reason=LAW), 409, "retention_change_open")
    assert (await acme.call("supervisor", "PUT", AT, json={"record_days": 90})).status_code == 403


async def test_a_change_that_is_cut_off_goes_on_where_it_was(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_changes, "PAGE", 2)
    monkeypatch.setattr(retention_changes, "PAGES", 2)
    acme, changes = await api.organisation(), api.services.there.get(RetentionChanges)
    for age in range(1, 10):
        await call_of(api, acme, age)
    assert (await wish(acme, 365, reason=LAW)).json()["record_days"] == 365
    assert await changes.follow(api.clock.now()) == 4, "so much with one sweep"
    assert await kept_for(api, acme) == all_for(90, 365)
    redate, changes.redate = changes.redate, _fails
    with pytest.raises(Unavailable):
        await changes.follow(api.clock.now())
    changes.redate = redate
    assert [await changes.follow(api.clock.now()) for _ in range(3)] == [4, 1, 0]
    assert await kept_for(api, acme) == all_for(365)


async def test_a_call_that_went_on_meanwhile_follows_later(api: Api) -> None:
    acme, changes = await api.organisation(), api.services.there.get(RetentionChanges)
    await wish(acme, 365, reason=LAW)
    await changes.follow(api.clock.now())
    await call_of(api, acme, 0, hours=1)  # its record is written after the others have followed
    api.clock.advance(hours=5)
    assert await changes.follow(api.clock.now()) == 0
    api.clock.advance(hours=2)
    assert await changes.follow(api.clock.now()) == 1
    assert await kept_for(api, acme) == all_for(365)
    assert (await changes.current(acme.tenant.id)).state == "done"  # type: ignore[union-attr]


async def _fails(*_: Any) -> None:
    raise Unavailable("MongoDB is away")
