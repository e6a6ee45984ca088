"""Resumable uploads by tus 1.0.0: any tus client can send files here. Source: tus.io/protocols/resumable-upload."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from call24.files.answers import UploadAnswer
from call24.files.api.owners import OwnersDep
from call24.files.dependencies import UploadsDep
from call24.files.model import StoredFile
from call24.files.tus import BYTES, check_version, metadata, told
from call24.http.access import allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import FileId
from call24.kit.instants import iso

router = Router(prefix="/v1/uploads", tags=["files"])

Writer = Annotated[Principal, Depends(allowed("files.write"))]
Version = Annotated[str | None, Header(alias="Tus-Resumable", max_length=20, description="`1.0.0`")]
Count = Annotated[int, Header(ge=0, le=2**53)]
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("", status_code=201, operation_id="uploads_begin")
async def begin(
    response: Response,
    principal: Writer,
    uploads: UploadsDep,
    owners: OwnersDep,
    length: Annotated[int, Header(alias="Upload-Length", ge=1, le=2**53, description="Bytes of the whole file")],
    about: Annotated[
        str,
        Header(
            alias="Upload-Metadata",
            max_length=4000,
            description="`filename` and one of `person_id`, `task_id` and `call_id`, each followed by its value in "
            "base64, separated by commas",
        ),
    ],
    version: Version = None,
) -> UploadAnswer:
    """Begins an upload (tus 1.0.0, creation). Its address, to which the bytes are sent, is in `Location`.

    Nothing of the file is in this request. An upload that is not finished goes after a day; its whole size counts from
    now on.
    """
    check_version(version)
    given = metadata(about)
    owner = await owners.owner(given.get("person_id"), given.get("task_id"), given.get("call_id"))
    file = await uploads.begin(principal.tenant_id, principal.user_id, owner, given.get("filename", ""), length)
    response.headers.update(told(file))
    return _view(file)


@router.get("/{upload_id}", operation_id="uploads_read")
async def read(upload_id: str, principal: Writer, uploads: UploadsDep) -> UploadAnswer:
    """Returns one of your uploads, and how far it is."""
    return _view(await uploads.get(principal.tenant_id, principal.user_id, FileId(upload_id)))


@router.head("/{upload_id}", include_in_schema=False)
async def head(upload_id: str, principal: Writer, uploads: UploadsDep, version: Version = None) -> Response:
    """What a tus client asks before it goes on."""
    check_version(version)
    file = await uploads.get(principal.tenant_id, principal.user_id, FileId(upload_id))
    return Response(status_code=200, headers=dict(told(file)))


@router.patch(
    "/{upload_id}", status_code=204, response_class=Response, openapi_extra=_BODY, operation_id="uploads_write"
)
async def write(
    request: Request,
    upload_id: str,
    principal: Writer,
    uploads: UploadsDep,
    offset: Annotated[Count, Header(alias="Upload-Offset", description="Where the bytes of this request begin")],
    version: Version = None,
) -> Response:
    """Sends bytes of an upload (tus 1.0.0), from `Upload-Offset` on. The answer's `Upload-Offset` says what is stored.

    Whatever breaks off, ask for the offset (HEAD) and go on from there. Of two requests that send from one offset, the
    later one goes on and the earlier one gets 409 `upload_taken_over`. With the last byte the file's content is looked
    at: 422 `file_type_refused` for a kind that is not taken.
    """
    check_version(version)
    arriving = _Arriving(request)
    who = principal.tenant_id, principal.user_id
    file = await uploads.write(*who, FileId(upload_id), offset, arriving.chunks())
    if arriving.trouble is not None:
        raise arriving.trouble
    return Response(status_code=204, headers=dict(told(file)))


@router.delete("/{upload_id}", status_code=204, operation_id="uploads_cancel")
async def cancel(upload_id: str, principal: Writer, uploads: UploadsDep, version: Version = None) -> None:
    """Cancels one of your uploads (tus 1.0.0, termination). What has arrived is deleted."""
    check_version(version)
    await uploads.cancel(principal.tenant_id, principal.user_id, FileId(upload_id))


class _Arriving:
    """A request's body, until it ends or breaks off. `trouble`: it was too long or too slow; what came is kept."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.trouble: HTTPException | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._request.stream():
                if chunk:
                    yield chunk
        except ClientDisconnect:
            return
        except HTTPException as trouble:
            self.trouble = trouble


def _view(file: StoredFile) -> UploadAnswer:
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "offset": file.offset,
        "state": file.state,
        "expires_at": iso(file.delete_at) if file.state == "uploading" else None,
    }
