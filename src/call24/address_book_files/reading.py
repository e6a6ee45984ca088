"""A file as rows of people: CSV or vCard, checked by the rules of the address book. It reads, and stores nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from call24.address_book_files import csv_people, vcard_people
from call24.address_book_files.csv_files import CsvShape, Unreadable, encoding_of, rows, shape_of
from call24.address_book_files.headings import Column, proposed
from call24.address_book_files.model import Format, ImportColumn, Reading, RowProblem
from call24.address_book_files.vcard_people import Entry
from call24.address_book_files.vcards import cards
from call24.kit.errors import Invalid
from call24.kit.phone import parse_e164
from call24.people import rules

_PIECE = 64 * 1024
_FIRST = 20
PICTURES_MAX, PICTURES_SIZE = 2_000, 64 << 20
"""Of one file, the first: how many, and their octets together. Further ones are left out."""
PROBLEMS_MAX = 10
"""Of one row, that are told."""
_MOST = {
    "numbers": rules.NUMBERS_MAX,
    "emails": rules.EMAILS_MAX,
    "addresses": rules.ADDRESSES_MAX,
    "tags": rules.TAGS_MAX,
    "fields": rules.FIELDS_MAX,
}
_PLACE = re.compile(r"^(numbers|emails|addresses|tags|fields)\.(\d+)")
_ONE = {"numbers": "number", "emails": "e-mail address", "addresses": "address", "tags": "tag", "fields": "own field"}


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A row as a person. `fields`: of a Person, but for numbers: E.164, as typed, label. `problems`: why it is none.
    `photo`: a picture that is not drawn yet."""

    row: int
    fields: dict[str, Any] = {}
    numbers: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[RowProblem, ...] = ()
    left_out: tuple[str, ...] = ()
    photo: bytes | None = None


class Source:
    """A file that is read by `reading`, or as it looks where that says nothing. Raises: Unreadable.

    `region`: by which national numbers are read.
    """

    def __init__(self, path: Path, format: Format, reading: Reading, region: str | None) -> None:
        self._path = path
        self._format = format
        self._region = region
        self.headings: list[str] = []
        self.first: list[list[str]] = []
        """Cells of the first rows below the heading."""
        self._shape = CsvShape(encoding=reading.encoding)
        self.reading = self._csv(reading) if format == "csv" else self._vcard(reading)

    def _vcard(self, reading: Reading) -> Reading:
        return msgspec.structs.replace(reading, encoding=reading.encoding or encoding_of(self._path))

    def _csv(self, reading: Reading) -> Reading:
        self._shape = shape_of(self._path, reading.encoding, reading.delimiter)
        first = [row.cells for row in islice(rows(self._path, self._shape), _FIRST + 1)]
        if not first:
            raise Unreadable("The file has no rows")
        heading = csv_people.looks_like_heading(first[0]) if reading.heading is None else reading.heading
        self.headings = [cell.strip() for cell in first[0]] if heading else []
        self.first = first[1:] if heading else first[:_FIRST]
        width = max(map(len, first))
        columns = [Column(to=one.to, label=one.label, group=one.group) for one in reading.columns or ()]
        if reading.columns is None:
            columns = proposed(self.headings) if heading else csv_people.guessed(first)
        elif len(columns) > width:
            raise Unreadable(f"The file has {width} columns: say what each of them has")
        return msgspec.structs.replace(
            reading,
            encoding=self._shape.encoding,
            delimiter=self._shape.delimiter,
            heading=heading,
            columns=tuple(ImportColumn(to=one.to, label=one.label, group=one.group) for one in columns),
            own=csv_people.is_own(self.headings),
        )

    def rows(self) -> Iterator[Checked]:
        """All of them, from the first. Raises: Unreadable at the place where it cannot go on."""
        count, size = 0, 0
        for row, entry in self._csv_entries() if self._format == "csv" else self._vcard_entries():
            one = checked(row, entry, self._region)
            if entry.photo is not None:
                count, size = count + 1, size + len(entry.photo)
                if count > PICTURES_MAX or size > PICTURES_SIZE:
                    one = msgspec.structs.replace(one, left_out=(*one.left_out, "PHOTO"))
                elif not one.problems:
                    one = msgspec.structs.replace(one, photo=entry.photo)
            yield one

    def _csv_entries(self) -> Iterator[tuple[int, Entry]]:
        reading = self.reading
        columns = [Column(to=one.to, label=one.label, group=one.group) for one in reading.columns or ()]
        found = rows(self._path, self._shape)
        if reading.heading:
            next(found, None)
        for row in found:
            yield row.number, csv_people.entry_of(row.cells, columns, reading.order, own=reading.own)

    def _vcard_entries(self) -> Iterator[tuple[int, Entry]]:
        try:
            with self._path.open(encoding=self.reading.encoding, errors="replace", newline="") as file:
                for card in cards(iter(lambda: file.readline(_PIECE), "")):
                    yield card.line, vcard_people.entry_of(card, self.reading.order)
        except (LookupError, UnicodeError) as error:
            raise Unreadable("The text cannot be read in this encoding: choose another one") from error


def format_of(head: bytes) -> Format:
    """By how the file begins."""
    plain = head[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return "vcard" if plain[:12].upper().startswith(b"BEGIN:VCARD") else "csv"


def checked(row: int, entry: Entry, region: str | None) -> Checked:
    """By the rules of the address book. `region`: by which national numbers are read."""
    wrong = list(entry.problems)
    asked = dict(entry.asked)
    for field, most in _MOST.items():
        if len(asked.get(field, ())) > most:
            wrong.append((field, f"it has {len(asked[field])}: at most {most}"))
            del asked[field]
    numbers: list[tuple[str, str, str]] = []
    fields: dict[str, Any] = {}
    try:
        numbers = rules.numbers_of(_each_once(asked.pop("numbers", ()), region), region)
    except Invalid as error:
        wrong += error.errors
    try:
        fields = rules.tidy(asked)
        if not any(fields.get(field) for field in ("given", "family", "patronymic", "company")):
            wrong.append(("name", "give a name or a company"))
    except Invalid as error:
        wrong += error.errors
    if wrong:
        problems = tuple(
            RowProblem(row=row, field=said(place), problem=problem) for place, problem in wrong[:PROBLEMS_MAX]
        )
        return Checked(row=row, problems=problems, fields=fields, numbers=tuple(numbers), left_out=entry.left_out)
    return Checked(row=row, fields=fields, numbers=tuple(numbers), left_out=entry.left_out)


def _each_once(numbers: Any, region: str | None) -> list[dict[str, str]]:
    """Files often have a number twice, once with another label: it is one number."""
    found: dict[str, dict[str, str]] = {}
    for one in numbers:
        key = parse_e164(one["number"], region) or f"?{len(found)}"
        found.setdefault(key, one)
    return list(found.values())


def said(place: str) -> str:
    """A place in an entry, in words."""
    found = _PLACE.match(place)
    return f"{_ONE[found[1]]} {int(found[2]) + 1}" if found is not None else place
