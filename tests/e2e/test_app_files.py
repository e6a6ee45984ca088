"""Files of contacts and tasks in a real browser, on the real server: sent, cut off, gone on with, seen and deleted."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, CDPSession, Request, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, Seat, signed_in
from tests.support.app.axe import barriers
from tests.support.photographs import CAMERA, PLACE, photograph
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

BYTES_PER_S = 500_000
PHOTO = photograph(size=(2400, 1800), noise=True)
assert len(PHOTO) > 2_500_000


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("photo") / "IMG 0042.jpg"
    file.write_bytes(PHOTO)
    return file


class Network:
    """Of one page: slow, away or as it is; and where the parts of uploads began that it was asked to send."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self.parts: list[int] = []

    @classmethod
    async def of(cls, seat: Seat) -> Network:
        session = await seat.page.context.new_cdp_session(seat.page)
        await session.send("Network.enable")
        network = cls(session)
        seat.page.on("request", network._note)
        return network

    def _note(self, request: Request) -> None:
        if request.method == "PATCH" and "/v1/uploads/" in request.url:
            self.parts.append(int(request.headers["upload-offset"]))

    async def be(self, *, slow: bool = False, away: bool = False) -> None:
        sends = BYTES_PER_S if slow else -1
        rules = {"offline": away, "latency": 0, "downloadThroughput": -1, "uploadThroughput": sends}
        await self._session.send("Network.emulateNetworkConditions", rules)


