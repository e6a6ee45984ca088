"""One line of a figure: what, how much, what was promised, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def row(what: str, value: float | int | None, unit: str, target: str, ok: bool) -> dict[str, Any]:
    shown = round(value, 3) if isinstance(value, float) else value
    return {"what": what, "value": shown, "unit": unit, "target": target, "ok": bool(ok)}


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: of 20 values the 99th percentile is the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
