"""Hands a running installation over to another version of Call24: its parent becomes that version's, by exec.

Standard library only. The process stays the one that systemd knows, MongoDB and Asterisk stay its children, and calls
go on. Who asks (cli/upgrade.py) writes the program into `run/hand_over.json` and sends SIGUSR2; what runs is told by
`run/parent.json`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from call24.installer.errors import StartError
from call24.kit.python import MODULE
from call24.kit.version import SCHEMA, VERSION

SIGNAL = signal.SIGUSR2
HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, SIGNAL)
"""Wait over the exec for the next program, which would die of them before it is there."""
LETS_NOTHING_THROUGH = "0.1.0"
"""It would never be told to stop: it leaves alone what its predecessor held back."""
TRY_S = 20.0
EARLIER = "CALL24_HANDED_OVER_BY"
TROUBLE = "CALL24_HANDED_BACK"
"""Environment variables from one parent to the next: the program that it was before, and why that one is back."""
_PATH = os.pathsep.join(map(os.path.abspath, filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))) or None
"""As it was at the start, whatever folder this process stands in later."""


class NotStarted(Exception):
    """A version that was handed an installation is not ready. What runs there was left running."""


@dataclass(frozen=True)
class Program:
    """A version of Call24 as it is run. `words`: before the verb; `pythonpath`: where its code is, if it is told."""

    words: tuple[str, ...]
    version: str
    schema: int
    pythonpath: str | None = None

    @classmethod
    def this(cls) -> Program:
        return cls((*MODULE, "call24.cli"), VERSION, SCHEMA, _PATH)

    @classmethod
    def of(cls, told: Any) -> Program:
        """Raises: KeyError, TypeError, ValueError."""
        words, path = tuple(map(str, told["words"])), told["pythonpath"]
        if not (words and Path(words[0]).is_absolute() and os.access(words[0], os.X_OK)):
            raise ValueError
        return cls(words, str(told["version"]), int(told["schema"]), None if path is None else str(path))

    def same_code(self, other: Program) -> bool:
        """Run from the same place: one of the two is not there to go back to."""
        return (self.words, self.pythonpath) == (other.words, other.pythonpath)


@dataclass(frozen=True)
class HandedOver:
    """This process was another version before. `before`: the one to go back to, if there is one; `trouble`: why this
    one is back."""

    before: Program | None
    trouble: str = ""


@dataclass(frozen=True)
class Parent:
    """What supervises a data folder. `since`: Unix time at which it was ready; `started_with`: the verb and flags;
    `trouble`: why an upgrade came back to it."""

    pid: int
    since: float
    program: Program
    started_with: tuple[str, ...]
    trouble: str = ""


def note(run: Path, started_with: tuple[str, ...], trouble: str = "") -> None:
    """This process supervises the data folder, and can hand it over."""
    parent = Parent(os.getpid(), time.time(), Program.this(), started_with, trouble)
    _write(run / "parent.json", asdict(parent))


def parent(run: Path) -> Parent | None:
    """Who supervises the data folder, if it can hand it over."""
    try:
        told = json.loads((run / "parent.json").read_bytes())
        found = Parent(
            int(told["pid"]),
            float(told["since"]),
            Program.of(told["program"]),
            tuple(map(str, told["started_with"])),
            str(told["trouble"]),
        )
        held_by = int((run / "up.lock").read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return None
    lives = Path(f"/proc/{found.pid}").exists()
    return found if lives and found.pid == held_by else None


def ask(run: Path, to: Parent) -> None:
    """Have it hand over to this program. Raises: StartError."""
    _write(run / "hand_over.json", asdict(Program.this()))
    try:
        os.kill(to.pid, SIGNAL)
    except OSError as error:
        raise StartError(
            f"process {to.pid} cannot be asked to hand over ({error.strerror}): run this as its user"
        ) from None


def asked_for(run: Path) -> Program:
    """The program to hand over to, asked for by this user alone. Raises: StartError."""
    place = run / "hand_over.json"
    try:
        with place.open("rb") as file:
            now = os.fstat(file.fileno())
            if now.st_uid != os.geteuid() or stat.S_IMODE(now.st_mode) & 0o022:
                raise StartError(f"{place} can be written by other users, so nothing is handed over")
            return Program.of(json.load(file))
    except (OSError, ValueError, KeyError, TypeError):
        raise StartError(f"{place} names no program that can be run, so nothing is handed over") from None
    finally:
        with contextlib.suppress(OSError):
            place.unlink()


def handed_over() -> HandedOver | None:
    """What is known of the program that this process was before. Asked once: children have no need of it."""
    told, trouble = os.environ.pop(EARLIER, None), os.environ.pop(TROUBLE, None)
    if told is None and trouble is None:
        return None
    try:
        before = Program.of(json.loads(told or ""))
    except (ValueError, KeyError, TypeError):
        before = None
    return HandedOver(None if before is None or before.same_code(Program.this()) else before, trouble or "")


def hold_back() -> None:
    """What asks this process to stop waits from now on for what it becomes."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)


def let_through() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)


def check(program: Program) -> None:
    """That it can be run as this process would run it, before anything is given up. Raises: StartError."""
    try:
        words = [*program.words, "up", "--help"]
        done = subprocess.run(words, env=_environment(program), capture_output=True, text=True, timeout=TRY_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StartError(f"{program.words[0]} cannot be run from here: {error}") from None
    if done.returncode:
        said = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise StartError(f"version {program.version} cannot be run from here: {said}")


def become(
    program: Program, started_with: tuple[str, ...], trouble: str = "", earlier: Program | None = None
) -> NoReturn:
    """Replace this process. With `trouble` it is the program of before again, which is not left for it a second time.

    `earlier`: the program to go back to, where it is not this one. Raises: StartError.
    """
    env = _environment(program)
    if trouble:
        env[TROUBLE] = trouble[:2000]
    else:
        env[EARLIER] = json.dumps(asdict(earlier or Program.this()))
    if program.version == LETS_NOTHING_THROUGH:
        let_through()
    try:
        os.execve(program.words[0], [*program.words, *started_with], env)
    except OSError as error:
        raise StartError(f"{program.words[0]} cannot be run ({error.strerror})") from None


def _environment(program: Program) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return env if program.pythonpath is None else {**env, "PYTHONPATH": program.pythonpath}


def forget(run: Path) -> None:
    """Nobody supervises it any more."""
    with contextlib.suppress(OSError):
        (run / "parent.json").unlink()


def _write(place: Path, content: dict[str, Any]) -> None:
    part = place.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(content))
    part.replace(place)
