"""How the command line is called depends on the installation (kit/package.py): no other text names it by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.support.product.stack import CHECKOUT
from tests.support.source_trees import nodes

SOURCES = CHECKOUT / "src" / "call24"
LITERAL = re.compile(r"\./call24\b|`call24 ")
IN_A_CHECKOUT = {
    "cli/deb.py": "is run in a checkout only",
    "cli/wheel.py": "is run in a checkout only",
    "cli/settings_page.py": "writes a page of the documentation",
    "installer/preflight.py": "says how to make a wheel, in a checkout",
    "kit/package.py": "knows it",
    "privacy/datamap_page.py": "writes a page of the documentation",
}


def texts(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Line and text of each string that is no docstring."""
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def named_in(file: Path) -> list[int]:
    return [line for line, text in texts(nodes(file)) if LITERAL.search(text)]


def test_texts_take_the_name_of_the_command_from_its_one_place() -> None:
    found = {}
    for file in sorted(SOURCES.rglob("*.py")):
        if lines := named_in(file):
            found[str(file.relative_to(SOURCES))] = lines
    assert found.keys() == IN_A_CHECKOUT.keys(), found


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('log.error("see ./call24 retention")', [1]),
        ('x = 1\ny = f"run `./call24 up --data {x}`"', [2]),
        ('raise StartError("see what `call24 up` says")', [1]),
        ('y = f"run {COMMAND} up"', []),
        ('def up() -> None:\n    """`./call24 up`."""', []),
        ('parser(prog="call24 up")', []),
    ],
)
def test_such_a_text_is_found(source: str, lines: list[int]) -> None:
    assert [line for line, text in texts(list(ast.walk(ast.parse(source)))) if LITERAL.search(text)] == lines
