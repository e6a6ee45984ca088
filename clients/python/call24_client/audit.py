"""Audit. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class SelfAuditCheck(TypedDict):
    """What one check of a self-audit found."""

    answer: Literal["pass", "fail", "unverified"]
    seen: str
    advice: str


class SelfAuditAnswer(TypedDict):
    """The signed result of a self-audit of the installation."""

    format: Literal["call24-self-audit-1"]
    id: str
    at: str
    took_ms: int
    passed: bool
    checks: dict[str, SelfAuditCheck]
    installation: str
    signature: str


class SelfAuditList(TypedDict):
    """The self-audits of the installation, the newest first: 100 at most."""

    items: list[SelfAuditAnswer]
    next: None
    due: bool


class AuditChangeAnswer(TypedDict):
    """A field of a setting that was changed."""

    field: str
    before: str | int | float | bool | None
    after: str | int | float | bool | None
    added: list[str]
    removed: list[str]
    more: bool


class AuditEntryAnswer(TypedDict):
    """An entry of the audit log: who did what to what, from where and with what result."""

    seq: int
    at: str
    actor_id: str
    token_id: str | None
    address: str
    action: str
    objects: list[str]
    fields: list[str]
    changes: list[AuditChangeAnswer]
    why: str | None
    status: int
    code: str | None
    actor: str | None


class AuditPage(TypedDict):
    """A page of audit entries, the newest first."""

    items: list[AuditEntryAnswer]
    next: int | None


class AuditCheck(TypedDict):
    """Whether the audit log is as it was written."""

    lines: int
    whole: bool
    seq: int | None
    what: str | None


def list_self_audits() -> Request[SelfAuditList]:
    """Lists the self-audits of the installation, the newest first, and says whether a new one is due. The operator
    runs one by `./call24 audit run`.
    """
    return Request("GET", "/v1/self-audits")


def read_self_audit(self_audit_id: str) -> Request[SelfAuditAnswer]:
    """Retrieves the signed result of a self-audit. The key that verifies it is at `/v1/erasure-receipts/key`."""
    return Request("GET", f"/v1/self-audits/{part(self_audit_id)}")


def list_entries(
    *,
    limit: int | None = None,
    cursor: int | None = None,
    from_: str | None = None,
    to: str | None = None,
    actor_id: str | None = None,
    action: str | None = None,
    object_id: str | None = None,
) -> Request[AuditPage]:
    """Lists the entries of the audit log, the newest first. Filter by time (`from` is included, `to` is not), by
    user (`actor_id`), by `action`, such as `PATCH /v1/queues/{queue_id}`, and by the id of what it was done to
    (`object_id`). Entries are kept for 400 days.
    """
    return Request(
        "GET",
        "/v1/audit",
        query={
            "limit": limit,
            "cursor": cursor,
            "from": from_,
            "to": to,
            "actor_id": actor_id,
            "action": action,
            "object_id": object_id,
        },
    )


def verify() -> Request[AuditCheck]:
    """Checks that no entry of the audit log was changed and none is missing. Verifies the chain of hashes and the
    signed checkpoint. It reads the whole log, so an organisation runs one check at a time: 429 too_many_requests
    while another one runs.
    """
    return Request("GET", "/v1/audit/check")


def download(
    *,
    format: Literal["csv", "jsonl"] | None = None,
    from_: str | None = None,
    to: str | None = None,
    actor_id: str | None = None,
    action: str | None = None,
    object_id: str | None = None,
) -> Request[bytes]:
    """Downloads the entries of the audit log as a file, the oldest first. Takes the same filters as the list. JSON
    Lines (`format=jsonl`) has the hashes too, so that the chain can be checked elsewhere; but for entries with
    values that you may not read, which are left out of them.
    """
    return Request(
        "GET",
        "/v1/audit/file",
        query={
            "format": format,
            "from": from_,
            "to": to,
            "actor_id": actor_id,
            "action": action,
            "object_id": object_id,
        },
        answer="bytes",
    )
