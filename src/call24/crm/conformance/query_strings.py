"""Query strings of Elasticsearch, as far as the connector for Zammad asks by them: whether a row is meant. Pure.

Texts are known by their words; a value in quotes is words in a row, `*` in a word is anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

_TOKEN = re.compile(
    r'\s*(?:(?P<open>\()|(?P<close>\))|(?P<range>[\[{][^\]}]*[\]}])|(?P<field>[a-z_]+):|(?P<quoted>"(?:[^"\\]|\\.)*")'
    r"|(?P<word>[\w*@.+-]+))"
)
Row = Mapping[str, Any]
Meant = Callable[[Row], bool]


def meant(query: str) -> Meant:
    """Raises: ValueError: it is no such query."""
    tokens, at = [], 0
    while query[at:].strip():
        found = _TOKEN.match(query, at)
        if found is None:
            raise ValueError(f"no query: {query[at:]}")
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        at = found.end()
    reader = _Reader(tokens)
    whole = reader.any_of("")
    if reader.left():
        raise ValueError(f"no query: {query}")
    return whole


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens

    def left(self) -> bool:
        return bool(self._tokens)

    def any_of(self, field: str) -> Meant:
        found = [self._all_of(field)]
        while self._skips("OR"):
            found.append(self._all_of(field))
        return lambda row: any(one(row) for one in found)

    def _all_of(self, field: str) -> Meant:
        found = [self._one(field)]
        while self._skips("AND"):
            found.append(self._one(field))
        return lambda row: all(one(row) for one in found)

    def _skips(self, word: str) -> bool:
        if self._tokens and self._tokens[0] == ("word", word):
            self._tokens.pop(0)
            return True
        return False

    def _one(self, field: str) -> Meant:
        if not self._tokens:
            raise ValueError("no query: it ends too soon")
        kind, text = self._tokens.pop(0)
        match kind:
            case "field":
                return self._one(text)
            case "open":
                found = self.any_of(field)
                if not self._tokens or self._tokens.pop(0)[0] != "close":
                    raise ValueError("no query: ) is missing")
                return found
            case "range" if field:
                return _between(field, text)
            case "quoted" if field:
                words = _words(re.sub(r"\\(.)", r"\1", text[1:-1]))
                return lambda row: _in_a_row(words, _words(str(row[field])))
            case "word" if field:
                return _has(field, text)
            case _:
                raise ValueError(f"no query: {text}")


def _between(field: str, text: str) -> Meant:
    low, to, high = text[1:-1].partition(" TO ")
    if not to:
        raise ValueError(f"no range: {text}")

    def within(row: Row) -> bool:
        own = row[field]
        above = low == "*" or own > _read(low, own) or (text[0] == "[" and own == _read(low, own))
        below = high == "*" or own < _read(high, own) or (text[-1] == "]" and own == _read(high, own))
        return above and below

    return within


def _read(text: str, own: Any) -> Any:
    plain = text.strip('"')
    return datetime.fromisoformat(plain) if isinstance(own, datetime) else int(plain)


def _has(field: str, text: str) -> Meant:
    pattern = re.compile("".join(".*" if one == "*" else re.escape(one) for one in text.lower()))

    def has(row: Row) -> bool:
        own = row[field]
        if isinstance(own, int):
            return str(own) == text
        return any(pattern.fullmatch(word) for word in _words(str(own or "")))

    return has


def _words(text: str) -> list[str]:
    """As Elasticsearch's standard tokenizer has them: a point between digits is part of the word."""
    return [one.lower() for one in re.findall(r"\w+(?:(?<=\d)[.,](?=\d)\w+)*", text)]


def _in_a_row(words: list[str], own: list[str]) -> bool:
    n = len(words)
    return any(own[at : at + n] == words for at in range(len(own) - n + 1))
