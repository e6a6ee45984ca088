"""Calls told by their events: what a call record, the board and the timeline are made from, without any engine.

``Told`` writes lines one after the other; ``told_calls`` makes calls of every kind from random events, each of which
could come in the state that the call is in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
from hypothesis import strategies as st
from tests.support.clock import START

from call24.agents import events as a
from call24.agents.candidate import Candidate
from call24.calls import events as e
from call24.calls.evolution import begin, evolve
from call24.calls.model import (
    Call,
    CallRules,
    CallState,
    Direction,
    EndedBy,
    FlowRef,
    OfferLeg,
    OfferOutcome,
    QueueRules,
    Wait,
)
from call24.journal.model import Entry, body_of
from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    EventId,
    FlowId,
    LegId,
    NumberId,
    OfferId,
    QueueId,
    RecordingId,
    TenantId,
    TrunkId,
    UserId,
)

TENANT = TenantId("ten_a")
CALL = CallId("call_1")
CONTACT, OTHER_PARTY = ContactId("ctc_1"), ContactId("ctc_2")
HELP, SALES = QueueId("que_help"), QueueId("que_sales")
ANN, BOB, CY, SUE = UserId("usr_ann"), UserId("usr_bob"), UserId("usr_cy"), UserId("usr_sue")
AGENTS = (ANN, BOB, CY)
CALLER_LEG = LegId("leg_caller")
FLOW = FlowRef(flow_id=FlowId("flw_1"), version=3)
RECORDING = RecordingId("rec_1")


class Told:
    """One call. ``say`` writes an event down after some seconds; ``told`` is the call as it is then."""

    def __init__(
        self, call_id: CallId = CALL, at_s: float = 0, keep_days: int = 90, tenant_id: TenantId = TENANT
    ) -> None:
        self.id = call_id
        self.tenant_id = tenant_id
        self.now = START + timedelta(seconds=at_s)
        self.rules = CallRules(keep_days=keep_days)
        self.entries: list[Entry] = []
        self.call: Call | None = None
        self.offered = 0
        self.seq = 0

    @property
    def told(self) -> Call:
        assert self.call is not None, "the call has not begun"
        return self.call

    def after(self, seconds: float) -> Told:
        self.now += timedelta(milliseconds=round(seconds * 1000))
        return self

    def say(self, *events: e.AnyCallEvent) -> Told:
        for event in events:
            if isinstance(event, e.CallArrived | e.CallPlaced | e.CallbackPromised):
                self.call = begin(self.tenant_id, event, self.now)
            else:
                self.call = evolve(self.told, event, self.now)
            self._write(event, getattr(event, "agent_id", None))
        return self

    def agent_says(self, *events: a.AgentEvent) -> Told:
        for event in events:
            self._write(event, event.agent_id)
        return self

    def beside(self, event: msgspec.Struct, agent_id: UserId | None = None) -> Told:
        """A line of the organisation's that belongs to no call."""
        self._write(event, agent_id)
        self.entries[-1] = msgspec.structs.replace(self.entries[-1], call_id=None)
        return self

    def also(self, event: msgspec.Struct, agent_id: UserId) -> Told:
        """A line of another room among those of the call."""
        self._write(event, agent_id)
        return self

    def _write(self, event: msgspec.Struct, agent_id: UserId | None) -> None:
        body = body_of(event)
        self.seq += 1
        self.entries.append(
            Entry(
                id=EventId(f"evt_{self.id}_{self.seq}"),
                tenant_id=self.tenant_id,
                seq=self.seq,
                at=self.now,
                type=body["type"],
                call_id=self.id,
                agent_id=agent_id,
                body=body,
                delete_at=START + timedelta(days=self.rules.keep_days),
            )
        )

    # --- beginnings ---

    def arrives(self, contact_id: ContactId | None = CONTACT) -> Told:
        return self.say(
            e.CallArrived(
                call_id=self.id,
                number_id=NumberId("num_1"),
                contact_id=contact_id,
                leg=CALLER_LEG,
                flow=FLOW,
                rules=self.rules,
            )
        )

    def placed(self, by: UserId = ANN, queue: QueueId | None = None) -> Told:
        return self.say(
            e.CallPlaced(
                call_id=self.id,
                direction=Direction.OUTBOUND,
                agent_id=by,
                contact_id=CONTACT,
                number_id=NumberId("num_1"),
                queue=rules(queue) if queue else None,
                rules=self.rules,
            )
        )

    def placed_inside(self, by: UserId = ANN, to: UserId = BOB) -> Told:
        return self.say(
            e.CallPlaced(call_id=self.id, direction=Direction.INTERNAL, agent_id=by, colleague_id=to, rules=self.rules)
        )

    def promised(self, queue: QueueId = HELP) -> Told:
        return self.say(
            e.CallbackPromised(
                call_id=self.id,
                origin_call_id=CallId("call_0"),
                number_id=NumberId("num_1"),
                contact_id=CONTACT,
                queue=rules(queue),
                since=self.now - timedelta(seconds=60),
                rules=self.rules,
            )
        )

    # --- what often comes ---

    def joins(self, queue: QueueId = HELP, since_s: float = 0, **settings: object) -> Told:
        """``since_s``: how much older its place is than its joining."""
        since = self.now - timedelta(seconds=since_s)
        wait = Wait(since=since)
        return self.say(e.CallQueued(queue_id=queue, queue=rules(queue, **settings), wait=wait, kept_place=since_s > 0))

    def waits_for(self, *agents: UserId) -> Told:
        return self.say(e.CallQueued(queue_id=None, queue=None, wait=Wait(since=self.now, agents=agents)))

    def offered_to(self, agent_id: UserId = ANN, reason: str = "idle_longest") -> Told:
        candidate = Candidate(agent_id=agent_id, chosen=True, reason=reason, idle_s=1.0)
        self.offered += 1
        offer_id = OfferId(f"off_{self.offered}")
        return self.say(
            e.CallOffered(offer_id=offer_id, agent_id=agent_id, legs=(leg_of(offer_id),), candidates=(candidate,))
        )

    def refused_by(self, agent_id: UserId = ANN, outcome: OfferOutcome = OfferOutcome.DECLINED) -> Told:
        offer = self.told.offer_to(agent_id)
        assert offer is not None
        return self.say(e.OfferEnded(offer_id=offer.offer_id, agent_id=agent_id, outcome=outcome))

    def answered_by(self, agent_id: UserId = ANN, recording_id: RecordingId | None = None) -> Told:
        offer = self.told.offer_to(agent_id)
        assert offer is not None
        for other in self.told.offers:
            if other.offer_id != offer.offer_id:
                self.refused_by(other.agent_id, OfferOutcome.WITHDRAWN)
        return self.say(connected(agent_id, offer.offer_id, recording_id))

    def own_phone_up(self, agent_id: UserId = ANN) -> Told:
        offer = self.told.offer_to(agent_id)
        assert offer is not None
        leg = offer.legs[0]
        return self.say(e.AgentReady(offer_id=offer.offer_id, agent_id=agent_id, leg=leg.leg, device_id=leg.device_id))

    def dials(self, purpose: str = "customer", contact_id: ContactId | None = CONTACT) -> Told:
        leg = LegId(f"leg_out_{self.told.dials}")
        return self.say(e.OutsideDialled(purpose=purpose, leg=leg, trunk_id=TrunkId("trk_1"), contact_id=contact_id))

    def customer_answers(self, recording_id: RecordingId | None = None) -> Told:
        call = self.told
        assert call.dial is not None and call.agent_id is not None and call.offer_id is not None
        return self.say(e.CustomerAnswered(leg=call.dial.leg), connected(call.agent_id, call.offer_id, recording_id))

    def talks(self, agent_id: UserId = ANN, recording_id: RecordingId | None = None) -> Told:
        """3 s of menu, 2 s of waiting, 4 s of ringing, then the conversation."""
        self.arrives().after(3).joins().after(2).offered_to(agent_id).after(4)
        return self.answered_by(agent_id, recording_id)

    def consults(self, colleague_id: UserId = BOB) -> Told:
        agent_id = self.told.agent_id
        assert agent_id is not None
        self.offered += 1
        offer_id = OfferId(f"off_{self.offered}")
        return self.say(
            e.ConsultStarted(agent_id=agent_id, colleague_id=colleague_id),
            e.ConsultRung(offer_id=offer_id, colleague_id=colleague_id, legs=(leg_of(offer_id),)),
        )

    def colleague_answers(self) -> Told:
        party = self.told.consult_party
        assert party is not None and party.offer is not None
        leg = party.offer.legs[0]
        return self.say(e.ConsultAnswered(leg=leg.leg, colleague_id=party.agent_id, device_id=leg.device_id))

    def completes(self) -> Told:
        """The agent leaves the customer with the consult party."""
        call, party = self.told, self.told.consult_party
        assert call.agent_id is not None and party is not None and party.leg is not None
        return self.say(
            e.TransferCompleted(
                agent_id=call.agent_id,
                to_agent_id=party.agent_id,
                leg=party.leg,
                offer_id=party.offer_id,
                device_id=party.device_id,
            )
        )

    def passed_to(self, agent_id: UserId) -> Told:
        by = self.told.agent_id
        assert by is not None
        return self.say(e.CallTransferred(agent_id=by, to_agent_id=agent_id)).waits_for(agent_id)

    def monitored_by(self, user_id: UserId = SUE, mode: str = "listen", reason: str = "coaching") -> Told:
        self.offered += 1
        offer_id = OfferId(f"off_{self.offered}")
        leg = leg_of(offer_id)
        return self.say(
            e.MonitorStarted(user_id=user_id, offer_id=offer_id, mode=mode, reason=reason, legs=(leg,)),
            e.MonitorJoined(user_id=user_id, leg=leg.leg),
        )

    def ends(self, by: EndedBy = EndedBy.CALLER, cause: int = 16, **more: object) -> Told:
        for offer in self.told.offers:
            self.refused_by(offer.agent_id, OfferOutcome.WITHDRAWN)
        return self.say(e.CallEnded(ended_by=by, cause=cause, **more))  # type: ignore[arg-type]


