"""A real MongoDB and a real Asterisk for tests: started as the product starts them, in a data folder of their own.

The fetched Asterisk is shared by all runs of a checkout (CALL24_CACHE). `session_stack()` is made for a session-
scoped fixture.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from tests.support.product.made_database import begin_with_one
from tests.support.wait import pause

from call24.kit.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("CALL24_CACHE") or CHECKOUT / ".call24" / "cache")


class RunningStack:
    """MongoDB and Asterisk under a parent process, as `call24 up` runs them, without the server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._parent: subprocess.Popen[str] | None = None

    @property
    def parent_pid(self) -> int:
        assert self._parent
        return self._parent.pid

    def start(self) -> None:
        base = self.settings.http_port
        words = [
            sys.executable,
            "-m",
            "call24.installer.parts",
            "--data",
            str(self.settings.data),
            "--base-port",
            str(base),
        ]
        env = {**os.environ, "CALL24_CACHE": str(CACHE)}
        self._parent = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = []
        assert self._parent.stdout
        for line in self._parent.stdout:
            said.append(line)
            if line.startswith("ready:"):
                check_its_own_mongodb(self.settings)
                return
        raise AssertionError("MongoDB and Asterisk did not start: " + "".join(said))

    def pid(self, name: str) -> int:
        """Of `mongod`, `asterisk` or `sip_edge`."""
        return int((self.settings.run / f"{name}.pid").read_text())

    def stop(self) -> None:
        if self._parent:
            self._parent.terminate()
            self._parent.wait(15)
            if self._parent.stdout:
                self._parent.stdout.close()
            self._parent = None


@contextlib.contextmanager
def session_stack(settings: Settings | None = None, *, from_nothing: bool = False) -> Iterator[RunningStack]:
    """A stack on free ports in a short-lived folder with a short path, since that of a socket has 107 bytes at most.

    `settings`: those of one that was there before, in its place. `from_nothing`: MongoDB makes a database of its own
    instead of going on with a made one, which has no documents and takes a second less.
    """
    begins = settings is None and not from_nothing
    settings = settings or Settings.on_ports(Path(tempfile.mkdtemp(prefix="c24-")) / "data", free_base_port()).checked()
    folder, stack = settings.data.parent, RunningStack(settings)
    try:
        if begins:
            begin_with_one(settings.data, CACHE)
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def check_its_own_mongodb(settings: Settings) -> None:
    """Raises AssertionError when the MongoDB at its port has another data folder: the passwords of all installations
    that begin with a made database are the same, so another's is not refused, and a test would write there."""
    with MongoClient[dict[str, Any]](settings.mongodb_admin_uri()) as client:
        folder = client.admin.command("getCmdLineOpts")["parsed"]["storage"]["dbPath"]
    assert Path(folder).resolve() == (settings.data / "mongodb" / "db").resolve(), f"reached the MongoDB of {folder}"


def free_base_port() -> int:
    """The first of a block of 900 ports that nobody uses (CALL24_TEST_BASE_PORT names where to look first).

    The block stays this process's own until it ends, so that two test runs side by side cannot both find the same one
    free before either listens there.
    """
    first = int(os.environ.get("CALL24_TEST_BASE_PORT", "22000"))
    # Blocks begin elsewhere in each process, so that two test runs on one machine seldom meet.
    start = 0 if "CALL24_TEST_BASE_PORT" in os.environ else os.getpid()
    bases = [first + (start + number) % 9 * 1000 for number in range(9)]
    for base in sorted(bases, key=lambda base: base not in _claimed):
        if _claim(base) and all(_free(base + offset) for offset in (0, 1, 2, 3, 4, 100, 101, 899)):
            return base
    raise AssertionError(f"no block of 900 free ports between {first} and {first + 9000}")


def wait_for(condition, timeout_s: float = 10.0) -> None:  # type: ignore[no-untyped-def]
    """Wait until `condition()` is true, for code that has no event loop (support.wait is for code that has one)."""
    began = asked = time.monotonic()
    while not condition():
        now = time.monotonic()
        assert now < began + timeout_s, f"{condition} did not come true within {timeout_s} s"
        time.sleep(pause(now - began, now - asked))
        asked = time.monotonic()


_claimed: dict[int, socket.socket] = {}
_CLAIM_OFFSET = 990


def _claim(base: int) -> bool:
    """Whether the block at `base` is this process's own now, told to others by a port that is only bound."""
    if base in _claimed:
        return True
    claim = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        claim.bind(("127.0.0.1", base + _CLAIM_OFFSET))
    except OSError:
        claim.close()
        return False
    _claimed[base] = claim
    return True


def _free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
