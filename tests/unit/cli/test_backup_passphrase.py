"""A passphrase that seals a backup is asked twice: a slip would seal it for ever."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from call24.backup.errors import BackupError
from call24.cli import backup
from call24.cli.backup import ENVIRONMENT, opener
from call24.kit.settings import Settings

NOTHING = argparse.Namespace(key_file=None, passphrase_file=None)
FIRST, SECOND = "correct horse battery staple", "correct horse battery stable"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What somebody types, one after another."""
    words: list[str] = []
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: words.pop(0))
    yield words
    assert words == []


def test_a_new_one_is_asked_twice(typed: list[str]) -> None:
    typed += [FIRST, FIRST]
    assert opener(NOTHING, new=True).content == FIRST.encode()
    typed += [FIRST, SECOND]
    with pytest.raises(BackupError, match="the two passphrases differ"):
        opener(NOTHING, new=True)


def test_one_that_opens_a_backup_is_asked_once(typed: list[str]) -> None:
    typed += [FIRST]
    assert opener(NOTHING).content == FIRST.encode()


def test_making_a_backup_asks_twice(typed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "clean_end", lambda: None)  # it is for a process of its own
    Settings(data=tmp_path).save(tmp_path / "run" / "settings.json")
    typed += [FIRST, SECOND]
    words = {"act": "make", "folder": tmp_path / "store", "keys": None, "keep_days": None, "mb_per_s": 0}
    with pytest.raises(BackupError, match="the two passphrases differ"):
        backup.run(argparse.Namespace(data=tmp_path, **words, **vars(NOTHING)))
