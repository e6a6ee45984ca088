"""Screens whose closer tests are long forms: the main job of each at the real server, on a phone and on a laptop."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, ViewportSize, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.e2e.test_app_flows import card, saved, stored
from tests.e2e.test_app_person_access import code_of
from tests.support.app.routes import routes
from tests.support.product.command import command
from tests.support.product.people import PASSWORD, Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

OPENED_BY_A_LINK = {"setup", "invitation", "reset", "email", "lost", "organisation", "unknown"}
"""With a secret in it, or signed out."""
NUMBER = "+442079460171"
BRAND = "getComputedStyle(document.documentElement).getPropertyValue('--color-brand')"


async def test_each_does_its_main_job_on_a_phone_and_on_a_laptop(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme", strategy="longest_idle") as acme:
        call = await acme.customer(NUMBER, "Wireless Caller").dial(acme.number)
        await wait_until(lambda: call.answered_at, 10)
        call.hang_up()
        [record] = await acme.ended()
        zone = ZoneInfo((await acme.http.get("/v1/organisation")).json()["timezone"])
        day = datetime.fromisoformat(record["at"]).astimezone(zone).date().isoformat()
        for title in ("Send the offer", "Call Ben"):
            await acme.post("/v1/tasks", {"title": title, "queue_id": acme.queue_id})
        olga = await acme.agent("Olga", "owner", phone=False, member=False)
        async with signed_in(browser, system, olga, PHONE, permissions=["microphone"]) as seat:
            for size, name, colour in ((PHONE, "Coaching", "#0a6b4a"), (LAPTOP, "Prayer", "#5b2a86")):
                await seat.page.set_viewport_size(ViewportSize(width=size["width"], height=size["height"]))
                await of_calls(seat, day)
                await of_settings(seat, name, colour)
                await of_privacy(seat, name)
                await of_programs(seat, acme, name)
                await of_oneself(seat, acme)
                await exported(seat, tmp_path / name)
                await each_opens(seat, size["width"])
            await taken_back(seat, acme)
            await of_two_editors(seat, acme)
            await of_the_installation(seat, system, olga)
        kept = (await acme.http.get("/v1/pause-reasons")).json()["items"]
        assert {one["name"] for one in kept} >= {"Coaching", "Prayer"}
        assert (await acme.http.get("/v1/branding")).json()["accent"] == "#5b2a86"


async def of_calls(seat: Seat, day: str) -> None:
    await seat.go("#/reports")
    await seat["span-today"].click()
    await expect(seat["report-table"].locator("tfoot td").first).to_have_text("1")
    await seat.go("#/what-if")
    await seat["what-if-day"].fill(day)
    await seat["what-if-strategy"].select_option("ring_all")
    await seat["what-if-ask"].click()
    await expect(seat["what-if-answer"]).to_have_attribute("data-differ", "0")


async def of_settings(seat: Seat, name: str, colour: str) -> None:
    await seat.go("#/pause-reasons")
    await seat["code-new"].click()
    await seat["code-name"].fill(name)
    await seat["code-save"].click()
    await seat["code-row"].filter(has_text=name).wait_for()
    await seat.go("#/branding")
    await seat["brand-accent"].fill(colour)
    await seat["branding-save"].click()
    await expect(seat["branding-save"]).to_have_count(0)
    assert (await seat.page.evaluate(BRAND)).startswith(f"light-dark({colour}")


async def of_privacy(seat: Seat, name: str) -> None:
    """Here an incident and a disclosure are noted; the policy states who answers for it."""
    await seat.go("#/policy")
    await seat["public-policy"].wait_for()
    await seat["stated-contact"].fill(f"{name.lower()}@acme.example")
    await seat["stated-save"].click()
    await seat["stated-done"].wait_for()
    await seat.go("#/incidents/new")
    await seat["incident-title"].fill(f"{name}: a laptop is lost")
    await seat["incident-happened"].fill("In a taxi.")
    await seat["incident-save"].click()
    await seat["incident-clock"].get_by_text("71:").wait_for()
    await seat.go("#/disclosures/new")
    await seat["disclosure-authority"].fill(f"Court of {name}")
    await seat["disclosure-basis"].fill("Code of Criminal Procedure, section 100g")
    await seat["disclosure-reference"].fill("4 AR 12")
    await seat["disclosure-requested"].fill("2026-01-10T09:00")
    await seat["disclosure-outcome"].select_option("refused")
    await seat["disclosure-save"].click()
    await seat["disclosure-facts"].get_by_text("Refused").wait_for()


async def of_programs(seat: Seat, acme: Organisation, name: str) -> None:
    """What other programs are told, and with what they sign in."""
    await seat.go("#/webhooks")
    await seat["webhook-new"].click()
    await seat["webhook-url"].fill(f"https://{name.lower()}.example.org/in")
    await seat["kind-call.ended"].check()
    await seat["webhook-save"].click()
    await seat["webhook-sheet"].get_by_text("whsec_").wait_for()
    kept = (await acme.http.get("/v1/webhooks")).json()["items"]
    assert f"https://{name.lower()}.example.org/in" in [one["url"] for one in kept]
    await seat.page.keyboard.press("Escape")
    await seat.go("#/address-books")
    await seat["app-password-new"].click()
    await seat["app-password-name"].fill(name)
    await seat["app-password-make"].click()
    await seat["app-password-row"].filter(has_text=name).wait_for()


async def of_oneself(seat: Seat, acme: Organisation) -> None:
    """One's sound, one's ways of signing in, and how many agents are needed."""
    await seat.go("#/sound")
    await seat["test-microphone"].click()
    await seat["microphone-heard"].wait_for()
    await seat["test-microphone-stop"].click()
    await seat["test-connection"].click()
    for step in ("server", "pbx", "audio"):
        await expect(seat[f"step-{step}"]).to_have_attribute("data-state", "good")
    await seat.go("#/help")
    await seat["help-no-sound"].click()
    await seat["help-no-sound"].get_by_role("link").wait_for()
    await seat["help-facts"].get_by_text("phone: ").wait_for()
    await seat.go("#/staffing")
    await seat["staffing-queue"].select_option(acme.queue_id)
    await seat["staffing-calls"].fill("2")
    await seat["staffing-ask"].click()
    await seat["staffing-answer"].get_by_text("of the calls within").first.wait_for()
    await seat.go("#/security")
    await seat["proof-state"].get_by_text("A password alone").wait_for()


async def exported(seat: Seat, file: Path) -> None:
    """The tasks that the list shows."""
    await seat.go("#/work")
    await seat["tasks-export"].click()
    await seat["task-export-begin"].click()
    await seat["task-export-save"].wait_for()
    async with seat.page.expect_download() as saving:
        await seat["task-export-save"].click()
    await (await saving.value).save_as(file)
    assert b"Send the offer" in await asyncio.to_thread(file.read_bytes)
    await seat["task-export-drop"].click()
    await seat["delete-now"].click()
    await seat["tasks-export-sheet"].wait_for()
    await expect(seat["task-export-row"]).to_have_count(0)
    await seat.page.keyboard.press("Escape")
    await expect(seat["tasks-export-sheet"]).to_have_count(0)


async def each_opens(seat: Seat, width: int) -> None:
    """An owner's screens, with what the server has of them: none is empty, in trouble, or wider than the window."""
    for place in sorted(route for route in routes() if route not in OPENED_BY_A_LINK):
        await seat.go(f"#/{place}")
        await expect(seat.page.locator("main h1, main [data-testid=not-allowed]").first).to_be_visible()
        await expect(seat.page.locator("main [aria-busy=true]")).to_have_count(0)
        await expect(seat.page.locator("main [data-testid$=-problem]")).to_have_count(0)
        assert await seat.page.evaluate("document.documentElement.scrollWidth") <= width, place


