"""Answers are types that pydantic takes on every supported Python."""

from __future__ import annotations

import ast
from pathlib import Path

SRC = Path(__file__).parents[3] / "src"


def test_no_module_takes_typed_dict_from_typing() -> None:
    """pydantic refuses `typing.TypedDict` before Python 3.12: no route with one would start on 3.11."""
    wrong = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in sorted(SRC.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if _from_typing(node)
    ]
    assert wrong == [], "Import TypedDict from typing_extensions"


def _from_typing(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "typing" and any(name.name == "TypedDict" for name in node.names)
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "typing.TypedDict"
