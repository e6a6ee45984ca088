"""Calls in hand in a real browser: a third is asked, all three talk, a number is dialled, the recording rests, the
disposition is given; a supervisor listens, whispers, speaks and takes over. Who hears whom is measured by tones.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from tests.support.app.browser import go_available
from tests.support.app.browsers import Browsers, browser_page
from tests.support.app.signed_in import come_back_as
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ, SUPERVISOR_HZ, Agent
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.offered_call import OfferedCall

PREMIUM = "+449098790001"


@pytest_asyncio.fixture(loop_scope="session")
async def page(system: System, browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, AGENT_HZ) as page:
        yield await _measured(page)


@pytest_asyncio.fixture(loop_scope="session")
async def desktop(system: System, browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, SUPERVISOR_HZ, phone=False) as page:
        yield await _measured(page)


async def test_a_colleague_is_asked_first_then_has_the_customer(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        _, call, bert = await _in_a_call(system, page, acme)
        offer = await _ask(page, bert, "transfer")
        await page.get_by_test_id("third-state").get_by_text("Ringing").wait_for()
        assert await page.get_by_test_id("swap").is_disabled()
        await offer.answer(COLLEAGUE_HZ)
        await page.locator("[data-testid=third][data-state=talking]").wait_for()
        await hear({offer: AGENT_HZ}, {call: AGENT_HZ, offer: CALLER_HZ})
        await wait_until(lambda: _hears(page, COLLEAGUE_HZ), 10)

        await page.get_by_test_id("swap").click()
        await page.locator("[data-testid=third][data-state=held]").wait_for()
        await hear({call: AGENT_HZ}, {offer: AGENT_HZ})
        await wait_until(lambda: _hears(page, CALLER_HZ), 10)
        # There and back: of the two, one counts its packets from a lower number than the other.
        await page.get_by_test_id("swap").click()
        await wait_until(lambda: _hears(page, COLLEAGUE_HZ), 10)
        await page.get_by_test_id("swap").click()
        await page.locator("[data-testid=third][data-state=held]").wait_for()
        await wait_until(lambda: _hears(page, CALLER_HZ), 10)

        await page.get_by_test_id("complete").click()
        await page.get_by_test_id("in-call").wait_for(state="detached")
        await hear({call: COLLEAGUE_HZ, offer: CALLER_HZ}, {call: AGENT_HZ, offer: AGENT_HZ})
        assert (await bert.call_is("connected"))["id"] == offer.call_id
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("test_a_colleague_is_asked_first_then_has_the_customer")
@pytest.mark.long("telephony/test_conference.py::test_all_three_hear_each_other_and_the_agent_can_leave")
async def test_all_three_talk_and_the_third_is_dropped(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        _, call, bert = await _in_a_call(system, page, acme)
        offer = await _ask(page, bert, "add")
        await offer.answer(COLLEAGUE_HZ)
        await page.locator("[data-testid=third][data-state=talking]").wait_for()
        await page.get_by_test_id("conference").click()
        await page.locator("[data-testid=in-call][data-state=conference]").wait_for()
        await hear({call: (AGENT_HZ, COLLEAGUE_HZ), offer: (AGENT_HZ, CALLER_HZ)})
        await page.get_by_test_id("drop").click()
        await offer.ended(5)
        await page.get_by_test_id("third").wait_for(state="detached")
        await hear({call: AGENT_HZ}, {call: COLLEAGUE_HZ})
        await page.get_by_test_id("hang-up").click()
        await call.ended(5)
        await acme.nothing_left()


@pytest.mark.long("e2e/test_browser_call.py::test_a_reload_during_a_call_attaches_to_it_again")
async def test_a_reload_while_a_colleague_is_asked_keeps_everybody(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        _, call, bert = await _in_a_call(system, page, acme)
        offer = await _ask(page, bert, "transfer")
        await offer.answer(COLLEAGUE_HZ)
        await page.locator("[data-testid=third][data-state=talking]").wait_for()
        await hear({offer: AGENT_HZ})
        await page.reload()
        await page.locator("[data-testid=third][data-state=talking]").wait_for()
        await page.locator("[data-testid=swap]:not([disabled])").wait_for()
        await hear({offer: AGENT_HZ}, {call: AGENT_HZ})
        await wait_until(lambda: _hears(page, COLLEAGUE_HZ), 10)
        await page.get_by_test_id("cancel-consult").click()
        await offer.ended(5)
        await page.locator("[data-testid=in-call][data-state=talking]").wait_for()
        await hear({call: AGENT_HZ})
        await wait_until(lambda: _hears(page, CALLER_HZ), 10)
        await page.get_by_test_id("hang-up").click()
        await call.ended(5)
        await acme.nothing_left()


@pytest.mark.long("telephony/test_outbound.py::test_a_colleague_is_called_inside")
async def test_two_colleagues_talk_without_a_customer(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        await _on_duty(system, page, acme)
        bert = await acme.agent("Bert Bold")
        await bert.be("available")
        await page.get_by_test_id("new-call").click()
        await page.get_by_test_id("dial-number").fill("bert")
        row = page.locator(f"[data-testid=target][data-id={bert.user_id}]")
        await row.get_by_test_id("call-target").click()
        offer = await bert.rings()
        assert (offer.purpose, offer.caller[1]) == ("consult", "Anna Agent")
        await page.locator("[data-testid=in-call][data-state=dialling]").wait_for()
        await offer.answer(COLLEAGUE_HZ)
        await page.locator("[data-testid=in-call][data-state=talking]").wait_for()
        assert await page.get_by_test_id("call-name").inner_text() == "Bert Bold"
        assert await page.get_by_test_id("transfer").count() == 0
        await hear({offer: AGENT_HZ})
        await wait_until(lambda: _hears(page, COLLEAGUE_HZ), 10)
        offer.hang_up()
        await page.get_by_test_id("in-call").wait_for(state="detached")
        await acme.nothing_left()


async def test_a_dialled_customer_and_the_browser_hear_each_other(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        await _on_duty(system, page, acme)
        line = await acme.line()
        await page.get_by_test_id("new-call").click()
        await page.get_by_test_id("dial-number").fill(PREMIUM)
        await page.get_by_test_id("dial-call").click()
        await page.get_by_test_id("dial-problem").get_by_text("This is a premium-rate number").wait_for()
        await page.get_by_test_id("dial-number").fill("")
        for digit in line.number:
            await page.get_by_test_id(f"pad-{'plus' if digit == '+' else digit}").click()
        await page.get_by_test_id("dial-hint").get_by_text("United Kingdom").wait_for()
        await page.get_by_test_id("dial-call").click()
        outside = await line.rings()
        assert outside.caller[0] == acme.number
        await page.locator("[data-testid=in-call][data-state=dialling]").wait_for()
        outside.answer(LINE_HZ)
        await page.locator("[data-testid=in-call][data-state=talking]").wait_for()
        await hear({outside: AGENT_HZ})
        await wait_until(lambda: _hears(page, LINE_HZ), 10)
        await page.get_by_test_id("hang-up").click()
        await outside.ended(5)
        await page.get_by_test_id("in-call").wait_for(state="detached")
        await acme.nothing_left()
        [record] = await acme.ended()
        assert (record["direction"], record["number"], record["outcome"]) == ("outbound", line.number, "answered")


@pytest.mark.long("screens/test_app_calls.py::test_a_recording_that_did_not_pause_is_said_loudly")
async def test_a_paused_recording_says_so_and_has_silence_in_it(system: System, page: Page) -> None:
    async with system.organisation("Acme", auto_resume_s=120) as acme:
        _, call, _ = await _in_a_call(system, page, acme)
        await page.get_by_test_id("recording-on").wait_for()
        await page.get_by_test_id("record").click()
        await page.get_by_test_id("recording-paused").wait_for()
        assert await page.get_by_test_id("recording-on").count() == 0
        await wait_until(lambda: _text_of(page, "recording-left", "1:5"), 5)
        await hear({call: AGENT_HZ}, for_s=1.5)
        await page.get_by_test_id("recording-resume").click()
        await page.get_by_test_id("recording-on").wait_for()
        await hear({call: AGENT_HZ}, for_s=1.0)
        await page.get_by_test_id("hang-up").click()
        await call.ended(5)
        [record] = await acme.ended()
        caller, agent = await acme.sound(record["recording"]["id"])
        assert _silent_s(caller + agent) == pytest.approx(_paused_s(record), abs=0.4)
        assert _paused_s(record) > 1.4


@pytest.mark.long("screens/test_app_calls.py::test_a_recording_on_demand_begins_with_its_button")
async def test_a_recording_on_demand_begins_when_the_agent_says_so(system: System, page: Page) -> None:
    async with system.organisation("Acme", record="on_demand") as acme:
        _, call, _ = await _in_a_call(system, page, acme)
        assert await page.get_by_test_id("recording-on").count() == 0
        await page.get_by_test_id("record").click()
        await page.get_by_test_id("recording-on").wait_for()
        await hear({call: AGENT_HZ}, for_s=1.0)
        await page.get_by_test_id("hang-up").click()
        await call.ended(5)
        [record] = await acme.ended()
        assert 1.0 < record["recording"]["duration_s"] < record["talk_s"]


@pytest.mark.long("screens/test_app_calls.py::test_the_next_call_waits_for_the_disposition")
async def test_without_its_disposition_a_wrap_up_does_not_end(system: System, page: Page) -> None:
    async with system.organisation("Acme", wrap_up_s=3, disposition="required") as acme:
        wanted = [await acme.post("/v1/dispositions", {"name": name}) for name in ("Solved", "Call again")]
        anna, call, _ = await _in_a_call(system, page, acme)
        await page.get_by_test_id("hang-up").click()
        await call.ended(5)
        await page.locator("[data-testid=dispositions][data-required=true]").wait_for()
        assert await page.get_by_test_id("wrap-up-done").is_disabled()
        assert await page.get_by_test_id("state-available").is_disabled()
        await page.locator("[data-testid=wrap-up][data-overdue=true]").wait_for()
        assert await anna.state() == "wrap_up"
        await page.locator(f"[data-testid=disposition][data-id={wanted[1]['id']}]").click()
        await page.get_by_test_id("wrap-up").wait_for(state="detached")
        await anna.becomes("available")
        [record] = await acme.ended()
        await wait_until(lambda: _disposed(acme, record["id"], wanted[1]["id"]), 10)


async def test_a_whole_call_needs_the_keyboard_and_the_names_of_things_alone(system: System, desktop: Page) -> None:
    async with system.organisation("Acme", wrap_up_s=60) as acme:
        anna = await acme.agent("Anna Agent", phone=False)
        await come_back_as(desktop, system, anna)
        keys = desktop.keyboard
        await _press(desktop, desktop.get_by_role("button", name="Go available"))
        await expect(desktop.get_by_role("button", name="Available", exact=True, pressed=True)).to_be_visible()
        call = await acme.dial()
        rings = desktop.get_by_role("region", name="Incoming call")
        await _press(desktop, rings.get_by_role("button", name="Answer"))
        talks = desktop.get_by_role("region", name="Call", exact=True)
        await hear({call: SUPERVISOR_HZ})
        await expect(talks).to_be_focused()

        await keys.press("h")
        await expect(talks.get_by_role("button", name="Resume", pressed=True)).to_be_visible()
        await anna.call_is("held")
        await _press(desktop, talks.get_by_role("button", name="Resume"))
        await anna.call_is("connected")
        await keys.press("m")
        await wait_until(lambda: call.ear.level_dbfs(since=time.time() - 0.5) < -50, 10)
        await _press(desktop, talks.get_by_role("button", name="Unmute"))
        await hear({call: SUPERVISOR_HZ})

        transfer = talks.get_by_role("button", name="Transfer", exact=True)
        await _press(desktop, transfer)
        sheet = desktop.get_by_role("dialog", name="Transfer")
        await expect(sheet.get_by_role("searchbox", name="Name, queue or number")).to_be_focused()
        await keys.press("Escape")
        await expect(sheet).to_be_hidden()
        await expect(transfer).to_be_focused()
        await _press(desktop, talks.get_by_role("button", name="Hang up"))
        await call.ended(5)

        wraps = desktop.get_by_role("region", name="Wrap-up")
        await expect(wraps).to_be_visible()
        await anna.becomes("wrap_up")
        await _press(desktop, wraps.get_by_role("button", name="Done, take the next call"))
        await anna.becomes("available")
        await expect(wraps).to_be_hidden()


@pytest.mark.long("telephony/test_supervision.py::test_listen_whisper_barge_and_back")
@pytest.mark.long("telephony/test_supervision.py::test_a_supervisor_takes_the_call_over")
@pytest.mark.long("screens/test_app_calls.py::test_each_way_of_listening_is_asked_for_with_the_reason_that_was_given")
async def test_a_supervisor_listens_whispers_speaks_and_takes_over(system: System, desktop: Page) -> None:
    async with system.organisation("Acme") as acme:
        sofia = await acme.agent("Sofia Supervisor", "supervisor", phone=False, member=False)
        [anna] = await acme.crew("Anna Agent")
        await come_back_as(desktop, system, sofia)
        await desktop.get_by_test_id("tab-live").first.click()
        talk = await acme.talk(anna)
        await desktop.locator(f"[data-testid=live-call][data-call={talk.call_id}]").click()
        assert await desktop.get_by_test_id("monitor-start").is_disabled()
        await desktop.get_by_test_id("reason-coaching").click()
        await desktop.get_by_test_id("monitor-start").click()
        await desktop.locator("[data-testid=watch-bar][data-hearing=true]").wait_for()
        await wait_until(lambda: _hears_one_of(desktop, AGENT_HZ, CALLER_HZ), 10)
        await hear({talk.call: AGENT_HZ}, {talk.call: SUPERVISOR_HZ, talk.offer: SUPERVISOR_HZ}, for_s=1.0)

        await desktop.get_by_test_id("watch-whisper").click()
        await hear({talk.offer: SUPERVISOR_HZ, talk.call: AGENT_HZ}, {talk.call: SUPERVISOR_HZ}, for_s=1.0)
        await desktop.get_by_test_id("watch-barge").click()
        await hear({talk.call: (AGENT_HZ, SUPERVISOR_HZ), talk.offer: (CALLER_HZ, SUPERVISOR_HZ)})
        await desktop.get_by_test_id("watch-listen").click()
        await hear({talk.call: AGENT_HZ}, {talk.call: SUPERVISOR_HZ, talk.offer: SUPERVISOR_HZ}, for_s=1.0)

        await desktop.get_by_test_id("take-over").click()
        await desktop.get_by_test_id("reason-complaint").click()
        await desktop.get_by_test_id("monitor-start").or_(desktop.get_by_test_id("take-over-start")).click()
        await desktop.locator("[data-testid=in-call][data-state=talking]").wait_for()
        await talk.offer.ended(5)
        await hear({talk.call: SUPERVISOR_HZ}, {talk.call: AGENT_HZ})
        await wait_until(lambda: _hears(desktop, CALLER_HZ), 10)
        assert await desktop.get_by_test_id("watch-bar").count() == 0
        await desktop.get_by_test_id("hang-up").click()
        await talk.call.ended(5)
        await acme.nothing_left()


async def _press(page: Page, button: Locator) -> None:
    """By Tab and Enter, from where the focus is."""
    await expect(button).to_be_enabled()
    for _ in range(80):
        if await button.evaluate("one => one === document.activeElement"):
            return await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {button}")


async def _measured(page: Page) -> Page:
    """The browser leaves the tone as it is: its noise suppression would take a steady one away."""
    page.set_default_timeout(15_000)
    await page.add_init_script("localStorage.setItem('call24.sound', 'raw')")
    return page


async def _on_duty(system: System, page: Page, acme: Organisation) -> Agent:
    anna = await acme.agent("Anna Agent", phone=False)
    await come_back_as(page, system, anna)
    await go_available(page)
    return anna


async def _in_a_call(system: System, page: Page, acme: Organisation) -> tuple[Agent, CustomerCall, Agent]:
    """The page's agent and a customer hear each other; a colleague with a phone is available."""
    anna = await _on_duty(system, page, acme)
    call = await acme.dial()
    await page.get_by_test_id("answer").click()
    await page.locator("[data-testid=in-call][data-state=talking]").wait_for()
    await hear({call: AGENT_HZ})
    bert = await acme.agent("Bert Bold")
    await bert.be("available")
    return anna, call, bert


