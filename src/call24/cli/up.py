"""`up`: fetches what is missing, starts MongoDB, Asterisk and the server, says where the app is.

And watches until Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from call24.cli.flags import add_settings, settings_from
from call24.installer import hand_over, preflight, web
from call24.installer.child_processes import Child
from call24.installer.errors import AlreadyRuns, StartError
from call24.installer.hand_over import HandedOver, NotStarted, Program
from call24.installer.progress import ProgressBoard
from call24.installer.stack import SERVER_COMMAND, Stack, end_left_over
from call24.installer.supervise import Supervisor, last_words
from call24.installer.timing import Timing
from call24.kit.python import MODULE
from call24.kit.settings import Settings, SettingsError
from call24.kit.version import VERSION
from call24.migrations import folder_stamp
from call24.migrations.folder_stamp import DamagedStamp

READY_S = 60.0
AGAIN_S = 5.0
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
add_flags = add_settings
Then = Callable[[Settings, Supervisor], None]


def run(named: argparse.Namespace) -> int:
    handed_over = hand_over.handed_over()
    started_with = tuple(sys.argv[1:])
    while True:
        try:
            after = start(
                settings_from(named), lambda settings, _: _say_setup_link(settings), started_with, handed_over
            )
            if after is None:
                return 0
            trouble = _becomes(after, started_with)
            handed_over = HandedOver(None, trouble)
        except (NotStarted, SettingsError) as error:
            if handed_over is None:
                raise
            if _goes_back(named, handed_over, started_with, str(error)):
                return 0


def start(
    settings: Settings,
    after_ready: Then,
    started_with: tuple[str, ...] = (),
    handed_over: HandedOver | None = None,
    server: tuple[str, ...] = SERVER_COMMAND,
    app: bool = True,
) -> Program | None:
    """Run one installation until it is told to stop; what it is to become, where it was asked for another version.

    `started_with`: the words of this command, for one that may be handed over. `handed_over`: another version handed
    this one what runs, or could not be become. Raises: StartError; NotStarted where it was handed over, and is left
    running.
    """
    began = time.monotonic()
    timing = Timing()
    with _held(settings, again=handed_over is not None):
        supervisor = Supervisor(lambda line: say(f"call24: {line}"))
        stack = Stack(settings, timing)
        if handed_over is not None:
            supervisor.take_signals()
            hand_over.let_through()
        after, child = None, stack.server(server)
        try:
            try:
                _begin(stack, supervisor, child, app, new=handed_over is None)
                if not supervisor.stopping:
                    timing.record(settings.run / ("first-start.json" if timing.downloaded else "start.json"))
                    say(f"\nCall24 is ready after {time.monotonic() - began:.1f} s: {settings.address}")
                    after_ready(settings, supervisor)
            except Exception as error:
                if handed_over is not None:
                    hand_over.hold_back()  # a stop from here on is for who comes next
                if handed_over is None or supervisor.stopping:
                    raise
                supervisor.leave()
                raise NotStarted(str(error) if isinstance(error, StartError) else repr(error)) from error
            if not supervisor.stopping:
                if started_with:
                    hand_over.note(settings.run, started_with, handed_over.trouble if handed_over else "")
                supervisor.periodic.append(stack.backstop())
                after = _watch(settings, supervisor, started_with)
            if after is None:
                say("\nstopping ...")
        finally:
            hand_over.forget(settings.run)
            if after is None:
                supervisor.stop()
                if handed_over is not None and supervisor.asked_to_stop:
                    end_left_over(settings.data)
            else:
                supervisor.leave()
            child.forget()
    return after


def _held(settings: Settings, *, again: bool) -> IO[str]:
    """The data folder. `again`: another version handed it over. Raises: StartError; NotStarted of a full disk then."""
    try:
        return preflight.hold(settings)
    except AlreadyRuns:
        raise
    except StartError as error:
        raise NotStarted(str(error)) if again else error from None


def _begin(stack: Stack, supervisor: Supervisor, child: Child, app: bool, *, new: bool) -> None:
    """Until the server is ready. `new`: no version of Call24 handed over what runs. Raises: StartError."""
    settings = stack.settings
    try:
        stack.check()
    except StartError:
        preflight.leave_nothing(settings)
        raise
    fetch(stack, app)
    if new:
        settings.clock.unlink(missing_ok=True)  # no call is older than this: by the machine's clock from here on
        supervisor.take_signals()
    os.umask(0o077)  # the sound of calls, their database and logs are for this user alone
    child.prepare()
    stack.start_parts(supervisor)
    if not supervisor.stopping:
        _start_server(stack, supervisor, child, stack.timing)


def _watch(settings: Settings, supervisor: Supervisor, started_with: tuple[str, ...]) -> Program | None:
    """Until it is told to stop, or to become another version that can be run from here."""
    while True:
        supervisor.run()
        if supervisor.stopping or not supervisor.handing_over:
            return None
        supervisor.handing_over = False
        try:
            after = hand_over.asked_for(settings.run)
            hand_over.check(after)
        except StartError as error:
            say(f"call24: {error}")
            hand_over.note(settings.run, started_with, str(error))
            continue
        hand_over.hold_back()
        if supervisor.asked_to_stop:
            hand_over.let_through()
            return None
        return after


def _becomes(after: Program, started_with: tuple[str, ...]) -> str:
    """This process is another version then; why it could not be."""
    say(f"call24: becoming version {after.version}; calls go on")
    try:
        hand_over.become(after, started_with)
    except StartError as error:
        say(f"call24: {error}")
        return str(error)


def _goes_back(named: argparse.Namespace, handed_over: HandedOver, started_with: tuple[str, ...], why: str) -> bool:
    """To the version before, which this process is then; without one that the data are for, this one tries again.

    Whether it was told to stop instead.
    """
    hand_over.hold_back()
    data = Path(named.data or ".call24").absolute()
    say(f"call24: version {VERSION} did not start: {why}")
    if handed_over.before is not None and not _migrated(data, handed_over.before):
        say(f"call24: going back to version {handed_over.before.version}")
        try:
            hand_over.become(handed_over.before, started_with, trouble=why)
        except StartError as error:
            say(f"call24: {error}")
    say(f"call24: trying again in {AGAIN_S:g} s; calls that go on are left alone")
    if signal.sigtimedwait(STOPS, AGAIN_S) is None:
        return False
    say("\nstopping ...")
    try:
        with preflight.hold(Settings(data=data)):
            end_left_over(data)
    except StartError as error:
        if not isinstance(error, AlreadyRuns):  # who has taken it looks after it; a full disk is no reason to leave it
            end_left_over(data)
    return True


def _migrated(data: Path, before: Program) -> bool:
    """Whether the earlier version would refuse the data, or nobody knows."""
    try:
        return folder_stamp.read(data).schema > before.schema
    except (DamagedStamp, OSError):
        return True


def say(line: str) -> None:
    print(line, flush=True)


def fetch(stack: Stack, app: bool) -> None:
    """What is missing of a stack that was checked; `app`: builds the app too. Raises: StartError."""

    def build(board: ProgressBoard, timing: Timing) -> None:
        with board.task("App") as task:
            web.build(task, timing, stack.settings.data / "tools")

    jobs = (build,) if app and not web.current() else ()
    if not (jobs or stack.missing):
        return
    say("Downloading what is missing (once):")
    with ProgressBoard() as board:
        stack.fetch(board, jobs)


def _start_server(stack: Stack, supervisor: Supervisor, child: Child, timing: Timing) -> None:
    began = time.monotonic()
    supervisor.add(child)
    # HTTPS would double this process's memory, so a short-lived one asks.
    words = (*MODULE, "call24.installer.ready", "--data", str(stack.settings.data), "--seconds", str(READY_S))
    asking = Child("ready", words, stack.settings.data).start()
    ended = supervisor.wait(READY_S + 5, asking.ended)
    ready = ended and asking.succeeded
    asking.stop()
    if not ready and not supervisor.stopping:
        raise StartError(f"the server did not become ready{last_words(asking.child)}: see {child.log_file}")
    timing.own("start of the server", time.monotonic() - began)


def _say_setup_link(settings: Settings) -> None:
    token = settings.secrets / "setup_token"
    if token.exists():
        say(f"Create the first organisation and its owner: {settings.address}/#/setup/{token.read_text().strip()}")
    if not (settings.tls_cert or settings.loopback):
        say(f"{settings.address}/trust explains how to install the CA on phones and browsers. Its SHA-256 fingerprint:")
        say((settings.tls / "fingerprint").read_text())
    say("Ctrl-C stops it.")
