"""Which call a trace is of: the next one of its number and its organisation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from call24.asterisk.client import AriClient
from call24.asterisk.sip_tap import SipTap
from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.kit.clock import SystemClock
from call24.kit.errors import Conflict, Refused
from call24.kit.ids import CallId, EventId, NumberId, TenantId
from call24.sip_traces.model import SipTrace, SipTraceId, Wish
from call24.sip_traces.service import SipTraces

ACME, BETA, NUMBER = TenantId("ten_a"), TenantId("ten_b"), NumberId("num_1")
SHOWN = {"num_1": "+15005550001", "num_2": "+15005550002", None: "+15005550001"}
NOW, LATER = datetime(2026, 11, 30, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


def traces() -> SipTraces:
    journal = Journal.__new__(Journal)
    return SipTraces(SystemClock(), journal, lambda *_: False, lambda _, number_id: SHOWN.get(number_id))


@pytest.mark.parametrize(
    ("tenant_id", "type", "body", "is_it"),
    [
        (ACME, "CallArrived", {"number_id": "num_1"}, True),
        (ACME, "CallArrived", {"number_id": "num_2"}, False),
        (BETA, "CallArrived", {"number_id": "num_1"}, False),
        (ACME, "CallPlaced", {"number_id": "num_1", "direction": "outbound"}, True),
        (ACME, "CallPlaced", {"number_id": None, "direction": "outbound"}, True),
        (ACME, "CallPlaced", {"number_id": "num_2", "direction": "outbound"}, False),
        (ACME, "CallPlaced", {"number_id": "num_1", "direction": "internal"}, False),
        (BETA, "CallPlaced", {"number_id": "num_1", "direction": "outbound"}, False),
        (ACME, "CallEnded", {}, False),
    ],
)
def test_a_call_is_the_wished_one(tenant_id: TenantId, type: str, body: dict[str, Any], is_it: bool) -> None:
    entry = Entry(
        id=EventId("evt"), tenant_id=tenant_id, seq=1, at=NOW, type=type, call_id=CallId("call"), agent_id=None,
        body=body, delete_at=NOW,
    )  # fmt: skip
    assert traces()._is_wished(Wish(ACME, NUMBER, "+15005550001"), entry) is is_it


async def test_an_asterisk_of_somebody_else_is_not_tapped() -> None:
    ari = AriClient("http://127.0.0.1:1/ari", "x", "y", app="x", events=())
    asked, there = traces(), SipTap(ari, None)
    asked.connect(ari, there)
    with pytest.raises(Conflict, match="not this installation's own"):
        await asked.begin(Wish(ACME, NUMBER, "+15005550001"), 1)
    assert asked.all() == [] and await there.off_if_found()


async def test_a_trace_is_not_shown_once_anybody_in_its_call_is_restricted() -> None:
    """The customer, a consult party, a number that is rung: whoever the journal names, and of this call alone."""
    restricted = set[str]()
    asked = SipTraces(
        SystemClock(), Journal.__new__(Journal), lambda _, contact_id: contact_id in restricted, lambda *_: None
    )
    trace = SipTrace(
        id=SipTraceId("trc"), wish=Wish(ACME, NUMBER, "+15005550001"), began_at=NOW, until=LATER, gone_at=LATER
    )
    asked._traces[trace.id] = trace
    asked._capture.begin(trace)
    for type, call_id, body in (
        ("CallArrived", "call", {"number_id": "num_1", "leg": "leg", "contact_id": "customer"}),
        ("ConsultStarted", "call", {"contact_id": "consulted"}),
        ("OutsideDialled", "call", {"contact_id": "rung", "purpose": "third", "leg": "leg_2"}),
        ("ConsultStarted", "call", {"contact_id": None}),
        ("ConsultStarted", "another", {"contact_id": "stranger"}),
    ):
        asked.follow(
            Entry(
                id=EventId("evt"),
                tenant_id=ACME,
                seq=1,
                at=NOW,
                type=type,
                call_id=CallId(call_id),
                agent_id=None,
                body=body,
                delete_at=NOW,
            )
        )
    for contact_id, refused in (("stranger", False), ("customer", True), ("consulted", True), ("rung", True)):
        restricted.clear()
        restricted.add(contact_id)
        if refused:
            with pytest.raises(Refused):
                asked.show(trace.id)
        else:
            assert asked.show(trace.id) is trace
