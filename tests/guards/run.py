"""Runs tests with one guard after the other removed, in one process: `python -m tests.guards.run STATE SECONDS WORDS`.

First each test runs with all guards standing, and what refused in it is noted. Then for each guard the tests in which
it refused run without it, the quickest first, until one fails. A failure counts when the same test passes again with
the guard in its place. What is known is kept in STATE, a file that a later run goes on from.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from tests.guards import finding, hook

TESTS_MAX = 40
"""So many tests are tried on a guard before it is called a survivor."""
HUNG_S = 10
"""Or five times as long as the test takes with all guards."""
AGAIN = 3
"""The exit code of a run whose time was over."""


class Hung(BaseException):
    pass


class Play:
    def __init__(self, state: Path, seconds: float, words: list[str]) -> None:
        self._file = state
        self._until = time.monotonic() + seconds
        self._words = words
        self.known: dict[str, Any] = {"tests": {}, "guards": {}}
        if state.exists():
            self.known = json.loads(state.read_text())
        self._last: pytest.Item | None = None
        self.over = False

    # --- pytest ---

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        self._session = session
        try:
            self._learn()
            self._remove()
        finally:
            self._file.write_text(json.dumps(self.known, indent=1))
            self._leave(None)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        from tests.guards import seam

        seam.refused = set()
        took_s = self.known["tests"].get(item.nodeid, {}).get("took_s", 6 * HUNG_S)
        signal.setitimer(signal.ITIMER_REAL, max(HUNG_S, 5 * took_s))
        try:
            with seam.without(self._guard):
                return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._refused = sorted(seam.refused)

    # --- the two passes ---

    def _learn(self) -> None:
        told = self.known["tests"]
        for name, item in self._items.items():
            if self._late():
                return
            if name not in told:
                why, took = self._run(item, None)
                told[name] = {"took_s": round(took, 3), "failed": why, "refused": [] if why else self._refused}

    def _remove(self) -> None:
        by_guard: dict[str, list[str]] = {}
        for name, told in self.known["tests"].items():
            for guard in told["refused"]:
                by_guard.setdefault(guard, []).append(name)
        every = every_guard()
        there = {guard.id for guard in every}
        self.known["guards"] = {id: told for id, told in self.known["guards"].items() if id in there}
        guards = [guard for guard in every if all(word in guard.id for word in self._words)]
        tests = {guard.id: sorted(by_guard.get(guard.id, ()), key=self._order) for guard in guards}
        for guard in sorted(guards, key=lambda one: tests[one.id][:1]):
            if self.over or self._late():
                return
            if guard.id not in self.known["guards"]:
                told = self._verdict(guard.id, [name for name in tests[guard.id] if name in self._items])
                self.known["guards"][guard.id] = {**asdict(guard), **told}
                _say(f"{'survived' if told['killed_by'] is None else 'killed  '} {guard.id}")

    def _order(self, name: str) -> tuple[bool, float]:
        return "authorisation" not in name, self.known["tests"][name]["took_s"]

    def _verdict(self, guard: str, names: list[str]) -> dict[str, Any]:
        for name in names[:TESTS_MAX]:
            for _ in range(2):
                why, _took = self._run(self._items[name], guard)
                if why is None:
                    break
                if self._run(self._items[name], None)[0] is None:
                    return {"killed_by": name, "how": why, "refused_in": len(names)}
                self._leave(None)  # what the guard let through spoiled the world: once more in a new one
        return {"killed_by": None, "how": None, "refused_in": len(names)}

    def _late(self) -> bool:
        self.over = time.monotonic() > self._until
        return self.over

    # --- one test ---

    def _run(self, item: pytest.Item, guard: str | None) -> tuple[str | None, float]:
        """How it failed, and how long it took."""
        if self._last is not None and self._last.parent is not item.parent:
            self._leave(item)
        self._guard, self._last = guard, item
        beside = next((one for one in self._items.values() if one is not item and one.parent is item.parent), None)
        apart = beside or next(one for one in self._items.values() if one is not item)
        item._initrequest()  # type: ignore[attr-defined]
        began = time.monotonic()
        try:
            reports = runtestprotocol(item, log=False, nextitem=apart)
        except Hung:
            return "it did not end", time.monotonic() - began
        if beside is None:
            self._last = None
        failed = next((report for report in reports if report.failed), None)
        return None if failed is None else f"{failed.when}: {_said(failed)}", time.monotonic() - began

    def _leave(self, following: pytest.Item | None) -> None:
        """Take down what belongs to the module of the last test; `None`: of everything but the session."""
        if self._last is None:
            return
        other = following or next((one for one in self._items.values() if one.parent is not self._last.parent), None)
        self._last = None
        try:
            self._session._setupstate.teardown_exact(other)
        except BaseException as error:
            _say(f"(at the end of a module: {str(error).splitlines()[0][:150]})")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _said(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash is not None else report.longrepr).splitlines()[0][:160]


def every_guard() -> list[finding.Guard]:
    found = []
    for file in finding.files(hook.ROOT):
        found += finding.rewritten(file.read_text(), file.relative_to(hook.ROOT).as_posix())[1]
    return [*found, *_of_operations()]


def _of_operations() -> Iterator[finding.Guard]:
    from tests.authorisation.table import ANYBODY, OPEN, OPERATIONS

    from call24.identity.permissions import STEP_UP

    for operation in OPERATIONS:
        if operation.needs == (OPEN,):
            continue
        yield finding.Guard(f"session: {operation.action}", "session", operation.action, 0, "who asks")
        for permission in operation.needs if operation.needs != (ANYBODY,) else ():
            name = f"{operation.action} {permission}"
            yield finding.Guard(f"permission: {name}", "operation", operation.action, 0, permission)
            if permission in STEP_UP:
                yield finding.Guard(f"second proof: {name}", "second proof", operation.action, 0, permission)


def main(state: str, seconds: str, tests: list[str], words: list[str]) -> int:
    hook.install()
    signal.signal(signal.SIGALRM, _hung)
    play = Play(Path(state), float(seconds), words)
    code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:terminalreporter", *tests], plugins=[play])
    return AGAIN if play.over else int(code)


def _hung(*_: Any) -> None:
    raise Hung


if __name__ == "__main__":
    from tests.guards.whole import TESTS

    sys.exit(main(sys.argv[1], sys.argv[2], TESTS, sys.argv[3:]))
