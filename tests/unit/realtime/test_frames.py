"""Websocket frames: what another implementation writes is read, in whatever pieces; what is none is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from call24.realtime import frames
from call24.realtime.frames import BrokenFrame, FrameKind, FrameReader, Message

LONGEST = 70_000


def masked(opcode: int, payload: bytes = b"", fin: bool = True) -> bytes:
    """As the package websockets writes it for a client."""
    return Frame(Opcode(opcode), payload, fin).serialize(mask=True)


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 9, 10]), st.binary(max_size=125)), max_size=6),
    st.sampled_from([b"", b"x" * 126, b"y" * 65_535, b"z" * 65_536]),
    st.integers(1, 40),
)
def test_messages_are_read_in_whatever_pieces_they_come(said: list[tuple[int, bytes]], long: bytes, piece: int) -> None:
    said.append((1, long))
    wire = b"".join(masked(opcode, payload) for opcode, payload in said)
    step = piece if len(wire) < 5_000 else len(wire) // 7
    reader, heard = FrameReader(LONGEST), []
    for at in range(0, len(wire), step):
        heard += list(reader.feed(wire[at : at + step]))
    assert heard == [Message(FrameKind(opcode), payload) for opcode, payload in said]


def test_the_parts_of_a_message_are_put_together_around_a_ping() -> None:
    reader = FrameReader(LONGEST)
    wire = masked(1, b"a", fin=False) + masked(9, b"p") + masked(0, b"", fin=False) + masked(0, b"b") + masked(1, b"c")
    assert list(reader.feed(wire)) == [
        Message(FrameKind.PING, b"p"),
        Message(FrameKind.TEXT, b"ab"),
        Message(FrameKind.TEXT, b"c"),
    ]


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"\x81\x01x", 1002),  # not masked
        (b"\xc1\x80" + bytes(4), 1002),  # an extension that nobody agreed on
        (b"\x83\x80" + bytes(4), 1002),  # no such kind
        (b"\x09\x80" + bytes(4), 1002),  # a control frame in parts
        (b"\x89\xfe\x00\x7e" + bytes(4), 1002),  # a long one
        (masked(0, b"x"), 1002),  # goes on with nothing
        (masked(1, b"x", fin=False) + masked(1, b"y"), 1002),  # begins amid another
        (b"\x81\xff" + (LONGEST + 1).to_bytes(8, "big"), 1009),  # refused by its head
        (b"\x81\xff" + b"\xff" * 8, 1009),
        (masked(1, fin=False) + masked(0, fin=False) * 64, 1009),  # parts without end that count for nothing
        (masked(1, b"x" * 40_000, fin=False) + masked(0, b"x" * 40_000), 1009),
    ],
)
def test_what_is_no_frame_or_too_much_is_refused(wire: bytes, code: int) -> None:
    with pytest.raises(BrokenFrame) as broken:
        list(FrameReader(LONGEST).feed(wire))
    assert broken.value.code == code


@pytest.mark.parametrize("payload", [b"\x03", b"\x00\x00", (1005).to_bytes(2, "big"), (2999).to_bytes(2, "big")])
def test_there_are_codes_that_nobody_closes_with(payload: bytes) -> None:
    with pytest.raises(BrokenFrame):
        frames.close_code(payload)


@given(st.sampled_from([0, 125, 126, 65_535, 65_536]))
def test_what_is_written_is_what_another_implementation_writes(size: int) -> None:
    said = "x" * size
    assert frames.text(said) == Frame(Opcode.TEXT, said.encode()).serialize(mask=False)
    assert frames.close(4009, "é" * 200) == Frame(
        Opcode.CLOSE, (4009).to_bytes(2, "big") + "é".encode() * 61
    ).serialize(mask=False)
