"""Wrong second proofs count where they are given: who guesses keeps the owner out nowhere else."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pyotp
import pytest
from tests.integration.identity.test_honest_users import browser
from tests.integration.identity.test_mfa import now, on
from tests.integration.identity.test_passkeys import made
from tests.integration.identity.test_passkeys import sign_in as passkey_sign_in
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.authenticator import Authenticator

from call24.kit.ids import UserId

HERS = "192.0.2.7"
GUESSES = 5


async def sign_in(client: httpx.AsyncClient, acme: Organisation, code: str) -> httpx.Response:
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "Firefox", "code": code}
    return await client.post("/v1/auth/login", json=body)


async def another_session(api: Api, acme: Organisation) -> str:
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    return (await api.services.identity.open_session(user, "Stolen")).bearer


def later(api: Api, otp: pyotp.TOTP) -> str:
    """A code that was not used yet."""
    api.clock.advance(seconds=30)
    return now(api, otp)


async def test_who_has_the_password_and_guesses_codes_does_not_keep_out_who_signed_in_before(api: Api) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    async with browser(api, HERS) as hers, browser(api, "198.51.100.1") as stranger:
        assert (await sign_in(hers, acme, later(api, otp))).status_code == 200
        assert [(await sign_in(stranger, acme, "000000")).status_code for _ in range(GUESSES)] == [401] * GUESSES
        async with browser(api, "198.51.100.2") as elsewhere:  # strangers of all addresses share their guesses
            assert (await sign_in(elsewhere, acme, later(api, otp))).status_code == 429
        assert (await sign_in(hers, acme, now(api, otp))).status_code == 200


async def test_from_a_known_device_codes_can_be_guessed_no_more_often(api: Api) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    async with browser(api, HERS) as hers:
        assert (await sign_in(hers, acme, later(api, otp))).status_code == 200
        answers = [(await sign_in(hers, acme, "000000")).status_code for _ in range(GUESSES + 1)]
        assert answers == [401] * GUESSES + [429]
        assert (await sign_in(hers, acme, later(api, otp))).status_code == 429


@pytest.mark.parametrize("code", ["000000", "aaaaa-aaaaa"])
async def test_a_stolen_session_guesses_for_itself_alone(api: Api, code: str) -> None:
    acme = await api.organisation()
    otp, _ = await on(api, acme)
    stolen = await another_session(api, acme)
    guess = {"code": code}
    answers = [(await api.call("POST", "/v1/me/mfa/proof", stolen, json=guess)).status_code for _ in range(GUESSES + 1)]
    assert answers == [403] * GUESSES + [429]
    right = {"code": later(api, otp)}
    assert (await api.call("POST", "/v1/me/mfa/proof", stolen, json=right)).status_code == 429
    assert (await acme.call("agent", "POST", "/v1/me/mfa/proof", json=right)).status_code == 204
    async with browser(api, HERS) as hers:
        assert (await sign_in(hers, acme, later(api, otp))).status_code == 200


async def test_guessing_the_password_in_a_stolen_session_keeps_its_user_from_nothing(api: Api) -> None:
    acme = await api.organisation()
    stolen = await another_session(api, acme)
    wish = {"current_password": "a wrong guess", "password": "another long password"}
    answers = [(await api.call("PUT", "/v1/me/password", stolen, json=wish)).status_code for _ in range(6)]
    assert answers == [403] * 5 + [429]
    wish["current_password"] = PASSWORD
    assert (await acme.call("agent", "PUT", "/v1/me/password", json=wish)).status_code == 204


async def test_wrong_showings_of_a_passkey_in_a_stolen_session_keep_its_user_from_nothing(api: Api) -> None:
    acme = await api.organisation()
    key, _ = await made(acme)
    stolen = await another_session(api, acme)

    async def shown(bearer: str, credential: dict[str, Any] | None = None) -> int:
        asked = (await api.call("POST", "/v1/me/passkeys/proof/options", bearer)).json()
        answer = credential or key.get(asked["options"])
        body = {"challenge": asked["challenge"], "credential": json.dumps(answer)}
        return (await api.call("POST", "/v1/me/passkeys/proof", bearer, json=body)).status_code

    asked = (await api.call("POST", "/v1/me/passkeys/proof/options", stolen)).json()
    wrong = Authenticator(id=key.id).get(asked["options"])
    assert [await shown(stolen, wrong) for _ in range(11)] == [403] * 10 + [429]
    assert await shown(acme.bearers["agent"]) == 204
    assert (await passkey_sign_in(api, key)).status_code == 200
