"""Crash reports in a real browser, on the real server: nothing leaves it before the user has seen it and agreed."""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.parse import urlparse

from playwright.async_api import Browser, Request, expect
from tests.support.app.axe import barriers
from tests.support.app.browser import sign_in_as, violations_of
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import System

CANARIES = ("Anna Müller", "+49 170 1234567", "anna@example.com", "call_01jdx3kq8r9tq2v5w7x8y9z0ab")
FAILS = "about => void setTimeout(() => { throw new TypeError(`Cannot read properties of undefined (${about})`) })"
REJECTS = "about => void setTimeout(() => void Promise.reject(new RangeError(`invalid array length ${about}`)))"


def reports(system: System, *words: str) -> str:
    command = [sys.executable, "-m", "call24.cli", "crash-reports", *words, "--data", str(system.settings.data)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=60).stdout


async def test_a_failure_is_shown_as_it_will_be_sent_and_goes_only_after_the_user_agreed(
    system: System, browser: Browser
) -> None:
    reports(system, "--delete")  # of other tests, and of the server
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)
        context = await browser.new_context(ignore_https_errors=True, service_workers="block")
        page = await context.new_page()
        page.set_default_timeout(60_000)
        forbidden, written = violations_of(page), list[Request]()
        await sign_in_as(page, system, bat)
        await page.evaluate("place => { location.hash = place }", f"#/history/{CANARIES[3]}")
        page.on("request", lambda one: written.append(one) if one.method != "GET" else None)

        async def fail(script: str) -> None:
            await page.evaluate(script, " ".join(CANARIES))

        banner, sheet = page.get_by_test_id("crash-banner"), page.get_by_test_id("crash-sheet")
        await fail(FAILS)
        await expect(banner).to_contain_text("Nothing was sent yet")
        await page.get_by_test_id("crash-discard").click()
        await expect(banner).to_have_count(0)
        await fail(REJECTS)
        await page.get_by_test_id("crash-show").click()
        shown = await page.get_by_test_id("crash-json").inner_text()
        await expect(page.get_by_test_id("crash-text")).to_contain_text("You see each report before you send it")
        await expect(page.get_by_test_id("crash-send")).to_have_text("Agree and send")
        assert await barriers(page) == []
        about = [one for one in written if "crash" in one.url or "consents" in one.url]
        assert about == [], "nothing was sent, neither the report nor a consent"
        assert reports(system).partition("versions")[2] == "\n", "none is there"
        assert [one for one in CANARIES if one in shown] == [] and "Anna" not in shown

        await page.get_by_test_id("crash-send").click()
        await expect(sheet).to_have_count(0)
        sent = [one for one in written if urlparse(one.url).path == "/v1/me/crash-reports"]
        assert [json.loads(one.post_data or "") for one in sent] == [json.loads(shown)], "what was shown, and no more"
        report = json.loads(shown)
        assert (report["type"], report["message"]) == ("RangeError", "invalid array length *")
        assert (report["screen"], report["browser"]) == ("history", "Chrome")
        listed = reports(system)
        assert "app: RangeError: invalid array length *" in listed and "TypeError" not in listed

        purposes = (await bat.http.get("/v1/me/consents")).json()["items"]
        assert [one["allowed"] for one in purposes if one["purpose"] == "telemetry"] == [True]
        assert (await bat.http.delete("/v1/me/consents/telemetry")).status_code == 204
        refused = await bat.http.post("/v1/me/crash-reports", json=report)
        assert (refused.status_code, refused.json()["code"]) == (409, "telemetry_not_agreed")
        assert reports(system, "--delete") == "1 deleted\n"
        await context.close()
        assert forbidden == []
