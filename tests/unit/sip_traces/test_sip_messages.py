"""A buffer is cut into its messages by what they say of their length; what cannot be cut is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.sip_traces.sip_messages import messages_of, tag_of


def made(call_id: str, body: str = "", length: str | None = None, name: str = "Content-Length") -> bytes:
    said = f"{name}: {len(body) if length is None else length}\r\n" if length != "" else ""
    return (
        f"INVITE sip:+4420@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK{call_id}\r\n"
        f'From: "Grace;tag=no" <sip:g@x>;tag=a{call_id}\r\nt: <sip:+4420@x>\r\ni: {call_id}\r\nCSeq: 1 INVITE\r\n'
        f"{said}\r\n{body}"
    ).encode()


def test_each_message_of_a_stream_is_itself() -> None:
    cut = messages_of(b"\r\n\r\n" + made("one", "v=0") + b"\r\n" + made("two") + made("three", "x"), framed=False)
    assert [(one.call_id, one.body, one.from_tag) for one in cut.messages] == [
        ("one", b"v=0", "aone"), ("two", b"", "atwo"), ("three", b"x", "athree"),
    ]  # fmt: skip
    assert not cut.lost


@pytest.mark.parametrize("length", ["-1", "999", "x", "1e1", "٣", "99999999", ""])
def test_what_does_not_say_where_it_ends_is_left_out_with_all_behind(length: str) -> None:
    cut = messages_of(made("one") + made("two", "abc", length) + made("three"), framed=False)
    assert ([one.call_id for one in cut.messages], cut.lost) == (["one"], True)


def test_two_lengths_are_none() -> None:
    twice = made("one", "abc").replace(b"CSeq", b"l: 2\r\nCSeq")
    assert messages_of(twice, framed=False) == ((), True)
    assert messages_of(made("one", "abc", name="l"), framed=False).messages[0].body == b"abc"


def test_a_datagram_is_one_message_whatever_follows() -> None:
    cut = messages_of(made("one", "abc", "") + made("two"), framed=True)
    assert [one.call_id for one in cut.messages] == ["one"]
    cut = messages_of(made("one", "abc") + made("two"), framed=True)
    assert [(one.call_id, one.body) for one in cut.messages] == [("one", b"abc")]


def test_two_call_ids_are_none() -> None:
    both = made("one").replace(b"CSeq", b"Call-ID: two\r\nCSeq")
    assert messages_of(both, framed=False).messages[0].call_id == ""


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        ("<sip:a@b>;tag=1", "1"),
        ("<sip:a@b;tag=2>;x=y; Tag = 3", "3"),
        ('"x>;tag=4" <sip:a@b>', ""),
        ("sip:a@b;tag=5", "5"),
    ],
)
def test_a_tag_is_found_behind_its_address(address: str, tag: str) -> None:
    assert tag_of(address) == tag


@given(before=st.binary(max_size=80), after=st.binary(max_size=80))
def test_no_bytes_raise_anything(before: bytes, after: bytes) -> None:
    for framed in (True, False):
        messages_of(before + made("one") + after, framed=framed)
