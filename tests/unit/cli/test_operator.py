"""`operator`: who it is stands there before an account is named, and who is one is found by address or id."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from call24.cli import operator
from call24.installer.api_client import ApiAnswer
from call24.kit.settings import Settings

ADA = {
    "id": "usr_1",
    "tenant_id": "ten_1",
    "organisation": "Acme\x1b[2J",
    "name": "Ada \u202eretsA",
    "email": "ada@example.com",
    "since": "2026-11-30T12:00:00.000Z",
    "second_factors": [{"kind": "passkey", "created_at": "2026-11-29T08:00:00.000Z"}],
}
Asked = list[tuple[str, str, Mapping[str, Any] | None]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the server was asked, of which Ada is the only operator."""
    asked: Asked = []

    def ask(_: Settings, method: str, path: str, body: Mapping[str, Any] | None = None) -> ApiAnswer:
        asked.append((method, path, body))
        return ApiAnswer(200, {"items": [ADA]} if method == "GET" else ADA, {})

    monkeypatch.setattr(operator, "ask", ask)
    return asked


def run(folder: Path, *words: str) -> int:
    Settings(data=folder).save(folder / "run" / "settings.json")
    parser = argparse.ArgumentParser()
    operator.add_flags(parser)
    return operator.run(parser.parse_args([*words, "--data", str(folder)]))


@pytest.mark.parametrize(("said", "named"), [("n", False), ("", False), ("y", True), (None, True)])
def test_who_it_is_stands_there_before_it_is_asked_for(
    said: str | None,
    named: bool,
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    shown = []

    def answer(question: str) -> str:
        shown.append(capsys.readouterr().out)
        assert question.endswith("? [y/N] ") and said is not None
        return said

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    assert run(tmp_path, "add", "ada@example.com", *(["--yes"] if said is None else [])) == 0
    text = "".join(shown) + capsys.readouterr().out
    assert "ada@example.com is Ada ?retsA of Acme?[2J" in text
    assert "Second factors: passkey of 2026-11-29T08:00:00.000Z" in "".join(shown) or said is None
    look = ("POST", operator.PLACE, {"email": "ada@example.com", "look": True})
    grant = ("POST", operator.PLACE, {"email": "ada@example.com", "id": "usr_1"})
    assert asked == ([look, grant] if named else [look])
    assert ("from now on" in text) is named and ("Nothing was changed" in text) is not named


@pytest.mark.parametrize("whom", ["usr_1", " ada@example.com ", "Ada@EXAMPLE.com", "ada＠example.com"])
def test_an_operator_is_found_by_id_and_by_the_address_as_add_compares_it(
    whom: str, asked: Asked, tmp_path: Path
) -> None:
    assert run(tmp_path, "remove", whom) == 0
    assert asked[-1] == ("DELETE", f"{operator.PLACE}/usr_1", None)


@pytest.mark.parametrize("whom", ["former@example.com", "usr_2", "Ada"])
def test_who_is_none_is_told_who_is(
    whom: str, asked: Asked, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(tmp_path, "remove", whom) == 1
    refused, listed = capsys.readouterr().err.splitlines()
    assert refused == f"call24: {whom} is no operator"
    assert listed == "ada@example.com  usr_1 of ten_1, since 2026-11-30T12:00:00.000Z"
    assert [method for method, _, _ in asked] == ["GET"]
