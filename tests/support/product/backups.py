"""`./call24 backup` and `restore` as an operator runs them, on an installation of a test."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from tests.support.product.stack import CACHE, CHECKOUT

from call24.cli.__main__ import main
from call24.installer.progress import ProgressBoard
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.settings import Settings

KEY = "5e" * 32
PASSPHRASE = "correct horse battery staple"


class Operator:
    """Has a disk for backups at `folder` and a key file that seals them.

    ``passphrase``: one seals them instead, which takes 0.3 s of processor each time that a key is sealed or opened.
    """

    def __init__(self, folder: Path, *, passphrase: bool = False) -> None:
        folder.mkdir(exist_ok=True)
        self.store = folder / "store"
        self.opener = folder / ("passphrase" if passphrase else "key")
        self.opener.write_text(f"{PASSPHRASE if passphrase else KEY}\n")

    def tried(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "CALL24_CACHE": str(CACHE)}
        command = [sys.executable, "-m", "call24.cli", *words]
        return subprocess.run(command, env=env, cwd=CHECKOUT, capture_output=True, text=True, timeout=240)

    def did(self, *words: str) -> str:
        done = self.tried(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def opens(self) -> tuple[str, ...]:
        return f"--{self.opener.name}-file", str(self.opener)

    def backs_up(self, settings: Settings, *more: str) -> str:
        return self.did("backup", "make", str(self.store), "--data", str(settings.data), *self.opens, *more)

    def restores(self, settings: Settings, *more: str) -> str:
        words = [f"--mongodb-port={settings.mongodb_port}"]
        return self.did("restore", str(self.store), "--data", str(settings.data), *self.opens, *words, *more)


class OperatorHere(Operator):
    """Its commands run in the test's own process, which has imported what they need."""

    def tried(self, *words: str) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        umask, at_end = os.umask(0o022), signal.getsignal(signal.SIGTERM)
        try:
            with (
                patch.dict(os.environ, CALL24_CACHE=str(CACHE)),
                patch("os.nice", lambda by: by),  # else all tests after it would wait for those of other lanes
                contextlib.chdir(CHECKOUT),
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
            ):
                code = main(list(words))
        finally:
            os.umask(umask)
            signal.signal(signal.SIGTERM, at_end)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def database_alone(settings: Settings) -> Iterator[None]:
    """MongoDB without Asterisk and the server, as a restore starts it. It makes the folders that are missing."""
    for folder in (settings.run, settings.log):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    supervisor = Supervisor(lambda _: None)
    try:
        with ProgressBoard() as board:
            Stack(settings, Timing()).start_database(supervisor, board)
        yield
    finally:
        supervisor.stop()
