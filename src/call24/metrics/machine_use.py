"""How busy the machine of the server is now, and what each of Call24's own processes takes of it.

Looked at twice, a moment apart. Source: proc(5), proc_pid_stat(5), proc_loadavg(5), proc_meminfo(5).
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from call24.metrics.figures import MachineUse, ProcessUse

PROCESSES = ("server", "asterisk", "mongod", "sip_edge")
"""By the names of their files in `run` of the data folder. Those of other machines are not there."""
BETWEEN_S = 0.3
_PROC = Path("/proc")


class _Seen(NamedTuple):
    """Times of processors in seconds."""

    at: float
    busy_s: float
    idle_s: float
    processes: Mapping[str, tuple[int, float]]


async def use_of_machine(run: Path) -> MachineUse:
    """`run`: the folder of the processes' pid files. Raises: OSError, ValueError."""
    first = await asyncio.to_thread(_look, run)
    await asyncio.sleep(BETWEEN_S)
    return await asyncio.to_thread(_since, first, run)


def _since(first: _Seen, run: Path) -> MachineUse:
    last = _look(run)
    busy, idle = last.busy_s - first.busy_s, last.idle_s - first.idle_s
    found = {}
    for name, (pid, used) in last.processes.items():
        before = first.processes.get(name)
        if before is not None and before[0] == pid:
            with suppress(OSError):
                found[name] = ProcessUse(max(0.0, used - before[1]) / (last.at - first.at), _memory(pid))
    told = dict(re.findall(r"^(\w+): +(\d+) kB", (_PROC / "meminfo").read_text(), re.MULTILINE))
    return MachineUse(
        load=os.getloadavg()[0],
        processors=os.cpu_count() or 1,
        busy=busy / (busy + idle) if busy + idle else 0.0,
        memory_free=int(told["MemAvailable"]) * 1024,
        memory=int(told["MemTotal"]) * 1024,
        processes=found,
    )


def _look(run: Path) -> _Seen:
    tick = os.sysconf("SC_CLK_TCK")
    times = [int(word) / tick for word in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = times[3] + times[4]
    return _Seen(time.monotonic(), sum(times) - idle, idle, dict(_processes(run, tick)))


def _processes(run: Path, tick: int) -> list[tuple[str, tuple[int, float]]]:
    """Process id and seconds used of each that runs."""
    found = []
    for name in PROCESSES:
        with suppress(OSError, ValueError):
            pid = int((run / f"{name}.pid").read_text())
            words = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            found.append((name, (pid, (int(words[11]) + int(words[12])) / tick)))
    return found


def _memory(pid: int) -> int:
    """Raises: OSError."""
    return int((_PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
