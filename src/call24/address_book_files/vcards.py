"""vCards as text: cards out of lines, with folding, groups, parameters and encodings, and lines out of cards. Pure.

Versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) are read; 3.0 and 4.0 are written. What the properties mean for a
person is `vcard_people.py`'s. A file may be hostile: memory is bounded by `LINE_MAX` and `PROPERTIES_MAX`, and no card
ends the reading of those after it.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

LINE_MAX = 64 * 1024
"""Characters of a property: of a longer one, as of a picture, the beginning is read."""
PHOTO_MAX = 256 * 1024
"""Of a PHOTO, which is in base64."""
PROPERTIES_MAX = 500
"""Of one card: the rest is counted in `unread`."""
FOLD = 75
"""Octets of a written line, without its end (RFC 6350, 3.2)."""

_PHOTO = re.compile(r"(?:[\w-]+\.)?PHOTO[;:]", re.ASCII | re.IGNORECASE)
_HEAD = re.compile(r'((?:[\w-]+\.)?)([\w-]+)((?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):', re.ASCII)
_PARAMETER = re.compile(r';([^":;]*(?:"[^"]*"[^":;]*)*)')
_LIST = re.compile(r'"([^"]*)"|([^",]+)')
_CARET = re.compile(r"\^([n'^])")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CHARSET = re.compile(
    r"^(utf-?8|utf-?16(le|be)?|us-ascii|iso-8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|shift_jis"
    r"|gb2312|gbk|gb18030|big5|euc-(kr|jp))$",
    re.IGNORECASE,
)
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "7BIT", "8BIT", "B"})


class Property(msgspec.Struct, frozen=True):
    """`name`, `parameters`: in capitals; `TYPE` in small letters. `value`: as it stands, but for transfer encodings.

    `whole`: False where the value was longer than is read. `escaped`: whether `\\n` and the like mean something.
    """

    name: str
    value: str
    group: str = ""
    parameters: Mapping[str, tuple[str, ...]] = {}
    whole: bool = True
    escaped: bool = True

    @property
    def types(self) -> tuple[str, ...]:
        return self.parameters.get("TYPE", ())

    @property
    def text(self) -> str:
        return unescaped(self.value) if self.escaped else self.value.replace("\\;", ";")

    def parts(self, separator: str = ";") -> list[str]:
        """Of a structured value, each as text."""
        return [unescaped(part) if self.escaped else part.replace("\\;", ";") for part in split(self.value, separator)]


class Card(msgspec.Struct, frozen=True):
    """`line`: where it begins, from 1. `unread`: lines that are no property, or too many. `ended`: it has an END."""

    line: int
    properties: tuple[Property, ...]
    unread: int = 0
    ended: bool = True

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def first(self, name: str) -> Property | None:
        return next((one for one in self.properties if one.name == name), None)


def cards(lines: Iterable[str]) -> Iterator[Card]:
    """`lines`: with their ends; a longer one may come in pieces, of which the last alone has an end.

    What stands outside of cards is passed over. A card in a card (`AGENT` of earlier versions) is left out, and counted
    as one unread line.
    """
    reading: _Reading | None = None
    unfolding = _Unfolding(lines)
    for place, line in unfolding.lines():
        word = line.text[:12].strip().upper() if len(line.text) < 40 else ""
        if word == "BEGIN:VCARD":
            if reading is not None and reading.nested:
                reading.depth += 1
                continue
            if reading is not None:
                yield reading.card(ended=False)
            reading = _Reading(place)
            unfolding.space = ""
        elif reading is None:
            continue
        elif word == "END:VCARD":
            if reading.depth:
                reading.depth -= 1
                continue
            yield reading.card()
            reading = None
        elif not reading.depth:
            reading.add(line)
            unfolding.space = " " if reading.old else ""
    if reading is not None:
        yield reading.card(ended=False)


class _Line:
    """A logical line; `whole`: False where it was longer than is read."""

    __slots__ = ("most", "pieces", "size", "whole")

    def __init__(self, text: str) -> None:
        self.most = PHOTO_MAX if _PHOTO.match(text) else LINE_MAX
        self.pieces, self.size, self.whole = [text[: self.most]], len(text), len(text) <= self.most

    def add(self, text: str) -> None:
        if self.size >= self.most:
            self.whole = self.whole and not text
            return
        self.pieces.append(text[: self.most - self.size])
        self.size += len(text)
        self.whole = self.size <= self.most

    @property
    def text(self) -> str:
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0]

    def cut_short(self) -> None:
        """Without its last character."""
        self.pieces[-1] = self.pieces[-1][:-1]
        self.size -= 1

    def goes_on(self) -> bool:
        """A quoted-printable value whose line ends softly (vCard 2.1)."""
        if not self.pieces[-1].endswith("="):
            return False
        return "QUOTED-PRINTABLE" in self.text.partition(":")[0].upper()


class _Unfolding:
    """`space`: what a line end in a folded value was; version 2.1 folds where there was some."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.space = ""

    def lines(self) -> Iterator[tuple[int, _Line]]:
        """With the number of the first line of each."""
        current: _Line | None = None
        place, number, ended = 0, 0, True
        for physical in self._lines:
            text = physical.rstrip("\r\n")
            if not ended and current is not None:  # the rest of a long one
                current.add(text)
                ended = physical.endswith("\n")
                continue
            number += 1
            ended = physical.endswith("\n")
            if current is not None and text[:1] in (" ", "\t"):
                current.add(self.space + text[1:])
            elif current is not None and current.goes_on():
                current.cut_short()
                current.add(text)
            else:
                if current is not None:
                    yield place, current
                current, place = _Line(text), number
        if current is not None:
            yield place, current


