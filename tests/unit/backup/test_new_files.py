"""Recordings and files that come, change and go are found, each once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from call24.backup import new_files
from call24.backup.new_files import Looked, NewFiles
from call24.privacy.datamap_page import holdings

DECLARED = [place for room in holdings() for place in room.places]
TEN, OTHER = "ten_01m8hd0nbcade9gb432rtwavzp", "ten_01m8hd0nbcade9gb432rtwavzq"
REC = f"recordings/{TEN}/rec_1.c24"
DAYS_NS = 86_400 * 10**9


def put(data: Path, path: str, content: bytes = b"sound", *, days_old: int = 0) -> tuple[int, int]:
    place = data / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    at = place.stat().st_mtime_ns - days_old * DAYS_NS
    os.utime(place, ns=(at, at))
    return len(content), at


def test_what_comes_grows_and_goes_is_told_once(tmp_path: Path) -> None:
    known = {REC: put(tmp_path, REC, days_old=9), f"files/{TEN}/fil_9.c24": (5, 1)}
    put(tmp_path, f"files/{TEN}/fil_1.c24")
    put(tmp_path, "recordings/pending/rec_9")
    put(tmp_path, "recordings/rec_8.c24")
    files = NewFiles(tmp_path, DECLARED, known)
    assert files.look() == Looked([f"files/{TEN}/fil_1.c24"], [f"files/{TEN}/fil_9.c24"])
    assert files.look() == Looked()
    put(tmp_path, f"files/{TEN}/fil_1.c24", b"sound that goes on")
    put(tmp_path, f"recordings/{OTHER}/rec_2.c24")
    assert files.look() == Looked([f"files/{TEN}/fil_1.c24", f"recordings/{OTHER}/rec_2.c24"])
    shutil.rmtree(tmp_path / "recordings" / OTHER)
    (tmp_path / REC).unlink()
    assert files.look() == Looked(gone=[REC, f"recordings/{OTHER}/rec_2.c24"])
    assert files.look() == Looked()


def test_a_file_that_grows_is_told_when_it_has_doubled_or_rests(tmp_path: Path) -> None:
    path = f"files/{TEN}/fil_1.c24"
    files = NewFiles(tmp_path, DECLARED, {})

    def grows(size: int, *, all: bool = False, rests_s: float = 0) -> bool:
        put(tmp_path, path, b"x" * size, days_old=0)
        at = (tmp_path / path).stat().st_mtime_ns - int(rests_s * 10**9)
        os.utime(tmp_path / path, ns=(at, at))
        return path in files.look(all=all).changed

    assert grows(100), "it is new"
    assert not grows(199)
    assert grows(200), "twice as large"
    assert not grows(399)
    assert grows(399, all=True), "all are asked for"
    assert not grows(500, rests_s=29)
    assert grows(500, rests_s=31), "nobody has written for half a minute"


def test_an_old_file_in_whose_place_another_is_put_is_told(tmp_path: Path) -> None:
    known = {REC: put(tmp_path, REC, days_old=9)}
    files = NewFiles(tmp_path, DECLARED, known)
    assert files.look() == Looked()
    put(tmp_path, "recordings/fresh", b"sealed anew")
    (tmp_path / "recordings/fresh").rename(tmp_path / REC)
    assert files.look() == Looked([REC])


def test_one_that_changed_while_nobody_looked_is_told(tmp_path: Path) -> None:
    size, at = put(tmp_path, REC, days_old=9)
    assert NewFiles(tmp_path, DECLARED, {REC: (size, at)}).look() == Looked()
    assert NewFiles(tmp_path, DECLARED, {REC: (size + 1, at)}).look() == Looked([REC])


def test_a_folder_in_which_nothing_came_or_went_is_not_listed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, REC, days_old=9)
    folder = (tmp_path / REC).parent
    os.utime(folder, ns=(1, 1))
    files = NewFiles(tmp_path, DECLARED, {})
    listed: list[Path] = []

    def entries(path: Path) -> Iterator[os.DirEntry[str]]:
        listed.append(path)
        yield from list(os.scandir(path))

    monkeypatch.setattr(new_files, "_entries", entries)
    files.look()
    files.look()
    assert listed == [folder]
    put(tmp_path, f"recordings/{TEN}/rec_2.c24")
    assert files.look().changed == [f"recordings/{TEN}/rec_2.c24"]
