"""Leaves other people out of what a caller is given of a document. Pure; the data map says whose each field is.

Ids of users, devices, sessions and other callers become words that tell them apart within one document alone. What
else is a user's (names, addresses) is left out, and so is what the map says is not told.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from call24.data_map import SECRET, Category, Document, Fact, Subject

_WORDS = {"usr_": "agent", "ctc_": "caller", "dev_": "device", "tok_": "session"}
"""What stands for somebody else, by the prefix of an id."""


def left_out(fact: Fact) -> bool:
    """Whether a field of this kind is not in the file at all."""
    if fact.untold or fact.category is Category.SECRET or fact.category in SECRET:
        return True
    return fact.subject is Subject.USER and fact.category is not Category.ID


class Masking:
    """Of one kind of document."""

    def __init__(self, document: Document) -> None:
        self._left_out = {path for path, fact in document.facts.items() if left_out(fact)}
        self._deeper = {path.rpartition(".")[0] for path in document.facts}

    def shown(self, one: msgspec.Struct, own: Collection[str]) -> dict[str, Any]:
        """`own`: the caller's ids, which are told. The organisation is said once, in the manifest."""
        shown: dict[str, Any] = self._inner(msgspec.to_builtins(one), "", _Words(own))
        shown.pop("tenant_id", None)
        return shown

    def _inner(self, value: Any, path: str, words: _Words) -> Any:
        if isinstance(value, str):
            return words.of(value)
        if isinstance(value, list | tuple):
            return [self._inner(one, path, words) for one in value]
        if not isinstance(value, dict):
            return value
        if path not in self._deeper:  # one Fact covers all of it
            return {words.of(key): self._inner(one, path, words) for key, one in value.items()}
        shown = {}
        for key, one in value.items():
            inner = f"{path}.{key}" if path else "_id" if key == "id" else key
            if inner not in self._left_out:
                shown[key] = self._inner(one, inner, words)
        return shown


class _Words:
    """For one document."""

    def __init__(self, own: Collection[str]) -> None:
        self._own = own
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def of(self, text: str) -> str:
        """An id of somebody else, as a word; anything else as it is."""
        kind = _WORDS.get(text[:4])
        if kind is None or text in self._own:
            return text
        if (word := self._known.get(text)) is None:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            word = self._known[text] = f"{kind} {number}"
        return word
