"""Phone. Generated from the OpenAPI document by generate.py: do not edit."""

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


class PhoneUploadAnswer(TypedDict):
    """People whom the user took from a phone."""

    id: str
    state: Literal["checking", "ready", "running", "done", "stopped", "undoing", "undone", "failed"]
    private: bool
    known: Literal["skip", "update", "create"]
    people: int | None
    matching: int
    counts: ImportCounts
    problem: Literal[
        "", "address_book_file_unreadable", "address_book_file_too_long", "caller_erased", "import_interrupted"
    ]
    trouble: str | None
    created_at: str
    ended_at: str | None
    delete_at: str


class NewPhoneUpload(TypedDict):
    """`vcards`: the chosen people. `private`: they become private entries of the user, else the organisation's."""

    vcards: str
    private: NotRequired[bool]


class PhoneUploadPage(TypedDict):
    """One page of what the user took from phones, newest first."""

    items: list[PhoneUploadAnswer]
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


class ImportStart(TypedDict):
    """`known`: what to do with rows whose person is there already, by number or e-mail address and name."""

    known: Literal["skip", "update", "create"]


class PhoneCredentials(TypedDict):
    """What the phone of a signed-in device registers with. All of it is for this device only."""

    device_id: str
    aor: str
    username: str
    password: str
    ws_url: str


def uploads_create(body: NewPhoneUpload, *, idempotency_key: str | None = None) -> Request[PhoneUploadAnswer]:
    """Takes in people whom the user chose on a phone, and checks them. Nothing is stored of them yet. When its state
    is `ready`, its preview shows what it would become; then start it. One that is not started goes after a day,
    or when the user sends another one.
    """
    return Request("POST", "/v1/phone-uploads", body=body, headers={"Idempotency-Key": idempotency_key})


def uploads_list_uploads(*, limit: int | None = None, cursor: str | None = None) -> Request[PhoneUploadPage]:
    """Lists what the user took from phones, newest first. An upload is kept for 30 days after it was started."""
    return Request("GET", "/v1/phone-uploads", query={"limit": limit, "cursor": cursor})


def uploads_read(upload_id: str) -> Request[PhoneUploadAnswer]:
    """Returns an upload of the user's own and how far it is."""
    return Request("GET", f"/v1/phone-uploads/{part(upload_id)}")


def uploads_delete(upload_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes an upload that was not started, or forgets one that is over: its people stay."""
    return Request("DELETE", f"/v1/phone-uploads/{part(upload_id)}", headers={"If-Match": if_match}, answer="nothing")


def uploads_preview(upload_id: str) -> Request[PreviewAnswer]:
    """Returns what the chosen people would become. 404 while they are being checked, and once it was started."""
    return Request("GET", f"/v1/phone-uploads/{part(upload_id)}/preview")


def uploads_start(
    upload_id: str, body: ImportStart, *, idempotency_key: str | None = None
) -> Request[PhoneUploadAnswer]:
    """Writes the chosen people into the address book as the preview shows. It goes on after a restart. Who is there
    already is found as in an import of a file: among the user's private entries where these are private, else
    among the organisation's.
    """
    return Request(
        "POST", f"/v1/phone-uploads/{part(upload_id)}/start", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def uploads_undo(upload_id: str, *, idempotency_key: str | None = None) -> Request[PhoneUploadAnswer]:
    """Deletes what the user uploaded: exactly those whom this upload created, and undoes what it changed. Whoever
    was changed or merged since stays, and so does what a legal hold or a restriction keeps: `kept` counts them.
    Each who was deleted can be brought back for 30 days, as after any deletion of a person.
    """
    return Request("POST", f"/v1/phone-uploads/{part(upload_id)}/undo", headers={"Idempotency-Key": idempotency_key})


def read_credentials() -> Request[PhoneCredentials]:
    """Returns the SIP credentials of the signed-in device's phone, and where it registers. They belong to this
    device only and end with its session. 403 no_device for an API token.
    """
    return Request("GET", "/v1/phone")
