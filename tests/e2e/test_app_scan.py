"""Documents scanned from photographs, in a real browser on the real server: corners, look, pages, and the PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat
from tests.e2e.test_app_files import at_files, files_of, person_of, task_of
from tests.support.app.axe import barriers
from tests.support.photographs import CAMERA, PLACE, Corner, sheet
from tests.support.product.system import System

LEANING = ((0.22, 0.1), (0.9, 0.16), (0.8, 0.9), (0.12, 0.8))
STRAIGHT = ((0.15, 0.1), (0.85, 0.1), (0.85, 0.9), (0.15, 0.9))


def picture(corners: Sequence[Corner], colour: str = "red") -> FilePayload:
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": sheet(corners, colour)}


async def corners_of(seat: Seat) -> list[Corner]:
    said = [str(await one.get_attribute("aria-label")) for one in await seat["scan-corner"].all()]
    found = [re.findall(r"(\d+) %", one) for one in said]
    return [(int(x) / 100, int(y) / 100) for x, y in found]


def pages_of(pdf: bytes) -> list[Image.Image]:
    """The pictures in a PDF that has nothing but JPEG."""
    place = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    assert pdf[place : place + 4] == b"xref"
    found = []
    for match in re.finditer(rb"/DCTDecode /Length (\d+) >>\nstream\n", pdf):
        found.append(Image.open(io.BytesIO(pdf[match.end() : match.end() + int(match[1])])))
    assert len(found) == int(re.findall(rb"/Count (\d+)", pdf)[0])
    return found


def colour_at(page: Image.Image, across: float, down: float) -> tuple[int, int, int]:
    found = page.convert("RGB").getpixel((int(across * page.width), int(down * page.height)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


async def test_two_photographs_become_one_flat_white_pdf_that_says_nothing_of_the_place(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        task = await task_of(acme, bat)
        options = {"has_touch": True, "is_mobile": True}
        async with at_files(browser, system, bat, PHONE, f"#/work/{task}", **options) as seat:
            await seat["files-scan"].click()
            await seat["scan"].wait_for()
            assert await barriers(seat.page) == []
            assert await seat["scan-camera-input"].get_attribute("capture") == "environment"
            await seat["scan-camera-input"].set_input_files(picture(LEANING))
            await seat["scan-corners"].wait_for()
            await expect(seat["scan-corners"]).to_have_attribute("data-found", "true")
            found = await corners_of(seat)
            for one, true in zip(found, LEANING, strict=True):
                assert abs(one[0] - true[0]) < 0.02 and abs(one[1] - true[1]) < 0.02, found
            assert await barriers(seat.page) == []
            await seat.picture("scan-corners-phone")
            await seat["scan-take"].click()
            await expect(seat["scan-page"]).to_have_count(1)
            await seat["scan-input"].set_input_files(picture(STRAIGHT, "blue"))
            await seat["scan-look"].select_option("grey")
            await seat["scan-take"].click()
            await expect(seat["scan-page"]).to_have_count(2)
            await seat["scan-up"].last.click()
            await seat["scan-name"].fill("Contract")
            assert await barriers(seat.page) == []
            await seat.picture("scan-pages-phone")
            await seat["scan-save"].click()
            await expect(seat["scan"]).to_have_count(0)
            await expect(seat["file-name"]).to_have_text("Contract.pdf")
            [file] = await files_of(bat, task_id=task)
            assert file["type"] == "application/pdf"

        pdf = (await bat.http.get(f"/v1/files/{file['id']}/content")).content
        assert all(said.encode() not in pdf for said in (PLACE, CAMERA, "Exif"))
        grey, red = pages_of(pdf)
        assert len(set(colour_at(grey, 0.25, 0.225))) == 1, "the second was put first, and is grey"
        red_at = colour_at(red, 0.25, 0.225)
        assert red_at[0] - red_at[1] > 100, red_at
        for page in (grey, red):
            assert page.height > page.width, "it stands upright"
            for across in (0.06, 0.5, 0.94):
                assert min(colour_at(page, across, 0.06)) > 215, "paper is white, in the shade too"
            assert max(colour_at(page, 0.5, (450 + 4 * 40 + 6) / 800)) < 90, "print is dark"


@pytest.mark.long("test_two_photographs_become_one_flat_white_pdf_that_says_nothing_of_the_place")
async def test_corners_are_moved_by_hand_by_keys_and_by_pressing_where_they_belong(
    system: System, browser: Browser
) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (800, 800), (120, 120, 120)).save(blank, "PNG")
    async with system.organisation("Acme") as acme:
        ann = await acme.agent("Ann", "supervisor", phone=False)
        person = await person_of(ann, "Anna")
        async with at_files(browser, system, ann, LAPTOP, f"#/contacts/{person}") as seat:
            await seat["files-scan"].click()
            broken: FilePayload = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
            await seat["scan-input"].set_input_files(broken)
            await seat["scan-problem"].get_by_text("The picture cannot be read").wait_for()
            grey: FilePayload = {"name": "x.png", "mimeType": "image/png", "buffer": blank.getvalue()}
            await seat["scan-input"].set_input_files(grey)
            await expect(seat["scan-corners"]).to_have_attribute("data-found", "false")
            assert await corners_of(seat) == [(0.06, 0.06), (0.94, 0.06), (0.94, 0.94), (0.06, 0.94)]
            await seat["scan-corner"].nth(0).focus()
            for _ in range(2):
                await seat.page.keyboard.press("Shift+ArrowRight")
            await seat.page.keyboard.press("Shift+ArrowDown")
            assert (await corners_of(seat))[0] == (0.16, 0.11)
            box = await seat["scan-corners"].bounding_box()
            assert box is not None

            def at(across: float, down: float) -> tuple[float, float]:
                return box["x"] + across * box["width"], box["y"] + down * box["height"]

            await seat.page.mouse.move(*at(0.94, 0.94))
            await seat.page.mouse.down()
            await seat.page.mouse.move(*at(0.7, 0.8), steps=5)
            await seat.page.mouse.up()
            await seat["scan-corner"].nth(3).focus()
            await seat.page.mouse.click(*at(0.2, 0.75))
            moved = await corners_of(seat)
            for one, wished in zip(moved, ((0.16, 0.11), (0.94, 0.06), (0.7, 0.8), (0.2, 0.75)), strict=True):
                assert abs(one[0] - wished[0]) < 0.015 and abs(one[1] - wished[1]) < 0.015, moved
            await seat.page.mouse.click(*at(0.9, 0.3))
            assert await corners_of(seat) == moved, "what would be no page is not taken"
            assert await barriers(seat.page) == []
            await seat.picture("scan-corners-laptop")
            await seat["scan-take"].click()
            await expect(seat["scan-page"]).to_have_count(1)
            await seat.page.keyboard.press("Escape")
            await seat["scan-throw-away"].wait_for()
            assert await barriers(seat.page) == []
            await seat["scan"].get_by_role("button", name="Go on").click()
            await seat["scan-remove"].click()
            await expect(seat["scan-save"]).to_have_count(0)
            await seat.page.keyboard.press("Escape")
            await expect(seat["scan"]).to_have_count(0)
            await seat["files-none"].wait_for()
