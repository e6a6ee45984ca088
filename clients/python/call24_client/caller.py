"""Caller. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class CallerFileAnswer(TypedDict):
    """A file of all that is kept of a caller."""

    id: str
    contact_id: str
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
