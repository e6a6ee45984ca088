"""Applies breaks, one at a time, to a copy of the checkout, and runs tests there. It keeps no results.

The copy has the product's and the tests' files; environments are linked. So nothing here is ever broken, also when a
run is killed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.promises.breaks import Break

CHECKOUT = Path(__file__).resolve().parents[2]
PRODUCT = Path("src") / "call24"
LEFT_OUT = (".git", ".venv", ".call24", "node_modules", "__pycache__", ".*_cache", "*.egg-info", "figures")
LINKED = (".venv", "web/node_modules", "tests/clients/node_modules", "docs/figures")
TEST_S = 240.0
"""A test that takes longer is ended; it counts as neither red nor green."""
ENDS_S = 40.0
EVERY_RUN = ("-m", "not long")
"""A break that long forms alone would notice, tests or parameters of them, is one that no run of everything sees."""

Said = Literal["green", "red", "no run"]


@dataclass(frozen=True)
class Outcome:
    """`how`: the phase in which it failed and the first line of why. `no run`: it never came to the test itself."""

    said: Said
    how: str
    took_s: float


def applied(one: Break, text: str) -> str:
    """Raises: ValueError unless the text to replace is there once, and changes."""
    if one.was == one.becomes or text.count(one.was) != 1:
        raise ValueError(f"{one.id}: {one.file} has {text.count(one.was)} times, not once: {one.was.strip()}")
    return text.replace(one.was, one.becomes)


def standing(one: Break, test: str, root: Path = CHECKOUT) -> str:
    """Changes when the break, its file or the test's file does: then what was seen is of another code."""
    files = (root / PRODUCT / one.file, root / "tests" / test.partition("::")[0])
    told = b"\0".join([one.was.encode(), one.becomes.encode(), *(file.read_bytes() for file in files)])
    return hashlib.sha256(told).hexdigest()[:8]


class Copy:
    """Of the checkout, in `root`. Tests run in it one at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def make(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(CHECKOUT, self.root, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        for name in LINKED:
            if (CHECKOUT / name).exists():
                (self.root / name).symlink_to((CHECKOUT / name).resolve())

    @contextlib.contextmanager
    def broken(self, one: Break) -> Iterator[None]:
        file = self.root / PRODUCT / one.file
        whole = file.read_text()
        file.write_text(applied(one, whole))
        try:
            yield
        finally:
            file.write_text(whole)

    def whole(self, tests: Sequence[str]) -> dict[str, Outcome]:
        """What each of them says with nothing broken: those with calls in one process, the others in another."""
        found = dict[str, Outcome]()
        for calls in (False, True):
            these = [test for test in dict.fromkeys(tests) if test.startswith("telephony/") is calls]
            if these:
                cases, took_s, trouble = self._pytest(these, TEST_S * len(these))
                for test in these:
                    said, how = told([case for case in cases if is_of(case, test)])
                    found[test] = Outcome(said, how or trouble, round(took_s / len(these), 1))
        return found

    def run(self, test: str) -> Outcome:
        """`test`: file below tests/ and a name, without parameters: the first of them that fails ends it."""
        cases, took_s, trouble = self._pytest([test], TEST_S, "-x")
        return Outcome("no run", trouble, took_s) if trouble else Outcome(*told(cases), took_s)

    def _pytest(self, tests: Sequence[str], limit_s: float, *more: str) -> tuple[list[ET.Element], float, str]:
        """Its cases, how long it took, and why it was ended where it was."""
        report = self.root / "report.xml"
        report.unlink(missing_ok=True)
        words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *EVERY_RUN, f"--junitxml={report}", *more]
        env = {**os.environ, "PYTHONPATH": str(self.root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        env.setdefault("CALL24_CACHE", str(CHECKOUT / ".call24" / "cache"))
        began = time.monotonic()
        with (self.root / "said.log").open("wb") as log:
            named = [f"tests/{test}" for test in tests]
            process = subprocess.Popen([sys.executable, *words, *named], cwd=self.root, env=env, stdout=log, stderr=log)
            hung = not _over(process, limit_s)
        took_s = round(time.monotonic() - began, 1)
        cases = list(ET.parse(report).iter("testcase")) if report.exists() else []
        return cases, took_s, f"not over after {limit_s:.0f} s" if hung else ""


def is_of(case: ET.Element, test: str) -> bool:
    file, _, name = test.partition("::")
    module = f"tests/{file}".removesuffix(".py").replace("/", ".")
    return case.get("classname") == module and case.get("name", "").partition("[")[0] == name


def _over(process: subprocess.Popen[bytes], limit_s: float) -> bool:
    """Whether it ended by itself. Else its fixtures are let end what they started."""
    try:
        process.wait(limit_s)
        return True
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return False


def told(cases: Sequence[ET.Element]) -> tuple[Said, str]:
    """By cases of pytest's report. What fails before the test itself began shows nothing about it."""
    for case in cases:
        for kind, phase in (("failure", "test"), ("error", "afterwards")):
            found = case.find(kind)
            if found is None:
                continue
            why = found.get("message", "").splitlines()[0][:160]
            if kind == "error" and "teardown" not in why:
                return "no run", why
            return "red", f"{phase}: {why}"
    ran = [case for case in cases if case.find("skipped") is None]
    return ("green", "") if ran else ("no run", "no test ran")
