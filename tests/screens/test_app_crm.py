"""A CRM in the app: connected, tried, switched on; who is in step, what waits, what failed and why.

The app's requests for CRMs are answered by the real API, and a faulty CRM stands behind it; all others by the stage.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.browser import violations_of
from tests.support.app.driver import App
from tests.support.app.stage import Stage
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.wait import PATIENCE_S

from call24.crm.conformance.fake import FakeCrm
from call24.crm.conformance.fake_bitrix24 import OBJECTION, FakeBitrix24
from call24.crm.conformance.fake_espocrm import FakeEspoCrm
from call24.crm.conformance.fake_hubspot import PORTAL, FakeHubSpot
from call24.crm.conformance.fake_odoo import FakeOdoo
from call24.crm.conformance.fake_roundup import LOGIN as ROUNDUP_LOGIN
from call24.crm.conformance.fake_roundup import FakeRoundup
from call24.crm.conformance.fake_tryton import DATABASE, LOGIN, FakeTryton
from call24.crm.conformance.fake_zammad import GROUP, FakeZammad
from call24.crm.conformance.stand_in import TOKEN, Fault, StandIn, serving
from call24.crm.service import CrmConnections
from call24.crm.worker import CrmWorker

ANNA = "+442079460101"


@asynccontextmanager
async def opened(browser: Browser, office: FrontOffice) -> AsyncIterator[App]:
    """As an administrator sees it, who has given a second factor just now."""

    async def served(method: str, path: str, body: Any) -> tuple[int, Any]:
        answer = await office.org.call("owner", method, path, **({} if body is None else {"json": body}))
        return answer.status_code, answer.json() if answer.content else None

    context = await browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    stage = Stage()
    stage.served, stage.served_at = served, "/v1/crm-connections"
    stage.me = {**scene.ME, **scene.allowed("administrator")}
    await stage.set(context)
    page = await context.new_page()
    page.set_default_timeout(1_000 * PATIENCE_S)
    forbidden = violations_of(page)
    yield App(page, stage)
    await context.close()
    assert forbidden == []


async def turns(office: FrontOffice, most: int = 12) -> None:
    """What the server's own task does, at the times that it does it."""
    worker, connections = office.api.services.there.get(CrmWorker), office.api.services.there.get(CrmConnections)
    for _ in range(most):
        await office.feed_is_read()
        [one] = await connections.all(office.org.tenant.id)
        if one.due_at is None:
            return
        office.api.clock.advance(seconds=max(0.0, (one.due_at - office.api.clock.now()).total_seconds()))
        await worker.work(one)


async def looked_at_and_switched_on(app: App, office: FrontOffice, id: str) -> None:
    """The record `id` is nobody's here yet."""
    await app["crm-look"].click()
    await app["preview-record"].filter(has_text=f"Record {id}").get_by_text("New contact").wait_for()
    await app["wish-on"].click()
    await app["crm-state"].get_by_text("Working").wait_for()
    await turns(office)


async def test_a_crm_is_connected_tried_and_switched_on_and_what_failed_says_why(browser: Browser, api: Api) -> None:
    crm = FakeCrm()
    crm.now = api.clock.now
    async with serving(crm), front_office(api) as office, opened(browser, office) as app:
        person = {"given": "Anna", "company": "Acme", "numbers": [{"number": ANNA}]}
        assert (await office.org.call("agent", "POST", "/v1/people", json=person)).status_code == 201
        crm.add(id="c1", given="Anna", phone="020 7946 0101", email="anna@example.com")
        crm.add(id="c2", given="Bo", phone="nobody knows")

        await app.open("#/administration")
        await app["open-crm"].click()
        await app["crm-new"].click()
        await app["crm-name"].fill("Ours")
        await app["crm-url"].fill("ftp://crm.example")
        await app["crm-token"].fill("another token"[:7])
        await app["remote-given"].fill("given")
        await app["rule-given"].select_option("crm")
        await app["drop-family"].click()
        await app["crm-add-field"].filter(has_text="Company").click()
        await app["crm-save"].click()
        await app["crm-sheet"].get_by_text("an https address").wait_for()
        await app["crm-url"].fill(crm.url)
        assert await barriers(app.page) == []
        await app["crm-save"].click()
        await app["crm-state"].get_by_text("Off").wait_for()

        await app["crm-look"].click()
        await app["crm-trouble"].get_by_text("401").wait_for()
        await app["crm-change"].click()
        await app["crm-token"].fill(TOKEN)
        await app["crm-save"].click()
        await app["crm-sheet"].wait_for(state="detached")
        assert TOKEN not in await app.page.content()
        await app["crm-look"].click()
        anna = app["preview-record"].filter(has_text="Record c1")
        await anna.get_by_text("Would change").wait_for()
        email = anna.get_by_test_id("preview-field").filter(has_text="First e-mail")
        assert "Call24 – · CRM anna@example.com" in await email.inner_text()
        assert "Call24 takes the CRM’s" in await email.inner_text()
        bo = app["preview-record"].filter(has_text="Record c2")
        assert "number: it is no telephone number" in await bo.inner_text()
        assert {method for method, _ in crm.asked} == {"GET"}, "nothing was changed"
        assert await barriers(app.page) == []

        await app["wish-on"].click()
        await app["crm-state"].get_by_text("Working").wait_for()
        await turns(office)
        assert crm.records["c1"].fields["company"] == "Acme"
        await app["count-failed"].click()
        link = app["crm-link"]
        await link.get_by_text("number in the CRM: it is no telephone number").wait_for()
        assert await app["count-in_step"].locator("span.tnum").inner_text() == "1"
        crm.change("c2", phone="020 7946 0102")
        await turns(office)
        await app["crm-retry"].click()
        await link.wait_for(state="detached")
        assert await app["count-in_step"].locator("span.tnum").inner_text() == "2"

        crm.faults = [Fault(status=503, body=b"closed for today")] * 3
        await turns(office, 1)
        await app["count-failed"].click()
        await app["crm-why"].get_by_text("The CRM has an error of its own").wait_for()
        assert "503 closed for today" in await app["crm-why"].inner_text()
        await app["crm-state"].get_by_text("Waiting").wait_for()
        crm.faults.clear()
        await app["crm-retry"].click()
        await app["crm-state"].get_by_text("Working").wait_for()

        await app["crm-delete"].click()
        await app["crm-sure"].click()
        await app.page.get_by_text("No CRM yet").wait_for()
    assert crm.wrong == []


