"""What `upgrade` says where nothing can be upgraded, and what it refuses without a flag."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.product.stack import free_base_port

from call24.cli import up, upgrade
from call24.installer import preflight
from call24.installer.errors import StartError
from call24.installer.hand_over import Parent, Program
from call24.installer.stack import Stack
from call24.kit.settings import Settings
from call24.kit.version import SCHEMA


def asked(*words: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    upgrade.add_flags(parser)
    return parser.parse_args([str(word) for word in words])


@pytest.mark.parametrize(
    ("seed_demo", "lives", "said"),
    [
        (True, True, r"a demo runs on .*, and cannot be upgraded\. .* \./call24 demo --data "),
        (True, False, "nothing that can be upgraded runs"),
        (False, True, "Call24 is starting on"),
    ],
)
def test_a_demo_is_refused_as_such(tmp_path: Path, seed_demo: bool, lives: bool, said: str) -> None:
    settings = Settings(data=tmp_path, seed_demo=seed_demo)
    settings.save(settings.run / "settings.json")
    (settings.run / "up.lock").write_text(str(os.getpid() if lives else 2**22 + 1))
    with pytest.raises(StartError, match=said):
        upgrade.run(asked("--data", tmp_path))


@pytest.mark.parametrize("damaged", ["", "{}", "[]", '{"seed_demo": "yes"}'])
def test_damaged_settings_are_no_demo(tmp_path: Path, damaged: str) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "up.lock").write_text(str(os.getpid()))
    (run / "settings.json").write_text(damaged)
    with pytest.raises(StartError, match="Call24 is starting on"):
        upgrade.run(asked("--data", tmp_path))


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    """What would be downloaded for, whatever room this machine has."""
    stacks: list[Stack] = []
    monkeypatch.setattr(preflight, "check_room", lambda *_, **__: None)
    monkeypatch.setattr(up, "fetch", lambda stack, app: stacks.append(stack))
    return stacks


@pytest.mark.parametrize(("older", "migrate", "goes_on"), [(1, False, False), (1, True, True), (0, False, True)])
def test_data_of_an_earlier_schema_are_changed_only_where_that_is_asked_for(
    tmp_path: Path, fetched: list[Stack], older: int, migrate: bool, goes_on: bool
) -> None:
    settings = Settings.on_ports(
        tmp_path, free_base_port(), mongodb="mongodb://elsewhere", asterisk_ari="http://elsewhere/ari"
    )
    (tmp_path / "run").mkdir()
    running = Parent(os.getpid(), 0.0, replace(Program.this(), schema=SCHEMA - older), ("up",))
    if goes_on:
        upgrade._check(settings, running, end_calls=False, migrate=migrate)
    else:
        with pytest.raises(StartError, match=r"changes the form of the data: .* only a backup takes it back"):
            upgrade._check(settings, running, end_calls=False, migrate=migrate)
    assert len(fetched) == goes_on


def test_data_that_a_newer_version_has_changed_are_refused_before_anything_is_fetched(
    tmp_path: Path, fetched: list[Stack]
) -> None:
    settings = Settings.on_ports(
        tmp_path, free_base_port(), mongodb="mongodb://elsewhere", asterisk_ari="http://elsewhere/ari"
    )
    newer = {"schema": SCHEMA + 1, "version": "9.9.9", "done": [], "finished": SCHEMA + 1}
    (tmp_path / "schema.json").write_text(json.dumps(newer))
    running = Parent(os.getpid(), 0.0, replace(Program.this(), schema=SCHEMA + 1), ("up",))
    with pytest.raises(StartError, match=r"was changed by Call24 9\.9\.9"):
        upgrade._check(settings, running, end_calls=True, migrate=True)
    assert fetched == []
