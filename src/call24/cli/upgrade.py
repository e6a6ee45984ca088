"""`upgrade`: makes a running installation this version of Call24; calls, MongoDB and Asterisk go on.

It looks whether this version can run there before it asks for anything. A version that does not become ready gives the
installation back to the one before, by itself; the same command of the earlier version goes back later.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from call24.cli import owner, up
from call24.cli.flags import add_data, settings_from
from call24.cli.up import say
from call24.installer import former_parent, hand_over, preflight
from call24.installer.errors import StartError
from call24.installer.former_parent import FormerParent
from call24.installer.hand_over import Parent, Program
from call24.installer.ready import health
from call24.installer.stack import SERVER_COMMAND, Stack
from call24.installer.timing import Timing
from call24.kit.package import COMMAND
from call24.kit.settings import Settings
from call24.kit.version import SCHEMA, VERSION

LOOK_S = 0.1
IMPORT_S = 60.0


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument(
        "--end-calls",
        action="store_true",
        help="also where this version has to start Asterisk again, which ends all calls",
    )
    parser.add_argument(
        "--migrate",
        action="store_true",
        help="also where this version changes the form of the data, which only a backup takes back",
    )
    parser.add_argument(
        "--seconds", type=float, default=180.0, help="how long to wait until this version is ready (default 180)"
    )


def run(named: argparse.Namespace) -> int:
    """Raises: StartError, SettingsError."""
    place = named.data.absolute() / "run"
    owner.check(named.data)
    running = hand_over.parent(place)
    if running is None:
        former = former_parent.running(named.data.absolute())
        if former is None:
            raise StartError(_why_not(named.data, place))
        with _alone(place):
            _replace(former, named)
    with _alone(place):
        settings = _settings_of(running)
        _check(settings, running, end_calls=named.end_calls, migrate=named.migrate)
        began = time.monotonic()
        hand_over.ask(place, running)
        away_s = _became(place, settings, running, named.seconds)
    say(
        f"Call24 {VERSION} runs on {named.data}, {time.monotonic() - began:.1f} s after it was asked for. "
        f"The server was away for {away_s:.1f} s{'; calls went on' if not named.end_calls else ''}."
    )
    if not running.program.same_code(Program.this()):
        say(f"Back to version {running.program.version}: the same command of that version. At boot, start this one.")
    return 0


def _replace(former: FormerParent, named: argparse.Namespace) -> NoReturn:
    """This process becomes what supervises the data folder in place of a parent of 0.1.0. Raises: StartError."""
    former.check()
    running = former.parent
    _check(_settings_of(running), running, end_calls=named.end_calls, migrate=named.migrate)
    this = Program.this()
    hand_over.check(this)
    say(
        f"Version {running.program.version} cannot hand over: its parent, process {running.pid}, is ended alone, and "
        "this command takes its place. It runs on: Ctrl-C here stops Call24."
    )
    hand_over.hold_back()
    try:
        former.end()
        hand_over.become(this, running.started_with, earlier=running.program)
    finally:
        hand_over.let_through()


def _why_not(data: Path, run: Path) -> str:
    """What runs there cannot hand over, if anything does. It may be of any version."""
    try:
        lives = Path(f"/proc/{int((run / 'up.lock').read_text())}").exists()
    except (OSError, ValueError):
        lives = False
    if lives and _demo(run):
        return (
            f"a demo runs on {data}, and cannot be upgraded. End it with Ctrl-C, which ends its calls, and start this "
            f"version's: {COMMAND} demo --data {data}"
        )
    if lives:
        return (
            f"Call24 is starting on {data}, or tries to again, and can be upgraded once it is ready: see what it says. "
            f"If it does not become ready, end it and start this version: {COMMAND} up --data {data}"
        )
    return f"nothing that can be upgraded runs on {data}: start this version by {COMMAND} up --data {data}"


def _demo(run: Path) -> bool:
    """Whether what runs was started by `demo`, which does not hand over."""
    try:
        return json.loads((run / "settings.json").read_bytes())["seed_demo"] is True
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Raises: StartError while another upgrade goes on: a second signal would end a parent that is not ready for it."""
    with (place / "upgrade.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError("another upgrade of this installation goes on: wait until it has ended") from None
        yield


def _settings_of(running: Parent) -> Settings:
    """Of the running command's words, read by this version, in its folder and with its variables.

    Raises: StartError for a flag that this version does not know; SettingsError.
    """
    try:
        os.chdir(f"/proc/{running.pid}/cwd")
        words = Path(f"/proc/{running.pid}/environ").read_bytes().split(b"\0")
    except OSError as error:
        raise StartError(
            f"process {running.pid} cannot be looked at ({error.strerror}): run this as its user"
        ) from None
    theirs = dict(os.fsdecode(word).partition("=")[::2] for word in words)
    for name in {*theirs, *os.environ}:
        if name.startswith("CALL24_") and name not in (hand_over.EARLIER, hand_over.TROUBLE):
            os.environ.pop(name, None)
            os.environ.update({name: theirs[name]} if name in theirs else {})
    verb, *words_of_up = running.started_with
    parser = argparse.ArgumentParser(prog="call24 up", allow_abbrev=False, exit_on_error=False)
    up.add_flags(parser)
    try:
        named, unknown = parser.parse_known_args(words_of_up)
    except argparse.ArgumentError as error:
        raise StartError(f"this version does not take the flags of the running one: {error}") from None
    if verb != "up" or unknown:
        raise StartError(
            f"this version does not know {' '.join(unknown) or verb}, with which the running one was started"
        )
    return settings_from(named)


def _check(settings: Settings, running: Parent, *, end_calls: bool, migrate: bool) -> None:
    """Everything that can be known before. Raises: StartError."""
    say(f"Version {running.program.version} runs; looking whether version {VERSION} can take its place.")
    if running.program.schema < SCHEMA and not migrate:
        raise StartError(
            f"version {VERSION} changes the form of the data: the server is away for that time, and only a backup "
            "takes it back. Make one, have this version started at boot, and give --migrate"
        )
    stack = Stack(settings, Timing())
    stack.check()
    if not end_calls and stack.ends_calls():
        raise StartError(
            f"version {VERSION} has another configuration of Asterisk, or another Asterisk, which has to be started "
            "again: that ends all calls. Give --end-calls in a quiet hour"
        )
    up.fetch(stack, app=True)
    preflight.check_version(settings)
    tried = subprocess.run(
        (*SERVER_COMMAND, "--help"), capture_output=True, text=True, timeout=IMPORT_S, env={**os.environ}
    )
    if tried.returncode:
        said = (tried.stderr.strip() or "no reason given").splitlines()[-1]
        raise StartError(f"the server of this version cannot be started: {said}")


def _lives(pid: int) -> bool:
    """Its command line does not tell: it is empty while the process becomes another program, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _became(place: Path, settings: Settings, running: Parent, seconds: float) -> float:
    """Waits until this version is ready; for how long nobody answered, in s. Raises: StartError."""
    away_s, last = 0.0, time.monotonic()
    end = last + seconds
    while time.monotonic() < end:
        time.sleep(LOOK_S)
        answered, now = health(settings)[0] == 200, time.monotonic()
        away_s, last = away_s + (0.0 if answered else now - last), now
        after = hand_over.parent(place)
        if after is not None and after.trouble and after != running:
            raise StartError(f"version {after.program.version} runs on, and not {VERSION}: {after.trouble}")
        if not _lives(running.pid):
            raise StartError(f"process {running.pid} has ended: see what `{COMMAND} up` says, and {settings.log}")
        if after is not None and answered and after.program == Program.this() and after != running:
            return away_s
    raise StartError(
        f"version {VERSION} was not ready within {seconds:g} s: see what `{COMMAND} up` says, and {settings.log}"
    )
