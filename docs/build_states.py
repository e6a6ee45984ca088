"""Writes docs/reference/states.md, and a diagram into docs/rooms/agents.md, from the state tables:
`.venv/bin/python docs/build_states.py`.

Where a cell leads is found by trying it: from a fresh call (or session) every kind of signal is given to each situation
that can be reached. tests/unit/test_states_page.py fails when the page is out of date or when a cell was never reached.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from call24.agents import machine as agents
from call24.agents.model import UNREACHABLE, AgentSession, AgentState, DispositionMode
from call24.calls import events as call_events
from call24.calls import kinds, signals
from call24.calls import machine as calls
from call24.calls.model import Call, CallRules, CallState
from call24.kit.ids import CallId, DeviceId, DispositionId, LegId, NumberId, OfferId, QueueId, TenantId, UserId

PAGE = Path(__file__).parent / "reference" / "states.md"
AGENTS_PAGE = Path(__file__).parent / "rooms" / "agents.md"
BEGIN, END = "<!-- drawn by docs/build_states.py -->\n", "<!-- end -->"
AT = datetime(2026, 1, 1, tzinfo=UTC)
SOON, LATE = AT + timedelta(seconds=1), AT + timedelta(hours=1)
TENANT, AGENT = TenantId("ten_1"), UserId("usr_1")
OUTCOMES = ("talked", "declined", "ring_no_answer", "withdrawn", UNREACHABLE)

Cell = tuple[Any, Any]
Found = dict[Cell, set[tuple[Any, tuple[str, ...]]]]
"""For each cell: the states it leads to, each with the events that are written down on the way."""

HEAD = """# State tables

Made from the code by `docs/build_states.py`. A *cell* is a state and a kind of signal. Every cell is a transition or is
ignored for a stated reason; there is no third one. In the diagrams, what leaves the state as it is is not drawn.
"""


def calls_found() -> Found:
    """Every cell of the call's table, tried."""
    arrivals = [
        call_events.begin(
            TENANT,
            call_events.CallArrived(
                call_id=CallId("call_1"),
                number_id=NumberId("num_1"),
                queue_id=QueueId("que_1"),
                contact_id=None,
                leg=LegId("caller"),
                rules=CallRules(greeting=greeting, voicemail=voicemail),
            ),
            AT,
        )
        for greeting, voicemail in product(("greeting", None), (True, False))
    ]

    def situation(call: Call) -> Hashable:
        legs = len(call.offer.legs) if call.offer else 0
        seen = (call.agent_leg is None, call.reattach is None, call.message_id is None, call.last_at)
        return call.state, call.rules, legs, seen

    return _explore(arrivals, situation, _call_signals, calls.advance, kinds.classify)


def _call_signals(call: Call) -> Iterator[signals.Signal]:
    ours = [LegId("phone-a"), LegId("phone-b")]
    legs = tuple(signals.OfferedLeg(leg=leg, device_id=DeviceId(leg)) for leg in ours)
    again = LegId("phone-again" if call.agent_leg != "phone-again" else "phone-once-more")
    for at in (SOON, LATE):
        yield signals.CallerArrived(at=at, leg=call.caller_leg)
        yield signals.SoundEnded(at=at, leg=call.caller_leg, playback_id=kinds.greeting_id(call))
        yield signals.SoundEnded(at=at, leg=call.caller_leg, playback_id=kinds.voicemail_id(call))
        if call.message_id:
            yield signals.MessageEnded(at=at, leg=call.caller_leg, recording_id=call.message_id)
        for rung in (legs, legs[:1], ()):
            yield signals.AgentChosen(at=at, offer_id=OfferId("off_1"), agent_id=AGENT, legs=rung, candidates=())
        yield signals.NobodyThere(at=at)
        yield signals.TimerFired(at=at, name="max_wait")
        if call.offer:
            yield signals.TimerFired(at=at, name=kinds.offer_timer(call.offer))
        for leg in (call.caller_leg, *ours, LegId("phone-again"), LegId("phone-once-more"), LegId("stranger")):
            yield signals.LegRinging(at=at, leg=leg)
            yield signals.LegAnswered(at=at, leg=leg)
            for cause in (0, 16, 19, 21):
                yield signals.LegEnded(at=at, leg=leg, cause=cause)
        yield signals.DeclineRequested(at=at, agent_id=AGENT)
        yield signals.HangUpRequested(at=at, agent_id=AGENT)
        yield signals.HoldRequested(at=at, agent_id=AGENT)
        yield signals.ResumeRequested(at=at, agent_id=AGENT)
        yield signals.ReattachRequested(at=at, agent_id=AGENT, device_id=DeviceId("dev_1"), leg=again)
        yield signals.Recovered(at=at)


def agents_found() -> Found:
    """Every cell of the agent session's table, tried."""
    fresh = AgentSession(agent_id=AGENT, tenant_id=TENANT, since=AT, idle_since=AT)

    def situation(session: AgentSession) -> Hashable:
        work = (session.call_id, session.offer_id, session.own, session.disposition_due, session.disposition_required)
        times = (session.pause_limit_at is None, session.overdue, session.wrap_up_until)
        return session.state, session.next, session.reason, work, times, session.disposition_id

    return _explore([fresh], situation, _agent_signals, agents.advance, agents.classify)


