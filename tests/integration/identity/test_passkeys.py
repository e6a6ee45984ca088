"""Passkeys: made, shown at signing in and as a fresh proof, copied, forged, removed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.support.clock import StillClock
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.authenticator import Authenticator

from call24.audit.model import StoredAuditEntry
from call24.identity.challenges import Challenges
from call24.identity.model import Passkey, User
from call24.kit.errors import Refused
from call24.kit.ids import UserId
from call24.kit.secrets import AppKey

WISH = {"current_password": PASSWORD}


async def options(acme: Organisation, role: str = "agent") -> dict[str, Any]:
    answer = await acme.call(role, "POST", "/v1/me/passkeys/options", json=WISH)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def add(acme: Organisation, key: Authenticator, role: str = "agent") -> httpx.Response:
    asked = await options(acme, role)
    body = {"name": "Phone", "challenge": asked["challenge"], "credential": json.dumps(key.create(asked["options"]))}
    return await acme.call(role, "POST", "/v1/me/passkeys", json=body)


async def made(acme: Organisation, role: str = "agent", **more: Any) -> tuple[Authenticator, list[str]]:
    key = Authenticator(**more)
    answer = await add(acme, key, role)
    assert answer.status_code == 201, answer.text
    return key, list(answer.json()["recovery_codes"])


async def sign_in(api: Api, key: Authenticator, asked: dict[str, Any] | None = None) -> httpx.Response:
    if asked is None:
        asked = (await api.call("POST", "/v1/auth/passkey/options")).json()
    body = {"challenge": asked["challenge"], "credential": json.dumps(key.get(asked["options"])), "device_name": "x"}
    return await api.call("POST", "/v1/auth/passkey", json=body)


async def test_a_passkey_signs_in_without_a_password_and_is_a_fresh_proof(api: Api) -> None:
    acme = await api.organisation()
    key, codes = await made(acme, "owner")
    assert len(codes) == 10
    signed_in = await sign_in(api, key)
    assert signed_in.status_code == 200, signed_in.text
    assert signed_in.json()["user"]["id"] == acme.users["owner"]
    acme.bearers["owner"] = signed_in.json()["token"]
    place = f"/v1/users/{acme.users['agent']}/disable"
    assert (await acme.call("owner", "POST", place)).status_code == 200
    [row] = (await acme.call("owner", "GET", "/v1/me/mfa")).json()["passkeys"]
    assert (row["name"], row["suspect"], row["last_used_at"] is not None) == ("Phone", False, True)


async def test_who_has_one_is_asked_for_a_second_proof_after_the_password_too(api: Api) -> None:
    acme = await api.organisation()
    _, codes = await made(acme)
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x"}
    login = {"method": "POST", "path": "/v1/auth/login"}
    assert (await api.call(**login, json=body)).json()["code"] == "mfa_required"
    assert (await api.call(**login, json={**body, "code": "123456"})).json()["code"] == "wrong_code"
    assert (await api.call(**login, json={**body, "code": codes[0]})).status_code == 200


async def test_it_is_shown_for_what_needs_a_recent_proof_and_only_ones_own_counts(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme, "owner")
    stranger, _ = await made(acme, "supervisor")
    api.clock.advance(minutes=15)
    place = f"/v1/users/{acme.users['agent']}/disable"
    assert (await acme.call("owner", "POST", place)).json()["code"] == "mfa_due"
    assert (await acme.call("owner", "POST", "/v1/me/passkeys/options", json=WISH)).json()["code"] == "mfa_due"
    for one, status in ((stranger, 403), (key, 204)):
        asked = (await acme.call("owner", "POST", "/v1/me/passkeys/proof/options")).json()
        assert len(asked["options"]["allowCredentials"]) == 1
        body = {"challenge": asked["challenge"], "credential": json.dumps(one.get(asked["options"]))}
        assert (await acme.call("owner", "POST", "/v1/me/passkeys/proof", json=body)).status_code == status
    assert (await acme.call("owner", "POST", place)).status_code == 200


async def test_a_challenge_opens_once_for_its_purpose_and_for_five_minutes(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme)
    asked = (await api.call("POST", "/v1/auth/passkey/options")).json()
    assert [(await sign_in(api, key, asked)).status_code for _ in range(2)] == [200, 401]
    proof = (await acme.call("agent", "POST", "/v1/me/passkeys/proof/options")).json()
    assert (await sign_in(api, key, proof)).json()["code"] == "passkey_refused"
    late = (await api.call("POST", "/v1/auth/passkey/options")).json()
    api.clock.advance(minutes=5, seconds=1)
    assert (await sign_in(api, key, late)).json()["code"] == "passkey_refused"
    assert (await sign_in(api, key)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://call24.test.example:8024"},
        {"origin": "http://call24.test:8024"},
        {"rp_id": "other.test"},
        {"flags": 0x01},
    ],
    ids=["another site", "without TLS", "for another site", "nobody verified"],
)
async def test_what_was_made_or_shown_elsewhere_or_unverified_is_refused(api: Api, change: dict[str, Any]) -> None:
    acme = await api.organisation()
    refused = await add(acme, Authenticator(**change))
    assert (refused.status_code, refused.json()["code"]) == (403, "passkey_refused")
    key, _ = await made(acme)
    assert (await sign_in(api, replace(key, **change))).json()["code"] == "passkey_refused"
    forged = replace(key, key=Authenticator().key)
    assert (await sign_in(api, forged)).json()["code"] == "passkey_refused"
    assert (await sign_in(api, key)).status_code == 200


async def test_a_copied_passkey_is_noticed_by_its_counter_and_opens_nothing_any_more(api: Api) -> None:
    acme = await api.organisation()
    key, _codes = await made(acme)
    copy = replace(key)
    assert (await sign_in(api, key)).status_code == 200
    forged = replace(copy, key=Authenticator().key, counter=0)
    assert (await sign_in(api, forged)).json()["code"] == "passkey_refused"
    assert (await sign_in(api, key)).status_code == 200  # what is not signed makes nothing suspect
    assert (await sign_in(api, copy)).json()["code"] == "passkey_suspect"
    assert (await sign_in(api, key)).json()["code"] == "passkey_suspect"
    [kept] = await api.mongo.tenant(acme.tenant.id).collection(Passkey).find()
    assert kept.suspect_at is not None
    assert (await acme.call("agent", "GET", "/v1/me/mfa")).json()["passkeys"][0]["suspect"] is True
    await api.failed_sign_ins.settle()
    await api.services.audit.settle()
    lines = await api.mongo.tenant(acme.tenant.id).collection(StoredAuditEntry).find({"code": "passkey_suspect"})
    assert {(line.actor_id, line.action) for line in lines} == {(acme.users["agent"], "POST /v1/auth/passkey")}


async def test_a_device_that_counts_nothing_is_no_copy(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme, counts=False)
    assert [(await sign_in(api, key)).status_code for _ in range(2)] == [200, 200]


async def test_many_at_once_with_one_answer_are_let_in_once(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme)
    asked = (await api.call("POST", "/v1/auth/passkey/options")).json()
    body = {"challenge": asked["challenge"], "credential": json.dumps(key.get(asked["options"])), "device_name": "x"}
    answers = await asyncio.gather(*(api.call("POST", "/v1/auth/passkey", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_it_is_named_and_removed_and_the_last_one_takes_the_recovery_codes_along(api: Api) -> None:
    acme = await api.organisation()
    key, _codes = await made(acme)
    other = Authenticator()
    assert (await add(acme, other)).json()["recovery_codes"] == []
    assert (await add(acme, other)).json()["code"] == "passkey_known"
    rows = (await acme.call("agent", "GET", "/v1/me/mfa")).json()["passkeys"]
    place = f"/v1/me/passkeys/{rows[0]['id']}"
    assert (await acme.call("agent", "PATCH", place, json={"name": " Desk "})).status_code == 204
    for row in rows:
        assert (await acme.call("supervisor", "DELETE", f"/v1/me/passkeys/{row['id']}")).status_code == 404
        assert (await acme.call("agent", "DELETE", f"/v1/me/passkeys/{row['id']}")).status_code == 204
    assert (await sign_in(api, key)).json()["code"] == "passkey_refused"
    state = (await acme.call("agent", "GET", "/v1/me/mfa")).json()
    assert (state["passkeys"], state["recovery_codes_left"]) == ([], 0)
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x"}
    assert (await api.call("POST", "/v1/auth/login", json=body)).status_code == 200


async def test_the_last_proof_stays_where_the_organisation_asks_for_one(api: Api) -> None:
    acme = await api.organisation()
    await made(acme, "owner")
    assert (await acme.call("owner", "PATCH", "/v1/organisation", json={"mfa_required": True})).status_code == 200
    [row] = (await acme.call("owner", "GET", "/v1/me/mfa")).json()["passkeys"]
    kept = await acme.call("owner", "DELETE", f"/v1/me/passkeys/{row['id']}")
    assert (kept.status_code, kept.json()["code"]) == (409, "mfa_required")


async def test_who_is_not_let_in_is_refused_in_the_same_words(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme)
    assert (await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/disable")).status_code == 200
    assert (await sign_in(api, key)).json() == (await sign_in(api, Authenticator())).json()


async def test_a_passkey_belongs_to_the_name_in_the_address_and_to_no_bare_address(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme)
    elsewhere = {"headers": {"Host": "localhost:8024"}}
    asked = (await api.call("POST", "/v1/auth/passkey/options", **elsewhere)).json()
    assert asked["options"]["rpId"] == "localhost"
    moved = replace(key, origin="http://localhost:8024", rp_id="localhost")
    body = {"challenge": asked["challenge"], "credential": json.dumps(moved.get(asked["options"])), "device_name": "x"}
    assert (await api.call("POST", "/v1/auth/passkey", json=body, **elsewhere)).json()["code"] == "passkey_refused"
    for host in ("192.0.2.7:8024", "[2001:db8::7]"):
        refused = await api.call("POST", "/v1/auth/passkey/options", headers={"Host": host})
        assert (refused.status_code, refused.json()["code"]) == (409, "passkey_needs_name")


@pytest.mark.parametrize(
    "credential",
    ["", "[" * 20_000, "{}", '{"id": "x"}', '{"id": 1, "response": []}', '{"response": {"transports": 3}}'],
)
async def test_what_is_no_passkey_at_all_is_refused(api: Api, credential: str) -> None:
    acme = await api.organisation()
    asked = await options(acme)
    body = {"name": "Phone", "challenge": asked["challenge"], "credential": credential}
    assert (await acme.call("agent", "POST", "/v1/me/passkeys", json=body)).json()["code"] == "passkey_refused"
    asked = (await api.call("POST", "/v1/auth/passkey/options")).json()
    body = {"device_name": "x", "challenge": asked["challenge"], "credential": credential}
    assert (await api.call("POST", "/v1/auth/passkey", json=body)).json()["code"] == "passkey_refused"
    body["challenge"] = "not one of ours, é"
    assert (await api.call("POST", "/v1/auth/passkey", json=body)).json()["code"] == "passkey_refused"


async def test_whoever_has_a_second_proof_changes_none_in_a_session_that_showed_none(api: Api) -> None:
    acme = await api.organisation()
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    other = (await api.services.identity.open_session(user, "Other")).bearer
    asked = await options(acme)
    late = {
        "name": "x",
        "challenge": asked["challenge"],
        "credential": json.dumps(Authenticator().create(asked["options"])),
    }
    await made(acme)
    [row] = (await acme.call("agent", "GET", "/v1/me/mfa")).json()["passkeys"]
    for method, path, body in (
        ("POST", "/v1/me/mfa", WISH),
        ("POST", "/v1/me/mfa/confirm", {"code": "000000"}),
        ("POST", "/v1/me/mfa/recovery", WISH),
        ("POST", "/v1/me/mfa/remove", WISH),
        ("POST", "/v1/me/passkeys/options", WISH),
        ("POST", "/v1/me/passkeys", late),
        ("DELETE", f"/v1/me/passkeys/{row['id']}", None),
    ):
        refused = await api.call(method, path, other, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "mfa_due"), path
    kept = (await acme.call("agent", "GET", "/v1/me/mfa")).json()
    assert ([one["id"] for one in kept["passkeys"]], kept["authenticator"]) == ([row["id"]], False)


async def test_who_has_none_is_not_asked_to_show_one_and_has_no_authenticator_to_remove(api: Api) -> None:
    acme = await api.organisation()
    refused = await acme.call("agent", "POST", "/v1/me/passkeys/proof/options")
    assert (refused.status_code, refused.json()["code"]) == (403, "passkey_refused")
    await made(acme)
    assert (await acme.call("agent", "POST", "/v1/me/mfa/remove", json=WISH)).status_code == 404


async def test_where_the_organisation_signs_in_another_way_a_passkey_opens_nothing(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme)

    async def closed(_user: User) -> bool:
        return True

    api.services.identity.password_closed = closed
    refused = await sign_in(api, key)
    assert (refused.status_code, refused.json()["code"]) == (401, "provider_required")


async def test_showing_one_is_slowed_down(api: Api) -> None:
    body = {"challenge": "no", "credential": '{"id": "guess"}', "device_name": "x"}
    answers = [(await api.call("POST", "/v1/auth/passkey", json=body)).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_a_challenge_of_an_earlier_process_is_not_taken() -> None:
    """It may have been used there."""
    clock, key = StillClock(), AppKey(b"k" * 32)
    earlier = Challenges(clock, key)
    challenge = earlier.make("sign in")
    clock.advance(seconds=1)
    assert earlier.check(challenge, "sign in")
    with pytest.raises(Refused):
        Challenges(clock, key).check(challenge, "sign in")
