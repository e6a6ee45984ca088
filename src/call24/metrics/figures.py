"""Values of metrics as they are now, by name and label values; and what the machine and its processes use. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

Labels = tuple[str, ...]


class Figures:
    """Metrics by name and label values, in the order of metrics/families.py."""

    def __init__(self, samples: Iterable[tuple[str, Labels, float]]) -> None:
        self._by_name: dict[str, dict[Labels, float]] = {}
        for name, labels, value in samples:
            self._by_name.setdefault(name, {})[labels] = value

    def each(self, name: str) -> Mapping[Labels, float]:
        """Raises: LookupError where it is not known now."""
        return self._by_name[f"call24_{name}"]

    def one(self, name: str, *labels: str) -> float:
        """Raises: LookupError."""
        return self.each(name)[labels]

    def total(self, name: str) -> float:
        """Raises: LookupError."""
        return sum(self.each(name).values())

    def process(self, name: str) -> float:
        return self._by_name.get(f"process_{name}", {}).get((), 0.0)


class ProcessUse(NamedTuple):
    """`cpu`: of one processor, 1.0 is all of it; `memory`: resident, in bytes."""

    cpu: float
    memory: int


class MachineUse(NamedTuple):
    """`load`: average of the last minute; `busy`: of all processors, from 0 to 1; memory in bytes."""

    load: float
    processors: int
    busy: float
    memory_free: int
    memory: int
    processes: Mapping[str, ProcessUse]

    @property
    def seen(self) -> str:
        """In words."""
        each = "".join(
            f"; {name.replace('_', ' ')} {one.cpu * 100:.0f} % of one, {one.memory / 1e6:.0f} MB"
            for name, one in self.processes.items()
        )
        return (
            f"load {self.load:.2f} on {self.processors} processors, {self.busy * 100:.0f} % busy; "
            f"{self.memory_free / 1e9:.1f} of {self.memory / 1e9:.1f} GB of memory available{each}"
        )

    @property
    def figures(self) -> dict[str, float]:
        found = {"load": self.load, "processors": float(self.processors), "busy": self.busy}
        found |= {"memory_free_bytes": float(self.memory_free), "memory_bytes": float(self.memory)}
        for name, one in self.processes.items():
            found |= {f"{name}_cpu": one.cpu, f"{name}_memory_bytes": float(one.memory)}
        return found
