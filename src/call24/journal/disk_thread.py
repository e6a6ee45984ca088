"""A thread of the journal's own, for what the event loop is not to stand still for.

In the threads that all share, a line would wait behind recordings that are sealed and passwords that are checked; and
handing work to one of them costs half as much again as a sync itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], float]
Job = tuple[Work, asyncio.AbstractEventLoop, "asyncio.Future[float]"]


class DiskThread:
    """Begun by its first ``do``; one thing after the other. A cancelled wait does not stop what is being done."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def do(self, work: Work) -> float:
        """What ``work`` gives. Raises: what it raises."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="journal-disk", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[float] = loop.create_future()
        self._jobs.put((work, loop, done))
        return await done

    def close(self) -> None:
        """It ends when what it was given is done."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread = None

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, loop, done = job
            result, error = 0.0, None
            try:
                result = work()
            except BaseException as trouble:
                error = trouble
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, done, result, error)


def _settle(done: asyncio.Future[float], result: float, error: BaseException | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
