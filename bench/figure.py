"""One measured figure beside its peer and its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """`peer` None: the target is absolute. `turned`: the ratio is peer / ours (of costs: more is better)."""

    what: str
    ours: float
    unit: str
    target: str
    passed: bool = True
    peer: float | None = None
    turned: bool = False

    @property
    def ratio(self) -> float | None:
        if not self.peer or not self.ours:
            return None
        return round(self.peer / self.ours if self.turned else self.ours / self.peer, 3)

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}

    def row(self) -> str:
        peer = "-" if self.peer is None else f"{self.peer:.2f}"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        passed = "pass" if self.passed else "FAIL"
        figures = f"{self.ours:>9.2f} {self.unit:<4} peer {peer:>8} ratio {ratio:>6}"
        return f"{self.what:<42} {figures}  {self.target:<14} {passed}"

    def line(self, name: str) -> str:
        peer = "-" if self.peer is None else f"{self.peer:.2f} {self.unit}"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        passed = "pass" if self.passed else "fail"
        return f"{name}, ours {self.ours:.2f} {self.unit}, peer {peer}, ratio {ratio}, target {self.target}, {passed}"


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; `share` 0.95 for p95."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked)) - 1))]
