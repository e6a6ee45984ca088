"""Asterisk's log files of channel events: read, put aside day by day, and deleted when they are a few days old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from call24.reconciliation.cel import CelLine, Log, line_of, log_of

NAME = "channels.csv"
KEPT = timedelta(days=4)
AROUND = timedelta(days=1)
"""A call of a day may have begun so much earlier."""


class CelFiles:
    """``folder`` None: Asterisk is an external one, and its log is not here."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.ahead = timedelta()
        """Of the clock that wrote the log, before ours: what is read is by ours."""

    def begins(self) -> datetime | None:
        """The first line of all that is kept."""
        firsts = (next(self._of(file), None) for file in self._files())
        return min((line.at for line in firsts if line is not None), default=None)

    def read(self, since: datetime, until: datetime) -> Log:
        """What was logged between, and a day around it; its ``since`` is the first line of all that is kept."""
        lines = [line for line in self._lines() if line.at <= until + AROUND]
        log = log_of(line for line in lines if line.at >= since - AROUND)
        log.since = min((line.at for line in lines), default=None)
        return log

    def rotate(self, now: datetime) -> None:
        """Put the file aside under its day. Asterisk opens it again for each line."""
        if self._folder is None:
            return
        current = self._folder / NAME
        aside = self._folder / f"channels-{now.astimezone(UTC):%Y%m%d}.csv"
        if current.exists() and not aside.exists():
            current.rename(aside)

    def erase(self, now: datetime) -> int:
        """Delete what was last written ``KEPT`` ago; how many files."""
        old = [file for file in self._files() if file.stat().st_mtime < (now - KEPT).timestamp()]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _files(self) -> Iterator[Path]:
        if self._folder is not None:
            yield from sorted(self._folder.glob("channels*.csv"))

    def _lines(self) -> Iterator[CelLine]:
        for file in self._files():
            yield from self._of(file)

    def _of(self, file: Path) -> Iterator[CelLine]:
        with file.open(encoding="ascii", errors="replace") as text:
            for each in text:
                if (line := line_of(each)) is not None:
                    yield msgspec.structs.replace(line, at=line.at - self.ahead) if self.ahead else line
