"""A capture's datagram is read as a whole, or not at all."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.sip_traces.hep import packet_of

PAYLOAD, CALL_ID = b"OPTIONS sip:x SIP/2.0\r\n\r\n", b"one@192.0.2.1"
V4 = [
    (2, b"\x06"), (7, b"\x13\xc4"), (8, b"\x5d\xc2"), (9, struct.pack("!I", 1796059477)),
    (10, struct.pack("!I", 250000)), (3, bytes([192, 0, 2, 1])), (4, bytes([127, 24, 24, 24])), (14, b"secret"),
    (17, CALL_ID), (15, PAYLOAD),
]  # fmt: skip


def made(chunks: list[tuple[int, bytes]], vendor: int = 0) -> bytes:
    body = b"".join(struct.pack("!HHH", vendor, kind, len(value) + 6) + value for kind, value in chunks)
    return b"HEP3" + struct.pack("!H", len(body) + 6) + body


def test_what_asterisk_sends_is_read() -> None:
    found = packet_of(made(V4))
    assert found is not None
    assert found == (
        ("192.0.2.1", 5060),
        ("127.24.24.24", 24002),
        True,
        1796059477.25,
        b"secret",
        CALL_ID.decode(),
        PAYLOAD,
    )
    udp = packet_of(made([(2, b"\x11") if kind == 2 else (kind, value) for kind, value in V4]))
    assert udp is not None and not udp.stream


def test_ipv6_is_read() -> None:
    chunks = [
        (5, bytes(15) + b"\x01") if kind == 3 else (6, bytes(16)) if kind == 4 else (kind, value) for kind, value in V4
    ]
    found = packet_of(made(chunks))
    assert found is not None and (found.source, found.target) == (("::1", 5060), ("::", 24002))


@pytest.mark.parametrize("missing", [15, 17, 3, 4])
def test_what_lacks_a_part_is_no_packet(missing: int) -> None:
    assert packet_of(made([chunk for chunk in V4 if chunk[0] != missing])) is None


def test_chunks_of_another_vendor_say_nothing() -> None:
    assert packet_of(made(V4, vendor=1)) is None


@given(cut=st.integers(0, len(made(V4)) - 1))
def test_a_truncated_one_is_no_packet(cut: int) -> None:
    assert packet_of(made(V4)[:cut]) is None


@given(place=st.integers(6, len(made(V4)) - 1), value=st.integers(0, 255), junk=st.binary(max_size=60))
def test_lying_lengths_and_junk_raise_nothing(place: int, value: int, junk: bytes) -> None:
    whole = bytearray(made(V4))
    whole[place] = value
    packet_of(bytes(whole))
    packet_of(b"HEP3" + struct.pack("!H", len(junk) + 6) + junk)
