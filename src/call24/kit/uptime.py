"""How long this machine has run: what no setting of its clock changes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Uptime(NamedTuple):
    """`boot`: the run of the machine, another one after each of its starts; `s`: seconds since it began."""

    boot: str
    s: float


def since_boot() -> float:
    """Seconds, sleep included; the same for all processes of a machine. Source: clock_gettime(2), CLOCK_BOOTTIME."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    return BOOT_ID.read_text().strip()
