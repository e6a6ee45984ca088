"""Keeps the children running: starts them, starts a dead one again with backoff, ends all in order.

Standard library only.

It does not know what the children are (stack does). One thread, no asyncio: the parent stays small.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from call24.installer import hand_over
from call24.installer.child_processes import Child, Running, rotate_written
from call24.installer.errors import StartError
from call24.installer.periodic import Periodic

MOST_BACKOFF_S = 10.0
STEADY_S = 30.0
KILLED_STEADY_S = 5.0
"""Who was killed, and did not give up, is started again at once after this time already: calls wait for it."""
PROBE_S = 5.0
PROBES_FAILED = 4
TIDY_S = 300.0


@dataclass
class _Watched:
    child: Child
    running: Running | None = None
    backoff_s: float = 0.0
    due_at: float = 0.0
    probe_at: float = 0.0
    failed_probes: int = 0
    tidy_at: float = 0.0


class Supervisor:
    """Watches children; `say` gets one line for each thing a person should know; `periodic`: started now and then."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.say = say
        self._clock = clock
        self._watched: list[_Watched] = []
        self.periodic: list[Periodic] = []
        self.stopping = False
        self.asked_to_stop = False
        self.handing_over = False
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken):
            end.setblocking(False)

    def take_signals(self) -> None:
        """Let SIGINT, SIGTERM and SIGHUP stop everything, and SIGUSR2 ask for another version. From the main thread."""
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        signal.signal(hand_over.SIGNAL, self._asked_to_hand_over)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = self.asked_to_stop = True

    def _asked_to_hand_over(self, number: int, frame: FrameType | None) -> None:
        self.handing_over = True

    def add(self, child: Child) -> None:
        """Start a child, or take over the one an earlier parent left, and watch it from now on.

        Raises: StartError where one that was left would be stopped for a successor that cannot be loaded.
        """
        watched = _Watched(child, backoff_s=child.first_backoff_s, probe_at=self._clock() + STEADY_S)
        watched.tidy_at = self._clock() + TIDY_S
        self._watched.append(watched)
        left_over = child.left_over()
        if left_over and child.same_as_left_over():
            watched.running = left_over
        else:
            if left_over:
                if child.ahead and not child.ahead.warm():  # it works until its successor can be there at once
                    left_over.close()
                    self._watched.remove(watched)
                    raise StartError(f"the {child.name} of this version cannot be loaded: see {child.log_file}")
                left_over.stop()
            self._start(watched)

    def running(self, name: str) -> Running | None:
        return next((w.running for w in self._watched if w.child.name == name), None)

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Watch for that long, or until `until()` or a stop is asked for; gives what `until()` says at the end."""
        end = self._clock() + seconds
        while not (there := until()) and not self.stopping and self._clock() < end:
            self.turn(min(0.05, end - self._clock()))
        return there

    def run(self) -> None:
        """Watch until a stop, or another version, is asked for."""
        while not self.stopping and not self.handing_over:
            self.turn(1.0)

    def turn(self, most_s: float) -> None:
        """Wait for an event for at most that long and act on it."""
        fds = {w.running.pidfd: w for w in self._watched if w.running}
        due = [w.due_at - self._clock() for w in self._watched if not w.running]
        timeout = max(0.0, min([most_s, *due]))
        ready, _, _ = select.select([self._woken.fileno(), *fds], [], [], timeout)
        with contextlib.suppress(BlockingIOError):
            while self._woken.recv(64):
                continue
        for watched in self._watched:
            if watched.running and watched.running.pidfd in ready:
                self._died(watched, watched.running)
            elif not self.stopping:
                self._probe(watched)
                self._tidy(watched)
                if watched.running and watched.child.watch:
                    watched.child.watch(watched.running.pid)
            if not watched.running and not self.stopping and self._clock() >= watched.due_at:
                self._start(watched)
        for periodic in self.periodic if not self.stopping else ():
            periodic.turn(self._clock(), self.say)

    def stop(self) -> None:
        """End all children, the last started first."""
        self.stopping = True
        for periodic in self.periodic:
            periodic.stop()
        for watched in reversed(self._watched):
            if watched.running:
                watched.running.stop()
                watched.running = None
            watched.child.forget()

    def leave(self) -> None:
        """Let the children go on: the next parent takes them over."""
        for periodic in self.periodic:
            periodic.stop()
        for watched in self._watched:
            if watched.running:
                watched.running.close()
            watched.child.forget()
        self._watched.clear()

    def _start(self, watched: _Watched) -> None:
        try:
            watched.running = watched.child.start()
        except OSError as error:
            self._later(watched, f"could not be started ({error.strerror})")

    def _died(self, watched: _Watched, running: Running) -> None:
        running.ended()
        running.close()
        watched.running = None
        watched.child.pid_file.unlink(missing_ok=True)
        steady_s = STEADY_S if running.gave_up else KILLED_STEADY_S
        if self._clock() - running.since >= steady_s:
            watched.backoff_s = watched.child.first_backoff_s
        if not self.stopping:
            # A killed one had no time to say why.
            self._later(watched, running.status + (last_words(watched.child) if running.gave_up else ""))

    def _later(self, watched: _Watched, why: str) -> None:
        self.say(f"{watched.child.name} {why}; starting it again in {watched.backoff_s:g} s")
        watched.due_at = self._clock() + watched.backoff_s
        watched.backoff_s = min(MOST_BACKOFF_S, max(0.2, watched.backoff_s * 2))
        watched.failed_probes, watched.probe_at = 0, watched.due_at + STEADY_S

    def _probe(self, watched: _Watched) -> None:
        """A child can hang without dying; one that stays silent for long is killed, and then started again."""
        if not (watched.running and watched.child.alive) or self._clock() < watched.probe_at:
            return
        watched.probe_at = self._clock() + PROBE_S
        watched.failed_probes = 0 if watched.child.alive() else watched.failed_probes + 1
        if watched.failed_probes >= PROBES_FAILED:
            self.say(f"{watched.child.name} does not answer; ending it")
            watched.running.signal(signal.SIGKILL)

    def _tidy(self, watched: _Watched) -> None:
        if not watched.running or self._clock() < watched.tidy_at:
            return
        watched.tidy_at = self._clock() + TIDY_S
        for log in (watched.child.log_file, *watched.child.logs):
            with contextlib.suppress(OSError):  # a full disk: another time
                rotate_written(log)
        if not watched.child.tidy:
            return
        env = {**os.environ, **watched.child.env}
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(watched.child.tidy, env=env, capture_output=True, timeout=5.0)


def last_words(child: Child) -> str:
    """The last line of its log, since that mostly says why it died."""
    with contextlib.suppress(OSError), child.log_file.open("rb") as log:
        log.seek(max(0, os.fstat(log.fileno()).st_size - 2000))
        lines = [line for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        if lines:
            said = re.sub(r'^.*"msg":"([^"]*)".*$', r"\1", lines[-1])
            return f" ({said.strip()[:200]})"
    return ""
