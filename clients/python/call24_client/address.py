"""Address. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ImportCounts(TypedDict):
    """Rows of an import, by what became of them."""

    checked: int
    created: int
    updated: int
    pictures: int
    skipped: int
    refused: int
    undone: int
    kept: int


class AddressBookImportAnswer(TypedDict):
    """An import of people into the address book."""

    id: str
    format: Literal["csv", "vcard"]
    state: Literal["checking", "ready", "running", "done", "stopped", "undoing", "undone", "failed"]
    known: Literal["skip", "update", "create"]
    rows: int | None
    matching: int
    counts: ImportCounts
    percent: int
    problem: Literal[
        "", "address_book_file_unreadable", "address_book_file_too_long", "caller_erased", "import_interrupted"
    ]
    trouble: str | None
    asked_by: str
    created_at: str
    ended_at: str | None
    delete_at: str


class AddressBookImportPage(TypedDict):
    """One page of imports, newest first."""

    items: list[AddressBookImportAnswer]
    next: str | None


class ReadingAnswer(TypedDict):
    """How the file is read."""

    encoding: str
    delimiter: str
    heading: bool
    order: Literal["given_first", "family_first", "patronymic_first"]


class PreviewColumnAnswer(TypedDict):
    """A column of a CSV file, and what it is taken for."""

    heading: str
    to: Literal[
        "skip",
        "name",
        "given",
        "family",
        "patronymic",
        "phonetic",
        "order",
        "company",
        "number",
        "email",
        "address",
        "street",
        "city",
        "region",
        "postal_code",
        "country",
        "label",
        "tags",
        "notes",
        "field",
    ]
    label: str
    group: int
    first: list[str]


class PreviewFieldAnswer(TypedDict):
    """An own field of a person."""

    name: str
    value: str


class RowProblemAnswer(TypedDict):
    """Why a row is not imported."""

    row: int
    field: str
    problem: str


class PreviewRowAnswer(TypedDict):
    """A row as the person that it would become."""

    row: int
    name: str
    company: str
    numbers: list[str]
    emails: list[str]
    addresses: list[str]
    tags: list[str]
    notes: str
    fields: list[PreviewFieldAnswer]
    known: bool
    problems: list[RowProblemAnswer]


class LeftOutAnswer(TypedDict):
    """What of a vCard file a person has no place for."""

    what: str
    rows: int


class PreviewAnswer(TypedDict):
    """What a file would become: the first 20 rows, and the first 100 problems."""

    reading: ReadingAnswer
    columns: list[PreviewColumnAnswer]
    rows: list[PreviewRowAnswer]
    problems: list[RowProblemAnswer]
    left_out: list[LeftOutAnswer]


class ColumnWritten(TypedDict):
    """What a column has."""

    to: Literal[
        "skip",
        "name",
        "given",
        "family",
        "patronymic",
        "phonetic",
        "order",
        "company",
        "number",
        "email",
        "address",
        "street",
        "city",
        "region",
        "postal_code",
        "country",
        "label",
        "tags",
        "notes",
        "field",
    ]
    label: NotRequired[str]
    group: NotRequired[int]


class FileReading(TypedDict):
    """How to read the file. What is left out is found out again. `columns`: for each column of a CSV file, from the
    first. `heading`: whether the first row names the columns. `order`: of names that are written in one, and of
    people who have no other.
    """

    encoding: NotRequired[Literal["", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1252"]]
    delimiter: NotRequired[Literal["", ",", ";", "\t", "|"]]
    heading: NotRequired[bool | None]
    columns: NotRequired[list[ColumnWritten] | None]
    order: NotRequired[Literal["given_first", "family_first", "patronymic_first"]]


class ImportStart(TypedDict):
    """`known`: what to do with rows whose person is there already, by number or e-mail address and name."""

    known: Literal["skip", "update", "create"]


class RowProblemPage(TypedDict):
    """One page of the problems of an import's rows, in the file's order."""

    items: list[RowProblemAnswer]
    next: str | None


def book_imports_begin(
    content: bytes,
    *,
    order: Literal["given_first", "family_first", "patronymic_first"] | None = None,
    idempotency_key: str | None = None,
) -> Request[AddressBookImportAnswer]:
    """Takes in a CSV or vCard file (2.1, 3.0, 4.0) of people, and checks it. Nothing is stored of it yet. Send the
    file as the body. When its state is `ready`, its preview shows what it would become; then start it. A file
    that nobody starts goes after a day. `order`: how names stand that are written in one; without it, as is usual
    in the organisation's country. An organisation has one file at work at a time.
    """
    return Request(
        "POST",
        "/v1/address-book-imports",
        query={"order": order},
        content=content,
        media="application/octet-stream",
        headers={"Idempotency-Key": idempotency_key},
    )


def book_imports_list_imports(*, limit: int | None = None, cursor: str | None = None) -> Request[AddressBookImportPage]:
    """Lists imports into the address book, newest first. One is kept for 30 days after it was started."""
    return Request("GET", "/v1/address-book-imports", query={"limit": limit, "cursor": cursor})


def book_imports_read(import_id: str) -> Request[AddressBookImportAnswer]:
    """Returns an import and how far it is."""
    return Request("GET", f"/v1/address-book-imports/{part(import_id)}")


def book_imports_delete(import_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes the file of an import that was not started, or forgets one that is over: its people stay."""
    return Request(
        "DELETE", f"/v1/address-book-imports/{part(import_id)}", headers={"If-Match": if_match}, answer="nothing"
    )


