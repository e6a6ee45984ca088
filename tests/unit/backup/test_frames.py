"""Sealed files: what was written is read, and nothing else is."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.backup.errors import DamagedBackup
from call24.backup.frames import FRAME, MAGIC, SealedReader, SealedWriter

KEY, OTHER = bytes(range(32)), bytes(32)
SIZES = (0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME)


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    writer = SealedWriter(out, key)
    writer.write(content)
    writer.close()
    assert writer.size == len(out.getvalue())
    return out.getvalue()


def opened(file: bytes, key: bytes = KEY) -> bytes:
    return b"".join(SealedReader(io.BytesIO(file), key, "a file").frames())


def frames(file: bytes) -> list[bytes]:
    found, at = [], len(MAGIC)
    while at < len(file):
        (length,) = struct.unpack_from(">I", file, at)
        size = 4 + (length & ~(1 << 31))
        found.append(file[at : at + size])
        at += size
    return found


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_opened(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    assert opened(sealed(content)) == content


@given(st.lists(st.integers(min_value=0, max_value=FRAME), max_size=4), st.integers(min_value=1, max_value=FRAME))
def test_it_does_not_matter_in_what_parts_it_is_written_and_read(parts: list[int], step: int) -> None:
    out = io.BytesIO()
    writer = SealedWriter(out, KEY)
    for number, size in enumerate(parts):
        writer.write(bytes([number]) * size)
    writer.close()
    reader = SealedReader(io.BytesIO(out.getvalue()), KEY, "a file")
    read = b"".join(iter(lambda: reader.read(step), b""))
    assert read == b"".join(bytes([number]) * size for number, size in enumerate(parts))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(DamagedBackup, match="frame 0 of a file was changed"):
        opened(sealed(b"words"), OTHER)


@given(st.data())
def test_a_bit_that_was_changed_anywhere_is_noticed(data: st.DataObject) -> None:
    file = bytearray(sealed(b"x" * (FRAME + 100)))
    place = data.draw(st.integers(min_value=0, max_value=len(file) * 8 - 1))
    file[place // 8] ^= 1 << place % 8
    with pytest.raises(DamagedBackup):
        opened(bytes(file))


@given(st.data())
def test_a_file_that_is_cut_off_anywhere_is_noticed(data: st.DataObject) -> None:
    file = sealed(b"x" * (FRAME + 100))
    with pytest.raises(DamagedBackup):
        opened(file[: data.draw(st.integers(min_value=0, max_value=len(file) - 1))])


def test_frames_that_were_exchanged_left_out_or_repeated_are_noticed() -> None:
    a, b, c, d = frames(sealed(b"x" * (3 * FRAME + 1)))
    for wrong in ([b, a, c, d], [a, b, d], [a, b, c], [a, a, b, c, d], [a, b, c, d, d]):
        with pytest.raises(DamagedBackup):
            opened(MAGIC + b"".join(wrong))


def test_a_file_of_something_else_is_none() -> None:
    with pytest.raises(DamagedBackup, match="is no sealed file"):
        opened(b"PK\x03\x04" + bytes(100))
