"""Every answer has a type, and pydantic takes it on every supported Python."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.source_trees import sources

from call24.http.app import described, operation_id
from call24.http.router import answer_of
from call24.server.rooms import ROUTERS

SRC = Path(__file__).parents[3] / "src"
CLIENT = Path(__file__).parents[3] / "clients" / "python" / "call24_client"


def test_every_answer_has_a_type_and_the_client_leaves_nothing_open() -> None:
    declared = {operation_id(route): answer_of(route) for route in described(ROUTERS) if answer_of(route)}
    assert len(declared) > 150
    assert [one for one, answer in declared.items() if "Any" in str(answer)] == []
    generated = [path for path in sorted(CLIENT.glob("*.py")) if path.name != "transport.py"]
    assert [path.name for path in generated if "Any" in path.read_text().split()] == []
    assert [path.name for path in generated if "[Any]" in path.read_text() or ", Any]" in path.read_text()] == []


def test_no_module_takes_typed_dict_from_typing() -> None:
    """pydantic refuses `typing.TypedDict` before Python 3.12: no route with one would start on 3.11."""
    wrong = [
        f"{path.relative_to(SRC)}:{node.lineno}" for path, nodes in sources(SRC) for node in nodes if _from_typing(node)
    ]
    assert wrong == [], "Import TypedDict from typing_extensions"


def _from_typing(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "typing" and any(name.name == "TypedDict" for name in node.names)
    return isinstance(node, ast.Attribute) and node.attr == "TypedDict" and ast.unparse(node) == "typing.TypedDict"
