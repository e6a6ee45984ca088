"""Reads a QR code as the app draws it: bytes, versions 1 to 6, error correction level M. Source: ISO/IEC 18004.

The picture is exact, so that nothing has to be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

DATA = {1: 16, 2: 28, 3: 44, 4: 64, 5: 86, 6: 108}
"""Codewords of a version that are data at level M."""
BLOCKS = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4}
QUIET = 4
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda x, y: (x + y) % 2 == 0,
    lambda x, y: y % 2 == 0,
    lambda x, y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)


def read(path: str, size: int) -> str:
    """`path`: a unit square for each dark module, on a field of `size` units with the quiet zone."""
    dark = {(int(x) - QUIET, int(y) - QUIET) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    side = size - 2 * QUIET
    version = (side - 17) // 4
    level, mask = _format(dark)
    assert level == 0, "level M"
    masked = _MASKS[mask]
    bits = [((x, y) in dark) != masked(x, y) for x, y in _places(side, version)]
    codewords = [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)][: DATA[version]]
    apart = [byte for block in range(BLOCKS[version]) for byte in codewords[block :: BLOCKS[version]]]
    stream = "".join(f"{byte:08b}" for byte in apart)
    assert stream[:4] == "0100", "bytes"
    length = int(stream[4:12], 2)
    return bytes(int(stream[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


def _number(bits: list[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)


def _format(dark: set[tuple[int, int]]) -> tuple[int, int]:
    """The level of error correction and the mask, from beside the first finder pattern; the last bit is the highest."""
    places = [*((8, y) for y in range(6)), (8, 7), (8, 8), (7, 8), *((14 - i, 8) for i in range(9, 15))]
    found = sum(1 << at for at, place in enumerate(places) if place in dark) ^ 0x5412
    return found >> 13, (found >> 10) & 7


def _places(side: int, version: int) -> Iterator[tuple[int, int]]:
    """Of the codewords' bits, in order: in columns of two, up and down."""
    middle = 4 * version + 10

    def drawn(x: int, y: int) -> bool:
        finder = (x < 9 and y < 9) or (x < 9 and y >= side - 8) or (x >= side - 8 and y < 9)
        return finder or 6 in (x, y) or (version > 1 and abs(x - middle) <= 2 and abs(y - middle) <= 2)

    for column in range(side - 1, 0, -2):
        right = column - 1 if column <= 6 else column
        upward = ((right + 1) & 2) == 0
        for row in range(side):
            y = side - 1 - row if upward else row
            yield from ((x, y) for x in (right, right - 1) if not drawn(x, y))
