"""Caller. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class CallerImportAnswer(TypedDict):
    """An import of a caller's file."""

    id: str
    contact_id: str | None
    name: str | None
    number: str | None
    sha256: str
    organisation: str | None
    made_at: str | None
    state: Literal["running", "done", "failed"]
    rows_done: int
    rows: int | None
    percent: int
    expired: int
    problem: str | None
    trouble: str | None
    created_at: str
    ended_at: str | None


class CallerImportPage(TypedDict):
    """One page of imports, newest first."""

    items: list[CallerImportAnswer]
    next: str | None


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


class CallerFilePage(TypedDict):
    """One page of callers' files, newest first."""

    items: list[CallerFileAnswer]
    next: str | None


def imports_begin(content: bytes, *, idempotency_key: str | None = None) -> Request[CallerImportAnswer]:
    """Imports a caller's file that another Call24 made. Send the ZIP as the body. All of it is checked before
    anything is stored; `problem` says why a file was refused: `caller_file_unreadable`, `caller_file_too_big`,
    `caller_file_changed`, `caller_file_schema`, `caller_file_own`. The same file is imported once: sent again,
    its import is answered. An organisation imports one at a time; it goes on after a restart. What it brings is
    marked as imported, counts in no statistics, is kept as long as call records, and goes when the caller is
    erased.
    """
    return Request(
        "POST",
        "/v1/caller-imports",
        content=content,
        media="application/zip",
        headers={"Idempotency-Key": idempotency_key},
    )


def imports_list_imports(*, limit: int | None = None, cursor: str | None = None) -> Request[CallerImportPage]:
    """Lists the imports that brought something that is kept, and those that failed within a day, newest first."""
    return Request("GET", "/v1/caller-imports", query={"limit": limit, "cursor": cursor})


def imports_read(import_id: str) -> Request[CallerImportAnswer]:
    """Returns an import and how far it is."""
    return Request("GET", f"/v1/caller-imports/{part(import_id)}")


def files_list_files(*, limit: int | None = None, cursor: str | None = None) -> Request[CallerFilePage]:
    """Lists the files that officers asked for, newest first."""
    return Request("GET", "/v1/caller-files", query={"limit": limit, "cursor": cursor})


def files_read(file_id: str) -> Request[CallerFileAnswer]:
    """Returns a file and how far it is. `calls` is null until they are counted."""
    return Request("GET", f"/v1/caller-files/{part(file_id)}")


def files_cancel(file_id: str, *, if_match: str | None = None) -> Request[None]:
    """Cancels a file, or deletes a finished one."""
    return Request("DELETE", f"/v1/caller-files/{part(file_id)}", headers={"If-Match": if_match}, answer="nothing")


def files_download(file_id: str) -> Request[bytes]:
    """Downloads the ZIP. 409 `export_not_done` while it is being written, or when it failed."""
    return Request("GET", f"/v1/caller-files/{part(file_id)}/file", answer="bytes")
