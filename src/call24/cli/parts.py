"""Which files of the tests a lane runs, when folders are divided between lanes: each file is in one part.

The longest files are dealt out first, each to the part that has least to do, by how long they took in the last run that
was kept; a newer file counts as the average of its folder. Files whose tests share what takes long to start (a stack,
the system that is killed) stay together: it is started once for each part that has one of them. Whoever looks for a
failure finds the same files together in the same order, on any machine.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

EXACT = "mark.exact"
KEPT = Path("docs/figures/reliability/lanes.json")
SHORT = 0.2
SAYING = ("shares_stack", "doomed")
"""In a text without either there is nothing to look for."""
SHARED = re.compile(r'shares_stack\("(\w+)"\)|\b(doomed): System\b')
"""By what a file of tests says that it shares a stack, or the system that is killed (tests/telephony/conftest.py)."""


def chosen(
    root: Path, folders: Sequence[str], part: tuple[int, int], last_has: Sequence[str] = (), short: int = 0
) -> list[str]:
    """What pytest is asked for: the folders themselves, or the files of one part of them (from 1 on, of how many).

    `last_has`: folders that the last part runs whole, besides its share. `short`: so many parts at the beginning are
    short ones.
    """
    number, parts = part
    if parts == 1:
        return [f"tests/{folder}" for folder in (*folders, *last_has)]
    kept = _seconds(root)
    seconds = {file: took for folder in (*folders, *last_has) for file, took in _of_folder(root, folder, kept).items()}
    whole = [file for folder in last_has for file in _files(root, folder)]
    shared = [file for folder in folders for file in _files(root, folder)]
    dealt = divided(shared, seconds, parts, sum(seconds[file] for file in whole), _together(root, shared), short)
    return dealt[number - 1] + (whole if number == parts else [])


def exact(root: Path, folders: Sequence[str], without: Sequence[str] = ()) -> list[str]:
    """The files of these folders, which may be files themselves, that have tests with the mark `exact`: a few of many,
    of which the others would be imported for nothing."""
    files = [
        one for folder in folders for one in ([f"tests/{folder}"] if folder.endswith(".py") else _files(root, folder))
    ]
    left_out = {f"tests/{file}" for file in without}
    return [file for file in files if file not in left_out and EXACT in (root / file).read_text()]


def _files(root: Path, folder: str) -> list[str]:
    return sorted(file.relative_to(root).as_posix() for file in (root / "tests" / folder).rglob("test_*.py"))


def _of_folder(root: Path, folder: str, kept: Mapping[str, float]) -> dict[str, float]:
    files = _files(root, folder)
    known = [kept[file] for file in files if file in kept]
    average = sum(known) / len(known) if known else 1.0
    return {file: kept.get(file, average) for file in files}


def _together(root: Path, files: Sequence[str]) -> dict[str, str]:
    """What each file shares with others; of two the one that takes longer to start."""
    texts = {file: (root / file).read_text() for file in files}
    said = {file: SHARED.findall(text) for file, text in texts.items() if any(word in text for word in SAYING)}
    words = {file: [stack or doomed for stack, doomed in found] for file, found in said.items() if found}
    return {file: "doomed" if "doomed" in found else found[0] for file, found in words.items()}


def divided(
    files: list[str],
    seconds: Mapping[str, float],
    parts: int,
    last_has_s: float = 0.0,
    together: Mapping[str, str] | None = None,
    short: int = 0,
) -> list[list[str]]:
    """Each file once, each part in the order of names and about as long as the others, but for `short` at the
    beginning, which are as long as `SHORT` of another.

    `last_has_s`: seconds that the last part takes for what is not divided. `together`: the same word for files that
    stay together, as far as they are not more than a part.
    """
    most_s = (sum(seconds[file] for file in files) + last_has_s) / (parts - short + SHORT * short)
    blocks = _blocks(files, seconds, most_s, together or {})
    took = {block[0]: sum(seconds[file] for file in block) for block in blocks}
    dealt: list[list[str]] = [[] for _ in range(parts)]
    filled = [most_s * (1 - SHORT)] * short + [0.0] * (parts - short - 1) + [last_has_s]
    for block in sorted(blocks, key=lambda block: (-took[block[0]], block)):
        least = filled.index(min(filled))
        dealt[least] += block
        filled[least] += took[block[0]]
    return [sorted(part) for part in dealt]


def _blocks(
    files: list[str], seconds: Mapping[str, float], most_s: float, together: Mapping[str, str]
) -> list[list[str]]:
    """Files that are dealt out as one: each by itself, or those with the same word, at most `most_s` of them."""
    blocks = [[file] for file in files if file not in together]
    sharing = defaultdict(list)
    for file in sorted(files):
        if file in together:
            sharing[together[file]].append(file)
    for those in sharing.values():
        block: list[str] = []
        for file in those:
            if block and sum(seconds[one] for one in (*block, file)) > most_s:
                blocks.append(block)
                block = []
            block.append(file)
        blocks.append(block)
    return blocks


def _seconds(root: Path) -> dict[str, float]:
    try:
        return dict(json.loads((root / KEPT).read_text()).get("files", {}))
    except (OSError, ValueError):
        return {}
