"""A call's journal events as steps of a ladder: every event has its words, and an outside leg its lane."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest

from call24.call_records.ladder import STEPS, ladder
from call24.calls import events
from call24.calls.events import AnyCallEvent

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    at: datetime
    type: str
    agent_id: str | None = None
    body: dict[str, Any]


def line(seq: int, type: str, whose: str | None = None, **body: Any) -> Line:
    return Line(seq=seq, at=AT + timedelta(milliseconds=100 * seq), type=type, agent_id=whose, body=body)


def drawn(*lines: Line) -> list[tuple[float, str, str, str]]:
    return [(one.after_s, one.source, one.target, one.text) for one in ladder(lines)]


def test_an_answered_call_step_by_step() -> None:
    assert drawn(
        line(5, "CallArrived", number_id="num_1", contact_id="ctc_secret"),
        line(6, "CallQueued", queue_id="que_1", priority=0),
        line(7, "CallOffered", "usr_1", agent_id="usr_1"),
        line(9, "CallConnected", "usr_1", agent_id="usr_1", recording_id=None),
        line(30, "CallEnded", ended_by="agent", cause=16),
    ) == [
        (0.0, "customer", "call24", "rings num_1"),
        (0.1, "call24", "call24", "waits in que_1, priority 0"),
        (0.2, "call24", "agent", "offered to usr_1"),
        (0.4, "agent", "customer", "usr_1 talks to the customer, recording -"),
        (2.5, "agent", "call24", "ended by agent, cause 16"),
    ]


def test_an_outside_leg_is_the_customers_where_it_was_dialled_for_them() -> None:
    found = drawn(
        line(1, "CallPlaced", "usr_1", agent_id="usr_1", direction="outbound"),
        line(2, "OutsideDialled", leg="a", purpose="customer", trunk_id="trk_1"),
        line(3, "OutsideRinging", leg="a"),
        line(4, "OutsideDialled", leg="b", purpose="third", trunk_id="trk_1"),
        line(5, "OutsideRinging", leg="b"),
        line(6, "OutsideFailed", leg="b", cause=17),
    )
    assert [(source, target) for _, source, target, _ in found] == [
        ("agent", "call24"), ("call24", "customer"), ("customer", "call24"), ("call24", "other"), ("other", "call24"),
        ("other", "call24"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "lane"),
    [("caller", "customer"), ("called", "customer"), ("agent", "agent"), ("system", "call24"), ("third", "other")],
)
def test_who_ended_it(by: str, lane: str) -> None:
    assert drawn(line(1, "CallEnded", ended_by=by, cause=16))[0][1] == lane


def test_an_event_without_words_is_told_by_its_name() -> None:
    assert drawn(line(1, "AgentTookCall", "usr_1"), line(2, "SomethingNew")) == [
        (0.0, "agent", "call24", "agent took call: usr_1"),
        (0.1, "call24", "call24", "something new"),
    ]


def test_every_event_of_a_call_has_words_and_they_name_its_own_fields_but_no_customer() -> None:
    known = {one.__name__: one for one in get_args(AnyCallEvent)}
    assert set(STEPS) == set(known)
    for name, (_, _, words) in STEPS.items():
        fields = {field.partition("[")[0] for field in re.findall(r"{([^}]*)}", words)}
        assert fields <= set(getattr(events, name, known[name]).__struct_fields__), name
        assert not fields & {"contact_id"}


def test_a_call_without_events_has_no_steps() -> None:
    assert ladder([]) == []
