"""A call in sentences: every kind of event has words, and they name people as the reader knows them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from tests.support.calls.told import ANN, BOB, CALL, CONTACT, FLOW, HELP, RECORDING, SUE, Told, rules, told_calls
from tests.support.clock import START
from tests.support.properties import thorough

from call24.agents import events as a
from call24.call_records.labels import REASONS
from call24.call_records.timeline import NODES, sentence, timeline
from call24.calls import events as e
from call24.calls.events import CallEvent
from call24.calls.model import CallRules, Direction, EndedBy, OfferOutcome, Wait
from call24.flows.model import ActingNode
from call24.journal.model import Entry, body_of
from call24.kit.ids import EventId, UserId
from call24.routing import rules as routing
from call24.web_push.events import OfferPushed, OfferPushEnded
from clients import field_texts

LOST = {"OfferLegLost", "ConsultLegLost"}
NAMES = {ANN: "Ann", BOB: "Bob", SUE: "Sue"}

VALUES: dict[str, Any] = {
    "call_id": CALL,
    "origin_call_id": CALL,
    "number_id": "num_1",
    "contact_id": CONTACT,
    "queue_id": HELP,
    "flow_id": FLOW.flow_id,
    "flow": FLOW,
    "queue": rules(),
    "rules": CallRules(),
    "wait": Wait(since=START, agents=(BOB,)),
    "since": START,
    "not_before": START,
    "direction": Direction.OUTBOUND,
    "agent_id": ANN,
    "colleague_id": BOB,
    "to_agent_id": BOB,
    "user_id": SUE,
    "outcome": OfferOutcome.DECLINED,
    "ended_by": EndedBy.CALLER,
    "legs": (),
    "left": (),
    "reached": False,
    "cause": 17,
    "recording_id": RECORDING,
    "by": "key",
    "mode": "listen",
    "recorded": "delete",
}
IN_THE_APP = re.compile("|".join(re.escape(one).replace(field_texts.GAP, ".+") for one in field_texts.of_timelines()))
"""What the app has a text for, in each of its languages."""
KINDS = [kind for kind in get_args(e.AnyCallEvent) if issubclass(kind, CallEvent)]


def name(user_id: UserId | None) -> str:
    return NAMES.get(user_id or ANN, "somebody")


def line(event: msgspec.Struct, agent_id: UserId | None = ANN) -> Entry:
    body = body_of(event)
    return Entry(
        id=EventId("evt_1"),
        tenant_id="ten_a",  # type: ignore[arg-type]
        seq=1,
        at=START,
        type=body["type"],
        call_id=CALL,
        agent_id=agent_id,
        body=body,
        delete_at=START + timedelta(days=1),
    )


def example(kind: type[CallEvent]) -> CallEvent:
    """An event of this kind: what needs a value gets one."""
    required = [field for field in msgspec.structs.fields(kind) if field.required]
    return kind(**{field.name: VALUES.get(field.name, "x") for field in required})


def test_the_list_of_kinds_is_whole() -> None:
    assert {kind.__name__ for kind in KINDS} == {kind.__name__ for kind in CallEvent.__subclasses__()}
    assert len(KINDS) > 50


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_words(kind: type[CallEvent]) -> None:
    text = sentence(line(example(kind)), name)
    assert text is not None and text[0].isupper() and not text.endswith(".")
    assert "None" not in text and "usr_" not in text and "que_" not in text
    assert IN_THE_APP.fullmatch(text)


@thorough
@given(told_calls())
def test_each_line_of_any_call_is_one_sentence(told: Told) -> None:
    lines = [entry for entry in told.entries if entry.type not in LOST]
    moments = [moment for moment in timeline(told.entries, name) if moment.event not in LOST]
    assert [(moment.at, moment.event) for moment in moments] == [(entry.at, entry.type) for entry in lines]
    assert [moment.text for moment in moments if not IN_THE_APP.fullmatch(moment.text)] == []


def test_devices_that_are_not_registered_are_no_news_and_one_that_is_lost_is_told_once() -> None:
    offered = line(e.CallOffered(offer_id="off_1", agent_id=ANN, legs=(), candidates=()))  # type: ignore[arg-type]
    absent = [line(e.OfferLegLost(offer_id="off_1", leg=f"leg_{n}", cause=20)) for n in range(3)]  # type: ignore[arg-type]
    lost = [line(e.OfferLegLost(offer_id="off_1", leg=f"leg_{n}", cause=41)) for n in range(3, 6)]  # type: ignore[arg-type]
    texts = [moment.text for moment in timeline([offered, *absent, *lost, offered, *absent, lost[0]], name)]
    once = ["Offered to Ann", "One of the phones was lost; the others keep ringing"]
    assert texts == once * 2


def test_what_became_of_a_notification_is_told_with_its_time() -> None:
    told = Told().arrives().after(1).joins().after(1).offered_to(ANN)
    offer_id = told.told.offers[0].offer_id
    told.also(OfferPushed(agent_id=ANN, offer_id=offer_id, browsers=2), ANN)
    told.also(OfferPushEnded(agent_id=ANN, offer_id=offer_id, outcome="accepted", after_ms=230), ANN)
    told.also(OfferPushEnded(agent_id=ANN, offer_id=offer_id, outcome="too_slow", after_ms=10_020), ANN)
    texts = [line.text for line in timeline(told.entries, lambda _: "Ann")]
    assert texts[-3:] == [
        "Sent as a notification to 2 browsers of Ann",
        "The push service took the notification (a browser of Ann, after 0.2 s)",
        "The push service did not answer in time (a browser of Ann, after 10.0 s)",
    ]


def test_people_are_named_and_the_reason_is_said() -> None:
    told = Told().talks().passed_to(BOB).offered_to(BOB).answered_by(BOB)
    told.say(e.CallHeld(agent_id=BOB)).monitored_by(reason="help_asked").ends(EndedBy.SYSTEM, user_id=SUE)
    texts = [moment.text for moment in timeline(told.entries, name)]
    for text in (
        "Ann talks to the customer",
        "Ann transferred the caller to Bob",
        "Waits for Bob",
        "Bob put the caller on hold",
        "Sue asked to join: listens (help asked)",
        "Sue ended the call",
    ):
        assert text in texts


def test_what_follows_for_the_agent_is_told_and_the_rest_of_its_day_is_not() -> None:
    wrap_up = a.AgentWrapUpStarted(agent_id=ANN, call_id=CALL, until=START)
    assert sentence(line(wrap_up), name) == "Ann is in wrap-up"
    assert sentence(line(a.AgentTookCall(agent_id=ANN, call_id=CALL, offer_id="off_1")), name) is None  # type: ignore[arg-type]
    assert sentence(line(a.AgentWentOffline(agent_id=ANN)), name) is None


def test_every_reason_for_or_against_an_agent_has_words() -> None:
    assert set(REASONS) >= routing.FOR | routing.AGAINST


def test_every_node_that_acts_has_words() -> None:
    tags = {str(node.__struct_config__.tag) for node in get_args(ActingNode)}
    assert tags == set(NODES)
