"""The privacy policy before any other screen: the app in a real browser, the server played by a stage."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_policy import CALLERS, policy
from tests.support.app.scene_privacy import STATED
from tests.support.app.stage import keep_signed_in, problem
from tests.support.wait import PATIENCE_S, wait_until

ASK, ACCEPT = "/v1/me/policy", "/v1/me/policy/acceptances"


async def opened(app: App, address: str = "#/") -> None:
    await keep_signed_in(app.page)
    await app.open(address, signed_in=False)


async def test_who_has_not_accepted_the_policy_reads_and_accepts_it_before_any_other_screen(app: App) -> None:
    app.stage.policy = policy(due=True)
    await opened(app, "#/history")
    shown = app["policy"]
    for text in ("Privacy policy of Northwind", "<b>Office of Data</b>", *CALLERS):
        await shown.get_by_text(text, exact=False).first.wait_for()
    assert await app["policy-page"].get_attribute("href") == "/policy/1f3c/2026-12-01"
    assert await app["policy-pdf"].get_attribute("href") == "/policy/1f3c/2026-12-01/pdf"
    assert await app["tab-me"].count() == 0
    assert await barriers(app.page) == []
    await app["policy-accept"].click()
    await app["tab-me"].wait_for()
    assert await shown.count() == 0
    bodies = [body for method, path, body in app.stage.asked if (method, path) == ("POST", ACCEPT)]
    assert bodies == [{"version": "2026-12-01", "hash": "hash-of-2026-12-01"}]


async def test_who_signs_in_sees_the_policy_first_and_may_leave(app: App) -> None:
    app.stage.policy = policy(due=True)
    await app.open(signed_in=False)
    await app["sign-in-email"].fill("saraa@northwind.example")
    await app["sign-in-password"].fill("a few good words")
    await app["sign-in-submit"].click()
    await app["policy"].wait_for()
    assert await app["tab-me"].count() == 0
    await app["policy-sign-out"].click()
    await app["sign-in-email"].wait_for()
    assert app.stage.was_asked("POST", ACCEPT) == 0


async def test_a_policy_that_changed_meanwhile_is_shown_and_not_accepted_unread(app: App) -> None:
    app.stage.policy = policy(due=True)
    await opened(app)
    await app["policy"].wait_for()
    app.stage.fail[ACCEPT] = (409, problem(409, "policy_outdated"))
    app.stage.policy = policy(due=True, version="2027-01-01", added="We also count calls.")
    await app["policy-accept"].click()
    await app["policy-problem"].get_by_text("has changed meanwhile").wait_for()
    await app["policy"].get_by_text("We also count calls.").wait_for()
    assert await app["tab-me"].count() == 0
    del app.stage.fail[ACCEPT]
    await app["policy-accept"].click()
    await app["tab-me"].wait_for()
    *_, (_, _, accepted) = [asked for asked in app.stage.asked if asked[1] == ACCEPT]
    assert accepted == {"version": "2027-01-01", "hash": "hash-of-2027-01-01"}


async def test_an_acceptance_that_did_not_arrive_lets_nobody_past(app: App) -> None:
    app.stage.policy = policy(due=True)
    app.stage.fail[ACCEPT] = (503, problem(503, "unavailable"))
    await opened(app)
    await app["policy-accept"].click()
    await app["policy-problem"].wait_for()
    assert await app["policy"].count() == 1 and await app["tab-me"].count() == 0


async def test_where_the_policy_cannot_be_asked_for_the_app_opens(app: App) -> None:
    app.stage.fail[ASK] = (503, problem(503, "unavailable"))
    await app.open()
    assert app.stage.was_asked("GET", ASK) == 2, "beside the user, and again once that has answered"


async def test_a_call_comes_before_the_policy(app: App) -> None:
    app.stage.policy = policy(due=True)
    await opened(app)
    await app["policy"].wait_for()
    await app.phone_ready()
    await app.follows()
    app.stage.tell("call", {**scene.call("offered"), "seq": 11})
    app.stage.invite("call_live")
    await app["answer"].click()
    await app["in-call"].wait_for()
    assert await app["policy"].count() == 0
    app.stage.hang_up()
    app.stage.live = scene.live(seq=30, call=None)
    app.stage.tell("call", {**scene.call("ended"), "seq": 30})
    await wait_until(lambda: app["policy"].is_visible(), PATIENCE_S)


async def test_an_officer_saves_the_policy_and_the_record_of_processing_as_pdf(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    await app.page.route("**/v1/organisation/processing-record/pdf", lambda route: route.fulfill(body=b"%PDF-1.7"))
    await app.open("#/policy")
    assert await app["public-policy-pdf"].get_attribute("href") == f"{STATED['address']}/pdf"
    assert await app["public-policy-pdf"].get_attribute("download") is not None
    async with app.page.expect_download() as saving:
        await app["record-pdf"].click()
    saved = await saving.value
    assert saved.suggested_filename == "call24-processing-record.pdf"
    assert await asyncio.to_thread(Path(await saved.path()).read_bytes) == b"%PDF-1.7"
    assert await barriers(app.page) == []
