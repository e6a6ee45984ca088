"""Signing in with an organisation's own provider, against a certified one: what is believed, and what is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.support.database.mongod import free_port
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.openid import BACK, CLIENT, SECRET, OpenId, ec_key, rsa_key, visit

from call24.identity.oidc.model import LinkedAccount, Provider
from call24.kit.ids import UserId

ACCOUNTS = {
    "anna": {"email": "Anna@acme.test", "email_verified": True, "name": "Anna Test"},
    "mallory": {"email": "anna@acme.test", "email_verified": False, "name": "Anna Test"},
    "other": {"email": "anna@acme.test", "email_verified": True, "name": "Anna Other"},
    "away": {"email": "anna@elsewhere.test", "email_verified": True, "name": "Anna"},
    "new": {"email": "new@acme.test", "email_verified": True},
    "boss": {"email": "boss@acme.test", "email_verified": True, "name": "Boss"},
}
KEY = rsa_key("first")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def openid() -> AsyncIterator[OpenId]:
    provider = OpenId(free_port(), ACCOUNTS)
    async with provider.running([KEY]):
        yield provider


def behind(api: Api) -> float:
    """The provider has no clock but the real one."""
    return time.time() - api.clock.now().timestamp()


@pytest.fixture
def api(api: Api) -> Api:
    api.clock.advance(seconds=behind(api))
    return api


async def offered(acme: Organisation, openid: OpenId, role: str = "owner", **more: Any) -> dict[str, Any]:
    wish = {
        "short_name": "acme",
        "issuer": openid.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "domains": ["acme.test"],
        "makes_users": True,
        **more,
    }
    answer = await acme.call(role, "PUT", "/v1/organisation/provider", json=wish)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def begun(api: Api, organisation: str = "acme") -> dict[str, str]:
    answer = await api.call("POST", "/v1/auth/provider/begin", json={"organisation": organisation})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def complete(api: Api, way: dict[str, str], back: dict[str, str], **more: str) -> httpx.Response:
    body = {"state": back["state"], "code": back["code"], "iss": back.get("iss"), "browser": way["browser"], **more}
    return await api.call("POST", "/v1/auth/provider/complete", json={**body, "device_name": "Firefox"})


async def signed_in(api: Api, login: str, **more: str) -> httpx.Response:
    api.clock.advance(seconds=max(0.0, behind(api)))
    way = await begun(api)
    return await complete(api, way, await visit(way["url"], login), **more)


def refused(answer: httpx.Response) -> bool:
    """In the same words whatever was wrong."""
    said = answer.json()
    return (answer.status_code, said["code"], said["detail"]) == (
        401,
        "provider_refused",
        "Single sign-on failed",
    )


async def told_why(acme: Organisation) -> list[tuple[str, str]]:
    """Of refused sign-ins the audit log has an id and a reason, and nothing that the provider said."""
    await acme.api.failed_sign_ins.settle()
    lines = (await acme.call("owner", "GET", "/v1/audit")).json()["items"]
    assert "acme.test" not in str(lines)
    failed = [line for line in reversed(lines) if line["code"] == "provider_refused"]
    assert {line["action"] for line in failed} <= {"POST /v1/auth/provider/complete"}
    return [(line["actor_id"], line["why"]) for line in failed]


async def person(acme: Organisation, email: str, role: str = "agent") -> str:
    identity = acme.api.services.identity
    return (await identity.add_user(acme.tenant.id, email=email, name="A", role=role, password=PASSWORD)).id


def altered(api: Api, change: Callable[[dict[str, Any]], None], key: RSAKey = KEY, **header: Any) -> None:
    """From now on the provider's ID tokens say something else, signed as the provider would."""
    remote = api.services.accounts.provider_sign_in._remote
    real = remote.exchange

    async def exchange(*words: Any) -> tuple[str, str]:
        token, access = await real(*words)
        claims = jwt.decode(token, KEY).claims
        change(claims)
        return jwt.encode({"alg": "RS256", "kid": "first", **header}, claims, key), access

    remote.exchange = exchange  # type: ignore[method-assign]


