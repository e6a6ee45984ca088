"""What `call trace` asks for. The audit log has names of fields, not values: a name alone tells what was asked."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from call24.cli import call, call_trace
from call24.installer.api_client import ApiAnswer
from call24.kit.settings import Settings


@pytest.mark.parametrize(("flags", "asked"), [([], False), (["--numbers"], True)])
def test_whole_numbers_are_named_where_they_are_asked_for_alone(
    flags: list[str], asked: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bodies = []

    def ask(_: Settings, method: str, path: str, body: Mapping[str, Any] | None = None) -> ApiAnswer:
        bodies.append(body)
        return ApiAnswer(409, {"detail": "no"}, {})

    monkeypatch.setattr(call_trace, "ask", ask)
    parser = argparse.ArgumentParser()
    call.add_flags(parser)
    named = parser.parse_args(["trace", "--data", str(tmp_path), "--number", "+15005550001", *flags])
    assert call_trace.run(Settings(data=tmp_path), named) == 1
    assert bodies == [{"number": "+15005550001", "minutes": 10} | ({"numbers": True} if asked else {})]
