"""Passkeys end to end: the built app in Chromium with a virtual authenticator, and the real API behind it."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlparse

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Locator, Page, Route
from tests.support.app.stage import DIST
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.wait import PATIENCE_S


@dataclass
class Seat:
    """A person at the app. `key`: the virtual authenticator's id."""

    page: Page
    cdp: CDPSession
    key: str
    acme: Organisation

    def __getitem__(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def credentials(self) -> list[dict[str, Any]]:
        found = await self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.key})
        return list(found["credentials"])


@pytest.fixture
def origin() -> str:
    return "https://call24.test"


@pytest_asyncio.fixture(loop_scope="session")
async def seat(api: Api, browser: Browser, origin: str) -> AsyncIterator[Seat]:
    async def forward(route: Route) -> None:
        """Files from the build; requests to the API in this process, as if they had come over the network."""
        request, url = route.request, urlparse(route.request.url)
        if url.path.startswith("/v1/"):
            headers = {**await request.all_headers(), "host": url.netloc}
            answer = await api.client.request(request.method, url.path, headers=headers, content=request.post_data)
            await route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
            return
        file = DIST / (url.path.lstrip("/") or "index.html")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        await (route.fulfill(body=file.read_bytes(), content_type=kind) if file.is_file() else route.abort())

    acme = await api.organisation()
    await accept_policy(acme)
    context = await browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    await context.route(re.compile(r".*"), forward)
    page = await context.new_page()
    page.set_default_timeout(1_000 * PATIENCE_S)
    cdp = await context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    wish = {**key, "isUserVerified": True, "automaticPresenceSimulation": True}
    made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": wish})
    yield Seat(page, cdp, made["authenticatorId"], acme)
    await context.close()


async def accept_policy(acme: Organisation) -> None:
    """Else it stands before every screen."""
    current = (await acme.call("owner", "GET", "/v1/me/policy")).json()["current"]
    accepted = {"version": current["version"], "hash": current["hash"]}
    answer = await acme.call("owner", "POST", "/v1/me/policy/acceptances", json=accepted)
    assert answer.status_code == 201, answer.text


async def signed_in(seat: Seat, origin: str, address: str) -> None:
    await seat.page.goto(f"{origin}/")
    await seat.page.evaluate("token => localStorage.setItem('call24.token', token)", seat.acme.bearers["owner"])
    await seat.page.goto(f"{origin}/{address}")
    await seat.page.reload()


@pytest.mark.parametrize(
    "origin",
    [
        "https://call24.test",
        pytest.param(
            "http://localhost:8024", marks=pytest.mark.long("test_a_passkey_is_made_signs_in_and_proves_anew")
        ),
    ],
)
async def test_a_passkey_is_made_signs_in_and_proves_anew(api: Api, seat: Seat, origin: str) -> None:
    await signed_in(seat, origin, "#/security")
    await seat["passkey-add"].click()
    await seat["passkey-name"].fill("My phone")
    await seat["passkey-password"].fill(PASSWORD)
    await seat["passkey-make"].click()
    await seat["recovery-kept"].check()
    await seat["recovery-done"].click()
    await seat["passkey-row"].get_by_text("My phone").wait_for()
    [kept] = await seat.credentials()
    assert kept["rpId"] == urlparse(origin).hostname

    await seat.page.evaluate("localStorage.clear()")
    await seat.page.goto(f"{origin}/")
    await seat["sign-in-passkey"].click()
    await seat["tab-me"].wait_for()

    api.clock.advance(minutes=15)
    await seat.page.goto(f"{origin}/#/people")
    await seat["invite"].click()
    await seat["invite-email"].fill("new@example.com")
    await seat["invite-name"].fill("Nara")
    await seat["invite-send"].click()
    await seat["step-up-passkey"].click()
    await seat["invitation-row"].get_by_text("new@example.com").wait_for()
    [after] = await seat.credentials()
    assert after["signCount"] > kept["signCount"]


async def test_a_copy_that_is_behind_is_refused_in_the_app(api: Api, seat: Seat, origin: str) -> None:
    await signed_in(seat, origin, "#/security")
    await seat["passkey-add"].click()
    await seat["passkey-name"].fill("My phone")
    await seat["passkey-password"].fill(PASSWORD)
    await seat["passkey-make"].click()
    await seat["recovery-codes"].wait_for()
    [copy] = await seat.credentials()
    await seat.page.evaluate("localStorage.clear()")
    await seat.page.goto(f"{origin}/?again")
    await seat["sign-in-passkey"].click()
    await seat["tab-me"].wait_for()
    await seat.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": seat.key})
    await seat.cdp.send("WebAuthn.addCredential", {"authenticatorId": seat.key, "credential": {**copy, "signCount": 0}})
    await seat.page.evaluate("localStorage.clear()")
    await seat.page.goto(f"{origin}/")
    await seat["sign-in-passkey"].click()
    await seat["sign-in-problem"].get_by_text("may have been copied").wait_for()
