"""Callers' files that are being written and imported: the app in a real browser, the server played by a stage."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.scene_privacy import FILES, IMPORTS
from tests.support.app.stage import problem

PEOPLE = "/v1/people-exports"
LIST, BEGIN = "/v1/caller-files", "/v1/contacts/ctc_1/export"


def officer(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("privacy_officer")}


async def test_a_file_says_how_far_it_is_until_it_can_be_downloaded_and_one_that_is_written_can_be_cancelled(
    app: App,
) -> None:
    officer(app)
    waiting = {**FILES[0], "id": "exp_3", "calls": None, "calls_done": 0, "percent": 0}
    app.stage.privacy.files = [waiting, FILES[0]]
    await app.open("#/caller-files")
    first, second = app["file-progress"].first, app["file-progress"].nth(1)
    await first.get_by_text("Waiting for its turn").wait_for()
    await second.get_by_text("120 of 300 calls").wait_for()
    assert await barriers(app.page) == []
    await app["file-drop"].first.click()
    await app["delete-keep"].click()
    await expect(app["delete-sheet"]).to_have_count(0)
    assert await app["file-row"].count() == 2 and app.stage.was_asked("DELETE", f"{LIST}/exp_3") == 0
    await app["file-drop"].first.click()
    assert await barriers(app.page) == []
    await app["delete-now"].click()
    await expect(app["file-row"]).to_have_count(1)
    assert app.stage.was_asked("DELETE", f"{LIST}/exp_3") == 1
    app.stage.privacy.files = [{**FILES[0], "calls_done": 250, "percent": 83}]
    await app["file-progress"].get_by_text("250 of 300 calls").wait_for()
    app.stage.privacy.files = [{**FILES[0], "state": "done", "calls_done": 300, "percent": 100}]
    await app["file-save"].wait_for()
    asked = app.stage.was_asked("GET", LIST)
    await app.page.wait_for_timeout(1_500)
    assert app.stage.was_asked("GET", LIST) == asked, "what is written is not asked for any more"


@pytest.mark.long(
    "e2e/test_app_served.py::test_an_officer_makes_a_callers_file_for_a_request_and_another_organisation_imports_it"
)
async def test_a_file_of_contacts_is_deleted_only_once_somebody_is_sure(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    row = {"id": "pex_1", "state": "done", "format": "csv", "q": "bat", "tag": "", "trouble": None, "percent": 100}
    row |= {"people": 3, "people_done": 3, "created_at": scene.ago(hours=1), "delete_at": scene.ahead(hours=23)}
    app.stage.fail = {PEOPLE: (200, {"items": [row], "next": None}), f"{PEOPLE}/pex_1": (200, {})}
    await app.open("#/contacts/export")
    await app["export-drop"].click()
    await app["delete-sheet"].get_by_text("Delete CSV, “bat”?").wait_for()
    assert await barriers(app.page) == []
    await app["delete-keep"].click()
    await expect(app["delete-sheet"]).to_have_count(0)
    assert app.stage.was_asked("DELETE", f"{PEOPLE}/pex_1") == 0
    await app["export-drop"].click()
    await app["delete-now"].click()
    await expect(app["export-row"]).to_have_count(0)
    assert app.stage.was_asked("DELETE", f"{PEOPLE}/pex_1") == 1


async def test_pictures_of_contacts_are_in_a_file_of_cards_where_they_are_ticked(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    row = {"id": "pex_1", "state": "done", "format": "vcard3", "q": "", "tag": "", "trouble": None, "percent": 100}
    row |= {"people": 3, "people_done": 3, "pictures": True}
    row |= {"created_at": scene.ago(hours=1), "delete_at": scene.ahead(hours=23)}
    app.stage.fail = {PEOPLE: (200, {**row, "id": "pex_2", "items": [row], "next": None})}
    await app.open("#/contacts/export")
    await app["export-row"].get_by_text("vCard 3.0, with pictures").wait_for()
    await app["export-format-csv"].check()
    await expect(app["export-pictures"]).to_have_count(0)
    await app["export-format-vcard4"].check()
    await app["export-pictures"].check()
    assert await barriers(app.page) == []
    await app["export-begin"].click()
    await expect(app["export-row"]).to_have_count(2)
    sent = [body for method, path, body in app.stage.asked if (method, path) == ("POST", PEOPLE)]
    assert sent == [{"format": "vcard4", "q": "", "tag": "", "pictures": True}]


async def test_a_file_that_cannot_be_begun_or_was_not_written_says_why(app: App) -> None:
    officer(app)
    failed = {**FILES[0], "state": "failed", "trouble": "The server was restarted"}
    app.stage.privacy.files = [failed]
    app.stage.fail[BEGIN] = (429, problem(429, "too_many_exports"))
    await app.open("#/caller-files/ctc_1")
    await app["file-row"].get_by_text("Not written: The server was restarted").wait_for()
    await app["file-make"].click()
    await app["file-problem"].get_by_text("Too many files are being made").wait_for()
    assert await app["file-make"].is_enabled() and await barriers(app.page) == []


async def test_an_import_says_how_far_it_is_and_then_what_it_brought(app: App) -> None:
    officer(app)
    running = {**IMPORTS[0], "state": "running", "rows": None, "rows_done": 0, "percent": 0, "ended_at": None}
    app.stage.privacy.imports = [running]
    await app.open("#/caller-imports/cim_1")
    await app["import-progress"].get_by_text("The file is being checked").wait_for()
    app.stage.privacy.imports = [{**running, "rows": 31, "rows_done": 12, "percent": 38}]
    await app["import-progress"].get_by_text("12 of 31").wait_for()
    assert await app["brought-row"].count() == 0
    app.stage.privacy.imports = [IMPORTS[0]]
    await app["import-state"].get_by_text("Imported", exact=True).wait_for()
    await app["import-facts"].get_by_text("29 documents and recordings").wait_for()
    await app["import-facts"].get_by_text("2 documents, older than your organisation keeps calls").wait_for()
    await expect(app["brought-row"]).to_have_count(5)
    assert await barriers(app.page) == []


async def test_who_may_not_export_or_import_finds_neither_page(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("auditor")}
    await app.open("#/privacy")
    await app["privacy-incidents"].wait_for()
    assert await app["privacy-caller-files"].count() == 0 and await app["privacy-caller-imports"].count() == 0
    await app.page.evaluate("location.hash = '#/caller-files'")
    await app["not-allowed"].wait_for()
    assert app.stage.was_asked("GET", LIST) == 0
