"""What a CSV file is, whoever wrote it: its encoding, what separates its cells; and its rows.

It reads the file from the beginning to the end in little memory, and knows nothing of people.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

DELIMITERS = (",", ";", "\t", "|")
LINE_MAX = 256 * 1024
CELL_MAX = 64 * 1024
CELLS_MAX = 300
_SAMPLE = 20
_PIECE = 1 << 18
_SEP = re.compile(r"^\ufeff?sep=(.)\r?\n?$", re.IGNORECASE)


class Unreadable(Exception):
    """The file cannot be read: what is wrong, and what to do, in words."""


class CsvShape(msgspec.Struct, frozen=True, kw_only=True):
    """`encoding`: as Python names it. `skip`: lines before the first row (`sep=;`, which spreadsheets write)."""

    encoding: str
    delimiter: str = ","
    skip: int = 0


class Row(msgspec.Struct, frozen=True):
    """`number`: as spreadsheets count, from 1, the heading too."""

    number: int
    cells: list[str]


def encoding_of(path: Path) -> str:
    """By its mark, or by what it can be: UTF-8, UTF-16 without a mark, windows-1251 or windows-1252."""
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8) or _is_utf8(path):
        return "utf-8-sig"
    if (found := _utf16(head)) is not None:
        return found
    return "cp1251" if _cyrillic(head) else "cp1252"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    nul = False
    with path.open("rb") as file:
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
                nul = nul or b"\0" in piece
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return not nul


def _utf16(head: bytes) -> str | None:
    """Where every second octet is mostly none, as in Latin text with separators."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 10 < len(head):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _cyrillic(head: bytes) -> bool:
    """Words of windows-1251 are letters above ASCII one after another; in windows-1252 they stand alone among ASCII."""
    above = [octet >= 0xC0 or octet in (0xA8, 0xB8) for octet in head]
    together = sum(one and other for one, other in pairwise(above))
    return together * 2 > sum(above)


def shape_of(path: Path, encoding: str = "", delimiter: str = "") -> CsvShape:
    """`encoding`, `delimiter`: as the user says it. Raises: Unreadable."""
    encoding = encoding or encoding_of(path)
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            first = file.readline(LINE_MAX)
            said = _SEP.match(first)
            head = ("" if said else first) + file.read(_PIECE)
    except (LookupError, UnicodeError) as error:
        raise Unreadable("The text cannot be read in this encoding: choose another one") from error
    return CsvShape(
        encoding=encoding, delimiter=delimiter or (said[1] if said else _delimiter(head)), skip=1 if said else 0
    )


def _delimiter(head: str) -> str:
    """Which gives most of the first rows the same number of cells, more than one; of several, the most cells."""

    def score(delimiter: str) -> tuple[int, int]:
        lengths = Counter[int]()
        try:
            for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
                if row:
                    lengths[len(row)] += 1
                if lengths.total() >= _SAMPLE:
                    break
        except csv.Error:
            return 0, 0
        length, often = max(lengths.items(), key=lambda one: (one[0] > 1, one[1]), default=(1, 0))
        return (often, length) if length > 1 else (0, 0)

    return max(DELIMITERS, key=score)


def rows(path: Path, shape: CsvShape) -> Iterator[Row]:
    """All but empty ones. Raises: Unreadable at the place where it cannot go on."""
    number = shape.skip
    with path.open(encoding=shape.encoding, errors="replace", newline="") as file:
        for _ in range(shape.skip):
            file.readline(LINE_MAX)
        before = csv.field_size_limit(CELL_MAX)
        try:
            for cells in csv.reader(_lines(file), delimiter=shape.delimiter):
                number += 1
                if len(cells) > CELLS_MAX:
                    raise Unreadable(f"Row {number} has {len(cells)} cells: at most {CELLS_MAX} are read")
                if any(cell.strip() for cell in cells):
                    yield Row(number, cells)
        except csv.Error as error:
            raise Unreadable(
                f"After row {number} the file cannot be read: a quotation mark is not closed, or a cell has more than "
                f"{CELL_MAX:,} characters"
            ) from error
        except UnicodeError as error:
            raise Unreadable(f"After row {number} the text cannot be read: choose another encoding") from error
        finally:
            csv.field_size_limit(before)


def _lines(file: io.TextIOBase) -> Iterator[str]:
    while line := file.readline(LINE_MAX):
        if len(line) == LINE_MAX and not line.endswith(("\n", "\r")):
            raise Unreadable(f"A line has more than {LINE_MAX:,} characters: this is no CSV file")
        yield line.replace("\0", "\ufffd")
