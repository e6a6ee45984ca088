"""Prompts in a real browser, on the real server: uploaded, recorded with the microphone, and generated from text."""

from __future__ import annotations

import re
import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Browser, expect
from tests.e2e.test_app_contacts import LAPTOP, PHONE, signed_in
from tests.support.app.axe import barriers
from tests.support.app.browser import write_tone
from tests.support.app.browsers import Browsers
from tests.support.product.system import Organisation, System

MICROPHONE_HZ = 700.0


async def stored(acme: Organisation) -> list[dict[str, Any]]:
    return list((await acme.http.get("/v1/prompts")).json()["items"])


async def loudest_hz(acme: Organisation, prompt_id: str) -> float:
    answer = await acme.http.get(f"/v1/prompts/{prompt_id}/audio")
    with wave.open(BytesIO(answer.content)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


async def test_a_file_is_uploaded_on_a_laptop_heard_and_deleted_once_nothing_plays_it(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    sound, letter, silent = tmp_path / "main_menu.wav", tmp_path / "notes.txt", tmp_path / "silent.wav"
    write_tone(sound, 440.0)
    letter.write_text("no sound")
    with wave.open(str(silent), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        async with signed_in(browser, system, bea, LAPTOP) as laptop:
            await laptop["tab-administration"].click()
            await laptop["open-prompts"].click()
            await laptop.page.get_by_text("No prompts yet").wait_for()
            await laptop["prompt-new"].click()
            await laptop["prompt-name"].fill("Menu")
            await laptop["prompt-save"].click()
            await laptop.page.get_by_text("Choose a file.").wait_for()
            await laptop["prompt-file"].set_input_files(letter)
            await laptop.page.get_by_text("Choose a WAV, MP3, Ogg or FLAC file.").wait_for()
            await laptop["prompt-file"].set_input_files(silent)
            await laptop["prompt-save"].click()
            await laptop.page.get_by_text("It is silent or nearly silent").wait_for()
            assert await barriers(laptop.page) == []
            await laptop.picture("prompt-refused-laptop")
            assert await stored(acme) == []
            await laptop["prompt-name"].fill("")
            await laptop["prompt-file"].set_input_files(sound)
            await expect(laptop["prompt-name"]).to_have_value("main menu")
            await laptop["prompt-save"].click()
            await laptop["prompt-users"].get_by_text("Nothing plays it yet").wait_for()
            [made] = await stored(acme)
            assert (made["name"], made["source"]) == ("main menu", "uploaded")
            assert abs(await loudest_hz(acme, made["id"]) - 440) < 3
            await laptop["prompt-play"].click()
            await expect(laptop["prompt-play"]).to_have_text("Stop")
            await laptop["prompt-play"].click()
            await expect(laptop["prompt-play"]).to_have_text("Play")
            assert await barriers(laptop.page) == []
            await laptop.picture("prompt-laptop")

            [number] = (await acme.http.get("/v1/numbers")).json()["items"]
            changed = await acme.http.patch(f"/v1/numbers/{number['id']}", json={"greeting": made["id"]})
            assert changed.status_code == 200, changed.text
            await laptop.go("#/prompts")
            await laptop.page.reload()
            await expect(laptop["prompt-row"]).to_contain_text("used once")
            assert await barriers(laptop.page) == []
            await laptop.picture("prompts-laptop")
            await laptop["prompt-row"].click()
            await expect(laptop["prompt-users"].get_by_role("link")).to_have_attribute(
                "href", f"#/numbers/{number['id']}"
            )
            await laptop["prompt-delete"].click()
            await laptop["delete-now"].click()
            await laptop["delete-problem"].get_by_text("It is used by number").wait_for()
            assert len(await stored(acme)) == 1
            await acme.http.patch(f"/v1/numbers/{number['id']}", json={"greeting": None})
            await laptop["delete-now"].click()
            await laptop.page.get_by_text("No prompts yet").wait_for()
            assert await stored(acme) == []


async def test_one_is_recorded_on_a_phone_after_the_reason_was_read(system: System, browsers: Browsers) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        browser = await browsers.hearing(MICROPHONE_HZ)
        async with signed_in(browser, system, bea, PHONE) as phone:
            await phone.go("#/prompts/new")
            await phone["prompt-way-record"].click()
            await phone["recorder"].get_by_text("nothing is sent until you save").wait_for()
            assert await barriers(phone.page) == []
            await phone.picture("prompt-record-phone")
            await phone["prompt-name"].fill("Closed")
            await phone["prompt-save"].click()
            await phone.page.get_by_text("Record something first.").wait_for()
            await phone["record-start"].click()
            await expect(phone["recorder"]).to_contain_text(re.compile("0:0[2-4] of 5:00"))
            await phone["record-stop"].click()
            await phone["record-sound"].wait_for()
            assert await barriers(phone.page) == []
            await phone.picture("prompt-recorded-phone")
            assert await phone.page.get_by_text("Record something first.").count() == 0
            assert await stored(acme) == []
            await phone["prompt-save"].click()
            await phone["prompt-users"].wait_for()
            [made] = await stored(acme)
            assert made["name"] == "Closed" and 1.5 < made["seconds"] < 12
            assert abs(await loudest_hz(acme, made["id"]) - MICROPHONE_HZ) < 5


@pytest.mark.long(
    "e2e/test_first_call.py::test_a_new_owner_gets_from_an_empty_installation_to_a_first_call_with_nothing_but_the_app"
)
async def test_one_is_read_out_from_text(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        bea = await acme.agent("Bea", "administrator", phone=False)
        await acme.prompt("Taken", 440)
        async with signed_in(browser, system, bea, PHONE) as phone:
            await phone.go("#/prompts/new")
            await phone["prompt-way-speak"].click()
            await phone["prompt-name"].fill("taken")
            await phone["prompt-text"].fill("We are closed today.")
            await phone["prompt-voice"].select_option("en-us")
            await phone["prompt-save"].click()
            await phone.page.get_by_text("There is already a prompt with this name.").wait_for()
            await phone["prompt-name"].fill("Closed today")
            await phone["prompt-save"].click()
            await phone.page.get_by_text("Read out in English (US)").wait_for()
            await phone.page.get_by_role("blockquote").get_by_text("We are closed today.").wait_for()
            assert await barriers(phone.page) == []
            await phone.picture("prompt-spoken-phone")
        spoken = next(one for one in await stored(acme) if one["source"] == "spoken")
        assert (spoken["name"], spoken["text"], spoken["voice"]) == ("Closed today", "We are closed today.", "en-us")


@pytest.mark.long("e2e/test_app_hours.py::test_who_may_only_see_them_is_shown_no_field")
async def test_who_may_only_listen_is_offered_nothing_else(system: System, browser: Browser) -> None:
    async with system.organisation("Acme") as acme:
        sue = await acme.agent("Sue", "supervisor", phone=False)
        prompt = await acme.prompt("Welcome", 440)
        async with signed_in(browser, system, sue, PHONE) as phone:
            await phone.go("#/prompts")
            await phone["prompt-row"].wait_for()
            assert await phone["prompt-new"].count() == 0
            await phone.go(f"#/prompts/{prompt}")
            await phone["prompt-play"].wait_for()
            assert await phone["prompt-delete"].count() == 0
            await phone.go("#/prompts/new")
            assert await phone["prompt-save"].count() == 0
