"""Each file of a step is listed, numbers have no gaps, and steps use nothing that may change with a room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from call24.kit.version import SCHEMA
from call24.migrations.steps import STEPS

FOLDER = Path(__file__).resolve().parents[3] / "src" / "call24" / "migrations"
FILES = sorted(FOLDER.glob("step_[0-9]*.py"))
MAY = ("call24.migrations", "call24.kit.mongo", "call24.kit.folding")


def test_steps_are_numbered_from_one_without_gaps_and_the_last_is_the_schema() -> None:
    assert [step.number for step in STEPS] == list(range(1, SCHEMA + 1))


def test_each_file_holds_the_step_of_its_number() -> None:
    assert [int(file.name[5:9]) for file in FILES] == [step.number for step in STEPS]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_step_imports_no_room(file: Path) -> None:
    names = [
        node.module
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module
    ]
    ours = [name for name in names if name.startswith("call24")]
    assert [name for name in ours if not name.startswith(MAY)] == []
