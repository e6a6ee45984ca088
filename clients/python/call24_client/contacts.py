"""Contacts. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ErasurePassedOn(TypedDict):
    """Who outside of Call24 is told of an erasure."""

    kind: Literal["processor", "crm", "webhook"]
    id: str
    name: str


class CallerErasurePlan(TypedDict):
    """What the erasure of a caller would delete."""

    contact_id: str
    would_delete: dict[str, int]
    held: int
    on_call: bool
    passed_on: list[ErasurePassedOn]


class ErasureReceiptAnswer(TypedDict):
    """A signed receipt of an erasure, without personal data. `./call24 privacy verify-receipt` checks it offline."""

    format: Literal["call24-receipt-1"]
    id: str
    at: str
    rule: Literal["account_deletion", "caller_erasure", "organisation_closing", "person_erasure"]
    reason: str
    subject: str
    erased: dict[str, int]
    interrupted: bool
    processors: NotRequired[dict[str, str]]
    installation: str
    signature: str


class ErasureNoticeAnswer(TypedDict):
    """What a processor was told of a person whose data was erased, corrected or restricted, and its answer."""

    id: str
    processor_id: str
    processor: str
    kind: Literal["erasure", "rectification", "restriction", "restriction_lifted"]
    about: str | None
    field: str | None
    person: Literal["caller", "user"]
    person_id: str
    state: Literal["waiting", "late", "answered", "unanswered", "superseded"]
    asked_at: str
    tries: int
    tried_at: str | None
    due_at: str | None
    late_at: str
    until: str
    status: int | None
    trouble: Literal["no_answer", "too_slow", "not_allowed", "refused", "removed", "no_secret", "switched_off"] | None
    answer: str
    answered_at: str | None


class CallerErasure(TypedDict):
    """A caller who was erased, with all that was kept."""

    contact_id: str
    deleted: dict[str, int]
    held: int
    receipt: ErasureReceiptAnswer | None
    notices: list[ErasureNoticeAnswer]


class CallerErasureWish(TypedDict):
    """Why the caller is erased: they asked for it, withdrew a consent, objected, or another reason."""

    reason: Literal["asked", "consent_withdrawn", "objected", "other"]


class CallerFileAnswer(TypedDict):
    """A file of all that is kept of a caller."""

    id: str
    contact_id: str
    name: str | None
    number: str | None
    state: Literal["running", "done", "failed", "cancelled"]
    calls_done: int
    calls: int | None
    percent: int
    trouble: str | None
    created_at: str
    delete_at: str


class ImportedFrom(TypedDict):
    """Where something comes from."""

    import_id: str
    organisation: str
    made_at: str
    imported_at: str


class ImportedAnswer(TypedDict):
    """A document that another Call24 kept of the caller."""

    id: str
    part: str
    source_id: str
    document: str
    delete_at: str
    imported: ImportedFrom


class ImportedPage(TypedDict):
    """One page of what was imported of a caller."""

    items: list[ImportedAnswer]
    next: str | None


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class ActivityChangeAnswer(TypedDict):
    """A field that was changed. Instants are in ISO 8601, users and queues by their ids."""

    field: str
    before: str | None
    after: str | None


class ActivityOpens(TypedDict):
    """What an entry is about, by its id."""

    kind: Literal["call", "task", "person", "contact", "file", "crm_connection", "privacy_request"]
    id: str


class ActivityEntryAnswer(TypedDict):
    """Something that happened."""

    id: str
    kind: Literal[
        "call",
        "note",
        "task",
        "comment",
        "person",
        "correction",
        "consent",
        "privacy_request",
        "file",
        "crm",
        "notification",
    ]
    what: str
    at: str
    by: UserRef | None
    title: str | None
    detail: str | None
    text: str | None
    changes: list[ActivityChangeAnswer]
    duration_s: float | None
    opens: ActivityOpens | None


class ActivityPageAnswer(TypedDict):
    """A page of an activity log, the newest first."""

    items: list[ActivityEntryAnswer]
    next: str | None


def plan_erasure(contact_id: str) -> Request[CallerErasurePlan]:
    """Tells what the erasure of a caller would delete and whom it would be passed on to, without deleting anything.
    Exports of calls are deleted whole, since any of them may have the caller.
    """
    return Request("GET", f"/v1/contacts/{part(contact_id)}/erasure-plan")


def erase(contact_id: str, body: CallerErasureWish, *, idempotency_key: str | None = None) -> Request[CallerErasure]:
    """Erases a caller and all that is kept of them: calls, recordings, journal, tasks, exports of calls, the
    contact. It cannot be undone. Whoever calls from the number later has another contact id and no history. An
    erasure that was interrupted is finished within a minute or two. 409 caller_on_call: the caller has a call in
    progress. `receipt` is signed proof of the erasure; it can be downloaded again by its id. What a legal hold
    keeps (`held`) goes when the hold is released; until then `receipt` is null. Processors that get callers' data
    are asked to erase the caller too (`notices`). 409 erasure_notices_full: too many of what they were asked
    before waits for their answers.
    """
    return Request(
        "POST", f"/v1/contacts/{part(contact_id)}/erase", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def export(contact_id: str, *, idempotency_key: str | None = None) -> Request[CallerFileAnswer]:
    """Starts a file of all that is kept of a caller. It is a ZIP with JSON, a CSV of the calls, the recordings, a
    vCon of each call, JSON Schemas, and a manifest with the hash of each file. Colleagues and other callers are
    not named in it. At most two of an organisation are written at once, and the file is kept for a day at most.
    """
    return Request("POST", f"/v1/contacts/{part(contact_id)}/export", headers={"Idempotency-Key": idempotency_key})


def list_imported(contact_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[ImportedPage]:
    """Lists what was imported of a caller: each document as its file has it, and where it comes from."""
    return Request("GET", f"/v1/contacts/{part(contact_id)}/imported", query={"limit": limit, "cursor": cursor})


def list_activity(
    contact_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[ActivityPageAnswer]:
    """Lists what happened with a contact, which is one number, the newest first. As a person's log; of people who
    have the number, their changes. 403 `data_restricted` where the caller's data is kept and not used.
    """
    return Request("GET", f"/v1/contacts/{part(contact_id)}/activity", query={"limit": limit, "cursor": cursor})
