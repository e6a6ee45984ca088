"""`up`: fetches what is missing, starts MongoDB, Asterisk and the server, says where the app is.

And watches until Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

from call24.cli.flags import add_settings, settings_from
from call24.installer import hand_over, preflight, web
from call24.installer.child_processes import Child
from call24.installer.errors import StartError
from call24.installer.hand_over import Program
from call24.installer.progress import ProgressBoard
from call24.installer.stack import SERVER_COMMAND, Stack
from call24.installer.supervise import Supervisor, last_words
from call24.installer.timing import Timing
from call24.kit.python import MODULE
from call24.kit.settings import Settings
from call24.kit.version import VERSION
from call24.migrations import folder_stamp

READY_S = 60.0
add_flags = add_settings
Then = Callable[[Settings, Supervisor], None]


def run(named: argparse.Namespace) -> int:
    settings, before = settings_from(named), hand_over.earlier()
    started_with = tuple(sys.argv[1:])
    try:
        after = start(settings, lambda settings, _: _say_setup_link(settings), started_with, before)
    except Exception as error:
        if before is None:
            raise
        why = str(error) if isinstance(error, StartError) else f"{type(error).__name__}: {error}"
        say(f"call24: version {VERSION} did not start: {why}")
        if folder_stamp.read(settings.data).schema > before.schema:
            raise StartError(
                f"the data have the form of version {VERSION} already, so version {before.version} cannot go on with "
                "them. MongoDB and Asterisk still run, and the next start takes them over"
            ) from None
        say(f"call24: going back to version {before.version}")
        hand_over.become(before, started_with, trouble=why)
    if after is not None:
        hand_over.become(after, started_with)
    return 0


def start(
    settings: Settings,
    after_ready: Then,
    started_with: tuple[str, ...] = (),
    before: Program | None = None,
    server: tuple[str, ...] = SERVER_COMMAND,
    app: bool = True,
) -> Program | None:
    """Run one installation until it is told to stop; what it is to become, where it was asked for another version.

    `started_with`: the words of this command, for one that may be handed over. `before`: the version that handed it
    over; where this one does not start, what runs is left to that one. Raises: StartError.
    """
    began = time.monotonic()
    timing = Timing()
    with preflight.hold(settings):
        supervisor = Supervisor(lambda line: say(f"call24: {line}"))
        stack = Stack(settings, timing)
        try:
            stack.check()
        except StartError:
            preflight.leave_nothing(settings)
            raise
        fetch(stack, app)
        if before is None:
            settings.clock.unlink(missing_ok=True)  # no call is older than this: by the machine's clock from here on
        os.umask(0o077)  # the sound of calls, their database and logs are for this user alone
        supervisor.take_signals()
        child = stack.server(server)
        after = None
        try:
            child.prepare()
            stack.start_parts(supervisor)
            if not supervisor.stopping:
                _start_server(stack, supervisor, child, timing)
            if not supervisor.stopping:
                timing.record(settings.run / ("first-start.json" if timing.downloaded else "start.json"))
                say(f"\nCall24 is ready after {time.monotonic() - began:.1f} s: {settings.address}")
                after_ready(settings, supervisor)
                if started_with:
                    hand_over.note(settings.run, started_with)
                supervisor.periodic.append(stack.backstop())
                after = _watch(settings, supervisor)
            if after is None:
                say("\nstopping ...")
        except Exception:
            if before is not None:
                supervisor.leave()
            raise
        finally:
            hand_over.forget(settings.run)
            if after is None:
                supervisor.stop()
            else:
                supervisor.leave()
            child.forget()
    return after


def _watch(settings: Settings, supervisor: Supervisor) -> Program | None:
    """Until it is told to stop, or to become another version that there is."""
    while True:
        supervisor.run()
        if supervisor.stopping or not supervisor.handing_over:
            return None
        supervisor.handing_over = False
        try:
            after = hand_over.asked_for(settings.run)
        except StartError as error:
            say(f"call24: {error}")
            continue
        say(f"call24: becoming version {after.version}; calls go on")
        return after


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
