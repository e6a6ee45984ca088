"""An agent's own mobile number in the app: allowed by the organisation, proven by a code, switched, deleted.

What concerns it is answered by the real API with the real limits; the call that says the code is noted, not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.stage import problem
from tests.support.http.api import Api, Organisation
from tests.support.wait import PATIENCE_S, wait_until

from call24.kit.ids import TenantId
from call24.server.call_path import prove_by_calls

MINE, CODE, PROOF = "/v1/me/mobile", "/v1/me/mobile/code", "/v1/me/mfa/proof"
HERS, PREMIUM = "+447400123456", "+449098790123"
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class Calls:
    """The calls in which a code was said: to whom, and the code."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []

    def begin(self, tenant_id: TenantId, number: str, sounds: Sequence[str]) -> bool:
        digits = [sound.removeprefix("digit-") for sound in sounds if sound.startswith("digit-")]
        self.made.append((number, "".join(digits[:6])))
        return True


async def served_as(app: App, api: Api, role: str) -> tuple[Organisation, Calls]:
    """The page's requests below its paths are those of `role`, whose second factor is due at first."""
    api.clock.advance(seconds=(datetime.now(UTC) - api.clock.now()).total_seconds())
    org, calls = await api.organisation(), Calls()
    prove_by_calls(api.rooms, cast(Any, SimpleNamespace(spoken=calls, clock=api.clock)))

    async def served(method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.startswith(CODE) and not app.stage.was_asked("POST", PROOF):
            return 403, problem(403, "mfa_due")
        answer = await org.call(role, method, path, **({} if body is None else {"json": body}))
        return answer.status_code, answer.json() if answer.content else None

    app.stage.served, app.stage.served_at = served, (MINE, "/v1/organisation?")
    app.stage.me = {**scene.ME, **scene.allowed(role)}
    return org, calls


def stage_of(app: App, stage: str) -> Any:
    return app.page.locator(f"[data-testid=mobile][data-stage={stage}]")


async def test_an_agent_proves_a_number_by_the_code_that_was_said_and_switches_and_deletes_it(
    app: App, api: Api
) -> None:
    org, calls = await served_as(app, api, "agent")
    await app.open("#/me")
    await app["mobile-not-allowed"].get_by_text("ask an owner or administrator").wait_for()
    assert await app["mobile-number"].count() == 0
    await org.call("owner", "PATCH", "/v1/organisation", json={"ring_mobiles": True})
    await app.page.reload()

    await app["mobile-number"].fill("12")
    await app["mobile-call"].click()
    await app["step-up-code"].fill("123456")
    await app["step-up-submit"].click()
    await stage_of(app, "number").get_by_text("Not a phone number").wait_for()
    await app["mobile-number"].fill(PREMIUM)
    await app["mobile-call"].click()
    await app["mobile-problem"].get_by_text("premium-rate").wait_for()
    assert calls.made == []

    await app["mobile-number"].fill("07400 123456")
    await app["mobile-call"].click()
    await stage_of(app, "code").get_by_text("+44 7400 123456").wait_for()
    assert [number for number, _ in calls.made] == [HERS]
    assert await barriers(app.page) == [] and not await app.page.evaluate(OVERFLOW)
    await app["mobile-code"].fill("no")
    await app["mobile-confirm"].click()
    await app["mobile-problem"].get_by_text("2 attempts left").wait_for()
    await app.page.reload()
    await stage_of(app, "code").get_by_text("2 attempts left").wait_for()
    await app["mobile-again"].click()
    await wait_until(lambda: len(calls.made) == 2, PATIENCE_S)
    said = calls.made[-1][1]
    await app["mobile-code"].fill(f"{said[:3]} {said[3:]}")
    await app["mobile-confirm"].click()
    await stage_of(app, "on").get_by_text("+44 7400 123456").wait_for()
    assert (await org.call("agent", "GET", MINE)).json()["number"] == HERS
    assert await barriers(app.page) == [] and not await app.page.evaluate(OVERFLOW)

    await app["mobile-rings"].locator("xpath=..").click()
    await stage_of(app, "off").wait_for()
    assert (await org.call("agent", "GET", MINE)).json()["rings"] is False
    await app["mobile-delete"].click()
    await app["delete-now"].click()
    await stage_of(app, "number").wait_for()
    assert (await org.call("agent", "GET", MINE)).json()["number"] is None


@pytest.mark.long("test_an_agent_proves_a_number_by_the_code_that_was_said_and_switches_and_deletes_it")
async def test_codes_that_are_asked_for_too_often_or_typed_wrongly_too_often_are_told(app: App, api: Api) -> None:
    org, calls = await served_as(app, api, "agent")
    app.stage.asked.append(("POST", PROOF, None))
    await org.call("owner", "PATCH", "/v1/organisation", json={"ring_mobiles": True})
    await app.open("#/me")
    await app["mobile-number"].fill(HERS)
    await app["mobile-call"].click()
    for left in ("2 attempts left", "1 attempt left", "wrong too often"):
        await app["mobile-code"].fill("0")
        await app["mobile-confirm"].click()
        await app["mobile-problem"].get_by_text(left).wait_for()
    for made in (2, 3):
        await stage_of(app, "number").wait_for()
        await app["mobile-number"].fill(HERS)
        await app["mobile-call"].click()
        await stage_of(app, "code").wait_for()
        assert len(calls.made) == made
        await app["mobile-other"].click()
    await app["mobile-number"].fill(HERS)
    await app["mobile-call"].click()
    await app["mobile-problem"].get_by_text("Too many codes were said").wait_for()
    assert len(calls.made) == 3


async def test_the_organisation_allows_it_on_the_page_of_queues(app: App, api: Api) -> None:
    await app.page.set_viewport_size({"width": 1440, "height": 900})
    org, _ = await served_as(app, api, "owner")
    await app.open("#/queues")
    await app["ring-mobiles"].locator("xpath=..").click()

    async def allowed() -> bool:
        return bool((await org.call("agent", "GET", MINE)).json()["allowed"])

    await wait_until(allowed, PATIENCE_S)
    assert await app["ring-mobiles"].is_checked()
    assert await barriers(app.page) == [] and not await app.page.evaluate(OVERFLOW)
    app.stage.me = {**scene.ME, **scene.allowed("supervisor")}
    await app.page.reload()
    await app["ring-mobiles"].wait_for(state="attached")
    assert await app["ring-mobiles"].is_disabled() and await app["ring-mobiles"].is_checked()
