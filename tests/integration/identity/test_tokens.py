"""Tokens as Laravel Sanctum has them: for an app, for machines, narrowed by abilities, revoked at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.support.for_each import for_each
from tests.support.http.api import OPERATOR, PASSWORD, Api, Organisation

from call24.identity.permissions import permits
from call24.kit.ids import UserId
from call24.kit.instants import iso

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def made(acme: Organisation, role: str, *abilities: str, **more: Any) -> dict[str, Any]:
    body = {"name": "Wallboard", "abilities": list(abilities), **more}
    answer = await acme.call(role, "POST", "/v1/tokens", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_an_app_asks_for_a_token_as_laravels_documentation_shows(api: Api) -> None:
    acme = await api.organisation()
    wish = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "Nuno's iPhone 12"}
    for how in ({"data": wish}, {"json": wish}):
        answer = await api.call("POST", "/sanctum/token", **how)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
        user = (await api.call("GET", "/api/user", answer.text)).json()
        assert (user["id"], user["email"]) == (acme.users["agent"], acme.emails["agent"])
        me = (await api.call("GET", "/v1/me", answer.text)).json()
        assert me["device"]["name"] == "Nuno's iPhone 12"


async def test_token_ids_are_counted_over_all_organisations(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await asyncio.gather(
        *(made(acme, "agent", "*") for _ in range(10)), *(made(other, "owner", "*") for _ in range(10))
    )
    bearers = [*acme.bearers.values(), *other.bearers.values()]
    items = [(await org.call(role, "GET", "/v1/tokens")).json() for org, role in ((acme, "agent"), (other, "owner"))]
    ids = [int(bearer.partition("|")[0]) for bearer in bearers] + [int(x["id"]) for one in items for x in one["items"]]
    assert sorted(ids) == list(range(1, 27))


async def test_a_token_says_when_it_was_last_used_to_the_minute(api: Api) -> None:
    acme = await api.organisation()
    token = await made(acme, "owner", "*")
    assert token["last_used_at"] is None
    begun = api.clock.now()
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (100, 60), (3600, 3600)):
        api.clock.advance(seconds=seconds - (api.clock.now() - begun).total_seconds())
        await api.call("GET", "/v1/queues", token["token"])
        [row] = (await acme.call("owner", "GET", "/v1/tokens")).json()["items"]
        assert row["last_used_at"] == iso(begun + timedelta(seconds=noted)), seconds
    await api.call("GET", "/v1/queues", token["token"] + "x")
    api.clock.advance(seconds=60)
    [row] = (await acme.call("owner", "GET", "/v1/tokens")).json()["items"]
    assert row["last_used_at"] == iso(begun + timedelta(hours=1))


async def test_wrong_credentials_are_refused_in_laravels_words_whoever_it_is(api: Api) -> None:
    acme = await api.organisation()
    answers = []
    for email in (acme.emails["agent"], "nobody@example.com"):
        body = {"email": email, "password": "not the password", "device_name": "x"}
        answers.append(await api.call("POST", "/sanctum/token", json=body))
    assert {answer.status_code for answer in answers} == {422}
    wrong = "The provided credentials are incorrect."
    assert [answer.json() for answer in answers] == [{"message": wrong, "errors": {"email": [wrong]}}] * 2


async def test_missing_fields_are_told_in_laravels_shape(api: Api) -> None:
    for content, headers in ((b"", FORM), (b"\xff=%", FORM), (b"[]", {"Content-Type": "application/json"})):
        answer = await api.client.post("/sanctum/token", content=content, headers=headers)
        assert answer.status_code == 422
        assert answer.json() == {
            "message": "The email field is required. (and 2 more errors)",
            "errors": {
                "email": ["The email field is required."],
                "password": ["The password field is required."],
                "device_name": ["The device name field is required."],
            },
        }


async def test_too_many_attempts_are_429_as_laravel_says_it(api: Api) -> None:
    acme = await api.organisation()
    body = {"email": acme.emails["agent"], "password": "not the password", "device_name": "x"}
    for _ in range(5):
        assert (await api.call("POST", "/sanctum/token", json=body)).status_code == 422
    refused = await api.call("POST", "/sanctum/token", json=body)
    assert refused.status_code == 429 and refused.json() == {"message": "Too Many Attempts."}
    assert 0 < int(refused.headers["Retry-After"]) <= 61


async def test_a_machines_token_is_shown_once_and_opens_only_what_it_is_able_to(api: Api) -> None:
    acme = await api.organisation()
    token = await made(acme, "owner", "users.read", "queues.read")
    bearer = token["token"]
    assert (await api.call("GET", "/v1/users", bearer)).status_code == 200
    assert (await api.call("GET", "/v1/queues", bearer)).status_code == 200
    for method, path in (("GET", "/v1/trunks"), ("POST", "/v1/queues"), ("GET", "/v1/phone"), ("GET", "/v1/realtime")):
        answer = await api.call(method, path, bearer, json={"name": "New"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
    listed = (await acme.call("owner", "GET", "/v1/tokens")).json()["items"]
    assert [one["id"] for one in listed] == [token["id"]] and bearer.partition("|")[2] not in str(listed)
    assert (await api.call("GET", "/api/user", bearer)).json()["id"] == acme.users["owner"]
    assert (await api.call("GET", "/v1/me", bearer)).json()["device"] is None


async def test_abilities_narrow_what_the_role_may_and_never_widen_it(api: Api) -> None:
    acme = await api.organisation()
    beyond = {"name": "W", "abilities": ["live.read", "users.write", "nonsense"]}
    refused = await acme.call("agent", "POST", "/v1/tokens", json=beyond)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["abilities.1", "abilities.2"]
    whole = (await made(acme, "agent", "*"))["token"]
    assert (await api.call("GET", "/v1/users", whole)).status_code == 403
    narrow = (await made(acme, "supervisor", "users.read"))["token"]
    assert (await api.call("GET", "/v1/users", narrow)).status_code == 200
    await acme.call("owner", "PUT", f"/v1/users/{acme.users['supervisor']}/role", json={"role": "agent"})
    assert (await api.call("GET", "/v1/users", narrow)).status_code == 403


async def test_whatever_the_role_and_the_abilities_both_must_allow_it(api: Api) -> None:
    acme = await api.organisation()
    permissions: tuple[str, ...] = ("live.read", "calls.read_all", "users.write")
    for role in ("agent", "supervisor", "owner"):
        whole = await api.services.identity.authenticate(acme.bearers[role])
        for able in permissions:
            narrow = await api.services.identity.authenticate(
                (await api.services.identity.issue_token(*(await machine(api, acme, role, able)))).bearer
            )
            for asked in permissions:
                assert permits(narrow, asked) is (permits(whole, asked) and asked == able)


async def machine(api: Api, acme: Organisation, role: str, able: str) -> tuple[Any, ...]:
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users[role]))
    return user, "Machine", (able,), timedelta(days=1)


async def test_a_machines_token_makes_and_ends_no_others(api: Api) -> None:
    acme = await api.organisation()
    bearer = (await made(acme, "owner", "*"))["token"]
    for method, path in (
        ("GET", "/v1/tokens"),
        ("POST", "/v1/tokens"),
        ("DELETE", "/v1/tokens/1"),
        ("GET", "/v1/me/sessions"),
        ("DELETE", "/v1/me/sessions"),
        ("DELETE", "/v1/me/sessions/1"),
    ):
        answer = await api.call(method, path, bearer, json={"name": "More", "abilities": ["*"]})
        assert (answer.status_code, answer.json()["code"]) == (403, "no_device"), path


async def test_a_revoked_token_is_refused_by_the_next_request_and_its_sockets_are_told(api: Api) -> None:
    acme = await api.organisation()
    token = await made(acme, "agent", "*")
    assert (await api.call("GET", "/v1/me", token["token"])).status_code == 200
    assert (await acme.call("agent", "DELETE", f"/v1/tokens/{token['id']}")).status_code == 204
    assert (await api.call("GET", "/v1/me", token["token"])).status_code == 401
    assert api.ended == [token["id"]]
    assert (await acme.call("agent", "DELETE", f"/v1/tokens/{token['id']}")).status_code == 404


async def test_nobody_revokes_anothers_token_and_it_is_answered_as_if_there_were_none(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    token = await made(acme, "agent", "*")
    session = acme.bearers["agent"].partition("|")[0]
    for bearer in (acme.bearers["owner"], other.bearers["owner"]):
        for id in (token["id"], session, "999999", "tok_x"):
            for path in (f"/v1/tokens/{id}", f"/v1/me/sessions/{id}"):
                answer = await api.call("DELETE", path, bearer)
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await api.call("GET", "/v1/me", token["token"])).status_code == 200
    # A session is no machine's token, nor the other way round.
    assert (await acme.call("agent", "DELETE", f"/v1/tokens/{session}")).status_code == 404
    assert (await acme.call("agent", "DELETE", f"/v1/me/sessions/{token['id']}")).status_code == 404


async def test_a_machines_token_ends_on_its_day_and_after_90_days_without_use(api: Api) -> None:
    acme = await api.organisation()
    short, long = await made(acme, "agent", "*", expires_in_days=2), await made(acme, "agent", "*")
    api.clock.advance(days=1, hours=23)
    assert (await api.call("GET", "/v1/me", short["token"])).status_code == 200
    api.clock.advance(hours=1)
    assert (await api.call("GET", "/v1/me", short["token"])).json()["code"] == "token_expired"
    api.clock.advance(days=87)
    assert (await api.call("GET", "/v1/me", long["token"])).status_code == 200
    api.clock.advance(days=89)
    assert (await api.call("GET", "/v1/me", long["token"])).status_code == 200
    api.clock.advance(days=90)
    assert (await api.call("GET", "/v1/me", long["token"])).json()["code"] == "token_expired"
    await api.services.identity.revoke_lapsed()
    assert {short["id"], long["id"]} <= set(api.ended)


@for_each("days", [0, 366, "30", 1.5])
async def test_a_machines_token_lasts_a_day_to_a_year(api: Api, days: object) -> None:
    acme = await api.organisation()
    body = {"name": "W", "abilities": ["*"], "expires_in_days": days}
    assert (await acme.call("agent", "POST", "/v1/tokens", json=body)).status_code == 422


async def test_the_user_sees_where_it_is_signed_in_and_signs_out_there(api: Api) -> None:
    acme = await api.organisation()
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    elsewhere = await api.services.identity.open_session(user, "Old phone")
    await made(acme, "agent", "*")
    listed = (await acme.call("agent", "GET", "/v1/me/sessions")).json()["items"]
    assert [(one["name"], one["current"]) for one in listed] == [("Test device", True), ("Old phone", False)]
    assert (await acme.call("agent", "DELETE", f"/v1/me/sessions/{listed[1]['id']}")).status_code == 204
    assert (await api.call("GET", "/v1/me", elsewhere.bearer)).status_code == 401
    assert elsewhere.device in api.signed_out
    for _ in range(2):
        await api.services.identity.open_session(user, "Another")
    assert (await acme.call("agent", "DELETE", "/v1/me/sessions")).status_code == 204
    assert len((await acme.call("agent", "GET", "/v1/me/sessions")).json()["items"]) == 1


async def test_a_changed_role_holds_from_the_next_request_and_ends_the_sessions(api: Api) -> None:
    acme = await api.organisation()
    role = {"role": "agent"}
    place = f"/v1/users/{acme.users['supervisor']}/role"
    assert (await acme.call("supervisor", "PUT", place, json=role)).status_code == 403
    assert (await acme.call("owner", "PUT", place, json=role)).json()["role"] == "agent"
    assert (await acme.call("supervisor", "GET", "/v1/me")).status_code == 401
    assert [device.id for device in api.signed_out] == [acme.devices["supervisor"].id]
    again = {"email": acme.emails["supervisor"], "password": PASSWORD, "device_name": "x"}
    bearer = (await api.call("POST", "/v1/auth/login", json=again)).json()["token"]
    assert (await api.call("GET", "/v1/users", bearer)).status_code == 403


async def test_a_role_changed_by_another_process_holds_from_the_next_request(api: Api) -> None:
    acme = await api.organisation()
    assert (await acme.call("supervisor", "GET", "/v1/users")).status_code == 200
    await api.services.accounts.people._store.change_user(
        acme.tenant.id, UserId(acme.users["supervisor"]), {"role": "agent"}
    )
    assert (await acme.call("supervisor", "GET", "/v1/users")).status_code == 403


async def test_a_disabled_user_is_out_at_once_and_told_nothing_until_enabled_again(api: Api) -> None:
    acme = await api.organisation()
    machine = (await made(acme, "agent", "*"))["token"]
    place = f"/v1/users/{acme.users['agent']}"
    assert (await acme.call("owner", "POST", f"{place}/disable")).json()["disabled"] is True
    for bearer in (acme.bearers["agent"], machine):
        assert (await api.call("GET", "/v1/me", bearer)).json()["code"] == "unauthenticated"
    assert api.signed_out == [acme.devices["agent"]]
    wish = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x"}
    right = await api.call("POST", "/v1/auth/login", json=wish)
    wrong = await api.call("POST", "/v1/auth/login", json={**wish, "password": "not the password"})
    assert (right.status_code, right.json()) == (401, wrong.json())
    assert (await acme.call("owner", "POST", f"{place}/enable")).json()["disabled"] is False
    assert (await api.call("POST", "/v1/auth/login", json=wish)).status_code == 200
    assert (await api.call("GET", "/v1/me", machine)).status_code == 200


async def test_who_is_disabled_while_signing_in_gets_no_session(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = await api.organisation()
    store = api.services.identity._store
    add = store.add_session

    async def disabled_meanwhile(device: Any, token: Any) -> None:
        await api.services.accounts.people.disable(acme.tenant.id, UserId(acme.users["agent"]))
        await add(device, token)

    monkeypatch.setattr(store, "add_session", disabled_meanwhile)
    wish = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x"}
    assert (await api.call("POST", "/v1/auth/login", json=wish)).status_code == 401
    assert await api.services.identity.tokens(acme.tenant.id, UserId(acme.users["agent"])) == []


async def test_an_organisation_keeps_an_owner_who_can_sign_in(api: Api) -> None:
    acme = await api.organisation()
    place = f"/v1/users/{acme.users['owner']}"
    for method, path, body in (("POST", "disable", None), ("PUT", "role", {"role": "agent"})):
        refused = await acme.call("owner", method, f"{place}/{path}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
    assert (await acme.call("owner", "GET", "/v1/users")).status_code == 200
    await acme.call("owner", "PUT", f"/v1/users/{acme.users['agent']}/role", json={"role": "owner"})
    assert (await acme.call("owner", "POST", f"{place}/disable")).status_code == 200


async def test_nobody_changes_a_user_of_another_organisation(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    for id in (acme.users["agent"], "usr_" + "0" * 26):
        for method, path, body in (
            ("POST", "disable", None),
            ("POST", "enable", None),
            ("PUT", "role", {"role": "owner"}),
        ):
            answer = await other.call("owner", method, f"/v1/users/{id}/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await acme.call("agent", "GET", "/v1/me")).json()["user"]["role"] == "agent"


async def test_a_disabled_organisation_is_out_at_once_and_no_other(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    machine = (await made(acme, "agent", "*"))["token"]
    operator = {"x-call24-operator": OPERATOR}
    place = f"/v1/internal/organisations/{acme.tenant.id}"
    assert (await api.call("POST", f"{place}/disable", headers={"x-call24-operator": "wrong"})).status_code == 403
    assert (await api.call("POST", f"{place}/disable", headers=operator)).status_code == 204
    for bearer in (*acme.bearers.values(), machine):
        assert (await api.call("GET", "/v1/me", bearer)).status_code == 401
    assert {device.id for device in api.signed_out} == {device.id for device in acme.devices.values()}
    wish = {"email": acme.emails["owner"], "password": PASSWORD, "device_name": "x"}
    assert (await api.call("POST", "/v1/auth/login", json=wish)).json()["code"] == "invalid_credentials"
    assert (await other.call("agent", "GET", "/v1/me")).status_code == 200
    assert (await api.call("POST", f"{place}/enable", headers=operator)).status_code == 204
    assert (await api.call("GET", "/v1/me", machine)).status_code == 200
    assert (await api.call("POST", "/v1/auth/login", json=wish)).status_code == 200


ABOUT = {"identifier": "a-phone", "model": "Pixel 9", "os": "Android 16", "app_version": "0.1.0", "network": "wifi"}


async def test_a_session_shows_what_the_app_says_and_what_the_server_saw(api: Api) -> None:
    acme = await api.organisation()
    wish = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "Phone", "device": ABOUT}
    bearer = (await api.call("POST", "/v1/auth/login", json=wish)).json()["token"]
    begun = api.clock.now()
    api.clock.advance(minutes=5)
    [here] = [one for one in await seen_by(api, bearer) if one["current"]]
    assert here["told"] == ABOUT
    assert here["seen"]["first_address"] == here["seen"]["last_address"] == "127.0.0.1"
    # The look itself was a use, noted before it was answered.
    assert here["seen"]["last_at"] == iso(api.clock.now()) > iso(begun)
    told = {**ABOUT, "app_version": "0.2.0", "network": "cellular"}
    assert (await api.call("PUT", "/v1/me/device", bearer, json=told)).status_code == 204
    [here] = [one for one in await seen_by(api, bearer) if one["current"]]
    assert here["told"] == told


async def seen_by(api: Api, bearer: str) -> list[dict[str, Any]]:
    return list((await api.call("GET", "/v1/me/sessions", bearer)).json()["items"])


async def test_a_session_tells_from_where_it_was_used_last(api: Api) -> None:
    acme = await api.organisation()
    api.clock.advance(minutes=2)
    await api.services.identity.authenticate(acme.bearers["agent"], "198.51.100.4")
    [here] = await seen_by(api, acme.bearers["agent"])
    assert here["seen"]["last_address"] == "198.51.100.4"


@pytest.mark.parametrize("bad", [{"model": "x" * 101}, {"serial": "1"}, {"os": 7}])
async def test_what_an_app_says_of_its_device_is_bounded(api: Api, bad: dict[str, object]) -> None:
    acme = await api.organisation()
    assert (await acme.call("agent", "PUT", "/v1/me/device", json={**ABOUT, **bad})).status_code == 422


async def test_what_is_not_printable_in_it_is_left_out(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("agent", "PUT", "/v1/me/device", json={"model": " Pixel\u202e\r\n 9\x00 "})
    [here] = await seen_by(api, acme.bearers["agent"])
    assert here["told"]["model"] == "Pixel 9"
