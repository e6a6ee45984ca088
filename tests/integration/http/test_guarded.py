"""What is refused and no other test would miss: found by taking each guard away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.identity.test_mfa import login, on
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import front_office

from call24.audit import api as audit_http
from call24.exports import service as exports_service
from call24.exports.model import Export, State
from call24.identity import invitations
from call24.identity.model import User
from call24.kit.errors import Unauthenticated
from call24.kit.ids import UserId, new_id

NEW = "another long password"


async def link(acme: Organisation, path: str, **body: Any) -> str:
    """The secret of a link that is shown since no e-mail is sent."""
    answer = await acme.call("owner", "POST", path, **({"json": body} if body else {}))
    assert answer.status_code < 300, answer.text
    return str(answer.json()["link"]).rsplit("/", 1)[-1]


async def invitation(acme: Organisation) -> str:
    return await link(acme, "/v1/invitations", email="kim@example.com", name="Kim", role="agent")


async def reset(acme: Organisation) -> str:
    return await link(acme, f"/v1/users/{acme.users['agent']}/reset")


async def confirmation(acme: Organisation) -> str:
    body = {"email": "new@example.com", "current_password": "correct horse battery"}
    answer = await acme.call("agent", "PUT", "/v1/me/email", json=body)
    return str(answer.json()["link"]).rsplit("/", 1)[-1]


async def test_without_a_secret_nobody_is_this_machines_tool(api: Api) -> None:
    """An installation that has none yet: an empty one is not it."""
    api.app.state.provided = replace(api.services, operator_secret="").edge().provided
    for headers in ({}, {"X-Call24-Operator": ""}):
        answer = await api.call("POST", "/v1/internal/organisations", headers=headers, json={"name": "X"})
        assert answer.status_code == 403, answer.text


async def test_the_audit_log_is_checked_one_at_a_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    monkeypatch.setattr(audit_http, "_checking", {acme.tenant.id})
    busy = await acme.call("owner", "GET", "/v1/audit/check")
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "10")
    assert (await other.call("owner", "GET", "/v1/audit/check")).status_code == 200


async def test_a_name_that_no_file_can_have_is_not_there(api: Api) -> None:
    for name in ("a" * 256, "a" * 5000, f"assets/{'b' * 300}.js"):
        assert (await api.call("GET", f"/{name}")).status_code == 404


async def test_tasks_of_calls_are_for_who_may_see_calls(api: Api) -> None:
    async with front_office(api) as office:
        permissions = ["tasks.read", "tasks.write"]
        made = await office.ask("owner", "POST", "/v1/roles", {"name": "Clerk", "permissions": permissions})
        await office.org.join(made.json()["id"])
        assert (await office.ask(made.json()["id"], "GET", "/v1/tasks")).status_code == 403


async def test_a_task_is_given_to_nobody_elsewhere(api: Api) -> None:
    async with front_office(api) as office:
        theirs = await api.organisation("Theirs")
        task = await office.tasks.add(office.org.tenant.id, "Ring Jo", assignee=office.user("agent"))
        answers = [
            await office.ask("owner", "PATCH", f"/v1/tasks/{task.id}", {"assignee_id": id})
            for id in (theirs.users["agent"], new_id("usr"))
        ]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(422, answers[0].json())] * 2
        assert (await office.tasks.get(office.org.tenant.id, task.id)).assignee == office.user("agent")


# --- links ---


async def test_so_many_invitations_and_no_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = await api.organisation()
    monkeypatch.setattr(invitations, "OPEN_MAX", 1)
    await invitation(acme)
    body = {"email": "lee@example.com", "name": "Lee", "role": "agent"}
    over = await acme.call("owner", "POST", "/v1/invitations", json=body)
    assert (over.status_code, over.json()["code"]) == (429, "too_many_invitations")


async def test_an_invitation_is_withdrawn_once(api: Api) -> None:
    acme = await api.organisation()
    await invitation(acme)
    [open_one] = (await acme.call("owner", "GET", "/v1/invitations")).json()["items"]
    gone = await asyncio.gather(*(acme.call("owner", "DELETE", f"/v1/invitations/{open_one['id']}") for _ in range(4)))
    assert sorted(answer.status_code for answer in gone) == [204, 404, 404, 404]


async def test_an_invitation_is_sent_anew_once(api: Api) -> None:
    acme = await api.organisation()
    await invitation(acme)
    [open_one] = (await acme.call("owner", "GET", "/v1/invitations")).json()["items"]
    place = f"/v1/invitations/{open_one['id']}/resend"
    sent = await asyncio.gather(*(acme.call("owner", "POST", place) for _ in range(4)))
    told = sorted(answer.status_code for answer in sent)
    assert (told[0], set(told[1:]) <= {404, 429}) == (201, True), "one goes out; 429: an address gets few in an hour"
    assert len((await acme.call("owner", "GET", "/v1/invitations")).json()["items"]) == 1


async def test_links_of_a_disabled_organisation_open_nothing(api: Api) -> None:
    acme = await api.organisation()
    invited, lost = await invitation(acme), await reset(acme)
    assert (await api.call("POST", "/v1/invitations/look", json={"token": invited})).status_code == 200
    api.services.identity.is_open = lambda _tenant_id: False
    assert (await api.call("POST", "/v1/invitations/look", json={"token": invited})).status_code == 404
    assert (await api.call("POST", "/v1/auth/reset/complete", json={"token": lost, "password": NEW})).status_code == 404


@pytest.mark.parametrize("kind", ["reset", "email"])
async def test_of_many_who_use_a_link_at_once_one_does(api: Api, kind: str) -> None:
    acme = await api.organisation()
    if kind == "reset":
        path, body = "/v1/auth/reset/complete", {"token": await reset(acme), "password": NEW}
    else:
        path, body = "/v1/auth/email/confirm", {"token": await confirmation(acme)}
    answers = await asyncio.gather(*(api.call("POST", path, json=body) for _ in range(4)))
    assert sorted(answer.status_code < 300 for answer in answers) == [False, False, False, True]


# --- sessions ---


async def test_recovery_codes_cannot_be_guessed(api: Api) -> None:
    acme = await api.organisation()
    _, recovery = await on(api, acme)
    api.clock.advance(minutes=1)
    answers = []
    for n in range(6):
        answers.append((await login(api, acme, f"aaaaa-{n:05d}")).status_code)
        api.clock.advance(seconds=61)  # as often as passwords may be guessed
    assert answers == [401] * 5 + [429]
    assert (await login(api, acme, recovery[0])).status_code == 429


async def test_of_two_who_show_a_recovery_code_at_once_one_is_let_in(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = await api.organisation()
    _, recovery = await on(api, acme)
    mfa, users = api.services.accounts.mfa, api.services.identity
    user = await users.user(acme.tenant.id, UserId(acme.users["agent"]))
    read = await mfa.kept(user)

    async def as_both_read_it(*_: object) -> Any:
        return read

    monkeypatch.setattr(mfa._kept, "authenticator", as_both_read_it)
    assert await mfa.prove(user, recovery[0], None)
    with pytest.raises(Unauthenticated):
        await mfa.prove(user, recovery[0], None)


async def test_where_the_organisation_signs_in_another_way_a_password_opens_nothing(api: Api) -> None:
    acme = await api.organisation()

    async def closed(user: User) -> bool:
        return user.id == acme.users["agent"]

    api.services.identity.password_closed = closed
    refused = await login(api, acme)
    assert (refused.status_code, refused.json()["code"]) == (401, "provider_required")
    assert (await login(api, acme, role="owner")).status_code == 200


async def test_who_is_disabled_is_refused_in_the_words_for_a_wrong_password(api: Api) -> None:
    acme = await api.organisation()
    assert (await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/disable")).status_code == 200
    refused = await login(api, acme)
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_credentials")


async def test_the_token_of_a_user_who_is_gone_opens_nothing(api: Api) -> None:
    acme = await api.organisation()
    await api.mongo.tenant(acme.tenant.id).collection(User).delete(acme.users["agent"])
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 401


@pytest.mark.parametrize("meanwhile", ["disabled", "gone", "another password"])
async def test_who_is_put_out_while_a_token_is_made_gets_none(
    api: Api, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    acme = await api.organisation()
    store, user = api.services.identity._store, UserId(acme.users["agent"])
    add = store.add_token

    async def put_out(token: Any) -> None:
        users = api.mongo.tenant(acme.tenant.id).collection(User)
        if meanwhile == "gone":
            await users.delete(user)
        else:
            fields = {"disabled": {"disabled_at": api.clock.now()}, "another password": {"password_hash": "x"}}
            await users.update(user, fields[meanwhile])
        await add(token)

    monkeypatch.setattr(store, "add_token", put_out)
    answer = await acme.call("agent", "POST", "/v1/tokens", json={"name": "Machine", "abilities": ["*"]})
    assert answer.status_code == 401, answer.text
    kept = await api.services.identity.tokens(acme.tenant.id, user)
    assert [token for token in kept if token.device_id is None] == []


async def test_so_many_exports_a_day_and_no_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports_service, "MOST", 1)
    async with front_office(api) as office:
        now = api.clock.now()
        done = Export(
            id=new_id("exp"), tenant_id=office.org.tenant.id, asked_by=None, kind="calls", format="csv",
            first="2026-11-24", last="2026-11-24", filters={}, state=State.DONE, created_at=now, delete_at=now,
        )  # fmt: skip
        await api.mongo.tenant(office.org.tenant.id).collection(Export).insert(done)
        wish = {"kind": "calls", "format": "csv", "from": "2026-11-24", "to": "2026-11-24"}
        over = await office.ask("owner", "POST", "/v1/exports", wish)
        assert (over.status_code, over.json()["code"]) == (429, "too_many_exports")


async def test_a_session_is_shown_as_a_bearer_and_in_no_other_way(api: Api) -> None:
    acme = await api.organisation()
    for scheme in ("Basic", "Token", "bearer2"):
        answer = await api.call("GET", "/v1/me", headers={"Authorization": f"{scheme} {acme.bearers['owner']}"})
        assert answer.status_code == 401, scheme
    answer = await api.call("GET", "/v1/me", headers={"Authorization": f"bearer {acme.bearers['owner']}"})
    assert answer.status_code == 200


async def test_sessions_are_ended_as_sessions_and_tokens_as_tokens(api: Api) -> None:
    acme = await api.organisation()
    made = await acme.call("agent", "POST", "/v1/tokens", json={"name": "Machine", "abilities": ["*"]})
    [session] = (await acme.call("agent", "GET", "/v1/me/sessions")).json()["items"]
    assert (await acme.call("agent", "DELETE", f"/v1/tokens/{session['id']}")).status_code == 404
    token = made.json()["token"].partition("|")[0]
    assert (await acme.call("agent", "DELETE", f"/v1/me/sessions/{token}")).status_code == 404
    assert (await acme.call("agent", "DELETE", f"/v1/tokens/{token}")).status_code == 204


async def test_a_new_link_replaces_ones_own_and_nobody_elses(api: Api) -> None:
    acme = await api.organisation()
    first = await reset(acme)
    await link(acme, f"/v1/users/{acme.users['supervisor']}/reset")
    assert (
        await api.call("POST", "/v1/auth/reset/complete", json={"token": first, "password": NEW})
    ).status_code == 204