def rules(queue: QueueId = HELP, **settings: object) -> QueueRules:
    return QueueRules(queue_id=queue, **settings)  # type: ignore[arg-type]


def leg_of(offer_id: OfferId) -> OfferLeg:
    return OfferLeg(leg=LegId(f"leg_{offer_id}"), device_id=DeviceId(f"dev_{offer_id}"))


def connected(agent_id: UserId, offer_id: OfferId, recording_id: RecordingId | None = None) -> e.CallConnected:
    leg = leg_of(offer_id)
    return e.CallConnected(
        offer_id=offer_id, agent_id=agent_id, leg=leg.leg, device_id=leg.device_id, recording_id=recording_id
    )


# --- at random ---

Move = Callable[[Told, int], object]


def _node(told: Told, pick: int) -> None:
    kind = ("announce", "menu", "ring", "forward")[pick % 4]
    told.say(e.NodeEntered(node_id=f"n{pick}", kind=kind))
    if kind == "menu":
        told.say(e.MenuAnswered(node_id=f"n{pick}", answer=str(pick % 10)))


def _leave_queue(told: Told, pick: int) -> None:
    reason = ("max_wait", "nobody", "full", "callback")[pick % 4]
    told.say(e.QueueLeft(queue_id=told.told.queue_id, reason=reason))
    if reason == "callback":
        told.say(e.CallbackAccepted(queue_id=HELP), e.CallClosing(reason=reason))
    elif pick % 3 == 0:
        told.joins(SALES)
    else:
        told.say(e.SentToVoicemail(reason=reason))


