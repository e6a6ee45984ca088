"""Listening to recordings: streamed by ranges after authorisation. A recording's id alone opens nothing.

Each listening is noted before its first byte.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse

from call24.call_records.answers import KeptRecordingAnswer, KeptRecordingPage, RecordingSummary
from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import History
from call24.call_records.kept_calls import KeptCall
from call24.calls.model import Direction
from call24.http.access import allowed, client_address
from call24.http.byte_ranges import ByteRange, wanted
from call24.http.files import a_file
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.kit.errors import NotFound
from call24.kit.ids import RecordingId
from call24.kit.instants import iso
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.recordings.answers import (
    NewRecordingKey,
    PlaybackAnswer,
    PlaybackList,
    RecordingAnswer,
    RecordingKeyAnswer,
    RecordingKeyPage,
)
from call24.recordings.audio import AudioFile
from call24.recordings.dependencies import PlaybacksDep, RecordingsDep
from call24.recordings.model import Playback, Recording, RecordingKey
from call24.recordings.playbacks import Playbacks
from call24.recordings.service import Recordings

router = Router(prefix="/v1/recordings", tags=["recordings"])

Listener = Annotated[Principal, Depends(allowed("recordings.play_own"))]
HearsAll = Annotated[Principal, Depends(allowed("recordings.play_all"))]
KeyHolder = Annotated[Principal, Depends(allowed("recordings.keys"))]
Auditor = Annotated[Principal, Depends(allowed("recordings.audit"))]


def recording_view(recording: Recording) -> RecordingSummary:
    return {
        "id": recording.id,
        "kind": recording.kind,
        "state": recording.state,
        "duration_s": recording.duration_s,
    }


@router.get("/keys", operation_id="recordings_list_keys")
async def keys(principal: KeyHolder, recording_service: RecordingsDep, asked: AskedDep) -> RecordingKeyPage:
    """Lists the keys that recordings are encrypted with.

    New recordings are encrypted with the active one. The keys themselves are never shown.
    """
    found = await recording_service.keys(principal.tenant_id)

    def view(key: RecordingKey) -> RecordingKeyAnswer:
        return {"id": key.id, "made_at": iso(key.made_at), "active": key is found[-1]}

    return asked.page(found, view, lambda key: (ms(key.made_at), key.id))


@router.post("/keys", status_code=201, operation_id="recordings_rotate_key")
async def new_key(principal: KeyHolder, recording_service: RecordingsDep) -> NewRecordingKey:
    """Makes a new key for recordings.

    New recordings are encrypted with it at once. Older ones are re-encrypted in the background; then their keys are
    destroyed.
    """
    return {"id": await recording_service.key_rotation.rotate(principal.tenant_id)}


@router.get("/kept", operation_id="recordings_list_kept")
async def list_kept(
    principal: HearsAll, recording_service: RecordingsDep, history_service: HistoryDep, views: ViewsDep, page: AskedDep
) -> KeptRecordingPage:
    """Lists calls whose recordings are kept longer than their call record, newest first.

    Of these calls nothing else is kept: no other list, report or export has them.
    """
    tenant_id = principal.tenant_id
    found, following = await history_service.kept.page(tenant_id, page.limit, page.cursor)
    recordings = await recording_service.all_of_calls(tenant_id, [one.id for one in found])
    return {"items": [_kept(one, recordings.get(one.id, ()), views) for one in found], "next": following}


@router.get("/{recording_id}", operation_id="recordings_read")
async def metadata(
    recording_id: str,
    principal: Listener,
    queue_service: QueuesDep,
    recording_service: RecordingsDep,
    history_service: HistoryDep,
) -> RecordingAnswer:
    """Returns what is known of a recording.

    404 for one that you may not play: without `recordings.play_all` those are the recordings of calls that you did not
    have, and voicemails of queues that are not yours.
    """
    recording = await mine(recording_id, principal, queue_service, recording_service, history_service)
    return {
        "id": recording.id,
        "kind": recording.kind,
        "state": recording.state,
        "duration_s": recording.duration_s,
        "call_id": recording.call_id,
        "channels": recording.channels,
        "expected_s": recording.expected_s,
        "encrypted": recording.key_id is not None,
    }


@router.get(
    "/{recording_id}/audio",
    response_class=Response,
    responses=a_file("audio/wav", ranges=True),
    operation_id="recordings_read_audio",
)
async def audio(
    recording_id: str,
    principal: Listener,
    recording_service: RecordingsDep,
    playbacks: PlaybacksDep,
    queue_service: QueuesDep,
    history_service: HistoryDep,
    request: Request,
) -> Response:
    """Downloads a recording's audio: WAV at 8 kHz, the customer on the left channel and the agent on the right.

    One byte range and `If-Range` are honoured; several ranges are refused with 416. Each playback is logged before the
    first byte is sent.
    """
    recording = await mine(recording_id, principal, queue_service, recording_service, history_service)
    return await play(recording, principal, recording_service, playbacks, request)


async def play(
    recording: Recording, principal: Principal, recording_service: Recordings, playbacks: Playbacks, request: Request
) -> Response:
    """The sound, for somebody who may hear it, as the request's headers want it; it is noted before the first byte."""
    sound = await recording_service.open_audio(principal.tenant_id, recording.id)
    etag = f'"{sound.tag}"'
    part = wanted(request.headers.get("range", ""), request.headers.get("if-range", ""), etag, sound.size)
    headers = _headers(sound, etag, part)
    if _has_it(request.headers, etag):
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": headers["Cache-Control"]})
    if part.status == 416:
        return Response(status_code=416, headers=headers)
    await sound.head(1)  # a damaged file is found out before anything is promised
    await playbacks.note(
        recording, principal.user_id, principal.token_id, client_address(request), part.first, part.last
    )
    chunks = _all(sound.chunks(part.first, part.last))
    return StreamingResponse(chunks, part.status, media_type="audio/wav", headers=headers)


