"""Saved reports over HTTP: one's own and shared ones, their bounds, and what an account or an organisation leaves."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.http.api import Api, Organisation

from call24.identity.model import User
from call24.kit.ids import UserId
from call24.saved_reports.model import SavedReport
from call24.saved_reports.service import SavedReports

PATH = "/v1/saved-reports"
WEEK = {"name": "Week", "period": "last_week", "by": "queue"}


async def saved(of: Organisation, role: str = "supervisor", **more: Any) -> dict[str, Any]:
    answer = await of.call(role, "POST", PATH, json={**WEEK, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def names(of: Organisation, role: str) -> list[str]:
    return [one["name"] for one in (await of.call(role, "GET", PATH)).json()["items"]]


def daily(*users: str, **more: Any) -> dict[str, Any]:
    return {"every": "day", "hour": 7, "recipients": list(users), **more}


async def test_a_report_is_ones_own_until_it_is_shared(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    one = await saved(acme, compare=True, measures=["offered"], direction="inbound")
    assert (await acme.call("supervisor", "GET", f"{PATH}/{one['id']}")).json() == one
    assert (one["may_change"], one["made_by"]["name"], one["schedule"], one["next_at"]) == (
        True,
        "The supervisor",
        None,
        None,
    )
    assert (
        await names(acme, "owner") == [] and (await acme.call("owner", "GET", f"{PATH}/{one['id']}")).status_code == 404
    )
    shared = {**WEEK, "name": "Ours", "shared": True}
    changed = await acme.call("supervisor", "PUT", f"{PATH}/{one['id']}", json=shared)
    assert (changed.status_code, changed.json()["name"], changed.json()["compare"]) == (200, "Ours", False)
    assert await names(acme, "owner") == ["Ours"] and await names(other, "owner") == []
    seen = (await acme.call("owner", "GET", f"{PATH}/{one['id']}")).json()
    assert (seen["may_change"], seen["may_remove"]) == (False, True)
    assert (await acme.call("owner", "PUT", f"{PATH}/{one['id']}", json=shared)).status_code == 403
    for role in ("owner", "supervisor", "agent"):
        found = await other.call(role, "GET", f"{PATH}/{one['id']}")
        assert found.status_code == (403 if role == "agent" else 404)
    assert (await acme.call("owner", "DELETE", f"{PATH}/{one['id']}")).status_code == 204
    assert await names(acme, "supervisor") == []


async def test_another_supervisors_shared_report_is_not_a_supervisors_to_delete(api: Api) -> None:
    acme = await api.organisation()
    one = await saved(acme, "owner", shared=True)
    assert (await acme.call("supervisor", "DELETE", f"{PATH}/{one['id']}")).status_code == 403
    assert (await acme.call("agent", "GET", PATH)).status_code == 403, "who may not see reports"


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(api: Api) -> None:
    acme = await api.organisation()
    one = await saved(acme)
    tag = (await acme.call("supervisor", "GET", f"{PATH}/{one['id']}")).headers["ETag"]
    path = f"{PATH}/{one['id']}"
    first = await acme.call("supervisor", "PUT", path, json={**WEEK, "name": "A"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = await acme.call("supervisor", "PUT", path, json={**WEEK, "name": "B"}, headers={"If-Match": tag})
    assert (second.status_code, second.json()["code"]) == (412, "changed_meanwhile")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 81}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"period": "next_week"}, "period"),
        ({"by": "mood"}, "by"),
        ({"queue_id": "que_01jnowhere"}, "queue_id"),
        ({"agent_id": "usr_01jnowhere"}, "agent_id"),
        ({"measures": ["occupancy"]}, "measures"),
        ({"measures": ["offered", "offered"]}, "measures"),
        ({"measures": ["x"] * 41}, "measures"),
        ({"schedule": {"every": "day", "hour": 24, "recipients": []}}, "schedule.hour"),
        ({"schedule": {"every": "day", "hour": 7, "recipients": []}}, "schedule.recipients"),
        ({"schedule": {"every": "month", "hour": 7, "day": 32, "recipients": []}}, "schedule.day"),
        (
            {"schedule": {"every": "day", "hour": 7, "recipients": ["a@b.example"]}, "shared": True},
            "schedule.recipients",
        ),
        (
            {"schedule": {"every": "day", "hour": 7, "recipients": ["usr_x"] * 51}, "shared": True},
            "schedule.recipients",
        ),
        ({"owner": "usr_x"}, "owner"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_is_stored(
    api: Api, wrong: dict[str, Any], field: str
) -> None:
    acme = await api.organisation()
    answer = await acme.call("supervisor", "POST", PATH, json={**WEEK, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    assert any(one["field"].removeprefix("body.").startswith(field) for one in answer.json()["errors"]), answer.text
    assert await api.mongo.tenant(acme.tenant.id).collection(SavedReport).count() == 0


async def test_only_users_of_ones_own_organisation_who_may_see_reports_are_sent_one(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    foreign = (await api.services.queues.create(other.tenant.id, "Theirs")).id
    for user in (other.users["owner"], acme.users["agent"]):
        wish = {**WEEK, "shared": True, "schedule": daily(user)}
        answer = await acme.call("supervisor", "POST", PATH, json=wish)
        assert answer.status_code == 422 and "who may see reports" in answer.text
    for filters in ({"queue_id": foreign}, {"agent_id": other.users["agent"]}):
        assert (await acme.call("supervisor", "POST", PATH, json={**WEEK, **filters})).status_code == 422
    alone = await acme.call("supervisor", "POST", PATH, json={**WEEK, "schedule": daily(acme.users["owner"])})
    assert alone.status_code == 422 and "share the report" in alone.text
    both = await saved(acme, shared=True, schedule=daily(acme.users["owner"], acme.users["supervisor"]))
    assert [one["name"] for one in both["schedule"]["recipients"]] == ["The owner", "The supervisor"]
    assert both["next_at"] is not None and both["stopped"] is None
    times = (await acme.call("owner", "GET", f"{PATH}/times?every=day&hour=7")).json()
    assert times["times"][0] == both["next_at"] and len(times["times"]) == 3 and times["sends"] is False
    assert [(one["name"], one["email_confirmed"]) for one in times["recipients"]] == [
        ("The owner", False),
        ("The supervisor", False),
    ]


async def test_there_are_thirty_of_a_user_and_a_hundred_of_an_organisation(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    for _ in range(30):
        await saved(acme)
    refused = await acme.call("supervisor", "POST", PATH, json=WEEK)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many")
    monkeypatch.setattr("call24.saved_reports.service.ALL_MAX", 31)
    await saved(acme, "owner")
    refused = await acme.call("owner", "POST", PATH, json=WEEK)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many")
    await saved(other)


async def test_why_a_report_is_not_sent_is_said(api: Api) -> None:
    acme = await api.organisation()
    queue = (await api.services.queues.create(acme.tenant.id, "Help")).id
    owner, identity = acme.users["owner"], api.services.identity
    one = await saved(acme, shared=True, queue_id=queue, schedule=daily(owner))

    async def stopped() -> str | None:
        return (await acme.call("owner", "GET", f"{PATH}/{one['id']}")).json()["stopped"]  # type: ignore[no-any-return]

    async def maker(**fields: Any) -> None:
        users = api.mongo.tenant(acme.tenant.id).collection(User)
        await users.update(acme.users["supervisor"], fields)
        identity.remember(await identity.user(acme.tenant.id, UserId(acme.users["supervisor"])))

    assert await stopped() is None
    await maker(disabled_at=api.clock.now())
    assert await stopped() == "maker_disabled"
    await maker(disabled_at=None, role="agent")
    assert await stopped() == "maker_may_not"
    await maker(role="supervisor")
    assert await stopped() is None
    await api.services.queues.delete(acme.tenant.id, queue, lambda tenant_id, queue_id: [])
    assert await stopped() == "queue_gone"


async def test_a_deleted_account_takes_its_own_reports_and_leaves_the_shared_ones_without_a_maker(api: Api) -> None:
    acme = await api.organisation()
    owner, supervisor, agent = (acme.users[role] for role in ("owner", "supervisor", "agent"))
    await saved(acme, name="Mine")
    await saved(acme, name="Ours", shared=True, schedule=daily(owner, supervisor))
    await saved(acme, "owner", name="Theirs", shared=True, schedule=daily(supervisor, owner))
    await saved(acme, "owner", name="On one", by="day", agent_id=agent)
    service, identity = api.services.there.get(SavedReports), api.services.identity
    for user_id in (supervisor, agent):
        await service.forget_user(await identity.user(acme.tenant.id, UserId(user_id)))
    found = {one["name"]: one for one in (await acme.call("owner", "GET", PATH)).json()["items"]}
    assert sorted(found) == ["Ours", "Theirs"]
    assert (found["Ours"]["made_by"], found["Ours"]["stopped"], found["Ours"]["next_at"]) == (None, "maker_gone", None)
    assert [one["id"] for one in found["Theirs"]["schedule"]["recipients"]] == [owner]
    assert (await acme.call("owner", "DELETE", f"{PATH}/{found['Ours']['id']}")).status_code == 204