async def test_an_unknown_person_is_made_a_user_and_known_again_by_issuer_and_subject(api: Api, openid: OpenId) -> None:
    acme = await api.organisation()
    await offered(acme, openid)
    first = await signed_in(api, "anna")
    assert first.status_code == 200, first.text
    user = first.json()["user"]
    assert (user["name"], user["email"], user["role"], user["email_verified"]) == (
        "Anna Test",
        "Anna@acme.test",
        "agent",
        True,
    )
    assert (await api.call("GET", "/v1/me", first.json()["token"])).json()["device"]["name"] == "Firefox"
    body = {"name": "Renamed", "phone": ""}
    assert (await api.call("PATCH", "/v1/me", first.json()["token"], json=body)).status_code == 200
    again = await signed_in(api, "anna")
    assert (again.json()["user"]["id"], again.json()["user"]["name"]) == (user["id"], "Renamed")
    assert refused(await signed_in(api, "other")), "the address was given to somebody else at the provider"
    lines = (await acme.call("owner", "GET", "/v1/audit")).json()["items"]
    assert [one["action"] for one in lines].count("POST /v1/auth/provider/complete") == 2
    assert await told_why(acme) == [(user["id"], "bound_to_another")]
    kept = await api.mongo.tenant(acme.tenant.id).collection(Provider).find()
    assert SECRET.encode() not in kept[0].client_secret


async def test_an_account_is_found_by_a_verified_address_in_the_organisations_domains_alone(
    api: Api, openid: OpenId
) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await offered(acme, openid, makes_users=False)
    anna = await person(acme, "anna@acme.test")
    await person(other, "boss@acme.test")
    for login in ("mallory", "away", "boss", "new"):
        assert refused(await signed_in(api, login)), login
    unknown = ["no_verified_address", "no_verified_address", "no_account", "no_account"]
    assert await told_why(acme) == [("nobody", why) for why in unknown]
    assert await told_why(other) == []
    await offered(acme, openid, makes_users=True)
    for login in ("mallory", "away", "boss"):
        assert refused(await signed_in(api, login)), login
    assert (await signed_in(api, "new")).json()["user"]["name"] == "new"
    assert (await signed_in(api, "anna")).json()["user"]["id"] == anna
    assert (await acme.call("owner", "POST", f"/v1/users/{anna}/disable")).status_code == 200
    assert refused(await signed_in(api, "anna"))
    assert (await told_why(acme))[-1] == (anna, "account_closed")


async def test_no_account_is_made_by_a_sign_in_for_a_domain_that_was_not_granted(api: Api, openid: OpenId) -> None:
    acme = await api.organisation("Acme", domains=["acme.example"])
    await offered(acme, openid, makes_users=True)
    assert refused(await signed_in(api, "new"))
    assert await told_why(acme) == [("nobody", "domain_not_granted")]
    await api.services.tenants.change(acme.tenant.id, domains=("acme.test",))
    assert (await signed_in(api, "new")).json()["user"]["name"] == "new"


async def test_an_administrators_provider_opens_no_owners_account_until_the_owner_binds_it(
    api: Api, openid: OpenId
) -> None:
    acme = await api.organisation()
    await acme.join("administrator")
    await offered(acme, openid, "administrator")
    boss = await person(acme, "boss@acme.test", "owner")
    assert refused(await signed_in(api, "boss"))
    login = {"email": "boss@acme.test", "password": PASSWORD, "device_name": "x"}
    bearer = (await api.call("POST", "/v1/auth/login", json=login)).json()["token"]
    wrong = await api.call("POST", "/v1/me/provider/begin", bearer, json={"current_password": "not it"})
    assert wrong.json()["code"] == "wrong_password"
    way = (await api.call("POST", "/v1/me/provider/begin", bearer, json={"current_password": PASSWORD})).json()
    back = await visit(way["url"], "boss")
    body = {"state": back["state"], "code": back["code"], "browser": way["browser"]}
    assert refused(await complete(api, way, back)), "it was begun to bind, not to sign in"
    by_another = await acme.call("agent", "POST", "/v1/me/provider/complete", json=body)
    assert by_another.json()["code"] == "provider_refused"
    assert (await api.call("POST", "/v1/me/provider/complete", bearer, json=body)).status_code == 204
    assert (await api.call("GET", "/v1/me/provider", bearer)).json() == {"offered": True, "bound": True}
    assert (await signed_in(api, "boss")).json()["user"]["id"] == boss
    beyond = {"short_name": "acme", "issuer": openid.issuer, "client_id": CLIENT, "role": "owner"}
    answer = await acme.call("administrator", "PUT", "/v1/organisation/provider", json=beyond)
    assert answer.json()["code"] == "beyond_own"
    few = {"name": "Settings", "permissions": ["organisation.read", "organisation.write", "sign_in.write"]}
    role = (await acme.call("owner", "POST", "/v1/roles", json=few)).json()["id"]
    await acme.join(role)
    answer = await acme.call(
        role, "PUT", "/v1/organisation/provider", json={**beyond, "role": role, "makes_users": True}
    )
    assert answer.json()["code"] == "beyond_own", "nobody makes users who may not add people"


