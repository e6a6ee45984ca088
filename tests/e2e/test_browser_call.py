"""The main job in a real browser: a customer rings over SIP, an agent answers in Chromium, and everything is kept.

Each side has its own tone, and each is measured by FFT at the other side and in the recording.
"""

from __future__ import annotations

import io
import os
import re
import signal
import time
import wave
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pymongo
import pytest
import pytest_asyncio
from playwright.async_api import Page, WebSocketRoute
from tests.support.app.browser import go_available, sign_in_as, violations_of
from tests.support.app.browsers import Browsers, browser_page
from tests.support.app.kept import kept_by
from tests.support.app.kept import undeclared as undeclared_in_browser
from tests.support.database.database import every_index, undeclared
from tests.support.product.people import PASSWORD
from tests.support.product.system import Agent, Organisation, System, running_system
from tests.support.stopped_process import stop
from tests.support.telephony.baresip import Baresip
from tests.support.telephony.sipp import Sipp
from tests.support.wait import PATIENCE_S, wait_until

from call24.kit.settings import DATABASE
from call24.testphones.tone import samples_to_ulaw, tone_samples

CUSTOMER_HZ, AGENT_HZ = 1000, 850


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Of its own: Baresip needs symmetric RTP, which all trunks at an address share, and parts of it are killed."""
    with running_system(watched=True) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(system: System, browsers: Browsers) -> AsyncIterator[Page]:
    async with browser_page(browsers, AGENT_HZ) as page:
        yield page


async def test_customer_and_browser_hear_each_other_and_both_are_recorded(
    system: System, page: Page, tmp_path: Path
) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Өнөрбаяр Төмөр", phone=False)
        # Baresip names the machine's own address in its SDP, and sends from that of loopback.
        symmetric = await acme.http.patch(f"/v1/trunks/{acme.trunk_id}", json={"symmetric_rtp": True})
        assert symmetric.status_code == 200, symmetric.text
        customer = Baresip(system.settings.sip_port, acme.number, "+442079460123", CUSTOMER_HZ, tmp_path)
        try:
            await sign_in_as(page, system, agent)
            await go_available(page)
            await customer.dial()
            await page.get_by_test_id("answer").click(timeout=20_000)
            await page.get_by_test_id("in-call").wait_for(timeout=10_000)
            await wait_until(lambda: _hears(page, CUSTOMER_HZ), 15)
            await _talked_for(agent, 3.0)
            await wait_until(lambda: _text_is_not(page, "sound", ""), 15)
            await page.get_by_test_id("hang-up").click()
            await customer.closed()
        finally:
            await customer.stop()
            # It is one for all organisations at this address, and the next tests' are at it too.
            await acme.http.patch(f"/v1/trunks/{acme.trunk_id}", json={"symmetric_rtp": False})

        record = await _finished_record(acme)
        assert record["outcome"] == "answered"
        assert record["ended_by"] == "agent"
        assert record["number"] == "+442079460123"
        assert record["agent"]["name"] == "Өнөрбаяр Төмөр"
        assert customer.tone_s(AGENT_HZ) == pytest.approx(record["talk_s"], abs=0.25)
        left, right = await _channels(acme, record["recording"]["id"])
        assert abs(_peak_hz(left) - CUSTOMER_HZ) < 5
        assert abs(_peak_hz(right) - AGENT_HZ) < 5
        assert _share(left, AGENT_HZ) < 0.01
        assert _share(right, CUSTOMER_HZ) < 0.01
        detail = (await acme.http.get(f"/v1/calls/{record['id']}")).json()
        [spoken] = [leg for leg in detail["legs"] if leg["answered_at"] and leg["party"] == "agent"]
        await wait_until(lambda: _quality_is_kept(acme, record["id"], spoken["id"]), 10)


@pytest.mark.long("test_customer_and_browser_hear_each_other_and_both_are_recorded")
async def test_the_times_of_the_record_are_those_that_sipp_saw(system: System, page: Page, tmp_path: Path) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        await sign_in_as(page, system, agent)
        await go_available(page)
        tone = samples_to_ulaw(tone_samples(CUSTOMER_HZ, 10))
        customer = Sipp(system.settings.sip_port, acme.number, "+442079460124", tone, tmp_path)
        await customer.dial()
        await page.get_by_test_id("answer").click(timeout=20_000)
        await wait_until(lambda: _hears(page, CUSTOMER_HZ), 15)
        await _talked_for(agent, 3.0)
        await page.get_by_test_id("hang-up").click()
        answered_s = await customer.answered_s()
        record = await _finished_record(acme)
        # Call24 answers as soon as the call arrives, so SIPp sees the wait and the ringing too.
        assert record["wait_s"] + record["ring_s"] + record["talk_s"] == pytest.approx(answered_s, abs=0.1)


@pytest.mark.long(
    "screens/test_app.py::test_a_call_is_found_in_the_history_and_its_recording_plays_with_a_lane_for_each_side"
)
async def test_the_call_is_found_in_the_history_with_its_recording(system: System, page: Page, tmp_path: Path) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        await sign_in_as(page, system, agent)
        await go_available(page)
        call = await acme.customer("+442079460177", "Grace Holloway").dial(acme.number)
        await page.get_by_test_id("answer").wait_for(timeout=20_000)
        assert await page.get_by_test_id("ringing-name").inner_text() == "Grace Holloway"
        await page.get_by_test_id("answer").click()
        await _talked_for(agent, 3.0)
        call.hang_up()
        await _finished_record(acme)
        await page.get_by_test_id("tab-history").first.click()
        await page.get_by_test_id("search").fill("nobody of this name")
        await page.get_by_test_id("history-row").first.wait_for(state="detached", timeout=10_000)
        await page.get_by_test_id("search").fill("hollow")
        await page.get_by_test_id("history-row").first.click(timeout=10_000)
        await page.get_by_test_id("player-play").click(timeout=15_000)
        await wait_until(lambda: _text_is_not(page, "player-at", "0:00"), 10)


async def test_a_reload_during_a_call_attaches_to_it_again(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        await sign_in_as(page, system, agent)
        await go_available(page)
        call = await acme.customer("+442079460178").dial(acme.number)
        await page.get_by_test_id("answer").click(timeout=20_000)
        await wait_until(lambda: call.heard(AGENT_HZ), 10)
        await page.reload()
        await page.get_by_test_id("in-call").wait_for(timeout=15_000)
        since = time.time()
        await wait_until(lambda: call.heard(AGENT_HZ, since), 10)
        await page.get_by_test_id("hang-up").click()
        await call.ended()
        assert (await _finished_record(acme))["outcome"] == "answered"
        [record] = await acme.ended()
        assert [offer["outcome"] for offer in record["offers"]] == ["answered"]
        assert record["talk_s"] > since - (call.ear.first_heard(AGENT_HZ) or 0), "it is counted on"


@pytest.mark.long("telephony/test_hand.py::test_a_muted_agent_hears_and_is_not_heard")
@pytest.mark.long("telephony/test_hand.py::test_on_hold_the_customer_has_music_and_the_agent_is_alone")
@pytest.mark.long("telephony/test_hand.py::test_keys_reach_the_other_side_from_the_app_and_from_both_phones")
async def test_pause_mute_hold_keypad_and_timer_do_what_they_say(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        await sign_in_as(page, system, agent)
        await go_available(page)
        await page.get_by_test_id("state-paused").click()
        await page.locator('[data-testid="session-state"][data-state="paused"]').first.wait_for(timeout=10_000)
        assert await agent.state() == "paused"
        await go_available(page)
        call = await acme.customer("+442079460179").dial(acme.number)
        await page.get_by_test_id("answer").click(timeout=20_000)
        await wait_until(lambda: call.heard(AGENT_HZ), 10)

        await page.get_by_test_id("mute").click()
        await wait_until(lambda: call.ear.level_dbfs(since=time.time() - 0.5) < -50, 10)
        await page.get_by_test_id("mute").click()
        since = time.time()
        await wait_until(lambda: call.heard(AGENT_HZ, since), 10)

        await page.get_by_test_id("hold").click()
        await wait_until(lambda: _call_is(agent, "held"), 10)
        await page.get_by_test_id("hold").click()
        await wait_until(lambda: _call_is(agent, "connected"), 10)
        since = time.time()
        await wait_until(lambda: call.heard(AGENT_HZ, since), 10)

        await page.get_by_test_id("keypad").click()
        await page.get_by_test_id("key-5").click()
        await wait_until(lambda: _text_is_not(page, "call-timer", "0:00"), 10)
        call.hang_up()
        await page.get_by_test_id("in-call").wait_for(state="detached", timeout=10_000)


@pytest.mark.long(
    "telephony/test_crash_asterisk.py::test_callers_wait_for_phones_that_have_not_registered_again_yet_and_nobody_is_paused"
)
@pytest.mark.long("screens/test_app.py::test_the_app_says_that_asterisk_is_away_and_when_it_is_back")
async def test_after_asterisk_was_killed_the_next_caller_is_answered_in_the_app(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        kept_away, turned_away = False, 0

        async def to_asterisk(socket: WebSocketRoute) -> None:
            nonlocal turned_away
            if kept_away:
                turned_away += 1
                await socket.close()
            else:
                socket.connect_to_server()

        await page.route_web_socket(re.compile(f":{system.settings.wss_port}/"), to_asterisk)
        agent = await acme.agent("Anna Agent", phone=False)
        await sign_in_as(page, system, agent)
        await go_available(page)
        kept_away = True  # it is between two of its tries, which lie up to 8 s apart
        system.kill("asterisk")
        call = await acme.dial_until_taken()
        await wait_until(lambda: turned_away, 10)
        assert await agent.state() == "available"
        assert call.end is None, "the caller waits"
        kept_away = False
        await page.get_by_test_id("answer").click(timeout=20_000)
        await wait_until(lambda: call.heard(AGENT_HZ), 10)
        assert (await agent.live())["session"]["state"] == "on_call"
        call.hang_up()
        record = (await acme.ended())[-1]
        assert (record["outcome"], record["agent"]["name"]) == ("answered", "Anna Agent")


@pytest.mark.long("telephony/test_sip_edge.py::test_a_killed_edge_cuts_no_call_and_phones_register_again")
async def test_when_the_phones_port_is_killed_the_call_goes_on_and_the_app_takes_the_next(
    system: System, page: Page
) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        await sign_in_as(page, system, agent)
        await go_available(page)
        call = await acme.dial()
        await page.get_by_test_id("answer").click(timeout=20_000)
        await wait_until(lambda: call.heard(AGENT_HZ), 10)
        killed, since = system.kill("sip_edge"), time.time()
        await system.restarted("sip_edge", killed)
        await wait_until(lambda: time.time() > since + 1.5, 5)
        assert call.ear.longest_gap(AGENT_HZ, since, time.time() - 0.2) < 1
        call.hang_up()
        await page.get_by_test_id("in-call").wait_for(state="detached", timeout=10_000)
        again = await acme.dial()
        await page.get_by_test_id("answer").click(timeout=20_000)
        await wait_until(lambda: again.heard(AGENT_HZ), 10)
        again.hang_up()


@pytest.mark.long("screens/test_app.py::test_the_app_says_that_asterisk_is_away_and_when_it_is_back")
async def test_the_app_says_that_asterisk_is_away_and_when_it_is_back(system: System, page: Page) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        await sign_in_as(page, system, agent)
        pid = system.pid("asterisk")
        stop(pid)  # it hangs: longer than a restart takes
        try:
            await page.get_by_test_id("banner").first.wait_for(timeout=40_000)
        finally:
            os.kill(pid, signal.SIGKILL)
        await page.get_by_test_id("banner").first.wait_for(state="detached", timeout=40_000)
        await go_available(page)
        await acme.customer("+442079460180").dial(acme.number)
        await page.get_by_test_id("answer").wait_for(timeout=20_000)


def test_every_field_that_these_calls_left_in_mongodb_is_in_the_data_map(system: System) -> None:
    every_index()  # imports every model, and with it what it declares
    with pymongo.MongoClient(system.settings.mongodb_uri()) as client:
        database = client[DATABASE]
        assert {"call_records", "journal", "recordings", "contacts"} <= set(database.list_collection_names())
        assert sorted(undeclared(database)) == []


async def test_the_app_its_worker_and_the_servers_pages_keep_to_the_policy(system: System, browsers: Browsers) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        # A worker is not taken from a page whose certificate is only tolerated for it.
        browser = await browsers.with_flags("--ignore-certificate-errors")
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        forbidden = violations_of(page)
        await sign_in_as(page, system, agent)
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.reload()
        await page.wait_for_function("navigator.serviceWorker.controller !== null")
        await page.get_by_test_id("session-state").first.wait_for(state="attached", timeout=15_000)
        for path in ("/docs", "/trust"):
            await page.goto(system.base_url + path)
            assert await page.evaluate("getComputedStyle(document.body).maxWidth") == "832px", path
        assert forbidden == []
        await page.evaluate("document.body.setAttribute('style', 'color: red')")
        assert len(forbidden) == 1, "what is forbidden is not noticed"
        await page.close()


async def test_what_the_app_keeps_in_the_browser_is_in_the_data_map_and_gone_at_sign_out(
    system: System, browsers: Browsers
) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        browser = await browsers.with_flags("--ignore-certificate-errors")
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await sign_in_as(page, system, agent)
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.goto(f"{system.base_url}/#/me")
        await page.get_by_test_id("language-mn").click()
        await page.wait_for_function("document.documentElement.lang === 'mn'")
        await page.get_by_test_id("theme-dark").click()

        async def kept() -> bool:
            found = {store: key for store, key in await kept_by(page) if not key.startswith("call24.")}
            return {"localStorage", "cache", "service worker", "cookie"} <= found.keys()

        await wait_until(kept, PATIENCE_S)
        found = await kept_by(page)
        assert undeclared_in_browser(found) == []
        of_app = {key for store, key in found if store == "localStorage" and key.startswith("call24.")}
        assert of_app == {"call24.token", "call24.device", "call24.theme", "call24.language"}
        await page.get_by_test_id("sign-out").click()
        await page.get_by_test_id("sign-in-email").wait_for()

        async def forgotten() -> bool:
            return await kept_by(page) == {("cookie", "__Host-call24-device"), ("localStorage", "call24.language")}

        await wait_until(forgotten, PATIENCE_S)
        await page.get_by_test_id("sign-in-email").fill(agent.email)
        await page.get_by_test_id("sign-in-password").fill(PASSWORD)
        await page.get_by_test_id("sign-in-submit").click()
        await wait_until(kept, PATIENCE_S)  # it shows notifications, also before the page is loaded again
        await page.close()


async def _talked_for(agent: Agent, seconds: float) -> None:
    async def long_enough() -> bool:
        live = await agent.live()
        since = live["call"] and live["call"]["connected_at"]
        if not since:
            return False
        return (datetime.fromisoformat(live["at"]) - datetime.fromisoformat(since)).total_seconds() >= seconds

    await wait_until(long_enough, seconds + 10)


async def _quality_is_kept(acme: Organisation, call_id: str, leg_id: str) -> bool:
    legs = (await acme.http.get(f"/v1/calls/{call_id}/quality")).json()["legs"]
    return [leg["leg_id"] for leg in legs if leg["s"] >= 1 and leg["mos"] > 1] == [leg_id]


async def _call_is(agent: Agent, state: str) -> bool:
    call = (await agent.live())["call"]
    return bool(call) and call["state"] == state


async def _text_is_not(page: Page, testid: str, text: str) -> bool:
    return (await page.get_by_test_id(testid).inner_text()).strip() != text


async def _hears(page: Page, hz: float) -> bool:
    spectrum = await page.evaluate("() => window.__call24.audio.spectrum()")
    return bool(spectrum["db"] is not None and spectrum["db"] > -60 and abs(spectrum["peakHz"] - hz) < 15)


async def _finished_record(acme: Organisation) -> dict:  # type: ignore[type-arg]
    async def newest() -> dict | None:  # type: ignore[type-arg]
        records = await acme.records()
        stored = records and records[0]["recording"] and records[0]["recording"]["state"] == "stored"
        return records[0] if stored else None

    record = await wait_until(newest, 10)
    assert record is not None
    return record


async def _channels(acme: Organisation, recording_id: str) -> tuple[np.ndarray, np.ndarray]:
    answer = await acme.http.get(f"/v1/recordings/{recording_id}/audio")
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getsampwidth()) == (2, 8000, 2)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)
    return samples[:, 0].astype(float), samples[:, 1].astype(float)


def _spectrum(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.fft.rfftfreq(len(samples), 1 / 8000), np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2


def _peak_hz(samples: np.ndarray) -> float:
    hz, power = _spectrum(samples)
    return float(hz[np.argmax(power)])


def _share(samples: np.ndarray, hz: float) -> float:
    """How much of the sound's energy lies within 20 Hz of a frequency."""
    frequencies, power = _spectrum(samples)
    return float(power[np.abs(frequencies - hz) < 20].sum() / power.sum())
