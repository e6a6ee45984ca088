"""Tests are found by the room that they are about, and what they import is there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.support.documents import CHECKOUT
from tests.support.source_trees import nodes

TESTS = CHECKOUT / "tests"
ROOMS = {folder.name for folder in (CHECKOUT / "src" / "call24").iterdir() if (folder / "__init__.py").exists()}


@pytest.mark.parametrize("kind", ["unit", "integration"])
def test_each_test_stands_in_the_folder_of_its_room_or_of_the_whole_repository(kind: str) -> None:
    files = sorted(file.relative_to(TESTS / kind) for file in (TESTS / kind).rglob("*.py"))
    assert files
    elsewhere = [str(file) for file in files if file.parts[0] not in ROOMS | {"repository"} or len(file.parts) != 2]
    assert elsewhere == []


def test_what_tests_and_benches_import_of_the_tests_is_there() -> None:
    missing = [
        f"{file.relative_to(CHECKOUT)}: {name}"
        for folder in ("tests", "bench")
        for file in (CHECKOUT / folder).rglob("*.py")
        if "node_modules" not in file.parts
        for name in imported(file)
        if not any(at.exists() for at in places(name))
    ]
    assert missing == []


def imported(file: Path) -> set[str]:
    """The modules of the tests that a file imports, also inside of functions."""
    names = set()
    for node in nodes(file):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("tests.")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            whole = places(str(node.module))[0].exists()
            names |= {str(node.module)} if whole else {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def places(name: str) -> tuple[Path, Path]:
    """The module's file, or its folder's."""
    at = CHECKOUT.joinpath(*name.split("."))
    return at.with_suffix(".py"), at / "__init__.py"