async def test_where_it_is_required_a_password_opens_nothing_but_the_owners_account(api: Api, openid: OpenId) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await offered(acme, openid, required=True)

    async def login(of: Organisation, role: str, password: str = PASSWORD) -> str:
        body = {"email": of.emails[role], "password": password, "device_name": "x"}
        return str((await api.call("POST", "/v1/auth/login", json=body)).json().get("code", "in"))

    assert await login(acme, "agent") == "provider_required"
    assert await login(acme, "agent", "not the password") == "invalid_credentials"
    assert (await login(acme, "owner"), await login(other, "agent")) == ("in", "in")
    laravel = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x"}
    assert (await api.call("POST", "/sanctum/token", json=laravel)).status_code == 422
    await offered(acme, openid, required=True, enabled=False)
    assert await login(acme, "agent") == "in"


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: claims.update(nonce="another"),
        lambda claims: claims.pop("nonce"),
        lambda claims: claims.update(aud="another client"),
        lambda claims: claims.update(aud=[CLIENT, "another client"]),
        lambda claims: claims.update(aud=[CLIENT, "another client"], azp="another client"),
        lambda claims: claims.update(iss="https://another.test"),
        lambda claims: claims.update(exp=int(time.time()) - 61),
        lambda claims: claims.update(iat=int(time.time()) + 120),
        lambda claims: claims.pop("exp"),
        lambda claims: claims.update(sub="boss"),
    ],
    ids=["nonce", "no nonce", "audience", "audiences", "party", "issuer", "expired", "future", "no end", "subject"],
)
async def test_a_token_with_one_wrong_claim_is_refused(
    api: Api, openid: OpenId, change: Callable[[dict[str, Any]], None]
) -> None:
    acme = await api.organisation()
    await offered(acme, openid)
    altered(api, change)
    assert refused(await signed_in(api, "anna"))
    assert not await api.mongo.tenant(acme.tenant.id).collection(LinkedAccount).find()


async def test_a_clock_may_be_a_little_off(api: Api, openid: OpenId) -> None:
    await offered(await api.organisation(), openid)
    altered(api, lambda claims: claims.update(exp=int(time.time()) - 30, iat=int(time.time()) + 30))
    assert (await signed_in(api, "anna")).status_code == 200


async def test_a_token_that_the_provider_did_not_sign_is_refused(api: Api, openid: OpenId) -> None:
    await offered(await api.organisation(), openid)
    remote = api.services.accounts.provider_sign_in._remote
    real = remote.exchange
    altered(api, lambda claims: None, rsa_key("first"))
    assert refused(await signed_in(api, "anna"))
    remote.exchange = real  # type: ignore[method-assign]
    altered(api, lambda claims: None, kid="unknown")
    assert refused(await signed_in(api, "anna"))
    for header in ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImZpcnN0In0"):  # none, and HS256

        async def forged(*words: Any, header: str = header) -> tuple[str, str]:
            token, access = await real(*words)
            return f"{header}.{token.split('.')[1]}.", access

        remote.exchange = forged  # type: ignore[method-assign]
        assert refused(await signed_in(api, "anna"))


