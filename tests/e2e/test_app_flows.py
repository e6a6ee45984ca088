"""Flows in a real browser, on the real server: built, published and rolled back on a laptop, read on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.app.dragging import drag
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear

from call24.testphones.rtp import Tone

MENU_HZ, MESSAGE_HZ, GOODBYE_HZ, CALLER_HZ = 2100, 800, 1250, 1000


async def stored(acme: Organisation, flow_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await acme.http.get(f"/v1/flows/{flow_id}")).json()
    return found


async def opened(seat: Seat) -> str:
    """The id of the flow that is on the screen."""
    await seat["flow-title"].wait_for()
    return str(await seat.page.evaluate("location.hash.split('/')[2]"))


async def saved(seat: Seat) -> None:
    await expect(seat["flow-saved"]).to_have_attribute("data-state", "saved")


async def card(seat: Seat, step: str) -> None:
    """Chooses a step in the diagram."""
    await seat.page.locator(f"[data-testid=flow-card][data-id={step}] [data-step]").click()
    await expect(seat["flow-step"]).to_have_attribute("data-id", step)


async def hears_after_zero(acme: Organisation, number: str, hz: int) -> None:
    """A caller who presses 0 in the menu hears this."""
    call = await acme.customer().dial(number, Tone(CALLER_HZ))
    await call.answered(5)
    await hear({call: MENU_HZ})
    call.press("0")
    await hear({call: hz})
    call.hang_up()


async def test_a_flow_is_built_from_a_template_mended_tested_published_and_rolled_back(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        sales = await acme.queue("Sales")
        prompt = await acme.prompt("Press 1 for support", MENU_HZ)
        bye, message = await acme.prompt("Goodbye then", GOODBYE_HZ), await acme.prompt("Leave a message", MESSAGE_HZ)
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["open-flows"].click()
            await laptop.page.get_by_text("No flows yet").wait_for()
            assert await barriers(laptop.page) == []
            await laptop["flow-new"].click()
            await laptop["flow-name"].fill("Main menu")
            await laptop["flow-template-menu"].check()
            await expect(laptop[f"flow-queue-{sales}"]).to_be_checked()
            assert await barriers(laptop.page) == []
            await laptop.picture("flow-new-laptop")
            await laptop["flow-save"].click()
            flow = await opened(laptop)
            await expect(laptop["flow-card"]).to_have_count(3)
            await expect(laptop["flow-state"]).to_have_text("draft, not published")

            # What is wrong is said at the step and in the list, and nothing can be published with it.
            await expect(laptop["flow-trouble"]).to_have_attribute("data-code", "no_prompt")
            await expect(laptop["flow-publish"]).to_be_disabled()
            await expect(laptop["flow-card"].first).to_have_attribute("data-trouble", "true")
            await laptop["flow-trouble"].click()
            await laptop["flow-step-problem"].get_by_text("Choose what the caller hears here").wait_for()
            assert await barriers(laptop.page) == []
            await laptop.picture("flow-problem-laptop")
            await laptop["flow-set-prompt"].select_option(prompt)
            await saved(laptop)
            await expect(laptop["flow-step-problem"]).to_have_count(0)
            await laptop["flow-listen"].click()
            await expect(laptop["flow-listen"]).to_have_text("Stop")
            await laptop["flow-listen"].click()

            # A key that leads nowhere yet; then a new step at it; then undone and done again.
            await laptop["flow-key-add"].click()
            await laptop["flow-key-0"].click()
            await expect(laptop["flow-troubles"]).to_have_text("1 thing to fix")
            await laptop["flow-add-choices.0"].click()
            await laptop["flow-new-voicemail"].click()
            await expect(laptop["flow-card"]).to_have_count(4)
            await expect(laptop["flow-step"]).to_have_attribute("data-id", "voicemail")
            await laptop["flow-set-prompt"].select_option(message)
            await laptop["flow-undo"].click()
            await laptop["flow-undo"].click()
            await expect(laptop["flow-card"]).to_have_count(3)
            await laptop.page.keyboard.press("Control+Shift+z")
            await expect(laptop["flow-card"]).to_have_count(4)
            await laptop["flow-redo"].click()
            await saved(laptop)
            assert (await stored(acme, flow))["nodes"]["voicemail"]["prompt"] == message
            await laptop.page.reload()
            await expect(laptop["flow-card"]).to_have_count(4)

            # A caller is simulated: the path lights up.
            await laptop["flow-test-open"].click()
            await laptop["flow-test-start"].click()
            await laptop["flow-test-line"].get_by_text("Press 1 for support").wait_for()
            await laptop["flow-test-key-7"].click()
            await laptop["flow-test-line"].get_by_text("Sorry, that is not one of the choices").wait_for()
            await laptop["flow-test-key-0"].click()
            await expect(laptop["flow-test-end"]).to_have_attribute("data-end", "voicemail")
            lit = laptop.page.locator("[data-testid=flow-card][data-lit=true]")
            await expect(lit).to_have_count(2)
            await expect(laptop.page.locator("[data-testid=flow-wire][data-lit=true]")).to_have_attribute(
                "data-way", "choices.0"
            )
            assert await barriers(laptop.page) == []
            await laptop.picture("flow-test-laptop")
            # A step that is changed meanwhile is heard by the same caller at once.
            await card(laptop, "voicemail")
            await laptop["flow-set-prompt"].select_option("~")
            await laptop["flow-panel-close"].click()
            await laptop["flow-test-line"].get_by_text("Nobody can take your call right now").wait_for()
            await expect(lit).to_have_count(2)
            await laptop["flow-undo"].click()
            await laptop["flow-test-line"].get_by_text("Leave a message").wait_for()
            await laptop["flow-panel-close"].click()
            await expect(lit).to_have_count(0)

            await laptop["flow-publish"].click()
            await laptop["flow-publish-sheet"].get_by_text("version 1").wait_for()
            assert await barriers(laptop.page) == []
            await laptop["flow-publish-now"].click()
            await expect(laptop["flow-state"]).to_have_text("published · version 1")
            number = str((await acme.add_number(flow_id=flow))["number"])
            await hears_after_zero(acme, number, MESSAGE_HZ)

            # The next version hangs up instead, with other words.
            await card(laptop, "voicemail")
            await laptop["flow-step-remove"].click()
            await expect(laptop["flow-card"]).to_have_count(3)
            await card(laptop, "menu")
            await laptop["flow-add-choices.0"].click()
            await laptop["flow-new-hang_up"].click()
            await laptop["flow-set-prompt"].select_option(bye)
            await saved(laptop)
            await expect(laptop["flow-state"]).to_have_text("draft · version 1 answers")
            await hears_after_zero(acme, number, MESSAGE_HZ)  # drafts answer no calls
            await laptop["flow-publish"].click()
            changes = laptop["flow-publish-sheet"].get_by_test_id("flow-change")
            await expect(changes).to_have_text(
                ["~Menu: key 0 leads to Hang up, led to Voicemail.", "+Hang up is added.", "−Voicemail is removed."]
            )
            await laptop.picture("flow-publish-laptop")
            await laptop["flow-publish-now"].click()
            await expect(laptop["flow-state"]).to_have_text("published · version 2")
            await hears_after_zero(acme, number, GOODBYE_HZ)

            await laptop["flow-history-open"].click()
            first = laptop.page.locator("[data-testid=flow-version][data-version='1']")
            await first.get_by_test_id("flow-version-back").click()
            await expect(first.get_by_test_id("flow-change")).to_have_count(3)
            assert await barriers(laptop.page) == []
            await laptop.picture("flow-history-laptop")
            await first.get_by_test_id("flow-version-sure").click()
            newest = laptop["flow-version"].first
            await expect(newest).to_contain_text("Version 3")
            await expect(newest).to_contain_text("same as version 1")
            await laptop.page.keyboard.press("Escape")
            await expect(laptop["flow-state"]).to_have_text("draft · version 3 answers")
            await hears_after_zero(acme, number, MESSAGE_HZ)

            await laptop["flow-more"].click()
            await laptop["flow-delete"].click()
            await laptop["delete-now"].click()
            await laptop["delete-problem"].get_by_text(number).wait_for()
            await laptop["delete-keep"].click()
            await laptop["flow-more"].click()
            await laptop["flow-rename"].click()
            await laptop["flow-rename-name"].fill("Front door")
            await laptop["flow-rename-save"].click()
            await expect(laptop["flow-title"]).to_have_text("Front door")
            await laptop.go("#/flows")
            await expect(laptop["flow-row"]).to_contain_text("Front door")
            await expect(laptop["flow-row"]).to_contain_text("unpublished changes")
            await expect(laptop["flow-row"]).to_contain_text("version 3 · used by number")
            assert await barriers(laptop.page) == []
            await laptop.picture("flow-list-laptop")


@pytest.mark.long("integration/flows/test_flows_http.py::test_a_second_editor_gets_a_conflict_and_changes_nothing")
async def test_two_editors_of_one_draft_choose(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea, bob = [await acme.agent(name, "administrator", phone=False) for name in ("Bea", "Bob")]
        nodes = {"hello": {"type": "announce", "prompt": "greeting", "next": "mail"}, "mail": {"type": "voicemail"}}
        flow = (await acme.post("/v1/flows", {"name": "Main", "start": "hello", "nodes": nodes}))["id"]
        async with signed_in(browser, system, bea, LAPTOP) as one, signed_in(browser, system, bob, LAPTOP) as two:
            for seat in (one, two):
                await seat.go(f"#/flows/{flow}")
                await card(seat, "hello")
            await one["flow-set-prompt"].select_option("sorry")
            await saved(one)
            await two["flow-set-prompt"].select_option("goodbye")
            await two["flow-conflict"].wait_for()
            await expect(two["flow-change"]).to_have_text(
                ["~Announcement “Greeting”: what is said is “Sorry”, was “Greeting”."]
            )
            assert await barriers(two.page) == []
            await two.picture("flow-conflict-laptop")
            assert (await stored(acme, flow))["nodes"]["hello"]["prompt"] == "sorry"
            await two["flow-keep-mine"].click()
            await saved(two)
            assert (await stored(acme, flow))["nodes"]["hello"]["prompt"] == "goodbye"
            await one["flow-set-prompt"].select_option("hold")
            await one["flow-take-theirs"].click()
            await expect(one["flow-set-prompt"]).to_have_value("goodbye")
            await one["flow-undo"].click()
            await saved(one)
            assert (await stored(acme, flow))["nodes"]["hello"]["prompt"] == "hold", "undo brings the other one back"


@pytest.mark.long("screens/test_app_flows.py::test_connections_and_steps_are_dragged")
async def test_a_connection_is_dragged_survives_a_reload_before_it_was_sent_and_is_published(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        nodes = {
            "menu": {
                "type": "menu",
                "prompt": "greeting",
                "choices": {"1": "mail", "2": "bye"},
                "on_timeout": "mail",
                "on_invalid": "mail",
            },
            "mail": {"type": "voicemail", "prompt": None},
            "bye": {"type": "hang_up", "prompt": "goodbye"},
        }
        flow = await acme.flow("menu", nodes, "Main")
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop.go(f"#/flows/{flow}")
            port = laptop.page.locator("[data-testid=flow-port][data-from=menu][data-way='choices.1']")
            target = laptop.page.locator("[data-card=bye]")
            await port.wait_for()

            async def away(route: Route) -> None:
                await (route.abort() if route.request.method == "PUT" else route.continue_())

            await laptop.page.route("**/v1/flows/*", away)
            await drag(laptop.page, port, target, then=laptop["flow-drop-hint"].get_by_text("Leads to Hang up"))
            await expect(laptop["flow-said"]).to_have_text("Menu: key 1 leads to Hang up, led to Voicemail.")
            await expect(laptop["flow-saved"]).to_contain_text("Not saved: the server cannot be reached")
            await laptop.go("#/flows")
            await laptop["flow-row"].wait_for()
            await laptop.go(f"#/flows/{flow}")
            wire = laptop.page.locator("[data-testid=flow-wire][data-from=menu][data-way='choices.1']")
            await wire.wait_for(state="attached")
            await laptop.page.reload()
            await expect(laptop["flow-news"]).to_have_attribute("data-what", "unsent")
            await expect(laptop["flow-news"]).to_contain_text("had not reached the server")
            await laptop["flow-news-show"].click()
            await expect(laptop["flow-change"]).to_have_text("~Menu: key 1 leads to Hang up, led to Voicemail.")
            assert await barriers(laptop.page) == []
            await laptop.picture("flow-news-laptop")
            assert (await stored(acme, flow))["nodes"]["menu"]["choices"]["1"] == "mail", "nothing was sent"
            await laptop.page.unroute("**/v1/flows/*")
            await laptop["flow-news-go-on"].click()
            await laptop.page.evaluate("dispatchEvent(new Event('focus'))")  # as when one comes back to the window
            await saved(laptop)
            assert (await stored(acme, flow))["nodes"]["menu"]["choices"] == {"1": "bye", "2": "bye"}
            assert await laptop.page.evaluate("localStorage['call24.flows']") is None, "nothing is left in the browser"
            await laptop["flow-publish"].click()
            await laptop["flow-publish-now"].click()
            await expect(laptop["flow-state"]).to_have_text("published · version 2")
            running = (await acme.http.get(f"/v1/flows/{flow}/versions/2")).json()
            assert running["nodes"]["menu"]["choices"] == {"1": "bye", "2": "bye"}


@pytest.mark.long("screens/test_app_flows.py::test_a_flow_is_read_changed_and_tested_on_a_phone_as_a_list")
async def test_a_flow_is_read_and_changed_on_a_phone_as_a_list(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        monday = {"name": "Office", "weekly": [{"day": "mon", "opens": "09:00", "closes": "17:00"}]}
        hours = (await acme.post("/v1/hours", {**monday, "timezone": "Asia/Ulaanbaatar"}))["id"]
        async with signed_in(browser, system, bea, PHONE, timezone_id="Asia/Ulaanbaatar") as phone:
            await phone.go("#/flows/new")
            await phone["flow-name"].fill("Day and night")
            await phone["flow-template-hours"].check()
            await phone["flow-hours"].select_option(hours)
            assert await barriers(phone.page) == []
            await phone.picture("flow-new-phone")
            await phone["flow-save"].click()
            flow = await opened(phone)
            await expect(phone["flow-row-step"]).to_have_count(4)
            steps = await phone["flow-row-step"].evaluate_all("rows => rows.map(row => row.dataset.id)")
            assert steps == ["hours", "greeting", "queue", "voicemail"], "as a caller meets them"
            assert await barriers(phone.page) == []
            await phone.picture("flow-list-phone")
            await phone["flow-row-step"].nth(1).click()
            assert await barriers(phone.page) == []
            await phone.picture("flow-step-phone")
            await phone["flow-set-prompt"].select_option("hold")
            await phone.page.keyboard.press("Escape")
            await saved(phone)
            assert (await stored(acme, flow))["nodes"]["greeting"]["prompt"] == "hold"
            await phone["flow-test-open"].click()
            await phone["flow-test-then"].click()
            await phone["flow-test-at"].fill("2026-11-30T08:59")
            await phone["flow-test-start"].click()
            await expect(phone["flow-test-end"]).to_have_attribute("data-end", "voicemail")
            await phone["flow-test-at"].fill("2026-11-30T09:00")
            await phone["flow-test-at"].press("Tab")
            await phone["flow-test-nobody"].click()
            await expect(phone["flow-test-end"]).to_have_attribute("data-end", "queue_decides")
            lines = await phone["flow-test-line"].evaluate_all("lines => lines.map(line => line.dataset.id)")
            assert lines == ["hours", "greeting", "queue"], "nine o'clock by the clock of this phone"
            assert await barriers(phone.page) == []
            await phone.picture("flow-test-phone")
            await phone.page.keyboard.press("Escape")
            await phone["flow-view-diagram"].click()
            await phone["flow-card"].first.wait_for()
            assert await phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
            assert await barriers(phone.page) == []
            await phone.picture("flow-diagram-phone")


@pytest.mark.long("e2e/test_app_hours.py::test_who_may_only_see_them_is_shown_no_field")
async def test_who_may_only_see_a_flow_is_shown_no_field(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        sue = await acme.agent("Sue", "supervisor", phone=False)
        nodes = {
            "menu": {
                "type": "menu",
                "prompt": "greeting",
                "choices": {"1": "in"},
                "on_timeout": "in",
                "on_invalid": "menu",
            },
            "in": {"type": "queue", "queue_id": acme.queue_id},
        }
        flow = await acme.flow("menu", nodes, "Main")
        async with signed_in(browser, system, sue, LAPTOP, color_scheme="dark") as laptop:
            await laptop.go(f"#/flows/{flow}")
            await laptop["read-only"].wait_for()
            await card(laptop, "menu")
            await expect(laptop["flow-step"]).to_contain_text("Greeting")
            assert await laptop.page.locator("main input, main select").count() == 0
            assert await laptop["flow-publish"].count() == await laptop["flow-step-remove"].count() == 0
            assert await barriers(laptop.page) == []
            await laptop.picture("flow-seen-laptop-dark")
            await laptop["flow-test-open"].click()
            await laptop["flow-test-start"].click()
            await laptop["flow-test-key-1"].click()
            await laptop["flow-test-answered"].click()
            await expect(laptop["flow-test-end"]).to_have_attribute("data-end", "answered")
            await laptop.go("#/flows/flw_gone")
            await laptop["page-problem"].get_by_text("There is no such flow").wait_for()


@pytest.mark.long("test_a_flow_is_built_from_a_template_mended_tested_published_and_rolled_back")
async def test_a_flow_is_built_with_the_keyboard_alone(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        flow = (await acme.post("/v1/flows", {"name": "Main"}))["id"]
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop.go(f"#/flows/{flow}")
            await expect(laptop["flow-trouble"]).to_have_attribute("data-code", "no_start")
            keys = laptop.page.keyboard
            await laptop["flow-add-start"].focus()
            await keys.press("Enter")
            await keys.press("Enter")
            await expect(laptop["flow-step"]).to_have_attribute("data-id", "announce")
            await laptop["flow-add-next"].focus()
            await keys.press("Enter")
            for _ in range(4):
                await keys.press("ArrowDown")
            await keys.press("Enter")
            await expect(laptop["flow-step"]).to_have_attribute("data-id", "queue")
            await laptop["flow-set-queue_id"].focus()
            await keys.type("Support")
            await laptop.page.locator("[data-step=announce]").focus()
            await keys.press("ArrowRight")
            await expect(laptop.page.locator("[data-step=queue]")).to_be_focused()
            await keys.press("ArrowLeft")
            await keys.press("Enter")
            await laptop["flow-set-prompt"].focus()
            await keys.type("Greeting")
            await saved(laptop)
            await expect(laptop["flow-publish"]).to_be_enabled()
            await laptop["flow-view-list"].focus()
            await keys.press("Enter")
            await expect(laptop["flow-row-step"]).to_have_count(2)
            assert await barriers(laptop.page) == []
            await laptop["flow-row-step"].nth(1).focus()
            await keys.press("Enter")
            await laptop["flow-step-remove"].focus()
            await keys.press("Enter")
            await expect(laptop["flow-row-missing"]).to_contain_text("choose a step")
            await keys.press("Control+z")
            await expect(laptop["flow-row-step"]).to_have_count(2)
            await saved(laptop)
            nodes = (await stored(acme, flow))["nodes"]
            assert nodes == {
                "announce": {"type": "announce", "prompt": "greeting", "next": "queue"},
                "queue": {"type": "queue", "queue_id": acme.queue_id, "exits": {}},
            }
