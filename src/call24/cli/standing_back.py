"""What leaves the processor to all others, and uses it only while nobody else does."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

_GONE = (FileNotFoundError, ProcessLookupError)


def stand_back(pids: Sequence[int]) -> None:
    """These processes, and all that they have started and will start. Source: sched(7), SCHED_IDLE."""
    for pid in _with_descendants(pids):
        with contextlib.suppress(*_GONE):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(*_GONE):
                    os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))


def _with_descendants(pids: Sequence[int]) -> Iterator[int]:
    children: defaultdict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(*_GONE):
            parent = stat.read_text().rpartition(")")[2].split()[1]
            children[int(parent)].append(int(stat.parent.name))
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children[pid]
