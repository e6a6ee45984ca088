"""What a file says of a bucket: no secret on a command line, and none in the clear over a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.backup.errors import BackupError
from call24.backup.store_file import read

KEYS = "access_key_id = AKID\nsecret_access_key = s3/cr=t+\n"


def said(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "store"
    file.write_text(text)
    return file


def test_a_file_names_the_store_and_the_key(tmp_path: Path) -> None:
    file = said(tmp_path, f"# ours\n\n{KEYS}region = eu-1\nendpoint = https://s3.example.com:9000/\n")
    place, login = read("s3://backups/call24/one/", file)
    assert (place.endpoint, place.bucket, place.prefix) == ("https://s3.example.com:9000", "backups", "call24/one")
    assert (login.key_id, login.secret, login.region) == ("AKID", "s3/cr=t+", "eu-1")
    assert "s3/cr" not in repr(login)


def test_amazons_is_meant_where_no_endpoint_is_said(tmp_path: Path) -> None:
    place, login = read("s3://backups", said(tmp_path, KEYS))
    assert (place.endpoint, place.prefix, login.region) == ("https://s3.us-east-1.amazonaws.com", "", "us-east-1")


@pytest.mark.parametrize("place", ["s3://", "s3://a", "s3://key:secret@bucket", "s3://bucket/../x", "s3://bucket//x"])
def test_what_is_no_place_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(BackupError, match="is no place for backups"):
        read(place, said(tmp_path, KEYS))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has no access_key_id"),
        ("access_key_id = a\n", "has no secret_access_key"),
        (f"{KEYS}access_key_id = again\n", "line 3 of .* is not one of these, each once"),
        (f"{KEYS}password = x\n", "line 3 of"),
        (f"{KEYS}region\n", "line 3 of"),
        (f"{KEYS}region = EU West\n", "region must be such as eu-central-1"),
        (f"{KEYS}endpoint = http://s3.example.com\n", "http:// leads to this machine alone"),
        (f"{KEYS}endpoint = https://s3.example.com/path\n", "endpoint must be such as"),
        (f"{KEYS}endpoint = https://a:b@s3.example.com\n", "endpoint must be such as"),
        (f"{KEYS}endpoint = https://s3.example.com:0\n", "endpoint must be such as"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BackupError, match=why) as raised:
        read("s3://backups", said(tmp_path, text))
    assert "s3/cr" not in str(raised.value)


def test_a_bucket_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="--store-file: a bucket needs a file"):
        read("s3://backups", None)
    with pytest.raises(BackupError, match="cannot be read"):
        read("s3://backups", tmp_path / "missing")
