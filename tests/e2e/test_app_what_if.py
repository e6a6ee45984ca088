"""A past day with other settings of a queue, in a real browser: on the real server, and with a stage as the server."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app import scene_what_if as scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import supervisor
from tests.support.app.stage import problem
from tests.support.product.system import System


async def test_a_day_is_replayed_on_a_phone_and_on_a_laptop_and_leads_to_its_calls(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme", strategy="longest_idle") as acme:
        anna, bat = await acme.crew("Anna", "Bat")
        boss = await acme.agent("Boss", "supervisor", phone=False, member=False)
        (await acme.talk(anna)).call.hang_up()
        [record] = await acme.ended()
        zone = ZoneInfo((await acme.http.get("/v1/organisation")).json()["timezone"])
        day = datetime.fromisoformat(record["at"]).astimezone(zone).date().isoformat()
        async with signed_in(browser, system, boss, PHONE) as phone:
            await phone["tab-live"].click()
            await phone["open-reports"].click()
            await phone["open-what-if"].click()
            await expect(phone["what-if-ask"]).to_be_disabled()
            await phone["what-if-day"].fill(day)
            await phone["what-if-strategy"].select_option("ring_all")
            await phone["what-if-ask"].click()
            await expect(phone["what-if-answer"]).to_have_attribute("data-differ", "1")
            agents = phone["what-if-agent"]
            told = {
                await one.inner_text(): (await one.get_attribute("data-now"), await one.get_attribute("data-then"))
                for one in await agents.all()
            }
            assert sorted((name.split()[1], *counts) for name, counts in told.items()) == [
                ("Anna", "1", "1"),
                ("Bat", "0", "1"),
            ]
            assert await barriers(phone.page) == []
            await phone.picture("what-if-phone")
            await phone["what-if-offer"].click()
            await expect(phone.page).to_have_url(f"{system.base_url}/#/history/{record['id']}")
        async with signed_in(browser, system, boss, LAPTOP, color_scheme="dark") as laptop:
            await laptop.go("#/what-if")
            await laptop["what-if-day"].fill(day)
            await laptop["what-if-members"].locator("summary").click()
            await laptop[f"choose-{anna.user_id}"].uncheck()
            await laptop["what-if-max_wait_s"].fill("9999")
            await laptop["what-if-ask"].click()
            await laptop["what-if-problem"].get_by_text("This cannot be replayed").wait_for()
            await laptop.page.locator("label", has_text="Longest wait").get_by_text("0 to 7200").wait_for()
            await laptop["what-if-max_wait_s"].fill("300")
            await laptop["what-if-ask"].click()
            await expect(laptop["what-if-share-others"]).to_contain_text("1")
            await expect(laptop["what-if-offer"]).to_contain_text("Bat")
            await laptop["what-if-real"].get_by_text("Average speed of answer").wait_for()
            assert await barriers(laptop.page) == []
            await laptop.picture("what-if-laptop-dark")
        queue = (await acme.http.get(f"/v1/queues/{acme.queue_id}")).json()
        assert (queue["strategy"], queue["members"]) == ("longest_idle", [anna.user_id, bat.user_id])
        await acme.nothing_left()


# --- with a stage as the server ---


async def replayed(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/what-if")
    await app["what-if-strategy"].select_option("round_robin")
    await app["what-if-ask"].click()


async def test_only_what_was_changed_is_asked_and_as_the_queue_is_now_takes_it_back(app: App) -> None:
    await replayed(app)
    await app["what-if-answer"].wait_for()
    [asked] = app.stage.what_if.asked
    assert (asked["queue_id"], asked["changes"]) == ("que_support", {"strategy": "round_robin"})
    await app["what-if-reset"].click()
    assert await app["what-if-strategy"].input_value() == "longest_idle"
    await expect(app["what-if-ask"]).to_be_disabled()


async def test_what_a_colleague_changed_between_two_visits_is_no_change_of_this_one(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/what-if")
    await expect(app["what-if-strategy"]).to_have_value("longest_idle")
    await app.page.evaluate("location.hash = '#/reports'")
    await app["what-if-strategy"].wait_for(state="detached")
    app.stage.connections.queues[0] = {**app.stage.connections.queues[0], "strategy": "ring_all"}
    await app.page.evaluate("location.hash = '#/what-if'")
    await expect(app["what-if-strategy"]).to_have_value("ring_all")
    await expect(app["what-if-ask"]).to_be_disabled()


async def test_who_was_chosen_before_a_search_stays_chosen(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/what-if")
    await app["what-if-members"].locator("summary").click()
    await app["choose-usr_gerel"].check()
    await app["choose-search"].fill("Nomin")
    await app["choose-usr_gerel"].wait_for(state="detached")
    await app["choose-usr_nomin"].check()
    await app["what-if-ask"].click()
    await app["what-if-answer"].wait_for()
    [asked] = app.stage.what_if.asked
    assert sorted(asked["changes"]["members"]) == ["usr_anna", "usr_batbold", "usr_gerel", "usr_nomin", "usr_saraa"]


async def test_no_calls_another_question_and_a_server_that_is_away_are_said_in_words(app: App) -> None:
    app.stage.what_if.answers = scene.empty
    await replayed(app)
    await app["what-if-answer"].get_by_text("No calls on this day").wait_for()
    for status, code, title in (
        (429, "too_many_attempts", "Another day is being replayed"),
        (422, "too_much", "This day has too many calls to replay"),
        (503, "unavailable", "Call24 did not answer"),
    ):
        app.stage.fail["/v1/what-if"] = (status, problem(status, code))
        await app["what-if-ask"].click()
        await app["what-if-problem"].get_by_text(title).wait_for()
    app.stage.fail.clear()
    app.stage.what_if.answers = scene.answer
    await app["what-if-ask"].click()
    await expect(app["what-if-answer"]).to_have_attribute("data-differ", "28")
    await app["what-if-problem"].wait_for(state="detached")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_no_barrier(app: App, width: int, mode: Literal["light", "dark"]) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    await replayed(app)
    await app["what-if-answer"].wait_for()
    await app["what-if-members"].locator("summary").click()
    assert await barriers(app.page) == []
    assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
