"""Who is on the phone, beside the call: a customer rings over SIP, an agent answers in Chromium on a laptop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Error, Page, Route, expect
from pymongo import MongoClient
from tests.support.app.axe import barriers
from tests.support.app.browser import go_available
from tests.support.app.browsers import Browsers, browser_page
from tests.support.app.signed_in import come_back_as
from tests.support.product.system import Organisation, System

from call24.crm.model import CrmLink
from call24.kit.ids import CrmConnectionId, CrmLinkId, PersonId, TenantId, new_id
from call24.kit.mongo.codec import stored
from call24.kit.settings import DATABASE
from call24.testphones.rtp import Tone

AGENT_HZ, CALLER_HZ = 850, 1000
KNOWN, OFFICE, STRANGER = "+442079460123", "+442079460124", "+442079460125"


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, AGENT_HZ, phone=False) as page:
        yield page


async def test_who_calls_is_shown_with_what_there_was_while_it_rings_in_the_call_and_in_wrap_up(
    system: System, page: Page
) -> None:
    async with system.organisation("Acme", wrap_up_s=60) as acme:
        anna = await acme.agent("Anna", phone=False)
        ben = await acme.post(
            "/v1/people",
            {
                "given": "Ben",
                "family": "Bat",
                "company": "Northern Lights",
                "notes": "Prefers calls before noon.",
                "tags": ["gold"],
                "numbers": [{"number": KNOWN}, {"number": OFFICE, "label": "office"}],
                "emails": [{"address": "ben@example.com"}],
            },
        )
        [queue] = (await acme.http.get("/v1/queues")).json()["items"]
        await acme.post("/v1/tasks", {"title": "Send the contract", "person_id": ben["id"], "queue_id": queue["id"]})
        await come_back_as(page, system, anna)
        await go_available(page)
        call = await acme.customer(KNOWN, "").dial(acme.number, Tone(CALLER_HZ))
        await page.get_by_test_id("answer").wait_for(timeout=20_000)
        pane = page.get_by_test_id("customer")
        await expect(pane.get_by_test_id("customer-name")).to_have_text("Northern Lights")
        await expect(pane.get_by_test_id("customer-notes")).to_have_text("Prefers calls before noon.")
        await expect(pane.get_by_test_id("contact-task")).to_contain_text("Send the contract")
        about = pane.get_by_test_id("customer-about")
        await expect(about).to_contain_text("+44 20 7946 0124")
        await expect(about).to_contain_text("ben@example.com")
        assert await barriers(page) == []
        await page.get_by_test_id("answer").click()
        await page.get_by_test_id("in-call").wait_for()
        await expect(page.get_by_test_id("call-state")).to_have_text("Talking")
        await expect(pane.get_by_test_id("activity-entry").filter(has_text="Ben")).not_to_have_count(0)

        await pane.get_by_test_id("contact-task-new").click()
        await page.get_by_test_id("task-title").fill("Call about the invoice")
        await page.get_by_test_id("task-save").click()
        await expect(pane.get_by_test_id("contact-task")).to_have_count(2)
        call.hang_up()
        await page.get_by_test_id("wrap-up").wait_for()
        await expect(pane.get_by_test_id("contact-task")).to_have_count(2)
        await expect(pane.get_by_test_id("activity-entry").filter(has_text="answered")).not_to_have_count(0)
        tasks = (await acme.http.get("/v1/tasks")).json()["items"]
        [made] = [one for one in tasks if one["title"] == "Call about the invoice"]
        assert made["person_id"] == ben["id"]
        await pane.get_by_test_id("customer-open").click()
        await expect(page.get_by_test_id("contact-name")).to_have_text("Ben Bat")


@pytest.mark.long("test_who_calls_is_shown_with_what_there_was_while_it_rings_in_the_call_and_in_wrap_up")
async def test_a_caller_whom_nobody_wrote_down_is_shown_by_their_number_and_an_earlier_call(
    system: System, page: Page
) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna", phone=False)
        await come_back_as(page, system, anna)
        await go_available(page)
        pane = page.get_by_test_id("customer")
        for so_far in (0, 1):
            call = await acme.customer(STRANGER, "").dial(acme.number, Tone(CALLER_HZ))
            await page.get_by_test_id("answer").wait_for(timeout=20_000)
            await expect(pane.get_by_test_id("customer-name")).to_have_text("+44 20 7946 0125")
            await expect(pane.get_by_test_id("customer-open")).to_have_count(0)
            earlier = pane.get_by_test_id("activity-entry").filter(has_text="answered")
            await expect(earlier).to_have_count(so_far)
            await page.get_by_test_id("answer").click()
            await expect(page.get_by_test_id("call-state")).to_have_text("Talking")
            await page.get_by_test_id("hang-up").click()
            await call.ended(5)
            await acme.ended(so_far + 1)
            await go_available(page)
        await expect(pane).to_have_count(0)


AGENT_WITH_CONSENTS = [
    "live.read",
    "session.change",
    "phone.use",
    "call.control",
    "calls.read_own",
    "call_notes.write",
    "people.read",
    "consents.read",
    "consents.write",
]


async def connected(acme: Organisation, name: str) -> str:
    """A CRM that never answers: what is shown of it is stored here."""
    wish = {
        "name": name,
        "url": "https://crm.example",
        "token": "t",
        "mapping": [{"field": "given", "remote": "first"}],
        "shape": {"link_template": "https://crm.example/contacts/{id}"},
    }
    return str((await acme.post("/v1/crm-connections", wish))["id"])


def linked(system: System, acme: Organisation, connection_id: str, person_id: str, remote_id: str) -> None:
    link = CrmLink(
        id=CrmLinkId(new_id("crl")),
        tenant_id=TenantId(acme.tenant_id),
        connection_id=CrmConnectionId(connection_id),
        person_id=PersonId(person_id),
        remote_id=remote_id,
        state="in_step",
        created_at=datetime.now(UTC),
    )
    with MongoClient[dict[str, Any]](system.settings.mongodb_admin_uri()) as client:
        client[DATABASE]["crm_links"].insert_one(stored(link))


async def test_the_record_in_a_crm_is_one_touch_away_and_what_the_caller_says_of_consents_is_entered(
    system: System, page: Page
) -> None:
    async with system.organisation("Acme", wrap_up_s=60) as acme:
        anna = await acme.agent("Anna", phone=False)
        role = await acme.post("/v1/roles", {"name": "Front desk", "permissions": AGENT_WITH_CONSENTS})
        changed = await acme.http.put(f"/v1/users/{anna.user_id}/role", json={"role": role["id"]})
        assert changed.status_code == 200, changed.text
        ben = await acme.post("/v1/people", {"given": "Ben", "numbers": [{"number": KNOWN}]})
        linked(system, acme, await connected(acme, "Northwind"), ben["id"], "c 1")
        await come_back_as(page, system, anna)
        await go_available(page)
        call = await acme.customer(KNOWN, "").dial(acme.number, Tone(CALLER_HZ))
        await page.get_by_test_id("answer").wait_for(timeout=20_000)
        record = page.get_by_test_id("customer-crm")
        await expect(record).to_have_accessible_name("Northwind (the CRM, in a new tab)")
        await expect(record).to_have_attribute("href", "https://crm.example/contacts/c%201")
        await expect(record).to_have_attribute("rel", "noopener noreferrer")
        await expect(record).to_have_attribute("target", "_blank")
        await page.get_by_test_id("answer").click()
        await expect(page.get_by_test_id("call-state")).to_have_text("Talking")

        recording = page.locator('[data-testid="caller-consent"][data-purpose="recording"]')
        await expect(recording).to_contain_text("Allowed · Said nothing yet")
        await recording.locator('[data-act="object"]').click()
        await expect(recording).to_contain_text("From now on their calls are not recorded")
        assert await barriers(page) == []
        await recording.get_by_test_id("caller-consent-yes").click()
        await expect(recording).to_have_attribute("data-allowed", "false")
        await expect(recording).to_contain_text("Not allowed · Objected on")
        call.hang_up()
        await page.get_by_test_id("wrap-up").wait_for()
        [ended] = await acme.ended()
        said = (await acme.http.get(f"/v1/contacts/{ended['contact_id']}/consents")).json()["items"]
        assert {one["purpose"]: (one["allowed"], one["act"]) for one in said}["recording"] == (False, "object")
        await recording.locator('[data-act="grant"]').click()
        await recording.get_by_test_id("caller-consent-no").click()
        await expect(recording).to_have_attribute("data-allowed", "false")
        await page.get_by_test_id("consent-entries-show").click()
        await expect(page.get_by_test_id("consent-entry")).to_contain_text("Objected on")
        async with page.expect_download() as saving:
            await page.get_by_test_id("consent-entry-receipt").click()
        receipt = json.loads(await asyncio.to_thread(Path(await (await saving.value).path()).read_text))
        assert receipt["@type"] == "dpv:ConsentReceipt"


@pytest.mark.long(
    "screens/test_app_calls.py::test_crm_records_that_do_not_come_are_given_up_and_the_customer_is_shown_without"
)
async def test_a_crm_that_is_slow_to_be_asked_for_and_missing_rights_leave_the_customer_without(
    system: System, page: Page
) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna", phone=False)
        ben = await acme.post("/v1/people", {"given": "Ben", "numbers": [{"number": KNOWN}]})
        linked(system, acme, await connected(acme, "Northwind"), ben["id"], "c1")
        await come_back_as(page, system, anna)
        await go_available(page)

        async def late(route: Route) -> None:
            await asyncio.sleep(1.5)
            with suppress(Error):  # nobody waits for it any more
                await route.continue_()

        await page.route("**/v1/crm-records**", late)
        asked = page.wait_for_event("requestfailed", lambda one: "/v1/crm-records" in one.url, timeout=20_000)
        failed = asyncio.ensure_future(asked)
        call = await acme.customer(KNOWN, "").dial(acme.number, Tone(CALLER_HZ))
        await page.get_by_test_id("answer").wait_for(timeout=20_000)
        await expect(page.get_by_test_id("customer-name")).to_have_text("Ben")
        await failed
        await expect(page.get_by_test_id("customer-crm")).to_have_count(0)
        await expect(page.get_by_test_id("caller-consents")).to_have_count(0)
        call.hang_up()
