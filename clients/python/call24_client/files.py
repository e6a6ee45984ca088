"""Files. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class FileAnswer(TypedDict):
    """A file of a person, a task or a call."""

    id: str
    about: Literal["person", "task", "call"]
    person_id: str | None
    task_id: str | None
    call_id: str | None
    name: str
    type: str
    size: int
    state: Literal["uploading", "checking", "scanning", "ready", "quarantined", "unscannable"]
    scanned: bool
    found: str | None
    thumbnail: Literal["due", "made", "none"]
    uploaded_by: str | None
    created_at: str
    deleted_at: str | None
    delete_at: str | None


class FilePageAnswer(TypedDict):
    """One page of files, newest first."""

    items: list[FileAnswer]
    next: str | None


class FileUsageAnswer(TypedDict):
    """What an organisation's files take."""

    bytes: int
    files: int
    quota: int
    largest: int


class FileChange(TypedDict):
    """What is to be different."""

    name: str


def list(
    *,
    person_id: str | None = None,
    task_id: str | None = None,
    call_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    deleted: bool | None = None,
) -> Request[FilePageAnswer]:
    """Lists the files of a person, a task or a call, newest first. Name one of the three. Uploads that are not whole
    are not in it, and what was deleted is with `deleted` alone, which also needs the permission `files.write`.
    """
    return Request(
        "GET",
        "/v1/files",
        query={
            "person_id": person_id,
            "task_id": task_id,
            "call_id": call_id,
            "limit": limit,
            "cursor": cursor,
            "deleted": deleted,
        },
    )


def read_usage() -> Request[FileUsageAnswer]:
    """Returns what the organisation's files take, and what they may."""
    return Request("GET", "/v1/files/usage")


def read(file_id: str) -> Request[FileAnswer]:
    """Returns what is known of a file."""
    return Request("GET", f"/v1/files/{part(file_id)}")


def change(file_id: str, body: FileChange, *, if_match: str | None = None) -> Request[FileAnswer]:
    """Gives a file another name; one without an ending of its type gets one, as in `run.bat.txt`. With `If-Match`
    nobody overwrites what another changed meanwhile (412). 409 `file_not_ready` until its type is known, and
    `legal_hold` while a legal hold keeps it as it is.
    """
    return Request("PATCH", f"/v1/files/{part(file_id)}", body=body, headers={"If-Match": if_match})


def delete(file_id: str, *, for_good: bool | None = None, if_match: str | None = None) -> Request[None]:
    """Deletes a file: it is shown no more. For ten minutes it can be brought back, and then it goes for good. With
    `for_good` it goes at once, and so does what the malware scanner did not let through. Until it is gone it
    counts in the organisation's usage. 409 `legal_hold` while a legal hold keeps it.
    """
    return Request(
        "DELETE",
        f"/v1/files/{part(file_id)}",
        query={"for_good": for_good},
        headers={"If-Match": if_match},
        answer="nothing",
    )


def download(file_id: str) -> Request[bytes]:
    """Downloads a file. One byte range and `If-Range` are honoured; several ranges are refused with 416. 409
    `file_not_ready` while it is checked, and `file_quarantined` for what the malware scanner did not let through.
    """
    return Request("GET", f"/v1/files/{part(file_id)}/content", answer="bytes")


def read_thumbnail(file_id: str) -> Request[bytes]:
    """Returns a small picture of a picture as WebP, at most 320 pixels on either side, without its metadata. 404
    `not_found`: there is none, or not yet (`thumbnail` of the file says which). `If-None-Match` is honoured.
    """
    return Request("GET", f"/v1/files/{part(file_id)}/thumbnail", answer="bytes")


def restore(file_id: str, *, idempotency_key: str | None = None) -> Request[FileAnswer]:
    """Brings back a file that was deleted, within ten minutes; repeating it changes nothing. 404 `not_found` once it
    is too late, or it was deleted for good.
    """
    return Request("POST", f"/v1/files/{part(file_id)}/restore", headers={"Idempotency-Key": idempotency_key})
