"""A passphrase that seals a backup is asked twice: a slip would seal it for ever."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator

import pytest

from call24.backup.errors import BackupError
from call24.cli.backup import ENVIRONMENT, opener

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
