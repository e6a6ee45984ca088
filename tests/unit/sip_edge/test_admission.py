"""Who is let in at the phones' port, and what is read there before anybody is registered."""

from __future__ import annotations

import pytest

from call24.asterisk.carrier_networks import bucketed
from call24.kit.errors import Invalid
from call24.sip_edge import frames, handshake
from call24.sip_edge.admission import PhoneAdmission, Verdict
from call24.sip_edge.frames import Frames, MalformedFrame
from call24.sip_edge.limits import ARI_RESERVE, LIMITS, SESSIONS, ConnectionLimits, sender
from call24.tenants.rules import checked_addresses

SMALL = ConnectionLimits(
    strangers=64, strangers_each=8, known=16, waiting=32, waiting_each=8, registered=20, registered_each=12
)
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HEAD = {
    "Host": "call24.test:8089",
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "sip",
    "Sec-WebSocket-Key": KEY,
}


def asked(path: str = "/ws", method: str = "GET", **more: str | None) -> bytes:
    headers = {**HEAD, **{name.replace("_", "-"): value for name, value in more.items()}}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    return "\r\n".join(lines).encode()


def arrive(admission: PhoneAdmission, who: str, count: int) -> list[Verdict]:
    verdicts = []
    for _ in range(count):
        verdicts.append(admission.ask(who, 0))
        if verdicts[-1] is Verdict.ADMIT:
            admission.admit(who, 0)
        elif verdicts[-1] is Verdict.WAIT:
            admission.waiting.more(who)
    return verdicts


def test_one_address_gets_a_few_places_then_waits_then_is_refused() -> None:
    admission = PhoneAdmission(SMALL)
    verdicts = arrive(admission, "a", 100)
    assert verdicts[:11] == [Verdict.ADMIT] * 3 + [Verdict.WAIT] * 8
    assert verdicts[11:] == [Verdict.REFUSE] * 89 and admission.refused == 89


def test_many_addresses_leave_a_place_for_another_one() -> None:
    """Fifty that take all they can, as those of a thousand sockets did."""
    admission = PhoneAdmission(LIMITS)
    for number in range(50):
        arrive(admission, f"10.0.0.{number}", 400)
    assert admission.ask("192.0.2.1", 0) is Verdict.ADMIT
    assert admission.strangers.total() < LIMITS.strangers


def test_an_address_with_phones_has_places_that_no_stranger_takes() -> None:
    admission = PhoneAdmission(SMALL)
    assert admission.register("office", admission.admit("office", 0), 0, b"ten_a")
    for number in range(200):
        arrive(admission, f"s{number}", 10)
    assert admission.ask("stranger", 0) is Verdict.REFUSE
    assert arrive(admission, "office", 9) == [Verdict.ADMIT] * 9  # eight, and one for the phone that is registered


def test_registered_phones_are_no_strangers_and_have_caps_of_their_own() -> None:
    admission = PhoneAdmission(SMALL)
    done = [admission.register("office", admission.admit("office", 0), 0, b"ten_%d" % n) for n in range(14)]
    assert done == [True] * 12 + [False] * 2
    assert not admission.strangers and admission.known_in == 0 and admission.registered["office"] == 12
    done = [admission.register("home", admission.admit("home", 0), 0, b"ten_b") for _ in range(10)]
    assert done.count(True) == 8  # twenty in all
    admission.sign_off("office", 0, b"ten_0")
    assert admission.register("home", admission.admit("home", 0), 0, b"ten_b")


def test_one_organisation_has_half_of_the_registered_places() -> None:
    admission = PhoneAdmission(SMALL)
    took = [admission.register(f"a{n}", admission.admit(f"a{n}", 0), 0, b"ten_a") for n in range(12)]
    assert took == [True] * 10 + [False] * 2
    assert admission.register("b", admission.admit("b", 0), 0, b"ten_b")
    admission.sign_off("a0", 0, b"ten_a")
    assert admission.register("a0", admission.admit("a0", 0), 0, b"ten_a")
    assert not admission.register("a1", admission.admit("a1", 0), 0, b"ten_a")


