"""Takes what could be somebody's out of lines of a log: only words that Call24's own messages have are left.

What looks like a number, an address, an id or a token goes by its form; a name has no form, so it goes for being none
of those words. Reads the program's source; no log and no database.
"""

from __future__ import annotations

import ast
import builtins
import functools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

GONE = "<...>"
STRANGERS = frozenset({"demo", "testphones", "what_if"})
"""Rooms and modules whose texts have invented names and numbers."""
LEVELS = frozenset({"DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "VERBOSE"})
_TIME = re.compile(r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?\]?")
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_ADDRESS_6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_NUMBER = re.compile(r"\+?\d(?:[ ()./_-]{0,3}\d){5,}")
"""Six digits or more, however they are grouped."""
_TOKEN = re.compile(r"[^\s\"'`(),;:=<>\[\]{}|/\\]+")
_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,2}(?=[^\d.])")
_WORD = re.compile(r"[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*")
"""With its digits: parts of an id such as `e4a1` are letters that are words too."""
_MEASURE = re.compile(r"\d{1,3}(?:s|ms|KB|MB|GB)")
_MOST_DIGITS = 3
_MARK = "\ufffd"
"""Where a number was: what it stands in goes with it, since no word is other than ASCII."""


class Redaction:
    """`words`: what may stay, as it is written there."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def line(self, text: str) -> str:
        """One line, without its time if it begins with one; that stays."""
        time = _TIME.match(text)
        begin = time[0] if time else ""
        return begin + "".join(self._parts(_without_numbers(text[len(begin) :])))

    def database_line(self, text: str) -> str:
        """Of mongod's log, which is JSON: when, how bad, which part, which message. What it is about, `attr`, goes."""
        try:
            entry = json.loads(text)
            when, kind = entry["t"]["$date"], (entry["s"], entry["c"], entry["id"])
        except (ValueError, LookupError, TypeError):
            return GONE
        return f"{when} {' '.join(map(str, kind))} {_without_numbers(str(entry.get('msg', ''))).replace(_MARK, GONE)}"

    def _parts(self, text: str) -> Iterator[str]:
        at = 0
        for part in _TOKEN.finditer(text):
            yield text[at : part.start()]
            yield self._token(part[0])
            at = part.end()
        yield text[at:]

    def _token(self, token: str) -> str:
        digits = max((len(run) for run in re.findall(r"\d+", token)), default=0)
        words = [word for word in _WORD.findall(token) if not _MEASURE.fullmatch(word)]
        if token.isascii() and "@" not in token and digits <= _MOST_DIGITS and self._words.issuperset(words):
            return token
        version = _VERSION.match(token)
        return version[0] + GONE if version else GONE


@functools.cache
def own_words(source: Path) -> frozenset[str]:
    """The words of texts in Call24's program, of its modules and of exceptions; none of comments and docstrings."""
    found: set[str] = {"s", "ms", "MB", "GB", "Z"}
    for file in sorted(source.rglob("*.py")):
        place = file.relative_to(source).parts
        if not STRANGERS & {part.removesuffix(".py") for part in place}:
            found.update(word for part in place for word in _WORD.findall(part.removesuffix(".py")))
            found.update(_texts(ast.parse(file.read_text())))
    # A word that is only ever written with a capital is a name, unless it is an exception's.
    names = {word for word in found if word.istitle() and word.lower() not in found}
    return frozenset(found - names | {name for name in dir(builtins) if name[0].isupper()} | LEVELS)


def _without_numbers(text: str) -> str:
    for form in (_ADDRESS, _ADDRESS_6, _NUMBER):
        text = form.sub(_MARK, text)
    return text


def _texts(tree: ast.Module) -> Iterator[str]:
    told: set[int] = set()
    for node in ast.walk(tree):  # an expression comes before what is in it
        if isinstance(node, ast.Expr):
            told.add(id(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield from _WORD.findall(node.value)
        elif isinstance(node, ast.ClassDef):
            yield from _WORD.findall(node.name)
