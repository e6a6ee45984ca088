"""Who signs out at the organisation's provider, or is not let in there any more, is signed out here."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.integration.identity.test_provider import ACCOUNTS, begun, behind, complete, offered
from tests.support.database.mongod import free_port
from tests.support.http.api import Api, Organisation
from tests.support.http.openid import CLIENT, OpenId, rsa_key, sign_out, told_of_logouts, visit
from tests.support.wait import wait_until

from call24.identity.oidc.id_token import NotBelieved
from call24.identity.oidc.logout import TOLD
from call24.identity.throttle import Attempts

KEY = rsa_key("first")
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def openid() -> AsyncIterator[OpenId]:
    provider = OpenId(free_port(), ACCOUNTS, free_port())
    async with provider.running([KEY]):
        yield provider


@pytest.fixture
async def acme(api: Api, openid: OpenId) -> Organisation:
    api.clock.advance(seconds=behind(api))
    organisation = await api.organisation()
    await offered(organisation, openid)
    return organisation


async def come(api: Api, login: str, browser: httpx.AsyncClient) -> str:
    """Signs in by the provider in this browser; the bearer token."""
    way = await begun(api)
    answer = await complete(api, way, await visit(way["url"], login, browser))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def said(api: Api, token: str) -> int:
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode({"logout_token": token})
    answer = await api.call("POST", "/v1/auth/provider/logout", content=body, headers=form)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code


async def there(api: Api, bearer: str) -> bool:
    return (await api.call("GET", "/v1/me", bearer)).status_code == 200


async def test_a_logout_at_the_provider_ends_the_sessions_that_it_opened_and_no_other(
    api: Api, acme: Organisation, openid: OpenId
) -> None:
    assert openid.logout_port is not None
    async with told_of_logouts(openid.logout_port) as came, httpx.AsyncClient() as here, httpx.AsyncClient() as away:
        gone, stays = await come(api, "anna", here), await come(api, "anna", away)
        await sign_out(openid.issuer, here)
        await wait_until(lambda: bool(came), 10)
    [token] = parse_qs(came[0])["logout_token"]
    api.clock.advance(seconds=max(0.0, behind(api)))
    assert await there(api, gone)
    assert await said(api, token) == 200
    assert (await there(api, gone), await there(api, stays)) == (False, True)
    assert gone.partition("|")[0] in api.ended and stays.partition("|")[0] not in api.ended
    assert await said(api, token) == 400, "it counts once"
    line = (await acme.call("owner", "GET", "/v1/audit")).json()["items"][0]
    assert (line["action"], line["status"]) == ("POST /v1/auth/provider/logout", 200)


def logout_token(openid: OpenId, key: RSAKey = KEY, **change: Any) -> str:
    now = int(time.time())
    claims = {"iss": openid.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": str(time.time_ns())}
    claims |= {"sub": "anna", "events": {EVENT: {}}, **change}
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "first", "typ": "logout+jwt"}, given, key)


async def test_without_a_session_named_all_of_the_subject_end(api: Api, acme: Organisation, openid: OpenId) -> None:
    async with httpx.AsyncClient() as here, httpx.AsyncClient() as other:
        anna, boss = await come(api, "anna", here), await come(api, "new", other)
    assert await said(api, logout_token(openid, sub="nobody")) == 200
    assert await said(api, logout_token(openid)) == 200
    assert (await there(api, anna), await there(api, boss)) == (False, True)


WRONG: list[dict[str, Any]] = [
    {"aud": "another"},
    {"iss": "https://another.test"},
    {"events": None},
    {"events": {"https://another.test/event": {}}},
    {"events": {EVENT: "yes"}},
    {"nonce": "n"},
    {"exp": 1},
    {"exp": None},
    {"iat": None},
    {"exp": int(time.time()) + 86_400},
    {"jti": None},
    {"sub": None},
    {"sub": 7},
    {"sub": "x" * 256},
    {"sid": 7},
    {"sid": ""},
]


async def test_what_is_no_logout_token_of_the_provider_ends_nothing(
    api: Api, acme: Organisation, openid: OpenId
) -> None:
    async with httpx.AsyncClient() as here:
        anna = await come(api, "anna", here)
    for change in WRONG:
        assert await said(api, logout_token(openid, **change)) == 400, change
    assert await said(api, logout_token(openid, rsa_key("first"))) == 400, "signed by somebody else"
    for text in ("x", "a.b.c", "." * 50):
        assert await said(api, text) == 400, text
    assert await said(api, "") == 422
    assert await there(api, anna)


async def test_who_sends_very_many_is_told_to_wait(
    api: Api, acme: Organisation, openid: OpenId, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = dataclasses.replace(TOLD, per_address=2)
    monkeypatch.setattr(api.services.accounts.provider_logout, "_told", Attempts(few))
    token = logout_token(openid, sub="nobody")
    assert [await said(api, token) for _ in range(3)] == [200, 400, 429]


async def test_what_strangers_say_in_the_providers_name_silences_it_not(
    api: Api, acme: Organisation, openid: OpenId
) -> None:
    logouts = api.services.accounts.provider_logout
    strangers = logout_token(openid, rsa_key("first"), aud="another")
    for n in range(620):
        with pytest.raises(NotBelieved):
            await logouts.take(strangers, f"198.51.{n >> 8}.{n & 255}")
    assert await said(api, logout_token(openid, sub="nobody")) == 200
