"""Callers' files: asked for, watched, fetched; and a call as a vCon."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, cast

import msgspec
from fastapi import Depends, Request
from fastapi.responses import FileResponse, StreamingResponse

from call24.call_records.api.filters import Reader
from call24.call_records.call_record import CallRecord
from call24.call_records.dependencies import HistoryDep
from call24.caller_files.answers import CallerFileAnswer, CallerFilePage, SignedVcon, Vcon
from call24.caller_files.dependencies import CallerFilesDep, VconSignerDep
from call24.caller_files.import_model import CallerImport
from call24.caller_files.signing import VconSigner
from call24.caller_files.vcon import MEDIA_TYPE, Sound, base64url, content_hash, vcon_of
from call24.contacts.dependencies import ContactsDep
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.exports.api import percent_of
from call24.exports.model import Export
from call24.http.access import allowed, client_address
from call24.http.files import a_file
from call24.http.pagination import AskedDep, ms
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import CallId, ContactId, TenantId
from call24.kit.instants import iso
from call24.kit.settings import Settings
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.visibility import visible_queues
from call24.recordings.api import Listener, mine
from call24.recordings.audio import AudioFile
from call24.recordings.dependencies import PlaybacksDep, RecordingsDep
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

contacts = Router(prefix="/v1/contacts", tags=["administration"])
router = Router(prefix="/v1/caller-files", tags=["administration"])
calls = Router(prefix="/v1/calls", tags=["calls"])
recordings = Router(prefix="/v1/recordings", tags=["recordings"])

Officer = Annotated[Principal, Depends(allowed("callers.export"))]
SettingsDep = Annotated[Settings, provided(Settings)]
ZIP = "application/zip"
_PRIVATE = {"Cache-Control": "private, no-store"}
_PIECE = 3 << 16
"""Of three bytes each, so that pieces encoded one by one are the whole encoded."""


class VconResponse(StreamingResponse):
    media_type = MEDIA_TYPE


@contacts.post("/{contact_id}/export", status_code=202, operation_id="contacts_export")
async def begin(
    contact_id: str, principal: Officer, files: CallerFilesDep, contact_service: ContactsDep
) -> CallerFileAnswer:
    """Starts a file of all that is kept of a caller.

    It is a ZIP with JSON, a CSV of the calls, the recordings, a vCon of each call, JSON Schemas, and a manifest with
    the hash of each file.

    Colleagues and other callers are not named in it. At most two of an organisation are written at once, and the file
    is kept for a day at most.
    """
    begun = await files.begin(principal.tenant_id, ContactId(contact_id), principal.user_id)
    return await _shown(begun, contact_service)


@router.get("", operation_id="caller_files_list_files")
async def list_files(
    principal: Officer, files: CallerFilesDep, contact_service: ContactsDep, asked: AskedDep
) -> CallerFilePage:
    """Lists the files that officers asked for, newest first."""
    found = await files.all(principal.tenant_id)
    page = asked.page(found, lambda one: one, lambda one: (-ms(one.created_at), one.id))
    known = await contacts_of(principal.tenant_id, page["items"], contact_service)
    return {"items": [view(one, known) for one in page["items"]], "next": page["next"]}


@router.get("/{file_id}", operation_id="caller_files_read")
async def read(
    file_id: str, principal: Officer, files: CallerFilesDep, contact_service: ContactsDep
) -> CallerFileAnswer:
    """Returns a file and how far it is. `calls` is null until they are counted."""
    return await _shown(await files.get(principal.tenant_id, file_id), contact_service)


@router.get("/{file_id}/file", response_class=FileResponse, responses=a_file(ZIP), operation_id="caller_files_download")
async def download(file_id: str, principal: Officer, files: CallerFilesDep) -> FileResponse:
    """Downloads the ZIP. 409 `export_not_done` while it is being written, or when it failed."""
    found = await files.get(principal.tenant_id, file_id)
    path = await files.path(principal.tenant_id, found.id)
    return FileResponse(path, media_type=ZIP, filename=name_of(found), headers=_PRIVATE)


@router.delete("/{file_id}", status_code=204, operation_id="caller_files_cancel")
async def cancel(file_id: str, principal: Officer, files: CallerFilesDep) -> None:
    """Cancels a file, or deletes a finished one."""
    found = await files.get(principal.tenant_id, file_id)
    await files.cancel(principal.tenant_id, found.id)


@calls.get("/{call_id}/vcon", operation_id="calls_read_vcon")
async def vcon(
    call_id: str,
    principal: Reader,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    tenants: TenantsDep,
    settings: SettingsDep,
    views: ViewsDep,
    signer: VconSignerDep,
) -> SignedVcon:
    """Returns a call that has ended as a signed vCon, the IETF's container for conversations.

    `payload` is the vCon as JSON, in base64url. Its recording is named by URL and SHA-512;
    `GET /v1/recordings/{recording_id}/vcon` has it inside. 409 call_live: the call goes on. 404 for a
    call that you may not see.
    """
    queues = visible_queues(principal, queue_service)
    record = await history_service.record(principal.tenant_id, CallId(call_id), queues, principal.user_id)
    sounds = []
    if (kept := (await recording_service.of_calls(principal.tenant_id, [record.id])).get(record.id)) is not None:
        try:
            audio = await recording_service.open_audio(principal.tenant_id, kept.id)
            digest = await asyncio.to_thread(_sha512, audio)
        except NotFound:  # nothing was said, or the file is damaged
            pass
        else:
            url = f"{settings.address}/v1/recordings/{kept.id}/audio"
            sounds = [Sound(recording=kept, content={"url": url, "content_hash": content_hash(digest)})]
    made = await _vcon(principal, record, sounds, contact_service, tenants, views)
    return cast(SignedVcon, await asyncio.to_thread(signer.signed, made))


@recordings.get(
    "/{recording_id}/vcon",
    response_class=VconResponse,
    responses=a_file(MEDIA_TYPE),
    operation_id="recordings_read_vcon",
)
async def vcon_with_audio(
    recording_id: str,
    principal: Listener,
    request: Request,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    contact_service: ContactsDep,
    recording_service: RecordingsDep,
    playbacks: PlaybacksDep,
    tenants: TenantsDep,
    views: ViewsDep,
    signer: VconSignerDep,
) -> VconResponse:
    """Downloads the call of a recording as a signed vCon with the audio inside. It is logged as a playback.

    404 for a recording that you may not play, one that is kept longer than its call record, and where there is no
    audio. 409 call_live: the call goes on.
    """
    recording = await mine(recording_id, principal, queue_service, recording_service, history_service)
    record = await history_service.record(principal.tenant_id, recording.call_id, None, restricted=True)
    audio = await recording_service.open_audio(principal.tenant_id, recording.id)
    sound = Sound(recording=recording, content={"encoding": "base64url", "body": ""})
    made = await _vcon(principal, record, [sound], contact_service, tenants, views)
    await audio.head(1)  # a damaged file is found out before anything is promised
    await playbacks.note(recording, principal.user_id, principal.token_id, client_address(request), 0, audio.size - 1)
    headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="{record.id}.vcon.json"'}
    return VconResponse(_signed(made["uuid"], _with_body(made, audio), signer), headers=headers)


async def _signed(uuid: str, pieces: AsyncIterator[bytes], signer: VconSigner) -> AsyncIterator[bytes]:
    """The vCon in signed form, as it is read: the signature comes after what it signs."""
    digest, waiting = signer.begun(), b""

    def encoded(piece: bytes) -> bytes:
        text = base64url(piece).encode()
        digest.update(text)
        return text

    yield b'{"payload":"'
    async for piece in pieces:
        waiting += piece
        whole = len(waiting) - len(waiting) % 3
        yield encoded(waiting[:whole])
        waiting = waiting[whole:]
    yield encoded(waiting) + b'","signatures":['
    yield msgspec.json.encode(await asyncio.to_thread(signer.signature, uuid, digest)) + b"]}"


async def _with_body(made: Vcon, audio: AudioFile) -> AsyncIterator[bytes]:
    """The audio goes where the one empty body is, encoded as it is read."""
    before, after = msgspec.json.encode(made).split(b'"body":""', 1)
    yield before + b'"body":"'
    waiting = b""
    async for chunk in audio.chunks():
        waiting += chunk
        whole = len(waiting) - len(waiting) % 3
        if whole >= _PIECE:
            yield base64url(waiting[:whole]).encode()
            waiting = waiting[whole:]
    yield base64url(waiting).encode() + b'"' + after


async def _vcon(
    principal: Principal,
    record: CallRecord,
    sounds: list[Sound],
    contact_service: ContactService,
    tenants: TenantService,
    views: Views,
) -> Vcon:
    """Raises: Conflict (code call_live)."""
    if record.ended_at is None:
        raise Conflict("The call goes on: wait until it is over", code="call_live")
    known = await contact_service.some(principal.tenant_id, [record.contact_id] if record.contact_id else [])
    made = vcon_of(
        record,
        known.get(record.contact_id) if record.contact_id else None,
        sounds,
        organisation=(await tenants.get(principal.tenant_id)).name,
        queue=views.queue_name(record.queue_id) or None,
        name_of=views.name,
    )
    return cast(Vcon, made)


def _sha512(audio: AudioFile) -> bytes:
    digest = hashlib.sha512()
    for piece in audio.pieces():
        digest.update(piece)
    return digest.digest()


def name_of(found: Export) -> str:
    """Of the file, for who downloads it: it says nothing of the caller."""
    return f"call24-data-{found.created_at:%Y-%m-%d}.zip"


async def _shown(found: Export, contact_service: ContactService) -> CallerFileAnswer:
    return view(found, await contacts_of(found.tenant_id, [found], contact_service))


async def contacts_of(
    tenant_id: TenantId, some: Sequence[Export | CallerImport], contact_service: ContactService
) -> dict[ContactId, Contact]:
    """Whose files or imports these are; those that exist."""
    return await contact_service.stored_some(tenant_id, [one.contact_id for one in some if one.contact_id is not None])


def view(found: Export, known: Mapping[ContactId, Contact]) -> CallerFileAnswer:
    contact = known.get(found.contact_id) if found.contact_id is not None else None
    return {
        "id": found.id,
        "contact_id": found.contact_id or "",
        "name": contact.shown_name if contact is not None else None,
        "number": contact.number if contact is not None else None,
        "state": found.state,
        "calls_done": found.rows_done,
        "calls": found.rows_in_all,
        "percent": percent_of(found),
        "trouble": found.trouble or None,
        "created_at": iso(found.created_at),
        "delete_at": iso(found.delete_at),
    }
