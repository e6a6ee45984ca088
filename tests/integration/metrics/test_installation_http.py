"""Who sees in the app how the installation is: whom the operator of the machine named, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.operating import OPERATES, OPERATORS, code, named, operating, with_mfa

from call24.audit.model import StoredAuditEntry
from call24.identity.model import User
from call24.installer import backup_note
from call24.kit.ids import UserId
from call24.kit.instants import iso
from call24.kit.version import VERSION
from call24.metrics import installation
from call24.metrics.exposition import Metrics, Sample

STATUS = "/v1/installation/status"


async def seen(acme: Organisation, role: str = "agent") -> tuple[int, Any]:
    answer = await acme.call(role, "GET", STATUS)
    return answer.status_code, answer.json().get("code")


async def lines(api: Api, acme: Organisation) -> list[tuple[str, str, tuple[str, ...]]]:
    await api.services.audit.settle()
    found = await api.mongo.tenant(acme.tenant.id).collection(StoredAuditEntry).find(sort=[("seq", 1)])
    return [(one.actor_id, one.action, one.objects) for one in found if "operators" in one.action]


async def test_an_operator_sees_what_the_command_shows(api: Api) -> None:
    acme, _ = await operating(api)
    backup_note.write(api.settings.data, api.clock.now(), "/mnt/backups", "")
    shown = (await acme.call("agent", "GET", STATUS)).json()
    command = (await api.client.get("/v1/internal/status", headers=OPERATES)).json()

    def told(status: Any) -> list[tuple[str, str, str]]:
        return [(part["name"], part["state"], part["advice"]) for part in status["parts"] if part["name"] != "machine"]

    assert told(shown) == told(command) and len(told(shown)) == 17
    assert [one["parts"][-1]["seen"].partition(" UTC")[2] for one in (shown, command)] == ["", ", to /mnt/backups"]
    assert set(shown) == set(command)
    assert shown["version"] == VERSION and shown["parts"][0]["since"] == shown["at"]
    book = shown["parts"][1]["runbook"]
    assert book == "collector-failing"
    page = await acme.call("agent", "GET", f"/v1/installation/runbooks/{book}")
    assert page.json()["text"].startswith("# Call24CollectorFailing")
    for name in ("README", "..%2Fsecurity", "nothing"):
        assert (await acme.call("agent", "GET", f"/v1/installation/runbooks/{name}")).status_code == 404


async def test_nobody_else_does_whatever_their_role(api: Api) -> None:
    acme, _ = await operating(api)
    other = await api.organisation("Other")
    await with_mfa(api, other, "owner")
    for of, role in ((acme, "owner"), (acme, "supervisor"), (other, "owner"), (other, "agent")):
        assert await seen(of, role) == (403, "operator_only"), role
        assert (await of.call(role, "GET", "/v1/me")).json()["operator"] is False
    assert (await acme.call("agent", "GET", "/v1/me")).json()["operator"] is True
    assert (await api.client.get(STATUS)).status_code == 401
    assert (await api.client.get(STATUS, headers=OPERATES)).status_code == 401


async def test_no_role_and_no_owner_can_give_it(api: Api) -> None:
    acme = await api.organisation()
    await with_mfa(api, acme, "agent")
    everything = [one["name"] for one in (await acme.call("owner", "GET", "/v1/permissions")).json()["items"]]
    assert not [name for name in everything if "operator" in name or "installation" in name]
    person = f"/v1/users/{acme.users['agent']}"
    assert (await acme.call("owner", "PUT", f"{person}/role", json={"role": "owner"})).status_code == 200
    for body in ({"operator_since": "2026-01-01T00:00:00Z"}, {"operator": True}):
        assert (await acme.call("supervisor", "PATCH", "/v1/me", json=body)).status_code == 422
    for headers in ({}, {"X-Call24-Operator": "guessed"}):
        asked = await acme.call("owner", "POST", OPERATORS, json={"email": acme.emails["agent"]}, headers=headers)
        assert asked.status_code == 403
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    assert user.operator_since is None


async def test_who_has_no_second_factor_or_no_account_is_not_named(api: Api) -> None:
    acme = await api.organisation()
    for email, expected in (
        (acme.emails["owner"], (409, "conflict")),
        ("nobody@example.com", (404, "not_found")),
        ("none", (422, "invalid")),
    ):
        answer = await named(api, email)
        assert (answer.status_code, answer.json()["code"]) == expected
    await with_mfa(api, acme, "agent")
    await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/disable")
    answer = await named(api, acme.emails["agent"])
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert (await api.client.get(OPERATORS, headers=OPERATES)).json()["items"] == []


async def test_who_would_be_named_is_shown_first_and_no_other_is_named(api: Api) -> None:
    acme = await api.organisation()
    await with_mfa(api, acme, "agent")
    body = {"email": acme.emails["agent"], "look": True}
    shown = (await api.client.post(OPERATORS, json=body, headers=OPERATES)).json()
    assert (shown["id"], shown["organisation"], shown["since"]) == (acme.users["agent"], acme.tenant.name, None)
    assert shown["name"] == (await acme.call("agent", "GET", "/v1/me")).json()["user"]["name"]
    assert shown["second_factors"] == [{"kind": "authenticator", "created_at": iso(api.clock.now())}]
    assert (await api.client.get(OPERATORS, headers=OPERATES)).json()["items"] == []
    assert await lines(api, acme) == []
    for user_id, expected in ((acme.users["owner"], 409), (acme.users["agent"], 200)):
        body = {"email": acme.emails["agent"], "id": user_id}
        assert (await api.client.post(OPERATORS, json=body, headers=OPERATES)).status_code == expected
        assert (await acme.call("agent", "GET", "/v1/me")).json()["operator"] is (expected == 200)


async def test_an_api_token_of_an_operator_is_refused(api: Api) -> None:
    acme, _ = await operating(api, "owner")
    made = await acme.call("owner", "POST", "/v1/tokens", json={"name": "Robot", "abilities": ["*"]})
    bearer = made.json()["token"]
    assert (await api.call("GET", "/v1/me", bearer)).json()["operator"] is False
    answer = await api.call("GET", STATUS, bearer)
    assert (answer.status_code, answer.json()["code"]) == (403, "operator_only")


async def test_a_session_without_the_second_factor_is_asked_for_it_once(api: Api) -> None:
    """Such as one by the organisation's own sign-in, which its owner decides on."""
    acme, otp = await operating(api)
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    bearer = (await api.services.identity.open_session(user, "By the provider")).bearer
    answer = await api.call("GET", STATUS, bearer)
    assert (answer.status_code, answer.json()["code"]) == (403, "mfa_due")
    api.clock.advance(seconds=30)
    proof = await api.call("POST", "/v1/me/mfa/proof", bearer, json={"code": code(api, otp)})
    assert proof.status_code == 204, proof.text
    api.clock.advance(hours=2)
    assert (await api.call("GET", STATUS, bearer)).status_code == 200