async def test_what_comes_back_opens_once_in_the_browser_that_began_it_and_in_time(api: Api, openid: OpenId) -> None:
    acme = await api.organisation()
    await offered(acme, openid)
    way, stolen = await begun(api), await begun(api)
    back = await visit(way["url"], "anna")
    assert back["iss"] == openid.issuer
    assert refused(await complete(api, stolen, back)), "another browser"
    assert refused(await complete(api, way, {**back, "state": "made up"}))
    assert await told_why(acme) == [("nobody", "other_browser")], "of a state that is made up no organisation is known"
    remote, asked = api.services.accounts.provider_sign_in._remote, []
    real = remote.exchange

    async def counted(*words: Any) -> tuple[str, str]:
        asked.append(words)
        return await real(*words)

    remote.exchange = counted  # type: ignore[method-assign]
    answers = await asyncio.gather(*(complete(api, way, back) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    assert len(asked) == 1, "the provider sees it once"
    mixed = await begun(api)
    assert refused(await complete(api, mixed, {**await visit(mixed["url"], "anna"), "iss": "https://another.test"}))
    late = await begun(api)
    back = await visit(late["url"], "anna")
    api.clock.advance(minutes=10)
    assert refused(await complete(api, late, back))


async def test_nobody_learns_which_organisations_there_are_but_of_those_that_offer_it(api: Api, openid: OpenId) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await offered(acme, openid)
    await offered(other, openid, short_name="other", enabled=False)

    async def told(name: str) -> tuple[int, str]:
        answer = await api.call("POST", "/v1/auth/provider/begin", json={"organisation": name})
        return answer.status_code, answer.text

    nobody = await told("nobody")
    assert nobody[0] == 404
    for name in ("other", "someone@acme.test", "acme.test", "Other", "x@y@z"):
        assert await told(name) == nobody, name
    taken = {"short_name": "acme", "issuer": openid.issuer, "client_id": CLIENT, "client_secret": SECRET}
    answer = await other.call("owner", "PUT", "/v1/organisation/provider", json=taken)
    assert answer.json()["code"] == "short_name_taken"
    # Once somebody of it is known to read letters there, its domain stands for it.
    anna = UserId(await person(acme, "anna@acme.test"))
    verified = {"email_verified_at": datetime.now(UTC)}
    await api.services.identity._store.change_user(acme.tenant.id, anna, verified)
    assert (await offered(acme, openid))["provider"]["findable"] == ["acme.test"]
    assert (await told("nobody@ACME.test"))[0] == 200
    bert = UserId(await person(other, "bert@acme.test"))
    await api.services.identity._store.change_user(other.tenant.id, bert, verified)
    await offered(other, openid, short_name="other")
    assert await told("acme.test") == nobody, "two claim it"
    await api.services.tenants.change(acme.tenant.id, disabled_at=api.clock.now())
    assert await told("acme") == nobody


async def test_asking_and_coming_back_is_slowed_down(api: Api) -> None:
    back = {"state": "s", "code": "c", "browser": "b"}
    answers = [await complete(api, back, back) for _ in range(120)]
    assert all(refused(answer) for answer in answers)
    asked = {"organisation": "nobody"}
    begun = [await api.call("POST", "/v1/auth/provider/begin", json=asked) for _ in range(121)]
    assert [answer.status_code for answer in begun] == [404] * 120 + [429]
    assert int(begun[-1].headers["retry-after"]) <= 61
    assert (await complete(api, back, back)).status_code == 429


async def test_a_secret_stays_with_its_client_and_issuer_and_the_test_says_what_is_wrong(
    api: Api, openid: OpenId
) -> None:
    acme = await api.organisation()

    async def tried() -> Any:
        answer = await acme.call("owner", "POST", "/v1/organisation/provider/test")
        return answer.json().get("problem", answer.status_code)

    assert await tried() == 404
    shown = await offered(acme, openid)
    assert shown["redirect_uri"] == BACK and SECRET not in str(shown)
    assert await tried() is None
    for change in ({"issuer": "https://another.test"}, {"client_id": "another"}):
        wish = {"short_name": "acme", "issuer": openid.issuer, "client_id": CLIENT, **change}
        answer = await acme.call("owner", "PUT", "/v1/organisation/provider", json=wish)
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "client_secret"
    await offered(acme, openid, client_secret="not it")
    assert await tried() == "client_refused"
    await offered(acme, openid, issuer=f"{openid.issuer}/")
    assert await tried() == "other_issuer"
    await offered(acme, openid, issuer=f"{openid.issuer}/nothing")
    assert await tried() == "no_provider"
    await offered(acme, openid)
    assert (await acme.call("owner", "DELETE", "/v1/organisation/provider")).status_code == 204
    assert (await acme.call("owner", "GET", "/v1/organisation/provider")).json()["provider"] is None


async def test_providers_are_not_on_this_machine_nor_without_tls_unless_the_operator_lets_them(
    api: Api, openid: OpenId
) -> None:
    acme = await api.organisation()
    await offered(acme, openid)
    outward = api.services.accounts.provider_sign_in._remote._outward
    outward.private = False
    way = await api.call("POST", "/v1/auth/provider/begin", json={"organisation": "acme"})
    assert (way.status_code, way.json()["code"]) == (503, "provider_away")
    assert (await acme.call("owner", "POST", "/v1/organisation/provider/test")).json()["problem"] == "unreachable"
    wish = {"short_name": "acme", "client_id": CLIENT, "client_secret": SECRET}
    for issuer in (openid.issuer, "http://id.example.com", "https://u:p@id.example.com", "https://x/#y", "file:///x"):
        answer = await acme.call("owner", "PUT", "/v1/organisation/provider", json={**wish, "issuer": issuer})
        assert answer.status_code == 422, issuer
    outward.private = True
    plain = {**wish, "issuer": "http://id.example.com"}
    assert (await acme.call("owner", "PUT", "/v1/organisation/provider", json=plain)).status_code == 422


async def test_keys_that_the_provider_changes_are_found_and_both_algorithms_are_taken(api: Api) -> None:
    openid = OpenId(free_port(), ACCOUNTS)
    await offered(await api.organisation(), openid)
    async with openid.running([rsa_key("old")]):
        assert (await signed_in(api, "anna")).status_code == 200
    async with openid.running([ec_key("new"), rsa_key("newer")], "ES256"):
        assert refused(await signed_in(api, "anna")), "it was looked for again a moment ago"
        api.clock.advance(seconds=30)
        assert (await signed_in(api, "anna")).status_code == 200
