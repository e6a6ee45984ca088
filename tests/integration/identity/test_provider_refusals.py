"""Whom signing in with an organisation's provider does not let in: each reason by itself, with a provider that says
whatever a test wants. What a real one says is tried in test_provider.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.openid import CLIENT, rsa_key

from call24.identity.oidc.client import About
from call24.identity.oidc.id_token import TOKEN_MAX, Keys
from call24.identity.oidc.model import LinkedAccount
from call24.identity.oidc.service import Return
from call24.identity.oidc.settings import ProviderInput
from call24.identity.permissions import BUILT_IN, EVERYTHING
from call24.kit.errors import NotFound, Refused, TooMany, Unauthenticated

ISSUER = "https://id.acme.test"
WISH = ProviderInput(
    short_name="acme", issuer=ISSUER, client_id=CLIENT, client_secret="s", domains=("acme.test",), makes_users=True
)
KEY = rsa_key("first")


@dataclass
class Acme:
    """An organisation that signs in with a provider of ours, and what the provider says of who comes."""

    api: Api
    org: Organisation
    claims: dict[str, Any] = field(default_factory=dict)
    kid: str = "first"
    more: Mapping[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def put(self, **change: Any) -> None:
        wish = ProviderInput(**{**{name: getattr(WISH, name) for name in ProviderInput.__dataclass_fields__}, **change})
        await self.api.services.accounts.provider.put(self.org.tenant.id, wish, EVERYTHING)

    async def person(self, email: str, role: str = "agent", of: Organisation | None = None) -> str:
        identity = self.api.services.identity
        tenant_id = (of or self.org).tenant.id
        return (await identity.add_user(tenant_id, email=email, name="A", role=role, password=PASSWORD)).id

    async def begun(self) -> httpx.Response:
        return await self.api.call("POST", "/v1/auth/provider/begin", json={"organisation": "acme"})

    async def binding(self, role: str = "agent") -> httpx.Response:
        return await self.org.call(role, "POST", "/v1/me/provider/begin", json={"current_password": PASSWORD})

    async def back(self, way: httpx.Response, **other: Any) -> dict[str, Any]:
        """What the browser brings back, once the provider has said its own."""
        assert way.status_code == 200, way.text
        asked = {name: values[0] for name, values in parse_qs(urlsplit(way.json()["url"]).query).items()}
        if self.meanwhile is not None:
            await self.meanwhile()
        now = int(self.api.clock.now().timestamp())
        said = {"iss": ISSUER, "aud": CLIENT, "sub": "anna", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        said |= {"email": "anna@acme.test", "email_verified": True, **self.claims}
        if said["nonce"] == "listed":
            said["nonce"] = [asked["nonce"]]
        kept = {name: value for name, value in said.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": self.kid}, kept, KEY)

        async def exchange(*_: object) -> tuple[str, str]:
            return token, "access"

        self.api.services.accounts.provider_sign_in._remote.exchange = exchange  # type: ignore[method-assign]
        return {"state": asked["state"], "code": "c", "browser": way.json()["browser"], **other}

    async def arrives(self, way: httpx.Response | None = None, **other: Any) -> httpx.Response:
        back = await self.back(way or await self.begun(), **other)
        return await self.api.call("POST", "/v1/auth/provider/complete", json={**back, "device_name": "x"})

    async def refused(self, way: httpx.Response | None = None, **other: Any) -> bool:
        """In the words that are the same whatever was wrong, and nothing is bound."""
        answer = await self.arrives(way, **other)
        bound = await self.api.mongo.tenant(self.org.tenant.id).collection(LinkedAccount).find()
        return (answer.status_code, answer.json().get("code"), bound) == (401, "provider_refused", [])


@pytest.fixture
async def acme(api: Api, monkeypatch: pytest.MonkeyPatch) -> Acme:
    made = Acme(api, await api.organisation())
    remote = api.services.accounts.provider_sign_in._remote

    async def about(issuer: str) -> About:
        places = {name: f"{issuer}/{name}" for name in ("authorization", "token", "keys", "userinfo")}
        return About(issuer=issuer, posts_secret=False, at=api.clock.now(), **places)

    async def keys(*_: object, **_more: object) -> Keys:
        return Keys({"RS256": (("first", KEY),)})

    async def userinfo(*_: object) -> Mapping[str, Any]:
        return made.more

    for name, does in (("about", about), ("keys", keys), ("userinfo", userinfo)):
        monkeypatch.setattr(remote, name, does)
    await made.put()
    return made


async def test_who_may_is_let_in(acme: Acme) -> None:
    """So that the refusals mean something."""
    first = await acme.arrives()
    assert first.status_code == 200, first.text
    acme.claims = {"email": None}  # known by issuer and subject now
    assert (await acme.arrives()).json()["user"]["id"] == first.json()["user"]["id"]
    acme.claims, acme.more = {"email": None, "sub": "bert"}, {"sub": "bert", "email": "bert@acme.test"}
    assert (await acme.arrives()).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "listed"},
        {"nonce": "another"},
        {"sub": "x" * 256},
        {"azp": "another client"},
        {"aud": [CLIENT, "another client"]},
        {"aud": "another client"},
        {"padding": "x" * TOKEN_MAX},
        {"iss": "https://id.another.test"},
        {"iat": None},
        {"exp": None},
        {"sub": None},
        {"email_verified": False},
        {"email": "anna@elsewhere.test"},
    ],
    ids=lambda claims: next(iter(claims)),
)
async def test_a_token_with_one_wrong_claim_is_refused(acme: Acme, claims: dict[str, Any]) -> None:
    acme.claims = claims
    assert await acme.refused()


async def test_a_key_that_the_provider_does_not_have_and_anothers_information_are_refused(acme: Acme) -> None:
    acme.kid = "unknown"
    assert await acme.refused()
    acme.kid, acme.claims = "first", {"email": None}
    acme.more = {"sub": "another", "email": "anna@acme.test"}
    assert await acme.refused()


async def test_a_way_is_gone_once_in_time_from_its_own_browser_and_with_its_own_issuer(acme: Acme) -> None:
    assert await acme.refused(iss="https://id.another.test")
    assert await acme.refused(browser="another")
    assert await acme.refused(await acme.binding())

    async def later() -> None:
        acme.api.clock.advance(minutes=10)

    acme.meanwhile = later
    assert await acme.refused()
    acme.meanwhile = None
    back = {**await acme.back(await acme.begun()), "device_name": "x"}
    ask = acme.api.call
    answers = await asyncio.gather(*(ask("POST", "/v1/auth/provider/complete", json=back) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_of_two_who_come_back_at_once_one_is_let_in(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await acme.arrives()).status_code == 200  # the account is there
    store = acme.api.services.accounts.provider_sign_in._store
    read, found = store.visit, dict[str, Any]()

    async def as_both_read_it(id: str) -> Any:
        if id not in found:
            found[id] = await read(id)
        return found[id]

    monkeypatch.setattr(store, "visit", as_both_read_it)
    back = {**await acme.back(await acme.begun()), "device_name": "x"}
    answers = [await acme.api.call("POST", "/v1/auth/provider/complete", json=back) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.parametrize("change", ["removed", "disabled", "another issuer"])
async def test_who_comes_back_to_a_provider_that_was_changed_is_refused(acme: Acme, change: str) -> None:
    provider = acme.api.services.accounts.provider

    async def meanwhile() -> None:
        if change == "removed":
            await provider.remove(acme.org.tenant.id)
        elif change == "disabled":
            await acme.put(enabled=False)
        else:
            acme.claims = {"iss": "https://id.new.test"}
            await acme.put(issuer="https://id.new.test")

    acme.meanwhile = meanwhile
    assert await acme.refused()


async def test_an_account_elsewhere_and_one_that_may_more_than_who_set_the_provider_are_not_opened(acme: Acme) -> None:
    other = await acme.api.organisation("Other")
    await acme.person("boss@acme.test", "owner")
    await acme.person("anna@acme.test", of=other)
    assert await acme.refused()
    provider = acme.api.services.accounts.provider
    await provider.remove(acme.org.tenant.id)  # who set the same issuer before is believed still
    await provider.put(acme.org.tenant.id, WISH, BUILT_IN["administrator"])
    acme.claims = {"email": "boss@acme.test"}
    assert await acme.refused()
    await acme.put(makes_users=False)
    acme.claims = {"email": "new@acme.test"}
    assert await acme.refused()


@pytest.mark.parametrize("closed", ["user", "organisation"])
async def test_a_closed_account_is_not_opened(acme: Acme, closed: str) -> None:
    identity = acme.api.services.identity
    anna = (await acme.arrives()).json()["user"]["id"]

    async def meanwhile() -> None:
        if closed == "user":
            assert (await acme.org.call("owner", "POST", f"/v1/users/{anna}/disable")).status_code == 200
        else:
            identity.is_open = lambda _tenant_id: False

    acme.meanwhile = meanwhile
    answer = await acme.arrives()
    assert (answer.status_code, answer.json()["code"]) == (401, "provider_refused")


async def test_an_account_is_one_users_at_the_provider_and_a_users_is_one(acme: Acme) -> None:
    assert (await acme.arrives()).status_code == 200
    acme.claims = {"sub": "anna again"}
    answer = await acme.arrives()
    assert (answer.status_code, answer.json()["code"]) == (401, "provider_refused")
    acme.claims = {}
    back = await acme.back(await acme.binding())
    taken = await acme.org.call("agent", "POST", "/v1/me/provider/complete", json=back)
    assert (taken.status_code, taken.json()["code"]) == (409, "provider_refused")
    acme.claims = {"sub": "agent"}
    back = await acme.back(await acme.binding())
    assert (await acme.org.call("agent", "POST", "/v1/me/provider/complete", json=back)).status_code == 204


async def test_where_there_is_none_or_it_is_off_or_the_organisation_is_closed_nobody_is_sent_there(acme: Acme) -> None:
    await acme.put(enabled=False)
    assert (await acme.binding()).status_code == (await acme.begun()).status_code == 404
    await acme.put()
    assert (await acme.begun()).status_code == 200
    await acme.api.services.accounts.provider.remove(acme.org.tenant.id)
    assert (await acme.binding()).status_code == (await acme.begun()).status_code == 404
    await acme.put()
    acme.api.services.identity.is_open = lambda _tenant_id: False
    refused = await acme.begun()
    assert (refused.status_code, refused.json()["code"]) == (404, "no_provider")


async def test_what_is_not_there_is_not_removed(acme: Acme) -> None:
    anna = (await acme.arrives()).json()["user"]["id"]
    for path in (f"/v1/users/{anna}/provider", "/v1/organisation/provider"):
        gone = [(await acme.org.call("owner", "DELETE", path)).status_code for _ in range(2)]
        assert gone == [204, 404], path


async def test_nobody_lets_the_provider_make_users_who_may_not_add_people(acme: Acme) -> None:
    provider = acme.api.services.accounts.provider
    maker = BUILT_IN["agent"] | {"organisation.write"}
    with pytest.raises(Refused):
        await provider.put(acme.org.tenant.id, WISH, maker)
    found = await provider.get(acme.org.tenant.id)
    assert found is not None and set(found.trusted_with) == EVERYTHING


async def test_what_strangers_ask_from_many_addresses_keeps_nobody_out(acme: Acme) -> None:
    sign_in = acme.api.services.accounts.provider_sign_in
    at, wrong = "https://call24.test/", Return(state="x", code="x", browser="x")
    for n in range(620):
        address = f"198.51.{n >> 8}.{n & 255}"
        with pytest.raises(NotFound):
            await sign_in.begin("nobody-has-this-name", address, at)
        with pytest.raises(Unauthenticated):
            await sign_in.complete(wrong, "x", None, address)
        assert (await sign_in.begin("acme", address, at)).url
    assert (await acme.arrives()).status_code == 200


async def test_who_asks_very_often_from_one_address_is_told_to_wait(acme: Acme) -> None:
    sign_in = acme.api.services.accounts.provider_sign_in
    for n in range(240):
        with pytest.raises(NotFound):
            await sign_in.begin(f"name-{n}", "198.51.100.7", "https://call24.test/")
    with pytest.raises(TooMany):
        await sign_in.begin("acme", "198.51.100.7", "https://call24.test/")
    assert (await sign_in.begin("acme", "198.51.100.8", "https://call24.test/")).url
