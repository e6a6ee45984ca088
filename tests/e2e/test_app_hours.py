"""Opening hours in a real browser, on the real server: on a phone and on a laptop."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import Organisation, System

WEEK = [{"day": day, "opens": "09:00", "closes": "17:00"} for day in ("mon", "tue", "wed", "thu", "fri")]


async def stored(acme: Organisation) -> list[dict[str, Any]]:
    found = (await acme.http.get("/v1/hours")).json()["items"]
    return [{name: hours[name] for name in ("name", "timezone", "weekly", "holidays")} for hours in found]


async def add_exception(seat: Seat, on: str, name: str, *times: str) -> None:
    await seat["exception-add"].click()
    await seat["exception-on"].fill(on)
    await seat["exception-name"].fill(name)
    if times:
        await seat["exception-special"].check()
        await seat["exception-opens"].fill(times[0])
        await seat["exception-closes"].fill(times[1])
    await seat["exception-keep"].click()
    await seat["exception-sheet"].wait_for(state="detached")


async def test_opening_hours_are_added_on_a_phone_with_breaks_nights_and_exceptions(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        async with signed_in(browser, system, bea, PHONE) as phone:
            await phone["tab-me"].click()
            await phone["open-administration"].click()
            await phone["open-hours"].click()
            await phone.page.get_by_text("No opening hours yet").wait_for()
            assert await barriers(phone.page) == []
            await phone["hours-new"].click()
            await phone["hours-name"].fill("Office")
            await phone["hours-timezone"].select_option("Asia/Ulaanbaatar")
            await phone["mon-closes"].fill("12:00")
            await phone["mon-add"].click()
            await expect(phone["mon-opens"].nth(1)).to_have_value("13:00")
            await phone["sat-add"].click()
            await phone["sat-opens"].fill("18:00")
            await phone["sat-closes"].fill("18:00")
            await phone["day-sat"].get_by_text("opens and closes at the same time").wait_for()
            await phone["hours-save"].click()
            assert await stored(acme) == [], "what is wrong is not sent"
            await phone["sat-closes"].fill("02:00")
            await phone["day-sat"].get_by_text("closes on the next day").wait_for()
            await phone["sun-add"].click()
            await phone["sun-opens"].fill("00:00")
            await phone["sun-closes"].fill("00:00")
            await phone["day-sun"].get_by_text("the whole day").wait_for()
            await add_exception(phone, "2027-12-25", "Christmas Day")
            await add_exception(phone, "2027-12-24", "Christmas Eve", "09:00", "13:00")
            await expect(phone["exception-row"].first).to_contain_text("Christmas Eve")
            assert await barriers(phone.page) == []
            await phone.page.evaluate("scrollTo(0, 0)")
            await phone.picture("hours-new-phone")
            await phone["hours-save"].click()
            await phone["hours-state"].wait_for()
            await phone["hours-users"].get_by_text("No queue and no flow uses them").wait_for()
            assert await barriers(phone.page) == []
        monday = [
            {"day": "mon", "opens": "09:00", "closes": "12:00"},
            {"day": "mon", "opens": "13:00", "closes": "17:00"},
        ]
        weekend = [
            {"day": "sat", "opens": "18:00", "closes": "02:00"},
            {"day": "sun", "opens": "00:00", "closes": "24:00"},
        ]
        unordered = (await stored(acme))[0]
        assert unordered["weekly"] == [
            {"opens": one["opens"], "closes": one["closes"], "day": one["day"]}
            for one in (*monday, *WEEK[1:], *weekend)
        ]
        assert (unordered["name"], unordered["timezone"]) == ("Office", "Asia/Ulaanbaatar")
        assert unordered["holidays"] == [
            {"on": "2027-12-24", "name": "Christmas Eve", "spans": [{"opens": "09:00", "closes": "13:00"}]},
            {"on": "2027-12-25", "name": "Christmas Day", "spans": []},
        ]


@pytest.mark.long("screens/test_app_hours.py::test_they_are_changed_and_discarded_and_a_name_that_is_taken_is_refused")
async def test_they_are_changed_on_a_laptop_and_what_uses_them_keeps_them(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        body = {"name": "Office", "weekly": WEEK, "holidays": [{"on": "2020-01-01", "name": "Long ago"}]}
        made = await acme.post("/v1/hours", body)
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        always = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in days]
        await acme.post("/v1/hours", {"name": "Always", "weekly": always})
        await acme.change_queue(hours_id=made["id"])
        nodes = {
            "ask": {"type": "hours", "hours_id": made["id"], "open": "in", "closed": "end"},
            "in": {"type": "queue", "queue_id": acme.queue_id},
            "end": {"type": "hang_up", "prompt": None},
        }
        flow = await acme.flow("ask", nodes, "Main menu")
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop.go("#/hours")
            row = laptop["hours-row"].filter(has_text="Always")
            await expect(row).to_contain_text("open")
            await expect(row).to_contain_text("Mon–Sun all day")
            assert await barriers(laptop.page) == []
            await laptop.picture("hours-list-laptop")
            await laptop["hours-row"].filter(has_text="Office").click()
            await expect(laptop["hours-users"]).to_contain_text("flow Main menu")
            links = laptop["hours-users"].get_by_role("link")
            leads = await links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
            assert leads == [f"#/queues/{acme.queue_id}", f"#/flows/{flow}"]
            await laptop["mon-closes"].fill("18:30")
            await laptop["week-same"].click()
            await laptop["fri-remove"].click()
            month = await laptop["calendar-month"].inner_text()
            await laptop["calendar-after"].click()
            await expect(laptop["calendar-month"]).not_to_have_text(month)
            day = laptop["calendar-day"].nth(9)
            on = await day.get_attribute("data-on")
            await day.click()
            await laptop["exception-name"].fill("Stocktaking")
            await laptop["exception-keep"].click()
            await expect(day).to_contain_text("closed")
            await expect(laptop["exception-row"]).to_have_count(1)
            await laptop["exception-past"].click()
            await expect(laptop["exception-row"]).to_have_count(2)
            await laptop.page.get_by_text("Not saved yet: week, exceptions").wait_for()
            assert await barriers(laptop.page) == []
            await laptop.page.evaluate("scrollTo(0, 0)")
            await laptop.picture("hours-laptop")
            await laptop["hours-save"].click()
            await laptop["hours-saved"].wait_for()
            office = next(one for one in await stored(acme) if one["name"] == "Office")
            assert [(one["day"], one["closes"]) for one in office["weekly"]] == [
                (day, "18:30") for day in ("mon", "tue", "wed", "thu")
            ]
            assert [one["on"] for one in office["holidays"]] == ["2020-01-01", on]
            await laptop["mon-closes"].fill("19:00")
            await laptop["hours-discard"].click()
            await expect(laptop["mon-closes"]).to_have_value("18:30")
            await laptop["hours-name"].fill("always")
            await laptop["hours-save"].click()
            await laptop.page.get_by_text("There are already opening hours with this name.").wait_for()
            await laptop["hours-discard"].click()
            await laptop["hours-delete"].click()
            await laptop["delete-now"].click()
            await laptop["delete-problem"].get_by_text("Main menu").wait_for()
            assert await barriers(laptop.page) == []
            assert len(await stored(acme)) == 2
            await laptop["delete-keep"].click()
            await laptop.go("#/hours")
            await laptop["hours-row"].filter(has_text="Always").click()
            await laptop["hours-delete"].click()
            await laptop["delete-now"].click()
            await expect(laptop["hours-row"]).to_have_count(1)
            assert [one["name"] for one in await stored(acme)] == ["Office"]


async def test_who_may_only_see_them_is_shown_no_field(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        sue = await acme.agent("Sue", "supervisor", phone=False)
        made = await acme.post("/v1/hours", {"name": "Office", "weekly": WEEK})
        async with signed_in(browser, system, sue, PHONE, color_scheme="dark") as phone:
            await phone.go(f"#/hours/{made['id']}")
            await phone["read-only"].wait_for()
            await phone["day-mon"].get_by_text("09:00 – 17:00").wait_for()
            await expect(phone["hours-users"]).to_have_text("No queue and no flow uses them yet.")
            assert await phone.page.locator("main input, main select").count() == 0
            assert await phone["hours-delete"].count() == await phone["exception-add"].count() == 0
            assert await barriers(phone.page) == []
            await phone.picture("hours-seen-phone-dark")