@pytest.mark.long("test_hubspot_is_connected_by_a_token_and_linked_to_by_its_hub_id")
async def test_tryton_is_connected_by_user_password_and_fields_of_a_party(browser: Browser, api: Api) -> None:
    crm = FakeTryton()
    crm.now = api.clock.now
    async with serving(crm, path=f"/{DATABASE}"), front_office(api) as office, opened(browser, office) as app:
        anna = crm.add(given="Anna Petrova", phone="020 7946 0101")
        await app.open("#/crm")
        await app["crm-new"].click()
        assert await app["remote-given"].input_value() == "given_name"
        await app["crm-kind"].select_option("tryton")
        assert await app["remote-name"].input_value() == "name"
        assert await app["crm-shape"].count() == 0, "names of a REST interface are not asked for"
        await app["crm-name"].fill("ERP")
        await app["crm-url"].fill(crm.url)
        await app["own-login"].fill(LOGIN)
        await app["crm-token"].fill(TOKEN)
        await app["own-objection_category"].fill("Do not contact")
        await app["remote-number"].fill("telephone")
        await app["crm-save"].click()
        await app["crm-sheet"].get_by_text("one of name, code, number").wait_for()
        await app["remote-number"].fill("number")
        assert await barriers(app.page) == []
        await app["crm-save"].click()
        await app["crm-state"].get_by_text("Off").wait_for()
        assert TOKEN not in await app.page.content()
        await looked_at_and_switched_on(app, office, anna.id)
        await app["crm-change"].click()
        assert await app["own-login"].input_value() == LOGIN
        assert await app["crm-token"].input_value() == "" and await app["crm-kind"].count() == 0
    assert crm.wrong == []


@pytest.mark.long("test_hubspot_is_connected_by_a_token_and_linked_to_by_its_hub_id")
async def test_zammad_is_connected_by_a_token_and_a_group_for_tickets(browser: Browser, api: Api) -> None:
    crm = FakeZammad()
    crm.now = api.clock.now
    async with serving(crm), front_office(api) as office, opened(browser, office) as app:
        anna = crm.add(given="Anna", family="Petrova", phone="020 7946 0101")
        await app.open("#/crm")
        await app["crm-new"].click()
        await app["crm-kind"].select_option("zammad")
        assert await app["remote-given"].input_value() == "firstname"
        assert await app["own-ticket_state"].input_value() == "closed"
        assert await app["own-login"].count() == 0, "what Tryton is asked for is not asked for"
        await app["crm-sheet"].get_by_text("Not run against Zammad").wait_for()
        await app["crm-name"].fill("Help desk")
        await app["crm-url"].fill(crm.url)
        await app["crm-token"].fill(TOKEN)
        await app["crm-save"].click()
        await app["crm-sheet"].get_by_text("the group of the tickets that calls become").wait_for()
        await app["own-group"].fill(GROUP)
        await app["own-objection_field"].fill("do_not_use")
        assert await barriers(app.page) == []
        await app["crm-save"].click()
        await app["crm-state"].get_by_text("Off").wait_for()
        await looked_at_and_switched_on(app, office, anna.id)
        await app["crm-change"].click()
        assert await app["own-group"].input_value() == GROUP
    assert crm.wrong == []


