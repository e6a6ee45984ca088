"""The screens of calls in hand, calling out, supervision and work, for app_pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page
from tests.support.app import scene
from tests.support.app import scene_calls as calls
from tests.support.app.scene_connections import call_tested
from tests.support.app.stage import Stage
from tests.support.wait import PATIENCE_S, wait_until

Act = Callable[[Page, Stage], Awaitable[None]]
World = Callable[[Stage], None]
Json = dict[str, Any]


async def phone_ready(page: Page) -> None:
    """Not by `wait_for_function`, which the page's own policy forbids."""
    await wait_until(lambda: page.evaluate("globalThis.__call24?.phone().state === 'ready'"), PATIENCE_S)


async def followed(stage: Stage) -> None:
    await wait_until(lambda: stage.is_followed, PATIENCE_S)


async def nothing(page: Page, stage: Stage) -> None:
    return None


def keep(stage: Stage) -> None:
    return None


def supervisor(stage: Stage) -> None:
    user = {**calls.DULMAA, "email": "dulmaa@northwind.example", "role": "supervisor"}
    stage.me = {**scene.ME, "user": user, **scene.allowed("supervisor")}
    stage.live = scene.live(calls=calls.CALLS)


def owner(stage: Stage) -> None:
    user = {**calls.DULMAA, "email": "dulmaa@northwind.example", "role": "owner"}
    stage.me = {**scene.ME, "user": user, **scene.allowed("owner")}


def testing(stage: Stage) -> None:
    """Everything is there, and the test call finds nobody."""
    owner(stage)
    stage.connections.numbers[0]["verified_at"] = None
    stage.connections.test_call = call_tested(3, "failed", "nobody_available")
    stage.connections.tested = True


def over(limit: str, overdue: bool) -> World:
    def world(stage: Stage) -> None:
        paused = scene.session("paused", reason="psr_lunch", pause_limit_at=limit, overdue=overdue)
        stage.live = scene.live(session=paused)

    return world


def hand(state: str, after: Act = nothing, **more: Any) -> Act:
    """The agent is in a call in this state."""

    async def act(page: Page, stage: Stage) -> None:
        await followed(stage)
        await phone_ready(page)
        stage.invite("call_live", auto=more.pop("own", False), purpose=more.get("purpose", "offer"))
        shown = calls.in_hand(state, **more)
        if shown["purpose"] != "own_call":
            await page.click("[data-testid=answer]")
        await page.wait_for_selector("[data-testid=in-call]")
        session = scene.session("on_call", call_id="call_live", since=scene.ago(seconds=252))
        stage.live = scene.live(seq=14, call=shown, session=session)
        stage.tell("session", {**session, "seq": 12})
        stage.tell("call", {**shown, "seq": 13})
        await page.wait_for_timeout(500)
        await after(page, stage)

    return act


def rung(purpose: str, **more: Any) -> Act:
    async def act(page: Page, stage: Stage) -> None:
        await followed(stage)
        stage.live = scene.live(seq=11, call=calls.ringing(purpose, **more))
        stage.tell("call", {**calls.ringing(purpose, **more), "seq": 11})
        await phone_ready(page)
        stage.invite("call_live", purpose=purpose)
        await page.wait_for_selector("[data-testid=answer]:not([disabled])")

    return act


def wrap(**more: Any) -> Act:
    async def act(page: Page, stage: Stage) -> None:
        await followed(stage)
        session = scene.session("wrap_up", call_id="call_a", **more)
        stage.live = scene.live(seq=12, session=session)
        stage.tell("session", {**session, "seq": 11})
        await page.wait_for_selector("[data-testid=wrap-up]")

    return act


def click(*selectors: str, then: Act = nothing) -> Act:
    async def act(page: Page, stage: Stage) -> None:
        for selector in selectors:
            await page.locator(selector).first.click()
        await then(page, stage)

    return act


WHY_PIECE = (
    "[data-testid=picture-piece][aria-label^=Batbold]:visible, [data-testid=picture-row]:visible:has-text('Batbold')"
)


def dialled(text: str, then: Act = nothing) -> Act:
    async def act(page: Page, stage: Stage) -> None:
        await page.fill("[data-testid=dial-number]", text)
        await then(page, stage)

    return act


