"""The parent process of version 0.1.0, which cannot hand over: it is found, and ended alone, so that calls go on.

Standard library only. What it started (MongoDB, Asterisk, the server) outlives it, as it would one that was killed, and
the next parent takes over by `Child.left_over`. cli/upgrade.py becomes that parent.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
from dataclasses import dataclass
from pathlib import Path

from call24.installer.child_processes import left_over_pid, started_at
from call24.installer.errors import StartError
from call24.installer.hand_over import SIGNAL, Parent, Program

VERSION, SCHEMA = "0.1.0", 0
CLI = "call24.cli"
ENDS_S = 5.0
_PROC = Path("/proc")
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
_INITS_OF_CONTAINERS = _SHELLS | {"tini", "docker-init", "catatonit", "dumb-init"}
"""As process 1 they are no machine's, and end when what they were begun with does."""


@dataclass(frozen=True)
class FormerParent:
    """`parent`: as one that hands over would tell of itself; `ticks`: when it began, since pids are given out again."""

    parent: Parent
    ticks: int

    def check(self) -> None:
        """That it can be ended alone, and what it started goes on. Raises: StartError."""
        pid = self.parent.pid
        if would := ended_by(pid):
            raise StartError(
                f"version {VERSION} (process {pid}) cannot be ended alone: {would} would end Asterisk and all calls "
                "with it. In a quiet hour stop it and start this version in its place"
            )

    def end(self) -> None:
        """End it, and nothing that it started; SIGTERM would end all. Raises: StartError."""
        pid = self.parent.pid
        try:
            process = os.pidfd_open(pid)
        except OSError:
            raise StartError(f"process {pid} has ended: start this version by `up`") from None
        try:
            if started_at(pid) != self.ticks:
                raise StartError(f"process {pid} has ended: start this version by `up`")
            signal.pidfd_send_signal(process, signal.SIGKILL)
            if not select.select([process], [], [], ENDS_S)[0]:
                raise StartError(f"process {pid} does not end: see what it waits for, and ask again")
        except PermissionError:
            raise StartError(f"process {pid} cannot be ended: run this as its user") from None
        finally:
            os.close(process)


def ended_by(pid: int, proc: Path = _PROC) -> str:
    """Who would end all that this process started with it; nothing where nobody would."""
    if pid == 1:
        return "its container"
    try:
        environ, cgroups = _environ(pid, proc), (proc / str(pid) / "cgroup").read_text()
        if environ.get("SYSTEMD_EXEC_PID") == str(pid) or any(map(_of_service, cgroups.splitlines())):
            return "systemd"
        return "its container" if _begun_by_container(pid, proc) else ""
    except (OSError, ValueError):
        return "whatever started it, of which nothing can be read here,"


def _of_service(line: str) -> bool:
    """Whether a line of a process's cgroups says that it is in a service of systemd. The innermost unit counts: the
    scopes of sessions and terminals may lie in `user@1000.service`. Source: cgroups(7), systemd.scope(5)."""
    number, controllers, path = line.split(":", 2)
    units = [part for part in path.split("/") if part.endswith((".service", ".scope"))]
    return (number == "0" or controllers == "name=systemd") and bool(units) and units[-1].endswith(".service")


def _begun_by_container(pid: int, proc: Path) -> bool:
    """Whether its parent, but for shells between, is a container's process 1. What lost its parent on a machine
    (nohup, setsid) has that machine's init, and nothing ends with it."""
    if (proc / "1" / "comm").read_text().strip() not in _INITS_OF_CONTAINERS:
        return False
    above = _parent(pid, proc)
    while above > 1 and (proc / str(above) / "comm").read_text().strip() in _SHELLS:
        above = _parent(above, proc)
    return above == 1


def _parent(pid: int, proc: Path) -> int:
    """Raises: OSError, ValueError."""
    return int((proc / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])


def running(data: Path) -> FormerParent | None:
    """The parent of 0.1.0 that supervises the data folder and has everything started, if there is one.

    It holds the lock, was started by `up`, takes the signals that stop it, and would die of the one that asks for
    another version.
    """
    try:
        with (data / "run" / "up.lock").open() as lock:
            pid = int(lock.read())
            if not _is_held(lock.fileno()):
                return None
        ticks = started_at(pid)
        words = [os.fsdecode(word) for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]]
        begins = words.index(CLI) + 1
        caught = _caught(pid)
        environ, cwd = _environ(pid), Path(f"/proc/{pid}/cwd").readlink()
    except (OSError, ValueError):
        return None
    former = {signal.SIGTERM, signal.SIGHUP} <= caught and SIGNAL not in caught
    if not former or words[begins : begins + 1] != ["up"] or left_over_pid(data, "server") is None:
        return None
    program = words[0] if os.sep not in words[0] else str(cwd / words[0])
    path = environ.get("PYTHONPATH")
    told = None if path is None else os.pathsep.join(str(cwd / each) for each in path.split(os.pathsep) if each)
    before = Program((program, *words[1:begins]), VERSION, SCHEMA, told)
    return FormerParent(Parent(pid, 0.0, before, tuple(words[begins:])), ticks)


def _is_held(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _caught(pid: int) -> set[int]:
    """The signals that it has handlers for. Source: proc_pid_status(5), SigCgt."""
    lines = dict(line.partition(":")[::2] for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    mask = int(lines["SigCgt"], 16)
    return {number for number in range(1, 65) if mask >> (number - 1) & 1}


def _environ(pid: int, proc: Path = _PROC) -> dict[str, str]:
    """Raises: OSError."""
    words = (proc / str(pid) / "environ").read_bytes().split(b"\0")
    return dict(os.fsdecode(word).partition("=")[::2] for word in words)
