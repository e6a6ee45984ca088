"""One agent's session under any signals, with what the agent is to be in the end, worked out apart from the machine."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from tests.support.clock import START

from call24.agents import events as e
from call24.agents import machine as m
from call24.agents.machine import AgentStep, advance
from call24.agents.model import (
    BY_SUPERVISOR,
    MISSED_CALLS,
    UNREACHABLE,
    VANISHED,
    AgentSession,
    AgentState,
    DispositionMode,
)
from call24.kit.ids import CallId, DispositionId, OfferId, TenantId, UserId

ANN, SUE = UserId("usr_ann"), UserId("usr_sue")
SOLD, LOST = DispositionId("dsp_sold"), DispositionId("dsp_lost")
WORKING = {AgentState.OFFERED, AgentState.ON_CALL, AgentState.WRAP_UP}
Wished = tuple[AgentState, str | None]
AVAILABLE: Wished = (AgentState.AVAILABLE, None)


class Agent:
    """``wish``: what the session is to be once all work in hand is done."""

    def __init__(self) -> None:
        self.now = START
        self.fresh = AgentSession(agent_id=ANN, tenant_id=TenantId("ten_a"), since=START, idle_since=START)
        self.session = self.fresh
        self.lines: list[tuple[object, e.AnyAgentEvent]] = []
        self.wish: Wished = (AgentState.OFFLINE, None)
        self.sinces = [START]
        self._numbers = itertools.count(1)

    def send(self, signal: m.AgentSignal) -> AgentStep:
        step = advance(self.session, signal)
        at = max(signal.at, self.session.since)
        self.lines += [(at, event) for event in step.events]
        self.session = step.session
        self.sinces.append(self.session.since)
        return step

    @property
    def is_now(self) -> Wished:
        return self.session.state, self.session.reason

    def after(self, seconds: float) -> Agent:
        self.now += timedelta(seconds=seconds)
        return self

    # --- wishes ---

    def wish_available(self) -> AgentStep:
        self.wish = AVAILABLE
        return self.send(m.AvailableWished(at=self.now))

    def wish_pause(self, reason: str = "lunch", limit_s: int | None = None) -> AgentStep:
        self.wish = (AgentState.PAUSED, reason)
        return self.send(m.PauseWished(at=self.now, reason=reason, limit_s=limit_s))

    def wish_offline(self) -> AgentStep:
        self.wish = (AgentState.OFFLINE, None)
        return self.send(m.OfflineWished(at=self.now))

    # --- offers and calls ---

    def offered(self) -> AgentStep:
        call_id, offer_id = self.fresh_ids()
        return self.send(m.OfferMade(at=self.now, call_id=call_id, offer_id=offer_id))

    def taken(self) -> AgentStep:
        """The offered call, or after a restart one that the session did not know of."""
        call_id, offer_id = self.session.call_id, self.session.offer_id
        if call_id is None or offer_id is None:
            call_id, offer_id = self.fresh_ids()
        return self.send(m.CallTaken(at=self.now, call_id=call_id, offer_id=offer_id))

    def own_call(self) -> AgentStep:
        call_id, offer_id = self.fresh_ids()
        return self.send(m.OwnCallStarted(at=self.now, call_id=call_id, offer_id=offer_id))

    def over(
        self, outcome: str, wrap_up_s: float = 10, disposition: DispositionMode = "off", pause_after: int = 0
    ) -> AgentStep:
        if self.session.state is AgentState.OFFERED and self.wish == AVAILABLE:
            if outcome == UNREACHABLE:
                self.wish = (AgentState.PAUSED, UNREACHABLE)
            if outcome == "ring_no_answer" and 0 < pause_after <= self.session.missed + 1:
                self.wish = (AgentState.PAUSED, MISSED_CALLS)
        return self.send(
            m.OfferOver(
                at=self.now,
                offer_id=self.session.offer_id or OfferId("off_0"),
                outcome=outcome,
                wrap_up_s=wrap_up_s,
                disposition=disposition,
                pause_after=pause_after,
            )
        )

    def wrapped_up(self) -> AgentStep:
        return self.send(m.WrapUpTimeUp(at=self.now, call_id=self.session.call_id or CallId("call_0")))

    def gives(self, disposition_id: DispositionId = SOLD) -> AgentStep:
        call_id = self.session.call_id or CallId("call_0")
        return self.send(m.DispositionGiven(at=self.now, call_id=call_id, disposition_id=disposition_id))

    # --- what others do, and time ---

    def vanished(self) -> AgentStep:
        if self.wish == AVAILABLE:
            self.wish = (AgentState.PAUSED, VANISHED)
        return self.send(m.Vanished(at=self.now))

    def returned(self) -> AgentStep:
        if self.wish == (AgentState.PAUSED, VANISHED):
            self.wish = AVAILABLE
        return self.send(m.Returned(at=self.now))

    def corrected(self, state: AgentState) -> AgentStep:
        self.wish = (state, BY_SUPERVISOR if state is AgentState.PAUSED else None)
        return self.send(m.Corrected(at=self.now, by=SUE, state=state, reason="forgotten"))

    def limit_reached(self) -> AgentStep:
        return self.send(m.PauseLimitReached(at=self.now, reason=self.session.reason or "lunch"))

    def alarm_rings(self) -> AgentStep:
        """Time passes until the session's alarm, if it has one."""
        alarm = m.alarm(self.session)
        assert alarm is not None, self.session
        self.now = max(self.now, alarm.at)
        return self.send(alarm.signal)

    # --- all at once ---

    def finish(self) -> Agent:
        """All work in hand is done."""
        if self.session.state is AgentState.OFFERED:
            self.over("withdrawn")
        if self.session.state is AgentState.ON_CALL:
            self.over("talked")
        if self.session.state is AgentState.WRAP_UP:
            self.gives()
        if self.session.state is AgentState.WRAP_UP:
            self.after(10).wrapped_up()
        return self

    def fresh_ids(self) -> tuple[CallId, OfferId]:
        number = next(self._numbers)
        return CallId(f"call_{number}"), OfferId(f"off_{number}")


