"""The whole test suite as lanes, each one pytest process; one closing line for all of them.

Calls in real time run in lanes that mostly wait, each in a network of its own. Beside them and with less right to the
processor run the browsers and what waits for a database. What only computes begins with them and goes on to the end
with what all others leave over. What measures times in calls to a few hundredths of a second (gaps in audio, times
until control is back) runs last, and all that still computes stands wholly back for it. A lane that ends without a
result is a failure, whatever the others say. Of a lane that spares them a few failed tests are tried once more, when
its stage is over; the closing line names those that passed only then, and so does the next run first.
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
from call24.cli.standing_back import stand_back


@dataclass(frozen=True)
class Lane:
    """Test folders that run one after the other.

    `spared`: up to so many failed tests are tried once more when the stage is over. `part`: which part of how many of
    their files. `exact`: only the tests with that mark, which measure times in calls; or only those without; or all.
    `apart`: in a network of its own. `nice`: how far it stands back when processors are busy (0 to 19, as nice(1)).
    """

    folders: tuple[str, ...]
    spared: int = 0
    part: tuple[int, int] = (1, 1)
    exact: bool | None = None
    apart: bool = False
    nice: int = 0

    @property
    def name(self) -> str:
        number, parts = self.part
        return " ".join((*self.folders, *(["exact"] * bool(self.exact)), *([f"{number}of{parts}"] * (parts > 1))))


Stage = tuple[Lane, ...]
CALLS = 3
STAGES: tuple[Stage, ...] = (
    (
        *(
            Lane(("telephony",), spared=3, part=(number, CALLS), exact=False, apart=True)
            for number in range(1, CALLS + 1)
        ),
        Lane(("e2e", "matrix"), spared=3, exact=False, nice=5),
        Lane(("integration",), spared=1, part=(1, 2), nice=10),
        Lane(("integration",), spared=1, part=(2, 2), nice=10),
    ),
    (Lane(("telephony", "e2e", "matrix"), spared=2, exact=True),),
)
"""One after the other; the lanes of each run beside each other."""
THROUGHOUT: Stage = (
    Lane(("authorisation",), spared=1, nice=15),
    Lane(("unit", "simulation"), spared=1, nice=15),
)
"""Those beside all stages: from the second on they run only when a processor has nothing else to do."""


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


def run_all(root: Path, stages: Sequence[Stage] = STAGES, throughout: Stage = ()) -> int:
    """Run every lane of the tests under `root`; 0 only when all of each has run and passed.

    Of each stage the first lane is shown while it runs, the others when they are over. Where CALL24_LANES_OUT names a
    file, it gets how long each lane took.
    """
    began = time.monotonic()
    if lately := second_tries.told(root):
        print(lately, flush=True)
    with tempfile.TemporaryDirectory(prefix="c24-lanes-") as folder, contextlib.ExitStack() as stack:
        scratch = Path(folder)
        beside = [stack.enter_context(_running(root, lane, scratch, shown=False)) for lane in throughout]
        results = []
        for number, stage in enumerate(stages):
            if number:
                stand_back([one.process.pid for one in beside])
            results += _run_stage(root, stage, scratch)
        results += [_second_try(root, one.result(), scratch) for one in beside]
    seconds = time.monotonic() - began
    second_tries.keep(root, [name for result in results for name in result.second_try])
    _keep_times(results, seconds)
    print(f"\n{times_line(results)}\n{closing_line(results, seconds)}", flush=True)
    return 0 if all(result.good for result in results) else 1


def _run_stage(root: Path, lanes: Stage, scratch: Path) -> list[Result]:
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(_running(root, lane, scratch, shown=number == 0)) for number, lane in enumerate(lanes)
        ]
        results = [one.result() for one in started]
    return [_second_try(root, result, scratch) for result in results]


def _second_try(root: Path, first: Result, scratch: Path) -> Result:
    """The failed tests of a lane alone, if they are few enough: all of them must pass now."""
    counts = first.counts
    if counts is None or not 0 < counts.failed <= first.lane.spared:
        return first
    print(f"\ntried once more: {', '.join(counts.failures)}", flush=True)
    with _running(root, first.lane, scratch, shown=True, again=True) as running:
        second = running.result()
    again = second.counts
    if second.status or again is None or again.failed or again.passed != counts.failed:
        return first
    seconds = counts.seconds + again.seconds
    whole = Counts(counts.passed + again.passed, 0, counts.skipped, seconds=seconds, files=counts.files)
    return Result(first.lane, 0, whole, counts.failures)


@dataclass(frozen=True)
class _Running:
    lane: Lane
    process: subprocess.Popen[bytes]
    report: Path
    output: Path | None
    """What it says until it is over, where that is not shown at once."""

    def result(self) -> Result:
        status = self.process.wait()
        if self.output is not None:
            print(f"\n{self.lane.name}:\n{self.output.read_text(errors='replace').rstrip()}", flush=True)
        return Result(self.lane, status, Counts.read(self.report))


@contextlib.contextmanager
def _running(root: Path, lane: Lane, scratch: Path, *, shown: bool, again: bool = False) -> Iterator[_Running]:
    """`again`: only the tests that failed in its last run."""
    report = scratch / f"{lane.name}{' again' * again}.xml"
    output = None if shown else scratch / f"{lane.name}.txt"
    words = [
        *(("nice", "-n", str(lane.nice)) if lane.nice else ()),
        *((sys.executable, "-m", "call24.cli.own_network") if lane.apart else ()),
        *(sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *(["--last-failed"] * again)),
        *("-o", f"cache_dir={root}/.pytest_cache/{lane.name.replace(' ', '-')}"),
        *(() if lane.exact is None else ("-m", "exact" if lane.exact else "not exact")),
        *parts.chosen(root, lane.folders, lane.part),
    ]
    with output.open("wb") if output else contextlib.nullcontext() as file:
        process = subprocess.Popen(words, cwd=root, stdout=file, stderr=subprocess.STDOUT if file else None)
    try:
        yield _Running(lane, process, report, output)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()


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
                files[file] += took_s
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
