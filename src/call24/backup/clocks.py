"""Whether backups may be deleted by this machine's clock: one that is ahead would end all of them.

A bucket has its store's clock (bucket.py); a folder has that of the machine it is on, and what a time service says.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from call24.backup.keys import BackupKey
from call24.kit.package import COMMAND
from call24.kit.time_service import synchronised

BEHIND = timedelta(hours=1)
"""So much later than now a backup may seem to be: its instant is MongoDB's, perhaps on another machine."""
QUIET = timedelta(days=8)
"""After so long without a backup a clock that nobody vouches for may have jumped: most are made each night or week."""
_OF_ANOTHER_MACHINE = frozenset({"nfs", "nfs4"})
"""File systems whose times are their server's. Source: RFC 8881, 5.8.2.43 (time_modify), which a write sets there."""


class Clocks(NamedTuple):
    """`other`: what a file that is written now has as its time; `vouched`: whether this machine's clock is known to be
    right, by a time service or by another machine's."""

    other: datetime
    vouched: bool


def clocks_of(folder: Path) -> Clocks:
    """Raises: OSError."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".time-") as file:
        file.write(b"x")
        file.flush()
        os.fsync(file.fileno())
        other = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    apart = _file_system(folder) in _OF_ANOTHER_MACHINE and abs(other - datetime.now(UTC)) < BEHIND
    return Clocks(other, apart or synchronised() is True)


def may_end(there: Sequence[BackupKey], now: datetime, clocks: Callable[[], Clocks]) -> tuple[list[BackupKey], str]:
    """Of the backups those whose day has come, for sure; and why others of them stay, if so.

    `there`: the oldest first. `clocks`: asked only where something is due. Raises: OSError.
    """
    due = [key for key in there if key.expires_at <= now]
    if not due:
        return [], ""
    newest, said = there[-1], clocks()
    sure = [key for key in due if key.expires_at <= said.other]
    why = ""
    if newest.instant > now + BEHIND:
        sure, why = [], f"{newest.name} is of a later time, {newest.instant:%Y-%m-%d %H:%M} UTC"
    elif len(sure) < len(due):
        why = f"the folder's own clock says {said.other:%Y-%m-%d %H:%M} UTC"
    elif not said.vouched and len(due) == len(there):
        sure, why = [], "no backup would be left, and no time service keeps this clock"
    elif not said.vouched and (gap := _longest_gap(there, due[-1].instant, now)) > QUIET:
        why = f"for {gap.days} days no backup was made, and no time service keeps this clock"
        sure = []
    return sure, why


def _longest_gap(there: Sequence[BackupKey], since: datetime, now: datetime) -> timedelta:
    """Between two backups from then on, or the newest and now: where a clock jumped, there is one."""
    instants = [*(key.instant for key in there if key.instant >= since), now]
    return max(after - before for before, after in pairwise(instants))


def told(why: str, left: int, now: datetime) -> str:
    """What is said of `left` backups that stay, and what to do."""
    return (
        f"{left} backups have expired by this machine's clock ({now:%Y-%m-%d %H:%M} UTC), and are not deleted, since "
        f"{why}: see that the clock is right, then run `{COMMAND} backup expire` with --confirm-time YYYY-MM-DD, "
        "today's date from another source than this machine"
    )


def _file_system(folder: Path) -> str:
    """Its kind, such as ext4; empty where it is not known. Source: proc_pid_mountinfo(5)."""
    at = folder.stat().st_dev
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            mount, _, kind = line.partition(" - ")
            if mount.split()[2] == f"{os.major(at)}:{os.minor(at)}":
                return kind.split()[0]
    return ""