def _agent_signals(session: AgentSession) -> Iterator[agents.AgentSignal]:
    call, offer = CallId("call_1"), OfferId("off_1")
    yield agents.AvailableWished(at=SOON)
    for limit_s in (None, 60):
        yield agents.PauseWished(at=SOON, reason="break", limit_s=limit_s)
    yield agents.OfflineWished(at=SOON)
    yield agents.OfferMade(at=SOON, call_id=call, offer_id=offer)
    modes: tuple[DispositionMode, ...] = ("off", "required")
    for outcome, wrap_up_s, mode in product(OUTCOMES, (0.0, 10.0), modes):
        yield agents.OfferOver(
            at=SOON, offer_id=offer, outcome=outcome, wrap_up_s=wrap_up_s, disposition=mode, pause_after=1
        )
    for taken in (call, CallId("call_2")):
        yield agents.CallTaken(at=SOON, call_id=taken, offer_id=offer)
    yield agents.OwnCallStarted(at=SOON, call_id=call, offer_id=offer)
    yield agents.DispositionGiven(at=SOON, call_id=call, disposition_id=DispositionId("dsp_1"))
    yield agents.WrapUpTimeUp(at=SOON, call_id=call)
    yield agents.PauseLimitReached(at=SOON, reason="break")
    yield agents.Vanished(at=SOON)
    yield agents.Returned(at=SOON)
    for state in (AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFFLINE):
        yield agents.Corrected(at=SOON, by=UserId("usr_2"), state=state, reason="forgotten")


def _explore(
    starts: list[Any],
    situation: Callable[[Any], Hashable],
    signals_for: Callable[[Any], Iterator[Any]],
    advance: Callable[[Any, Any], Any],
    classify: Callable[[Any, Any], Any],
) -> Found:
    """From each start, every signal to every situation that is not known yet."""
    found: Found = defaultdict(set)
    known: dict[Hashable, Any] = {situation(start): start for start in starts}
    waiting = list(known.values())
    while waiting:
        current = waiting.pop()
        for signal in signals_for(current):
            step = advance(current, signal)
            if step.ignored is not None:
                continue
            after = getattr(step, "call", None) or step.session
            events = tuple(type(event).__name__ for event in step.events)
            found[current.state, classify(current, signal)].add((after.state, events))
            if situation(after) not in known:
                known[situation(after)] = after
                waiting.append(after)
    return found


def page() -> str:
    call_part = _part("The call", "calls/machine.py", calls, calls_found(), unused={CallState.NEW})
    return HEAD + call_part + _part("The agent session", "agents/machine.py", agents, agents_found())


def agents_page() -> str:
    """The room's page as it is, with the diagram as it is to be."""
    before, _, rest = AGENTS_PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(_diagram(agents, agents_found())) + "\n" + END + after


def unreached() -> list[Cell]:
    """Transitions that no situation leads to; those of NEW cannot be, since no call is ever NEW in the machine."""
    tried = calls_found().keys() | agents_found().keys()
    table = [*calls.TABLE, *agents.TABLE]
    return [cell for cell in table if cell not in tried and cell[0] is not CallState.NEW]


def _part(name: str, file: str, machine: Any, found: Found, unused: set[Any] = frozenset()) -> str:  # type: ignore[assignment]
    lines = [f"\n## {name} (`src/call24/{file}`)\n", *_diagram(machine, found)]
    lines += ["", "| in | when | then | written down |", "| --- | --- | --- | --- |"]
    for state, kind in machine.TABLE:
        for after, events in sorted(found[state, kind]):
            lines.append(f"| {state} | {kind} | {after} | {', '.join(events) or 'nothing'} |")
    lines += ["", "Ignored:", "", "| why | in | when |", "| --- | --- | --- |"]
    for (why, states), when in _ignored(machine, unused).items():
        lines.append(f"| {why} | {', '.join(states)} | {', '.join(when)} |")
    return "\n".join(lines) + "\n"


def _diagram(machine: Any, found: Found) -> list[str]:
    arrows: dict[tuple[Any, Any], list[str]] = defaultdict(list)
    for state, kind in machine.TABLE:
        for after, _ in sorted(found[state, kind]):
            if after is not state and kind.value not in arrows[state, after]:
                arrows[state, after].append(kind.value)
    drawn = [f"    {state} --> {after}: {', '.join(labels)}" for (state, after), labels in arrows.items()]
    return ["```mermaid", "stateDiagram-v2", *drawn, "```"]


def _ignored(machine: Any, unused: set[Any]) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """The ignored cells, those with the same reason and the same states together; in the order of the enumerations."""
    states_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for state, kind in product(machine.S, machine.K):
        if (state, kind) in machine.IGNORED and state not in unused:
            states_of[machine.IGNORED[state, kind], kind.value].append(state.value)
    together: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (why, kind), states in states_of.items():
        together[why, tuple(states)].append(kind)
    return together


def main() -> int:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page())
    AGENTS_PAGE.write_text(agents_page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
