"""Asterisk's channel log where the PBX is on a host of its own: what is new in it is fetched before it is read.

The lines hold ids and times and nothing about a person. Files are put aside and deleted there when they are here.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from pathlib import Path

from call24.kit.errors import Unavailable
from call24.pbx.channel_log import first_line
from call24.pbx.client import HostClient
from call24.reconciliation.cel import Log
from call24.reconciliation.files import CelFiles

log = logging.getLogger(__name__)

_NAME = re.compile(r"channels(?:-[0-9]{8})?\.csv")
_PLACE = "/v1/channel-log"
_MOST_FILES = 100


class FarCelFiles(CelFiles):
    """`folder`: a copy on this machine. All raise Unavailable while the PBX is away."""

    def __init__(self, folder: Path, client: HostClient) -> None:
        super().__init__(folder)
        self._copies, self._client = folder, client

    def begins(self) -> datetime | None:
        self._fetch()
        return super().begins()

    def read(self, since: datetime, until: datetime) -> Log:
        self._fetch()
        return super().read(since, until)

    def rotate(self, now: datetime) -> None:
        self._client.ask("POST", f"{_PLACE}/rotate", b"")
        super().rotate(now)

    def erase(self, now: datetime) -> int:
        try:
            self._client.ask("POST", f"{_PLACE}/erase", b"")
        except (OSError, Unavailable) as trouble:  # asked again with the next sweep
            log.debug("the PBX deletes none of its channel log now: %s", trouble)
        return super().erase(now)

    def _fetch(self) -> None:
        """Raises: Unavailable."""
        self._copies.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            told = self._client.ask("GET", _PLACE).json()["files"]
            for name, there in list(told.items())[:_MOST_FILES]:
                if _NAME.fullmatch(name) is not None:
                    self._bring(name, int(there["size"]), str(there["first"]))
        except OSError as trouble:
            raise Unavailable(f"The PBX does not tell its channel log: {trouble}") from trouble

    def _bring(self, name: str, size: int, first: str) -> None:
        """What has been added since the last time; all of it where it is another file than then: put aside there."""
        copy = self._copies / name
        if first_line(copy) != first:
            copy.unlink(missing_ok=True)
        at = copy.stat().st_size if copy.exists() else 0
        while at < size:
            part = self._client.ask("GET", f"{_PLACE}/{name}?at={at}").body
            if not part:
                return
            with copy.open("ab") as out:
                out.write(part)
            at += len(part)