async def taken_back(seat: Seat, acme: Organisation) -> None:
    """A change of many tasks, from the list of them; and whose page leads to the erasure of all that is theirs."""
    await seat["tasks-choose-shown"].click()
    await seat["bulk-priority"].select_option("urgent")
    await seat["undo-toast"].wait_for()
    await seat["bulk-changes-open"].click()
    await seat["bulk-change-undo"].click()
    await seat["bulk-change"].get_by_text("Undone").wait_for()
    tasks = (await acme.http.get("/v1/tasks")).json()["items"]
    assert {task["priority"] for task in tasks} == {"normal"}
    await seat.page.keyboard.press("Escape")
    ann = await acme.post("/v1/people", {"given": "Ann", "numbers": [{"number": NUMBER}]})
    await seat.go(f"#/contacts/{ann['id']}")
    await seat["contact-erase"].click()
    await seat["erase-number"].get_by_text("Goes, with 1 call").wait_for()


async def of_two_editors(seat: Seat, acme: Organisation) -> None:
    """Somebody else changes the flow that is open here."""
    nodes = {"hello": {"type": "announce", "prompt": "greeting", "next": "mail"}, "mail": {"type": "voicemail"}}
    flow = (await acme.post("/v1/flows", {"name": "Main", "start": "hello", "nodes": nodes}))["id"]
    await seat.go(f"#/flows/{flow}")
    await card(seat, "hello")
    await others(acme, flow, "sorry")
    await seat["flow-set-prompt"].select_option("goodbye")
    await seat["flow-conflict"].wait_for()
    assert (await stored(acme, flow))["nodes"]["hello"]["prompt"] == "sorry"
    await seat["flow-keep-mine"].click()
    await saved(seat)
    assert (await stored(acme, flow))["nodes"]["hello"]["prompt"] == "goodbye"
    await others(acme, flow, "sorry")
    await seat["flow-set-prompt"].select_option("hold")
    await seat["flow-take-theirs"].click()
    await expect(seat["flow-set-prompt"]).to_have_value("sorry")