async def refused(page: Page, stage: Stage) -> None:
    problem = {"code": "premium_denied", "status": 403, "title": "Not allowed", "detail": "no"}
    stage.fail["/v1/calls"] = (403, problem)
    await page.click("[data-testid=dial-call]")
    await page.wait_for_selector("[data-testid=dial-problem]")


async def listened(page: Page, stage: Stage) -> None:
    await page.locator("[data-call=call_t1]").click()
    await page.click("[data-testid=reason-coaching]")
    await page.click("[data-testid=monitor-start]")
    await page.wait_for_selector("[data-testid=call-sheet]", state="detached")
    stage.invite("call_t1", auto=True, purpose="monitor")
    await page.wait_for_selector("[data-hearing=true]")


def in_turn(*acts: Act) -> Act:
    async def act(page: Page, stage: Stage) -> None:
        for each in acts:
            await each(page, stage)

    return act


def many_queues(stage: Stage) -> None:
    owner(stage)
    one = stage.connections.queues[0]
    names = ("Support", "Sales", "Борлуулалт", "Support, evening", "Claims", "Invoices", "Support, German", "Delivery")
    stage.connections.queues[:] = [{**one, "id": f"que_{n}", "name": name} for n, name in enumerate(names)]


async def replayed(page: Page, stage: Stage) -> None:
    await page.select_option("[data-testid=what-if-strategy]", "round_robin")
    await page.fill("[data-testid=what-if-max_wait_s]", "60")
    await page.click("[data-testid=what-if-ask]")
    await page.wait_for_selector("[data-testid=what-if-answer]")


PAUSED = calls.recording("paused", resumes_at=scene.ahead(seconds=92))
COUPLE = [{"user": calls.DULMAA, "mode": "whisper", "joined": True}]
OUT = {
    "direction": "outbound",
    "purpose": "own_call",
    "queue": scene.SUPPORT,
    "own": True,
    "connected_at": None,
    "line": [{"kind": "ring", "from": scene.ago(seconds=6), "to": None}],
    "recording": calls.recording("off"),
}
REQUIRED = {"disposition_due": "call_a", "disposition_required": True}

