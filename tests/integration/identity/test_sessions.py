"""Signing in and out over HTTP: tokens, devices, phones, throttling, and the first organisation."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time

import httpx
import pytest
from tests.support.for_each import for_each
from tests.support.http.api import PASSWORD, Api

from call24.identity.model import Device, SetupClaim, Token
from call24.identity.rules import token_secret


async def login(api: Api, email: str, password: str = PASSWORD, **more: object) -> httpx.Response:
    body = {"email": email, "password": password, "device_name": "Firefox on Linux", **more}
    return await api.call("POST", "/v1/auth/login", json=body)


async def test_signing_in_gives_a_sanctum_token_that_opens_me(api: Api) -> None:
    acme = await api.organisation()
    answer = await login(api, acme.emails["agent"].upper())
    assert answer.status_code == 200
    body = answer.json()
    assert re.fullmatch(r"[1-9][0-9]*\|c24_[A-Za-z0-9]{40}[0-9a-f]{8}", body["token"])
    assert body["user"] == {
        "id": acme.users["agent"],
        "name": "The agent",
        "email": acme.emails["agent"],
        "role": "agent",
        "disabled": False,
        "email_verified": False,
        "phone": "",
        "mfa": False,
    }
    assert body["tenant"]["id"] == acme.tenant.id
    me = (await api.call("GET", "/v1/me", body["token"])).json()
    assert me["user"] == body["user"] and me["device"]["id"] == body["device"]["id"]


async def test_only_the_hash_of_a_token_is_stored(api: Api) -> None:
    acme = await api.organisation()
    token_id, _, secret = acme.bearers["agent"].partition("|")
    stored = await api.mongo.tenant(acme.tenant.id).collection(Token).get(token_id)
    assert stored.secret_hash == hashlib.sha256(secret.encode()).hexdigest()


async def test_unknown_account_and_wrong_password_are_answered_alike(api: Api) -> None:
    acme = await api.organisation()
    wrong = await login(api, acme.emails["agent"], "not the password")
    unknown = await login(api, "nobody@example.com", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "invalid_credentials"


@pytest.mark.full_hashes
async def test_an_unknown_account_costs_the_same_hash_as_a_wrong_password(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    hasher = api.services.identity.passwords
    verified: list[str] = []
    verify = hasher._verify

    def counted(stored: str, password: str) -> bool:
        verified.append(stored.rpartition("$")[0].rpartition("$")[0])
        return verify(stored, password)

    monkeypatch.setattr(hasher, "_verify", counted)
    await login(api, acme.emails["agent"], "not the password")
    await login(api, "nobody@example.com", "not the password")
    await login(api, "no address", "not the password")
    assert verified == ["$argon2id$v=19$m=19456,t=2,p=1"] * 3


async def test_guessing_is_slowed_down_and_says_for_how_long(api: Api) -> None:
    acme = await api.organisation()
    for _ in range(5):
        assert (await login(api, acme.emails["agent"], "a wrong guess")).status_code == 401
    refused = await login(api, acme.emails["agent"])
    assert refused.status_code == 429 and refused.json()["code"] == "too_many_attempts"
    api.clock.advance(seconds=int(refused.headers["Retry-After"]))
    assert (await login(api, acme.emails["agent"])).status_code == 200


async def test_many_guesses_at_once_are_no_way_around_the_limit(api: Api) -> None:
    acme = await api.organisation()
    answers = await asyncio.gather(*(login(api, acme.emails["agent"], f"guess {n} of many") for n in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7


async def test_an_address_that_tries_many_accounts_is_slowed_down(api: Api) -> None:
    await api.organisation()
    for n in range(60):
        api.services.identity.attempts.begin(f"account{n}", "127.0.0.1", api.clock.now())
    assert (await login(api, "one.more@example.com")).status_code == 429


async def test_signing_out_ends_token_device_phone_and_sockets(api: Api) -> None:
    acme = await api.organisation()
    assert (await acme.call("agent", "POST", "/v1/auth/logout")).status_code == 204
    assert [device.id for device in api.signed_out] == [acme.devices["agent"].id]
    for path in ("/v1/me", "/v1/phone", "/v1/realtime"):
        assert (await acme.call("agent", "GET", path)).status_code == 401
    assert await api.mongo.tenant(acme.tenant.id).collection(Device).find_one({"user_id": acme.users["agent"]}) is None
    assert api.services.identity.known_devices(acme.devices["agent"].user_id) == []


async def test_signing_in_from_a_session_of_ones_own_ends_that_one(api: Api) -> None:
    """Not a colleague's whose token is shown, not other sessions, and not a machine's token."""
    acme = await api.organisation()
    machine = (await acme.call("agent", "POST", "/v1/tokens", json={"name": "M", "abilities": ["*"]})).json()["token"]
    elsewhere = (await login(api, acme.emails["agent"])).json()["token"]
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "Firefox on Linux"}

    async def open_to(bearer: str) -> bool:
        return (await api.call("GET", "/v1/me", bearer)).status_code == 200

    for shown in (machine, acme.bearers["owner"], "nonsense"):
        assert (await api.call("POST", "/v1/auth/login", shown, json=body)).status_code == 200
        assert await open_to(shown) is (shown != "nonsense")
    wrong = await api.call("POST", "/v1/auth/login", acme.bearers["agent"], json={**body, "password": "not that one"})
    assert wrong.status_code == 401 and await open_to(acme.bearers["agent"]) and api.signed_out == []
    again = await api.call("POST", "/v1/auth/login", acme.bearers["agent"], json=body)
    assert again.status_code == 200 and await open_to(again.json()["token"])
    assert not await open_to(acme.bearers["agent"])
    assert [device.id for device in api.signed_out] == [acme.devices["agent"].id]
    laravel = await api.call("POST", "/sanctum/token", again.json()["token"], json=body)
    assert laravel.status_code == 200 and await open_to(laravel.text)
    assert not await open_to(again.json()["token"])
    assert await open_to(elsewhere) and await open_to(machine)


@for_each(
    "bearer",
    [
        "",
        "nonsense",
        "1|" + "a" * 40,
        "1|c24_" + "a" * 40 + "00000000",
        f"999999999|{token_secret('a' * 40)}",
        f"01|{token_secret('a' * 40)}",
        f"-1|{token_secret('a' * 40)}",
        "x" * 5000,
    ],
)
async def test_what_is_no_token_is_refused_with_401(api: Api, bearer: str) -> None:
    answer = await api.call("GET", "/v1/me", bearer)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_secret_of_one_token_does_not_open_another(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    token_id = acme.bearers["agent"].partition("|")[0]
    secret = other.bearers["agent"].partition("|")[2]
    assert (await api.call("GET", "/v1/me", f"{token_id}|{secret}")).status_code == 401


async def test_a_session_ends_after_12_hours_without_use(api: Api) -> None:
    acme = await api.organisation()
    api.clock.advance(hours=11, minutes=59)
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 200
    api.clock.advance(hours=12)
    answer = await acme.call("agent", "GET", "/v1/me")
    assert answer.status_code == 401 and answer.json()["code"] == "token_expired"


async def test_a_session_ends_after_30_days_of_use_and_its_phone_goes(api: Api) -> None:
    acme = await api.organisation()
    for _ in range(29 * 3 + 2):
        api.clock.advance(hours=8)
        assert (await acme.call("agent", "GET", "/v1/me")).status_code == 200
    api.clock.advance(hours=8)
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 401
    assert await api.services.identity.revoke_lapsed() == 3
    assert acme.devices["agent"].id in {device.id for device in api.signed_out}


async def test_the_phone_has_derived_credentials_and_the_host_the_client_used(api: Api) -> None:
    acme = await api.organisation()
    phone = (await acme.call("agent", "GET", "/v1/phone")).json()
    device = acme.devices["agent"]
    assert phone == {
        "device_id": device.id,
        "aor": f"sip:{acme.tenant.id}.{device.id}@call24",
        "username": f"{acme.tenant.id}.{device.id}",
        "password": api.services.identity.sip_password(device),
        "ws_url": "wss://call24.test:8089/ws",
    }
    assert phone["password"] not in str(await api.mongo.tenant(acme.tenant.id).collection(Device).find())
    strange = await acme.call("agent", "GET", "/v1/phone", headers={"Host": "evil.test/x?"})
    assert strange.status_code == 422


async def test_two_devices_of_one_user_have_different_phone_passwords(api: Api) -> None:
    acme = await api.organisation()
    tokens = [(await login(api, acme.emails["agent"])).json()["token"] for _ in range(2)]
    phones = [(await api.call("GET", "/v1/phone", token)).json() for token in tokens]
    assert phones[0]["password"] != phones[1]["password"]


async def test_sessions_go_on_while_mongodb_is_away(api: Api) -> None:
    acme = await api.organisation()
    assert (await acme.call("agent", "GET", "/v1/phone")).status_code == 200
    await api.mongo.close()
    begun = time.perf_counter()
    # A closed client is the nearest thing to an absent server that does not end the other tests' server.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(api.mongo), "reachable", property(lambda self: False))
        assert (await acme.call("agent", "GET", "/v1/phone")).status_code == 200
    assert time.perf_counter() - begun < 0.5


SETUP = {
    "organisation": "First Ltd",
    "name": "Olga",
    "email": "olga@example.com",
    "password": "a good long one",
    "region": "DE",
}


async def test_the_one_time_link_makes_the_first_organisation_once(api: Api) -> None:
    token = await api.services.setup.prepare()
    file = api.data / "secrets" / "setup_token"
    assert token == file.read_text() and file.stat().st_mode & 0o777 == 0o600
    made = await api.call("POST", "/v1/setup", json={**SETUP, "setup_token": token})
    assert made.status_code == 201 and made.json()["user"]["role"] == "owner"
    assert (await api.call("GET", "/v1/me", made.json()["token"])).json()["tenant"]["name"] == "First Ltd"
    again = await api.call("POST", "/v1/setup", json={**SETUP, "setup_token": token, "email": "b@example.com"})
    assert again.status_code == 403 and again.json()["code"] == "setup_token"
    assert await api.services.setup.prepare() is None


async def test_a_wrong_setup_token_or_bad_field_makes_nothing_and_uses_nothing_up(api: Api) -> None:
    token = await api.services.setup.prepare()
    for wrong in ("", "x" * 43, "ü"):
        assert (await api.call("POST", "/v1/setup", json={**SETUP, "setup_token": wrong})).status_code == 403
    for bad in ({"password": "short"}, {"email": "nobody"}, {"region": "de"}, {"organisation": " "}, {"more": 1}):
        answer = await api.call("POST", "/v1/setup", json={**SETUP, "setup_token": token, **bad})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == next(iter(bad))
    assert await api.services.tenants.all() == []
    assert (await api.call("POST", "/v1/setup", json={**SETUP, "setup_token": token})).status_code == 201


async def test_two_who_open_the_one_time_link_at_once_make_one_organisation(api: Api) -> None:
    token = await api.services.setup.prepare()
    bodies = [{**SETUP, "setup_token": token, "email": f"owner{n}@example.com"} for n in range(4)]
    answers = await asyncio.gather(*(api.call("POST", "/v1/setup", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers)[0] == 201
    assert sorted(answer.status_code for answer in answers)[1] in (403, 409)
    assert len(await api.services.tenants.all()) == 1


async def test_a_setup_that_a_crash_cut_off_can_be_done_again_after_a_restart(api: Api) -> None:
    token = await api.services.setup.prepare()
    await api.services.setup._claims.insert(SetupClaim(id="first organisation", at=api.clock.now()))
    stuck = await api.call("POST", "/v1/setup", json={**SETUP, "setup_token": token})
    assert stuck.status_code == 409 and stuck.json()["code"] == "setup_done"
    assert await api.services.setup.prepare() == token
    assert (await api.call("POST", "/v1/setup", json={**SETUP, "setup_token": token})).status_code == 201