@pytest.mark.long("test_hubspot_is_connected_by_a_token_and_linked_to_by_its_hub_id")
async def test_roundup_is_connected_by_a_user_and_the_property_of_who_called(browser: Browser, api: Api) -> None:
    crm = FakeRoundup()
    crm.now = api.clock.now
    async with serving(crm), front_office(api) as office, opened(browser, office) as app:
        anna = crm.add(given="Anna Petrova", phone="020 7946 0101")
        await app.open("#/crm")
        await app["crm-new"].click()
        await app["crm-kind"].select_option("roundup")
        assert await app["remote-name"].input_value() == "realname"
        assert await app["remote-email"].input_value() == "address"
        assert await app["own-caller_property"].input_value() == "customer"
        await app["crm-name"].fill("Help desk")
        await app["crm-url"].fill(crm.url)
        await app["own-login"].fill(ROUNDUP_LOGIN)
        await app["crm-token"].fill(TOKEN)
        await app["own-objection_property"].fill("do_not_use")
        await app["own-caller_property"].fill("creator")
        await app["crm-save"].click()
        await app["crm-sheet"].get_by_text("the property of issues that names the caller").wait_for()
        await app["own-caller_property"].fill("customer")
        assert await barriers(app.page) == []
        await app["crm-save"].click()
        await app["crm-state"].get_by_text("Off").wait_for()
        await looked_at_and_switched_on(app, office, anna.id)
        await app["crm-change"].click()
        assert await app["own-login"].input_value() == ROUNDUP_LOGIN
    assert crm.wrong == []


async def test_hubspot_is_connected_by_a_token_and_linked_to_by_its_hub_id(browser: Browser, api: Api) -> None:
    crm = FakeHubSpot()
    crm.now = api.clock.now
    async with serving(crm), front_office(api) as office, opened(browser, office) as app:
        anna = crm.add(given="Anna", family="Petrova", phone="020 7946 0101")
        await app.open("#/crm")
        await app["crm-new"].click()
        await app["crm-kind"].select_option("hubspot")
        assert await app["remote-number"].input_value() == "number"
        await app["crm-name"].fill("Sales")
        await app["crm-url"].fill(crm.url)
        await app["crm-token"].fill(TOKEN)
        await app["own-portal_id"].fill("Hub")
        await app["crm-save"].click()
        await app["crm-sheet"].get_by_text("Hub ID: digits").wait_for()
        await app["own-portal_id"].fill(PORTAL)
        assert await barriers(app.page) == []
        await app["crm-save"].click()
        await app["crm-state"].get_by_text("Off").wait_for()
        await looked_at_and_switched_on(app, office, anna.id)
        await app["crm-change"].click()
        assert await app["own-portal_id"].input_value() == PORTAL
    assert crm.wrong == []


@pytest.mark.parametrize(
    ("kind", "crm", "number", "own", "refusal"),
    [
        ("espocrm", FakeEspoCrm(), "phoneNumber", {"objection_field": "cDoNotUse"}, "a yes or no field of contacts"),
        pytest.param(
            "bitrix24",
            FakeBitrix24(),
            "phone",
            {"user_id": "1", "objection_field": OBJECTION},
            "a yes or no field that",
            marks=pytest.mark.long("test_a_crm_is_connected_by_a_key_and_what_it_calls_an_objection"),
        ),
        pytest.param(
            "odoo",
            FakeOdoo(),
            "phone",
            {"objection_field": "x_do_not_use", "database": "acme"},
            "a yes or no field of",
            marks=pytest.mark.long("test_a_crm_is_connected_by_a_key_and_what_it_calls_an_objection"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_crm_is_connected_by_a_key_and_what_it_calls_an_objection(
    browser: Browser, api: Api, kind: str, crm: StandIn, number: str, own: dict[str, str], refusal: str
) -> None:
    crm.now = api.clock.now
    async with serving(crm), front_office(api) as office, opened(browser, office) as app:
        anna = crm.add(given="Anna", phone="020 7946 0101")
        await app.open("#/crm")
        await app["crm-new"].click()
        await app["crm-kind"].select_option(kind)
        assert await app["remote-number"].input_value() == number
        await app["crm-name"].fill("Sales")
        await app["crm-url"].fill(crm.url)
        await app["crm-token"].fill(TOKEN)
        for name, value in own.items():
            await app[f"own-{name}"].fill(value)
        await app["own-objection_field"].fill("a b")
        await app["crm-save"].click()
        await app["crm-sheet"].get_by_text(refusal).wait_for()
        await app["own-objection_field"].fill(own["objection_field"])
        assert await barriers(app.page) == []
        await app["crm-save"].click()
        await app["crm-state"].get_by_text("Off").wait_for()
        await looked_at_and_switched_on(app, office, anna.id)
        await app["crm-change"].click()
        for name, value in own.items():
            assert await app[f"own-{name}"].input_value() == value
    assert crm.wrong == []
