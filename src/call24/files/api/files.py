"""Files of people, tasks and calls: listed, downloaded by ranges after authorisation, renamed, deleted, brought back.

A download is an attachment of the type that its content shows, in a sandbox: nothing of it runs in the app's name.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from call24.files.answers import FileAnswer, FilePageAnswer, FileUsageAnswer
from call24.files.api.owners import OwnersDep
from call24.files.dependencies import FilesDep, ThumbnailsDep, UploadsDep
from call24.files.model import StoredFile
from call24.files.rules import EXTENSIONS, NAME_MAX
from call24.http.access import Body, allowed, deleting, require
from call24.http.byte_ranges import ByteRange, wanted
from call24.http.files import a_file
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.recordings.audio import AudioFile

router = Router(prefix="/v1/files", tags=["files"])

Reader = Annotated[Principal, Depends(allowed("files.read"))]
Writer = Annotated[Principal, Depends(allowed("files.write"))]
Deleter = Annotated[Principal, Depends(deleting("files.write"))]
_SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}
_TAGGED = {
    "ETag": {"description": "Names the thumbnail, in quotes", "schema": {"type": "string"}},
    "Cache-Control": {"description": "`private, no-cache`", "schema": {"type": "string"}},
}
_THUMBNAIL: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The thumbnail",
        "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}},
        "headers": _TAGGED,
    },
    304: {"description": "It is still what If-None-Match names", "headers": _TAGGED},
}
QueryId = Annotated[str | None, Query(max_length=40)]


@router.get("", operation_id="files_list")
async def list_files(
    principal: Reader,
    files: FilesDep,
    owners: OwnersDep,
    person_id: QueryId = None,
    task_id: QueryId = None,
    call_id: QueryId = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    deleted: Annotated[bool, Query(description="Those alone that were deleted and can be brought back")] = False,
) -> FilePageAnswer:
    """Lists the files of a person, a task or a call, newest first. Name one of the three.

    Uploads that are not whole are not in it, and what was deleted is with `deleted` alone, which also needs the
    permission `files.write`.
    """
    if deleted:
        require(principal, "files.write")
    owner = await owners.owner(person_id, task_id, call_id)
    id = owner.person_id if owner.about == "person" else owner.task_id or owner.call_id
    found = await files.page(principal.tenant_id, owner.about, str(id), limit=limit, cursor=cursor, deleted=deleted)
    return {"items": [file_view(one) for one in found.files], "next": found.next}


@router.get("/usage", operation_id="files_read_usage")
async def usage(principal: Reader, files: FilesDep, uploads: UploadsDep) -> FileUsageAnswer:
    """Returns what the organisation's files take, and what they may."""
    found = await files.usage(principal.tenant_id)
    return {"bytes": found.bytes, "files": found.files, "quota": uploads.quota, "largest": uploads.largest}


@router.get("/{file_id}", operation_id="files_read")
async def read(file_id: str, _: Reader, owners: OwnersDep) -> FileAnswer:
    """Returns what is known of a file."""
    return file_view(await owners.file(file_id))


class FileChange(Body):
    """What is to be different."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX, description="With an ending of the file's type")]


@router.patch("/{file_id}", operation_id="files_change")
async def change(file_id: str, body: FileChange, _: Writer, files: FilesDep, owners: OwnersDep) -> FileAnswer:
    """Gives a file another name; one without an ending of its type gets one, as in `run.bat.txt`.

    With `If-Match` nobody overwrites what another changed meanwhile (412). 409 `file_not_ready` until its type is
    known, and `legal_hold` while a legal hold keeps it as it is.
    """
    return file_view(await files.rename(await owners.file(file_id), body.name))


@router.get(
    "/{file_id}/content",
    response_class=Response,
    responses=a_file(*EXTENSIONS, ranges=True),
    operation_id="files_download",
)
async def download(file_id: str, _: Reader, files: FilesDep, owners: OwnersDep, request: Request) -> Response:
    """Downloads a file. One byte range and `If-Range` are honoured; several ranges are refused with 416.

    409 `file_not_ready` while it is checked, and `file_quarantined` for what the malware scanner did not let through.
    """
    file = await owners.file(file_id)
    content = await files.open(file)
    etag = f'"{content.tag}"'
    part = wanted(request.headers.get("range", ""), request.headers.get("if-range", ""), etag, content.size)
    headers = _headers(file, content, etag, part)
    if part.status == 416:
        return Response(status_code=416, headers=headers)
    async for _first in content.chunks(part.first, part.first):
        pass  # what is damaged is found out before anything is promised
    return StreamingResponse(
        _all(content.chunks(part.first, part.last)), part.status, media_type=file.type, headers=headers
    )


@router.get("/{file_id}/thumbnail", response_class=Response, responses=_THUMBNAIL, operation_id="files_read_thumbnail")
async def thumbnail(
    file_id: str, request: Request, _: Reader, thumbnails: ThumbnailsDep, owners: OwnersDep
) -> Response:
    """Returns a small picture of a picture as WebP, at most 320 pixels on either side, without its metadata.

    404 `not_found`: there is none, or not yet (`thumbnail` of the file says which). `If-None-Match` is honoured.
    """
    file = await owners.file(file_id)
    webp = await thumbnails.read(file)
    tag = f'"{file.id}-{file.salt[:16]}-thumbnail"'
    headers = {**_SANDBOX, "ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(webp, media_type="image/webp", headers=headers)


@router.delete("/{file_id}", status_code=204, operation_id="files_delete")
async def delete(
    file_id: str,
    _: Deleter,
    files: FilesDep,
    owners: OwnersDep,
    for_good: Annotated[bool, Query(description="At once, also of a file that was deleted before")] = False,
) -> None:
    """Deletes a file: it is shown no more. For ten minutes it can be brought back, and then it goes for good.

    With `for_good` it goes at once, and so does what the malware scanner did not let through. Until it is gone it
    counts in the organisation's usage. 409 `legal_hold` while a legal hold keeps it.
    """
    await files.delete(await owners.file(file_id, deleted=for_good), for_good=for_good)


@router.post("/{file_id}/restore", operation_id="files_restore")
async def restore(file_id: str, _: Writer, files: FilesDep, owners: OwnersDep) -> FileAnswer:
    """Brings back a file that was deleted, within ten minutes; repeating it changes nothing.

    404 `not_found` once it is too late, or it was deleted for good.
    """
    return file_view(await files.restore(await owners.file(file_id, deleted=True)))


def _headers(file: StoredFile, content: AudioFile, etag: str, part: ByteRange) -> dict[str, str]:
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{urllib.parse.quote(file.name, safe='')}",
        **_SANDBOX,
        "ETag": etag,
    }
    if part.status == 416:
        return {**headers, "Content-Range": f"bytes */{content.size}"}
    if part.status == 206:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{content.size}"
    return {**headers, "Content-Length": str(part.last - part.first + 1)}


async def _all(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk


def file_view(file: StoredFile) -> FileAnswer:
    return {
        "id": file.id,
        "about": file.about,
        "person_id": file.person_id,
        "task_id": file.task_id,
        "call_id": file.call_id,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "state": file.state,
        "scanned": file.scanned,
        "found": file.found or None,
        "thumbnail": file.thumbnail,
        "uploaded_by": file.uploaded_by,
        "created_at": iso(file.created_at),
        "deleted_at": iso(file.deleted_at),
        "delete_at": iso(file.delete_at),
    }
