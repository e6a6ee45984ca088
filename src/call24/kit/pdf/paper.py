"""What a PDF is made of: blocks, and what stands around them. Pure; the same paper gives the same bytes."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import msgspec

from call24.kit.blocks import Block, Part, parts

_NARROW, _WIDE, _MARGIN = 10, 36, 2
_BREAKS = re.compile(r"[\s/-]+")
"""Where a line may end."""
TEMPLATE = Path(__file__).with_name("paper.typ")


class PaperPart(msgspec.Struct, frozen=True, kw_only=True):
    """As paper.typ reads it. `texts`: of a heading or paragraph one, of a list its items; `links`: where each of them
    leads, empty: nowhere. `rows`: of a table, its header first; `widths`: of its columns, as shares."""

    kind: Part
    texts: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()


class Paper(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """`language` of the text, `rows_language` of tables' rows: ISO 639-1 codes. `foot`: stands on each page beside its
    number. `dated`: the file's own date. `wide`: landscape, for tables of many columns."""

    title: str
    author: str
    about: str
    language: str
    foot: str
    dated: date
    parts: tuple[PaperPart, ...]
    rows_language: str = "en"
    wide: bool = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the PDF's bytes depend on, in hexadecimal."""
        depends = (msgspec.json.encode(self), TEMPLATE.read_bytes(), version("typst").encode())
        return hashlib.sha256(b"\0".join(depends)).hexdigest()


def paper_parts(blocks: Sequence[Block], origin: str = "") -> tuple[PaperPart, ...]:
    """`origin`: before the paths of links, as https://HOST; empty: they lead nowhere. Titles are left out."""
    found = [(kind, together) for kind, together in parts(blocks) if kind != "title"]
    tables: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for _, together in found:
        tables.setdefault(together[0].cells, []).extend(block.cells for block in together)
    return tuple(_part(kind, together, origin, tables) for kind, together in found)


def _part(
    kind: Part, blocks: list[Block], origin: str, tables: Mapping[tuple[str, ...], list[tuple[str, ...]]]
) -> PaperPart:
    """`tables`: the rows of all that have the same header: their columns are equally wide."""
    if kind == "table":
        widths = tuple(map(_width, zip(*tables[blocks[0].cells], strict=True)))
        return PaperPart(kind=kind, rows=tuple(block.cells for block in blocks), widths=widths)
    links = tuple(origin + block.link if origin and block.link else "" for block in blocks)
    return PaperPart(kind=kind, texts=tuple(block.cells[0] for block in blocks), links=links)


def _width(column: tuple[str, ...]) -> int:
    """A column of ten times the text is three times as wide, and as wide as its longest word."""
    word = max(len(word) for cell in column for word in _BREAKS.split(cell))
    return min(max(math.isqrt(max(map(len, column))), word + _MARGIN, _NARROW), _WIDE)
