"""Whoever has signed in before gets in while others guess at the account, at its organisation, or at everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from tests.support.http.api import PASSWORD, Api
from tests.support.wait import wait_until

COOKIE = "__Host-call24-device"
ELSEWHERE = [f"198.51.100.{n}" for n in range(1, 251)]


@asynccontextmanager
async def browser(api: Api, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """At an address of its own, with its own cookies."""
    transport = httpx.ASGITransport(api.app, raise_app_exceptions=False, client=(address, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as client:
        yield client


async def sign_in(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    body = {"email": email, "password": password, "device_name": "Firefox"}
    return await client.post("/v1/auth/login", json=body)


async def guess(api: Api, email: str, address: str) -> int:
    async with browser(api, address) as client:
        return (await sign_in(client, email, "a wrong guess")).status_code


async def test_twenty_wrong_passwords_from_elsewhere_keep_out_strangers_and_not_who_signed_in_before(api: Api) -> None:
    acme = await api.organisation()
    email = acme.emails["agent"]
    async with browser(api, "192.0.2.7") as hers, browser(api, "203.0.113.9") as new:
        assert (await sign_in(hers, email)).status_code == 200
        assert {await guess(api, email, address) for address in ELSEWHERE[:20]} == {401}
        assert await guess(api, email, ELSEWHERE[20]) == 429
        assert (await sign_in(new, email)).status_code == 429
        hers.cookies.clear()  # known by its address
        assert (await sign_in(hers, email)).status_code == 200


async def test_a_browser_is_known_again_elsewhere_by_a_cookie_that_lets_nobody_in(api: Api) -> None:
    acme = await api.organisation()
    email = acme.emails["agent"]
    async with browser(api, "192.0.2.7") as hers:
        answer = await sign_in(hers, email)
        [told] = answer.headers.get_list("set-cookie")
        assert told.startswith(f"{COOKIE}=") and {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(
            told.split("; ")
        )
        cookie = hers.cookies[COOKIE]
    for address in ELSEWHERE[:20]:
        await guess(api, email, address)
    async with browser(api, "203.0.113.9") as away:
        away.cookies.set(COOKIE, cookie)
        assert (await away.get("/v1/me")).status_code == 401
        assert (await sign_in(away, email, "a wrong guess")).status_code == 401
        assert (await sign_in(away, email)).status_code == 200
        # For an account that it never signed in to, it is as good as none.
        for address in ELSEWHERE[:20]:
            await guess(api, acme.emails["owner"], address)
        assert (await sign_in(away, acme.emails["owner"])).status_code == 429


async def test_a_stolen_cookie_allows_ten_guesses_a_minute_and_no_more(api: Api) -> None:
    acme = await api.organisation()
    email = acme.emails["agent"]
    async with browser(api, "192.0.2.7") as hers:
        await sign_in(hers, email)
        cookie = hers.cookies[COOKIE]
    said = []
    for address in ELSEWHERE[:12]:
        async with browser(api, address) as thief:
            thief.cookies.set(COOKIE, cookie)
            said.append((await sign_in(thief, email, "a wrong guess")).status_code)
    assert said == [401] * 10 + [429] * 2


async def test_one_browser_is_known_for_every_account_that_signed_in_on_it(api: Api) -> None:
    acme = await api.organisation()
    async with browser(api, "192.0.2.7") as shared:
        for role in ("agent", "supervisor"):
            assert (await sign_in(shared, acme.emails[role])).status_code == 200
        cookie = shared.cookies[COOKIE]
    for role in ("agent", "supervisor"):
        for address in ELSEWHERE[:20]:
            await guess(api, acme.emails[role], address)
        async with browser(api, "203.0.113.9") as away:
            away.cookies.set(COOKIE, cookie)
            assert (await sign_in(away, acme.emails[role])).status_code == 200


async def test_who_signed_in_before_gets_in_while_an_organisation_is_guessed_at_from_everywhere(api: Api) -> None:
    acme = await api.organisation()
    async with browser(api, "192.0.2.7") as hers, browser(api, "203.0.113.9") as new:
        assert (await sign_in(hers, acme.emails["agent"])).status_code == 200
        organisations = api.services.accounts.signing_in._organisations
        for _ in range(300):
            organisations.within(acme.tenant.id, api.clock.now())
        assert (await sign_in(new, acme.emails["supervisor"])).status_code == 401
        assert (await sign_in(hers, acme.emails["agent"])).status_code == 200


async def test_strangers_do_not_keep_the_signed_in_user_from_changing_the_password(api: Api) -> None:
    acme = await api.organisation()
    for address in ELSEWHERE[:21]:
        await guess(api, acme.emails["agent"], address)
    body = {"current_password": PASSWORD, "password": "another long password"}
    assert (await acme.call("agent", "PUT", "/v1/me/password", json=body)).status_code == 204


async def test_a_customers_64_bits_of_addresses_count_as_one(api: Api) -> None:
    acme = await api.organisation()
    email = acme.emails["agent"]
    said = [await guess(api, email, f"2001:db8:0:1::{n:x}") for n in range(1, 7)]
    assert said == [401] * 5 + [429]
    assert await guess(api, email, "2001:db8:0:2::1") == 401


async def test_requests_of_a_customers_64_bits_of_addresses_are_counted_as_one(api: Api) -> None:
    async def left(address: str) -> str:
        async with browser(api, address) as client:
            return str((await client.get("/v1/me")).headers["RateLimit"]).rpartition(";t=")[0]

    first, second, other = [await left(f"2001:db8:0:{net}::{n}") for net, n in ((1, 1), (1, 2), (2, 1))]
    assert (first, second, other) == ('"default";r=2999', '"default";r=2998', '"default";r=2999')


async def test_an_unknown_account_is_asked_for_as_much_as_one_that_is_there(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    devices, asked = api.services.accounts.devices, []
    place = devices.place

    async def counted(*args: object) -> str | None:
        asked.append(await place(*args))  # type: ignore[arg-type]
        return asked[-1]

    monkeypatch.setattr(devices, "place", counted)
    for email in (acme.emails["agent"], "nobody@example.com", "no address"):
        assert await guess(api, email, "192.0.2.7") == 401
    assert asked == [None, None, None]


@pytest.mark.full_hashes
async def test_sixty_strangers_do_not_slow_down_who_signed_in_before(api: Api) -> None:
    """By turns, not by the clock: whoever is known has at most one hash of its own kind before it."""
    acme = await api.organisation()
    done: list[str] = []
    async with browser(api, "192.0.2.7") as hers:
        assert (await sign_in(hers, acme.emails["agent"])).status_code == 200

        async def stranger(n: int) -> None:
            done.append(str(await guess(api, f"nobody{n}@example.com", ELSEWHERE[n])))

        async def honest() -> None:
            assert (await sign_in(hers, acme.emails["agent"])).status_code == 200
            done.append("hers")

        strangers = [asyncio.create_task(stranger(n)) for n in range(60)]
        passwords = api.services.identity.passwords
        await wait_until(lambda: passwords._queue._lanes[False].waiting >= 40)
        before = len(done)
        await honest()
        assert len(done) - before < 12, "strangers went before it"
        await asyncio.gather(*strangers)
    assert set(done) == {"401", "hers"}
