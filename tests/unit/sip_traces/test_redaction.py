"""What is kept of a message: what is named, and no number, name, password or key."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.kit.ids import TenantId
from call24.sip_traces.hidden import Hidden
from call24.sip_traces.redaction import NAME, Kept, Side, kept_of, media_of
from call24.sip_traces.sip_messages import SipMessage, messages_of

ACME, BETA = TenantId("ten_01m8pqscfjn04e7wsjw8ngvms8"), TenantId("ten_01m8pqscfjn04e7wsjw8ngvms9")
DEVICE = "dev_01m8pqsdz9t8y6vm74xar0gkxv"
NUMBER = "442079460171"
SDP = (
    "v=0\r\no=grace 1 1 IN IP4 10.1.2.3\r\ns=Grace Hopper\r\ni=+442079460171\r\nc=IN IP4 10.1.2.3\r\nt=0 0\r\n"
    "m=audio 40000 RTP/SAVP 111 0 8 101 96\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n"
    "a=rtpmap:96 grace442079460171/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRETKEY\r\n"
    "a=ice-pwd:SECRETPWD\r\na=sendrecv\r\nm=video 0 RTP/AVP 97\r\n"
)


def message(**headers: str) -> SipMessage:
    given_headers = {
        "Via": "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1", "From": f'"Grace" <sip:+{NUMBER}@192.0.2.9>;tag=1',
        "To": "<sip:+15005550001@192.0.2.1>", "Call-ID": "abc@192.0.2.9", "CSeq": "1 INVITE",
        "Content-Type": "application/sdp", **{name.replace("_", "-"): value for name, value in headers.items()},
    }  # fmt: skip
    first = given_headers.pop("first", "INVITE sip:+15005550001@192.0.2.1 SIP/2.0")
    lines = "".join(f"{name}: {value}\r\n" for name, value in given_headers.items())
    [made] = messages_of(f"{first}\r\n{lines}\r\n{SDP}".encode(), framed=True).messages
    return made


def shown(
    message: SipMessage, tenant_id: TenantId, *, numbers: bool, phone: bool, hidden: Hidden | None = None,
    caller: Side | None = None, by_caller: bool = False,
) -> Kept:  # fmt: skip
    """As a trace that begins with it, or goes on with what is `hidden`."""
    hidden = hidden or Hidden(numbers=numbers)
    hidden.read(message, by_caller=by_caller)
    return kept_of(message, tenant_id, hidden, phone=phone, caller=caller)


def test_numbers_are_masked_and_names_and_keys_are_gone() -> None:
    kept = shown(message(Authorization="Digest response=SECRET"), ACME, numbers=False, phone=False)
    assert (kept.line, kept.cseq, kept.sip_call_id) == ("INVITE +15*******01", "1 INVITE", "abc@192.0.2.9")
    assert (kept.sender, kept.receiver) == ("+44********71", "+15*******01")
    assert kept.media == (
        "audio opus PCMU PCMA telephone-event other, sendrecv, SDES",
        "video other, refused, not encrypted",
    )
    assert [word for word in ("Grace", "SECRET", "10.1.2.3", NUMBER[2:7]) if word in repr(kept)] == []


def test_whole_numbers_where_they_were_asked_for() -> None:
    kept = shown(message(), ACME, numbers=True, phone=False)
    assert (kept.line, kept.sender) == ("INVITE +15005550001", f"+{NUMBER}")
    assert "Grace" not in repr(kept)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"<sip:{ACME}.{DEVICE}@call24>;tag=1", DEVICE),
        (f"<sip:{BETA}.{DEVICE}@call24>;tag=1", NAME),
        ("<sip:call24@x>", "call24"),
        ("sip:anonymous@anonymous.invalid", "anonymous"),
        ("<sip:grace.hopper:pw@x>", NAME),
        ("<tel:+442079460171;phone-context=x>", "+44********71"),
        ("<sip:%2B442079460171@x>", "+44********71"),
        ("<sip:0044-20-7946-0171;isub=1@x>", "004*********71"),
        ("<sip:112@x>", "***"),
        ('"<sip:+442079460999@y>" <sip:bob@x>', NAME),
        ("<sip:x@y", NAME),
        ("", "-"),
    ],
)
def test_an_address_is_a_masked_number_or_our_own_id(address: str, expected: str) -> None:
    assert shown(message(From=address), ACME, numbers=False, phone=False).sender == expected


def test_a_phones_call_id_has_no_address_and_none_has_a_number() -> None:
    kept = [
        shown(message(Call_ID=f"x{NUMBER}-1234567@10.1.2.3"), ACME, numbers=False, phone=phone)
        for phone in (False, True)
    ]
    assert [one.sip_call_id for one in kept] == ["x************-1234567@10.1.2.3", "x************-1234567"]


def test_words_of_the_wire_are_not_copied() -> None:
    status = message(first="SIP/2.0 486 Grace is not at +442079460171")
    assert shown(status, ACME, numbers=True, phone=False).line == "486 Busy Here"
    assert shown(message(first="SIP/2.0 699 x"), ACME, numbers=True, phone=False).line == "699"
    strange = message(first="GRACE sip:x@y SIP/2.0", CSeq="1 GRACE")
    assert (shown(strange, ACME, numbers=True, phone=False)[:2]) == (f"other {NAME}", "1 other")
    assert media_of(message(Content_Type="application/dtmf-relay")) == ()


_NAMES = (
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Via",
    "Contact",
    "Subject",
    "P-Asserted-Identity",
    "Identity",
    "X-Grace",
    "Date",
)


_FORMS = (
    "{}", "+{}", "<sip:{}@x>", "<sip:+{}@x>", '"{}" <sip:a@b>', "x\r\n {}", "sip:{};user=phone", "1 {}", "a@{}",
)  # fmt: skip


@given(
    name=st.sampled_from(_NAMES),
    case=st.sampled_from([str.lower, str.upper, str]),
    form=st.sampled_from(_FORMS),
    other=st.sampled_from(["<sip:+442079460171@x>;tag=1", "sip:442079460171@x"]),
)
def test_no_five_figures_of_a_number_are_kept_whatever_header_has_them(
    name: str, case: type[str], form: str, other: str
) -> None:
    made = message(**{"From": other, case(name).replace("-", "_"): form.format(NUMBER)})
    kept = repr(shown(made, ACME, numbers=False, phone=False))
    parts = {NUMBER[at : at + 5] for at in range(len(NUMBER) - 4)}
    assert [part for part in parts if part in re.sub(r"\s", "", kept)] == []


PRIVATE = [
    {"Privacy": "id"},
    {"Privacy": "critical; USER"},
    {"Privacy": "full"},
    {"Remote_Party_ID": "<sip:x@y>;privacy=full"},
]


@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize("privacy", PRIVATE)
def test_who_withholds_its_number_is_anonymous_in_all_messages_of_the_call(
    privacy: dict[str, str], numbers: bool
) -> None:
    hidden = Hidden(numbers=numbers)
    asserted = {"P_Asserted_Identity": "<sip:+447700900456@x>", "Contact": f"<sip:{NUMBER}@192.0.2.9>"}
    first = message(**privacy, **asserted, Call_ID=f"{NUMBER}-7700900456")
    invite = shown(first, ACME, numbers=numbers, phone=False, hidden=hidden, caller="from", by_caller=True)
    assert (invite.sender, invite.sip_call_id) == ("anonymous", "************-**********")
    bye = message(first=f"BYE sip:{NUMBER}@x SIP/2.0", From="<sip:+15005550001@x>;tag=2", To=f"<sip:{NUMBER}@x>;tag=1")
    ours = shown(bye, ACME, numbers=numbers, phone=False, hidden=hidden, caller="to")
    assert (ours.line, ours.receiver) == ("BYE anonymous", "anonymous")
    assert ours.sender == ("+15005550001" if numbers else "+15*******01")
    moved = message(first="BYE sip:+447911123456@x SIP/2.0", From="<sip:call24@x>", To="<sip:+447911123456@x>")
    found = shown(moved, ACME, numbers=numbers, phone=False, hidden=hidden, caller="to")
    assert (found.line, found.receiver) == ("BYE anonymous", "anonymous")
    for form in ("+447700900456", "07700900456", f"+{NUMBER}", "0044-20-7946-0171"):
        elsewhere = message(From=f"<sip:{form}@call24>", Call_ID="07700900456")
        phone = shown(elsewhere, ACME, numbers=numbers, phone=True, hidden=hidden)
        assert (phone.sender, phone.sip_call_id) == ("anonymous", "***********")
    assert NUMBER not in repr(vars(hidden)) and "46017" not in repr(vars(hidden))


def test_privacy_of_the_other_side_or_none_hides_nobody() -> None:
    for more, by_caller in (({"Privacy": "none"}, True), ({"Privacy": "id"}, False), ({}, True)):
        found = shown(message(**more), ACME, numbers=True, phone=False, caller="from", by_caller=by_caller)
        assert found.sender == f"+{NUMBER}"


@pytest.mark.parametrize(
    "header", ["P_Asserted_Identity", "P_Preferred_Identity", "Remote_Party_ID", "Diversion", "Contact", "History_Info"]
)
@pytest.mark.parametrize("form", ["<sip:+{}@x>", "<sip:a@b>, <tel:+{}>", '"+44 (20) 7946-0171" <sip:a@b>'])
def test_figures_of_a_number_that_another_header_names_are_hidden_in_this_and_later_call_ids(
    header: str, form: str
) -> None:
    hidden = Hidden(numbers=False)
    anonymous = {"From": "<sip:anonymous@anonymous.invalid>;tag=1", "Call_ID": "442079460171.77@x"}
    for more in ({header: form.format(NUMBER)}, {}):
        found = shown(message(**anonymous, **more), ACME, numbers=False, phone=False, hidden=hidden)
        assert found.sip_call_id == "************.77@x"


def test_a_header_full_of_quotes_takes_no_time() -> None:
    began = time.process_time()
    found = shown(message(From='"' + '\\"' * 15_000), ACME, numbers=False, phone=False)
    assert found.sender == "-" and time.process_time() - began < 2
