"""Version 0.1.0 itself, from the history of this repository, and an installation that it runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.product.stack import CACHE, CHECKOUT, check_its_own_mongodb, wait_for
from tests.support.product.system import READY_S, System

COMMIT = "ed9fd44939f7b61c594fa2ad5befed21584e6329"
"""docs/adr/0190."""
PARTS = ("src", "ops", "web", "docs", "requirements.lock", "requirements-mongod.lock", "pyproject.toml")
_BUILT = "from call24.installer import web; web.BUILT.write_text(web.digest())"


def unpacked(folder: Path) -> Path:
    """Its checkout, with a page in place of the built app. Skips where the clone has not that part of the history."""
    known = subprocess.run(["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"], cwd=CHECKOUT, capture_output=True)
    if known.returncode:
        pytest.skip(f"version 0.1.0 (commit {COMMIT[:8]}) is not in this clone's history")
    archive = subprocess.run(["git", "archive", COMMIT, *PARTS], cwd=CHECKOUT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    (folder / "web" / "dist").mkdir()
    (folder / "web" / "dist" / "index.html").write_text("<!doctype html><title>Call24</title>")
    subprocess.run([sys.executable, "-P", "-c", _BUILT], env=_environment(folder), check=True)
    return folder


class FormerSystem(System):
    """`./call24 up` of 0.1.0 as a user runs it, then this version's `upgrade`, which is its parent from then on."""

    checkout: Path

    def start(self) -> None:
        s = self.settings
        words = [sys.executable, "-P", "-m", "call24.cli", "up", "--data", str(s.data)]
        for flag in ("http", "sip", "sip-tls", "wss", "ari", "mongodb"):
            words += [f"--{flag}-port", str(getattr(s, f"{flag.replace('-', '_')}_port"))]
        words += ["--rtp-ports", f"{s.rtp_ports[0]}-{s.rtp_ports[1]}", "--trunks-private"]
        words += ["--trunk-cas", str(self.carriers.file(s.data.parent))]
        self._run(words, _environment(self.checkout), self.checkout)
        wait_for(self._ready_or_over, READY_S)
        assert self._parent is not None and self._parent.poll() is None, self.output.read_text()
        check_its_own_mongodb(s)

    def upgrade(self, *flags: str, checkout: Path = CHECKOUT) -> None:
        """It becomes the parent; that of 0.1.0 is left to whoever waits for it."""
        words = [sys.executable, "-P", "-m", "call24.cli", "upgrade", "--data", str(self.settings.data), *flags]
        self._run(words, _environment(checkout), CHECKOUT)

    @property
    def parent(self) -> subprocess.Popen[bytes]:
        assert self._parent is not None
        return self._parent

    def said_since(self, words: str) -> str:
        """By its parents after these words; nothing where nobody said them."""
        return self.output.read_text().partition(words)[2]

    def _run(self, words: list[str], env: dict[str, str], folder: Path) -> None:
        with self.output.open("ab") as log:
            self._parent = subprocess.Popen(words, env=env, stdout=log, stderr=log, cwd=folder)


def _environment(checkout: Path) -> dict[str, str]:
    return {**os.environ, "CALL24_CACHE": str(CACHE), "PYTHONPATH": str(checkout / "src")}
