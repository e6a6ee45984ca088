"""The activity log of a contact and of a task in a real browser, on the real server: on a phone and on a laptop."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect
from tests.e2e.test_app_contacts import LAPTOP, NUMBER, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import System
from tests.support.wait import wait_until


async def says(seat: Seat) -> list[str]:
    """The first line of each entry, the newest first."""
    return [text.split("\n")[0] for text in await seat["activity-entry"].all_inner_texts()]


async def test_a_call_a_note_a_task_and_a_comment_stand_in_order_on_a_phone_and_on_a_laptop(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat, ann = await acme.agent("Bat Erdene", phone=False), await acme.agent("Ann", "supervisor", phone=False)
        person = await acme.post("/v1/people", {"given": "Хулан", "numbers": [{"number": NUMBER}]})
        call = await acme.customer(NUMBER, "Wireless Caller").dial(acme.number)
        await wait_until(lambda: call.answered_at, 10)
        call.hang_up()
        await acme.ended()
        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone.go(f"#/contacts/{person['id']}")
            await phone["activity"].get_by_text("Incoming call").wait_for()
            await phone["contact-edit"].click()
            await phone["contact-notes-field"].fill("Call before noon")
            await phone["contact-save"].click()
            await phone["activity"].get_by_text("Notes: Call before noon").wait_for()
            await phone["contact-task-new"].click()
            await phone["task-title"].fill("Send the offer")
            await phone["task-save"].click()
            await phone["activity"].get_by_text("Bat Erdene created the task").wait_for()
            told = [one.split(":")[0] for one in await says(phone)]  # what became of the call is the queue's matter
            assert [one for one in told if "Call24" not in one] == [
                "Bat Erdene created the task",
                "Bat Erdene changed the contact",
                "Incoming call",
                "Olga Owner added the contact",
            ]
            await expect(phone["activity-day"]).to_have_text(["Today"])
            await phone["activity"].scroll_into_view_if_needed()
            assert await barriers(phone.page) == []
            await phone["activity-entry"].last.scroll_into_view_if_needed()
            await phone.picture("activity-contact-phone")

        async with signed_in(browser, system, ann, LAPTOP) as laptop:
            await laptop.go(f"#/contacts/{person['id']}")
            await laptop["activity-entry"].get_by_role("link", name="Send the offer").click()
            await laptop["task-name"].get_by_text("Send the offer").wait_for()
            await laptop["comment-text"].fill("They wait for it until Friday.")
            await laptop["comment-send"].click()
            await laptop["activity"].get_by_text("They wait for it until Friday.").wait_for()
            await laptop["task-priority"].select_option("high")
            await laptop["activity"].get_by_text("Priority: Normal → High").wait_for()
            assert [one for one in await says(laptop) if not one.startswith("You were")] == [
                "Ann changed the task",
                "Ann commented",
                "Bat Erdene created the task",
            ]
            assert await barriers(laptop.page) == []
            await laptop["activity-entry"].last.scroll_into_view_if_needed()
            await laptop.picture("activity-task-laptop")
            await laptop.go(f"#/contacts/{person['id']}")
            await laptop["activity"].get_by_text("Ann commented").wait_for()
            assert await barriers(laptop.page) == []
            await laptop["activity-entry"].last.scroll_into_view_if_needed()
            await laptop.picture("activity-contact-laptop")
            await laptop["activity-entry"].get_by_role("link", name="Incoming call").click()
            await laptop["detail"].wait_for()
            await laptop["caller-activity"].click()
            await laptop["activity"].get_by_text("Ann commented").wait_for()
            links = laptop["activity-entry"].get_by_role("link", name="Incoming call")
            assert await links.count() == 0, "it is this call"
            assert await barriers(laptop.page) == []
            await laptop["activity-entry"].last.scroll_into_view_if_needed()
            await laptop.picture("activity-caller-laptop")


@pytest.mark.long(
    "integration/activity/test_activity.py::test_of_much_that_may_not_be_seen_short_pages_lead_on_to_what_may"
)
async def test_a_long_log_is_loaded_page_by_page_and_what_fails_is_tried_again(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)
        person = await acme.post("/v1/people", {"given": "Ben", "numbers": [{"number": NUMBER}]})
        for number in range(30):
            await acme.post("/v1/tasks", {"title": f"Task {number}", "person_id": person["id"], **await helped(acme)})
        answers = iter(["fail", "empty"])

        async def first(route: Route) -> None:
            match next(answers, "on"):
                case "fail":
                    await route.fulfill(status=503, json={"code": "unavailable", "title": "Unavailable"})
                case "empty":
                    await route.fulfill(status=200, json={"items": [], "next": None})
                case _:
                    await route.continue_()

        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone.page.route("**/activity?*", first)
            await phone.go(f"#/contacts/{person['id']}")
            await phone["activity"].get_by_text("The activity could not be read").wait_for()
            assert await barriers(phone.page) == []
            await phone["activity-again"].scroll_into_view_if_needed()
            await phone.picture("activity-failed-phone")
            await phone["activity-again"].click()
            await phone["activity"].get_by_text("Nothing has happened yet").wait_for()
            await phone.page.reload()
            await expect(phone["activity-entry"]).to_have_count(25)
            await phone["activity-more"].click()
            await expect(phone["activity-entry"]).to_have_count(31)
            await expect(phone["activity-more"]).to_have_count(0)
            titles = [text for text in await phone["activity-entry"].all_inner_texts() if "Task" in text]
            numbers = [int(text.split("Task ")[1].split("\n")[0]) for text in titles]
            assert numbers == sorted(range(30), reverse=True)


async def helped(acme: Any) -> dict[str, str]:
    """Into a queue whose tasks the agent sees."""
    [queue, *_] = (await acme.http.get("/v1/queues")).json()["items"]
    return {"queue_id": queue["id"]}
