"""From an empty organisation to its first call, and looking after queues, numbers and trunks, in the app."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import owner, supervisor
from tests.support.app.scene_connections import call_tested
from tests.support.wait import PATIENCE_S, wait_until

ME = "usr_saraa"


def asked(app: App, method: str, path: str) -> list[Any]:
    return [body for one, where, body in app.stage.asked if (one, where) == (method, path)]


def new_owner(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    app.stage.connections.empty()
    app.stage.live = scene.live(
        session={**scene.session("offline"), "day": []},
        queues=[],
        agents=[],
        today={"answered": 0, "handle_s": None, "service_level": None},
    )


async def test_a_new_owner_is_led_from_nothing_to_a_first_call(app: App) -> None:
    new_owner(app)
    await app.open()
    await app["first-steps"].click()
    await app["step-open-trunk"].click()
    await app["trunk-name"].fill("Tenger SIP")
    await app["kind-registration"].check()
    await app["trunk-host"].fill("sip.tenger.example")
    await app["trunk-username"].fill("northwind")
    await app["trunk-password"].fill("carrier-secret")
    await app["trunk-save"].click()
    await app["step-open-queue"].click()
    await app["queue-name"].fill("Support")
    await app["queue-save"].click()
    await app["step-open-number"].click()
    await app["number-number"].fill("7000 1000")
    await app["number-save"].click()
    await app["step-open-people"].click()
    await app["member-add"].click()
    await app[f"choose-{ME}"].check()
    await app["members-save"].click()
    await app.page.locator(f"[data-testid=member][data-id={ME}]").wait_for()
    await app.page.goto(app.page.url.partition("#")[0] + "#/start")
    await app["first-call-number"].get_by_text("7000 1000").wait_for()
    app.stage.connections.test_call = call_tested(3, "failed", "nobody_available")
    await app["test-call-start"].click()
    await app["test-call-trouble"].get_by_text("Nobody is available").wait_for()
    states = [await one.get_attribute("data-state") for one in await app["test-step"].all()]
    assert states == ["done", "done", "done", "failed", "waiting", "waiting"]
    await app.page.locator("[data-testid=test-step][data-step=queued]").get_by_text("It waits in Support").wait_for()
    await app["state-available"].click()
    await wait_until(lambda: asked(app, "PUT", "/v1/session") == [{"state": "available"}], PATIENCE_S)
    [made] = asked(app, "POST", "/v1/trunks")
    assert made["kind"] == "registration"
    assert made["password"] == "carrier-secret"
    assert asked(app, "POST", "/v1/queues") == [{"name": "Support", "members": [], "hours_id": "hrs_office"}]
    assert app.stage.was_asked("POST", "/v1/numbers/num_new/test-call") == 1
    [number] = asked(app, "POST", "/v1/numbers")
    assert (number["number"], number["trunk_id"], number["queue_id"]) == ("7000 1000", "trk_new", "que_new")
    assert asked(app, "PATCH", "/v1/queues/que_new") == [{"members": [ME]}]
    [only] = app.stage.connections.numbers
    app.stage.connections.numbers = [{**only, "verified_at": scene.ago(seconds=1)}]
    await app.page.reload()
    await app["first-call-done"].wait_for()


@pytest.mark.long("test_a_new_owner_is_led_from_nothing_to_a_first_call")
async def test_an_empty_list_of_queues_offers_to_make_the_first(app: App) -> None:
    new_owner(app)
    await app.open("#/queues")
    await app["queue-new"].click()
    await app["queue-name"].fill("Support")
    await app[f"choose-{ME}"].check()
    await app["queue-save"].click()
    await app.page.locator(f"[data-testid=member][data-id={ME}]").wait_for()
    assert asked(app, "POST", "/v1/queues") == [{"name": "Support", "members": [ME]}]


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(app: App) -> None:
    new_owner(app)
    await app.open("#/trunks/new")
    await app["trunk-name"].fill("Tenger SIP")
    await app["trunk-save"].click()
    field = app["trunk-addresses"]
    await app.page.get_by_text("1 to 64 IP addresses or ranges").wait_for()
    note = await field.get_attribute("aria-describedby")
    assert await app.page.locator(f"[id='{note}']").inner_text() == "1 to 64 IP addresses or ranges"
    assert await field.get_attribute("aria-invalid") == "true"
    assert await app["trunk-name"].input_value() == "Tenger SIP"
    await field.fill("203.0.113.10, 203.0.113.11\n198.51.100.0/28")
    await app["trunk-save"].click()
    await app["trunk-row"].get_by_text("Tenger SIP").wait_for()
    assert asked(app, "POST", "/v1/trunks")[-1]["addresses"] == ["203.0.113.10", "203.0.113.11", "198.51.100.0/28"]


@pytest.mark.long("test_a_trunk_is_encrypted_and_says_what_is_wrong_with_its_carriers_certificate")
async def test_a_trunk_is_changed_by_what_differs_alone(app: App) -> None:
    owner(app.stage)
    await app.open("#/administration")
    await app["open-trunks"].click()
    await app["trunk-row"].filter(has_text="Tenger").get_by_text("Registered").wait_for()
    await app["trunk-row"].filter(has_text="Tenger").click()
    assert await app["trunk-save"].is_disabled()
    await app["trunk-further"].locator("summary").click()
    await app["trunk-transport"].select_option("tcp")
    await app["trunk-symmetric_rtp"].locator("xpath=..").click()
    await app["trunk-trust_identity"].locator("xpath=..").click()
    await app["trunk-save"].click()
    await app["trunk-save"].get_by_text("Saved").wait_for()
    assert asked(app, "PATCH", "/v1/trunks/trk_tenger") == [
        {"transport": "tcp", "symmetric_rtp": True, "trust_identity": True}
    ]


@pytest.mark.long("test_a_trunk_is_encrypted_and_says_what_is_wrong_with_its_carriers_certificate")
async def test_a_trunk_is_not_offered_what_the_server_refuses(app: App) -> None:
    """Encrypted audio (SRTP) without TLS."""
    owner(app.stage)
    await app.open("#/trunks/trk_tenger")
    await app["trunk-further"].locator("summary").click()
    options = app["trunk-transport"].locator("option")
    assert [await one.get_attribute("value") for one in await options.all()] == ["udp", "tcp", "tls"]
    switches = app["trunk-further"].get_by_role("switch")
    labels = [await one.get_attribute("data-testid") for one in await switches.all()]
    assert labels == ["trunk-symmetric_rtp", "trunk-trust_identity", "trunk-send_as_account"]


async def test_a_trunk_is_encrypted_and_says_what_is_wrong_with_its_carriers_certificate(app: App) -> None:
    owner(app.stage)
    await app.open("#/trunks/trk_tenger")
    await app["trunk-test"].click()
    await app["trunk-test-found"].get_by_text("The carrier does not take the user name or the password").wait_for()
    await app.page.get_by_text("34 ms · SIP 200 · REGISTER 401").wait_for()
    await app["trunk-further"].locator("summary").click()
    await app["trunk-transport"].select_option("tls")
    await app["trunk-srtp"].locator("xpath=..").click()
    await app["trunk-save"].click()
    await app["trunk-save"].get_by_text("Saved").wait_for()
    assert asked(app, "PATCH", "/v1/trunks/trk_tenger") == [{"transport": "tls", "srtp": True}]
    trouble = "The certificate is for other.example, not for sip.tenger.example"
    app.stage.connections.trunks[0] |= {"status": "unreachable", "trouble": trouble}
    await app.page.get_by_text(f"{trouble}. No calls go out over it").wait_for()
    await app.page.get_by_role("status").get_by_text("Not trusted").wait_for()
    await app.open("#/trunks")
    await app["trunk-row"].filter(has_text="Tenger").click()
    await app["trunk-further"].locator("summary").click()
    await app["trunk-transport"].select_option("udp")
    await app["trunk-save"].click()
    await app["trunk-save"].get_by_text("Saved").wait_for()
    assert asked(app, "PATCH", "/v1/trunks/trk_tenger")[-1] == {"transport": "udp", "srtp": False}


async def test_somebody_is_taken_out_of_a_queue_and_put_back_and_what_others_did_meanwhile_stays(app: App) -> None:
    owner(app.stage)
    await app.open("#/queues/que_support")
    await app.page.locator("[data-testid=member][data-id=usr_anna]").wait_for()
    here = app.stage.connections.queues
    app.stage.connections.queues = [{**here[0], "members": [*here[0]["members"], "usr_nomin"]}, *here[1:]]
    await app.page.locator("[data-testid=member][data-id=usr_anna]").get_by_test_id("member-remove").click()
    await app.page.locator("[data-testid=member][data-id=usr_anna]").wait_for(state="detached")
    assert asked(app, "PATCH", "/v1/queues/que_support") == [{"members": ["usr_saraa", "usr_batbold", "usr_nomin"]}]
    await app["member-back"].click()
    await app.page.locator("[data-testid=member][data-id=usr_anna]").wait_for()
    assert len(app.stage.connections.queues[0]["members"]) == 4


@pytest.mark.long("test_deleting_asks_first_then_for_a_second_proof_and_goes_back_to_the_list")
async def test_what_something_leads_to_is_not_deleted_and_it_is_said_what_leads_there(app: App) -> None:
    owner(app.stage)
    await app.open("#/queues/que_support")
    await app["queue-delete"].click()
    assert app.stage.was_asked("DELETE", "/v1/queues/que_support") == 0
    await app["delete-now"].click()
    await app["delete-problem"].get_by_text("It is used by number +97670001000").wait_for()
    await app["delete-keep"].click()
    await app["delete-sheet"].wait_for(state="detached")


async def test_deleting_asks_first_then_for_a_second_proof_and_goes_back_to_the_list(app: App) -> None:
    owner(app.stage)
    app.stage.accounts.due = {"/v1/numbers/num_sales"}
    await app.open("#/numbers")
    await app["number-row"].filter(has_text="7000 2000").click()
    await app["number-delete"].click()
    await app["delete-sheet"].get_by_text("At your carrier, it stays yours").wait_for()
    await app["delete-now"].click()
    await app["step-up"].wait_for()
    await app["step-up-code"].fill("123456")
    await app["step-up"].get_by_role("button", name="Go on").click()
    await wait_until(lambda: app.stage.was_asked("DELETE", "/v1/numbers/num_sales") == 2, PATIENCE_S)
    await app["number-new"].wait_for()
    assert await app["number-row"].count() == 1


@pytest.mark.long("test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost")
async def test_a_number_is_said_to_be_taken_and_one_needs_a_trunk_first(app: App) -> None:
    owner(app.stage)
    await app.open("#/numbers/new")
    await app["number-number"].fill("+97670001000")
    await app["number-save"].click()
    await app["number-problem"].get_by_text("This number is already in use").wait_for()
    app.stage.connections.empty()
    await app.page.reload()
    await app["number-missing"].get_by_text("Add a trunk").click()
    await app["trunk-name"].wait_for()


ANOTHER = """before => (document.querySelector('main h1')?.innerText ?? before) !== before
    && document.querySelector('main [aria-busy=true]') === null"""
"""Whether another page than that with this heading is there, and has what it shows."""
PAGES = ["#/start", "#/queues", "#/queues/new", "#/queues/que_support", "#/numbers/num_support", "#/trunks/trk_tenger"]


@pytest.mark.parametrize(
    ("width", "mode"),
    [
        (390, "light"),
        pytest.param(1440, "dark", marks=pytest.mark.long("test_axe_finds_no_barrier_and_nothing_is_too_wide")),
    ],
)
async def test_axe_finds_no_barrier_and_nothing_is_too_wide(
    app: App, width: int, mode: Literal["light", "dark"]
) -> None:
    await app.page.set_viewport_size({"width": width, "height": 900})
    await app.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    owner(app.stage)
    app.stage.connections.numbers[0]["verified_at"] = None
    await app.open("#/me")
    for page in [*PAGES, "#/trunks", "#/trunks/new", "#/numbers", "#/numbers/new"]:
        before = await app.page.locator("main h1").inner_text()
        await app.page.evaluate("page => { location.hash = page }", page)
        await wait_until(lambda before=before: app.page.evaluate(ANOTHER, before), PATIENCE_S)  # type: ignore[misc]
        assert await barriers(app.page) == [], page
        assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
    await app.page.evaluate("location.hash = '#/queues/que_support'")
    await app["member-add"].click()
    await app["members-sheet"].wait_for()
    assert await barriers(app.page) == []
    await app.page.keyboard.press("Escape")
    await app["queue-delete"].click()
    await app["delete-sheet"].wait_for()
    assert await barriers(app.page) == []


@pytest.mark.long("test_a_new_owner_is_led_from_nothing_to_a_first_call")
async def test_everything_on_the_way_to_the_first_call_can_be_done_with_keys(app: App) -> None:
    new_owner(app)
    await app.open("#/start")
    await app["step-open-trunk"].focus()
    await app.page.keyboard.press("Enter")
    await app["trunk-name"].focus()
    await app.page.keyboard.type("Tenger SIP")
    await app.page.keyboard.press("Tab")  # the radios: one stop
    await app.page.keyboard.press("ArrowDown")
    assert await app["kind-registration"].is_checked()
    for words in ("sip.tenger.example", "northwind", "carrier-secret"):
        await app.page.keyboard.press("Tab")
        await app.page.keyboard.type(words)
    await app.page.keyboard.press("Enter")
    await app["step-open-queue"].wait_for()
    assert asked(app, "POST", "/v1/trunks")[0]["host"] == "sip.tenger.example"


async def test_who_may_only_look_sees_no_form_that_cannot_be_saved(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/queues/que_support")
    await app["read-only"].wait_for()
    assert await app["queue-wrap_up_s"].is_disabled()
    for none in ("queue-save", "queue-delete", "member-add", "member-remove"):
        assert await app[none].count() == 0
    for page in ("trunks/trk_tenger", "numbers/num_support"):
        await app.page.evaluate("page => { location.hash = '#/' + page }", page)
        kind = "trunk" if page.startswith("trunks") else "number"
        await app[f"{kind}-{'name' if kind == 'trunk' else 'label'}"].wait_for()
        assert await app[f"{kind}-{'name' if kind == 'trunk' else 'label'}"].is_disabled()
        assert await app[f"{kind}-save"].count() == await app[f"{kind}-delete"].count() == 0
    await app.page.evaluate("location.hash = '#/queues/new'")
    await app["queue-row"].first.wait_for()
    assert await app["queue-new"].count() == 0


async def test_an_address_that_ones_role_does_not_open_says_so_and_asks_nothing(app: App) -> None:
    await app.open("#/queues")
    await app["not-allowed"].get_by_text("Your role cannot open this page").wait_for()
    assert await barriers(app.page) == []
    for address in ("trunks", "numbers/num_support", "start", "people", "audit", "reports", "webhooks", "provider"):
        await app.page.evaluate("address => { location.hash = '#/me' }", address)
        await app["not-allowed"].wait_for(state="detached")
        await app.page.evaluate("address => { location.hash = '#/' + address }", address)
        await app["not-allowed"].wait_for()
    asked = {path for _, path, _ in app.stage.asked if path.startswith("/v1/")} - {"/v1/organisation/closing"}
    paths = {path.split("/")[2] for path in asked}  # whether it is being closed, everybody may know
    assert not paths & {"queues", "trunks", "numbers", "users", "audit", "reports", "webhooks", "organisation"}


async def test_trunks_show_who_is_kept_out_and_let_it_in_and_which_calls_did_not_get_in(app: App) -> None:
    new_owner(app)
    at = scene.ago(seconds=30)
    app.stage.connections.bans = [
        {
            "id": "ban_1",
            "address": "203.0.113.10",
            "state": "dropped",
            "until": scene.ago(seconds=-600),
            "trunk_ids": [],
        }
    ]
    app.stage.connections.refused = [
        {"id": "rfc_1", "reason": "unknown_number", "number": "+97670009999", "dialled": "+97670001234", "count": 2}
        | {"source": "203.0.113.10", "trunk_id": None, "first_at": at, "at": at}
    ]
    await app.open("#/trunks")
    await app["refused-row"].get_by_text("No organisation has this number").wait_for()
    await app["ban-row"].get_by_text("203.0.113.10").wait_for()
    await app["ban-lift"].click()
    await app["ban-row"].wait_for(state="detached")
    assert asked(app, "DELETE", "/v1/trunks/bans/ban_1") != []
