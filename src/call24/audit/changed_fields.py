"""Values before and after -> what an entry tells of them: short, bounded, readable. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from call24.audit.model import AuditChange, Told

MOST = 30
"""Fields of an entry."""
LONGEST = 120
LISTED, WORD = 10, 60
"""Of a list: so many that were added, and removed, each so long."""
DEEPEST = 3


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[AuditChange, ...]:
    """What is the same before and after is left out."""
    found = [change for field in sorted(after) for change in _of(field, before.get(field), after[field], 1)]
    return tuple(found[:MOST])


def _of(field: str, was: Any, now: Any, depth: int) -> Iterator[AuditChange]:
    if was == now or isinstance(was, bytes) or isinstance(now, bytes):
        return
    if isinstance(was, list | tuple) or isinstance(now, list | tuple):
        if list(was or ()) == list(now or ()):
            return
        had, has = [_word(one) for one in was or ()], [_word(one) for one in now or ()]
        added, removed = _without(has, had), _without(had, has)
        more = len(added) > LISTED or len(removed) > LISTED
        yield AuditChange(field=field, added=added[:LISTED], removed=removed[:LISTED], more=more)
    elif (isinstance(was, dict) or isinstance(now, dict)) and depth < DEEPEST:
        of_was, of_now = (one if isinstance(one, dict) else {} for one in (was, now))
        for key in sorted({*of_was, *of_now}):
            yield from _of(f"{field}.{key}", of_was.get(key), of_now.get(key), depth + 1)
    else:
        yield AuditChange(field=field, before=_told(was), after=_told(now))


def _without(these: Iterable[str], those: Iterable[str]) -> tuple[str, ...]:
    left = set(those)
    return tuple(one for one in these if one not in left)


def _told(value: Any) -> Told:
    if value is None or isinstance(value, bool | int | float):
        return value
    return (value if isinstance(value, str) else _word(value))[:LONGEST]


def _word(value: Any) -> str:
    return " ".join(_words(value))[:WORD]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, datetime):
        yield value.isoformat()
    elif value is not None and not isinstance(value, bytes):
        yield str(value)
