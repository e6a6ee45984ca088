"""Roles of an organisation's own, who may give which, and that the menu's list is the API's."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from tests.support.http.api import PASSWORD, Api, Organisation

from call24.identity.permissions import BUILT_IN, EVERYTHING, HELP
from call24.kit.ids import UserId


async def with_administrator(api: Api) -> Organisation:
    acme = await api.organisation()
    await acme.join("administrator")
    return acme


async def made(acme: Organisation, name: str, *permissions: str, by: str = "owner") -> str:
    body = {"name": name, "permissions": list(permissions)}
    answer = await acme.call(by, "POST", "/v1/roles", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def give(acme: Organisation, by: str, to: str, role: str) -> Any:
    answer = await acme.call(by, "PUT", f"/v1/users/{acme.users[to]}/role", json={"role": role})
    if answer.status_code == 200:  # they were signed out, and sign in again
        user = await acme.api.services.identity.user(acme.tenant.id, UserId(acme.users[to]))
        acme.bearers[to] = (await acme.api.services.identity.open_session(user, "Again")).bearer
    return answer


async def test_the_list_of_permissions_says_what_each_lets_one_do_and_whether_one_may(api: Api) -> None:
    acme = await api.organisation()
    items = (await acme.call("agent", "GET", "/v1/permissions")).json()["items"]
    assert {one["name"]: one["help"] for one in items} == dict(HELP)
    assert {one["name"] for one in items if one["yours"]} == BUILT_IN["agent"]
    assert (await acme.call("agent", "GET", "/v1/me")).json()["permissions"] == sorted(BUILT_IN["agent"])


async def test_signing_in_tells_what_the_menu_goes_by(api: Api) -> None:
    acme = await api.organisation()
    body = {"email": acme.emails["supervisor"], "password": PASSWORD, "device_name": "App"}
    told = (await api.call("POST", "/v1/auth/login", json=body)).json()
    assert told["permissions"] == sorted(BUILT_IN["supervisor"]) and told["role_name"] == "Supervisor"


async def test_a_role_of_ones_own_allows_exactly_what_it_names_and_changes_at_once(api: Api) -> None:
    acme = await api.organisation()
    role = await made(acme, "Night shift", "queues.read")
    assert (await give(acme, "owner", "agent", role)).json()["role"] == role
    told = (await acme.call("agent", "GET", "/v1/me")).json()
    assert (told["permissions"], told["role_name"]) == (["queues.read"], "Night shift")
    assert (await acme.call("agent", "GET", "/v1/queues")).status_code == 200
    assert (await acme.call("agent", "GET", "/v1/trunks")).status_code == 403
    changed = {"permissions": ["trunks.read"]}
    assert (await acme.call("owner", "PATCH", f"/v1/roles/{role}", json=changed)).status_code == 200
    assert (await acme.call("agent", "GET", "/v1/queues")).status_code == 403
    assert (await acme.call("agent", "GET", "/v1/trunks")).status_code == 200


async def test_another_organisations_role_is_no_role_here(api: Api) -> None:
    one, other = await api.organisation("One"), await api.organisation("Other")
    role = await made(one, "Ours", "queues.read")
    for path, method in ((f"/v1/roles/{role}", "PATCH"), (f"/v1/roles/{role}", "DELETE")):
        assert (await other.call("owner", method, path, json={})).status_code == 404
    assert (await give(other, "owner", "agent", role)).status_code == 422
    assert role not in (await other.call("owner", "GET", "/v1/roles")).text
    assert api.services.identity.roles.granted(other.tenant.id, role) == frozenset()


async def test_nobody_gives_away_what_they_lack(api: Api) -> None:
    acme = await with_administrator(api)
    strong = await made(acme, "Keys", "recordings.keys")
    new = {"email": "x@example.com", "name": "X", "password": PASSWORD}
    answers = [
        await acme.call("administrator", "POST", "/v1/roles", json={"name": "N", "permissions": ["fence.write"]}),
        await acme.call("administrator", "PATCH", f"/v1/roles/{strong}", json={"name": "Weak"}),
        await acme.call("administrator", "DELETE", f"/v1/roles/{strong}"),
        await give(acme, "administrator", "agent", "owner"),
        await give(acme, "administrator", "agent", strong),
        await give(acme, "administrator", "owner", "agent"),
        await acme.call("administrator", "POST", "/v1/users", json={**new, "role": "owner"}),
        await acme.call("administrator", "POST", "/v1/users", json={**new, "role": strong}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "beyond_own")] * len(answers)
    mine = await made(acme, "Watchers", "calls.monitor", by="administrator")
    widened = {"permissions": ["recordings.keys"]}
    assert (await acme.call("administrator", "PATCH", f"/v1/roles/{mine}", json=widened)).status_code == 403
    assert (await give(acme, "administrator", "agent", mine)).status_code == 200


async def test_whoever_may_all_else_gives_no_roles(api: Api) -> None:
    acme = await api.organisation()
    role = await made(acme, "All else", *(EVERYTHING - {"roles.write"}))
    await acme.join(role)
    refused = await give(acme, role, "agent", "auditor")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_nobody_deals_with_who_may_more(api: Api) -> None:
    acme = await with_administrator(api)
    owner = f"/v1/users/{acme.users['owner']}"
    for method, what, body in (
        ("POST", "disable", None),
        ("POST", "enable", None),
        ("POST", "reset", None),
        ("POST", "delete", {"reason": "left"}),
        ("DELETE", "mfa", None),
        ("DELETE", "provider", None),
        ("DELETE", "picture", None),
    ):
        refused = await acme.call("administrator", method, f"{owner}/{what}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "beyond_own"), what
    assert (await acme.call("owner", "GET", "/v1/me")).status_code == 200


async def test_the_last_owner_stays_one(api: Api) -> None:
    acme = await with_administrator(api)
    last = await give(acme, "owner", "owner", "agent")
    assert (last.status_code, last.json()["code"]) == (409, "last_owner")
    assert (await acme.call("owner", "GET", "/v1/roles")).status_code == 200
    assert (await give(acme, "owner", "administrator", "owner")).status_code == 200
    assert (await give(acme, "owner", "owner", "agent")).status_code == 200
    assert (await acme.call("owner", "GET", "/v1/roles")).status_code == 403


async def test_a_role_that_somebody_has_stays_and_names_are_used_once(api: Api) -> None:
    acme = await api.organisation()
    role = await made(acme, "Night shift", "queues.read")
    await give(acme, "owner", "agent", role)
    kept = await acme.call("owner", "DELETE", f"/v1/roles/{role}")
    assert (kept.status_code, kept.json()["code"]) == (409, "role_in_use")
    for name in ("night SHIFT", "Owner", "privacy officer"):
        taken = await acme.call("owner", "POST", "/v1/roles", json={"name": name, "permissions": []})
        assert (taken.status_code, taken.json()["code"]) == (409, "name_taken"), name
    await give(acme, "owner", "agent", "agent")
    assert (await acme.call("owner", "DELETE", f"/v1/roles/{role}")).status_code == 204
    unknown = await acme.call("owner", "POST", "/v1/roles", json={"name": "N", "permissions": ["everything"]})
    assert unknown.status_code == 422


async def test_another_process_that_changed_a_role_is_heard_of_at_the_next_refresh(api: Api) -> None:
    acme = await api.organisation()
    role = await made(acme, "Night shift", "queues.read")
    roles = api.services.identity.roles
    roles.forget_tenant(acme.tenant.id)
    assert roles.granted(acme.tenant.id, role) == frozenset()
    await api.services.identity.refresh()
    assert roles.granted(acme.tenant.id, role) == {"queues.read"}


async def test_what_is_denied_is_logged_without_names_or_addresses(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    acme = await api.organisation()
    with caplog.at_level(logging.INFO, "call24.http.access"):
        await acme.call("agent", "GET", "/v1/trunks")
    [line] = [record.getMessage() for record in caplog.records if record.name == "call24.http.access"]
    assert (
        line == f"denied: user {acme.users['agent']} lacks the permission trunks.read in organisation {acme.tenant.id}"
    )
