"""Messages are sorted to the call that they are of: from shared buffers, before and after their call is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from call24.journal.model import Entry
from call24.kit.ids import CallId, EventId, NumberId, TenantId, new_id
from call24.sip_traces import capture as capture_module
from call24.sip_traces.capture import MESSAGES_FIRST, MESSAGES_LAST, Capture
from call24.sip_traces.hep import Packet
from call24.sip_traces.model import SipTrace, SipTraceId, Wish
from call24.sip_traces.sip_messages import Cut, messages_of

ACME, BETA = TenantId(new_id("ten")), TenantId(new_id("ten"))
CALL = CallId(new_id("call"))
NOW = datetime(2026, 11, 30, tzinfo=UTC)
US, CARRIER = ("127.0.0.1", 5060), ("192.0.2.9", 5060)


def invite(call_id: str, number: str = "+15005550001", branch: str = "", more: str = "") -> bytes:
    return (
        f"INVITE sip:{number}@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP x;branch=b{branch or call_id}\r\n"
        f"From: <sip:+442079460171@x>;tag=a{call_id}\r\nTo: <sip:{number}@x>\r\nCall-ID: {call_id}\r\n"
        f"CSeq: 1 INVITE\r\n{more}Content-Length: 0\r\n\r\n"
    ).encode()


def packet(call_id: str, payload: bytes, at: float = 1.0, *, stream: bool = True) -> Packet:
    return Packet(CARRIER, US, stream, at, b"", call_id, payload)


def started(leg: str, call_id: str, stamped: str = "", tenant: str = "", name: str = "PJSIP/carriers-00000001") -> Any:
    stamps = {"C24_CALL": stamped, "C24_TENANT": tenant}
    return {"type": "StasisStart", "channel": {"id": leg, "protocol_id": call_id, "name": name, "channelvars": stamps}}


def arrived(leg: str, contact_id: str | None = "contact_1", tenant_id: TenantId = ACME) -> Entry:
    return Entry(
        id=EventId("evt"), tenant_id=tenant_id, seq=1, at=NOW, type="CallArrived", call_id=CALL, agent_id=None,
        body={"leg": leg, "contact_id": contact_id}, delete_at=NOW,
    )  # fmt: skip


class Time:
    now = 0.0


def capturing(*, numbers: bool = False) -> tuple[Capture, SipTrace, type[Time]]:
    Time.now = 0.0
    capture = Capture(lambda: Time.now, (8088,))
    trace = SipTrace(
        id=SipTraceId("trc"),
        wish=Wish(ACME, NumberId("num"), "+15005550001", numbers),
        began_at=NOW,
        until=NOW,
        gone_at=NOW,
    )
    capture.begin(trace)
    return capture, trace, Time


def match(capture: Capture, trace: SipTrace, leg: str, contact_id: str | None = "contact_1") -> None:
    capture.matched(trace, CALL)
    capture.follow(arrived(leg, contact_id))


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


def turned(one: Packet) -> Packet:
    return one._replace(source=one.target, target=one.source)


def test_two_calls_with_one_call_id_are_left_out_now_and_later() -> None:
    capture, trace, _ = capturing()
    for number, at in (("+15005550001", 1.0), ("+15005550002", 2.0)):
        capture.take(packet("same", invite("same", number, number), at))
    capture.heard(started("leg", "same"))
    match(capture, trace, "leg")
    assert (trace.messages, trace.missed) == ([], 2)
    for number, at in (("+15005550002", 3.0), ("+15005550003", 4.0)):  # a repetition, and a fork's next target
        capture.take(packet("same", invite("same", number, number), at))
    assert (trace.messages, trace.missed) == ([], 4)
    capture.end(trace)
    assert trace.missed == 4


def test_a_call_of_another_organisation_that_a_carrier_brings_back_unchanged_is_left_out() -> None:
    capture, trace, _ = capturing()
    out = packet("same", invite("same", branch="theirs"), 1.0)
    capture.take(turned(out))
    capture.take(packet("same", invite("same", branch="proxied"), 1.1))
    capture.heard(started("leg", "same"))
    match(capture, trace, "leg")
    assert (trace.messages, trace.missed) == ([], 2)


def test_a_leg_of_which_no_invite_came_in_time_begins_with_no_later_one() -> None:
    """It may be a forking proxy's next one, to a number of another organisation."""
    for after, kept in ((0.5, 1), (2.5, 0)):
        capture, trace, time = capturing()
        capture.heard(started("leg", "acme"))
        match(capture, trace, "leg")
        time.now = after
        capture.take(packet("acme", invite("acme")))
        time.now = 0.6
        capture.take(packet("acme", invite("acme"), 2.0))
        assert (len(trace.messages), trace.missed) == (kept * 2, 2 - kept * 2)


def test_what_cannot_be_told_is_counted_also_of_a_leg_of_which_nothing_is_known() -> None:
    capture, trace, _ = capturing()
    capture.heard(started("leg", "acme"))
    match(capture, trace, "leg")  # its INVITE was before the trace
    answer = (
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP x;branch=b\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=2\r\n"
        b"Call-ID: acme\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    )
    capture.take(turned(packet("acme", answer)))
    assert (trace.messages, trace.missed) == ([], 1)
    capture.end(trace)
    assert trace.missed == 2
    capture, silent, _ = capturing()
    match(capture, silent, "a leg that nothing was heard of")
    capture.end(silent)
    assert silent.missed == 1


def test_a_caller_of_whom_the_engine_knows_no_contact_is_anonymous_also_with_whole_numbers() -> None:
    for contact_id, more, expected in (
        (None, "", "anonymous"),
        ("contact_1", "", "+442079460171"),
        ("contact_1", "Privacy: id\r\n", "anonymous"),  # of a trunk that is not trusted with it
    ):
        capture, trace, _ = capturing(numbers=True)
        capture.take(packet("acme", invite("acme", more=more)))
        capture.heard(started("leg", "acme"))
        match(capture, trace, "leg", contact_id)
        capture.heard(started("leg_2", "phone", CALL, ACME, f"PJSIP/{ACME}.dev_1-00000001"))
        capture.take(turned(packet("phone", invite("phone"), 2.0)))
        assert [one.sender for one in trace.messages] == [expected, expected]


def test_a_buffer_is_cut_once_for_all_calls_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cuts = list[int]()

    def counted(buffer: bytes, *, framed: bool) -> Cut:
        cuts.append(len(buffer))
        return messages_of(buffer, framed=framed)

    monkeypatch.setattr(capture_module, "messages_of", counted)
    capture, trace, _ = capturing()
    call_ids = [f"call {number}" for number in range(50)]
    buffer = b"".join(invite(one) for one in call_ids)
    for one in call_ids:
        capture.take(packet(one, buffer))
    assert len(cuts) == 1 and len(capture._held) == 50
    capture.take(packet("call 1", invite("call 1") + invite("call 2"), 2.0))
    assert len(cuts) == 2
    capture.tick()
    assert not capture._cuts, "others' messages do not stay"
    capture.heard(started("leg", "call 7"))
    match(capture, trace, "leg")
    assert [one.sip_call_id for one in trace.messages] == ["call7"]


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
