"""What the processes of one installation use, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.product.system import System

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def idle_s() -> float:
    """How long the machine's cores have had nothing to do so far, over all cores."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) * TICK_S


def rss_mb(pid: int) -> float:
    """Proportional set size: shared pages are counted once over all processes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def pids(system: System) -> dict[str, int]:
    """`ahead` is what forks the server, and its parent process."""
    names = ("server", "sip_edge", "asterisk", "mongod")
    found = {"parent": system.parent_pid, **{name: system.pid(name) for name in names}}
    ahead = int(Path(f"/proc/{found['server']}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return found if ahead == found["parent"] else {**found, "ahead": ahead}
