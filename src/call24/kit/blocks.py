"""A text as blocks: its HTML page (`http/pages.py`) and its PDF (`kit/pdf/`) are both made from them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["title", "heading", "paragraph", "item", "header", "row"]
Part = Literal["title", "heading", "paragraph", "list", "table"]
_PARTS: dict[Kind, Part] = {
    "title": "title",
    "heading": "heading",
    "paragraph": "paragraph",
    "item": "list",
    "header": "table",
    "row": "table",
}


@dataclass(frozen=True)
class Block:
    """`cells`: of a row of a table or its header; else one text. `link`: where the whole text leads, a path."""

    kind: Kind
    cells: tuple[str, ...]
    link: str = ""


def parts(blocks: Iterable[Block]) -> Iterator[tuple[Part, list[Block]]]:
    """Items that follow each other are one list, a header and its rows one table; any other block is by itself."""
    for kind, together in groupby(blocks, key=lambda block: _PARTS[block.kind]):
        if kind in ("list", "table"):
            yield kind, list(together)
        else:
            yield from ((kind, [block]) for block in together)
