"""Room on the disk for recordings: an early alarm, and a floor below which no new recording is begun.

A call goes on unrecorded rather than not at all, and rather than filling the disk that MongoDB needs. ``level``
decides; ``DiskSpace`` looks.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

log = logging.getLogger(__name__)

Level = Literal["ok", "low", "full"]

LOOK_EVERY_S = 2.0
BACK = 1.1
"""So much more than a limit must be free again before a level is left: free space wavers."""
MB = 1024 * 1024


class Stat(Protocol):
    """The part of os.statvfs_result that is looked at."""

    @property
    def f_bavail(self) -> int: ...
    @property
    def f_frsize(self) -> int: ...


def level(free: int, floor: int, before: Level = "ok") -> Level:
    """``free``, ``floor``: bytes. full: below the floor. low: below twice the floor. A floor of 0 is never reached."""
    full = floor * (BACK if before == "full" else 1)
    low = 2 * floor * (BACK if before != "ok" else 1)
    if free < full:
        return "full"
    return "low" if free < low else "ok"


class DiskSpace:
    """``folders``: where recordings are written; the fullest counts. ``run`` it for as long as the process lives."""

    def __init__(self, folders: Sequence[Path], floor_mb: int, statvfs: Callable[[Path], Stat] = os.statvfs) -> None:
        self._folders = folders
        self._floor = floor_mb * MB
        self._statvfs = statvfs
        self.level: Level = "ok"
        self.free = 0

    def may_record(self) -> bool:
        """Whether a recording may be begun now."""
        self.look()
        return self.level != "full"

    def exhausted(self) -> bool:
        """Whether there is no room at all: Asterisk cuts files off and calls them done."""
        self.look()
        return self.free < MB

    def look(self) -> Level:
        """Measure; an alarm in the log for each change."""
        try:
            self.free = min(self._free(folder) for folder in self._folders)
        except OSError as trouble:  # calls go on whatever the disk says; what was true last is kept
            log.error("the free disk space for recordings cannot be measured: %s", trouble)
            return self.level
        before, self.level = self.level, level(self.free, self._floor, self.level)
        if self.level != before:
            self._alarm()
        return self.level

    async def run(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    def _free(self, folder: Path) -> int:
        """Of a folder that does not exist yet, that of the next one above."""
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        stat = self._statvfs(folder)
        return stat.f_bavail * stat.f_frsize

    def _alarm(self) -> None:
        free, floor = self.free // MB, self._floor // MB
        match self.level:
            case "full":
                log.critical(
                    "only %d MB of disk space are free, %d MB are required: no call is recorded until space is freed",
                    free,
                    floor,
                )
            case "low":
                log.error(
                    "only %d MB of disk space are free for recordings; below %d MB calls are not recorded", free, floor
                )
            case "ok":
                log.warning("there is enough disk space for recordings again: %d MB", free)
