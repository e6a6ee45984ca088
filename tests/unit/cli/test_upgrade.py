"""What `upgrade` says where nothing can be upgraded, and what it refuses without a flag."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from call24.cli import upgrade
from call24.installer.errors import StartError
from call24.kit.settings import Settings


def asked(*words: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    upgrade.add_flags(parser)
    return parser.parse_args([str(word) for word in words])


@pytest.mark.parametrize(
    ("seed_demo", "lives", "said"),
    [
        (True, True, r"a demo runs on .*, and cannot be upgraded\. .* \./call24 demo --data "),
        (True, False, "nothing that can be upgraded runs"),
        (False, True, "nothing that can be upgraded runs"),
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
    with pytest.raises(StartError, match="nothing that can be upgraded runs"):
        upgrade.run(asked("--data", tmp_path))
