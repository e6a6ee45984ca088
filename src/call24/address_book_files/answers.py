"""What the routes of imports into the address book answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.address_book_files.headings import Target
from call24.address_book_files.model import Format, ImportState, Known
from call24.exports.answers import ExportState
from call24.kit.answers import Instant
from call24.people.model import NameOrder

PeopleFormat = Literal["csv", "vcard3", "vcard4"]
Problem = Annotated[
    Literal["", "address_book_file_unreadable", "address_book_file_too_long", "caller_erased", "import_interrupted"],
    Field(
        description="Why it failed or was stopped, else empty. `address_book_file_unreadable`: the file is no CSV or "
        "vCard file, or broken; `address_book_file_too_long`: more than 100,000 people; `caller_erased`: somebody who "
        "may be in it was erased meanwhile: send it again; `import_interrupted`: try again"
    ),
]


class ImportCounts(TypedDict):
    """Rows of an import, by what became of them."""

    checked: Annotated[int, Field(description="Looked at so far")]
    created: int
    updated: int
    pictures: Annotated[int, Field(description="Of the people created or updated, those who got a picture")]
    skipped: Annotated[int, Field(description="The person is there already, with all that the row has")]
    refused: Annotated[int, Field(description="With problems: not imported")]
    undone: int
    kept: Annotated[int, Field(description="Not undone: changed since, or kept by a legal hold or a restriction")]


class AddressBookImportAnswer(TypedDict):
    """An import of people into the address book."""

    id: str
    format: Format
    state: Annotated[
        ImportState,
        Field(
            description="`checking`: the file is read, nothing is stored; `ready`: see its preview and start it; "
            "`stopped`: what was imported by then is there"
        ),
    ]
    known: Annotated[Known, Field(description="What is done with rows whose person is there already")]
    rows: Annotated[int | None, Field(description="Of the file. Null until it was checked")]
    matching: Annotated[int, Field(description="Rows whose person is there already, when the file was checked")]
    counts: ImportCounts
    percent: Annotated[int, Field(description="Of importing, from 0 to 100")]
    problem: Problem
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    asked_by: str
    created_at: Instant
    ended_at: Instant | None
    delete_at: Annotated[Instant, Field(description="When it is forgotten, and cannot be undone any more")]


class PhoneUploadAnswer(TypedDict):
    """People whom the user took from a phone."""

    id: str
    state: Annotated[
        ImportState,
        Field(
            description="`checking`: they are read, nothing is stored; `ready`: see its preview and start it; "
            "`stopped`: what was written by then is there"
        ),
    ]
    private: Annotated[bool, Field(description="They are private entries of the user, else the organisation's")]
    known: Annotated[Known, Field(description="What is done with people who are there already")]
    people: Annotated[int | None, Field(description="How many were chosen. Null until they were checked")]
    matching: Annotated[int, Field(description="Of them, those who are there already, when they were checked")]
    counts: ImportCounts
    problem: Problem
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    created_at: Instant
    ended_at: Instant | None
    delete_at: Annotated[Instant, Field(description="When it is forgotten, and cannot be deleted as one any more")]


class PhoneUploadPage(TypedDict):
    """One page of what the user took from phones, newest first."""

    items: list[PhoneUploadAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class AddressBookImportPage(TypedDict):
    """One page of imports, newest first."""

    items: list[AddressBookImportAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class RowProblemAnswer(TypedDict):
    """Why a row is not imported."""

    row: Annotated[int, Field(description="As spreadsheets count, the heading too; of vCards, the card's first line")]
    field: Annotated[str, Field(description="What of the row is wrong")]
    problem: Annotated[str, Field(description="What to do, in words")]


class RowProblemPage(TypedDict):
    """One page of the problems of an import's rows, in the file's order."""

    items: list[RowProblemAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class PreviewColumnAnswer(TypedDict):
    """A column of a CSV file, and what it is taken for."""

    heading: Annotated[str, Field(description="Empty where the file has none")]
    to: Target
    label: Annotated[str, Field(description="The kind of number, address or e-mail; of own fields, their name")]
    group: Annotated[int, Field(description="Columns of one address, or of a value and its label, have the same one")]
    first: Annotated[list[str], Field(description="What the first rows have there")]


class PreviewFieldAnswer(TypedDict):
    """An own field of a person."""

    name: str
    value: str


class PreviewRowAnswer(TypedDict):
    """A row as the person that it would become."""

    row: int
    name: Annotated[str, Field(description="As it would be shown")]
    company: str
    numbers: Annotated[list[str], Field(description="E.164")]
    emails: list[str]
    addresses: list[str]
    tags: list[str]
    notes: str
    fields: list[PreviewFieldAnswer]
    known: Annotated[bool, Field(description="The person is in the address book already")]
    problems: list[RowProblemAnswer]


class LeftOutAnswer(TypedDict):
    """What of a vCard file a person has no place for."""

    what: Annotated[str, Field(description="The vCard's property")]
    rows: int


class ReadingAnswer(TypedDict):
    """How the file is read."""

    encoding: str
    delimiter: str
    heading: bool
    order: NameOrder


class PreviewAnswer(TypedDict):
    """What a file would become: the first 20 rows, and the first 100 problems."""

    reading: ReadingAnswer
    columns: Annotated[list[PreviewColumnAnswer], Field(description="Empty for a vCard file")]
    rows: list[PreviewRowAnswer]
    problems: list[RowProblemAnswer]
    left_out: list[LeftOutAnswer]


class PeopleExportAnswer(TypedDict):
    """An export of people to a file."""

    id: str
    format: PeopleFormat
    q: str
    tag: str
    pictures: bool
    state: ExportState
    people_done: int
    people: Annotated[int | None, Field(description="Null until they are counted")]
    percent: Annotated[int, Field(description="From 0 to 100")]
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    created_at: Instant
    delete_at: Annotated[Instant, Field(description="When the file is deleted")]


class PeopleExportPage(TypedDict):
    """One page of exports of people, newest first."""

    items: list[PeopleExportAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]
