"""The page of state tables is made from the tables as they are now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_states", CHECKOUT / "docs" / "build_states.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_state_tables_is_up_to_date(builder: ModuleType) -> None:
    assert builder.PAGE.read_text() == builder.page(), "run .venv/bin/python docs/build_states.py"


def test_the_diagrams_in_the_rooms_pages_are_up_to_date(builder: ModuleType) -> None:
    for path, text in builder.room_pages().items():
        assert path.read_text() == text, "run .venv/bin/python docs/build_states.py"


def test_every_transition_can_be_reached(builder: ModuleType) -> None:
    assert builder.unreached() == []
