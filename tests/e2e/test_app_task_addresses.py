"""Addresses for tasks in a real browser, on the real server: made, written to, replaced, switched off, deleted."""

from __future__ import annotations

from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app.axe import barriers
from tests.support.product.mails import Sender, letter
from tests.support.product.system import System
from tests.support.wait import wait_until


async def test_an_address_is_made_on_a_phone_and_its_e_mail_is_a_task_on_a_laptop(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        owner = await acme.agent("Olga", "owner", phone=False)
        sender = Sender(system.settings.mail_in_port)
        async with signed_in(
            browser, system, owner, PHONE, permissions=["clipboard-read", "clipboard-write"], color_scheme="dark"
        ) as phone:
            await phone.go("#/administration")
            await phone["open-task-addresses"].click()
            await phone.page.get_by_text("No addresses yet").wait_for()
            await phone["address-new"].click()
            await phone["address-name"].fill("Support")
            await phone["address-queue"].select_option(acme.queue_id)
            assert await barriers(phone.page) == []
            await phone["address-save"].click()
            address = await phone["address-value"].inner_text()
            assert address.endswith("@tasks.example.org")
            await phone["address-value-copy"].click()
            copied = "address => navigator.clipboard.readText().then((text) => text === address)"
            await wait_until(lambda: phone.page.evaluate(copied, address), 10)
            assert await barriers(phone.page) == []
            await phone.picture("task-addresses-phone")
        assert (await sender.send(address, letter("The printer smokes")))[0] == 250
        async with signed_in(browser, system, owner, LAPTOP) as laptop:
            await laptop.go("#/work")
            await laptop.page.get_by_text("The printer smokes").first.wait_for()
            await laptop.go("#/task-addresses")
            await laptop["address-row"].get_by_text("On", exact=True).wait_for()
            await laptop["address-switch"].click()
            await laptop["address-row"].get_by_text("Off", exact=True).wait_for()
            assert (await sender.send(address, letter("Off")))[0] == 550
            await laptop["address-switch"].click()
            await laptop["address-row"].get_by_text("On", exact=True).wait_for()
            await laptop["address-replace"].click()
            await laptop["address-replace-now"].click()
            await expect(laptop["address-value"]).not_to_have_text(address)
            assert (await sender.send(address, letter("Old")))[0] == 550
            assert (await sender.send(await laptop["address-value"].inner_text(), letter("New")))[0] == 250
            assert await barriers(laptop.page) == []
            await laptop.picture("task-addresses-laptop")
            await laptop["address-delete"].click()
            await laptop["delete-now"].click()
            await laptop.page.get_by_text("No addresses yet").wait_for()
        titles = sorted(one["title"] for one in (await acme.http.get("/v1/tasks")).json()["items"])
        assert titles == ["New", "The printer smokes"]
