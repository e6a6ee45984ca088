"""A backup's key: opened by what sealed it, bound to its backup and its times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from call24.backup.errors import BackupError, DamagedBackup
from call24.backup.keys import BackupKey, Opener, part_of

KEY = bytes(range(32))
AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
WORDS = Opener.passphrase("correct horse battery staple")
PLAIN = BackupKey(name="2026-11-30T06-55-00Z-ab12", instant=AT, expires_at=AT + timedelta(30), about={"documents": 3})


@cache
def sealed_once() -> BackupKey:
    """With the passphrase, which takes as long as opening it does."""
    return PLAIN.seal(KEY, WORDS)


def test_the_passphrase_opens_it_and_another_one_says_so() -> None:
    kept = BackupKey.decode(sealed_once().encode())
    assert kept.open(WORDS) == KEY
    with pytest.raises(BackupError, match=r"this is not the passphrase with which .*-ab12 was sealed"):
        kept.open(Opener.passphrase("wrong horse battery staple"))


def test_two_seals_of_one_key_are_not_alike() -> None:
    first, second = sealed_once(), PLAIN.seal(KEY, WORDS)
    assert not {first.sealed[part] for part in ("salt", "nonce", "key")} & set(second.sealed.values())
    assert KEY.hex() not in first.encode().decode()


@pytest.mark.parametrize(
    "changed",
    [{"expires_at": AT + timedelta(365)}, {"instant": AT + timedelta(1)}, {"about": {}}, {"name": "another"}],
)
def test_what_stands_beside_the_key_cannot_be_changed(changed: dict[str, object]) -> None:
    kept = replace(sealed_once(), **changed)  # type: ignore[arg-type]
    with pytest.raises(BackupError):
        kept.open(WORDS)


def test_a_key_file_opens_what_it_sealed_and_a_passphrase_does_not(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("0123456789abcdef" * 4 + "\n")
    sealed = PLAIN.seal(KEY, Opener.key_file(file))
    assert sealed.open(Opener.key_file(file)) == KEY
    with pytest.raises(BackupError, match="was sealed with a key file: give that one"):
        sealed.open(WORDS)


def test_a_key_file_that_is_short_or_missing_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("secret")
    with pytest.raises(BackupError, match="openssl rand -hex 32"):
        Opener.key_file(tmp_path / "short")
    with pytest.raises(BackupError, match="cannot be read"):
        Opener.key_file(tmp_path / "missing")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"name": 1}', b"\xff"])
def test_a_file_that_is_no_key_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedBackup):
        BackupKey.decode(content)


def test_each_file_of_a_backup_has_another_key() -> None:
    assert len({KEY, part_of(KEY, "content"), part_of(KEY, "files")}) == 3