class _Reading:
    """A card of which the end has not come yet."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.properties: list[Property] = []
        self.unread = 0
        self.depth = 0
        self.old = False
        """Version 2.1."""
        self.nested = False
        """The last property was an `AGENT` whose card follows."""

    def add(self, line: _Line) -> None:
        self.nested = False
        if not line.text.strip():
            return
        found = None if len(self.properties) >= PROPERTIES_MAX else property_of(line.text, old=self.old)
        if found is None:
            self.unread += 1
        elif found.name == "VERSION":
            self.old = found.value.strip() == "2.1"
        elif found.name == "AGENT" and not found.value.strip():
            self.unread += 1
            self.nested = True
        else:
            self.properties.append(found if line.whole else msgspec.structs.replace(found, whole=False))

    def card(self, *, ended: bool = True) -> Card:
        return Card(line=self.line, properties=tuple(self.properties), unread=self.unread, ended=ended)


def property_of(line: str, *, old: bool = False) -> Property | None:
    """Of an unfolded line; None where it is none. `old`: by the rules of version 2.1."""
    head = _HEAD.match(line)
    if head is None:
        return None
    group, name, rest = head.groups()
    value = line[head.end() :]
    parameters = _parameters(rest) if rest else {}
    encoding = next(iter(parameters.get("ENCODING", ())), "").upper()
    if encoding == "QUOTED-PRINTABLE":
        value = _quoted(value, next(iter(parameters.get("CHARSET", ())), "utf-8"))
    return Property(name=name.upper(), value=value, group=group[:-1].lower(), parameters=parameters, escaped=not old)


def _parameters(rest: str) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for part in rest[1:].split(";") if '"' not in rest else _PARAMETER.findall(rest):
        name, equals, value = part.partition("=")
        name = name.strip().upper()
        if not equals:  # version 2.1 has values alone
            name, value = ("ENCODING" if name in _ENCODINGS else "TYPE"), name
        values = [quoted or plain.strip() for quoted, plain in _LIST.findall(value)]
        if "^" in value:
            values = [_CARET.sub(lambda found: {"n": "\n", "'": '"', "^": "^"}[found[1]], one) for one in values]
        if name == "TYPE":  # some quote the whole list
            values = [word.strip().lower() for one in values for word in one.split(",") if word.strip()]
        made[name] = (*made.get(name, ()), *values)
    return made


def _quoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("ascii", "replace"))
    return raw.decode(charset if _CHARSET.match(charset) else "utf-8", "replace")


def unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def escaped(text: str) -> str:
    """As a component of a value: what separates components and lists is no part of it."""
    made = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return made.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def split(value: str, separator: str) -> list[str]:
    """At separators that are not escaped; the parts are as they stand."""
    if "\\" not in value:
        return value.split(separator)
    parts, begin, place = [], 0, 0
    while place < len(value):
        if value[place] == "\\":
            place += 2
            continue
        if value[place] == separator:
            parts.append(value[begin:place])
            begin = place + 1
        place += 1
    return [*parts, value[begin:]]


def written(version: str, properties: Sequence[Property]) -> str:
    """A card of version 3.0 or 4.0. Values stand as they are: whoever makes them escapes them."""
    lines = ["BEGIN:VCARD", f"VERSION:{version}", *(_line(one) for one in properties), "END:VCARD"]
    return "".join(folded(line) + "\r\n" for line in lines)


def _line(one: Property) -> str:
    group = f"{one.group}." if one.group else ""
    parameters = "".join(f";{name}={','.join(map(_parameter, values))}" for name, values in one.parameters.items())
    return f"{group}{one.name}{parameters}:{one.value}"


def _parameter(value: str) -> str:
    """RFC 6868."""
    made = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{made}"' if any(char in made for char in ',;:"') else made


def folded(line: str) -> str:
    """In lines of 75 octets, none of which begins inside a character."""
    raw = line.encode()
    if len(raw) <= FOLD:
        return line
    pieces, begin, room = [], 0, FOLD
    while begin < len(raw):
        end = min(begin + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(raw[begin:end].decode())
        begin, room = end, FOLD - 1
    return "\r\n ".join(pieces)
