"""What a file would become, as it is shown before anything is stored. Kept beside the file, and deleted with it."""

from __future__ import annotations

import msgspec

from call24.address_book_files.headings import Target
from call24.address_book_files.model import RowProblem
from call24.people.model import NameOrder

SHOWN = 20
PROBLEMS_SHOWN = 100


class PreviewColumn(msgspec.Struct, frozen=True, kw_only=True):
    """`heading`: empty where the file has none; `first`: what the first rows have there."""

    heading: str
    to: Target
    label: str
    group: int
    first: tuple[str, ...]


class PreviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """`known`: whether the person is there already."""

    row: int
    name: str
    order: NameOrder = "given_first"
    company: str = ""
    numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    known: bool = False
    problems: tuple[RowProblem, ...] = ()


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has no place for, and how many rows have it."""

    what: str
    rows: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The first rows, the first problems, and what is in none of a person's fields."""

    columns: tuple[PreviewColumn, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
