"""A ZIP that is no caller's file is refused before anything of it is read into memory or stored."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from call24.caller_files.import_file import MOST_ENTRIES, CallerFile, FileRefused

ROWS = b'[\n{"id":"tsk_1"},\n{"id":"tsk_2"}\n]\n'


def packed(path: Path, entries: list[tuple[str, bytes]], **other: object) -> Path:
    files = [
        {"name": name, "size": len(text), "sha256": hashlib.sha256(text).hexdigest(), "count": 2}
        for name, text in dict(entries).items()
    ]
    manifest = {
        "format": "call24-caller-file",
        "version": 1,
        "made_at": "2026-11-24T09:00:00.000Z",
        "organisation": {"id": "ten_1", "name": "Other"},
        "contact_id": "ctc_1",
        "files": files,
        **other,
    }
    with warnings.catch_warnings(), ZipFile(path, "w", ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")  # of a name that is twice in it
        for name, text in entries:
            made.writestr(name, text)
        made.writestr("manifest.json", json.dumps(manifest))
    return path


def test_a_file_as_it_was_made_is_read_line_by_line(tmp_path: Path) -> None:
    with CallerFile(packed(tmp_path / "a.zip", [("data/tasks.json", ROWS)])) as file:
        file.check()
        assert list(file.rows("tasks")) == [b'{"id":"tsk_1"}', b'{"id":"tsk_2"}']


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ([("../../etc/passwd", b"x")], "caller_file_unreadable"),
        ([("/etc/passwd", b"x")], "caller_file_unreadable"),
        ([("data/../tasks.json", b"x")], "caller_file_unreadable"),
        ([("notes.txt", b"x")], "caller_file_unreadable"),
        ([("data/tasks.json", ROWS), ("data/tasks.json", ROWS)], "caller_file_unreadable"),
        ([("data/tasks.json", b" " * 20_000_000)], "caller_file_too_big"),
    ],
)
def test_entries_that_no_callers_file_has_are_refused(
    tmp_path: Path, entries: list[tuple[str, bytes]], problem: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        CallerFile(packed(tmp_path / "a.zip", entries))
    assert refused.value.problem == problem


def test_what_the_manifest_does_not_list_and_what_it_lists_in_vain_are_refused(tmp_path: Path) -> None:
    for files in (
        [],
        [{"name": "data/tasks.json", "size": 1, "sha256": ""}, {"name": "calls.csv", "size": 1, "sha256": ""}],
    ):
        with pytest.raises(FileRefused) as refused:
            CallerFile(packed(tmp_path / "a.zip", [("data/tasks.json", ROWS)], files=files))
        assert refused.value.problem == "caller_file_unreadable"


def test_another_version_another_hash_and_a_list_in_another_form_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        CallerFile(packed(tmp_path / "a.zip", [], version=2))
    assert refused.value.problem == "caller_file_schema"
    wrong = [{"name": "data/tasks.json", "size": len(ROWS), "sha256": "0" * 64}]
    with CallerFile(packed(tmp_path / "b.zip", [("data/tasks.json", ROWS)], files=wrong)) as file:
        with pytest.raises(FileRefused) as refused:
            file.check()
        assert refused.value.problem == "caller_file_changed"
    with CallerFile(packed(tmp_path / "c.zip", [("data/tasks.json", b'[{"id":"tsk_1"}]')])) as file:
        with pytest.raises(FileRefused) as refused:
            list(file.rows("tasks"))
        assert refused.value.problem == "caller_file_schema"


def test_too_many_entries_are_refused_by_the_end_record_alone(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", [])
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x05\x06")
    raw[at + 10 : at + 12] = (MOST_ENTRIES + 1).to_bytes(2, "little")
    path.write_bytes(raw)
    with pytest.raises(FileRefused) as refused:
        CallerFile(path)
    assert refused.value.problem == "caller_file_too_big"
