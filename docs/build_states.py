"""Writes docs/reference/states.md, and diagrams into docs/rooms/, from the state tables:
`.venv/bin/python docs/build_states.py`.

Where a cell leads is found by trying it: from a fresh call (or session) every kind of signal is given to each situation
that can be reached. tests/unit/repository/test_states_page.py fails when the page is out of date or when a cell was never reached.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from drawn_states import Cell, Found, diagram, ignored

from call24.agents import machine as agents
from call24.agents.model import UNREACHABLE, AgentSession, AgentState, DispositionMode
from call24.calls import classification, signals, step, timers
from call24.calls import events as call_events
from call24.calls import machine as calls
from call24.calls.configuration import Plan
from call24.calls.evolution import begin
from call24.calls.model import Call, CallRules, CallState, Direction, FlowRef, OfferLeg, QueueRules
from call24.engine.recovery import legs_of
from call24.flows.model import FlowVersion, Forward, HangUp, Menu, Node, OfferCallback, Ring, ToQueueNode, Voicemail
from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    DispositionId,
    FlowId,
    HoursId,
    LegId,
    NumberId,
    OfferId,
    QueueId,
    TenantId,
    TrunkId,
    UserId,
)
from call24.queues.model import Exits, ToHangUp

PAGE = Path(__file__).parent / "reference" / "states.md"
AGENTS_PAGE = Path(__file__).parent / "rooms" / "agents.md"
CALLS_PAGE = Path(__file__).parent / "rooms" / "calls.md"
BEGIN, END = "<!-- drawn by docs/build_states.py -->\n", "<!-- end -->"
AT = datetime(2026, 1, 1, tzinfo=UTC)
SOON, LATE = AT + timedelta(seconds=1), AT + timedelta(hours=1)
TENANT, AGENT = TenantId("ten_1"), UserId("usr_1")
COLLEAGUE, SUPERVISOR = UserId("usr_2"), UserId("usr_3")
QUEUE, FLOW = QueueId("que_1"), FlowRef(flow_id=FlowId("flw_1"), version=1)
OUTCOMES = ("talked", "declined", "ring_no_answer", "withdrawn", UNREACHABLE)


HEAD = """# State tables

Made from the code by `docs/build_states.py`. A *cell* is a state and a kind of signal. Every cell is a transition or is
ignored for a stated reason; there is no third one. In the diagrams, what leaves the state as it is is not drawn.
"""


class Settings(Plan):
    """One queue, one flow with a node of each kind, one trunk; everything is open."""

    def __init__(self, queue: QueueRules) -> None:
        self._queue = queue

    def flow(self, ref: FlowRef) -> FlowVersion:
        nodes: dict[str, Node] = {
            "menu": Menu(prompt="a", choices={"1": "queue"}, tries=2, on_timeout="offer", on_invalid="forward"),
            "queue": ToQueueNode(queue_id=QUEUE),
            "offer": OfferCallback(queue_id=QUEUE, declined="ring"),
            "ring": Ring(agents=(AGENT,), no_answer="message"),
            "forward": Forward(number="+442079460123", failed="bye"),
            "message": Voicemail(),
            "bye": HangUp(prompt="goodbye"),
        }
        return FlowVersion(flow_id=ref.flow_id, version=1, start="menu", nodes=nodes)

    def published(self, flow_id: FlowId) -> FlowRef:
        return FLOW

    def queue(self, queue_id: QueueId) -> QueueRules:
        return self._queue

    def is_open(self, hours_id: HoursId, at: datetime) -> bool:
        return True

    def next_open(self, hours_id: HoursId, at: datetime) -> datetime:
        return at

    def trunks(self) -> tuple[TrunkId, ...]:
        return (TrunkId("trk_1"),)

    def regular(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> None:
        return None

    def kept_place(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> None:
        return None


@cache
def calls_found() -> Found:
    """Every cell of the call's table, tried."""
    found: Found = defaultdict(set)
    for record, voicemail, told in (("always", False, True), ("on_demand", True, False)):
        hang_up = ToHangUp()
        exits = Exits() if voicemail else Exits(max_wait=hang_up, full=hang_up, nobody=hang_up, closed=hang_up)
        queue = QueueRules(
            queue_id=QUEUE, record=record, record_announcement=told, exits=exits, callback=told, announce_position=told
        )
        starts = [begin(TENANT, event, AT) for event in _beginnings(queue)]
        plan = Settings(queue)

        def advance(call: Call, signal: signals.Signal, plan: Settings = plan) -> calls.Step:
            return calls.advance(call, signal, plan)

        for cell, ways in _explore(starts, _situation, _call_signals, advance, classification.classify).items():
            found[cell] |= ways
    return defaultdict(set, {cell: _shortest(ways) for cell, ways in found.items()})


