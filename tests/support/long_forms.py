"""The tests that are marked `long`, and what each names as its short form, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.product.stack import CHECKOUT
from tests.support.source_trees import nodes

Function = ast.FunctionDef | ast.AsyncFunctionDef
TESTS = CHECKOUT / "tests"


@dataclass(frozen=True)
class LongForm:
    """`whole`: all of the test is long, not only some of its parameters. `shorts`: as written in the marks."""

    file: Path
    test: str
    whole: bool
    shorts: tuple[str, ...]


def long_forms() -> Iterator[LongForm]:
    for file in sorted(TESTS.glob("[!c]*/**/test_*.py")):  # not the clients' packages, not the campaigns
        if "mark.long" in file.read_text():
            yield from _of(file)


def _of(file: Path) -> Iterator[LongForm]:
    for node in nodes(file):
        if isinstance(node, Function) and node.name.startswith("test_"):
            marks = [mark for decorator in node.decorator_list for mark in _marks(decorator)]
            if marks:
                whole = any(_is_mark(decorator) for decorator in node.decorator_list)
                yield LongForm(file, node.name, whole, tuple(_short(mark) for mark in marks))


@cache
def functions_of(file: Path) -> set[str]:
    return {node.name for node in nodes(file) if isinstance(node, Function)}


def _marks(node: ast.AST) -> Iterator[ast.AST]:
    return (one for one in ast.walk(node) if _is_mark(one))


def _is_mark(node: ast.AST) -> bool:
    """`pytest.mark.long(...)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "long"
        and ast.unparse(node.func) == "pytest.mark.long"
    )


def _short(mark: ast.AST) -> str:
    match mark:
        case ast.Call(args=[ast.Constant(value=str(name))], keywords=[]):
            return name
    return ""
