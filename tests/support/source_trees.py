"""The product's source as Python reads it, parsed once for all tests of a process: parsing the whole takes seconds."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def tree(file: Path) -> ast.Module:
    """Of a file that stays as it is; to look at, not to change."""
    collecting = gc.isenabled()
    gc.disable()  # nodes are no rubbish: looking through them again and again takes longer than the parsing
    try:
        return ast.parse(file.read_text())
    finally:
        if collecting:
            gc.enable()


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """All of its nodes, as `ast.walk` gives them."""
    return tuple(ast.walk(tree(file)))


def sources(root: Path) -> Iterator[tuple[Path, tuple[ast.AST, ...]]]:
    """The Python files below a folder, with their nodes."""
    for file in sorted(root.rglob("*.py")):
        yield file, nodes(file)