def test_who_connects_again_and_again_without_a_phone_is_refused_for_a_while_but_no_office() -> None:
    admission = PhoneAdmission(SMALL)
    admission.register("office", admission.admit("office", 0), 0, b"ten_a")
    assert not any(admission.strike("office", 0) for _ in range(1000))
    assert [admission.strike("s", number / 10) for number in range(100)] == [False] * 99 + [True]
    assert admission.ask("s", 11) is Verdict.REFUSE and admission.bans(11) == 1
    assert admission.ask("s", 700) is Verdict.ADMIT and admission.bans(700) == 0
    slow = [admission.strike("old tab", number * 11.0) for number in range(1000)]
    assert not any(slow)


def test_asterisk_takes_all_that_phones_may_have_and_what_asks_it() -> None:
    assert LIMITS.strangers + LIMITS.known + LIMITS.registered + 512 == SESSIONS == 4096
    assert ARI_RESERVE == 512


def test_a_process_that_may_open_little_takes_less() -> None:
    assert LIMITS.within(20_000) == LIMITS
    small = LIMITS.within(1024)
    assert small.descriptors <= 1024 + 64 and small.registered > 100 and small.strangers_each == LIMITS.strangers_each


def test_an_ipv6_customer_is_one_sender_and_mapped_addresses_are_ipv4() -> None:
    assert sender("2001:db8:1:2:3::4") == sender("2001:db8:1:2::ffff") != sender("2001:db8:1:3::4")
    assert sender("::ffff:192.0.2.7") == sender("192.0.2.7") == "192.0.2.7"
    assert sender("fe80::1%eth0") == sender("fe80::2")


def test_a_phones_request_is_answered_as_the_standard_says() -> None:
    found = handshake.read(asked(Origin="https://call24.test:8024", X_Forwarded_For="192.0.2.9, 10.0.0.1"), ())
    assert found.forwarded == ("192.0.2.9", "10.0.0.1")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in handshake.accepted(found.key)  # RFC 6455 1.3


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (asked("/ari/channels"), "404"),
        (asked("/ws?x"), "404"),
        (asked("//ws"), "404"),
        (asked("/httpstatus"), "404"),
        (asked(method="POST"), "404"),
        (asked("/", Upgrade=None), "200"),
        (asked(Upgrade=None), "426"),
        (asked(Sec_WebSocket_Version="8"), "400"),
        (asked(Sec_WebSocket_Protocol="ari"), "400"),
        (asked(Sec_WebSocket_Key="short"), "400"),
        (asked(Content_Length="5"), "400"),
        (asked(Origin="https://evil.test"), "403"),
        (asked(Origin="http://call24.test"), "403"),
        (asked(Origin="null"), "403"),
        (asked() + b"\r\nOrigin: https://call24.test\r\nOrigin: https://evil.test", "400"),
        (asked() + b"\r\nFolded: a\r\n b", "400"),
        (b"\x16\x03\x01 nothing", "400"),
        (b"", "400"),
    ],
)
def test_whatever_else_is_asked_for_is_refused(head: bytes, status: str) -> None:
    with pytest.raises(handshake.HandshakeRefused) as refused:
        handshake.read(head, ("https://other.test",))
    assert refused.value.answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Strict-Transport-Security" in refused.value.answer and b"sterisk" not in refused.value.answer


def test_pages_that_the_operator_names_may_connect() -> None:
    assert handshake.read(asked(Origin="https://other.test"), ("https://other.test",))


def masked(payload: bytes, kind: int = frames.TEXT) -> bytes:
    mask = b"\x01\x82\x03\xf4"
    length = bytes((0x80 | len(payload),)) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2)
    return bytes((0x80 | kind,)) + length + mask + bytes(one ^ mask[at % 4] for at, one in enumerate(payload))


def test_frames_are_found_in_any_pieces() -> None:
    sent = masked(b"REGISTER sip:call24 SIP/2.0\r\n") + masked(b"x" * 300) + masked(b"", frames.PING)
    cut = Frames(masked=True, largest=8192)
    found = []
    for at in range(len(sent)):
        cut.feed(sent[at : at + 1])
        while (frame := cut.next()) is not None:
            found.append(frame)
    assert [frame.payload for frame in found] == [b"REGISTER sip:call24 SIP/2.0\r\n", b"x" * 300, b""]
    assert b"".join(frame.raw for frame in found) == sent and not cut.rest


