"""Which backups end by a clock that may be wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.backup import clocks
from call24.backup.clocks import Clocks, clocks_of, may_end
from call24.backup.keys import BackupKey

NOW = datetime(2026, 12, 1, 2, 15, tzinfo=UTC)
DAY = timedelta(days=1)


def made(*days_ago: float) -> list[BackupKey]:
    """One so many days ago each, which ends 30 days later."""
    at = [NOW - days * DAY for days in sorted(days_ago, reverse=True)]
    return [BackupKey(name=f"{one:%m-%d}", instant=one, expires_at=one + 30 * DAY, about={}) for one in at]


@pytest.mark.parametrize(
    ("ages", "other", "vouched", "ended", "why"),
    [
        pytest.param(tuple(range(1, 32)), 0.0, False, 2, "", id="each night"),
        pytest.param((36, 29, 22, 15, 8, 1), 0.0, False, 1, "", id="each week"),
        pytest.param((31, 10), 0.0, True, 1, "", id="seldom, and a time service keeps the clock"),
        pytest.param((31, 10), 0.0, False, 0, "for 21 days no backup", id="seldom, and nobody vouches"),
        pytest.param((62, 61, 60, 1), 0.0, False, 0, "for 59 days no backup", id="the clock jumped the night before"),
        pytest.param((40, 31), 0.0, True, 2, "", id="all, and a time service keeps the clock"),
        pytest.param((40, 31), 0.0, False, 0, "no backup would be left", id="all, and nobody vouches"),
        pytest.param((31.5, 30.5, 1), -1.0, True, 1, "the folder's own clock says", id="one by the folder's clock"),
        pytest.param((31, 1), -20.0, False, 0, "the folder's own clock says", id="none by the folder's clock"),
        pytest.param((31, -1), 0.0, True, 0, "is of a later time", id="the newest is of tomorrow"),
        pytest.param((31, 24, 17, 10, 3, -0.03), 0.0, False, 1, "", id="the newest is of another machine's clock"),
    ],
)
def test_a_backup_ends_if_nothing_speaks_against_the_clock(
    ages: tuple[float, ...], other: float, vouched: bool, ended: int, why: str
) -> None:
    there = made(*ages)
    sure, told = may_end(there, NOW, lambda: Clocks(NOW + other * DAY, vouched))
    assert (sure, why in told, bool(told)) == (there[:ended], True, bool(why))


def test_no_clock_is_asked_while_nothing_is_due() -> None:
    def never() -> Clocks:
        raise AssertionError

    assert may_end(made(29, 1), NOW, never) == ([], "")


def test_the_folders_clock_is_that_of_a_file_written_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for keeps, kind, vouched in (
        (True, "ext4", True),
        (False, "ext4", False),
        (None, "ext4", False),
        (False, "nfs4", True),
    ):
        monkeypatch.setattr(clocks, "synchronised", lambda told=keeps: told)
        monkeypatch.setattr(clocks, "_file_system", lambda folder, told=kind: told)
        before = datetime.now(UTC) - timedelta(seconds=1)
        said = clocks_of(tmp_path)
        assert before <= said.other <= datetime.now(UTC) and said.vouched is vouched
    assert list(tmp_path.iterdir()) == []


def test_the_kind_of_a_file_system_is_read_from_the_kernel() -> None:
    assert clocks._file_system(Path("/proc")) == "proc"
