"""Cursors of lists that are shown page by page: a place in their order, not a count.

Of the long ones, newest first, it is the instant and the id of what was shown last; of those in an order of their own
what they are sorted by, which ends with the id. No person's name may be in it, since it stands in URLs.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from call24.kit.errors import Invalid

CURSOR_MAX = 2000
"""Characters; a name of the longest kind is in it."""

_NOT_OURS = [("cursor", "the `next` of an earlier page")]

SortKey = tuple[str | int, ...]
T = TypeVar("T")


def cursor_of(at: datetime, id: str) -> str:
    return _sealed(f"{round(at.timestamp() * 1000)}:{id}")


def place_of(cursor: str) -> tuple[datetime, str]:
    """Raises: Invalid for a text that is no cursor of ours."""
    try:
        ms, _, last = _opened(cursor).partition(":")
        return datetime.fromtimestamp(int(ms) / 1000, UTC), last
    except (ValueError, OverflowError, OSError):
        raise Invalid(errors=_NOT_OURS) from None


def cursor_after(place: SortKey) -> str:
    return _sealed(json.dumps(place, ensure_ascii=False))


def place_after(cursor: str, kinds: Sequence[type] | None = None) -> SortKey:
    """`kinds`: those of its parts, str or int, where they are known. Raises: Invalid for what is no such cursor."""
    try:
        found = json.loads(_opened(cursor))
        json.dumps(found, ensure_ascii=False).encode()  # half a character can be written in JSON, but not be stored
    except (ValueError, RecursionError):
        raise Invalid(errors=_NOT_OURS) from None
    if not isinstance(found, list) or not all(type(part) in (str, int) for part in found):
        raise Invalid(errors=_NOT_OURS)
    if kinds is not None and [type(part) for part in found] != list(kinds):
        raise Invalid(errors=_NOT_OURS)
    return tuple(found)


def page_of(
    rows: Iterable[T], by: Callable[[T], SortKey], *, limit: int, cursor: str | None
) -> tuple[list[T], str | None]:
    """A page of what is few enough to be read as a whole, sorted; the cursor of what follows. Raises: Invalid."""
    every = sorted(((by(row), row) for row in rows), key=lambda one: one[0])
    if cursor is not None:
        after = place_after(cursor, [type(part) for part in every[0][0]] if every else None)
        every = [one for one in every if one[0] > after]
    more = len(every) > limit
    return [row for _, row in every[:limit]], cursor_after(every[limit - 1][0]) if more else None


def _sealed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(cursor: str) -> str:
    """Raises: ValueError."""
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
