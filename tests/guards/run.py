"""Runs tests with one guard after the other removed, in one process: `python -m tests.guards.run STATE SECONDS WORDS`.

First each test runs with all guards standing, and what refused in it is noted. Then for each guard the tests in which
it refused run without it, the likely and quick ones first, until one fails. A failure counts when the same test passes
again with the guard in its place. What guards an operation is tried first, on the matrix alone, since its own cells
notice it; then the likely tests of all others are; the rest of the tests run only for what is left. What is known is
kept in STATE, a file that a later run goes on from.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from tests.guards import finding, hook

TESTS_MAX = 40
"""So many tests are tried on a guard before it is called a survivor."""
UNLIKELY_S = 2.0
"""A test that has nothing in its name to do with the guard is taken for so much slower than it is."""
MADE_FOR = {"test_foreign_in_memory.py", "test_guarded.py", "test_realtime_doors.py", "test_realtime_nodes_refuse.py"}
"""Of tests that were written since nothing else noticed a guard."""
SAVED_EVERY_S = 20.0
ALIKE_MAX = 5
"""So many of one test with several parameters are tried before other tests are."""
OF_OPERATIONS = {"session", "operation", "second factor"}
NO_ROOMS = {"http", "service", "store", "rules", "model", "test", "kept", "kit", "py"}
"""Words of files' names that say nothing about what is in them."""
HUNG_S = 10
"""Or five times as long as the test takes with all guards."""
AGAIN = 3
"""The exit code of a run whose time was over."""


class Hung(BaseException):
    pass


class Play:
    def __init__(self, state: Path, seconds: float, words: list[str]) -> None:
        self._file = state
        self._began = self._saved_at = time.monotonic()
        self._until = self._began + seconds
        self._words = words
        self.known: dict[str, Any] = {"tests": {}, "guards": {}, "took_s": 0, "hashes": {}}
        if state.exists():
            self.known |= json.loads(state.read_text())
        self._before_s = self.known["took_s"]
        self._last: pytest.Item | None = None
        self.over = False

    # --- pytest ---

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        self._session = session
        self._every = every_guard()
        there = {guard.id for guard in self._every}
        self.known["guards"] = {id: told for id, told in self.known["guards"].items() if id in there}
        operations = [guard for guard in self._every if guard.kind in OF_OPERATIONS]
        try:
            self._learn(self._likely(operations))
            self._remove(operations, last=False)
            self._learn(self._likely(self._every))
            self._remove(self._every, last=False)
            if self._left(self._every):
                self._learn(list(self._items))
                self._remove(self._every, last=True)
        finally:
            self._save()
            self._leave(None)
        return True

    def _save(self) -> None:
        self._saved_at = time.monotonic()
        self.known["took_s"] = round(self._before_s + self._saved_at - self._began)
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(self.known, indent=1))
        beside.replace(self._file)

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

    # --- the two passes, of the likely tests and of all ---

    def _left(self, these: list[finding.Guard]) -> list[finding.Guard]:
        """What is wanted of these, and not known."""
        wanted = [guard for guard in these if all(word in guard.id for word in self._words)]
        return [guard for guard in wanted if guard.id not in self.known["guards"]]

    def _likely(self, these: list[finding.Guard]) -> list[str]:
        left = self._left(these)
        made_for = any(guard.kind not in OF_OPERATIONS for guard in left)
        return [
            name
            for name in self._items
            if (made_for and _file(name) in MADE_FOR) or any(likely(guard, name) for guard in left)
        ]

    def _learn(self, names: list[str]) -> None:
        told = self.known["tests"]
        for name in names:
            if self._late():
                return
            if name not in told:
                why, took = self._run(self._items[name], None)
                told[name] = {"took_s": round(took, 3), "failed": why, "refused": [] if why else self._refused}

    def _remove(self, these: list[finding.Guard], *, last: bool) -> None:
        """`last`: what is not noticed now has survived; else only the likely tests are tried, and others come yet."""
        by_guard: dict[str, list[str]] = {}
        for name, told in self.known["tests"].items():
            for id in told["refused"] if name in self._items else ():
                by_guard.setdefault(id, []).append(name)
        guards = self._left(these)
        tests = {guard.id: sorted(by_guard.get(guard.id, ()), key=self._order(guard)) for guard in guards}
        for guard in sorted(guards, key=lambda one: tests[one.id][:1]):
            if self.over or self._late():
                return
            tried = [one for one in tests[guard.id] if last or likely(guard, one) or _file(one) in MADE_FOR]
            told = self._verdict(guard.id, tried)
            if last or told["killed_by"] is not None:
                row = {**asdict(guard), **told}
                day = datetime.now(UTC).date().isoformat()
                self.known["guards"][guard.id] = {**row, "at": day, "of": standing(row, self.known["hashes"])}
                _say(f"{'survived' if told['killed_by'] is None else 'killed  '} {guard.id}")

    def _order(self, guard: finding.Guard) -> Callable[[str], tuple[float, str]]:
        def cost(name: str) -> tuple[float, str]:
            unlikely_s = -UNLIKELY_S if _file(name) in MADE_FOR else 0.0 if likely(guard, name) else UNLIKELY_S
            return self.known["tests"][name]["took_s"] + unlikely_s, name

        return cost

    def _verdict(self, guard: str, names: list[str]) -> dict[str, Any]:
        for name in few_of_each(names)[:TESTS_MAX]:
            why = self._noticed(guard, name)
            if why is not None:
                return {"killed_by": name, "how": why, "refused_in": len(names)}
        return {"killed_by": None, "how": None, "refused_in": len(names)}

    def _noticed(self, guard: str, name: str) -> str | None:
        """How the test fails without the guard, if it passes with it: the second time in worlds of their own, where
        what the guard let through has spoiled the one in which it passed before."""
        item = self._items[name]
        for anew in (False, True):
            why, _ = self._run(item, guard)
            if why is None:
                return None
            if anew:
                self._leave(None)
            if self._run(item, None)[0] is None:
                return why
            self._leave(None)
        return None

    def _late(self) -> bool:
        if time.monotonic() - self._saved_at > SAVED_EVERY_S:
            self._save()
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


