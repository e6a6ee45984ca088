"""The whole test suite as lanes, each one pytest process; one closing line for all of them.

What computes and what waits for a database run beside each other: four long lanes, then as many short ones, each begun
when another has ended, since how long a lane takes differs from machine to machine. Calls in real time run after them,
in lanes that mostly wait, each in a network of its own. What measures times in calls to a few hundredths of a second
(gaps in audio, times until control is back) runs last, in two lanes that leave half of the processor free, so that what
is measured is not the doing of others. A lane that ends without a result is a failure, whatever the others say. Up to
three failed tests of a lane are tried once more, when no other lane runs; the closing line names those that passed only
then, and so does the next run first.

A test marked `long` is in no lane: it names its short form, which is.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from call24.cli import parts, second_tries


@dataclass(frozen=True)
class Lane:
    """Test folders that run one after the other.

    `spared`: up to so many failed tests are tried once more when the stage is over. `part`: which part of how many of
    their files, of which the first `short` are short; `last_has`: folders that the last part runs whole, besides its
    share. `exact`: only the tests with that mark, which measure times in calls; or only those without; or all. `apart`:
    in a network of its own. `without`: files of its folders that another lane has, as `folders` of its own.
    """

    folders: tuple[str, ...]
    spared: int = 3
    part: tuple[int, int] = (1, 1)
    short: int = 0
    last_has: tuple[str, ...] = ()
    exact: bool | None = None
    apart: bool = False
    without: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of its folders; files that it has beside them are not said."""
        number, parts = self.part
        also = self.last_has if number == parts else ()
        folders = [folder for folder in self.folders if not folder.endswith(".py")]
        return " ".join((*folders, *(["exact"] * bool(self.exact)), *([f"{number}of{parts}"] * (parts > 1)), *also))


Stage = tuple[Lane, ...]
SCREENS, BROWSERS = "screens", ("e2e", "matrix")
"""Browsers without a server, and browsers beside calls."""
COMPUTED = ("authorisation", "unit", "simulation")
"""One process has them all: they share what they read of the source."""
EVENED_OUT = ("telephony/test_phones.py", "telephony/test_recording_paused.py")
"""Beside the matrix, so that both lanes of the last stage take about as long."""
AT_ONCE = 4
STAGES: tuple[Stage, ...] = (
    tuple(
        Lane(("integration", SCREENS), part=(number, 8), short=4, last_has=COMPUTED)
        for number in (*range(5, 9), *range(1, 5))
    ),
    tuple(
        Lane(("telephony",), part=(number, 4), last_has=BROWSERS, exact=False, apart=number < 4)
        for number in range(1, 5)
    ),
    (
        Lane(("telephony", "e2e"), exact=True, apart=True, without=EVENED_OUT),
        Lane(("matrix", *EVENED_OUT), exact=True, apart=True),
    ),
)
"""One after the other; of each as many lanes as `AT_ONCE` run beside each other, in their order."""


@dataclass(frozen=True)
class Result:
    """What a lane came to; the counts are None where it left none behind.

    `second_try`: the tests that passed only when they were tried again, each also one of those passed.
    """

    lane: Lane
    status: int
    counts: Counts | None
    second_try: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return self.status == 0 and self.counts is not None and self.counts.failed == 0


@dataclass(frozen=True)
class Counts:
    passed: int
    failed: int
    skipped: int
    failures: tuple[str, ...] = ()
    """The failed tests by name."""
    seconds: float = 0.0
    files: Mapping[str, float] = field(default_factory=dict)
    """How many seconds each file took."""

    @classmethod
    def read(cls, file: Path) -> Counts | None:
        """From pytest's JUnit file, which is written when everything has run."""
        try:
            suite = next(ElementTree.parse(file).iter("testsuite"))
        except (OSError, ElementTree.ParseError, StopIteration):
            return None
        ran, skipped = int(suite.attrib["tests"]), int(suite.attrib["skipped"])
        failed = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
        failures = tuple(
            f"{case.attrib['classname']}::{case.attrib['name']}"
            for case in suite.iter("testcase")
            if case.find("failure") is not None or case.find("error") is not None
        )
        files: defaultdict[str, float] = defaultdict(float)
        for case in suite.iter("testcase"):
            files[case.attrib.get("classname", "").replace(".", "/") + ".py"] += float(case.attrib.get("time", 0))
        return cls(ran - failed - skipped, failed, skipped, failures, float(suite.attrib["time"]), files)


def run_all(root: Path, stages: Sequence[Stage] = STAGES) -> int:
    """Run every lane of the tests under `root`; 0 only when all of each has run and passed.

    Of each stage the first lane is shown while it runs, the others when all are over. Where CALL24_LANES_OUT names a
    file, it gets how long each lane took.
    """
    began = time.monotonic()
    if lately := second_tries.told(root):
        print(lately, flush=True)
    with tempfile.TemporaryDirectory(prefix="c24-lanes-") as scratch:
        results = [result for stage in stages for result in _run_stage(root, stage, Path(scratch))]
    seconds = time.monotonic() - began
    second_tries.keep(root, [name for result in results for name in result.second_try])
    _keep_times(results, seconds)
    print(f"\n{times_line(results)}\n{closing_line(results, seconds)}", flush=True)
    return 0 if all(result.good for result in results) else 1