async def of_the_installation(seat: Seat, system: System, olga: Agent) -> None:
    """An owner sees it once the machine's own command has named her, with her second factor."""
    await seat.go("#/installation")
    await seat["not-allowed"].get_by_text("Only operators of the installation").wait_for()
    begun = await olga.http.post("/v1/me/mfa", json={"current_password": PASSWORD})
    confirmed = await olga.http.post("/v1/me/mfa/confirm", json={"code": code_of(begun.json()["uri"])})
    named = ("operator", "add", olga.email, "--data", str(system.settings.data))
    done = await asyncio.to_thread(command, *named)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert f"{olga.email} ({olga.user_id} of " in done.stdout
    await seat.page.reload()
    await seat["step-up-other"].click()
    await seat["step-up-code"].fill(confirmed.json()["recovery_codes"][0])
    await seat["step-up-submit"].click()
    parts = seat["installation-part"]
    await expect(parts.and_(seat.page.locator("[data-part=asterisk]"))).to_have_attribute("data-state", "ok")
    assert await parts.count() == 18
    audit = parts.and_(seat.page.locator("[data-part=self_audit]"))
    await expect(audit.get_by_test_id("installation-advice")).to_have_text(re.compile("call24 audit run"))
    await expect(seat["tab-administration"].get_by_test_id("installation-dot")).to_have_attribute("data-state", "look")
    await seat["checks-run"].click()
    await expect(seat["installation-checks"]).to_have_attribute("data-state", "done", timeout=60_000)
    passed = seat.page.locator("[data-testid=checks-finding][data-state=pass][data-check=phones_websocket]")
    await expect(passed).to_have_count(1)
    await expect(seat.page.locator("[data-testid=checks-finding][data-state=fail]")).to_have_count(0)


async def others(acme: Organisation, flow: str, prompt: str) -> None:
    nodes = (await stored(acme, flow))["nodes"]
    nodes["hello"]["prompt"] = prompt
    changed = await acme.http.put(f"/v1/flows/{flow}", json={"nodes": nodes})
    assert changed.status_code == 200, changed.text