SCREENS: dict[str, tuple[str, bool, World, Act]] = {
    "hand-paused-rec": ("#/", True, keep, hand("connected", recording=PAUSED)),
    "hand-heard": (
        "#/",
        True,
        keep,
        hand("connected", monitors=COUPLE, recording=calls.recording("off", on_demand=True)),
    ),
    "hand-transfer": ("#/", True, keep, hand("connected", click("[data-testid=transfer]"))),
    "hand-add": ("#/", True, keep, hand("connected", click("[data-testid=add]"))),
    "hand-consult-rings": ("#/", True, keep, hand("consulting", third=calls.third("ringing"))),
    "hand-consult": ("#/", True, keep, hand("consulting", third=calls.third("talking"))),
    "hand-swapped": ("#/", True, keep, hand("connected", third=calls.third("held"), recording=PAUSED)),
    "hand-conference": ("#/", True, keep, hand("conference", third=calls.third("talking"), monitors=COUPLE)),
    "hand-dialling": ("#/", True, keep, hand("dialling", **OUT)),
    "hand-asked": (
        "#/",
        True,
        keep,
        hand(
            "consulting",
            part="third",
            purpose="consult",
            third=calls.third("talking", scene.SARAA),
            **{"from": scene.ANNA},
        ),
    ),
    "ring-callback": ("#/", True, keep, rung("callback", direction="callback", skills=["Mongolian"], priority=5)),
    "ring-consult": (
        "#/",
        True,
        keep,
        rung("consult", part="third", why=None, third=calls.third("ringing", scene.SARAA), **{"from": scene.ANNA}),
    ),
    "ring-transfer": (
        "#/",
        True,
        keep,
        rung("transfer", why="You, because the call is for you", **{"from": scene.ANNA}),
    ),
    "wrap-required": (
        "#/",
        True,
        keep,
        wrap(since=scene.ago(seconds=12), wrap_up_until=scene.ahead(seconds=19), **REQUIRED),
    ),
    "wrap-overdue": (
        "#/",
        True,
        keep,
        wrap(since=scene.ago(seconds=50), wrap_up_until=scene.ago(seconds=19), overdue=True, **REQUIRED),
    ),
    "wrap-given": (
        "#/",
        True,
        keep,
        wrap(since=scene.ago(seconds=12), wrap_up_until=scene.ahead(seconds=19), disposition_id="dsp_1"),
    ),
    "pause-limit": ("#/", True, over(scene.ahead(minutes=11), False), nothing),
    "pause-over": ("#/", True, over(scene.ago(minutes=3), True), nothing),
    "pause-menu": ("#/", True, keep, click("[data-testid=pause-reasons]")),
    "dial": ("#/dial", True, keep, nothing),
    "dial-number": ("#/dial", True, keep, dialled("+976 99110718")),
    "dial-refused": ("#/dial", True, keep, dialled("+44 909 8790000", refused)),
    "dial-name": ("#/dial", True, keep, dialled("бо")),
    "supervise": ("#/live", True, supervisor, nothing),
    "supervise-call": ("#/live", True, supervisor, click("[data-call=call_t1]")),
    "supervise-end": ("#/live", True, supervisor, click("[data-call=call_t1]", "[data-testid=end-call]")),
    "supervise-agent": ("#/live", True, supervisor, click("[data-agent=usr_tsetseg] button")),
    "supervise-hear": ("#/live", True, supervisor, listened),
    "supervise-take": ("#/live", True, supervisor, in_turn(listened, click("[data-testid=take-over]"))),
    "work": ("#/work", True, keep, nothing),
    "work-task": ("#/work/tsk_d", True, keep, nothing),
    "work-new": ("#/work/new", True, keep, nothing),
    "work-recurring": ("#/work/recurring", True, keep, click("[data-testid=recurring-new]")),
    "work-board": ("#/work/board", True, keep, nothing),
    "work-filter": ("#/work", True, keep, click("[data-testid=tasks-more-filters]")),
    "work-many": ("#/work", True, keep, click("[data-testid=tasks-choose-shown]")),
    "work-play": ("#/work", True, keep, click("[data-testid=task-play]")),
    "wall": ("#/live/wall", True, supervisor, nothing),
    "detail-why": ("#/history/call_c", True, keep, click(WHY_PIECE)),
    "reports": ("#/reports", True, supervisor, nothing),
    "staffing": ("#/staffing", True, supervisor, nothing),
    "staffing-answer": ("#/staffing", True, supervisor, click("[data-testid=staffing-ask]")),
    "what-if": ("#/what-if", True, supervisor, nothing),
    "what-if-answer": ("#/what-if", True, supervisor, replayed),
    "administration": ("#/administration", True, owner, nothing),
    "roles": ("#/roles", True, owner, nothing),
    "role": ("#/roles/rol_senior", True, owner, nothing),
    "role-new": ("#/roles/new", True, owner, nothing),
    "queues": ("#/queues", True, owner, nothing),
    "queues-many": ("#/queues", True, many_queues, nothing),
    "queues-found": ("#/queues?q=sup", True, many_queues, nothing),
    "queue-found": ("#/queues/que_2?q=sup", True, many_queues, nothing),
    "queues-none": ("#/queues?q=winter", True, many_queues, nothing),
    "people-found": ("#/people?q=north", True, owner, nothing),
    "queue": ("#/queues/que_support", True, owner, nothing),
    "start": ("#/start", True, owner, nothing),
    "start-tested": ("#/start", True, testing, nothing),
    "trunks": ("#/trunks", True, owner, nothing),
    "trunk": ("#/trunks/trk_tenger", True, owner, nothing),
    "trunk-tested": ("#/trunks/trk_tenger", True, owner, click("[data-testid=trunk-test]")),
    "people-invite": ("#/people", True, owner, click("[data-testid=invite]")),
    "trunk-new": ("#/trunks/new", True, owner, nothing),
    "number-new": ("#/numbers/new", True, owner, nothing),
    "me-owner": ("#/me", True, owner, nothing),
}
