"""A process that stands still (SIGSTOP): it keeps its connections and answers nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

STOPPED_WITHIN_S = 10.0


def stop(pid: int) -> None:
    """Returns when each thread of it has stopped: on a busy machine that is later than the signal, and until then it
    still answers. Raises: TimeoutError.
    """
    os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + STOPPED_WITHIN_S
    while not _stands_still(pid):
        if time.monotonic() > until:
            raise TimeoutError(f"process {pid} does not stop")
        time.sleep(0.001)


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    stop(pid)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _stands_still(pid: int) -> bool:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # it ended meanwhile
            if (thread / "stat").read_text().rpartition(")")[2].split()[0] not in "TtZX":
                return False
    return True
