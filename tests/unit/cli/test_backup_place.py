"""Where backups are, as a command names it: a folder or a bucket, once, and a bucket with a folder for its keys."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from call24.backup.bucket import BackupBucket
from call24.backup.errors import BackupError
from call24.backup.folder import BackupFolder
from call24.cli.backup import add_store, store

S3 = "s3://backups/call24"


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_store(parser)
    return parser.parse_args(words)


@pytest.fixture
def file(tmp_path: Path) -> str:
    file = tmp_path / "store"
    file.write_text("access_key_id = AKID\nsecret_access_key = SECRET\nendpoint = https://s3.example.com:9000\n")
    return str(file)


def test_a_folder_is_named_by_itself_or_by_a_flag(tmp_path: Path) -> None:
    for words in ((str(tmp_path),), ("--to", str(tmp_path)), ("--from", str(tmp_path))):
        place = store(given(*words))
        assert isinstance(place, BackupFolder) and place.root == tmp_path and place.keys == tmp_path / "keys"


def test_a_bucket_has_its_keys_in_a_folder(tmp_path: Path, file: str) -> None:
    place = store(given("--to", S3, "--store-file", file, "--keys", str(tmp_path / "keys")))
    assert isinstance(place, BackupBucket)
    assert (place.at, place.host, place.keys) == (S3, "s3.example.com:9000", tmp_path / "keys")
    with pytest.raises(BackupError, match="--keys: a bucket needs a folder for the backups' sealed keys"):
        store(given(S3, "--store-file", file))
    with pytest.raises(BackupError, match="--store-file: a bucket needs a file"):
        store(given(S3))


def test_one_place_is_named(tmp_path: Path) -> None:
    for words in ((), (str(tmp_path), "--to", S3)):
        with pytest.raises(BackupError, match="Give one place"):
            store(given(*words))
