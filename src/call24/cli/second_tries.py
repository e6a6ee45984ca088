"""Tests that passed only at their second try, kept until somebody has looked for the cause and deletes the line.

A second try keeps a rare failure from stopping other work; what is not written down is forgotten.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

FILE = Path(".call24") / "second-try.txt"
_LINES_MAX = 100


def told(root: Path) -> str:
    """What is said at the beginning of a run; nothing when there is nothing."""
    lines = _lines(root)
    if not lines:
        return ""
    return "\n".join((f"passed only when tried again, in earlier runs ({FILE}):", *(f"  {line}" for line in lines)))


def keep(root: Path, names: list[str]) -> None:
    """Adds today's; of the oldest, those above a hundred are dropped."""
    if names:
        day = datetime.now(UTC).date().isoformat()
        lines = [*_lines(root), *(f"{day} {name}" for name in names)][-_LINES_MAX:]
        (root / FILE).parent.mkdir(exist_ok=True)
        (root / FILE).write_text("\n".join(lines) + "\n")


def _lines(root: Path) -> list[str]:
    try:
        return (root / FILE).read_text().splitlines()
    except OSError:
        return []