async def person_of(agent: Agent, given: str) -> str:
    body = {"given": given, "numbers": [{"number": "+442079460188"}]}
    answer = await agent.http.post("/v1/people", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def files_of(agent: Agent, **about: str) -> list[dict[str, Any]]:
    answer = await agent.http.get("/v1/files", params=about)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@asynccontextmanager
async def at_files(
    browser: Browser, system: System, who: Agent, size: dict[str, int], place: str, **options: Any
) -> AsyncIterator[Seat]:
    async with signed_in(browser, system, who, size, **options) as seat:
        await seat.go(place)
        await seat["files-none"].wait_for()
        yield seat


async def arrived(seat: Seat, percent: int) -> None:
    """Of the one upload that is under way at least so much is on the server."""

    async def enough() -> bool:
        said = re.match(r"(\d+) %", await seat["upload-says"].inner_text())
        return said is not None and int(said[1]) >= percent

    await wait_until(enough, 30)


async def test_a_photo_goes_on_where_the_network_broke_off_and_is_seen_saved_and_deleted(
    system: System, browser: Browser, photo: Path, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        ann = await acme.agent("Ann", "supervisor", phone=False)
        person = await person_of(ann, "Anna")
        async with at_files(browser, system, ann, LAPTOP, f"#/contacts/{person}") as seat:
            assert await barriers(seat.page) == []
            await expect(seat["files-camera"]).to_be_hidden()
            network = await Network.of(seat)
            await network.be(slow=True)
            await seat["files-input"].set_input_files(photo)
            await arrived(seat, 20)
            await seat.picture("files-uploading-laptop")
            await network.be(away=True)
            await expect(seat["upload"]).to_have_attribute("data-state", "retrying")
            await expect(seat["upload-says"]).to_contain_text("it goes on by itself")
            assert await barriers(seat.page) == []
            before = len(network.parts)
            await network.be()
            await expect(seat["upload"]).to_have_count(0)
            await seat["file-thumb"].wait_for()
            assert network.parts[0] == 0 and network.parts.count(0) == 1, network.parts
            assert network.parts[before] > 0, "it went on from what the server had"
            [file] = await files_of(ann, person_id=person)
            assert (file["name"], file["type"], file["thumbnail"]) == ("IMG 0042.jpg", "image/jpeg", "made")

            small = (await ann.http.get(f"/v1/files/{file['id']}/thumbnail")).content
            assert all(said.encode() not in small for said in (PLACE, CAMERA, "Exif"))
            with Image.open(io.BytesIO(small)) as picture:
                assert picture.size == (240, 320) and not picture.getexif()
            shown = "one => one.naturalWidth === 240 && one.naturalHeight === 320"
            await wait_until(lambda: seat["file-thumb"].evaluate(shown), 10)

            await seat["file-open"].click()
            await seat["file-picture"].wait_for()
            await wait_until(lambda: seat["file-picture"].evaluate("one => one.naturalWidth === 1800"), 10)
            assert await barriers(seat.page) == []
            await seat.picture("files-view-laptop")
            await seat.page.keyboard.press("Escape")
            await expect(seat["file-view"]).to_have_count(0)
            async with seat.page.expect_download() as saved:
                await seat["file-save"].click()
            download = await saved.value
            assert download.suggested_filename == "IMG 0042.jpg"
            assert (await download.path()).read_bytes() == PHOTO
            await seat.picture("files-laptop")

            await seat["file-rename"].click()
            assert await seat["file-new-name"].input_value() == "IMG 0042"
            await seat["file-new-name"].fill("Passport")
            assert await barriers(seat.page) == []
            await seat["file-rename-save"].click()
            await expect(seat["file-name"]).to_have_text("Passport.jpg")
            assert [one["name"] for one in await files_of(ann, person_id=person)] == ["Passport.jpg"]

            await seat["file-delete"].click()
            await seat["delete-now"].click()
            await seat["files-none"].wait_for()
            assert (await ann.http.get(f"/v1/files/{file['id']}/thumbnail")).status_code == 404
            assert await files_of(ann, person_id=person) == []
            await expect(seat["file-deleted"]).to_contain_text("Passport.jpg is deleted. Until")
            assert await barriers(seat.page) == []
            await seat.picture("files-deleted-laptop")
            await seat["file-undo-now"].click()
            await seat["file-thumb"].wait_for()
            await expect(seat["file-undo-toast"]).to_have_count(0)
            await expect(seat["file-deleted"]).to_have_count(0)
            assert (await ann.http.get(f"/v1/files/{file['id']}/content")).content == PHOTO

            await seat["file-delete"].click()
            await seat["delete-now"].click()
            await seat["file-for-good"].click()
            assert await barriers(seat.page) == []
            await seat["delete-keep"].click()
            await expect(seat["file-deleted"]).to_have_count(1)
            await seat["file-for-good"].click()
            await seat["delete-now"].click()
            await expect(seat["file-deleted"]).to_have_count(0)
            await expect(seat["file-undo-toast"]).to_have_count(0)
            assert (await ann.http.post(f"/v1/files/{file['id']}/restore")).status_code == 404
            assert (await ann.http.get("/v1/files/usage")).json()["files"] == 0

            await network.be(slow=True)
            await seat["files-input"].set_input_files(photo)
            await arrived(seat, 5)
            await seat["upload-cancel"].click()
            await expect(seat["upload"]).to_have_count(0)
            assert await seat["file"].count() == 0
            assert await seat.page.evaluate("localStorage['call24.uploads']") is None, "nothing goes on"


@pytest.mark.long("test_a_photo_goes_on_where_the_network_broke_off_and_is_seen_saved_and_deleted")
async def test_after_a_reload_the_same_file_goes_on_and_a_cancelled_one_is_gone(
    system: System, browser: Browser, photo: Path
) -> None:
    async with system.organisation("Acme") as acme:
        ann = await acme.agent("Ann", "supervisor", phone=False)
        person = await person_of(ann, "Anna")
        async with at_files(browser, system, ann, LAPTOP, f"#/contacts/{person}") as seat:
            network = await Network.of(seat)
            await network.be(slow=True)
            await seat["files-input"].set_input_files(photo)
            await arrived(seat, 20)
            await seat["upload-pause"].click()
            await expect(seat["upload-says"]).to_contain_text("Paused at")
            await seat["upload-resume"].click()
            await arrived(seat, 30)
            kept = await seat.page.evaluate("localStorage['call24.uploads']")
            assert "IMG" not in kept and person in kept, "ids alone"
            before = len(network.parts)
            await seat.page.reload()
            await seat["upload-broken"].get_by_text("had arrived when the page was left").wait_for()
            assert await barriers(seat.page) == []
            await network.be()
            async with seat.page.expect_file_chooser() as chooser:
                await seat["upload-choose"].click()
            await (await chooser.value).set_files(photo)
            await seat["file"].wait_for()
            assert network.parts[before] > 0, network.parts
            [file] = await files_of(ann, person_id=person)
            content = (await ann.http.get(f"/v1/files/{file['id']}/content")).content
            assert content == PHOTO

            await network.be(slow=True)
            await seat["files-input"].set_input_files(photo)
            await arrived(seat, 10)
            await seat["upload-cancel"].click()
            await expect(seat["upload"]).to_have_count(0)
            usage = lambda: ann.http.get("/v1/files/usage")  # noqa: E731

            async def one_left() -> bool:
                return bool((await usage()).json()["files"] == 1)

            await wait_until(one_left, 10)
            assert await seat.page.evaluate("localStorage['call24.uploads']") is None


@pytest.mark.long(
    "screens/test_app_files_states.py::test_what_the_server_would_refuse_is_refused_before_anything_is_sent"
)
async def test_on_a_phone_pictures_are_taken_for_a_task_and_what_is_not_taken_says_what_to_do(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    program, huge, gap = tmp_path / "holiday.pdf", tmp_path / "huge.pdf", tmp_path / "empty.pdf"
    program.write_bytes(b"MZ" + bytes(90_000))
    with huge.open("wb") as out:
        out.truncate((100 << 20) + 1)
    gap.write_bytes(b"")
    pictures = [tmp_path / f"{name}.jpg" for name in ("one", "two", "three")]
    for place in pictures:
        place.write_bytes(photograph())
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        task = await task_of(acme, bat)
        options = {"has_touch": True, "is_mobile": True, "color_scheme": "dark"}
        async with at_files(browser, system, bat, PHONE, f"#/work/{task}", **options) as seat:
            await expect(seat["files-camera"]).to_be_visible()
            assert await seat["files-camera-input"].get_attribute("capture") == "environment"
            await seat["files-camera-input"].set_input_files(pictures[0])
            await seat["files-input"].set_input_files(pictures[1:])
            await expect(seat["file-thumb"]).to_have_count(3)
            assert sorted(one["name"] for one in await files_of(bat, task_id=task)) == [
                "one.jpg",
                "three.jpg",
                "two.jpg",
            ]
            assert await barriers(seat.page) == []
            await seat.picture("files-phone-dark")
            wide = await seat.page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, "nothing sticks out"

            for file, said in (
                (program, "Files of this kind are not taken"),
                (huge, "a file may have 100 MB"),
                (gap, "The file is empty"),
            ):
                await seat["files-input"].set_input_files(file)
                await expect(seat["upload-problem"]).to_contain_text(said)
                assert await barriers(seat.page) == []
                await seat["upload-cancel"].click()
                await expect(seat["upload"]).to_have_count(0)
            assert len(await files_of(bat, task_id=task)) == 3

            await seat["file-open"].first.click()
            await seat["file-picture"].wait_for()
            first = await seat["file-view"].get_by_role("heading").inner_text()
            await seat.page.keyboard.press("ArrowRight")
            await expect(seat["file-view"].get_by_role("heading")).not_to_have_text(first)
            assert await barriers(seat.page) == []


@pytest.mark.long("test_a_photo_goes_on_where_the_network_broke_off_and_is_seen_saved_and_deleted")
async def test_a_file_is_dropped_onto_the_page_and_found_with_the_keyboard(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bat = await acme.agent("Bat", phone=False)
        task = await task_of(acme, bat)
        async with at_files(browser, system, bat, LAPTOP, f"#/work/{task}") as seat:
            transfer = await seat.page.evaluate_handle(
                "() => { const one = new DataTransfer(); one.items.add(new File(['hello'], 'note.txt')); return one }"
            )
            await seat["files"].dispatch_event("dragenter", {"dataTransfer": transfer})
            await seat["files-drop"].wait_for()
            await seat["files"].dispatch_event("drop", {"dataTransfer": transfer})
            await expect(seat["file-name"]).to_have_text("note.txt")
            await expect(seat["files-drop"]).to_have_count(0)
            await seat["file-save"].focus()
            async with seat.page.expect_download() as saved:
                await seat.page.keyboard.press("Enter")
            assert (await (await saved.value).path()).read_bytes() == b"hello"
            for reached in ("file-rename", "file-delete"):
                await seat.page.keyboard.press("Tab")
                await expect(seat[reached]).to_be_focused()
            assert await barriers(seat.page) == []


async def task_of(acme: Organisation, whose: Agent) -> str:
    made = await acme.post("/v1/tasks", {"title": "Send the contract", "assignee_id": whose.user_id})
    return str(made["id"])
