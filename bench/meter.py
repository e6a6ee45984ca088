"""CPU between two instants, in cores: of the servers, of who makes the load, of the whole machine."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Mapping, Sequence

from bench.processes import cpu_s, idle_s

Used = dict[str, float]


class Meter:
    """`servers`: CPU seconds so far, by process; `generators`: processes that live through the measurement.

    This process and its children that have ended are generators too.
    """

    def __init__(self, servers: Callable[[], Mapping[str, float]], generators: Sequence[int] = ()) -> None:
        self._servers = servers
        self._generators = tuple(generators)
        self._began = self._now()

    def begin(self) -> None:
        self._began = self._now()

    def end(self) -> Used:
        """Cores by process, and `servers`, `generator`, `elsewhere`, `idle`, `cpu_share`; `seconds` that it lasted."""
        before, after = self._began, self._now()
        return shares({name: after[name] - before[name] for name in after}, os.cpu_count() or 1)

    def _now(self) -> Used:
        own = sum(
            used.ru_utime + used.ru_stime
            for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )
        made = own + sum(cpu_s(pid) for pid in self._generators)
        return {**self._servers(), "generator": made, "idle": idle_s(), "seconds": time.monotonic()}


def shares(spent: Mapping[str, float], cores: int) -> Used:
    """`spent`: CPU seconds by server process, of `generator` and of `idle`, and the `seconds` that they are for."""
    lasted = spent["seconds"]
    each = {name: value / lasted for name, value in spent.items() if name != "seconds"}
    servers = sum(value for name, value in each.items() if name not in ("generator", "idle"))
    left = max(0.01, cores - each["generator"])
    found = {**each, "servers": servers, "elsewhere": max(0.0, cores - each["idle"] - each["generator"] - servers)}
    return {**{name: round(value, 3) for name, value in found.items()}, "cpu_share": round(servers / left, 3),
            "seconds": round(lasted, 2)}  # fmt: skip