def _shortest(ways: set[tuple[Any, tuple[str, ...]]]) -> set[tuple[Any, tuple[str, ...]]]:
    """One way to each state is enough on a page: the one with the fewest events."""
    best: dict[Any, tuple[str, ...]] = {}
    for after, noted in sorted(ways, key=lambda way: (way[0], len(way[1]), way[1])):
        best.setdefault(after, noted)
    return set(best.items())


def _beginnings(queue: QueueRules) -> list[call_events.Beginning]:
    call_id, contact_id, rules = CallId("call_1"), ContactId("ctc_1"), CallRules()
    return [
        call_events.CallArrived(
            call_id=call_id,
            number_id=NumberId("num_1"),
            contact_id=contact_id,
            leg=LegId("caller"),
            flow=FLOW,
            rules=rules,
        ),
        call_events.CallPlaced(
            call_id=call_id,
            direction=Direction.OUTBOUND,
            agent_id=AGENT,
            contact_id=contact_id,
            queue=queue,
            rules=rules,
        ),
        call_events.CallPlaced(
            call_id=call_id, direction=Direction.INTERNAL, agent_id=AGENT, colleague_id=COLLEAGUE, rules=rules
        ),
        call_events.CallbackPromised(
            call_id=call_id,
            origin_call_id=CallId("call_0"),
            number_id=None,
            contact_id=contact_id,
            queue=queue,
            since=AT,
            rules=rules,
        ),
    ]


def _situation(call: Call) -> Hashable:
    party, monitor = call.consult_party, next(iter(call.monitors), None)
    consulted = party and (party.agent_id is None, party.offer is None, party.leg is None, party.dial is None)
    heard = monitor and (monitor.mode, monitor.leg is None)
    legs = sum(len(offer.legs) for offer in call.offers)
    lines = (call.caller_leg is None, call.agent_leg is None, call.reattach is None, call.dial is None)
    where = (call.node_id, min(call.tries, 1), call.joining is None, call.message_id is None)
    waits = call.wait is not None and bool(call.wait.agents)
    return call.state, call.direction, consulted, heard, legs, lines, where, waits, call.recording


def _call_signals(call: Call) -> Iterator[signals.Signal]:
    yield from _from_the_desk(call)
    yield from _from_the_network(call)
    yield from _from_people(call)
    for name in classification.timers_of(call):
        yield signals.TimerFired(at=SOON, name=name)
    yield signals.TimerFired(at=LATE, name=timers.MAX_WAIT)
    yield signals.Recovered(at=SOON)


def _chosen(offer_id: str, agent_id: UserId, phones: int) -> signals.Chosen:
    legs = [LegId(f"phone-{offer_id}-{n}") for n in range(phones)]
    return signals.Chosen(
        offer_id=OfferId(offer_id),
        agent_id=agent_id,
        legs=tuple(OfferLeg(leg=leg, device_id=DeviceId(leg)) for leg in legs),
    )


def _from_the_desk(call: Call) -> Iterator[signals.Signal]:
    yield signals.CallerArrived(at=SOON)
    for phones in (2, 1, 0):
        yield signals.AgentChosen(at=SOON, offers=(_chosen("off_1", AGENT, phones),))
        yield signals.ColleagueReserved(at=SOON, chosen=_chosen("off_2", COLLEAGUE, phones))
    yield signals.ColleagueBusy(at=SOON, agent_id=COLLEAGUE, reason="on_call")
    yield signals.NobodyThere(at=SOON)
    yield signals.QueueFull(at=SOON)
    yield signals.PlaceTold(at=SOON, position=2)


def _from_the_network(call: Call) -> Iterator[signals.Signal]:
    caller = call.caller_leg or LegId("caller")
    for playback_id in (step.prompt_id(call), step.place_id(call), step.notice_id(call)):
        yield signals.SoundEnded(at=SOON, leg=caller, playback_id=playback_id)
    if call.message_id:
        yield signals.MessageEnded(at=SOON, leg=caller, recording_id=call.message_id)
    for digit in "19":
        yield signals.DigitPressed(at=SOON, leg=caller, digit=digit)
    for leg in (*legs_of(call), LegId("stranger")):
        yield signals.LegRinging(at=SOON, leg=leg)
        yield signals.LegAnswered(at=SOON, leg=leg)
        for cause in (0, 16, 19, 21):
            yield signals.LegEnded(at=SOON, leg=leg, cause=cause)


