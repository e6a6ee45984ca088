"""What a request changes in documents whose fields the audit log tells, with their values before and after.

Whoever handles a request opens notes for it; the collections write into them, by the very command that changes the
document, so that the value before is the one that was replaced. It keeps values of declared fields alone
(`document(audited=...)`), and decides nothing about what becomes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

MOST = 20
"""Documents of a request that are noted."""

Values = dict[str, Any]


class ChangeNotes:
    """`close` when the request is answered: what was begun by it and goes on is not noted."""

    def __init__(self) -> None:
        self._open = True
        self._found: dict[str, tuple[Values, Values]] = {}

    def take(self, id: str, before: Mapping[str, Any], after: Mapping[str, Any], told: frozenset[str]) -> None:
        """Of two changes of a field, the first value before and the last one after; a transaction that is tried again
        changes nothing."""
        if not self._open or (id not in self._found and len(self._found) >= MOST):
            return
        was, now = self._found.setdefault(id, ({}, {}))
        for name in told & after.keys():
            was.setdefault(name, before.get(name))
            now[name] = after[name]

    def of(self, id: str) -> tuple[Values, Values]:
        """By field, as they are stored: before, and after."""
        return self._found.get(id, ({}, {}))

    def close(self) -> None:
        self._open = False

    @property
    def open(self) -> bool:
        return self._open


NOTES: ContextVar[ChangeNotes | None] = ContextVar("change_notes", default=None)


def open_notes() -> ChangeNotes | None:
    notes = NOTES.get()
    return notes if notes is not None and notes.open else None
