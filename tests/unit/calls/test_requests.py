"""What an agent may ask of a call: the answer beforehand, and what the table then does, are the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args

import msgspec
import pytest

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.machine import advance
from call24.calls.model import (
    Call,
    CallRules,
    CallState,
    ConsultParty,
    Dial,
    Direction,
    FlowRef,
    Offer,
    OfferLeg,
    QueueRules,
    RecordingState,
    Wait,
)
from call24.calls.preconditions import REFUSALS, Asked, concerns, refusal
from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    FlowId,
    LegId,
    OfferId,
    QueueId,
    RecordingId,
    TenantId,
    TrunkId,
    UserId,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ANNA, BERT, CLEO = UserId("usr_anna"), UserId("usr_bert"), UserId("usr_cleo")
DEVICE = DeviceId("dev_1")
S = CallState


class NoPlan:
    """An organisation with one trunk and a published flow."""

    def flow(self, ref: object) -> None:
        return None

    def published(self, flow_id: FlowId) -> FlowRef:
        return FlowRef(flow_id=flow_id, version=1)

    def queue(self, queue_id: QueueId) -> QueueRules:
        return QueueRules(queue_id=queue_id)

    def is_open(self, hours_id: object, at: datetime) -> bool:
        return True

    def next_open(self, hours_id: object, at: datetime) -> datetime:
        return at

    def not_recorded(self, contact_ids: object) -> None:
        return None

    def objects_to_monitoring(self, agent_id: UserId) -> bool:
        return False

    def trunks(self) -> tuple[TrunkId, ...]:
        return (TrunkId("trk_1"),)

    def regular(self, *_: object) -> None:
        return None

    def kept_place(self, *_: object) -> None:
        return None


def offer(agent: UserId) -> Offer:
    legs = (OfferLeg(leg=LegId(f"leg_{agent}"), device_id=DEVICE),)
    return Offer(offer_id=OfferId(f"off_{agent}"), agent_id=agent, legs=legs)


def call(state: CallState, **more: Any) -> Call:
    made = Call(
        id=CallId("call_1"),
        tenant_id=TenantId("ten_1"),
        contact_id=ContactId("ctc_1"),
        caller_leg=LegId("leg_caller"),
        rules=CallRules(),
        arrived_at=NOW - timedelta(seconds=60),
        last_at=NOW - timedelta(seconds=1),
        state=state,
        flow=FlowRef(flow_id=FlowId("flw_1"), version=1),
        queue_id=QueueId("que_1"),
        queue=QueueRules(queue_id=QueueId("que_1"), record="on_demand"),
        wait=Wait(since=NOW - timedelta(seconds=9)),
        queued_at=NOW - timedelta(seconds=9),
    )
    return msgspec.structs.replace(made, **more)


WITH_ANNA: dict[str, Any] = {
    "agent_id": ANNA,
    "agent_leg": LegId("leg_anna"),
    "device_id": DEVICE,
    "offer_id": OfferId("off_anna"),
    "connected_at": NOW - timedelta(seconds=5),
}
DIAL = Dial(leg=LegId("leg_out"), trunk_id=TrunkId("trk_1"), contact_id=ContactId("ctc_2"))
RINGING_CONSULT_PARTIES = (
    ConsultParty(agent_id=BERT),  # the desk was asked
    ConsultParty(agent_id=BERT, offer=offer(BERT)),
    ConsultParty(dial=DIAL, contact_id=ContactId("ctc_2")),
)
CONSULT_PARTIES = (
    ConsultParty(agent_id=BERT, offer_id=OfferId("off_bert"), device_id=DEVICE, leg=LegId("leg_bert")),
    ConsultParty(contact_id=ContactId("ctc_2"), leg=LegId("leg_out")),
)


def calls() -> Iterator[Call]:
    """Every shape that a call can have in its states."""
    yield from (call(S.FLOW), call(S.WAITING), call(S.CLOSING), call(S.VOICEMAIL))
    yield call(S.OFFERED, offers=(offer(ANNA), offer(BERT)))
    own = {"direction": Direction.OUTBOUND, "caller_leg": None}
    yield from (call(S.WAITING, **own), call(S.OFFERED, offers=(offer(ANNA),), **own))
    yield call(S.DIALLING, dial=DIAL, **own, **{**WITH_ANNA, "connected_at": None})
    yield call(S.FORWARDING, dial=DIAL)
    yield call(S.FORWARDED, consult_party=CONSULT_PARTIES[1])
    internal = {"direction": Direction.INTERNAL, "caller_leg": None, "queue": None, "queue_id": None}
    yield call(S.OFFERED, offers=(offer(ANNA),), consult_party=RINGING_CONSULT_PARTIES[0], **internal)
    for party in (RINGING_CONSULT_PARTIES[0], RINGING_CONSULT_PARTIES[1], CONSULT_PARTIES[0]):
        yield call(S.CONSULTING, consult_party=party, **internal, **{**WITH_ANNA, "connected_at": None})
    yield from talking()
    yield call(S.CONNECTED, recording_stopped="key", **WITH_ANNA)
    for recording in (RecordingState.OFF, RecordingState.PAUSED):
        shape = {**WITH_ANNA, "recording": recording, "recording_id": RecordingId("rec_1")}
        yield call(S.CONNECTED, not_recorded="objected", **shape)


def talking() -> Iterator[Call]:
    recordings = (RecordingState.OFF, RecordingState.ON, RecordingState.PAUSED)
    phones = (LegId("leg_anna"), None)
    for recording, muted, leg, record in product(recordings, (False, True), phones, ("on_demand", "never")):
        shape = {
            **WITH_ANNA,
            "agent_leg": leg,
            "muted": muted,
            "recording": recording,
            "recording_id": None if recording is RecordingState.OFF else RecordingId("rec_1"),
            "queue": QueueRules(queue_id=QueueId("que_1"), record=record),
            "reattach": None if leg else OfferLeg(leg=LegId("leg_new"), device_id=DEVICE),
        }
        for state in (S.CONNECTED, S.HELD):
            yield from (call(state, consult_party=party, **shape) for party in (None, *CONSULT_PARTIES))
        yield from (
            call(S.CONSULTING, consult_party=party, **shape) for party in (*RINGING_CONSULT_PARTIES, *CONSULT_PARTIES)
        )
        yield from (call(S.CONFERENCE, consult_party=party, **shape) for party in CONSULT_PARTIES)


def asked(agent: UserId) -> Iterator[Asked]:
    more: dict[type, tuple[dict[str, Any], ...]] = {
        s.MuteRequested: ({"on": True}, {"on": False}),
        s.DigitsRequested: ({"digits": "1"},),
        s.TransferRequested: (
            {"to": s.TransferTarget(agent_id=CLEO)},
            {"to": s.TransferTarget(queue_id=QueueId("que_2"))},
            {"to": s.TransferTarget(contact_id=ContactId("ctc_3"))},
        ),
        s.ConsultRequested: (
            {"to": s.TransferTarget(agent_id=CLEO)},
            {"to": s.TransferTarget(contact_id=ContactId("ctc_3"))},
        ),
        s.ReattachRequested: ({"device_id": DEVICE, "leg": LegId("leg_again")},),
    }
    for kind in get_args(Asked):
        for fields in more.get(kind, ({},)):
            yield kind(at=NOW, agent_id=agent, **fields)


def test_what_is_let_through_is_done_and_what_is_refused_would_have_been_ignored() -> None:
    tried = 0
    for shape in calls():
        for agent in (ANNA, BERT):
            if not concerns(shape, agent):
                continue
            for signal in asked(agent):
                step = advance(shape, signal, NoPlan())
                done = step.ignored is None and bool(step.events or step.commands)
                why_not = refusal(shape, signal)
                assert (why_not is None) is done, (shape, signal, why_not, step)
                tried += 1
    assert tried > 1000


def test_nothing_that_a_stranger_asks_does_anything() -> None:
    for shape in calls():
        assert not concerns(shape, CLEO)
        for signal in asked(CLEO):
            step = advance(shape, signal, NoPlan())
            assert not step.events and not step.commands, (shape, signal)


def test_every_code_is_given_somewhere_and_every_refusal_has_its_sentence() -> None:
    found = {
        why_not.code
        for shape in calls()
        for agent in (ANNA, BERT)
        if concerns(shape, agent)
        for signal in asked(agent)
        if (why_not := refusal(shape, signal)) is not None
    }
    assert found <= REFUSALS.keys()
    assert REFUSALS.keys() - found == {"not_connected"}  # only where an agent stays without a conversation


@pytest.mark.parametrize("signal", list(asked(ANNA)), ids=lambda x: type(x).__name__)
def test_an_ended_call_concerns_nobody(signal: Asked) -> None:
    assert not concerns(call(S.ENDED, **WITH_ANNA), signal.agent_id)


def test_keys_go_to_whom_the_agent_talks_to() -> None:
    keys = s.DigitsRequested(at=NOW, agent_id=ANNA, digits="1")
    for state, leg in ((S.CONNECTED, "leg_caller"), (S.CONFERENCE, "leg_caller"), (S.CONSULTING, "leg_out")):
        [command] = advance(call(state, consult_party=CONSULT_PARTIES[1], **WITH_ANNA), keys, NoPlan()).commands
        assert command == c.SendDigits(leg=LegId(leg), digits="1")
