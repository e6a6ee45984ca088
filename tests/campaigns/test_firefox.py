"""A sample of the end-to-end tests of the app in Firefox, on the composed server.

`./call24 test --campaign firefox`; half a minute, once Debian's firefox-esr is unpacked (80 MB). Every run
has the same journeys in Chromium: `tests/e2e/test_browser_call.py` and the tests of the screens.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.app.firefox import Firefox, running_firefox
from tests.support.product.system import AGENT_HZ, CALLER_HZ, PASSWORD, Agent, Organisation, System, running_system
from tests.support.wait import wait_until


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with running_system() as running:
        yield running


@pytest.fixture
async def firefox(tmp_path: Path) -> AsyncIterator[Firefox]:
    async with running_firefox(tmp_path / "firefox", AGENT_HZ) as running:
        yield running


async def signed_in(firefox: Firefox, system: System, agent: Agent) -> None:
    """By the form, with the policy accepted, as on a first day."""
    await firefox.go(system.base_url)
    await firefox.fill("sign-in-email", agent.email)
    await firefox.fill("sign-in-password", PASSWORD)
    await firefox.click("sign-in-submit")
    await firefox.click("policy-accept")
    await firefox.wait("session-state", '[data-state="offline"]')


async def a_past_call(acme: Organisation, agent: Agent) -> dict[str, Any]:
    """Its record."""
    talk = await acme.talk(agent)
    talk.call.hang_up()
    [record] = await acme.ended()
    return record


async def test_signing_in_home_the_list_of_calls_with_its_filter_and_a_task(firefox: Firefox, system: System) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent")
        await agent.be("available")
        record = await a_past_call(acme, agent)
        await agent.be("offline")
        shown = record["number"][-4:]
        await signed_in(firefox, system, agent)

        await firefox.click("tab-history")
        await firefox.wait("history-row")
        await firefox.fill("search", "nobody of this name")
        await firefox.gone("history-row")
        await firefox.fill("search", shown)
        await firefox.shows("history-row", shown)

        await firefox.evaluate("location.hash = '#/work/new'")
        await firefox.fill("task-title", "Send the price list")
        await firefox.click("task-save")
        await firefox.shows("task-name", "Send the price list")
        await firefox.evaluate("location.hash = '#/work'")
        await firefox.shows("task", "Send the price list")
        [task] = (await agent.http.get("/v1/tasks")).json()["items"]
        assert task["title"] == "Send the price list"


async def test_a_call_is_answered_and_both_sides_hear_each_other(firefox: Firefox, system: System) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        await signed_in(firefox, system, agent)
        await firefox.click("state-available")
        await firefox.click("mic-continue")  # Firefox has not been asked for the microphone yet
        await firefox.wait("session-state", '[data-state="available"]')
        call = await acme.dial(CALLER_HZ)
        await firefox.click("answer")
        await firefox.wait("in-call")

        async def hears() -> bool:
            heard = await firefox.evaluate("window.__call24.audio.spectrum()")
            return bool(heard["db"] is not None and heard["db"] > -60 and abs(heard["peakHz"] - CALLER_HZ) < 15)

        await wait_until(hears, 20)
        await wait_until(lambda: call.heard(AGENT_HZ), 20)
        await firefox.click("hang-up")
        await firefox.gone("in-call")
        await call.ended(10)
        [record] = await acme.ended()
        assert (record["outcome"], record["ended_by"]) == ("answered", "agent")
