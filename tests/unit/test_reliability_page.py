"""The page of reliability is made from the figures that are kept."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


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
    monkeypatch.setattr(builder, "_read", lambda name: {"how": "by ear", "rows": [row], "on": on, "cells": []})
    assert "| gap | 70 ms | <= 60 | **falls short** |" in builder.page()
