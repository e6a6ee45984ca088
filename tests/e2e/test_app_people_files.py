"""Contacts from a file in a real browser, on the real server: seen, mapped, imported, undone, and exported again."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.product.system import System

FILE = (
    "Vorname;Nachname;Handy;Kundennummer\r\n"
    "Anna;Petrova;+44 20 7946 0181;K-1\r\nBen;Smith;020 7946 0182;=1+1\r\nCleo;Jones;12;K-3\r\n"
)
CARDS = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Батын Дорж\nTEL;TYPE=CELL:+976 9911 2233\nPHOTO;ENCODING=b:AAAA\nEND:VCARD\n"
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
    file, cards = tmp_path / "people.csv", tmp_path / "people.vcf"
    file.write_bytes(FILE.encode("cp1252"))
    cards.write_text(CARDS)
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

        async with signed_in(browser, system, ann, PHONE) as phone:
            await phone["tab-contacts"].click()
            await phone["contacts-import"].click()
            await phone["people-file"].set_input_files(cards)
            await phone["people-good"].get_by_text("2 contacts can be imported").wait_for()
            await phone["left-out"].get_by_text("PHOTO (1 card)").wait_for()
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
            await expect(phone["contact-row"]).to_have_count(2)

        async with signed_in(browser, system, ann, LAPTOP) as laptop:
            await laptop["tab-contacts"].click()
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


async def test_an_agent_is_offered_neither(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        async with signed_in(browser, system, bat, PHONE) as phone:
            await phone["tab-contacts"].click()
            await phone["contacts-duplicates"].wait_for()
            assert await phone["contacts-import"].count() == await phone["contacts-export"].count() == 0