def _refuse(told: Told, pick: int) -> None:
    offers = told.told.offers
    told.refused_by(offers[pick % len(offers)].agent_id, list(OfferOutcome)[pick % 4])


def _answer(told: Told, pick: int) -> None:
    offers = told.told.offers
    agent_id = offers[pick % len(offers)].agent_id
    if told.told.caller_leg is not None:
        told.answered_by(agent_id, RECORDING if told.told.recording_id is None and pick % 2 else None)
    else:
        told.own_phone_up(agent_id)
        if told.told.direction is Direction.INTERNAL:
            told.consults()
        else:
            told.dials()


def _offer_more(told: Told, pick: int) -> None:
    agent_id = AGENTS[pick % 3]
    if told.told.offer_to(agent_id) is None:
        told.offered_to(agent_id)


def _dialling(told: Told, pick: int) -> None:
    call = told.told
    if call.dial is None:
        told.ends(EndedBy.AGENT)
    elif pick % 4:
        told.customer_answers()
    else:
        told.say(e.OutsideFailed(leg=call.dial.leg, cause=(17, 19, 38)[pick % 3]))
        if call.direction is Direction.CALLBACK and call.agent_id is not None:
            told.say(e.CallbackTried(agent_id=call.agent_id, reached=bool(pick % 2), not_before=told.now))


