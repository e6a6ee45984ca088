"""Incidents and disclosures in the app, for privacy officers: a real browser, the server played by a stage."""

from __future__ import annotations

import re

from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App


def officer(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("privacy_officer")}


def asked(app: App, method: str, path: str) -> list[object]:
    return [body for verb, where, body in app.stage.asked if (verb, where) == (method, path)]


async def test_an_incident_is_opened_and_its_clock_is_shown_large(app: App) -> None:
    officer(app)
    await app.open("#/privacy")
    await app["privacy-incidents"].click()
    late = app["incident-row"].filter(has_text="Wrong export")
    await late.get_by_text(re.compile(r"^[345]:\d\d:\d\d over$")).wait_for()  # three hours when the tests began
    await app["incident-new"].click()
    await app["incident-title"].fill("A phone is lost")
    await app["incident-happened"].fill("It was in a taxi.")
    await app["incident-kind-availability"].check()
    await app["incident-save"].click()
    await app["incident-clock"].get_by_text(re.compile(r"^2[012]:\d\d:\d\d$")).wait_for()
    wish = {
        "title": "A phone is lost",
        "what_happened": "It was in a taxi.",
        "kinds": ["confidentiality", "availability"],
        "noticed_at": None,
    }
    assert asked(app, "POST", "/v1/incidents") == [wish]
    assert await barriers(app.page) == []


async def test_it_goes_on_step_by_step_and_the_people_and_the_notice_are_made(app: App) -> None:
    officer(app)
    await app.open("#/incidents/inc_laptop")
    await app["step-assess"].click()
    await app["step-risk"].select_option("risk")
    await app["step-words"].fill("Names and numbers")
    await app["step-save"].click()
    await app["incident-state"].get_by_text("Assessed").wait_for()
    await app["incident-history"].get_by_text("Names and numbers").wait_for()
    step = {"step": "assess", "version": 1, "risk": "risk", "note": "Names and numbers"}
    assert asked(app, "POST", "/v1/incidents/inc_laptop/steps") == [step]
    await app["people-choose"].click()
    await app["people-filter"].fill("call_rec")
    await app.page.locator('[data-testid="people-place"][data-name="call_records"]').check()
    await app["people-search"].click()
    await app["people-state"].get_by_text("1 caller, 0 users").wait_for()
    await app["people-row"].get_by_text("Ann").wait_for()
    [change] = asked(app, "PATCH", "/v1/incidents/inc_laptop")
    assert isinstance(change, dict) and change["scope"]["places"] == ["call_records"]
    await app["notice-generate"].click()
    await app["notice-blanks"].get_by_text("1 blank: name of the supervisory authority").wait_for()
    await app["notice-text"].fill("To: the Office of Data")
    await app["notice-save"].click()
    await app["notice-blanks"].get_by_text("No blank is left.").wait_for()
    assert await barriers(app.page) == []
    await app["step-notify_authority"].click()
    await app["step-save"].click()
    await app["incident-state"].get_by_text("Authority notified").wait_for()
    assert await app["incident-clock"].count() == 0


async def test_an_auditor_reads_and_changes_nothing_and_an_agent_finds_no_link(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("auditor")}
    await app.open("#/incidents/inc_late")
    await app["incident-clock"].wait_for()
    await app["read-only"].wait_for()
    for hidden in ("step-assess", "incident-edit", "people-choose", "notice-generate"):
        assert await app[hidden].count() == 0
    app.stage.me = {**scene.ME, **scene.allowed("agent")}
    await app.page.reload()
    await app["tab-me"].click()
    assert await app["privacy-incidents"].count() == 0


async def test_a_disclosure_is_entered_and_its_secrecy_is_lifted(app: App) -> None:
    officer(app)
    await app.open("#/privacy")
    await app["privacy-disclosures"].click()
    await app["disclosure-row"].filter(has_text="District Court").get_by_text("Secret").wait_for()
    await app["disclosure-row"].click()
    await app["disclosure-facts"].get_by_text("may not be told").wait_for()
    await app["correction-note"].fill("The court lifted it")
    await app["correction-secrecy"].select_option("open")
    await app["correction-save"].click()
    await app["disclosure-facts"].get_by_text("are told when they ask").wait_for()
    await app["disclosure-history"].get_by_text("The court lifted it").wait_for()
    assert await barriers(app.page) == []
    await app.page.goto(f"{app.page.url.split('#')[0]}#/disclosures/new")
    await app["disclosure-authority"].fill("Tax Office")
    await app["disclosure-basis"].fill("Fiscal Code, section 93")
    await app["disclosure-reference"].fill("S 12")
    await app["disclosure-requested"].fill("2026-01-10T09:00")
    await app["disclosure-ids"].fill("call_a rec_b")
    await app["disclosure-save"].click()
    await app["disclosure-facts"].get_by_text("Fiscal Code").wait_for()
    [wish] = asked(app, "POST", "/v1/disclosures")
    assert isinstance(wish, dict)
    assert wish["given"] == [{"kind": "call", "id": "call_a"}, {"kind": "recording", "id": "rec_b"}]