@pytest.mark.parametrize(
    "bad",
    [
        b"\x81\x05hello",  # not masked
        b"\xc1\x80\x00\x00\x00\x00",  # compressed
        b"\x01\x80\x00\x00\x00\x00",  # a fragment
        b"\x83\x80\x00\x00\x00\x00",  # no such kind
        b"\x81\xfe\xff\xff\x00\x00\x00\x00",  # too long
        b"\x81\xff" + b"\xff" * 8,
        b"\x89\xfe\x00\x7e\x00\x00\x00\x00",  # a long ping
    ],
)
def test_what_no_phone_sends_is_malformed(bad: bytes) -> None:
    cut = Frames(masked=True, largest=8192)
    cut.feed(bad)
    with pytest.raises(MalformedFrame):
        cut.next()


OK = b"SIP/2.0 200 OK\r\nTo: <sip:ten_a.dev_b@call24>;tag=1\r\nCSeq: 2 REGISTER\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (OK, b"ten_a.dev_b"),
        (OK.replace(b"<sip:ten_a.dev_b@call24>", b"sip:ten_a.dev_b@call24"), b"ten_a.dev_b"),
        (OK.replace(b"<sip:", b'"sip:ten_c.dev_d@x" <sip:'), b"ten_a.dev_b"),
        (OK.replace(b"<sip:", b'"<sip:ten_c.dev_d@x>" <sip:'), b"ten_a.dev_b"),
        (OK.replace(b"<sip:", b'"\\"<sip:ten_c.dev_d@x>" <sip:'), b"ten_a.dev_b"),
        (OK.replace(b"<sip:", b"sip:ten_c.dev_d@x <sip:"), b"ten_a.dev_b"),
        (OK.replace(b"dev_b@", b"dev_b:anything@"), b"ten_a.dev_b"),
        (OK.replace(b"<sip:ten_a.dev_b@call24>", b'"sip:ten_c.dev_d@x" <tel:1>'), b""),
        (OK.replace(b"CSeq", b"To: <sip:ten_c.dev_d@x>\r\nCSeq"), b""),
        (OK.replace(b"200 OK", b"401 Unauthorized"), None),
        (OK.replace(b"REGISTER", b"OPTIONS"), None),
        (OK.replace(b"\r\n\r\n", b"\r\nCSeq: 2 REGISTER\r\n\r\n"), None),
        (b"SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n\r\nCSeq: 1 REGISTER\r\n", None),
        (b"MESSAGE sip:x SIP/2.0\r\nCSeq: 2 REGISTER\r\n\r\n", None),
        (b"", None),
    ],
)
def test_only_asterisks_yes_to_a_registration_makes_a_phone(answer: bytes, name: bytes | None) -> None:
    assert frames.registered_name(answer) == name


def test_no_trunk_is_where_phones_come_from() -> None:
    for address in ("127.24.24.24", "127.24.24.0/24"):
        with pytest.raises(Invalid) as refused:
            checked_addresses([address])
        assert "agents' phones" in str(refused.value.errors)


def test_a_carriers_network_never_holds_where_phones_come_from() -> None:
    """Also one that was stored before that was refused: else whoever reaches the phones' port would be that carrier."""
    [told] = bucketed(["127.24.24.0/24"], ()).values()
    assert told.split(",") == ["127.24.24.0/24", "!127.24.24.24/32"]


def v6(network: int, of: int = 1) -> str:
    return sender(f"2001:db8:{of:x}:{network:x}::1")


def test_one_customers_48_of_ipv6_takes_not_all_places_by_its_65536_networks() -> None:
    asked = PhoneAdmission(ConnectionLimits(strangers=1024, strangers_each=64))
    taken = 0
    for network in range(2000):
        if asked.ask(v6(network), 0.0, waits=True) is Verdict.ADMIT:
            asked.admit(v6(network), 0.0)
            taken += 1
    assert taken <= 256
    assert asked.ask(v6(1, of=2), 0.0) is Verdict.ADMIT


def test_a_48_that_only_tries_is_banned_as_a_whole_but_for_its_networks_where_phones_registered() -> None:
    asked = PhoneAdmission(ConnectionLimits())
    asked.admit(v6(9), 0.0)
    assert asked.register(v6(9), False, 0.0, b"ten_a")
    told = [asked.strike(v6(network), 1.0) for network in range(1000, 1400)]
    assert told.index(True) == 399
    assert asked.banned(v6(5000), 2.0) and not asked.banned(v6(9), 2.0) and not asked.banned(v6(1, of=2), 2.0)
    assert not asked.banned(v6(5000), 700.0)
