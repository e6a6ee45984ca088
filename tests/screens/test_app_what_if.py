"""A past day with other settings of a queue: what is asked, kept and said, with a stage as the server."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import expect
from tests.support.app import scene_what_if as scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import supervisor
from tests.support.app.stage import problem


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


@pytest.mark.long("test_only_what_was_changed_is_asked_and_as_the_queue_is_now_takes_it_back")
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


@pytest.mark.parametrize(
    ("width", "mode"),
    [
        (1440, "dark"),
        pytest.param(390, "light", marks=pytest.mark.long("test_axe_finds_no_barrier")),
        pytest.param(390, "dark", marks=pytest.mark.long("test_axe_finds_no_barrier")),
        pytest.param(1440, "light", marks=pytest.mark.long("test_axe_finds_no_barrier")),
    ],
)
async def test_axe_finds_no_barrier(app: App, width: int, mode: Literal["light", "dark"]) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    await replayed(app)
    await app["what-if-answer"].wait_for()
    await app["what-if-members"].locator("summary").click()
    assert await barriers(app.page) == []
    assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