@router.head("/{recording_id}/audio", include_in_schema=False)
async def audio_head(
    recording_id: str,
    principal: Listener,
    recording_service: RecordingsDep,
    queue_service: QueuesDep,
    history_service: HistoryDep,
) -> Response:
    """What GET would say; nobody listens yet, so nothing is noted."""
    recording = await mine(recording_id, principal, queue_service, recording_service, history_service)
    sound = await recording_service.open_audio(principal.tenant_id, recording.id)
    headers = _headers(sound, f'"{sound.tag}"', ByteRange(200, 0, sound.size - 1))
    return Response(status_code=200, media_type="audio/wav", headers=headers)


@router.get("/{recording_id}/listenings", operation_id="recordings_list_playbacks")
async def listenings(
    recording_id: str, principal: Auditor, recording_service: RecordingsDep, playbacks: PlaybacksDep, views: ViewsDep
) -> PlaybackList:
    """Lists who played a recording, newest first: one entry for each playback, 200 at most."""
    recording = await recording_service.get(principal.tenant_id, RecordingId(recording_id))
    found = await playbacks.of(principal.tenant_id, recording.id)
    return {"items": [_listening(one, views) for one in found]}


def _kept(call: KeptCall, recordings: Sequence[Recording], views: Views) -> KeptRecordingAnswer:
    if views.restricted(call.tenant_id, call.contact_id):
        return {
            "call_id": call.id,
            "direction": Direction(call.direction),
            "contact_id": None,
            "arrived_at": iso(call.arrived_at),
            "queues": [],
            "agents": [],
            "record_until": iso(call.record_until),
            "delete_at": iso(call.delete_at),
            "recordings": [],
            "restricted": True,
        }
    return {
        "call_id": call.id,
        "direction": Direction(call.direction),
        "contact_id": call.contact_id,
        "arrived_at": iso(call.arrived_at),
        "queues": [{"id": one, "name": views.queue_name(one)} for one in call.shown_queues],
        "agents": [{"id": one, "name": views.name(one)} for one in call.agents],
        "record_until": iso(call.record_until),
        "delete_at": iso(call.delete_at),
        "recordings": [recording_view(one) for one in recordings],
        "restricted": False,
    }


def _listening(one: Playback, views: Views) -> PlaybackAnswer:
    return {
        "id": one.id,
        "call_id": one.call_id,
        "user": {"id": one.user_id, "name": views.name(one.user_id)},
        "at": iso(one.at),
        "last_at": iso(one.last_at),
        "address": one.address,
        "range": {"first": one.first, "last": one.last},
    }


def _headers(sound: AudioFile, etag: str, part: ByteRange) -> dict[str, str]:
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "ETag": etag}
    if part.status == 416:
        return {**headers, "Content-Range": f"bytes */{sound.size}"}
    if part.status == 206:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{sound.size}"
    return {**headers, "Content-Length": str(part.last - part.first + 1)}


def _has_it(headers: Mapping[str, str], etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    return etag in tags


async def _all(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk


async def mine(
    recording_id: str,
    principal: Principal,
    queue_service: QueueService,
    recording_service: Recordings,
    history_service: History,
) -> Recording:
    """Whoever may hear all, or who had the call; a voicemail belongs to everybody of its queue. Raises: NotFound,
    Refused (code data_restricted)."""
    recording = await recording_service.get(principal.tenant_id, RecordingId(recording_id))
    if permits(principal, "recordings.play_all"):
        await history_service.check_call_shown(principal.tenant_id, recording.call_id)
        return recording
    queues = visible_queues(principal, queue_service)
    record = await history_service.whose(principal.tenant_id, recording.call_id, queues, principal.user_id)
    if recording.kind == "call" and not record.had(principal.user_id):
        raise NotFound
    return recording
