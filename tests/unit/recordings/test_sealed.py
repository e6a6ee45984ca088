"""The encrypted file: any change to it is noticed, any part of it can be read alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from call24.kit.errors import NotFound
from call24.kit.ids import KeyId, new_id
from call24.recordings import encrypted_file
from call24.recordings.encrypted_file import FRAME, TAG, DataKey, EncryptedReader

KEY = DataKey(KeyId(new_id("key")), b"k" * 32)
HEAD = 68
WHOSE = "ten_a/rec_a"


def written(folder: Path, plain: bytes, chunk: int = 10_000) -> Path:
    path = folder / "rec_a.c24"
    pieces = [plain[at : at + chunk] for at in range(0, len(plain), chunk)]
    encrypted_file.write(path, pieces, len(plain), KEY, WHOSE)
    return path


def read(path: Path, whose: str = WHOSE, key: DataKey = KEY) -> bytes:
    reader = EncryptedReader(path, header := encrypted_file.read_header(path), key, whose)
    try:
        return b"".join(reader.frame(number) for number in range(header.frames))
    finally:
        reader.close()


@pytest.mark.parametrize("size", [1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 7])
@pytest.mark.parametrize("chunk", [1000, 1 << 20])
def test_what_goes_in_comes_out(tmp_path: Path, size: int, chunk: int) -> None:
    plain = os.urandom(size)
    path = written(tmp_path, plain, chunk)
    assert read(path) == plain
    assert path.stat().st_size == HEAD + size + -(-size // FRAME) * TAG
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["rec_a.c24"]


def test_a_part_is_read_without_the_rest(tmp_path: Path) -> None:
    plain = os.urandom(3 * FRAME)
    path = written(tmp_path, plain)
    raw = bytearray(path.read_bytes())
    raw[HEAD] ^= 1  # the first frame is damaged, the second is not
    path.write_bytes(bytes(raw))
    reader = EncryptedReader(path, encrypted_file.read_header(path), KEY, WHOSE)
    assert reader.part(FRAME + 100) == plain[FRAME + 100 : 2 * FRAME]
    with pytest.raises(NotFound, match="damaged"):
        reader.part(5)
    reader.close()


def _swapped(raw: bytes) -> bytes:
    size = FRAME + TAG
    return raw[:HEAD] + raw[HEAD + size : HEAD + 2 * size] + raw[HEAD : HEAD + size] + raw[HEAD + 2 * size :]


def _shorter_by_a_frame(raw: bytes) -> bytes:
    """As somebody would who knows the format: the header says so too."""
    size = int.from_bytes(raw[12:20], "big") - FRAME
    return raw[:12] + size.to_bytes(8, "big") + raw[20 : len(raw) - FRAME - TAG]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"\0",
        lambda raw: raw[: HEAD + 10],
        lambda raw: raw[:10],
        lambda raw: b"",
        lambda raw: raw[: HEAD + 5] + bytes([raw[HEAD + 5] ^ 1]) + raw[HEAD + 6 :],
        lambda raw: raw[:25] + bytes([raw[25] ^ 1]) + raw[26:],
        _swapped,
        _shorter_by_a_frame,
    ],
)
def test_whatever_is_changed_is_noticed(tmp_path: Path, change: object) -> None:
    path = written(tmp_path, os.urandom(4 * FRAME))
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(NotFound, match="damaged"):
        read(path)


def test_another_recording_or_key_opens_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, b"sound")
    with pytest.raises(NotFound):
        read(path, "ten_a/rec_b")
    with pytest.raises(NotFound):
        read(path, key=DataKey(KEY.id, b"x" * 32))


def test_the_same_sound_is_never_encrypted_the_same_way(tmp_path: Path) -> None:
    first = written(tmp_path, b"sound").read_bytes()
    assert written(tmp_path, b"sound").read_bytes() != first


@pytest.mark.parametrize("size", [4, 6])
def test_a_file_that_would_not_be_whole_is_not_made(tmp_path: Path, size: int) -> None:
    with pytest.raises(OSError, match="came"):
        encrypted_file.write(tmp_path / "rec_a.c24", [b"sound"], size, KEY, WHOSE)
    assert not (tmp_path / "rec_a.c24").exists()


def test_a_key_does_not_show_itself() -> None:
    assert "kkk" not in repr(KEY)
