"""What the doctor found, line by line: for a person as it comes, or as JSON at the end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["pass", "warn", "fail"]
SIGNS: dict[State, str] = {"pass": "ok  ", "warn": "warn", "fail": "FAIL"}
COLOURS: dict[State, str] = {"pass": "32", "warn": "33", "fail": "31"}


class Failed(Exception):
    """A check did not pass: what was seen instead, and what to do about it."""

    def __init__(self, seen: str, advice: str = "", state: State = "fail") -> None:
        super().__init__(seen)
        self.seen = seen
        self.advice = advice
        self.state: State = state


@dataclass(slots=True)
class CheckResult:
    """One check, or one hop of the test call. `at_s` is counted from the doctor's start, `took_s` is its own time."""

    name: str
    state: State = "pass"
    seen: str = ""
    advice: str = ""
    at_s: float = 0.0
    took_s: float = 0.0


class DoctorReport:
    """Collects findings; prints each at once unless they are wanted as JSON."""

    def __init__(self, *, as_json: bool, told: Callable[[CheckResult], None] | None = None) -> None:
        """`told`: is told each finding at once."""
        self.findings: list[CheckResult] = []
        self._as_json = as_json
        self._told = told
        self._began = time.monotonic()

    def now(self) -> float:
        return time.monotonic() - self._began

    @contextmanager
    def step(self, name: str, advice: str = "") -> Iterator[CheckResult]:
        """One finding around what is done inside; `Failed` is taken in, so whoever must stop looks at `state`."""
        finding = CheckResult(name, at_s=round(self.now(), 3))
        try:
            yield finding
        except Failed as failed:
            finding.state, finding.seen, finding.advice = failed.state, failed.seen, failed.advice or advice
        except BaseException:
            finding.state, finding.seen = "fail", "was interrupted"
            raise
        finally:
            finding.took_s = max(0.0, round(self.now() - finding.at_s, 3))
            self.findings.append(finding)
            if self._told is not None:
                self._told(finding)
            if not self._as_json:
                print(self._line(finding), flush=True)

    @property
    def passed(self) -> bool:
        return all(finding.state != "fail" for finding in self.findings)

    def close(self) -> None:
        """Prints what belongs at the end."""
        if self._as_json:
            found = [asdict(finding) for finding in self.findings]
            print(json.dumps({"passed": self.passed, "took_s": round(self.now(), 3), "findings": found}, indent=1))
            return
        failed = sum(finding.state == "fail" for finding in self.findings)
        warned = sum(finding.state == "warn" for finding in self.findings)
        verdict = "all passed" if self.passed else f"{failed} failed"
        print(f"\n{len(self.findings)} checks: {verdict}" + (f", {warned} to look at" if warned else ""))

    def _line(self, finding: CheckResult) -> str:
        sign = SIGNS[finding.state]
        if sys.stdout.isatty():
            sign = f"\033[{COLOURS[finding.state]}m{sign}\033[0m"
        ended = finding.at_s + finding.took_s
        line = f"{ended:7.2f} s  (+{finding.took_s:.2f})  {sign}  {finding.name:<28}{finding.seen}"
        return line + (f"\n{'':26}-> {finding.advice}" if finding.advice else "")