def likely(guard: finding.Guard, name: str) -> bool:
    """Whether a test's name has to do with the guard: its operation's cell, or the room or file that it stands in."""
    if guard.kind in OF_OPERATIONS:
        return f"[{guard.where}]" in name or f"'{guard.where}'" in name
    return not _about(guard.where).isdisjoint(_about(_file(name, parts=2)))


def standing(told: dict[str, Any], hashes: dict[str, str]) -> str:
    """Another one when the guard's file has changed, or the one of the test that noticed: then it is measured again."""
    files = (f"src/call24/{told['where']}", (told["killed_by"] or "").partition("::")[0])
    return hashlib.sha256(" ".join(hashes.get(file, "") for file in files).encode()).hexdigest()[:8]


def _file(name: str, parts: int = 1) -> str:
    """The name of a test's file; with two parts also that of its folder, which is its room."""
    return "/".join(Path(name.partition("::")[0]).parts[-parts:])


def few_of_each(names: list[str]) -> list[str]:
    """In their order, a few of those that are one test with several parameters before the rest of them."""
    seen: Counter[str] = Counter()
    first, rest = [], []
    for name in names:
        test = name.partition("[")[0]
        seen[test] += 1
        (first if seen[test] <= ALIKE_MAX else rest).append(name)
    return first + rest


@functools.cache
def _about(file: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall("[a-z]+", file) if word not in NO_ROOMS}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _said(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash is not None else report.longrepr).splitlines()[0][:160]


@cache
def every_guard() -> list[finding.Guard]:
    found = []
    for file in finding.files(hook.ROOT):
        found += finding.rewritten(file.read_text(), file.relative_to(hook.ROOT).as_posix())[1]
    return [*found, *_of_operations()]


def _of_operations() -> Iterator[finding.Guard]:
    from tests.authorisation import asking
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
                yield finding.Guard(f"second factor: {name}", "second factor", operation.action, 0, permission)
        if asking.proven(operation) and operation.needs != (ANYBODY,) and not STEP_UP.intersection(operation.needs):
            name = f"second factor: {operation.action} deleting"
            yield finding.Guard(name, "second factor", operation.action, 0, "deleting")


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