def available() -> Agent:
    agent = Agent()
    agent.wish_available()
    return agent


def on_call() -> Agent:
    agent = available()
    agent.after(5).offered()
    agent.after(3).taken()
    return agent


def in_wrap_up(disposition: DispositionMode = "off", wrap_up_s: float = 10) -> Agent:
    agent = on_call()
    agent.after(60).over("talked", wrap_up_s=wrap_up_s, disposition=disposition)
    assert agent.session.state is AgentState.WRAP_UP
    return agent


MODES: tuple[DispositionMode, ...] = ("off", "optional", "required")
CORRECTIONS = (AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFFLINE)
Move = Callable[[Agent, int], object]
MOVES: dict[str, Move] = {
    "available": lambda agent, pick: agent.wish_available(),
    "pause": lambda agent, pick: agent.wish_pause(f"reason {pick}", limit_s=pick * 5 if pick % 2 else None),
    "offline": lambda agent, pick: agent.wish_offline(),
    "offered": lambda agent, pick: agent.offered(),
    "taken": lambda agent, pick: agent.taken(),
    "own call": lambda agent, pick: agent.own_call(),
    "refused": lambda agent, pick: agent.over(
        ("declined", "ring_no_answer", "withdrawn", UNREACHABLE)[pick % 4], pause_after=pick // 4 * 2
    ),
    "talked": lambda agent, pick: agent.over("talked", wrap_up_s=pick % 2 * 10, disposition=MODES[pick % 3]),
    "wrapped up": lambda agent, pick: agent.wrapped_up(),
    "disposition": lambda agent, pick: agent.gives((SOLD, LOST)[pick % 2]),
    "vanished": lambda agent, pick: agent.vanished(),
    "returned": lambda agent, pick: agent.returned(),
    "corrected": lambda agent, pick: agent.corrected(CORRECTIONS[pick % 3]),
    "limit": lambda agent, pick: agent.limit_reached(),
    "late news": lambda agent, pick: agent.send(
        m.OfferOver(at=agent.now, offer_id=OfferId("off_0"), outcome="declined")
    ),
    "late wrap-up": lambda agent, pick: agent.send(m.WrapUpTimeUp(at=agent.now, call_id=CallId("call_0"))),
    "late disposition": lambda agent, pick: agent.send(
        m.DispositionGiven(at=agent.now, call_id=CallId("call_0"), disposition_id=SOLD)
    ),
}
scripts = st.lists(
    st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 7), st.sampled_from((0, 0.5, 15, -3))), max_size=30
)
BEGINNING = ("available", "offered", "taken", "talked")


@st.composite
def agents(draw: st.DrawFn) -> Agent:
    """A session somewhere in its life, after any signals in any order."""
    agent = Agent()
    for name in BEGINNING[: draw(st.integers(0, len(BEGINNING)))]:
        MOVES[name](agent.after(1), draw(st.integers(0, 7)))
    for name, pick, seconds in draw(scripts):
        MOVES[name](agent.after(seconds), pick)
    return agent
