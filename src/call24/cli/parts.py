"""Which files of the tests a lane runs, when folders are divided between lanes: each file is in one part.

The longest files are dealt out first, each to the part that has least to do, by how long they took in the last run that
was kept; a newer file counts as the average of its folder. Whoever looks for a failure finds the same files together in
the same order, on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

KEPT = Path("docs/figures/reliability/lanes.json")


def chosen(root: Path, folders: Sequence[str], part: tuple[int, int], last_has: Sequence[str] = ()) -> list[str]:
    """What pytest is asked for: the folders themselves, or the files of one part of them (from 1 on, of how many).

    `last_has`: folders that the last part runs whole, besides its share.
    """
    number, parts = part
    if parts == 1:
        return [f"tests/{folder}" for folder in (*folders, *last_has)]
    kept = _seconds(root)
    seconds = {file: took for folder in (*folders, *last_has) for file, took in _of_folder(root, folder, kept).items()}
    whole = [file for folder in last_has for file in _files(root, folder)]
    shared = [file for folder in folders for file in _files(root, folder)]
    dealt = divided(shared, seconds, parts, sum(seconds[file] for file in whole))
    return dealt[number - 1] + (whole if number == parts else [])


def _files(root: Path, folder: str) -> list[str]:
    return sorted(file.relative_to(root).as_posix() for file in (root / "tests" / folder).rglob("test_*.py"))


def _of_folder(root: Path, folder: str, kept: Mapping[str, float]) -> dict[str, float]:
    files = _files(root, folder)
    known = [kept[file] for file in files if file in kept]
    average = sum(known) / len(known) if known else 1.0
    return {file: kept.get(file, average) for file in files}


def divided(files: list[str], seconds: Mapping[str, float], parts: int, last_has_s: float = 0.0) -> list[list[str]]:
    """Each file once, each part in the order of names and about as long as the others.

    `last_has_s`: seconds that the last part takes for what is not divided.
    """
    dealt: list[list[str]] = [[] for _ in range(parts)]
    filled = [0.0] * (parts - 1) + [last_has_s]
    for file in sorted(files, key=lambda file: (-seconds[file], file)):
        least = filled.index(min(filled))
        dealt[least].append(file)
        filled[least] += seconds[file]
    return [sorted(part) for part in dealt]


def _seconds(root: Path) -> dict[str, float]:
    try:
        return dict(json.loads((root / KEPT).read_text()).get("files", {}))
    except (OSError, ValueError):
        return {}
