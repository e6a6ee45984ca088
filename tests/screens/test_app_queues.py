"""All settings of a queue in the app: where callers go who cannot stay, skills, dispositions, waiting, callbacks."""

from __future__ import annotations

from typing import Any

from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import owner, supervisor

SUPPORT = "/v1/queues/que_support"


def changes(app: App) -> list[Any]:
    return [body for method, path, body in app.stage.asked if (method, path) == ("PATCH", SUPPORT)]


async def save(app: App) -> None:
    await app["queue-save"].click()
    await app["queue-save"].get_by_text("Saved").wait_for()


async def test_each_way_out_of_a_queue_leads_where_it_is_told_and_only_what_differs_is_sent(app: App) -> None:
    owner(app.stage)
    await app.open("#/queues/que_support")
    assert await app["queue-exit-max_wait"].input_value() == "voicemail"
    await app["queue-exit-max_wait"].select_option("queue que_sales")
    assert await app["queue-exit-max_wait-prompt"].count() == 0, "a queue says nothing first"
    await app["queue-exit-nobody"].select_option("flow flw_night")
    await app["queue-exit-closed"].select_option("hang_up")
    await app["queue-exit-closed-prompt"].select_option("prm_welcome")
    await app.page.get_by_text("Welcome to Northwind.").wait_for()
    assert "que_support" not in " ".join(
        await app["queue-exit-full"].locator("option").evaluate_all("all => all.map(one => one.value)")
    ), "a queue does not lead to itself"
    assert await barriers(app.page) == []
    await save(app)
    assert changes(app) == [
        {
            "exits": {
                "max_wait": {"to": "queue", "queue_id": "que_sales"},
                "nobody": {"to": "flow", "flow_id": "flw_night"},
                "closed": {"to": "hang_up", "prompt": "prm_welcome"},
            }
        }
    ]
    await app["queue-exit-full"].select_option("hang_up")
    await save(app)
    assert changes(app)[1:] == [{"exits": {"full": {"to": "hang_up", "prompt": None}}}]


async def test_a_way_out_that_the_server_refuses_says_so_at_its_field_and_can_be_discarded(app: App) -> None:
    owner(app.stage)
    app.stage.connections.circle = True
    await app.open("#/queues/que_support")
    await app["queue-exit-full"].select_option("queue que_sales")
    await app["queue-save"].click()
    await app["queue-problem"].wait_for()
    assert await app["queue-exit-full"].get_attribute("aria-invalid") == "true"
    await (
        app.page.locator(f"#{await app['queue-exit-full'].get_attribute('aria-describedby')}")
        .get_by_text("would lead back to this queue")
        .wait_for()
    )
    await app["queue-discard"].click()
    assert await app["queue-exit-full"].input_value() == "voicemail"
    assert await app["queue-problem"].count() == 0
    assert await app["queue-save"].is_disabled()


async def test_the_other_settings_of_a_queue_are_set_in_its_form(app: App) -> None:
    owner(app.stage)
    await app.open("#/queues/que_support")
    await app["flow-skill-add"].click()
    await app["flow-skill-name"].fill("English")
    await app["flow-skill-level"].select_option("6")
    await app["queue-sticky_wait_s"].fill("45")
    await app["queue-music"].fill("jazz")
    await app["queue-announce_every_s"].fill("60")
    await app["queue-disposition-dsp_2"].check()
    await app["queue-disposition-dsp_0"].check()
    await app["queue-callback_ring_s"].fill("40")
    await app["queue-callback_expires_s"].fill("7200")
    await app.page.get_by_text("2 h", exact=True).wait_for()
    await save(app)
    assert changes(app) == [
        {
            "skills": [{"name": "English", "level": 6, "relax_after_s": None}],
            "sticky_wait_s": 45,
            "music": "jazz",
            "announce_every_s": 60,
            "dispositions": ["dsp_2", "dsp_0"],
            "callback_ring_s": 40,
            "callback_expires_s": 7200,
        }
    ]
    await app["queue-announce_position"].uncheck(force=True)
    await app["queue-announce_every_s"].wait_for(state="detached")
    await app["queue-callback"].uncheck(force=True)
    await app["queue-callback_ring_s"].wait_for(state="detached")


async def test_who_may_only_look_sees_the_ways_out_and_changes_none(app: App) -> None:
    supervisor(app.stage)
    app.stage.connections.queues[0] = {
        **app.stage.connections.queues[0],
        "exits": {**app.stage.connections.queues[0]["exits"], "full": {"to": "queue", "queue_id": "que_sales"}},
    }
    await app.open("#/queues/que_support")
    await app["read-only"].wait_for()
    assert await app["queue-exit-full"].is_disabled()
    assert await app["queue-exit-full"].input_value() == "queue que_sales"
    assert await app["flow-skill-add"].is_disabled()
    assert await app["queue-discard"].count() == 0