def _run_stage(root: Path, lanes: Stage, scratch: Path) -> list[Result]:
    with contextlib.ExitStack() as stack:
        started: list[tuple[Lane, subprocess.Popen[bytes], Path | None]] = []
        while len(started) < len(lanes):
            if sum(process.poll() is None for _, process, _ in started) >= AT_ONCE:
                time.sleep(0.1)
                continue
            lane = lanes[len(started)]
            output = scratch / f"{lane.name}.txt" if started else None
            process = stack.enter_context(_running(root, lane, scratch / f"{lane.name}.xml", output))
            started.append((lane, process, output))
        results = []
        for lane, process, output in started:
            status = process.wait()
            if output is not None:
                print(f"\n{lane.name}:\n{output.read_text(errors='replace').rstrip()}", flush=True)
            results.append(Result(lane, status, Counts.read(scratch / f"{lane.name}.xml")))
    return [_second_try(root, result, scratch) for result in results]


def _second_try(root: Path, first: Result, scratch: Path) -> Result:
    """The failed tests of a lane alone, if they are few enough: all of them must pass now."""
    counts = first.counts
    if counts is None or not 0 < counts.failed <= first.lane.spared:
        return first
    print(f"\ntried once more: {', '.join(counts.failures)}", flush=True)
    report = scratch / f"{first.lane.name} again.xml"
    with _running(root, first.lane, report, None, "--last-failed") as process:
        status = process.wait()
    again = Counts.read(report)
    if status or again is None or again.failed or again.passed != counts.failed:
        return first
    seconds = counts.seconds + again.seconds
    whole = Counts(counts.passed + again.passed, 0, counts.skipped, seconds=seconds, files=counts.files)
    return Result(first.lane, 0, whole, counts.failures)


@contextlib.contextmanager
def _running(
    root: Path, lane: Lane, report: Path, output: Path | None, *more: str
) -> Iterator[subprocess.Popen[bytes]]:
    words = [
        *((sys.executable, "-m", "call24.cli.own_network") if lane.apart else ()),
        *(sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *more),
        *("-o", f"cache_dir={root}/.pytest_cache/{lane.name.replace(' ', '-')}"),
        *("-m", _marks(lane)),
        *_chosen(root, lane),
    ]
    with output.open("wb") if output else contextlib.nullcontext() as file:
        process = subprocess.Popen(words, cwd=root, stdout=file, stderr=subprocess.STDOUT if file else None)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()


def _chosen(root: Path, lane: Lane) -> list[str]:
    if lane.exact:
        return parts.exact(root, lane.folders, lane.without)
    return parts.chosen(root, lane.folders, lane.part, lane.last_has, lane.short)


def _marks(lane: Lane) -> str:
    """Tests marked as long run in the campaign long-forms alone."""
    if lane.exact is None:
        return "not long"
    return "exact and not long" if lane.exact else "not exact and not long"


def times_line(results: Sequence[Result]) -> str:
    """`integration 312 s, authorisation 100 s`: which lane decides how long a run takes."""
    return ", ".join(f"{result.lane.name} {result.counts.seconds:.0f} s" for result in results if result.counts)


def _keep_times(results: Sequence[Result], seconds: float) -> None:
    if place := os.environ.get("CALL24_LANES_OUT"):
        lanes = [
            {"lane": result.lane.name, "passed": result.counts.passed, "seconds": result.counts.seconds}
            for result in results
            if result.counts
        ]
        on = {"at": datetime.now(UTC).date().isoformat(), "cores": os.cpu_count(), "load_average": os.getloadavg()}
        files: defaultdict[str, float] = defaultdict(float)
        for result in results:
            for file, took_s in (result.counts.files if result.counts else {}).items():
                files[file] += 0.0 if result.lane.exact else took_s  # the lanes of those are not dealt out
        took = {file: round(files[file], 1) for file in sorted(files)}
        kept = {"on": on, "took_s": round(seconds, 1), "lanes": lanes, "files": took}
        Path(place).write_text(json.dumps(kept, indent=1) + "\n")


def closing_line(results: Sequence[Result], seconds: float) -> str:
    """As pytest's own: `3292 passed, 1 skipped in 1260.00s`; a lane that left no counts, or failed without a failed
    test, is named, and so is each test that passed only when it was tried again.
    """
    counted = [result.counts for result in results if result.counts is not None]
    parts = [f"{sum(counts.passed for counts in counted)} passed"]
    if failed := sum(counts.failed for counts in counted):
        parts.append(f"{failed} failed")
    if skipped := sum(counts.skipped for counts in counted):
        parts.append(f"{skipped} skipped")
    broken = [r for r in results if not r.good and not (r.counts and r.counts.failed)]
    if again := [name for result in results for name in result.second_try]:
        parts.append(f"{len(again)} only when tried again ({', '.join(again)})")
    parts += [f"no whole result of {r.lane.name} (status {r.status})" for r in broken]
    return f"{', '.join(parts)} in {seconds:.2f}s"
