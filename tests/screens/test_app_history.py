"""The history narrowed to some calls: it stands in the address, and an empty list says which filter hides the calls."""

from __future__ import annotations

from playwright.async_api import expect
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.wait import PATIENCE_S, wait_until

from call24.call_records.api.calls import Search


async def test_calls_are_narrowed_and_going_back_a_reload_and_a_link_have_the_same_filter(app: App) -> None:
    support = [row for row in app.stage.rows if row["queue"]["id"] == "que_support"]
    left = [row for row in support if row["outcome"] == "voicemail"]
    assert len(app.stage.rows) > len(support) > len(left) > 0
    await app.open("#/history")
    await expect(app["history-row"]).to_have_count(len(app.stage.rows))
    await app["history-filter"].click()
    await app["history-queue"].select_option("que_support")
    await app["history-outcome"].select_option("voicemail")
    assert await barriers(app.page) == []
    await app["history-show"].click()
    await expect(app["history-row"]).to_have_count(len(left))
    assert app.page.url.endswith("#/history?outcome=voicemail&queue=que_support")
    assert {"outcome": "voicemail", "queue_id": "que_support"} in app.stage.asked_calls
    await expect(app["history-filter"]).to_have_text("Filter (2)")
    await app["history-row"].first.click()
    await app["detail"].wait_for()
    assert app.page.url.endswith("?outcome=voicemail&queue=que_support")
    await app["detail"].get_by_text("History", exact=True).click()
    await expect(app["history-row"]).to_have_count(len(left))
    await app.page.reload()
    await expect(app["history-row"]).to_have_count(len(left))
    await app.page.locator("[data-testid=history-part][data-part=outcome]").click()
    await expect(app["history-row"]).to_have_count(len(support))
    await app.page.go_back()
    await expect(app["history-row"]).to_have_count(len(left))
    await app["history-clear"].click()
    await expect(app["history-row"]).to_have_count(len(app.stage.rows))
    assert app.page.url.endswith("#/history")


async def test_what_is_typed_is_looked_for_within_the_filter_and_stands_in_no_address(app: App) -> None:
    await app.open("#/history?direction=inbound&agent=usr_saraa")
    await app["search"].fill("өнөр")
    await expect(app["history-row"]).to_have_count(1)
    body = [body for method, path, body in app.stage.asked if path == "/v1/calls/search"][-1]
    assert body == {"q": "өнөр", "limit": 25, "direction": "inbound", "agent_id": "usr_saraa"}
    Search.model_validate(body)
    assert app.page.url.endswith("#/history?direction=inbound&agent=usr_saraa")


async def test_an_empty_list_says_which_filter_hides_the_calls(app: App) -> None:
    await app.open("#/history?from=2020-01-01&to=2020-01-02&queue=que_support")
    await app["history-none"].get_by_text("There are calls without one of these").wait_for()
    hiding = app["history-without"]
    await expect(hiding).to_have_text(["Without “Wed 1 Jan to Thu 2 Jan”"])
    assert await barriers(app.page) == []
    await hiding.click()
    await app["history-row"].first.wait_for()
    assert app.page.url.endswith("#/history?queue=que_support")
    await wait_until(lambda: {"queue_id": "que_support"} in app.stage.asked_calls, PATIENCE_S)


async def test_a_preset_of_days_stays_what_it_is_called_and_days_of_ones_own_replace_it(app: App) -> None:
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    await app.open("#/history")
    await app["history-when-week"].click()
    await app.page.wait_for_url("**/#/history?when=week")
    await app["history-filter"].click()
    await app["history-from"].fill("2026-11-02")
    await app["history-from"].dispatch_event("change")
    await app.page.wait_for_url("**/#/history?from=2026-11-02")
    await app["history-show"].click()
    await expect(app.page.locator("[data-testid=history-part][data-part=span]")).to_have_text("since Mon 2 Nov")
    await expect(app["history-when-week"]).to_have_attribute("aria-pressed", "false")
    await wait_until(lambda: {"from": "2026-11-02"} in app.stage.asked_calls, PATIENCE_S)


async def test_an_address_with_a_filter_that_is_none_asks_for_all_calls(app: App) -> None:
    await app.open("#/history?when=ever&outcome=open&queue=%3Cb%3E&from=tomorrow&direction=up")
    await expect(app["history-row"]).to_have_count(len(app.stage.rows))
    assert not any(app.stage.asked_calls)
