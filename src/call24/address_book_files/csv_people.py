"""What a row of a CSV file says of a person, by what its columns have; and people as rows of our own files. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from call24.address_book_files.headings import Column, proposed
from call24.address_book_files.names import split_name
from call24.address_book_files.vcard_people import Entry
from call24.address_book_files.vcards import escaped, split, unescaped
from call24.exports.safe_cells import plain_of, safe_of
from call24.people.model import NameOrder, Person
from call24.people.rules import LINE_MAX

SEVERAL = " ::: "
"""Between several values in one cell, as Google writes them."""
_PHONE = re.compile(r"^[+(]?[\d ()./\-]{6,24}$")
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_ORDERS = ("given_first", "family_first", "patronymic_first")
_LINES = ("street", "postal_code", "city", "region", "country")
_SINGLE = ("given", "family", "patronymic", "phonetic", "company")
_ONCE = ("given", "family", "patronymic", "phonetic", "order", "company")


class Most(msgspec.Struct, frozen=True, kw_only=True):
    """How many a person has at most, of those who are written into a file: so many columns it has."""

    numbers: int = 0
    emails: int = 0
    addresses: int = 0
    fields: int = 0

    def with_(self, person: Person) -> Most:
        return Most(
            numbers=max(self.numbers, len(person.numbers)),
            emails=max(self.emails, len(person.emails)),
            addresses=max(self.addresses, len(person.addresses)),
            fields=max(self.fields, len(person.fields)),
        )


def headings_of(most: Most) -> list[str]:
    """Of Call24's own files."""
    made = list(_ONCE)
    for kind, label, count in (
        ("number", "label", most.numbers),
        ("email", "label", most.emails),
        ("address", "label", most.addresses),
        ("field", "name", most.fields),
    ):
        for place in range(1, count + 1):
            made += [f"{kind} {place}", f"{kind} {place} {label}"]
    return [*made, "tags", "notes"]


def row_of(person: Person, most: Most) -> list[str]:
    """The cells below these headings. Numbers are in E.164; no cell is taken for a formula."""
    made = [getattr(person, field) for field in _ONCE]
    for pairs, count in (
        ([(one.number, one.label) for one in person.numbers], most.numbers),
        ([(one.address, one.label) for one in person.emails], most.emails),
        ([(one.text, one.label) for one in person.addresses], most.addresses),
        ([(one.value, one.name) for one in person.fields], most.fields),
    ):
        for pair in [*pairs, *[("", "")] * (count - len(pairs))]:
            made += pair
    made += [";".join(map(escaped, person.tags)), person.notes]
    return [safe_of(cell) for cell in made]


def is_own(headings: Sequence[str]) -> bool:
    """Whether a file has the columns of Call24's own, all of them."""
    return tuple(headings[: len(_ONCE)]) == _ONCE and tuple(headings[-2:]) == ("tags", "notes")


def guessed(rows: Sequence[Sequence[str]]) -> list[Column]:
    """Of a file without headings, by what stands in its first rows."""
    width, made, named = max(map(len, rows), default=0), [], False
    for place in range(width):
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        if cells and sum(bool(_PHONE.match(cell)) for cell in cells) * 2 > len(cells):
            made.append(Column(to="number"))
        elif cells and sum(bool(_MAIL.match(cell)) for cell in cells) * 2 > len(cells):
            made.append(Column(to="email"))
        elif cells and not named:
            made.append(Column(to="name"))
            named = True
        else:
            made.append(Column(to="field", label=f"Column {place + 1}") if cells else Column(to="skip"))
    return made


def looks_like_heading(first: Sequence[str]) -> bool:
    """Whether a file's first row names its columns: something is known in it, or nothing in it is anybody's."""
    cells = [cell.strip() for cell in first if cell.strip()]
    if any(_PHONE.match(cell) or _MAIL.match(cell) for cell in cells):
        return False
    return bool(cells) and (any(column.to not in ("field", "skip") for column in proposed(cells)) or len(cells) > 1)


def entry_of(cells: Sequence[str], columns: Sequence[Column], order: NameOrder, *, own: bool = False) -> Entry:
    """`order`: of whole names, and of who says no other; `own`: the file is one that Call24 wrote."""
    reading = _Reading(columns, order, own)
    for cell, column in zip(cells, columns, strict=False):
        reading.take(cell, column)
    beyond = any(cell.strip() for cell in cells[len(columns) :])
    return reading.entry(beyond)


