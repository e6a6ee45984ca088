"""Opening hours are changed in the app: they are the real API's, which says what is wrong and what they are used by."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.driver import App
from tests.support.http.api import Api

WEEK = [{"day": day, "opens": "09:00", "closes": "17:00"} for day in ("mon", "tue", "wed", "thu", "fri")]


async def test_they_are_changed_and_discarded_and_a_name_that_is_taken_is_refused(app: App, api: Api) -> None:
    org = await api.organisation()

    async def served(method: str, path: str, body: Any) -> tuple[int, Any]:
        answer = await org.call("owner", method, path, **({} if body is None else {"json": body}))
        return answer.status_code, answer.json() if answer.content else None

    async def stored() -> dict[str, Any]:
        found: dict[str, Any] = (await org.call("owner", "GET", f"/v1/hours/{office}")).json()
        return found

    office = (await org.call("owner", "POST", "/v1/hours", json={"name": "Office", "weekly": WEEK})).json()["id"]
    assert (await org.call("owner", "POST", "/v1/hours", json={"name": "Always"})).status_code == 201
    app.stage.served, app.stage.served_at = served, ("/v1/hours?", f"/v1/hours/{office}?")
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.page.set_viewport_size({"width": 1440, "height": 900})  # there is no calendar on a phone
    await app.open(f"#/hours/{office}")
    await app["mon-closes"].fill("18:30")
    await app["week-same"].click()
    await app["fri-remove"].click()
    await app["calendar-after"].click()
    day = app["calendar-day"].nth(9)
    on = await day.get_attribute("data-on")
    await day.click()
    await app["exception-name"].fill("Stocktaking")
    await app["exception-keep"].click()
    await expect(day).to_contain_text("closed")
    await app.page.get_by_text("Not saved yet: week, exceptions").wait_for()
    await app["hours-save"].click()
    await app["hours-saved"].wait_for()
    changed = await stored()
    assert [(one["day"], one["closes"]) for one in changed["weekly"]] == [
        (day, "18:30") for day in ("mon", "tue", "wed", "thu")
    ]
    assert [(one["on"], one["name"]) for one in changed["holidays"]] == [(on, "Stocktaking")]
    [sent] = [body for method, path, body in app.stage.asked if (method, path) == ("PATCH", f"/v1/hours/{office}")]
    assert sorted(sent) == ["holidays", "weekly"], "what was not changed is not sent"
    await app["mon-closes"].fill("19:00")
    await app["hours-discard"].click()
    await expect(app["mon-closes"]).to_have_value("18:30")
    await app["hours-name"].fill("always")
    await app["hours-save"].click()
    await app.page.get_by_text("There are already opening hours with this name.").wait_for()
    assert (await stored())["name"] == "Office"
