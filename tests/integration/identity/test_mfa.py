"""A second proof: one-time codes that count once, recovery codes, and what needs a recent one."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any

import httpx
import pyotp
import pytest
from tests.support.http.api import PASSWORD, Api, Organisation

from call24.audit.model import StoredAuditEntry
from call24.identity.model import Authenticator
from call24.kit.ids import UserId


async def begun(acme: Organisation, role: str = "agent") -> pyotp.TOTP:
    answer = await acme.call(role, "POST", "/v1/me/mfa", json={"current_password": PASSWORD})
    assert answer.status_code == 201, answer.text
    assert answer.json()["uri"].startswith("otpauth://totp/Call24:")
    return pyotp.TOTP(answer.json()["secret"])


def now(api: Api, otp: pyotp.TOTP, away_s: int = 0) -> str:
    return otp.at(int(api.clock.now().timestamp()) + away_s)


async def on(api: Api, acme: Organisation, role: str = "agent") -> tuple[pyotp.TOTP, list[str]]:
    otp = await begun(acme, role)
    answer = await acme.call(role, "POST", "/v1/me/mfa/confirm", json={"code": now(api, otp)})
    assert answer.status_code == 200, answer.text
    api.clock.advance(seconds=30)
    return otp, list(answer.json()["recovery_codes"])


async def login(api: Api, acme: Organisation, code: str | None = None, role: str = "agent") -> httpx.Response:
    body: dict[str, Any] = {"email": acme.emails[role], "password": PASSWORD, "device_name": "x"}
    return await api.call("POST", "/v1/auth/login", json=body if code is None else {**body, "code": code})


async def test_it_counts_once_it_was_confirmed_and_is_asked_for_only_after_the_password(api: Api) -> None:
    acme = await api.organisation()
    otp = await begun(acme)
    assert (await login(api, acme)).status_code == 200
    wrong = await acme.call("agent", "POST", "/v1/me/mfa/confirm", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_code")
    done = await acme.call("agent", "POST", "/v1/me/mfa/confirm", json={"code": now(api, otp)})
    assert len(set(done.json()["recovery_codes"])) == 10
    api.clock.advance(seconds=30)
    asked = await login(api, acme)
    assert (asked.status_code, asked.json()["code"]) == (401, "mfa_required")
    body = {"email": acme.emails["agent"], "password": "not the password", "device_name": "x", "code": now(api, otp)}
    assert (await api.call("POST", "/v1/auth/login", json=body)).json()["code"] == "invalid_credentials"
    assert (await login(api, acme, "123456")).json()["code"] == "wrong_code"
    assert (await login(api, acme, now(api, otp))).json()["user"]["mfa"] is True


async def test_a_code_counts_once_also_for_many_at_once(api: Api) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    code = now(api, otp)
    answers = await asyncio.gather(*(login(api, acme, code) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    assert (await login(api, acme, code)).json()["code"] == "wrong_code"
    api.clock.advance(seconds=30)
    assert (await login(api, acme, now(api, otp))).status_code == 200


@pytest.mark.parametrize(("away_s", "status"), [(-60, 401), (-30, 200), (30, 200), (60, 401)])
async def test_a_clock_may_be_half_a_minute_off(api: Api, away_s: int, status: int) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    api.clock.advance(minutes=5)
    assert (await login(api, acme, now(api, otp, away_s))).status_code == status


async def test_codes_cannot_be_guessed(api: Api) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    codes = []
    for n in range(6):
        codes.append((await login(api, acme, f"{n:06}")).status_code)
        api.clock.advance(seconds=61)
    assert codes == [401] * 5 + [429]
    assert (await login(api, acme, now(api, otp))).status_code == 429
    api.clock.advance(minutes=15)
    assert (await login(api, acme, now(api, otp))).status_code == 200


async def test_a_recovery_code_opens_once_however_it_is_written(api: Api) -> None:
    acme = await api.organisation()
    _, recovery = await on(api, acme)
    answers = await asyncio.gather(*(login(api, acme, recovery[0].upper()) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    assert (await login(api, acme, recovery[0])).json()["code"] == "wrong_code"
    api.clock.advance(minutes=1)
    assert (await login(api, acme, recovery[1].replace("-", " "))).status_code == 200
    [kept] = await api.mongo.tenant(acme.tenant.id).collection(Authenticator).find()
    assert len(kept.recovery) == 8 and not set(recovery) & set(kept.recovery)


async def test_recovery_codes_are_kept_as_passwords_are_and_earlier_ones_open_still(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation()
    salts = set()
    for one in (acme, other):
        await on(api, one)
        [kept] = await api.mongo.tenant(one.tenant.id).collection(Authenticator).find()
        assert all(re.fullmatch(r"[0-9a-f]{32}\.[0-9a-f]{64}", mark) for mark in kept.recovery)
        salts |= {mark.partition(".")[0] for mark in kept.recovery}
    assert len(salts) == 2
    earlier = [hashlib.sha256(b"abcdefghjk").hexdigest(), *kept.recovery[:1]]
    await api.mongo.tenant(acme.tenant.id).collection(Authenticator).update(acme.users["agent"], {"recovery": earlier})
    assert (await login(api, acme, "ABCDE-fghjk")).status_code == 200
    [kept] = await api.mongo.tenant(acme.tenant.id).collection(Authenticator).find()
    assert list(kept.recovery) == earlier[1:]


async def test_the_secret_cannot_be_read_from_the_database(api: Api) -> None:
    acme = await api.organisation()
    otp = await begun(acme)
    [kept] = await api.mongo.tenant(acme.tenant.id).collection(Authenticator).find()
    assert kept.begun and otp.secret.encode() not in kept.begun


async def test_what_asks_for_a_recent_proof_is_closed_a_quarter_of_an_hour_after_it(api: Api) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme, "owner")
    body = {"role": "supervisor"}
    place = f"/v1/users/{acme.users['agent']}/role"
    assert (await acme.call("owner", "PUT", place, json=body)).status_code == 200
    api.clock.advance(minutes=15)
    due = await acme.call("owner", "PUT", place, json=body)
    assert (due.status_code, due.json()["code"]) == (403, "mfa_due")
    assert (await acme.call("owner", "GET", "/v1/users")).status_code == 200
    wrong = await acme.call("owner", "POST", "/v1/me/mfa/proof", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_code")
    proof = await acme.call("owner", "POST", "/v1/me/mfa/proof", json={"code": now(api, otp)})
    assert proof.status_code == 204
    assert (await acme.call("owner", "PUT", place, json=body)).status_code == 200


async def required(api: Api, acme: Organisation) -> pyotp.TOTP:
    otp, _ = await on(api, acme, "owner")
    asked = await acme.call("owner", "PATCH", "/v1/organisation", json={"mfa_required": True})
    assert asked.json()["mfa_required"] is True
    return otp


async def test_who_makes_it_a_duty_has_one(api: Api) -> None:
    acme = await api.organisation()
    refused = await acme.call("owner", "PATCH", "/v1/organisation", json={"mfa_required": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "mfa_off")
    assert (await acme.call("owner", "GET", "/v1/organisation")).json()["mfa_required"] is False


async def test_where_it_is_a_duty_who_has_none_is_signed_out_and_may_only_set_one_up(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await required(api, acme)
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 401
    assert (await other.call("agent", "GET", "/v1/me")).json()["mfa_setup_due"] is False
    again = (await login(api, acme)).json()
    assert again["mfa_setup_due"] is True
    acme.bearers["agent"] = again["token"]
    assert (await acme.call("agent", "GET", "/v1/me")).json()["mfa_setup_due"] is True
    for method, path in (("GET", "/v1/tokens"), ("GET", "/v1/permissions"), ("PATCH", "/v1/me"), ("GET", "/v1/phone")):
        refused = await acme.call(*("agent", method, path), json={} if method == "PATCH" else None)
        assert (refused.status_code, refused.json()["code"]) == (403, "mfa_setup_due"), path
    assert (await acme.call("agent", "GET", "/v1/me/mfa")).json()["required"] is True
    otp, _ = await on(api, acme)
    assert (await acme.call("agent", "GET", "/v1/me")).json()["mfa_setup_due"] is False
    assert (await acme.call("agent", "GET", "/v1/tokens")).status_code == 200
    right = {"current_password": PASSWORD, "code": now(api, otp)}
    kept = await acme.call("agent", "POST", "/v1/me/mfa/remove", json=right)
    assert (kept.status_code, kept.json()["code"]) == (409, "mfa_required")


async def test_a_machines_token_is_made_with_a_recent_proof(api: Api) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    wish = {"name": "M", "abilities": ["*"]}
    assert (await acme.call("agent", "POST", "/v1/tokens", json=wish)).status_code == 201
    api.clock.advance(minutes=15)
    due = await acme.call("agent", "POST", "/v1/tokens", json=wish)
    assert (due.status_code, due.json()["code"]) == (403, "mfa_due")
    await acme.call("agent", "POST", "/v1/me/mfa/proof", json={"code": now(api, otp)})
    assert (await acme.call("agent", "POST", "/v1/tokens", json=wish)).status_code == 201


async def test_one_sees_how_many_recovery_codes_are_left(api: Api) -> None:
    acme = await api.organisation()
    await begun(acme)
    assert (await acme.call("agent", "GET", "/v1/me/mfa")).json()["authenticator"] is False
    _, recovery = await on(api, acme)
    assert (await login(api, acme, recovery[0])).status_code == 200
    state = (await acme.call("agent", "GET", "/v1/me/mfa")).json()
    assert (state["authenticator"], state["recovery_codes_left"], state["required"]) == (True, 9, False)


async def test_taking_it_away_needs_password_and_code_and_an_owner_helps_who_lost_both(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    otp, _ = await on(api, acme)
    for body in (
        {"current_password": "not the password", "code": now(api, otp)},
        {"current_password": PASSWORD, "code": "000000"},
    ):
        assert (await acme.call("agent", "POST", "/v1/me/mfa/remove", json=body)).status_code == 403
    api.clock.advance(minutes=15)
    due = await acme.call("agent", "POST", "/v1/me/mfa/remove", json={"current_password": PASSWORD})
    assert due.json()["code"] == "mfa_due"
    right = {"current_password": PASSWORD, "code": now(api, otp)}
    assert (await acme.call("agent", "POST", "/v1/me/mfa/remove", json=right)).status_code == 204
    assert (await login(api, acme)).status_code == 200
    await on(api, acme)
    place = f"/v1/users/{acme.users['agent']}/mfa"
    assert (await acme.call("supervisor", "DELETE", place)).status_code == 403
    assert (await other.call("owner", "DELETE", place)).status_code == 404
    assert (await acme.call("owner", "DELETE", place)).status_code == 204
    assert (await acme.call("owner", "DELETE", place)).status_code == 404
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 401
    assert (await login(api, acme)).status_code == 200
    assert await api.mongo.tenant(acme.tenant.id).collection(Authenticator).find_one({"id": UserId("x")}) is None


async def test_what_was_not_begun_is_not_confirmed_and_what_is_not_there_is_not_removed(api: Api) -> None:
    acme = await api.organisation()
    for what in ("confirm", "proof"):
        refused = await acme.call("agent", "POST", f"/v1/me/mfa/{what}", json={"code": "000000"})
        assert (refused.status_code, refused.json()["code"]) == (403, "mfa_off"), what
    wish = {"current_password": PASSWORD}
    assert (await acme.call("agent", "POST", "/v1/me/mfa/remove", json=wish)).status_code == 404
    await begun(acme)  # begun is not there either
    assert (await acme.call("agent", "POST", "/v1/me/mfa/remove", json=wish)).status_code == 404


async def test_laravels_apps_are_asked_for_it_in_laravels_shape(api: Api) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x"}
    asked = await api.call("POST", "/sanctum/token", json=body)
    assert asked.status_code == 422 and list(asked.json()["errors"]) == ["code"]
    assert (await api.call("POST", "/sanctum/token", data={**body, "code": now(api, otp)})).status_code == 200


async def test_fresh_recovery_codes_replace_the_old_ones(api: Api) -> None:
    acme = await api.organisation()
    _otp, old = await on(api, acme)
    wish = {"current_password": PASSWORD}
    fresh = (await acme.call("agent", "POST", "/v1/me/mfa/recovery", json=wish)).json()["recovery_codes"]
    assert len(set(fresh) - set(old)) == 10
    assert (await login(api, acme, old[0])).json()["code"] == "wrong_code"
    assert (await login(api, acme, fresh[0])).status_code == 200
    api.clock.advance(minutes=15)
    assert (await acme.call("agent", "POST", "/v1/me/mfa/recovery", json=wish)).json()["code"] == "mfa_due"


async def failures(api: Api, acme: Organisation) -> list[tuple[str, str, str | None]]:
    await api.failed_sign_ins.settle()
    await api.services.audit.settle()
    lines = await api.mongo.tenant(acme.tenant.id).collection(StoredAuditEntry).find({"status": 401}, sort=[("seq", 1)])
    assert {line.address for line in lines} <= {"127.0.0.1"}
    assert not any(line.fields or line.objects for line in lines)
    return [(line.actor_id, line.action, line.code) for line in lines]


async def test_failed_sign_ins_stand_in_the_audit_log_by_account_and_without_what_was_typed(api: Api) -> None:
    acme = await api.organisation()
    await on(api, acme)
    body = {"email": acme.emails["agent"], "password": "not the password", "device_name": "x"}
    assert (await api.call("POST", "/v1/auth/login", json=body)).status_code == 401
    assert (await api.call("POST", "/sanctum/token", json=body)).status_code == 422
    unknown = {**body, "email": "nobody@example.com"}
    assert (await api.call("POST", "/v1/auth/login", json=unknown)).status_code == 401
    assert (await login(api, acme)).json()["code"] == "mfa_required"
    assert (await login(api, acme, "000000")).json()["code"] == "wrong_code"
    who = acme.users["agent"]
    assert await failures(api, acme) == [
        (who, "POST /v1/auth/login", "invalid_credentials"),
        (who, "POST /sanctum/token", "invalid_credentials"),
        (who, "POST /v1/auth/login", "wrong_code"),
    ]
