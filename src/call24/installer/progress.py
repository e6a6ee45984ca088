"""Tells a person what is being fetched or made, how far it is and how long it takes.

On a terminal each task is one line that is redrawn; elsewhere each stage is one line. It fetches nothing itself.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TextIO

REDRAW_S = 0.1
WIDTH = 20


class ProgressTask:
    """One thing being fetched or made; any thread may report on it."""

    def __init__(self, board: ProgressBoard, name: str) -> None:
        self.name = name
        self.stage = "waiting"
        self.share: float | None = None
        self.note = ""
        self.began = time.monotonic()
        self.ended: float | None = None
        self.failed = False
        self._board = board

    def step(self, stage: str, done: float | None = None, total: float | None = None, note: str = "") -> None:
        """Report the stage, how much of it is done (any unit) and a short note such as `12 of 113 MB`."""
        new_stage = stage != self.stage
        self.stage, self.note = stage, note
        self.share = min(1.0, done / total) if done is not None and total else None
        if new_stage:
            self._board.stage_changed(self)

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began

    def line(self) -> str:
        mark = "✗" if self.failed else "✓" if self.ended else "·"
        if self.ended:
            return f" {mark} {self.name:<10} {self.stage} ({self.seconds:.1f} s)"
        bar = ""
        if self.share is not None:
            full = round(self.share * WIDTH)
            bar = f" [{'█' * full}{'░' * (WIDTH - full)}] {self.share:4.0%}"
        return f" {mark} {self.name:<10} {self.stage}{bar} {self.note} {self.seconds:.0f} s".rstrip()


class ProgressBoard:
    """All tasks of one start, drawn together."""

    def __init__(self, out: TextIO | None = None, live: bool | None = None) -> None:
        self._out = out or sys.stdout
        self.live = self._out.isatty() and os.environ.get("TERM") != "dumb" if live is None else live
        self.tasks: list[ProgressTask] = []
        self._lock = threading.Lock()
        self._drawn = 0
        self._stop = threading.Event()
        self._painter: threading.Thread | None = None

    def __enter__(self) -> ProgressBoard:
        if self.live:
            self._painter = threading.Thread(target=self._paint, daemon=True)
            self._painter.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._painter:
            self._painter.join()
            self._redraw()

    @contextmanager
    def task(self, name: str) -> Iterator[ProgressTask]:
        """A task for the time of the with block; an exception marks it as failed."""
        task = ProgressTask(self, name)
        with self._lock:
            self.tasks.append(task)
        try:
            yield task
        except BaseException:
            task.failed, task.stage = True, task.stage + ": failed"
            raise
        finally:
            task.ended = time.monotonic()
            self.stage_changed(task)

    def stage_changed(self, task: ProgressTask) -> None:
        if not self.live:
            with self._lock:
                print(task.line(), file=self._out, flush=True)

    def _paint(self) -> None:
        while not self._stop.wait(REDRAW_S):
            self._redraw()

    def _redraw(self) -> None:
        with self._lock:
            up = f"\x1b[{self._drawn}A" if self._drawn else ""
            body = "".join(f"\x1b[2K{task.line()}\n" for task in self.tasks)
            self._drawn = len(self.tasks)
        self._out.write(up + body)
        self._out.flush()


def megabytes(size: float) -> str:
    return f"{size / 1e6:.0f} MB"
