"""Locked packages are installed in shares beside each other: pip is stood in for."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from call24.installer import venv
from call24.installer.errors import StartError
from call24.installer.progress import ProgressBoard

PIP = """#!/bin/sh
for last; do :; done
echo "$(wc -l < "$last") lines" >> "$(dirname "$0")/ran"
sed -n 's/^\\([a-z].*\\)==.*/Collecting \\1/p' "$last"
if grep -q ^bad "$last"; then echo "ERROR: no bad package"; echo "ERROR: more"; exit 1; fi
"""


def lock(*names: str) -> str:
    return "".join(
        f"{name}==1 ; sys_platform == 'x' \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n" for name in names
    )


def installed(folder: Path, text: str) -> tuple[list[str], str]:
    """What each pip had, and what was told."""
    (folder / "bin").mkdir()
    (folder / "bin" / "python").write_text(PIP)
    (folder / "bin" / "python").chmod(0o755)
    (folder / "x.lock").write_text(text)
    out = io.StringIO()
    with ProgressBoard(out, live=False) as board, board.task("Python") as task:
        venv.install(folder / "x.lock", task, folder)
    return (folder / "bin" / "ran").read_text().splitlines(), out.getvalue()


def test_each_package_is_in_one_share_with_all_its_hashes() -> None:
    for file in (venv.LOCK, venv.DEV_LOCK):
        text = file.read_text()
        shares = venv.divided(text)
        assert len(shares) == 2 and abs(len(shares[0]) - len(shares[1])) <= 1
        packages = [package for share in shares for package in share]
        assert sorted(" ".join(packages).split()) == sorted(text.split())
    assert venv.divided(lock("b", "a")) == [[lock("b").rstrip("\n"), lock("a").rstrip("\n")]], "a few are one share"


def test_two_pips_install_a_long_lock_file_and_its_stamp_is_left(tmp_path: Path) -> None:
    ran, told = installed(tmp_path, lock(*(f"p{number}" for number in range(25))))
    assert sorted(ran) == ["36 lines", "39 lines"]
    assert "of 25 packages" in told
    assert venv._has(tmp_path, tmp_path / "x.lock")


def test_one_package_that_cannot_be_installed_fails_the_whole_and_is_named(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(24)] + ["bad"]
    with pytest.raises(StartError, match=r"the packages of x.lock could not be installed \(ERROR: no bad package\); "):
        installed(tmp_path, lock(*names))
    assert not venv._has(tmp_path, tmp_path / "x.lock")
