"""Processes that tests kill: each is forked from one that has imported the server's rooms, which takes two seconds."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from typing import TypeVar

J = TypeVar("J")

_KINDS = ("change", "crm", "move", "notifications", "policy", "tasks", "totals", "upload")

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["call24.server.rooms", *(f"tests.support.product.{kind}_killed" for kind in _KINDS)])


async def in_a_process(run: Callable[[J], None], job: J, within_s: float = 90) -> int:
    """The exit code of ``run(job)``: 0, or -9 where it was killed. ``run``: a function of a module."""
    process = _context.Process(target=run, args=(job,))
    process.start()
    await asyncio.to_thread(process.join, within_s)
    assert process.exitcode is not None, "it has not ended"
    return process.exitcode
