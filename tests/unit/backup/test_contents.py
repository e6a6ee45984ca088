"""What a backup has: every place of files says so, and nothing is written outside of them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from call24.backup import contents
from call24.backup.errors import DamagedBackup
from call24.data_map import Files, documents
from call24.privacy.datamap_page import holdings, load_models

DECLARED = [place for room in holdings() for place in room.places]


def test_every_place_of_files_says_whether_a_backup_has_it() -> None:
    silent = [str(place.where) for place in DECLARED if isinstance(place.where, Files) and place.in_backup is None]
    assert silent == [], "say in_backup: what else becomes of it when the disk is lost?"


def test_what_no_backup_has_and_what_is_read_afterwards_is_declared() -> None:
    load_models()
    assert {document.collection for document in documents()} >= contents.LEFT_OUT
    stored = {(document.collection, field) for document in documents() for field in document.facts}
    assert stored.issuperset(contents.TAKEN_BACK)
    there = [str(place.where) for place in contents.places(DECLARED)]
    assert all(any(path.startswith(begin) for path in there) for begin in contents.AFTERWARDS)


def test_the_register_of_erasures_and_sound_of_calls_in_progress_are_in_no_backup() -> None:
    there = {str(place.where) for place in contents.places(DECLARED)}
    assert not [path for path in there if path.startswith(("register/", "recordings/pending", "exports/", "log/"))]
    assert {"recordings/{tenant_id}/*", "files/{tenant_id}/*", "secrets/*", "audit/checkpoints.*"} <= there


def test_files_of_an_installation_are_found_by_their_places(tmp_path: Path) -> None:
    ten = "ten_01m8hd0nbcade9gb432rtwavzp"
    for path in (f"recordings/{ten}/a.c24", "recordings/pending/b", "secrets/app.key", "spool/journal/1.segment", "x"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "secrets" / "link").symlink_to("/etc/passwd")
    assert [str(path) for path in contents.of_organisations(tmp_path, DECLARED)] == [f"recordings/{ten}/a.c24"]
    assert [str(path) for path in contents.small(tmp_path, DECLARED, afterwards=False)] == ["secrets/app.key"]
    assert [str(path) for path in contents.small(tmp_path, DECLARED, afterwards=True)] == ["spool/journal/1.segment"]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "secrets/../../x", "secrets/a/b", "register/deleted.jsonl", "", "log/server.log"]
)
def test_a_file_that_no_place_holds_is_not_written(path: str) -> None:
    with pytest.raises(DamagedBackup):
        contents.checked(path, DECLARED)


def test_a_file_that_a_place_holds_is_written() -> None:
    assert contents.checked("secrets/app.key", DECLARED) == PurePosixPath("secrets/app.key")
