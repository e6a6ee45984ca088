"""Processes that tests kill: each is forked from one that has imported the server's rooms, which takes two seconds."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

J = TypeVar("J")

_KINDS = ("change", "crm", "move", "notifications", "policy", "tasks", "totals", "upload")

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    ["call24.server.node", "call24.server.server", *(f"tests.support.product.{kind}_killed" for kind in _KINDS)]
)


async def in_a_process(run: Callable[[J], None], job: J, within_s: float = 90) -> int:
    """The exit code of ``run(job)``: 0, or -9 where it was killed. ``run``: a function of a module."""
    process = _context.Process(target=run, args=(job,))
    process.start()
    await asyncio.to_thread(process.join, within_s)
    assert process.exitcode is not None, "it has not ended"
    return process.exitcode


class ForkedModule:
    """`python -m module words`, without what it takes to import it; its two outputs are added to `log`."""

    def __init__(self, module: str, words: tuple[str, ...], log: Path) -> None:
        self._process = _context.Process(target=_run_module, args=(module, words, log))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Raises: subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()


def _run_module(module: str, words: tuple[str, ...], log: Path) -> None:
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
