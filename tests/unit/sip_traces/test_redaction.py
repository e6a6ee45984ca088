"""What is kept of a message: what is named, and no number, name, password or key."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.kit.ids import TenantId
from call24.sip_traces.redaction import NAME, kept_of, media_of
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


def test_numbers_are_masked_and_names_and_keys_are_gone() -> None:
    kept = kept_of(message(Authorization="Digest response=SECRET"), ACME, numbers=False, phone=False)
    assert (kept.line, kept.cseq, kept.sip_call_id) == ("INVITE +15*******01", "1 INVITE", "abc@192.0.2.9")
    assert (kept.sender, kept.receiver) == ("+44********71", "+15*******01")
    assert kept.media == (
        "audio opus PCMU PCMA telephone-event other, sendrecv, SDES",
        "video other, refused, not encrypted",
    )
    assert [word for word in ("Grace", "SECRET", "10.1.2.3", NUMBER[2:7]) if word in repr(kept)] == []


def test_whole_numbers_where_they_were_asked_for() -> None:
    kept = kept_of(message(), ACME, numbers=True, phone=False)
    assert (kept.line, kept.sender) == ("INVITE +15005550001", f"+{NUMBER}")
    assert "Grace" not in repr(kept)


@pytest.mark.parametrize(
    ("address", "shown"),
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
def test_an_address_is_a_masked_number_or_our_own_id(address: str, shown: str) -> None:
    assert kept_of(message(From=address), ACME, numbers=False, phone=False).sender == shown


def test_a_phones_call_id_has_no_address_and_none_has_a_number() -> None:
    kept = [
        kept_of(message(Call_ID=f"x{NUMBER}-1234567@10.1.2.3"), ACME, numbers=False, phone=phone)
        for phone in (False, True)
    ]
    assert [one.sip_call_id for one in kept] == ["x************-1234567@10.1.2.3", "x************-1234567"]


def test_words_of_the_wire_are_not_copied() -> None:
    status = message(first="SIP/2.0 486 Grace is not at +442079460171")
    assert kept_of(status, ACME, numbers=True, phone=False).line == "486 Busy Here"
    assert kept_of(message(first="SIP/2.0 699 x"), ACME, numbers=True, phone=False).line == "699"
    strange = message(first="GRACE sip:x@y SIP/2.0", CSeq="1 GRACE")
    assert (kept_of(strange, ACME, numbers=True, phone=False)[:2]) == (f"other {NAME}", "1 other")
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
    kept = repr(kept_of(made, ACME, numbers=False, phone=False))
    parts = {NUMBER[at : at + 5] for at in range(len(NUMBER) - 4)}
    assert [part for part in parts if part in re.sub(r"\s", "", kept)] == []
