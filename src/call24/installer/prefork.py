"""A process that has imported everything a server needs, and forks each: one that was killed is back the sooner.

Standard library only. What the process itself does is `fork_for_each` in server/prefork.py.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

READY_S = 30.0
STATUS_S = 0.5


class Prefork:
    """The parent's end. It is started when it is first needed, and again when it has died."""

    def __init__(self, command: tuple[str, ...], env: Mapping[str, str], log_file: Path) -> None:
        self._command = command
        self._env = env
        self._log_file = log_file
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._statuses: dict[int, int] = {}
        self._ready = False

    @property
    def pid(self) -> int:
        """0: it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def keep(self) -> None:
        """Start it if it does not run. Raises: OSError."""
        if self.pid:
            return
        self.stop()
        self._unread, self._ready = b"", False
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env={**os.environ, **self._env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                start_new_session=True,
            )

    def warm(self) -> bool:
        """Wait until it can fork at once; whether it can."""
        end = time.monotonic() + READY_S
        with contextlib.suppress(OSError, EOFError):
            self.keep()
            while not self._ready and (left := end - time.monotonic()) > 0:
                self._heard(self._told(left))
        return self._ready

    def _heard(self, told: list[tuple[bytes, int, int]]) -> int | None:
        """Keeps what was told; the pid of one that began."""
        began = None
        for word, pid, status in told:
            if word == b"began":
                began = pid
            elif word == b"ready":
                self._ready = True
            else:
                self._statuses[pid] = status
        return began

    def fork(self) -> Forked:
        """A new process, in a session of its own, whose output goes to the log file. Raises: OSError."""
        self.keep()
        assert self._process and self._process.stdin
        try:
            self._process.stdin.write(b"\n")
            end = time.monotonic() + READY_S
            while (left := end - time.monotonic()) > 0:
                if (pid := self._heard(self._told(left))) is not None:
                    return Forked(self, pid)
        except (EOFError, BrokenPipeError):  # before it was asked, or after
            self.stop()
            raise OSError(0, f"what forks it has ended: see {self._log_file}") from None
        self.stop()
        raise OSError(0, f"what forks it did not answer within {READY_S:.0f} s")

    def status(self, pid: int) -> int | None:
        """How a forked process that has ended did: its exit status, or minus the signal; None: nobody knows."""
        end = time.monotonic() + STATUS_S
        with contextlib.suppress(EOFError):
            while pid not in self._statuses and (left := end - time.monotonic()) > 0:
                self._heard(self._told(left))
        return self._statuses.pop(pid, None)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout):
            if end:
                end.close()

    def _told(self, within_s: float) -> list[tuple[bytes, int, int]]:
        """Its next whole lines: `ready 0 0`, `began PID 0` or `ended PID STATUS`. Raises: EOFError."""
        if not self._process or not self._process.stdout:
            raise EOFError
        if not select.select([self._process.stdout], [], [], within_s)[0]:
            return []
        block = os.read(self._process.stdout.fileno(), 4096)
        if not block:
            raise EOFError
        *lines, self._unread = (self._unread + block).split(b"\n")
        return [(word, int(pid), int(status)) for word, pid, status in (line.split() for line in lines)]


class Forked:
    """As much of a subprocess.Popen as a watcher needs."""

    def __init__(self, ahead: Prefork, pid: int) -> None:
        self._ahead = ahead
        self.pid = pid
        self.returncode: int | None = None

    def wait(self) -> None:
        """Only for one that has ended."""
        if self.returncode is None:
            self.returncode = self._ahead.status(self.pid)
