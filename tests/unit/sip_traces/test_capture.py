"""Messages are sorted to the call that they are of: from shared buffers, before and after their call is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from call24.journal.model import Entry
from call24.kit.ids import CallId, EventId, NumberId, TenantId, new_id
from call24.sip_traces.capture import MESSAGES_FIRST, MESSAGES_LAST, Capture
from call24.sip_traces.hep import Packet
from call24.sip_traces.model import SipTrace, SipTraceId, Wish

ACME, BETA = TenantId(new_id("ten")), TenantId(new_id("ten"))
CALL = CallId(new_id("call"))
NOW = datetime(2026, 11, 30, tzinfo=UTC)
US, CARRIER = ("127.0.0.1", 5060), ("192.0.2.9", 5060)


def invite(call_id: str, number: str = "+15005550001", branch: str = "") -> bytes:
    return (
        f"INVITE sip:{number}@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP x;branch=b{branch or call_id}\r\n"
        f"From: <sip:+442079460171@x>;tag=a{call_id}\r\nTo: <sip:{number}@x>\r\nCall-ID: {call_id}\r\n"
        "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def packet(call_id: str, payload: bytes, at: float = 1.0, *, stream: bool = True) -> Packet:
    return Packet(CARRIER, US, stream, at, b"", call_id, payload)


def started(leg: str, call_id: str, stamped: str = "", tenant: str = "", name: str = "PJSIP/carriers-00000001") -> Any:
    stamps = {"C24_CALL": stamped, "C24_TENANT": tenant}
    return {"type": "StasisStart", "channel": {"id": leg, "protocol_id": call_id, "name": name, "channelvars": stamps}}


def arrived(leg: str, tenant_id: TenantId = ACME) -> Entry:
    return Entry(
        id=EventId("evt"), tenant_id=tenant_id, seq=1, at=NOW, type="CallArrived", call_id=CALL, agent_id=None,
        body={"leg": leg}, delete_at=NOW,
    )  # fmt: skip


class Time:
    now = 0.0


def capturing() -> tuple[Capture, SipTrace, type[Time]]:
    Time.now = 0.0
    capture = Capture(lambda: Time.now, (8088,))
    trace = SipTrace(
        id=SipTraceId("trc"), wish=Wish(ACME, NumberId("num"), "+15005550001"), began_at=NOW, until=NOW, gone_at=NOW
    )
    capture.begin(trace)
    return capture, trace, Time


def match(capture: Capture, trace: SipTrace, leg: str) -> None:
    capture.matched(trace, CALL)
    capture.follow(arrived(leg))


def test_of_a_buffer_with_two_calls_each_gets_its_own() -> None:
    """Asterisk gives the whole buffer for each message in it."""
    capture, trace, _ = capturing()
    both = invite("beta", "+15005550002") + invite("acme")
    for call_id in ("beta", "acme"):
        capture.take(packet(call_id, both))
        capture.heard(started(f"leg of {call_id}", call_id))
    match(capture, trace, "leg of acme")
    assert [(one.line, one.sip_call_id) for one in trace.messages] == [("INVITE +15*******01", "acme")]


def test_one_buffer_with_two_messages_of_the_call_is_told_once() -> None:
    capture, trace, _ = capturing()
    twice = invite("acme") + invite("acme", branch="second").replace(b"1 INVITE", b"2 INVITE")
    for _ in range(2):
        capture.take(packet("acme", twice))
    capture.heard(started("leg", "acme"))
    match(capture, trace, "leg")
    assert [one.cseq for one in trace.messages] == ["1 INVITE", "2 INVITE"]


def test_what_is_of_no_call_is_gone_after_two_seconds_and_when_the_call_is_known() -> None:
    capture, trace, time = capturing()
    capture.take(packet("late", invite("late")))
    capture.heard(started("leg", "late"))
    time.now = 2.5
    capture.tick()
    assert len(capture._held) == 0 and not capture._unclaimed
    capture.take(packet("other", invite("other"), 3.0))
    capture.take(packet("acme", invite("acme"), 3.0))
    capture.heard(started("leg", "acme"))
    match(capture, trace, "leg")
    assert len(trace.messages) == 1 and len(capture._held) == 0
    capture.take(packet("other", invite("other"), 4.0))
    assert len(capture._held) == 0, "nobody waits for a call any more"
    capture.end(trace)
    assert "acme" not in repr(vars(capture))


def test_two_calls_with_one_call_id_are_left_out() -> None:
    capture, trace, _ = capturing()
    for number, at in (("+15005550001", 1.0), ("+15005550002", 2.0)):
        capture.take(packet("same", invite("same", number, number), at))
    capture.heard(started("leg", "same"))
    match(capture, trace, "leg")
    assert (trace.messages, trace.missed) == ([], 2)


def test_legs_of_other_calls_and_organisations_are_not_claimed() -> None:
    capture, trace, _ = capturing()
    match(capture, trace, "leg")
    name = f"PJSIP/{BETA}.dev_1-00000001"
    for event in (
        started("leg_1", "a", "call_other", ACME),
        started("leg_2", "b", CALL, BETA),
        started("leg_3", "c", CALL, ACME, name),
        {"type": "StasisStart"},
        {"type": "StasisStart", "channel": "x"},
        {"channel": {"protocol_id": 5, "channelvars": 3}},
    ):
        capture.heard(event)
    assert not capture._by_call_id
    capture.heard(started("leg_4", "d", CALL, ACME))
    assert list(capture._by_call_id) == ["d"]


def test_the_first_messages_stay_and_the_last_ones_turn() -> None:
    capture, trace, _ = capturing()
    capture.heard(started("leg", "acme"))
    match(capture, trace, "leg")
    total = MESSAGES_FIRST + MESSAGES_LAST + 30
    for number in range(total):
        capture.take(packet("acme", invite("acme"), float(number), stream=False))
    assert [one.seq for one in trace.messages[:2]] == [1, 2] and trace.messages[-1].seq == total
    assert (len(trace.messages), trace.left_out) == (MESSAGES_FIRST + MESSAGES_LAST, 30)
    assert [one.again for one in trace.messages[:2]] == [False, True]