def book_imports_preview(import_id: str) -> Request[PreviewAnswer]:
    """Returns what the file would become. 404 while it is being checked, and once it was started."""
    return Request("GET", f"/v1/address-book-imports/{part(import_id)}/preview")


def book_imports_read_otherwise(
    import_id: str, body: FileReading, *, idempotency_key: str | None = None
) -> Request[AddressBookImportAnswer]:
    """Checks the file again, read in another way: other columns, another encoding or order of names."""
    return Request(
        "POST",
        f"/v1/address-book-imports/{part(import_id)}/reading",
        body=body,
        headers={"Idempotency-Key": idempotency_key},
    )


def book_imports_start(
    import_id: str, body: ImportStart, *, idempotency_key: str | None = None
) -> Request[AddressBookImportAnswer]:
    """Imports the file as its preview shows. It goes on after a restart. A row is somebody who is there already
    where both share a number or an e-mail address and their names do not differ. `skip` leaves such a person as
    they are; `update` takes the row's names and company, and adds its numbers and the rest; `create` writes a
    further person. Rows with problems are left out. It can be undone for 30 days.
    """
    return Request(
        "POST",
        f"/v1/address-book-imports/{part(import_id)}/start",
        body=body,
        headers={"Idempotency-Key": idempotency_key},
    )


def book_imports_stop(import_id: str, *, idempotency_key: str | None = None) -> Request[AddressBookImportAnswer]:
    """Stops an import. What was imported by then stays, and can be undone."""
    return Request(
        "POST", f"/v1/address-book-imports/{part(import_id)}/stop", headers={"Idempotency-Key": idempotency_key}
    )


def book_imports_undo(import_id: str, *, idempotency_key: str | None = None) -> Request[AddressBookImportAnswer]:
    """Takes an import back: deletes whom it created, and undoes what it changed. Whoever was changed since stays,
    and so does what a legal hold or a restriction keeps: `kept` counts them.
    """
    return Request(
        "POST", f"/v1/address-book-imports/{part(import_id)}/undo", headers={"Idempotency-Key": idempotency_key}
    )


def book_imports_list_problems(
    import_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[RowProblemPage]:
    """Lists the rows that were not imported, with what to do. Of an import that has not begun, see its preview."""
    return Request(
        "GET", f"/v1/address-book-imports/{part(import_id)}/problems", query={"limit": limit, "cursor": cursor}
    )


def book_imports_download_problems(import_id: str) -> Request[bytes]:
    """Downloads the rows that were not imported, with what to do, as CSV. No cell is taken for a formula."""
    return Request("GET", f"/v1/address-book-imports/{part(import_id)}/problems/file", answer="bytes")
