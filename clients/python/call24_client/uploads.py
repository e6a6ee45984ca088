"""Uploads. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class UploadAnswer(TypedDict):
    """An upload. Once it is whole, it is the file with the same id."""

    id: str
    name: str
    size: int
    offset: int
    state: Literal["uploading", "checking", "scanning", "ready", "quarantined", "unscannable"]
    expires_at: str | None


def begin(
    *, upload_length: int, upload_metadata: str, tus_resumable: str | None = None, idempotency_key: str | None = None
) -> Request[UploadAnswer]:
    """Begins an upload (tus 1.0.0, creation). Its address, to which the bytes are sent, is in `Location`. Nothing of
    the file is in this request. An upload that is not finished goes after a day; its whole size counts from now
    on.
    """
    return Request(
        "POST",
        "/v1/uploads",
        headers={
            "Upload-Length": str(upload_length),
            "Upload-Metadata": upload_metadata,
            "Tus-Resumable": tus_resumable,
            "Idempotency-Key": idempotency_key,
        },
    )


def read(upload_id: str) -> Request[UploadAnswer]:
    """Returns one of your uploads, and how far it is."""
    return Request("GET", f"/v1/uploads/{part(upload_id)}")


def write(
    upload_id: str, content: bytes, *, upload_offset: int, tus_resumable: str | None = None, if_match: str | None = None
) -> Request[None]:
    """Sends bytes of an upload (tus 1.0.0), from `Upload-Offset` on. The answer's `Upload-Offset` says what is
    stored. Whatever breaks off, ask for the offset (HEAD) and go on from there. Of two requests that send from
    one offset, the later one goes on and the earlier one gets 409 `upload_taken_over`. With the last byte the
    file's content is looked at: 422 `file_type_refused` for a kind that is not taken.
    """
    return Request(
        "PATCH",
        f"/v1/uploads/{part(upload_id)}",
        content=content,
        media="application/offset+octet-stream",
        headers={"Upload-Offset": str(upload_offset), "Tus-Resumable": tus_resumable, "If-Match": if_match},
        answer="nothing",
    )


def cancel(upload_id: str, *, tus_resumable: str | None = None, if_match: str | None = None) -> Request[None]:
    """Cancels one of your uploads (tus 1.0.0, termination). What has arrived is deleted."""
    return Request(
        "DELETE",
        f"/v1/uploads/{part(upload_id)}",
        headers={"Tus-Resumable": tus_resumable, "If-Match": if_match},
        answer="nothing",
    )