class _Reading:
    def __init__(self, columns: Sequence[Column], order: NameOrder, own: bool) -> None:
        self._order = order
        self._own = own
        self._single: dict[str, str] = {}
        self._labels: dict[int, str] = {}
        self._values: list[tuple[Column, str]] = []
        self._lines: dict[tuple[int, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._tags: list[str] = []
        self._notes: list[str] = []
        self._problems: list[tuple[str, str]] = []
        self._unread = False

    def take(self, cell: str, column: Column) -> None:
        text = plain_of(cell).strip() if self._own else _plain(cell)
        if not text:
            return
        self._unread = self._unread or "\ufffd" in text
        match column.to:
            case "skip":
                pass
            case "label":
                self._labels[column.group] = text
            case "number" | "email" | "address" | "field":
                self._values.append((column, text))
            case "tags":
                self._tags += self._tags_of(text)
            case "notes":
                self._notes.append(text)
            case _ if column.to in _LINES:
                self._lines[column.group, column.label][column.to].append(text)
            case _:
                self._single.setdefault(column.to, text)

    def _tags_of(self, text: str) -> Iterable[str]:
        if self._own:
            return map(unescaped, split(text, ";"))
        between = SEVERAL.strip() if SEVERAL.strip() in text else ";" if ";" in text else ","
        return (part.strip().removeprefix("* ") for part in text.split(between))

    def entry(self, beyond: bool) -> Entry:
        made: dict[str, Any] = {field: self._single[field] for field in _SINGLE if field in self._single}
        whole = self._single.get("name", "")
        if whole and not any(made.get(field) for field in ("given", "family", "patronymic")):
            if whole != made.get("company"):
                made.update(split_name(whole, self._order))
        elif made.get("given") or made.get("family") or made.get("patronymic"):
            made["order"] = self._order
        if "order" in self._single:
            self._put_order(made)
        self._put_values(made)
        self._put_addresses(made)
        if tags := [tag for tag in self._tags if tag]:
            made["tags"] = tags
        if self._notes:
            made["notes"] = "\n\n".join(self._notes)
        if beyond:
            self._problems.append(("row", "it has more cells than there are columns"))
        if self._unread:
            self._problems.append(("row", "letters cannot be read: choose another encoding"))
        return Entry(asked=made, problems=tuple(self._problems))

    def _put_order(self, made: dict[str, Any]) -> None:
        if self._single["order"] in _ORDERS:
            made["order"] = self._single["order"]
        else:
            self._problems.append(("order", f"one of {', '.join(_ORDERS)}"))

    def _put_values(self, made: dict[str, Any]) -> None:
        for column, text in self._values:
            label = self._labels.get(column.group, column.label) if column.group else column.label
            texts = [text] if self._own or column.to == "address" else text.split(SEVERAL.strip())
            for one in filter(None, map(str.strip, texts)):
                match column.to:
                    case "number":
                        made.setdefault("numbers", []).append({"number": one, "label": _label(label)})
                    case "email":
                        made.setdefault("emails", []).append({"address": one, "label": _label(label)})
                    case "address":
                        made.setdefault("addresses", []).append({"text": one, "label": _label(label)})
                    case _:
                        self._put_field(made, label, one)

    def _put_field(self, made: dict[str, Any], name: str, value: str) -> None:
        line = value if self._own else " ".join(value.split())
        if len(line) > LINE_MAX:
            self._problems.append((name or "field", f"at most {LINE_MAX} characters"))
            return
        fields = made.setdefault("fields", [])
        taken, free, count = {one["name"] for one in fields}, name or "Field", 2
        while free in taken:
            free, count = f"{name or 'Field'} {count}", count + 1
        fields.append({"name": free, "value": line})

    def _put_addresses(self, made: dict[str, Any]) -> None:
        whole = {column.group for column, _ in self._values if column.to == "address" and column.group}
        for (group, label), parts in self._lines.items():
            if group and group in whole:  # the same address, written out
                continue
            place = " ".join((*parts.get("postal_code", ()), *parts.get("city", ())))
            lines = [*parts.get("street", ()), place, *parts.get("region", ()), *parts.get("country", ())]
            text = "\n".join(line for line in lines if line)
            kind = self._labels.get(group, label) if group else label
            made.setdefault("addresses", []).append({"text": text, "label": _label(kind)})


def _label(text: str) -> str:
    """Google marks the one that is used first."""
    return text.removeprefix("* ").strip()


def _plain(cell: str) -> str:
    """A cell as others write it: an apostrophe before what could be a formula is no part of it."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
