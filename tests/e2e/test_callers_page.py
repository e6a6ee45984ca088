"""A caller, who has no account, in a browser and by telephone: proves the number, and has what the policy promises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.support.app.axe import barriers
from tests.support.app.browser import violations_of
from tests.support.privacy.spoken import code_in, page_of, played
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

CALLER_HZ = 1000


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    page.set_default_timeout(30_000)
    forbidden = violations_of(page)
    yield page
    await context.close()
    assert forbidden == []


async def talked(acme: Organisation, anna: Agent, number: str, so_far: int) -> dict[str, object]:
    call = await acme.customer(number, "Jo Caller").dial(acme.number, Tone(CALLER_HZ))
    offer = await anna.rings()
    await offer.answer()
    assert await offer.ear.hears(CALLER_HZ, 10)
    call.hang_up()
    record = (await acme.ended(so_far + 1))[-1]
    await anna.becomes("available")
    return dict(record)


async def test_a_caller_sees_exports_withdraws_and_asks_for_deletion(
    system: System, page: Page, tmp_path: Path
) -> None:
    async with system.organisation("Acme", record="always") as acme:
        line = await acme.line()
        [anna] = await acme.crew("Anna")
        record, place = await talked(acme, anna, line.number, 0), system.base_url + await page_of(acme)
        recording = record["recording"]
        assert isinstance(recording, dict), record
        sofia = await acme.agent("Sofia", "supervisor", phone=False, member=False)
        for who in (sofia, anna):
            heard = await who.http.get(f"/v1/recordings/{recording['id']}/audio")
            assert heard.status_code == 200, heard.text
        await page.goto(place)
        assert await page.get_by_role("button", name="Delete my data").count() == 0
        assert await barriers(page) == []
        await page.get_by_label("Your number").fill(line.number)
        await page.get_by_role("button", name="Call me").click()
        call = await line.rings()
        call.answer()
        code = code_in(await played(acme, call))
        call.hang_up()
        assert await barriers(page) == []
        await page.get_by_label("Code").fill(code)
        await page.get_by_role("button", name="Continue").click()

        await page.get_by_text("keeps of calls with your number").wait_for()
        assert await barriers(page) == []
        [row] = await page.get_by_role("row").filter(has=page.get_by_role("link", name="download")).all()
        told = await row.inner_text()
        assert "inbound" in told and "answered" in told
        assert "UTC, by a supervisor" in told and "UTC, by an agent who had the call" in told
        everything = await page.inner_text("body")
        assert "Sofia" not in everything and "Anna" not in everything
        async with page.expect_download() as saving:
            await row.get_by_role("link", name="download").click()
        await (await saving.value).save_as(tmp_path / "call.wav")
        assert (tmp_path / "call.wav").read_bytes()[:4] == b"RIFF"

        await page.get_by_role("button", name="Download my data").click()

        async def ready() -> bool:
            await page.wait_for_timeout(1_000)  # an address may ask only so often
            if await page.get_by_role("link", name="See whether it is ready").count():
                await page.get_by_role("link", name="See whether it is ready").click()
            return bool(await page.get_by_role("link", name="Download my data").count())

        await wait_until(ready, 90)
        async with page.expect_download() as saving:
            await page.get_by_role("link", name="Download my data").click()
        await (await saving.value).save_as(tmp_path / "mine.zip")
        with ZipFile(tmp_path / "mine.zip") as packed:
            assert line.number in packed.read("data/contacts.json").decode()
            assert len([name for name in packed.namelist() if name.startswith("vcon/")]) == 1

        await page.locator("form", has=page.locator("input[value=recording]")).get_by_text("Stop this").click()
        await page.get_by_text("Stopped since").wait_for()
        await page.get_by_role("button", name="Delete my data").click()
        await page.get_by_text("deletion, received").wait_for()
        await page.get_by_label("What is wrong").fill("I am Jo Kallen")
        await page.get_by_role("button", name="Correct my data").click()
        await page.get_by_text("correction, received").or_(page.get_by_text("correction, working")).wait_for()
        desk = (await acme.http.get("/v1/privacy-requests")).json()["items"]
        assert sorted((one["kind"], one["identity"]) for one in desk) == [("correction", "code"), ("deletion", "code")]
        assert await barriers(page) == []

        again = await talked(acme, anna, line.number, 1)
        assert (again["recording"], again["not_recorded"]) == (None, "objected"), again
        await page.get_by_role("button", name="Close this page").click()
        await page.goto(place)
        await expect(page.get_by_label("Your number")).to_be_visible()
