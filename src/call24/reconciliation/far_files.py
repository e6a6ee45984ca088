"""Asterisk's channel log where the PBX is on a host of its own: what is new in it is fetched before it is read.

The lines hold ids and times and nothing about a person. Files are put aside and deleted there when they are here.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from call24.kit.errors import Unavailable
from call24.pbx.channel_log import first_line
from call24.pbx.client import HostClient
from call24.pbx.host_state import clock_difference
from call24.reconciliation.cel import Log
from call24.reconciliation.files import CelFiles

log = logging.getLogger(__name__)

_NAME = re.compile(r"channels(?:-[0-9]{8})?\.csv")
_PLACE = "/v1/channel-log"
_MOST_FILES = 100


class FarCelFiles(CelFiles):
    """`folder`: a copy on this machine. All but `erase` raise Unavailable: the PBX is away, or a disk is not well."""

    def __init__(self, folder: Path, client: HostClient) -> None:
        super().__init__(folder)
        self._copies, self._client = folder, client

    def begins(self) -> datetime | None:
        with _unavailable():
            self._fetch()
            return super().begins()

    def read(self, since: datetime, until: datetime) -> Log:
        with _unavailable():
            self._fetch()
            return super().read(since, until)

    def rotate(self, now: datetime) -> None:
        with _unavailable():
            self._client.ask("POST", f"{_PLACE}/rotate", b"")
            with self._alone():
                super().rotate(now)

    def erase(self, now: datetime) -> int:
        try:
            self._client.ask("POST", f"{_PLACE}/erase", b"")
        except (OSError, Unavailable) as trouble:  # asked again with the next sweep
            log.debug("the PBX deletes none of its channel log now: %s", trouble)
        return super().erase(now)

    def _fetch(self) -> None:
        """Raises: Unavailable, OSError."""
        with self._alone():
            self.ahead = self._clock_ahead()
            told = self._client.ask("GET", _PLACE).json()["files"]
            for name, there in list(told.items())[:_MOST_FILES]:
                if _NAME.fullmatch(name) is not None:
                    self._bring(name, int(there["size"]), str(there["first"]))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """`call24 reconcile` is a process of its own beside the server."""
        self._copies.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._copies / "lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _clock_ahead(self) -> timedelta:
        asked = time.time()
        there = self._client.state().now
        return timedelta(seconds=clock_difference(there, asked, time.time()))

    def _bring(self, name: str, size: int, first: str) -> None:
        """What has been added since the last time; all of it where it is another file than then: put aside there."""
        copy = self._copies / name
        if copy.exists() and (first_line(copy) != first or copy.stat().st_size > size):
            copy.unlink(missing_ok=True)
        out = os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            at = os.fstat(out).st_size
            while at < size:
                part = self._client.ask("GET", f"{_PLACE}/{name}?at={at}").body
                if not part:
                    return
                at += os.pwrite(out, part, at)
        finally:
            os.close(out)


@contextlib.contextmanager
def _unavailable() -> Iterator[None]:
    """Whatever is wrong with a disk, there or here, is tried again later."""
    try:
        yield
    except OSError as trouble:
        log.warning("the PBX's channel log cannot be read now: %s", trouble)
        raise Unavailable(f"The PBX's channel log cannot be read now: {trouble}") from trouble