def _transfer(told: Told, pick: int) -> None:
    by = told.told.agent_id
    if by is None or told.told.direction is Direction.INTERNAL:
        return
    if told.told.consult_party is not None:
        told.say(e.ConsultEnded(reason="cancelled"))
    ways = ("agent", "queue", "flow", "outside")
    match ways[pick % 4]:
        case "agent":
            told.passed_to(AGENTS[pick % 3])
        case "queue":
            told.say(e.CallTransferred(agent_id=by, queue_id=SALES)).joins(SALES)
        case "flow":
            told.say(e.CallTransferred(agent_id=by, flow_id=FLOW.flow_id), e.FlowStarted(flow=FLOW))
            _node(told, 0)
        case _:
            told.say(e.CallTransferred(agent_id=by, contact_id=OTHER_PARTY)).dials("forward", OTHER_PARTY)


def _forwarding(told: Told, pick: int) -> None:
    dial = told.told.dial
    if dial is None:
        return
    if pick % 2:
        told.say(e.CallForwarded(leg=dial.leg))
    else:
        told.say(e.OutsideFailed(leg=dial.leg, cause=19), e.SentToVoicemail(reason="no_trunk"))


def _consult_party(told: Told, pick: int) -> None:
    call, party = told.told, told.told.consult_party
    assert call.agent_id is not None
    if party is None:
        told.consults(CY if call.agent_id == BOB else BOB)
    elif party.leg is None:
        if party.offer is not None and pick % 3:
            told.colleague_answers()
        else:
            told.say(e.ConsultEnded(reason="ring_no_answer"))
    elif call.state is CallState.CONFERENCE:
        told.say(e.ConsultEnded(reason="dropped")) if pick % 2 else told.completes()
    else:
        to = "customer" if call.state is CallState.CONSULTING else "third"
        swap = e.ConsultSwapped(agent_id=call.agent_id, to=to)
        moves: list[Callable[[], object]] = [
            lambda: told.say(swap),
            lambda: told.say(e.ConferenceStarted(agent_id=call.agent_id)),  # type: ignore[arg-type]
            told.completes,
            lambda: told.say(e.ConsultEnded(reason="cancelled")),
        ]
        moves[pick % 4]()


def _monitor(told: Told, pick: int) -> None:
    if not told.told.monitors:
        told.monitored_by()
    elif pick % 3 == 0:
        told.say(e.MonitorModeChanged(user_id=SUE, mode=("whisper", "barge")[pick % 2], reason="quality"))
    elif pick % 3 == 1:
        told.say(e.MonitorStopped(user_id=SUE))
    else:
        call, monitor = told.told, told.told.monitors[0]
        assert call.agent_id is not None and monitor.leg is not None and monitor.device_id is not None
        told.say(
            e.CallTakenOver(
                agent_id=call.agent_id,
                user_id=SUE,
                offer_id=monitor.offer_id,
                leg=monitor.leg,
                device_id=monitor.device_id,
                reason="complaint",
            )
        )


def _hold(told: Told, pick: int) -> None:
    agent_id = told.told.agent_id
    assert agent_id is not None
    held = told.told.state is CallState.HELD
    told.say(e.CallResumed(agent_id=agent_id) if held else e.CallHeld(agent_id=agent_id))


def _recording(told: Told, pick: int) -> None:
    agent_id, recording = told.told.agent_id, told.told.recording.value
    assert agent_id is not None
    events: dict[str, e.AnyCallEvent] = {
        "off": e.RecordingStarted(recording_id=RECORDING, agent_id=agent_id),
        "on": e.RecordingPaused(agent_id=agent_id),
        "paused": e.RecordingResumed(agent_id=agent_id if pick % 2 else None),
    }
    told.say(events[recording])


def _system_ends(told: Told, pick: int) -> None:
    reasons = {Direction.CALLBACK: ("expired", "not_reached", "removed")[pick % 3]}
    told.ends(EndedBy.SYSTEM, reason=reasons.get(told.told.direction))


