"""Looks for words and tones in bytes as they lie or pass: as text, in UTF-16, in base64, in what was compressed.

It does not know what may be where (`canary_places.py`).
"""

from __future__ import annotations

import base64
import contextlib
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

NUMBERS = "4479009"
"""What all numbers that are looked for begin with."""
RATE, WINDOW = 8000, 4000
_SHARE = 0.5
"""Of the energy of half a second, in a tone's three bins: a tone has nearly all of it, noise a thousandth."""
_INFLATED_MAX = 1 << 24
_NOTHING = bytes(1 << 14)
_BIG = 1 << 22


class Words:
    """Words by label, each with the `mark` of all in it, or a number of those in `product/canaries.py`.

    A number is looked for without its plus sign, and all in whatever letters.
    """

    def __init__(self, words: Mapping[str, str], mark: str) -> None:
        self.words, self.mark = dict(words), mark
        self._forms = {label: list(_forms(word.lstrip("+"))) for label, word in words.items()}
        self._any = [form for one in (mark, NUMBERS) for form in _forms(one)]

    def of(self, labels: Collection[str]) -> Words:
        return Words({label: word for label, word in self.words.items() if label in labels}, self.mark)

    def inside(self, content: bytes) -> set[str]:
        """Labels of those that are in these bytes."""
        found: set[str] = set()
        for part in (content, *inflated(content)):
            low = part.lower()
            if not any(form in low for form in self._any):
                continue
            found |= {label for label, forms in self._forms.items() if any(form in low for form in forms)}
        return found


def _forms(word: str) -> Iterator[bytes]:
    """In small letters, so that of base64 too few hits are missed and none is invented: words are long."""
    yield word.lower().encode()
    yield word.lower().encode("utf-16-le")
    for before in range(3):
        padded = base64.b64encode(b"\0" * before + word.encode())
        yield padded[(0, 2, 3)[before] : len(padded) // 4 * 4 - 4].lower()


def inflated(content: bytes) -> Iterator[bytes]:
    """What is compressed in it: gzip, and the files of ZIPs."""
    at = -1
    while (at := content.find(b"\x1f\x8b\x08", at + 1)) >= 0:
        yield _inflate(content[at:], 31)
    at = -1
    while (at := content.find(b"PK\x03\x04", at + 1)) >= 0:
        head = content[at : at + 30]
        if len(head) == 30 and head[8] == 8:
            begins = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            yield _inflate(content[begins:], -15)


def _inflate(content: bytes, kind: int) -> bytes:
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(kind).decompress(content, _INFLATED_MAX)
    return b""


def files_of(root: Path, but: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Path below the root, and content, of each regular file; not what is below one of `but`."""
    left_out = tuple(f"{name}/" for name in but)
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            relative = str(path.relative_to(root))
            if path.is_symlink() or not path.is_file() or relative.startswith(left_out):
                continue
            with contextlib.suppress(FileNotFoundError, PermissionError):
                yield relative, path.read_bytes()


def tones_in(content: bytes, tones: Collection[int]) -> set[int]:
    """Those that half a second of it is, as 16-bit sound of one side or two, or as mu-law."""
    content = _without_nothing(content)
    if len(content) < WINDOW:
        return set()
    return set().union(*(tones_of(sound, tones) for sound in _sounds(content)))


def _without_nothing(content: bytes) -> bytes:
    """Without blocks of zeros, which files that are made ahead consist of."""
    if _NOTHING not in content:
        return content
    blocks = (content[at : at + len(_NOTHING)] for at in range(0, len(content), len(_NOTHING)))
    return b"".join(block for block in blocks if block != _NOTHING)


def _sounds(content: bytes) -> Iterator[np.ndarray[Any, Any]]:
    """Of what is too big for a recording of the tests, only the commonest two."""
    if len(content) > _BIG:
        yield np.frombuffer(content[: len(content) // 2 * 2], "<i2").astype(np.float32)
        yield from_ulaw(content)
        return
    for start in (0, 1):
        whole = np.frombuffer(content[start : start + (len(content) - start) // 2 * 2], "<i2").astype(np.float32)
        yield whole
        yield whole[::2]
        yield whole[1::2]
    yield from_ulaw(content)


def from_ulaw(content: bytes) -> np.ndarray[Any, Any]:
    return _ULAW[np.frombuffer(content, np.uint8)]


def _ulaw() -> np.ndarray[Any, Any]:
    codes = ~np.arange(256, dtype=np.uint8)
    size = (((codes & 0x0F).astype(np.int32) << 3) + 0x84 << ((codes & 0x70) >> 4).astype(np.int32)) - 0x84
    return np.where(codes & 0x80, -size, size).astype(np.float32)


_ULAW = _ulaw()


def tones_of(sound: np.ndarray[Any, Any], tones: Collection[int]) -> set[int]:
    """`sound`: samples of 8 kHz."""
    found: set[int] = set()
    window = np.hanning(WINDOW).astype(np.float32)
    for first in range(0, len(sound) - WINDOW + 1, WINDOW * 256):
        rows = sound[first : first + WINDOW * 256]
        rows = rows[: len(rows) // WINDOW * WINDOW].reshape(-1, WINDOW)
        power = np.abs(np.fft.rfft(rows * window, axis=1)) ** 2
        energy = power.sum(axis=1)
        for hz in tones:
            at = round(hz * WINDOW / RATE)
            if np.any((energy > 0) & (power[:, at - 1 : at + 2].sum(axis=1) > _SHARE * energy)):
                found.add(hz)
    return found
