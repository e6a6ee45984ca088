"""The whole test suite as lanes that run beside each other, each one pytest process; one closing line for all of them.

Calls in real time wait more than they compute, so what computes and what waits for a database runs beside them, on what
they leave of the machine. A lane that ends without a result is a failure, whatever the others say.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

IN_THE_WAY = 5
"""The niceness of what waits for a database: it gives way to calls, and is not starved by what only computes."""


def _as_usual(pid: int) -> None: ...


def _give_way(pid: int) -> None:
    os.setpriority(os.PRIO_PROCESS, pid, IN_THE_WAY)


def _only_what_is_left(pid: int) -> None:
    """Runs when nobody else wants to, and is put aside at once when somebody does."""
    try:
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
    except PermissionError:  # where a container forbids it
        os.setpriority(os.PRIO_PROCESS, pid, 19)


@dataclass(frozen=True)
class Lane:
    """Test folders that run one after the other; `set_priority` gets the pid as soon as there is one."""

    folders: tuple[str, ...]
    set_priority: Callable[[int], None] = _as_usual

    @property
    def name(self) -> str:
        return " ".join(self.folders)


LANES = (
    Lane(("telephony", "e2e", "matrix")),
    Lane(("integration",), _give_way),
    Lane(("unit", "simulation"), _only_what_is_left),
)


@dataclass(frozen=True)
class Result:
    """What a lane came to; the counts are None where it left none behind."""

    lane: Lane
    status: int
    counts: Counts | None

    @property
    def good(self) -> bool:
        return self.status == 0 and self.counts is not None and self.counts.failed == 0


@dataclass(frozen=True)
class Counts:
    passed: int
    failed: int
    skipped: int

    @classmethod
    def read(cls, file: Path) -> Counts | None:
        """From pytest's JUnit file, which is written when everything has run."""
        try:
            suite = next(ElementTree.parse(file).iter("testsuite"))
        except (OSError, ElementTree.ParseError, StopIteration):
            return None
        ran, skipped = int(suite.attrib["tests"]), int(suite.attrib["skipped"])
        failed = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
        return cls(ran - failed - skipped, failed, skipped)


def run_all(root: Path, lanes: Sequence[Lane] = LANES) -> int:
    """Run every lane of the tests under `root`; 0 only when all of each has run and passed.

    The first lane is shown while it runs, the others when they are over.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="c24-lanes-") as scratch, contextlib.ExitStack() as stack:
        started = []
        for number, lane in enumerate(lanes):
            output = Path(scratch) / f"{number}.txt" if number else None
            started.append((lane, stack.enter_context(_running(root, lane, Path(scratch) / f"{number}.xml", output))))
        results = []
        for number, (lane, process) in enumerate(started):
            status = process.wait()
            if number:
                print(f"\n{lane.name}:\n{(Path(scratch) / f'{number}.txt').read_text(errors='replace').rstrip()}")
            results.append(Result(lane, status, Counts.read(Path(scratch) / f"{number}.xml")))
    print(f"\n{closing_line(results, time.monotonic() - began)}", flush=True)
    return 0 if all(result.good for result in results) else 1


@contextlib.contextmanager
def _running(root: Path, lane: Lane, report: Path, output: Path | None) -> Iterator[subprocess.Popen[bytes]]:
    words = [
        *(sys.executable, "-m", "pytest", "-q", f"--junitxml={report}"),
        *("-o", f"cache_dir={root}/.pytest_cache/{lane.folders[0]}"),
        *(f"tests/{folder}" for folder in lane.folders),
    ]
    with output.open("wb") if output else contextlib.nullcontext() as file:
        process = subprocess.Popen(words, cwd=root, stdout=file, stderr=subprocess.STDOUT if file else None)
    lane.set_priority(process.pid)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()


def closing_line(results: Sequence[Result], seconds: float) -> str:
    """As pytest's own: `3292 passed, 1 skipped in 1260.00s`; a lane that left no counts, or failed without a failed
    test, is named.
    """
    counted = [result.counts for result in results if result.counts is not None]
    parts = [f"{sum(counts.passed for counts in counted)} passed"]
    if failed := sum(counts.failed for counts in counted):
        parts.append(f"{failed} failed")
    if skipped := sum(counts.skipped for counts in counted):
        parts.append(f"{skipped} skipped")
    broken = [r for r in results if not r.good and not (r.counts and r.counts.failed)]
    parts += [f"no whole result of {r.lane.name} (status {r.status})" for r in broken]
    return f"{', '.join(parts)} in {seconds:.2f}s"
