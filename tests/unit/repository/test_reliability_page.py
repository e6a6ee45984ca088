"""The page of reliability is made from the figures that are kept."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from tests.matrix import whole
from tests.matrix.table import TABLE

FIGURE = {"how": "by ear", "cells": [], "lanes": [], "took_s": 60}
CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_reliability", CHECKOUT / "docs" / "build_reliability.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(builder: ModuleType) -> None:
    assert builder.PAGE.read_text() == builder.page(), "run .venv/bin/python docs/build_reliability.py"


def test_what_falls_short_is_said_so(builder: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"what": "gap", "value": 70, "unit": "ms", "target": "<= 60", "ok": False}
    on = {"at": "2026-01-01", "cores": 2, "load_average": [0.1]}
    monkeypatch.setattr(builder, "_read", lambda name: {**FIGURE, "rows": [row], "on": on})
    assert "| gap | 70 ms | <= 60 | **falls short** |" in builder.page()


def test_each_cell_says_when_it_was_run(builder: ModuleType) -> None:
    """One run of some cells does not date the others."""
    told = builder._read("matrix")
    assert all({"at", "cores", "load_average"} <= set(cell["on"]) for cell in told["cells"])
    cell = told["cells"][0]
    assert f"| {cell['on']['at']}, load {cell['on']['load_average'][0]:.1f} |" in builder.page()


def test_a_run_of_some_cells_leaves_the_others_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "OUT", tmp_path / "matrix.json")
    first, second = (cell.name for cell in list(TABLE)[:2])
    old, new = {"at": "2026-01-01"}, {"at": "2026-01-02"}
    whole.keep([{"cell": first, "on": old}, {"cell": second, "on": old}], 9, anew=True)
    whole.keep([{"cell": second, "on": new}], 1, anew=False)
    kept = json.loads(whole.OUT.read_text())["cells"]
    assert kept == [{"cell": first, "on": old}, {"cell": second, "on": new}]
