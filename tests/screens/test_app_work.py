"""The work list: list and detail, board, comments, changes of many; the app in a real browser, the server a stage."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.wait import PATIENCE_S, wait_until

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def bodies(app: App, method: str, path: str) -> list[Any]:
    return [body for asked, where, body in app.stage.asked if (asked, where) == (method, path)]


async def laptop(app: App, where: str) -> None:
    await app.page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await app.open(where)


async def test_a_task_is_opened_beside_the_list_and_read_with_comments_and_activity(app: App) -> None:
    await laptop(app, "#/work")
    await app.page.locator("[data-testid=task][data-id=tsk_d] [data-testid=task-open]").click()
    await app["task-name"].get_by_text("Send the new price list to Northwind").wait_for()
    assert await app["task"].count() == 4, "the list stays beside it"
    await app["comments"].get_by_text("They asked twice.").wait_for()
    await app["activity"].get_by_text("Priority: Normal → High").wait_for()
    assert await barriers(app.page) == []
    await app["task-state"].select_option("waiting")
    await wait_until(
        lambda: bodies(app, "PATCH", "/v1/tasks/tsk_d") == [{"state": "waiting", "version": 1}], PATIENCE_S
    )


@pytest.mark.long("test_a_task_is_opened_beside_the_list_and_read_with_comments_and_activity")
async def test_on_a_phone_a_task_covers_the_list_and_leads_back(app: App) -> None:
    await app.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await app.open("#/work/tsk_d")
    await app["task-name"].wait_for()
    assert not await app["task"].first.is_visible()
    assert await barriers(app.page) == []
    await app["task-detail"].get_by_text("Work", exact=True).click()
    await app["task"].first.wait_for()


async def test_a_colleague_is_named_in_a_comment_by_a_button_and_is_told(app: App) -> None:
    await laptop(app, "#/work/tsk_d")
    await app["comment-text"].fill("Please look, @")
    await app["comment-mention"].first.wait_for()
    name = (await app["comment-mention"].first.inner_text()).removeprefix("@")
    await app["comment-mention"].first.click()
    await app["comment-send"].click()
    await wait_until(lambda: len(bodies(app, "POST", "/v1/tasks/tsk_d/comments")) == 1, PATIENCE_S)
    [sent] = bodies(app, "POST", "/v1/tasks/tsk_d/comments")
    assert sent["text"].strip() == f"Please look, @{name}" and len(sent["mentions"]) == 1
    await app["comment"].nth(1).wait_for()
    await app["comment-delete"].click()
    await app["comment"].nth(1).wait_for(state="detached")


async def test_a_checklist_is_ticked_and_grows(app: App) -> None:
    app.stage.tasks[3] = {**app.stage.tasks[3], "checklist": [{"text": "Bill", "done": False}]}
    await laptop(app, "#/work/tsk_d")
    await app["checklist-item"].get_by_role("checkbox").check()
    await wait_until(lambda: len(bodies(app, "PATCH", "/v1/tasks/tsk_d")) == 1, PATIENCE_S)
    await app["checklist-new"].fill("Letterhead")
    await app["checklist-new"].press("Enter")
    await app["checklist-item"].nth(1).wait_for()
    assert [body["checklist"] for body in bodies(app, "PATCH", "/v1/tasks/tsk_d")] == [
        [{"text": "Bill", "done": True}],
        [{"text": "Bill", "done": True}, {"text": "Letterhead", "done": False}],
    ]


async def test_the_board_is_worked_with_the_keyboard_and_with_a_pointer(app: App) -> None:
    await laptop(app, "#/work/board")
    card = app.page.locator("[data-testid=card][data-id=tsk_b]")
    await card.focus()
    await card.press("ArrowRight")
    column = app.page.locator("[data-testid=column-in_progress]")
    await column.locator("[data-id=tsk_b]").wait_for()
    assert bodies(app, "PATCH", "/v1/tasks/tsk_b") == [{"state": "in_progress", "version": 1}]
    assert await app.page.evaluate("document.activeElement.id") == "card-tsk_b", "the card that was moved has the focus"
    assert await barriers(app.page) == []
    await app.page.locator("[data-testid=card][data-id=tsk_a]").drag_to(app["column-waiting"])
    await app["column-waiting"].locator("[data-id=tsk_a]").wait_for()
    assert bodies(app, "PATCH", "/v1/tasks/tsk_a") == [{"state": "waiting", "version": 1}]


async def test_many_are_changed_at_once_and_it_is_undone(app: App) -> None:
    await laptop(app, "#/work")
    rows = app["task-choose"]
    await rows.nth(0).check()
    await rows.nth(1).check()
    await app["bulk-count"].get_by_text("2 tasks chosen").wait_for()
    assert await barriers(app.page) == []
    await app["bulk-priority"].select_option("urgent")
    await app["undo-toast"].get_by_text("2 tasks have the priority urgent now").wait_for()
    assert bodies(app, "POST", "/v1/task-bulk-changes") == [
        {"change": {"priority": "urgent"}, "ids": ["tsk_a", "tsk_b"]}
    ]
    await app["undo-now"].click()
    await app["undo-toast"].wait_for(state="detached")
    assert app.stage.was_asked("POST", "/v1/task-bulk-changes/tbc_1/undo") == 1


async def test_what_the_list_asks_for_becomes_a_file_that_says_how_far_it_is(app: App) -> None:
    exports = "/v1/task-exports"
    row = {"id": "exp_1", "state": "running", "format": "csv", "filters": {}, "q": "", "tasks": 300, "tasks_done": 120}
    row |= {"percent": 40, "trouble": None, "created_at": scene.ago(hours=1), "delete_at": scene.ahead(hours=23)}
    app.stage.fail = {
        exports: (200, {**row, "id": "exp_2", "items": [row], "next": None}),
        f"{exports}/exp_1": (200, {}),
    }
    await laptop(app, "#/work")
    await app["tasks-view-closed"].click()
    await app["tasks-search"].fill("price")
    await app["tasks-export"].click()
    sheet = app["tasks-export-sheet"]
    await sheet.get_by_text("40 %").wait_for()
    await app["task-export-format-jsonl"].check()
    assert await barriers(app.page) == []
    await wait_until(lambda: bodies(app, "POST", "/v1/tasks/search")[-1].get("q") == "price", PATIENCE_S)
    await app["task-export-begin"].click()
    await wait_until(
        lambda: bodies(app, "POST", exports) == [{"closed": True, "q": "price", "format": "jsonl"}], PATIENCE_S
    )
    done = {**row, "state": "done", "tasks_done": 300, "percent": 100}
    app.stage.fail[exports] = (200, {"items": [done], "next": None})
    await app["task-export-save"].wait_for()
    await sheet.get_by_text("300 tasks").wait_for()
    await app["task-export-drop"].click()
    await app["delete-now"].click()
    await expect(app["task-export-row"]).to_have_count(0)
    assert app.stage.was_asked("DELETE", f"{exports}/exp_1") == 1


async def test_a_task_is_written_down_with_its_due_date(app: App) -> None:
    await laptop(app, "#/work")
    await app["task-new"].click()
    await app["task-title"].fill("Order headsets")
    await app["task-due"].fill("2099-01-02T09:30")
    assert await barriers(app.page) == []
    await app["task-save"].click()
    await wait_until(lambda: len(bodies(app, "POST", "/v1/tasks")) == 1, PATIENCE_S)
    [made] = bodies(app, "POST", "/v1/tasks")
    assert (made["title"], made["priority"], made["due_at"][:11]) == ("Order headsets", "normal", "2099-01-02T")
    await app["task-name"].get_by_text("Order headsets").wait_for()


async def test_a_filter_is_saved_and_used_again(app: App) -> None:
    await laptop(app, "#/work")
    await app["tasks-mine"].click()
    await app["tasks-more-filters"].click()
    await app["tasks-priority"].select_option("urgent")
    await app["tasks-save-name"].fill("My urgent")
    await app["tasks-save"].click()
    await app["saved-filter"].wait_for()
    assert bodies(app, "POST", "/v1/task-filters") == [
        {"name": "My urgent", "closed": False, "assignee": "me", "priority": "urgent", "sort": "newest"}
    ]
    await app["tasks-view-closed"].click()
    await app["saved-filter"].get_by_text("My urgent").click()
    await expect(app["tasks-mine"]).to_have_attribute("aria-pressed", "true")


async def test_a_recurring_task_is_set_up_in_words_and_ended(app: App) -> None:
    await laptop(app, "#/work/recurring")
    await app["recurring"].get_by_text("No recurring tasks yet").wait_for()
    await app["recurring-new"].click()
    await app["recurring-title"].fill("Count the till")
    await app["recurring-rule"].select_option("weekdays")
    await app["recurring-starts"].fill("2099-01-05T09:00")
    assert await barriers(app.page) == []
    await app["recurring-save"].click()
    await app["recurring-row"].get_by_text("Monday to Friday").wait_for()
    [made] = bodies(app, "POST", "/v1/task-series")
    assert (made["rule"], made["starts"]) == ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2099-01-05T09:00")
    await app["recurring-remove"].click()
    await app["delete-sheet"].get_by_text("No task was made yet.").wait_for()
    await app["delete-now"].click()
    await app["recurring"].get_by_text("No recurring tasks yet").wait_for()


async def test_where_no_e_mail_is_received_the_page_of_addresses_says_so(app: App) -> None:
    async def served(method: str, path: str, body: Any) -> tuple[int, Any]:
        return 200, {"items": [], "received": False}

    app.stage.served, app.stage.served_at = served, "/v1/task-addresses?"
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.open("#/task-addresses")
    await app["address-not-received"].wait_for()
    assert await app["address-new"].count() == 0
