"""Whether a version lies in the ranges of an advisory. Pure.

It orders plain releases and their pre-releases, as PEP 440 and SemVer both do. What it cannot order is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_VERSION = re.compile(
    r"v?(?P<numbers>\d+(?:\.\d+)*)(?:[-.]?(?P<kind>alpha|beta|a|b|c|rc|dev)[-.]?(?P<number>\d*))?"
    r"(?:\.?post(?P<post>\d+))?(?:\+.*)?"
)
_KINDS = {"dev": 0, "a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, None: 4}
Key = tuple[tuple[int, ...], int, int, int]


def key(version: str) -> Key | None:
    """By which versions are ordered; None where that is unknown."""
    found = _VERSION.fullmatch(version.strip().lower())
    if found is None:
        return None
    numbers = [int(one) for one in found["numbers"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), _KINDS[found["kind"]], int(found["number"] or 0), int(found["post"] or -1)


def affected(version: str, versions: Iterable[str], ranges: Sequence[Sequence[Mapping[str, str]]]) -> bool | None:
    """Whether it is named by itself or lies in a range; None: it cannot be told.

    A range is a list of events: `introduced`, then `fixed` (no more from there on) or `last_affected` (until there).
    """
    if version in set(versions):
        return True
    told = [_within(version, events) for events in ranges]
    return True if True in told else None if None in told else False


def _within(version: str, events: Sequence[Mapping[str, str]]) -> bool | None:
    own = key(version)
    points: list[tuple[Key, str]] = []
    for what, at in (pair for event in events for pair in event.items() if pair[0] != "limit"):
        point = key(at)
        if own is None or point is None:
            return None
        points.append((point, what))
    inside = False
    for point, what in sorted(points):
        if own is not None and (own > point or (own == point and what != "last_affected")):
            inside = what == "introduced"
    return inside
