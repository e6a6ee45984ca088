"""Which files of the tests a lane runs, when folders are divided between lanes: each file is in one part.

The longest files are dealt out first, each to the part that has least to do, by how long they took in the last run that
was kept. Whoever looks for a failure finds the same files together in the same order, on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

KEPT = Path("docs/figures/reliability/lanes.json")
_UNKNOWN_S = 8.0


def chosen(root: Path, folders: tuple[str, ...], part: tuple[int, int], last: tuple[str, ...] = ()) -> list[str]:
    """What pytest is asked for: the folders themselves, or the files of one part of them (from 1 on, of how many).

    `last`: folders that the last part runs whole, before its files; it gets fewer of them for that.
    """
    number, parts = part
    if parts == 1:
        return [f"tests/{folder}" for folder in folders]
    seconds = _seconds(root)
    taken = [0.0] * (parts - 1) + [sum(seconds.get(file, _UNKNOWN_S) for file in _files(root, last))]
    dealt = divided(_files(root, folders), seconds, taken)[number - 1]
    return [*(f"tests/{folder}" for folder in last), *dealt] if number == parts else dealt


def divided(files: list[str], seconds: Mapping[str, float], taken: Sequence[float]) -> list[list[str]]:
    """Each file once, each part in the order of names; all about as long, with the seconds that each has already."""
    dealt: list[list[str]] = [[] for _ in taken]
    filled = list(taken)
    for file in sorted(files, key=lambda file: (-seconds.get(file, _UNKNOWN_S), file)):
        least = filled.index(min(filled))
        dealt[least].append(file)
        filled[least] += seconds.get(file, _UNKNOWN_S)
    return [sorted(part) for part in dealt]


def _files(root: Path, folders: tuple[str, ...]) -> list[str]:
    found = [file for folder in folders for file in (root / "tests" / folder).rglob("test_*.py")]
    return [file.relative_to(root).as_posix() for file in found]


def _seconds(root: Path) -> dict[str, float]:
    try:
        return dict(json.loads((root / KEPT).read_text()).get("files", {}))
    except (OSError, ValueError):
        return {}