def _from_people(call: Call) -> Iterator[signals.Signal]:
    to = (signals.TransferTarget(agent_id=COLLEAGUE), signals.TransferTarget(contact_id=ContactId("ctc_2")))
    blind = (*to, signals.TransferTarget(queue_id=QUEUE), signals.TransferTarget(flow_id=FLOW.flow_id))
    for kind in classification.OF_THE_AGENT:
        match kind:
            case signals.MuteRequested:
                yield from (kind(at=SOON, agent_id=AGENT, on=on) for on in (True, False))
            case signals.DigitsRequested:
                yield kind(at=SOON, agent_id=AGENT, digits="1")
            case signals.TransferRequested | signals.ConsultRequested:
                yield from (
                    kind(at=SOON, agent_id=AGENT, to=x) for x in (blind if kind is signals.TransferRequested else to)
                )
            case signals.ReattachRequested:
                again = LegId("phone-again" if call.agent_leg != "phone-again" else "phone-once-more")
                yield kind(at=SOON, agent_id=AGENT, device_id=DeviceId("dev_1"), leg=again)
            case _:
                yield kind(at=SOON, agent_id=AGENT)
    for agent_id in (AGENT, COLLEAGUE):
        yield signals.DeclineRequested(at=SOON, agent_id=agent_id)
    yield signals.HangUpRequested(at=SOON, agent_id=COLLEAGUE)
    for mode in ("whisper", "barge"):
        chosen = _chosen("off_3", SUPERVISOR, 1)
        yield signals.MonitorRequested(at=SOON, user_id=SUPERVISOR, mode=mode, reason="coaching", chosen=chosen)
    yield signals.MonitorEndRequested(at=SOON, user_id=SUPERVISOR)
    yield signals.TakeOverRequested(at=SOON, user_id=SUPERVISOR, reason="coaching")
    yield signals.ConsentWithdrawn(at=SOON)
    yield signals.EndRequested(at=SOON, user_id=SUPERVISOR, reason="stuck")


@cache
def agents_found() -> Found:
    """Every cell of the agent session's table, tried."""
    fresh = AgentSession(agent_id=AGENT, tenant_id=TENANT, since=AT, idle_since=AT)

    def situation(session: AgentSession) -> Hashable:
        work = (session.call_id, session.offer_id, session.own, session.disposition_due, session.disposition_required)
        times = (session.pause_limit_at is None, session.overdue, session.wrap_up_until)
        phone = (session.phone_awaited_until is None, session.unreached)
        return session.state, session.next, session.reason, work, times, session.disposition_id, phone

    return _explore([fresh], situation, _agent_signals, agents.advance, agents.classify)


def _agent_signals(session: AgentSession) -> Iterator[agents.AgentSignal]:
    call, offer = CallId("call_1"), OfferId("off_1")
    yield agents.AvailableWished(at=SOON)
    for limit_s in (None, 60):
        yield agents.PauseWished(at=SOON, reason="break", limit_s=limit_s)
    yield agents.OfflineWished(at=SOON)
    for direct in (False, True):
        yield agents.OfferMade(at=SOON, call_id=call, offer_id=offer, direct=direct)
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
    yield agents.PhoneAwaited(at=SOON, until=LATE)
    yield agents.PhoneReady(at=SOON)
    yield agents.PhoneMissing(at=SOON)
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
            if (new := situation(after)) not in known:
                known[new] = after
                waiting.append(after)
    return found


def page() -> str:
    call_part = _part("The call", "calls/machine.py", calls, calls_found(), unused={CallState.NEW})
    return HEAD + call_part + _part("The agent session", "agents/machine.py", agents, agents_found())


def room_pages() -> dict[Path, str]:
    """The rooms' pages as they are, with the diagrams as they are to be."""
    return {
        AGENTS_PAGE: _with_diagram(AGENTS_PAGE, diagram(agents, agents_found())),
        CALLS_PAGE: _with_diagram(CALLS_PAGE, diagram(calls, calls_found())),
    }


def _with_diagram(path: Path, drawn: list[str]) -> str:
    before, _, rest = path.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(drawn) + "\n" + END + after


def unreached() -> list[Cell]:
    """Transitions that no situation leads to; those of NEW cannot be, since no call is ever NEW in the machine."""
    tried = calls_found().keys() | agents_found().keys()
    table = [*calls.TABLE, *agents.TABLE]
    return [cell for cell in table if cell not in tried and cell[0] is not CallState.NEW]


def _part(name: str, file: str, machine: Any, found: Found, unused: set[Any] = frozenset()) -> str:  # type: ignore[assignment]
    lines = [f"\n## {name} (`src/call24/{file}`)\n", *diagram(machine, found)]
    lines += ["", "| in | when | then | written down |", "| --- | --- | --- | --- |"]
    for state, kind in machine.TABLE:
        for after, events in sorted(found[state, kind]):
            lines.append(f"| {state} | {kind} | {after} | {', '.join(events) or 'nothing'} |")
    lines += ["", "Ignored:", "", "| why | in | when |", "| --- | --- | --- |"]
    for (why, states), when in ignored(machine, unused).items():
        lines.append(f"| {why} | {', '.join(states)} | {', '.join(when)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page())
    for path, text in room_pages().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
