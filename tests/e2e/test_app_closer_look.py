"""What people look at closer, in a real browser on the real server: days, who listened, and files of calls."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Download, expect
from tests.support.app.axe import barriers
from tests.support.app.signed_in import Seen, signed_in
from tests.support.product.system import System


@pytest.mark.long("test_an_agent_reads_the_own_day_and_a_supervisor_takes_a_call_along_and_sees_who_listened")
async def test_a_supervisor_ends_an_offer_that_is_stuck_and_reads_the_day_of_the_agent(
    system: System, browser: Browser
) -> None:
    async with system.organisation("Acme") as acme:
        anna, bea = await acme.crew("Anna", "Bea")
        sofia = await acme.agent("Sofia", "supervisor", phone=False, member=False)
        async with signed_in(browser, system, sofia, wide=True) as desk:
            await desk.go("#/live")
            call = await acme.dial()
            await anna.rings()
            row = desk.page.locator(f'[data-testid="agent-row"][data-agent="{anna.user_id}"]')
            await expect(row).to_have_attribute("data-state", "offered")
            await row.get_by_test_id("agent-open").click()
            await desk["agent-sheet"].get_by_test_id("offer-end").click()
            await (await bea.rings()).answer()
            await bea.becomes("on_call")
            await desk["agent-sheet"].wait_for(state="detached")
            await row.get_by_test_id("agent-open").click()
            await desk["agent-day"].click()
            await expect(desk["day-part"].first).to_have_attribute("data-state", "available")
            states = [await one.get_attribute("data-state") for one in await desk["day-part"].all()]
            assert states[:2] == ["available", "offered"]
            assert await barriers(desk.page) == []
            await desk["day-choose"].fill("2020-01-01")
            await desk["day-empty"].wait_for()
        call.hang_up()
        await acme.ended()


async def test_an_agent_reads_the_own_day_and_a_supervisor_takes_a_call_along_and_sees_who_listened(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme", record="always") as acme:
        [anna] = await acme.crew("Anna")
        (await acme.talk(anna)).call.hang_up()
        [call] = await acme.ended()
        sofia = await acme.agent("Sofia", "supervisor", phone=False, member=False)
        async with signed_in(browser, system, anna) as phone:
            await phone["my-day"].click()
            talked = phone.page.locator('[data-testid="day-part"][data-state="on_call"]')
            assert await talked.get_by_role("link").get_attribute("href") == f"#/history/{call['id']}"
            assert await barriers(phone.page) == []
        async with signed_in(browser, system, sofia, wide=True) as desk:
            await desk.go(f"#/history/{call['id']}")
            vcon = await downloaded(desk, "call-vcon", tmp_path)
            assert vcon["uuid"] and "body" not in vcon["dialog"][0]
            with_sound = await downloaded(desk, "call-vcon-sound", tmp_path)
            assert len(with_sound["dialog"][0]["body"]) > 1000
            await desk["playbacks-show"].click()
            await desk["playback"].filter(has_text="Sofia").first.wait_for()
            assert await barriers(desk.page) == []


async def downloaded(desk: Seen, button: str, folder: Path) -> dict[str, Any]:
    """The vCon in the signed file that the button saves."""
    async with desk.page.expect_download() as saving:
        await desk[button].click()
    file: Download = await saving.value
    await file.save_as(folder / button)
    payload = json.loads((folder / button).read_text())["payload"]
    vcon: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return vcon


@pytest.mark.long("screens/test_app_work.py::test_many_are_changed_at_once_and_it_is_undone")
async def test_earlier_exports_and_changes_of_many_tasks_are_found_again(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        olga = await acme.agent("Olga Owner", "owner", phone=False, member=False)
        for title in ("Call Ben", "Call Ann"):
            made = await olga.http.post("/v1/tasks", json={"title": title, "queue_id": acme.queue_id})
            assert made.status_code == 201, made.text
        wish = {"kind": "calls", "format": "csv", "from": "2026-01-01", "to": "2026-01-02"}
        assert (await olga.http.post("/v1/exports", json=wish)).status_code < 300
        async with signed_in(browser, system, olga, wide=True) as desk:
            await desk.go("#/work")
            await desk["tasks-choose-shown"].click()
            await desk["bulk-priority"].select_option("urgent")
            await desk["undo-toast"].wait_for()
            await desk.page.reload()
            await desk["bulk-changes-open"].click()
            await desk["bulk-change"].get_by_text("Priority: 2").wait_for()
            assert await barriers(desk.page) == []
            await desk["bulk-change-undo"].click()
            await desk["bulk-change"].get_by_text("Undone").wait_for()
            tasks = (await olga.http.get("/v1/tasks")).json()["items"]
            assert [task["priority"] for task in tasks] == ["normal", "normal"]
            await desk.page.keyboard.press("Escape")
            await desk.go("#/reports")
            await desk["exports-show"].click()
            await expect(desk["export-row"]).to_have_attribute("data-state", "done")
            assert await barriers(desk.page) == []
            async with desk.page.expect_download() as saving:
                await desk["export-save"].click()
            await (await saving.value).save_as(tmp_path / "calls.csv")
            await desk["export-drop"].click()
            assert await barriers(desk.page) == []
            await desk["delete-keep"].click()
            await expect(desk["export-row"]).to_have_count(1)
            await desk["export-drop"].click()
            await desk["delete-now"].click()
            await desk["exports-none"].wait_for()
        assert (tmp_path / "calls.csv").stat().st_size > 20
