"""One child process of the stack: started in its own session, watched through a pidfd, ended in order.

A child outlives a parent that was killed; the next parent takes it over by its pid file, after making sure that the
pid is still that child. It does not decide when to restart (supervise does).
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from call24.installer.prefork import Forked, Prefork

LOG_LIMIT = 10_000_000
LOGS_KEPT = 3
LOG_FOR_S, ASIDE_FOR_S = 7 * 86_400.0, 21 * 86_400.0
"""A log is put aside when its first line is so old, and deleted so long after its last."""
_BEGINS = re.compile(rb"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)")


@dataclass(frozen=True)
class Child:
    """What to run.

    `mark` stands for its configuration: a running one with another mark is not taken over. `program` stands for the
    first word of `command`, where the same program may lie elsewhere in another version. `ahead` forks it, instead of
    `command` being run. `alive` asks whether it answers; `tidy` is a short command to run every few minutes; `logs` are
    more files that it writes by itself; `watch` is called with its pid about once a second.
    """

    name: str
    command: tuple[str, ...]
    data: Path
    env: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""
    program: str = ""
    stop_s: float = 4.0
    first_backoff_s: float = 0.2
    adopt: bool = True
    ahead: Prefork | None = None
    alive: Callable[[], bool] | None = None
    tidy: tuple[str, ...] = ()
    logs: tuple[Path, ...] = ()
    watch: Callable[[int], None] | None = None

    @property
    def pid_file(self) -> Path:
        return self.data / "run" / f"{self.name}.pid"

    @property
    def mark_file(self) -> Path:
        return self.data / "run" / f"{self.name}.mark"

    @property
    def log_file(self) -> Path:
        return self.data / "log" / f"{self.name}.log"

    @property
    def fingerprint(self) -> str:
        named = (self.program, *self.command[1:]) if self.program else self.command
        return changes("\0".join((*named, self.mark)).encode())

    def prepare(self) -> None:
        """What can be done before it is to start is begun. Raises: OSError."""
        if self.ahead:
            self.ahead.keep()

    def forget(self) -> None:
        """It will not be started again."""
        if self.ahead:
            self.ahead.stop()

    def start(self) -> Running:
        """Start it. Raises: OSError."""
        rotate(self.log_file)
        process = self.ahead.fork() if self.ahead else self._run()
        self.mark_file.write_text(f"{self.fingerprint} {started_at(process.pid)}")
        self.pid_file.write_text(str(process.pid))
        return Running(self, process.pid, process)

    def _run(self) -> subprocess.Popen[bytes]:
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                self.command,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its own session: Ctrl-C in the terminal reaches the parent only, which ends the children in order.
                start_new_session=True,
            )

    def left_over(self) -> Running | None:
        """The one an earlier parent started, if it still runs."""
        pid = left_over_pid(self.data, self.name)
        if pid is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            return Running(self, pid, None)
        return None

    def same_as_left_over(self) -> bool:
        """Whether the left-over one was started with this command and configuration."""
        try:
            return self.adopt and self.mark_file.read_text().split()[0] == self.fingerprint
        except FileNotFoundError:
            return False


class Running:
    """A child that runs, ours by birth or taken over."""

    def __init__(self, child: Child, pid: int, process: subprocess.Popen[bytes] | Forked | None) -> None:
        self.child = child
        self.pid = pid
        self.since = time.monotonic()
        self.pidfd = os.pidfd_open(pid)
        self._process = process

    def ended(self, within_s: float = 0.0) -> bool:
        """Whether it has ended; waits for it for that long."""
        if not select.select([self.pidfd], [], [], max(0.0, within_s))[0]:
            return False
        if self._process:
            self._process.wait()
        else:
            with contextlib.suppress(ChildProcessError):  # of an earlier parent, or of this process before an upgrade
                os.waitpid(self.pid, os.WNOHANG)
        return True

    @property
    def status(self) -> str:
        """Why it ended, for people."""
        code = self._process.returncode if self._process else None
        if code is None:
            return "ended"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"

    @property
    def gave_up(self) -> bool:
        """Whether it ended by itself with an error, as far as we can know."""
        return bool(self._process and (self._process.returncode or 0) > 0)

    @property
    def succeeded(self) -> bool:
        return bool(self._process and self._process.returncode == 0)

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)

    def stop(self) -> None:
        """End it: politely, then for certain, with everything it started."""
        self.signal(signal.SIGTERM)
        if not self.ended(self.child.stop_s):
            self.signal(signal.SIGKILL)
            self.ended(2.0)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.child.pid_file.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        os.close(self.pidfd)


def left_over_pid(data: Path, name: str) -> int | None:
    """The pid of the child that an earlier parent started on this data folder, if it still runs.

    Pids are given out again, so the process has to be as old as the one we started, and to name the data folder.
    """
    try:
        pid = int((data / "run" / f"{name}.pid").read_text())
        since = int((data / "run" / f"{name}.mark").read_text().split()[1])
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    folder = os.fsencode(str(data))
    named = any(word == folder or folder + b"/" in word for word in words)
    return pid if named and since == started_at(pid) else None


def started_at(pid: int) -> int:
    """When a process began, in clock ticks since the machine did; 0 when there is none. Source: proc_pid_stat(5)."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return 0


def changes(content: bytes) -> str:
    """A short sum that tells changed content apart; hashlib would bring OpenSSL and 5 MB into the parent."""
    return f"{zlib.crc32(content):08x}{len(content):x}"


def rotate(log: Path) -> None:
    """Keep the last few logs, none of them endless. For a log that nobody writes now."""
    if _make_room(log):
        log.rename(log.with_name(f"{log.name}.1"))


def rotate_written(log: Path) -> None:
    """The same for a log that a child has open: it goes on writing to the file, which is copied and then emptied.

    A child's output is opened to append, so it goes on at the new beginning; what is written in between is lost.
    """
    if not _make_room(log):
        return
    with log.open("rb+") as written, log.with_name(f"{log.name}.1").open("wb") as kept:
        while block := written.read(1 << 16):
            kept.write(block)
        written.truncate(0)


def _make_room(log: Path) -> bool:
    """Whether it is too large, or too old; then the older ones have moved on by one."""
    log.parent.mkdir(parents=True, exist_ok=True)
    _drop_old(log)
    if not log.exists() or not (log.stat().st_size >= LOG_LIMIT or _is_old(log)):
        return False
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.rename(log.with_name(f"{log.name}.{number + 1}"))
    return True


def _drop_old(log: Path) -> None:
    """What was put aside and nobody wrote to for three weeks."""
    for number in range(1, LOGS_KEPT + 1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists() and older.stat().st_mtime < time.time() - ASIDE_FOR_S:
            older.unlink()


def _is_old(log: Path) -> bool:
    """By its first line that says when it was; without one, by when it was last written to."""
    with log.open("rb") as written:
        found = _BEGINS.search(written.read(1 << 16))
    if found is None:
        return log.stat().st_size > 0 and log.stat().st_mtime < time.time() - LOG_FOR_S
    year, month, day, hour, minute, second = map(int, found.groups())
    return time.mktime((year, month, day, hour, minute, second, 0, 0, 0)) < time.time() - LOG_FOR_S
