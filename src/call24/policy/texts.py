"""The versions of the privacy policy: files with a date, and their hashes. It fills nothing in.

A version is a text (`texts/2026-12-01.en.md`) and the tables that the data map gave when it was written
(`texts/2026-12-01.tables.json`). `texts/hashes.txt` has the hash of each file; `freeze.py` writes tables and hashes,
and refuses to change a version that is in effect.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

TEXTS = Path(__file__).parent / "texts"
HASHES = "hashes.txt"
LANGUAGE, TRANSLATIONS = "en", ("mn",)
"""Each version has a text in all of them. Where they differ, what is written in the first applies."""
LANGUAGES = (LANGUAGE, *TRANSLATIONS)
_HEAD = re.compile(
    r"updated: (?P<updated>\d{4}-\d\d-\d\d)\n"
    r"effective: (?P<effective>\d{4}-\d\d-\d\d)\n"
    r"material: (?P<material>yes|no)\n\n"
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of data: what for, how long, on what legal basis, and who outside the installation is given it."""

    what: str
    purposes: tuple[str, ...]
    kept: tuple[str, ...]
    basis: tuple[str, ...]
    recipients: tuple[str, ...] = ()


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    callers: tuple[Row, ...]
    users: tuple[Row, ...]
    recipients: tuple[tuple[str, tuple[str, ...]], ...]
    """Who, and the kinds of data."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """`version`: the day of its last change, as in the file's name. `effective`: from then on it applies.

    `material`: users are asked to accept it. `text`: with its marks (`document.py`), without the head; `translated`:
    the same by language. `hash`: of all its files.
    """

    version: str
    effective: date
    material: bool
    text: str
    tables: Tables
    hash: str
    translated: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        return self.translated.get(language, self.text)


def texts_in(folder: Path) -> tuple[Version, ...]:
    """The oldest first. Raises: ValueError for a file that is not as a version has to be."""
    found = tuple(_read(folder, path) for path in sorted(folder.glob(f"*.{LANGUAGE}.md")))
    if not found or [one.effective for one in found] != sorted({one.effective for one in found}):
        raise ValueError(f"{folder}: there are versions, and a later one takes effect later")
    return found


@cache
def versions() -> tuple[Version, ...]:
    """Of this installation."""
    return texts_in(TEXTS)


def in_effect(known: Sequence[Version], today: date) -> Version:
    """The newest that applies today; the first one where none does yet."""
    return max((one for one in known if one.effective <= today), key=lambda one: one.effective, default=known[0])


def hash_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def tables_of(version: str) -> str:
    return f"{version}.tables.json"


def _read(folder: Path, file: Path) -> Version:
    name, text = file.name.removesuffix(f".{LANGUAGE}.md"), file.read_text("utf-8")
    head = _HEAD.match(text)
    if head is None or head["updated"] != name or head["effective"] < head["updated"]:
        raise ValueError(f"{file.name} begins with updated (the date of its name), effective (not before it), material")
    tables, begin = folder / tables_of(name), text[: head.end()]
    others = {language: folder / f"{name}.{language}.md" for language in TRANSLATIONS}
    translated = {language: other.read_text("utf-8") for language, other in others.items() if other.exists()}
    if missing := [language for language in TRANSLATIONS if not translated.get(language, "").startswith(begin)]:
        raise ValueError(f"{file.name}: there is a text in {', '.join(missing)}, with the same three lines at its head")
    return Version(
        version=name,
        effective=date.fromisoformat(head["effective"]),
        material=head["material"] == "yes",
        text=text[head.end() :],
        tables=msgspec.json.decode(tables.read_bytes(), type=Tables),
        hash=hashlib.sha256("".join(map(hash_of, (file, *others.values(), tables))).encode()).hexdigest(),
        translated={language: other[head.end() :] for language, other in translated.items()},
    )