async def _ask(page: Page, colleague: Agent, by: str) -> OfferedCall:
    """Opens the sheet and asks the colleague, whose phone rings."""
    await page.get_by_test_id(by).click()
    await page.get_by_test_id("target-search").fill(colleague.name[:4])
    row = page.locator(f"[data-testid=target][data-id={colleague.user_id}]")
    await row.get_by_test_id("ask-first").click()
    await page.get_by_test_id("transfer-sheet").wait_for(state="detached")
    await page.locator("[data-testid=in-call][data-state=consulting]").wait_for()
    return await colleague.rings()


async def _spectrum(page: Page) -> tuple[float, float]:
    heard = await page.evaluate("() => window.__call24.audio.spectrum()")
    return heard["peakHz"], heard["db"] if heard["db"] is not None else -999.0


async def _hears(page: Page, hz: float) -> bool:
    peak, db = await _spectrum(page)
    return db > -60 and abs(peak - hz) < 15


async def _hears_one_of(page: Page, *tones: float) -> bool:
    peak, db = await _spectrum(page)
    return db > -60 and any(abs(peak - hz) < 15 for hz in tones)


async def _disposed(acme: Organisation, call_id: str, disposition_id: str) -> bool:
    return [part["disposition_id"] for part in (await acme.detail(call_id))["agents"]] == [disposition_id]


async def _text_of(page: Page, testid: str, begins: str) -> bool:
    return (await page.get_by_test_id(testid).inner_text()).strip().startswith(begins)


def _silent_s(sound: np.ndarray[Any, Any]) -> float:
    """How long nothing was written, in steps of a fiftieth of a second, between the first sound and the last."""
    loud = [bool(np.abs(part).max() > 30) for part in np.array_split(sound, max(1, len(sound) // 160))]
    first, last = loud.index(True), len(loud) - loud[::-1].index(True)
    return loud[first:last].count(False) / 50


def _paused_s(record: dict[str, Any]) -> float:
    [pause] = record["pauses"]
    return (datetime.fromisoformat(pause["to"]) - datetime.fromisoformat(pause["from"])).total_seconds()
