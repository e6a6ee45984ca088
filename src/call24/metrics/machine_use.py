"""How busy the machine of the server is now, and what each of Call24's own processes takes of it.

Looked at twice, a moment apart. In a container processors and memory are those that it may use; load and how busy it
is are of the whole machine. Source: proc(5), proc_pid_stat(5), proc_loadavg(5), proc_meminfo(5), cgroups(7), and the
kernel's Control Group v2.
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

from call24.installer.child_processes import left_over_pid
from call24.metrics.figures import MachineUse, ProcessUse

PROCESSES = ("server", "asterisk", "mongod", "sip_edge")
"""As the parent process names them. Those of other machines are not there."""
BETWEEN_S = 0.3
_PROC = Path("/proc")
_CGROUPS = Path("/sys/fs/cgroup")


class _Seen(NamedTuple):
    """Times of processors in seconds."""

    at: float
    busy_s: float
    idle_s: float
    processes: Mapping[str, tuple[int, float]]


async def use_of_machine(data: Path) -> MachineUse:
    """`data`: the data folder. Raises: OSError, ValueError."""
    first = await asyncio.to_thread(_look, data)
    await asyncio.sleep(BETWEEN_S)
    return await asyncio.to_thread(_since, first, data)


def _since(first: _Seen, data: Path) -> MachineUse:
    last = _look(data)
    busy, idle = last.busy_s - first.busy_s, last.idle_s - first.idle_s
    found = {}
    for name, (pid, used) in last.processes.items():
        before = first.processes.get(name)
        if before is not None and before[0] == pid:
            with suppress(OSError):
                found[name] = ProcessUse(max(0.0, used - before[1]) / (last.at - first.at), _memory(pid))
    free, memory = memory_of_machine()
    return MachineUse(
        load=os.getloadavg()[0],
        processors=len(os.sched_getaffinity(0)),
        busy=busy / (busy + idle) if busy + idle else 0.0,
        memory_free=free,
        memory=memory,
        processes=found,
    )


def memory_of_machine(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> tuple[int, int]:
    """Bytes that are available, and all that there are: of the machine, or of the narrowest control group (v2) in which
    this process is. What its files fill can be had. Raises: OSError, ValueError."""
    told = dict(re.findall(r"^(\w+): +(\d+) kB", (proc / "meminfo").read_text(), re.MULTILINE))
    free, memory = int(told["MemAvailable"]) * 1024, int(told["MemTotal"]) * 1024
    own = re.search(r"^0::/(.*)$", (proc / "self" / "cgroup").read_text(), re.MULTILINE)
    if own is None or not (group := cgroups / own[1]).is_relative_to(cgroups) or ".." in group.parts:
        return free, memory
    for each in (group, *group.parents):
        with suppress(OSError, ValueError):  # no limit: `max`
            limit, used = (int((each / f"memory.{name}").read_text()) for name in ("max", "current"))
            files = re.search(r"^inactive_file (\d+)$", (each / "memory.stat").read_text(), re.MULTILINE)
            taken = max(0, used - (int(files[1]) if files else 0))
            free, memory = min(free, max(0, limit - taken)), min(memory, limit)
        if each == cgroups:
            break
    return free, memory


def _look(data: Path) -> _Seen:
    tick = os.sysconf("SC_CLK_TCK")
    times = [int(word) / tick for word in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = times[3] + times[4]
    return _Seen(time.monotonic(), sum(times) - idle, idle, dict(_processes(data, tick)))


def _processes(data: Path, tick: int) -> list[tuple[str, tuple[int, float]]]:
    """Process id and seconds used of each that runs."""
    found = []
    for name in PROCESSES:
        with suppress(OSError, ValueError):
            if (pid := left_over_pid(data, name)) is None:
                continue
            words = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            found.append((name, (pid, (int(words[11]) + int(words[12])) / tick)))
    return found


def _memory(pid: int) -> int:
    """Raises: OSError."""
    return int((_PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
