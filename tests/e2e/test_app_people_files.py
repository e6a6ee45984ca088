"""Contacts from a file in a real browser, on the real server: seen, mapped, imported, undone, and exported again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import System

FILE = (
    "Vorname;Nachname;Handy;Kundennummer\r\n"
    "Anna;Petrova;+44 20 7946 0181;K-1\r\nBen;Smith;020 7946 0182;=1+1\r\nCleo;Jones;12;K-3\r\n"
)
CARDS = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Батын Дорж\nTEL;TYPE=CELL:+976 9911 2233\nKEY;ENCODING=b:AAAA\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Petrova\nTEL:+442079460181\nEMAIL:anna@example.com\nEND:VCARD\n"
)

SLOW_MS = 60_000
"""A file is read by a process that starts first."""


async def downloaded(seat: Seat, button: str) -> str:
    async with seat.page.expect_download() as saved:
        await seat[button].click()
    return _read(await (await saved.value).path())


def _read(path: Path) -> str:
    return path.read_text("utf-8-sig")


async def test_a_file_is_looked_at_mapped_imported_and_undone(system: System, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(FILE.encode("cp1252"))
    async with system.organisation("Acme") as acme:
        ann = await acme.agent("Ann", "supervisor", phone=False)
        async with signed_in(browser, system, ann, LAPTOP) as laptop:
            await laptop["tab-contacts"].click()
            await laptop["contacts-import"].click()
            await laptop["people-file"].set_input_files(file)
            await laptop["people-good"].get_by_text("2 contacts can be imported, 1 row cannot").wait_for()
            await expect(laptop["preview-problem"]).to_have_text(
                "Row 4, number 1: a telephone number, such as +44 20 7946 0123"
            )
            await expect(laptop["column-to"].nth(2)).to_have_value("number")
            await expect(laptop["column-label"].nth(0)).to_have_value("mobile")
            assert await barriers(laptop.page) == []
            await laptop.picture("people-import-laptop")
            await laptop["column-to"].nth(3).select_option("tags")
            await expect(laptop["preview-row"].nth(0)).not_to_contain_text("Kundennummer", timeout=SLOW_MS)
            await expect(laptop["preview-row"].nth(0)).to_contain_text("K-1")
            await expect(laptop["column-to"].nth(3)).to_have_value("tags")
            await laptop["people-start"].click()
            await laptop["people-outcome"].get_by_text("2 contacts added").wait_for()
            await laptop["people-outcome"].get_by_text("1 row with problems, not imported").wait_for()
            await expect(laptop["contact-row"]).to_have_count(2)
            problems = await downloaded(laptop, "people-problems")
            assert problems.splitlines()[1].startswith("4,number 1,") and "Cleo" not in problems
            assert await barriers(laptop.page) == []
            await laptop.picture("people-imported-laptop")

            place = await laptop.page.evaluate("location.hash")
            await laptop["contacts-export"].click()
            await laptop["export-format-csv"].check()
            await laptop["export-q"].fill("smith")
            await laptop["export-begin"].click()
            await laptop["export-save"].wait_for()
            assert await barriers(laptop.page) == []
            await laptop.picture("people-export-laptop")
            content = await downloaded(laptop, "export-save")
            assert "Ben,Smith" in content and "Anna" not in content
            assert "'=1+1" in content, "no cell is a formula"

            await laptop.go(place)
            await laptop["people-undo"].click()
            await laptop["people-undo-now"].click()
            await laptop["people-outcome"].get_by_text("2 contacts taken back").wait_for()
            await expect(laptop["contact-row"]).to_have_count(0)


@pytest.mark.long("test_a_file_is_looked_at_mapped_imported_and_undone")
async def test_cards_are_imported_on_a_phone_beside_who_is_here_already_and_undone(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    cards = tmp_path / "people.vcf"
    cards.write_text(CARDS)
    async with system.organisation("Acme") as acme:
        ann = await acme.agent("Ann", "supervisor", phone=False)
        await acme.post("/v1/people", {"given": "Anna", "family": "Petrova", "numbers": [{"number": "+442079460181"}]})
        async with signed_in(browser, system, ann, PHONE) as phone:
            await phone["tab-contacts"].click()
            await phone["contacts-import"].click()
            await phone["people-file"].set_input_files(cards)
            await phone["people-good"].get_by_text("2 contacts can be imported").wait_for()
            await phone["left-out"].get_by_text("KEY (1 card)").wait_for()
            await expect(phone["preview-row"].nth(1)).to_contain_text("Here already")
            assert await barriers(phone.page) == []
            await phone.picture("people-import-phone")
            await phone["known-update"].check()
            await phone["people-start"].click()
            await phone["people-outcome"].get_by_text("1 contact updated").wait_for()
            await phone["people-undo"].click()
            await phone["people-undo-now"].click()
            await phone["people-outcome"].get_by_text("2 contacts taken back").wait_for()
            await phone.picture("people-undone-phone")
            await phone.go("#/contacts")
            await expect(phone["contact-row"]).to_have_count(1)


PICKER = """
window.asked = []
window.answer = async () => []
Object.defineProperty(navigator, 'contacts', { configurable: true, value: {
  select: (fields, how) => { window.asked.push([fields, how]); return window.answer() },
} })
"""
"""Stands in for the Contact Picker of Chrome on Android, which Chromium on a computer does not have."""
CHOSEN = """[
  { name: ['Anna Petrova'], tel: ['020 7946 0191'], email: ['anna@example.com'] },
  { name: ['Ben Smith'], tel: ['+44 20 7946 0192'], email: [] },
]"""


@pytest.mark.long("test_a_file_is_looked_at_mapped_imported_and_undone")
async def test_an_agent_takes_people_from_their_phone_and_deletes_what_they_uploaded(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone["tab-contacts"].click()
            await phone["contacts-duplicates"].wait_for()
            assert await phone["contacts-phone"].count() == 0, "only where the browser has a picker"
            await phone.page.add_init_script(PICKER)
            await phone.page.reload()
            await phone["contacts-phone"].click()
            await phone["from-phone"].get_by_text("It never reads your contacts by itself").wait_for()
            assert await phone.page.evaluate("asked") == [], "the reason comes first"
            assert await barriers(phone.page) == []
            await phone.picture("from-phone")
            await phone["from-phone-later"].click()
            await phone["contacts-phone"].click()

            await phone["from-phone-choose"].click()
            await phone.page.locator("[data-why=closed]").wait_for()
            await phone.page.evaluate("() => { answer = async () => { throw new Error('no') } }")
            await phone["from-phone-choose"].click()
            await phone.page.locator("[data-why=refused]").wait_for()
            await phone.page.evaluate("() => { answer = async () => " + CHOSEN + " }")
            await phone["from-phone-email"].uncheck()
            await phone["from-phone-choose"].click()
            all_asked = await phone.page.evaluate("asked")
            assert [fields for fields, _ in all_asked] == [["name", "tel", "email"]] * 2 + [["name", "tel"]]
            assert all_asked[0][1] == {"multiple": True}

            await expect(phone["phone-row"]).to_have_count(2, timeout=SLOW_MS)
            await expect(phone["phone-row"].nth(0)).to_contain_text("Anna Petrova")
            assert await barriers(phone.page) == []
            await phone.picture("from-phone-preview")
            await phone["phone-start"].click()
            await phone["phone-outcome"].get_by_text("2 contacts added").wait_for()
            await phone.go("#/contacts")
            await expect(phone["contact-row"]).to_have_count(2)
            await expect(phone["contact-row"].nth(0)).to_contain_text("Private")

            await phone["contacts-phone"].click()
            await phone["from-phone-row"].get_by_text("2 contacts").click()
            await phone["phone-undo"].click()
            await phone["phone-undo-now"].click()
            await phone["phone-outcome"].get_by_text("2 contacts taken back").wait_for()
            assert await barriers(phone.page) == []
            await phone.picture("from-phone-deleted")
            await phone.go("#/contacts")
            await expect(phone["contact-row"]).to_have_count(0)


@pytest.mark.long("e2e/test_app_administration.py::test_who_may_open_no_section_has_no_administration")
async def test_an_agent_is_offered_neither(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone["tab-contacts"].click()
            await phone["contacts-duplicates"].wait_for()
            assert await phone["contacts-import"].count() == await phone["contacts-export"].count() == 0
