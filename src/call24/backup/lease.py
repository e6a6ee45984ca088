"""Who may write to a bucket: an object that is put where there is none, and renewed while its run is alive.

Ages are told by the store's clock alone. A store that does not know conditional puts (`If-None-Match: *`) lets two
through that ask within the same moment: each looks again a moment later, when the later one's word stands.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from call24.backup.errors import BackupError
from call24.backup.s3_client import Bucket
from call24.backup.s3_errors import S3Error

KEY = "lease"
LASTS_S = 600.0
"""Without being renewed: then another run takes it over."""
RENEWED_S = 120.0
SETTLES_S = 2.0


@dataclass(frozen=True)
class _Held:
    """`owner`: the machine and its folder of keys, where only one writes at a time; `run`: one of its runs."""

    owner: str
    run: str
    host: str
    renewed_at: datetime | None
    age_s: float


class Lease:
    """`owner`: empty where it is not known, so that no earlier run is taken for dead before its time. `key`: of what it
    is; `doing`: what else only one does at a time, for who is refused."""

    def __init__(
        self,
        bucket: Bucket,
        owner: str,
        *,
        key: str = KEY,
        doing: str = "another backup is being written to",
        settles_s: float = SETTLES_S,
    ) -> None:
        self._bucket = bucket
        self._key = key
        self._doing = doing
        self._owner = owner
        self._run = secrets.token_hex(8)
        self._settles_s = settles_s
        self._ends = threading.Event()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises: BackupError where another run has it."""
        self._take()
        self._ends.clear()
        renewing = threading.Thread(target=self._renew, name="lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            self._ends.set()
            renewing.join()
            with contextlib.suppress(S3Error):  # it ends by itself
                if self._is_ours(self._there()):
                    self._bucket.remove(self._key)

    def check(self) -> None:
        """That it is still this run's: what another may have begun is not written over. Raises: BackupError."""
        there = self._there()
        if not self._is_ours(there):
            by = f"by {there.host}" if there else f"by somebody who removed the object `{self._key}`"
            raise BackupError(
                f"{self._bucket.at} was taken over {by} while this backup was made, since the store was away for too "
                "long: make it again"
            )

    def _take(self) -> None:
        there = self._there()
        if there is not None:
            left = LASTS_S - there.age_s
            if left > 0 and not (self._owner and there.owner == self._owner):
                raise self._refused(there, left)
            self._bucket.remove(self._key)
        if not self._put(new=True) and not self._is_ours(now := self._there()):  # its first answer may be lost
            raise self._refused(now, LASTS_S)
        knows_conditions = not self._put(new=True)
        if there is not None or not knows_conditions:
            time.sleep(self._settles_s)
            if not self._is_ours(now := self._there()):
                raise self._refused(now, LASTS_S)

    def _refused(self, there: _Held | None, left_s: float) -> BackupError:
        by = f" by {there.host}" if there else ""
        until = ""
        if there and there.renewed_at:
            at = there.renewed_at + timedelta(seconds=LASTS_S)
            until = f"; if that run was killed, try again after {at:%H:%M:%S} UTC"
        return BackupError(
            f"{self._doing} {self._bucket.at}{by}: wait until it is done"
            f"{until or f'; if that run was killed, try again in {left_s / 60:.0f} minutes'}"
        )

    def _put(self, *, new: bool) -> bool:
        said = {"owner": self._owner, "run": self._run, "host": socket.gethostname()}
        return self._bucket.put(self._key, json.dumps(said).encode(), new=new)

    def _there(self) -> _Held | None:
        if (answer := self._bucket.get(self._key)) is None:
            return None
        now, at = answer.time_of("date"), answer.time_of("last-modified")
        age_s = (now - at).total_seconds() if now and at else 0.0
        try:
            said = json.loads(answer.body)
            owner, run, host = (str(said[name])[:200] for name in ("owner", "run", "host"))
        except (ValueError, KeyError, TypeError):
            owner, run, host = "", "", "somebody else"
        return _Held(owner, run, "".join(c for c in host if c.isprintable()), at, age_s)

    def _is_ours(self, there: _Held | None) -> bool:
        return there is not None and there.run == self._run

    def _renew(self) -> None:
        while not self._ends.wait(RENEWED_S):
            with contextlib.suppress(S3Error):  # tried again; `check` tells where it was too late
                if not self._is_ours(self._there()):
                    return
                self._put(new=False)
