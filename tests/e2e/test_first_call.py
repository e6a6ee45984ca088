"""A new owner gets from an empty installation to a first call from outside, with nothing but the app."""

from __future__ import annotations

import time

from playwright.async_api import Page, expect
from tests.support.app.axe import barriers
from tests.support.app.browsers import Browsers, browser_page
from tests.support.app.signed_in import Seen
from tests.support.product.system import AGENT_HZ, CALLER_HZ, PASSWORD, System, running_system
from tests.support.wait import wait_until

from call24.testphones.customer import Customer
from call24.testphones.rtp import Tone

CARRIER, CALLER, NUMBER = "127.0.0.1", "+442079460181", "+44 20 7946 0100"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def test_a_new_owner_gets_from_an_empty_installation_to_a_first_call_with_nothing_but_the_app(
    browsers: Browsers,
) -> None:
    with running_system(from_nothing=True) as system:
        async with browser_page(browsers, AGENT_HZ, phone=False) as page:
            page.set_default_timeout(20_000)
            owner = Seen(page)
            await is_set_up(owner, system)
            await has_a_carrier(owner)
            await opens_at_all_hours(owner)
            await greets_callers(owner)
            await has_a_queue_with_these_hours(owner)
            await has_a_number_with_this_greeting(owner)
            await rings_the_number_itself(owner)
            await invites_a_colleague(owner)
            await answers_a_call_from_outside(owner, page, system)


async def is_set_up(owner: Seen, system: System) -> None:
    """By the link that `./call24 up` shows. It works once."""
    token = (system.settings.secrets / "setup_token").read_text().strip()
    await owner.page.goto(f"{system.base_url}/#/setup/{token}")
    await owner["setup-organisation"].fill("Northwind")
    await owner["setup-name"].fill("Olga Owner")
    await owner["setup-email"].fill("olga@northwind.example")
    await owner["setup-password"].fill(PASSWORD)
    await owner["setup-region"].select_option("GB")
    await owner["setup-submit"].click()
    await owner["step-open-trunk"].or_(owner["policy-accept"]).first.wait_for()
    if await owner["policy-accept"].count():
        await owner["policy-accept"].click()
    assert await steps_done(owner) == []
    assert await barriers(owner.page) == []


async def steps_done(owner: Seen) -> list[str]:
    await owner["step-open-trunk"].wait_for()
    rows = owner.page.locator("[data-testid^=step-][data-done=true]")
    return [str(await row.get_attribute("data-testid")).removeprefix("step-") for row in await rows.all()]


async def has_a_carrier(owner: Seen) -> None:
    await owner["step-open-trunk"].click()
    await owner["trunk-name"].fill("Carrier")
    await owner["trunk-addresses"].fill(CARRIER)
    await owner["trunk-save"].click()
    await owner["step-open-hours"].wait_for()


async def opens_at_all_hours(owner: Seen) -> None:
    """So that the test can run at any."""
    await expect(owner["step-check-trunk"]).to_have_text("Incoming only")
    await owner["step-open-hours"].click()
    await owner["hours-name"].fill("Day and night")
    for day in DAYS:
        if not await owner[f"{day}-opens"].count():
            await owner[f"{day}-add"].click()
        await owner[f"{day}-opens"].fill("00:00")
        await owner[f"{day}-closes"].fill("00:00")
    await owner["hours-save"].click()
    await expect(owner["step-check-hours"]).to_have_text("Open now")


async def greets_callers(owner: Seen) -> None:
    await owner["step-open-greeting"].click()
    await owner["prompt-way-speak"].click()
    await owner["prompt-name"].fill("Welcome")
    await owner["prompt-text"].fill("Welcome to Northwind.")
    await owner["prompt-save"].click()
    await owner["step-greeting"].get_by_text("A greeting: Welcome").wait_for()


async def has_a_queue_with_these_hours(owner: Seen) -> None:
    await owner["step-open-queue"].click()
    await owner["queue-name"].fill("Support")
    await owner.page.get_by_label("Olga Owner").check()
    await expect(owner["queue-hours"].locator("option:checked")).to_have_text("Day and night")
    await owner["queue-save"].click()
    await owner["step-open-number"].wait_for()


async def has_a_number_with_this_greeting(owner: Seen) -> None:
    await owner["step-open-number"].click()
    await owner["number-number"].fill(NUMBER)
    await expect(owner["number-greeting"].locator("option:checked")).to_have_text("Welcome")
    await owner["number-save"].click()
    await owner["first-call-number"].wait_for()
    assert await steps_done(owner) == ["trunk", "hours", "greeting", "queue", "number", "people"]


async def rings_the_number_itself(owner: Seen) -> None:
    """By a call that Call24 itself makes. It proves nothing about the carrier, and is in no list."""
    await owner["test-call-start"].click()
    await expect(owner["test-call-trouble"]).to_contain_text("Nobody is available", timeout=40_000)
    await owner["state-available"].click()
    await owner.page.get_by_text("This device rings when the call comes").wait_for()
    await owner["test-call-start"].click()
    await owner["answer"].click()
    await owner["test-call-passed"].wait_for()
    states = [await step.get_attribute("data-state") for step in await owner["test-step"].all()]
    assert states == ["done"] * 6
    await owner.page.locator("[data-testid=test-step][data-step=rang]").get_by_text("Rings at Olga Owner").wait_for()
    assert await steps_done(owner) == ["trunk", "hours", "greeting", "queue", "number", "people", "test"]


async def invites_a_colleague(owner: Seen) -> None:
    """Without a mail server the link is shown."""
    await owner.go("#/people")
    await owner["invite"].click()
    await owner["invite-email"].fill("bat@northwind.example")
    await owner["invite-name"].fill("Bat")
    await owner.page.get_by_role("checkbox", name="Support").check()
    await owner["invite-send"].click()
    assert "/#/invitation/" in await owner["invitation-link"].inner_text()


async def answers_a_call_from_outside(owner: Seen, page: Page, system: System) -> None:
    """On this device. The page says at once that it works."""
    await owner.go("#/start")
    await page.get_by_text("This device rings when the call comes").wait_for()
    async with Customer((CARRIER, system.settings.sip_port), CALLER, local_host=CARRIER) as customer:
        call = await customer.dial(NUMBER.replace(" ", ""), Tone(CALLER_HZ))
        await owner["answer"].click()
        await expect(owner["call-state"]).to_have_text("Talking")
        await wait_until(lambda: call.heard(AGENT_HZ, time.time() - 1), 10)
        call.hang_up()
    await owner.go("#/start")
    await owner["first-call-done"].get_by_text("has come in").wait_for()
    await owner.go("#/history")
    await expect(owner["history-row"]).to_have_attribute("data-outcome", "answered")