@pytest.mark.parametrize("by", ["an administrator", "the user"])
async def test_it_goes_with_the_second_factor_and_does_not_come_back(api: Api, by: str) -> None:
    """Else an administrator who removes it, and has a password reset, would operate the installation."""
    acme, _ = await operating(api)
    await with_mfa(api, acme, "owner")
    if by == "the user":
        done = await acme.call("agent", "POST", "/v1/me/mfa/remove", json={"current_password": PASSWORD})
    else:
        done = await acme.call("owner", "DELETE", f"/v1/users/{acme.users['agent']}/mfa")
    assert done.status_code == 204, done.text
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    acme.bearers["agent"] = (await api.services.identity.open_session(user, "Anew")).bearer
    assert await seen(acme) == (403, "operator_only")
    await with_mfa(api, acme, "agent")
    assert await seen(acme) == (403, "operator_only")
    assert (await api.client.get(OPERATORS, headers=OPERATES)).json()["items"] == []


async def test_who_is_disabled_loses_it_and_does_not_get_it_back(api: Api) -> None:
    acme, otp = await operating(api)
    person = f"/v1/users/{acme.users['agent']}"
    assert (await acme.call("owner", "POST", f"{person}/disable")).status_code < 300
    assert (await acme.call("agent", "GET", STATUS)).status_code == 401
    assert (await acme.call("owner", "POST", f"{person}/enable")).status_code < 300
    api.clock.advance(seconds=30)
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x", "code": code(api, otp)}
    session = (await api.call("POST", "/v1/auth/login", json=body)).json()
    assert session["operator"] is False
    answer = await api.call("GET", STATUS, session["token"])
    assert (answer.status_code, answer.json()["code"]) == (403, "operator_only")


async def test_who_is_of_a_disabled_or_a_deleted_organisation_is_refused(api: Api) -> None:
    acme, _ = await operating(api)
    place = f"/v1/internal/organisations/{acme.tenant.id}"
    await api.client.post(f"{place}/disable", headers=OPERATES)
    assert (await acme.call("agent", "GET", STATUS)).status_code == 401
    await api.client.post(f"{place}/enable", headers=OPERATES)
    await api.services.tenants.wipe(acme.tenant.id)
    assert (await acme.call("agent", "GET", STATUS)).status_code == 401
    assert (await api.client.get(OPERATORS, headers=OPERATES)).json()["items"] == []


async def test_it_is_taken_away_at_once_and_both_are_in_the_audit_log(api: Api) -> None:
    acme, _ = await operating(api)
    user_id = acme.users["agent"]
    again = await named(api, acme.emails["agent"])
    [row] = (await api.client.get(OPERATORS, headers=OPERATES)).json()["items"]
    assert row == again.json() and (row["id"], row["email"]) == (user_id, acme.emails["agent"])
    for expected in (204, 404):
        gone = await api.client.delete(f"{OPERATORS}/{user_id}", headers=OPERATES)
        assert gone.status_code == expected
    assert await seen(acme) == (403, "operator_only")
    added, removed = f"POST {OPERATORS}", f"DELETE {OPERATORS}/{{user_id}}"
    assert await lines(api, acme) == [("operator", one, (user_id,)) for one in (added, added, removed)]


async def test_many_open_apps_cost_one_look(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "SHARED_S", 600.0)
    acme, _ = await operating(api)
    asked = 0

    async def count() -> Sequence[Sample]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return [Sample("call24_mongodb_up", 1)]

    api.services.there.get(Metrics).add_source("counted", count)
    answers = await asyncio.gather(*(acme.call("agent", "GET", STATUS) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200} and asked == 1
    await acme.call("agent", "GET", STATUS)
    assert asked == 1
    api.clock.advance(seconds=6)
    monkeypatch.setattr(installation, "SHARED_S", 0.0)
    fresh = (await acme.call("agent", "GET", STATUS)).json()
    assert asked == 2
    [mongodb] = [part for part in fresh["parts"] if part["name"] == "mongodb"]
    assert mongodb["state"] == "ok" and mongodb["since"] < fresh["at"]


async def test_nothing_in_it_names_an_organisation_or_a_person(api: Api) -> None:
    acme, _ = await operating(api)
    text = (await acme.call("agent", "GET", STATUS)).text
    users = await api.mongo.tenant(acme.tenant.id).collection(User).find()
    for name in (acme.tenant.id, acme.tenant.name, *(user.id for user in users), *acme.emails.values()):
        assert name not in text
