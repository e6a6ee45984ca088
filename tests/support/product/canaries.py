"""Strings that nothing else says, put into personal fields, and where they are found afterwards: as places of the data
map. And a tone that nothing else says, looked for in the bytes of every file."""

from __future__ import annotations

import contextlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from pymongo.database import Database

from call24.data_map import Files, documents
from call24.server.rooms import HOLDINGS

CANARY_HZ = 1730
_RATE, _WINDOW = 8000, 4000
_SHARE = 0.5
"""Of the energy of half a second, in the tone's three bins: a tone has nearly all of it, noise a thousandth."""


def word(of: str) -> str:
    """`of`: letters that say in a failure which field it was."""
    return f"{of}{secrets.token_hex(4)}"


def digits() -> str:
    """A number that nobody has, of those kept free for fiction. Source: Ofcom, numbers for drama."""
    return f"+4479009{secrets.randbelow(100_000):05d}"


def in_documents(database: Database[dict[str, Any]], words: Iterable[str]) -> dict[str, set[str]]:
    """Word -> `collection: dotted.field` where the database says it, in whatever letters."""
    found = defaultdict(set)
    for name in database.list_collection_names():
        for document in database[name].find():
            for path, value in _leaves(document, ""):
                for each in words:
                    if each.lower() in str(value).lower():
                        found[each].add(f"{name}: {path}")
    return dict(found)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _leaves(inside, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inside in value:
            yield from _leaves(inside, path)
    else:
        yield path, value


def in_files(data: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """Word -> files below the data folder, but for MongoDB's, which are looked at as documents."""
    found = defaultdict(set)
    for path, content in _contents(data):
        for each in words:
            if each.encode() in content:
                found[each].add(path)
    return dict(found)


def with_tone(data: Path) -> set[str]:
    """Files in which half a second, as 16-bit or as mu-law sound, is the tone."""
    return {path for path, content in _contents(data) if any(_is_tone(sound) for sound in _sounds(content))}


def _contents(data: Path) -> Iterator[tuple[str, bytes]]:
    for path in data.rglob("*"):
        relative = path.relative_to(data)
        if path.is_symlink() or not path.is_file() or relative.is_relative_to("mongodb/db"):
            continue
        with contextlib.suppress(FileNotFoundError):
            yield str(relative), path.read_bytes()


def _sounds(content: bytes) -> Iterator[np.ndarray[Any, Any]]:
    """One side, and the first of two, of 16-bit samples at either byte, and mu-law."""
    for start in (0, 1):
        whole = np.frombuffer(content[start : start + (len(content) - start) // 2 * 2], "<i2").astype(float)
        yield whole
        yield whole[::2]
    codes = ~np.frombuffer(content, np.uint8)
    size = (((codes & 0x0F).astype(int) << 3) + 0x84 << ((codes & 0x70) >> 4).astype(int)) - 0x84
    yield np.where(codes & 0x80, -size, size).astype(float)


def _is_tone(sound: np.ndarray[Any, Any]) -> bool:
    for start in range(0, len(sound) - _WINDOW + 1, _WINDOW):
        spectrum = np.abs(np.fft.rfft(sound[start : start + _WINDOW] * np.hanning(_WINDOW))) ** 2
        at = round(CANARY_HZ * _WINDOW / _RATE)
        if (energy := spectrum.sum()) > 0 and spectrum[at - 1 : at + 2].sum() > _SHARE * energy:
            return True
    return False


def undeclared(found: Iterable[str]) -> list[str]:
    """Places that the data map does not call personal: of `in_documents` by the field, of `in_files` by the file."""
    facts = {document.collection: document.facts for document in documents()}
    places = [place for room in HOLDINGS for place in room.places if place.personal]
    files = [place.where for place in places if isinstance(place.where, Files)]

    def declared(place: str) -> bool:
        name, field, path = place.partition(": ")
        if field:
            parts = path.split(".")
            known = (facts.get(name, {}).get(".".join(parts[:count])) for count in range(len(parts), 0, -1))
            fact = next((fact for fact in known if fact is not None), None)
            return fact is not None and fact.personal
        return any(one.holds(PurePosixPath(name)) for one in files)

    return sorted(place for place in set(found) if not declared(place))
