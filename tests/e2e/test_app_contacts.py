"""The address book in a real browser, on the real server: on a phone and on a laptop."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from tests.support.app.axe import barriers
from tests.support.app.browser import violations_of
from tests.support.app.signed_in import session_of
from tests.support.app.stage import keep_signed_in
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

NUMBER, SHARED = "+442079460171", "+442079460172"
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


class Seat:
    """A page by its test ids, signed in as somebody."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __getitem__(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def go(self, place: str) -> None:
        await self.page.evaluate("place => { location.hash = place }", place)

    async def picture(self, name: str) -> None:
        """Where CALL24_PICTURES names a folder."""
        if folder := os.environ.get("CALL24_PICTURES"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png")


@asynccontextmanager
async def signed_in(
    browser: Browser, system: System, who: Agent, size: dict[str, int], **options: Any
) -> AsyncIterator[Seat]:
    """`options`: of the browser's context."""
    context = await browser.new_context(ignore_https_errors=True, viewport=size, service_workers="block", **options)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    forbidden, seat = violations_of(page), Seat(page)
    await keep_signed_in(page, await session_of(who))
    await page.goto(system.base_url)
    await seat["tab-me"].wait_for()
    yield seat
    await context.close()
    assert (errors, forbidden) == ([], [])


async def test_who_called_is_written_down_on_a_phone_and_found_by_name_on_a_laptop(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat, ann = await acme.agent("Bat Erdene", phone=False), await acme.agent("Ann", "supervisor", phone=False)
        call = await acme.customer(NUMBER, "Wireless Caller").dial(acme.number)
        await wait_until(lambda: call.answered_at, 10)
        call.hang_up()
        await acme.ended()
        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone["tab-contacts"].click()
            await phone.page.get_by_text("No contacts yet").wait_for()
            await phone["contact-new"].click()
            await phone["contact-save"].click()
            await phone["contact-problem"].get_by_text("Not saved").wait_for()
            await phone["contact-given"].fill("Хулан")
            await phone["contact-patronymic"].fill("Батын")
            await phone["contact-order"].select_option("patronymic_first")
            await phone["contact-company"].fill("Northern Lights")
            await phone["number-add"].click()
            await phone["number-value"].fill("12")
            await phone["contact-save"].click()
            await phone.page.get_by_text("a telephone number, such as").wait_for()
            await phone["number-value"].fill("020 7946 0171")
            await phone["number-label"].fill("mobile")
            assert await barriers(phone.page) == []
            await phone.picture("contacts-form-phone")
            await phone["contact-save"].click()
            await expect(phone["contact-name"]).to_have_text("Батын Хулан")
            await expect(phone["contact-number"]).to_have_attribute("data-number", NUMBER)
            assert await barriers(phone.page) == []
            await phone.picture("contacts-person-phone")

        async with signed_in(browser, system, ann, LAPTOP) as laptop:
            await laptop.go("#/history")
            await laptop["history-row"].get_by_text("Батын Хулан").wait_for()
            await laptop["tab-contacts"].click()
            await expect(laptop["contact-row"]).to_have_count(1)
            for q in ("khulan", "khulen"):  # as it is spelt, and mistyped
                await laptop["contacts-search"].fill("nobody")
                await laptop.page.get_by_text("No contact matches").wait_for()
                await laptop["contacts-search"].fill(q)
                await laptop["contact-row"].get_by_text("Northern Lights").wait_for()
            await laptop["contact-row"].click()
            await laptop["contact-calls"].get_by_test_id("history-row").wait_for()
            assert await laptop["contact-row"].count() == 1, "the list stays beside it"
            await laptop["contact-task-new"].click()
            await laptop["task-title"].fill("Send the offer")
            await laptop["task-save"].click()
            await laptop["contact-task"].get_by_text("Send the offer").wait_for()
            every = (await acme.http.get("/v1/tasks")).json()["items"]
            [made] = [one for one in every if one["kind"] == "manual"]  # on a slow machine the call was missed too
            person = await laptop["contact"].get_attribute("data-id")
            assert (made["title"], made["person_id"]) == ("Send the offer", person)
            assert await barriers(laptop.page) == []
            await laptop["contact-edit"].click()
            await laptop["contact-notes-field"].fill("Call before noon")
            await laptop.picture("contacts-form-laptop")
            await laptop["contact-save"].click()
            await laptop["contact-notes"].get_by_text("Call before noon").wait_for()
            await laptop.picture("contacts-laptop")
            await laptop["contact-delete"].click()
            await laptop["delete-now"].click()
            await laptop["contact-row"].wait_for(state="detached")
            await laptop.go("#/history")
            await laptop["history-row"].get_by_text("Wireless Caller").wait_for()


async def written_down_twice(acme: Organisation) -> None:
    """Khulan, and Ben, with whom one of the two entries shares a number."""
    mail = {"emails": [{"address": "khulan@example.mn"}]}
    one = {"given": "Хулан", "family": "Бат", "notes": "Likes tea", "numbers": [{"number": NUMBER}], **mail}
    other = {"given": "Khulan", "family": "Bat", "notes": "Rings late", "numbers": [{"number": SHARED}], **mail}
    for body in (one, other):
        await acme.post("/v1/people", body)
    await acme.post("/v1/people", {"given": "Ben", "family": "Bat", "numbers": [{"number": SHARED}]})


async def test_who_was_written_down_twice_is_merged_field_by_field_and_it_is_undone(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)
        await written_down_twice(acme)
        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone["tab-contacts"].click()
            await phone["contacts-duplicates"].click()
            await expect(phone["duplicate-pair"]).to_have_count(1, timeout=30_000)  # the server compares within seconds
            await expect(phone["duplicate-why"].get_by_role("listitem")).to_have_text(
                ["Same name", "Same e-mail address"]
            )
            assert await barriers(phone.page) == []
            await phone.picture("duplicates-phone")
            await phone["duplicate-compare"].click()
            await expect(phone["merge-field"]).to_have_count(3)
            given = phone.page.locator('[data-testid=merge-field][data-field="given"]')
            await given.get_by_test_id("merge-other").check()
            assert await barriers(phone.page) == []
            await phone.picture("merge-phone")
            await phone["merge-go"].click()
            await phone["undo-toast"].get_by_text("Khulan Bat was merged into Khulan Бат").wait_for()
            await phone.page.get_by_text("No duplicates").wait_for()
            assert await barriers(phone.page) == []
            await phone.picture("merged-phone")
            people = (await acme.http.get("/v1/people")).json()["items"]
            assert [(who["name"], who["notes"], len(who["numbers"])) for who in people] == [
                ("Ben Bat", "", 1),
                ("Khulan Бат", "Likes tea\n\nRings late", 2),
            ]
            await phone["undo-now"].click()
            await expect(phone["contact-name"]).to_have_text("Хулан Бат")
            people = (await acme.http.get("/v1/people")).json()["items"]
            assert [(who["name"], who["notes"]) for who in people] == [
                ("Ben Bat", ""),
                ("Хулан Бат", "Likes tea"),
                ("Khulan Bat", "Rings late"),
            ]
            await expect(phone["undo-toast"]).to_have_count(0)
            await phone.go("#/contacts/duplicates")
            await phone["duplicate-dismiss"].click()
            await phone.page.get_by_text("No duplicates").wait_for()
            [ben] = [who["id"] for who in people if who["name"] == "Ben Bat"]
            assert (await acme.http.delete(f"/v1/people/{ben}")).status_code < 300
            await phone.go("#/contacts")
            await phone["contacts-deleted"].click()
            await phone["past-undo"].click()
            await expect(phone["contact-name"]).to_have_text("Ben Bat")
            assert (await acme.http.get(f"/v1/people/{ben}")).status_code == 200


@pytest.mark.long("test_who_was_written_down_twice_is_merged_field_by_field_and_it_is_undone")
async def test_on_a_laptop_a_merge_and_a_deletion_are_undone_from_what_was_kept(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat Erdene", phone=False)
        await written_down_twice(acme)
        async with signed_in(browser, system, bat, LAPTOP) as laptop:
            await laptop["tab-contacts"].click()
            await laptop["contacts-duplicates"].click()
            await laptop["duplicate-compare"].wait_for()
            await laptop.picture("duplicates-laptop")
            await laptop["duplicate-compare"].click()
            await laptop.picture("merge-laptop")
            await laptop["merge-go"].click()
            await laptop["undo-close"].click()
            await laptop["contact-row"].get_by_text("Хулан Бат").click()
            await expect(laptop["past-entry"].first).to_have_attribute("data-kind", "merged")
            await laptop["past-entry"].first.scroll_into_view_if_needed()
            assert await barriers(laptop.page) == []
            await laptop.picture("contact-history-laptop")
            await laptop["past-undo"].first.click()
            await expect(laptop["contact-row"]).to_have_count(3)
            await laptop["contacts-duplicates"].click()
            await laptop["duplicate-dismiss"].click()
            await laptop.page.get_by_text("No duplicates").wait_for()

            await laptop["contact-row"].get_by_text("Ben Bat").click()
            await laptop["contact-delete"].click()
            await laptop["delete-now"].click()
            await expect(laptop["contact-row"]).to_have_count(2)
            await laptop["undo-close"].click()
            await laptop["contacts-deleted"].click()
            assert await barriers(laptop.page) == []
            await laptop.picture("contacts-deleted-laptop")
            await laptop["past-undo"].click()
            await expect(laptop["contact-name"]).to_have_text("Ben Bat")
            await expect(laptop["contact-row"]).to_have_count(3)


@pytest.mark.long("integration/people/test_people.py::test_a_private_entry_is_its_users_alone")
async def test_a_private_contact_is_shown_to_its_user_alone_and_calls_do_not_name_it(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat, ann = await acme.agent("Bat Erdene", phone=False), await acme.agent("Ann", "supervisor", phone=False)
        async with signed_in(browser, system, bat, LAPTOP) as mine, signed_in(browser, system, ann, PHONE) as other:
            await mine.go("#/contacts/new")
            await mine["contact-given"].fill("Doctor")
            await mine["contact-ours"].locator("xpath=..").click()
            await mine["contact-save"].click()
            await mine["contact-row"].get_by_text("Private").wait_for()
            await other["tab-contacts"].click()
            await other.page.get_by_text("No contacts yet").wait_for()
            await other.go(f"#/contacts/{await mine['contact'].get_attribute('data-id')}")
            await other.page.get_by_text("This contact is not here").wait_for()


@pytest.mark.long("e2e/test_app_privacy.py::test_an_officer_erases_a_caller_after_the_plan_and_keeps_the_receipt")
async def test_an_officer_erases_a_person_from_their_page_and_others_keep_the_number_they_share(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        petra = await acme.agent("Petra Privacy", "privacy_officer", phone=False, member=False)
        call = await acme.customer(NUMBER, "Wireless Caller").dial(acme.number)
        await wait_until(lambda: call.answered_at, 10)
        call.hang_up()
        await acme.ended()
        numbers = [{"number": NUMBER, "label": "mobile"}, {"number": SHARED, "label": "home"}]
        ann = await acme.post("/v1/people", {"given": "Ann", "numbers": numbers})
        await acme.post("/v1/people", {"given": "Ben", "numbers": [{"number": SHARED}]})
        async with signed_in(browser, system, petra, PHONE) as desk:
            await desk.go(f"#/contacts/{ann['id']}")
            await desk["contact-erase"].click()
            await expect(desk["erase-number"]).to_have_count(2)
            await desk["erase-number"].first.get_by_text("Goes, with 1 call").wait_for()
            await desk["erase-number"].last.get_by_text("Stays, with its calls: 1 other contact").wait_for()
            assert await barriers(desk.page) == []
            await desk.picture("erase-person-phone")
            await desk["erase-word"].fill("delete")
            assert await desk["erase-go"].is_disabled()
            await desk["erase-word"].fill("erase")
            await desk["erase-go"].click()
            await desk["erase-done"].wait_for()
            await desk["receipt"].wait_for()
            assert await barriers(desk.page) == []
            await desk.go("#/contacts")
            await expect(desk["contact-row"]).to_have_count(1)
        left = (await acme.http.get("/v1/people")).json()["items"]
        assert [(one["name"], one["numbers"][0]["number"]) for one in left] == [("Ben", SHARED)]
        assert await acme.records() == []
