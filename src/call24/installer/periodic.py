"""A short-lived process that is started again and again while everything runs. The supervisor turns it."""

from __future__ import annotations

from collections.abc import Callable

from call24.installer.child_processes import Child, Running

Say = Callable[[str], None]


class Periodic:
    """Starts `child` `first_s` after the first turn, and `every_s` after each start; ends it after `most_s`."""

    def __init__(self, child: Child, *, first_s: float, every_s: float, most_s: float) -> None:
        self.child = child
        self._first_s, self._every_s, self._most_s = first_s, every_s, most_s
        self._due_at: float | None = None
        self._ends_at = 0.0
        self._running: Running | None = None

    def turn(self, now: float, say: Say) -> None:
        """`now`: in s, monotonic. A failure is told, and the next start is when it would have been."""
        if self._due_at is None:
            self._due_at = now + self._first_s
            self._end(self.child.left_over())
        if self._running is not None and self._running.ended():
            if not self._running.succeeded:
                say(f"{self.child.name} {self._running.status}: see {self.child.log_file}")
            self._running.close()
            self.child.pid_file.unlink(missing_ok=True)
            self._running = None
        elif self._running is not None and now >= self._ends_at:
            say(f"{self.child.name} does not end; ending it")
            self._end(self._running)
        elif self._running is None and now >= self._due_at:
            self._due_at, self._ends_at = now + self._every_s, now + self._most_s
            try:
                self._running = self.child.start()
            except OSError as error:
                say(f"{self.child.name} could not be started ({error.strerror})")

    def stop(self) -> None:
        self._end(self._running)

    def _end(self, running: Running | None) -> None:
        if running is not None:
            running.stop()
        self._running = None