def _caller_leaves(told: Told, pick: int) -> None:
    if told.told.caller_leg is not None and pick % 5 == 0:
        told.ends()


def _joins(told: Told, pick: int) -> None:
    told.joins(since_s=30 * (pick % 2))


def _waits_for(told: Told, pick: int) -> None:
    told.waits_for(ANN, BOB)


def _leave_message(told: Told, pick: int) -> None:
    if told.told.message_id is None:
        told.say(e.MessageStarted(recording_id=RecordingId("rec_m")))


def _consult_party_leaves(told: Told, pick: int) -> None:
    told.ends(EndedBy.CONSULT_PARTY)


_TALKING: tuple[Move, ...] = (_hold, _consult_party, _consult_party, _transfer, _monitor, _recording, _caller_leaves)
_WITH_CONSULT_PARTY: tuple[Move, ...] = (
    _consult_party,
    _consult_party,
    _monitor,
    _recording,
    _transfer,
    _caller_leaves,
)
NEXT: dict[CallState, tuple[Move, ...]] = {
    CallState.NEW: (),
    CallState.FLOW: (
        _node,
        lambda told, pick: told.joins(),
        lambda told, pick: told.waits_for(ANN, BOB),
        _caller_leaves,
    ),
    CallState.WAITING: (_offer_more, _offer_more, _leave_queue, _caller_leaves, _caller_leaves),
    CallState.OFFERED: (_offer_more, _refuse, _answer, _answer, _caller_leaves),
    CallState.DIALLING: (_dialling,),
    CallState.CONNECTED: _TALKING,
    CallState.HELD: (_hold, _consult_party, _transfer, _caller_leaves),
    CallState.CONSULTING: _WITH_CONSULT_PARTY,
    CallState.CONFERENCE: _WITH_CONSULT_PARTY,
    CallState.FORWARDING: (_forwarding, _caller_leaves),
    CallState.FORWARDED: (_caller_leaves, _consult_party_leaves),
    CallState.CLOSING: (_caller_leaves, _system_ends),
    CallState.VOICEMAIL: (
        _caller_leaves,
        lambda told, pick: told.say(e.MessageStarted(recording_id=RecordingId("rec_m"))),
    ),
    CallState.ENDED: (),
}
"""What may come in each state."""


def move(told: Told, which: int, pick: int) -> None:
    call = told.told
    if call.direction is not Direction.INBOUND and call.state is CallState.WAITING and call.caller_leg is None:
        options: tuple[Move, ...] = (_offer_more, _system_ends) if pick % 4 == 0 else (_offer_more,)
    elif call.direction is Direction.INTERNAL and call.state is CallState.CONSULTING:
        options = (_inside, _inside)
    else:
        options = NEXT[call.state]
    if options:
        options[which % len(options)](told, pick)


def _inside(told: Told, pick: int) -> None:
    party = told.told.consult_party
    if party is not None and party.leg is None and party.offer is not None and pick % 4:
        told.colleague_answers()
    elif party is not None and party.leg is not None and pick % 3:
        told.ends(EndedBy.AGENT)
    else:
        told.say(e.ConsultEnded(reason="ring_no_answer")).ends(EndedBy.SYSTEM)


GAPS_MS = (0, 0, 1, 250, 1500, 21_000, 700_000)
BEGINNINGS: tuple[Callable[[Told], object], ...] = (
    Told.arrives,
    Told.arrives,
    Told.arrives,
    Told.placed,
    Told.placed_inside,
    Told.promised,
    Told.talks,
)


@st.composite
def told_calls(draw: st.DrawFn, call_id: CallId = CALL, at_s: float = 0) -> Told:
    """A call of any kind somewhere in its life."""
    told = Told(call_id, at_s)
    draw(st.sampled_from(BEGINNINGS))(told)
    script = draw(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 60), st.sampled_from(GAPS_MS)), max_size=25))
    for which, pick, ms in script:
        told.after(ms / 1000)
        move(told, which, pick)
    return told


def ended(told: Told) -> Told:
    """The same call at its end."""
    if not told.told.ended:
        told.ends(EndedBy.CALLER if told.told.caller_leg is not None else EndedBy.SYSTEM)
    return told
