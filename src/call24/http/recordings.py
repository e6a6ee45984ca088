"""Listening to recordings: streamed by ranges after authorisation. A recording's id alone opens nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import StreamingResponse

from call24.http.access import allowed
from call24.http.work import Work, WorkDep
from call24.identity.model import Principal
from call24.identity.rules import may
from call24.kit.errors import NotFound
from call24.kit.ids import RecordingId
from call24.recordings.model import Recording

router = APIRouter(prefix="/v1/recordings", tags=["recordings"])

Listener = Annotated[Principal, Depends(allowed("recordings.play_own"))]

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


def recording_view(recording: Recording) -> dict[str, Any]:
    return {
        "id": recording.id,
        "kind": recording.kind,
        "state": recording.state,
        "duration_s": recording.duration_s,
    }


@router.get("/{recording_id}")
async def metadata(recording_id: str, principal: Listener, work: WorkDep) -> dict[str, Any]:
    recording = await _mine(recording_id, principal, work)
    return {**recording_view(recording), "call_id": recording.call_id, "channels": recording.channels}


@router.get("/{recording_id}/audio")
async def audio(
    recording_id: str, principal: Listener, work: WorkDep, range: Annotated[str | None, Header()] = None
) -> Response:
    """WAV, 8 kHz: the caller on the left, the agent on the right. Honours one byte range (RFC 9110, 14.2)."""
    recording = await _mine(recording_id, principal, work)
    sound = await work.recordings.open_audio(principal.tenant_id, recording.id)
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store"}
    wanted = _RANGE.match(range or "")
    if wanted is None or wanted.groups() == ("", ""):
        headers["Content-Length"] = str(sound.size)
        return StreamingResponse(_all(sound.chunks()), media_type="audio/wav", headers=headers)
    first, last = _bounds(wanted[1], wanted[2], sound.size)
    if first > last or first >= sound.size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{sound.size}"})
    headers |= {"Content-Range": f"bytes {first}-{last}/{sound.size}", "Content-Length": str(last - first + 1)}
    return StreamingResponse(_all(sound.chunks(first, last)), 206, media_type="audio/wav", headers=headers)


async def _all(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


async def _mine(recording_id: str, principal: Principal, work: Work) -> Recording:
    """Whoever may hear all, or whose call it was; a voicemail belongs to everybody of its queue. Raises: NotFound."""
    recording = await work.recordings.get(principal.tenant_id, RecordingId(recording_id))
    if may(principal.role, "recordings.play_all"):
        return recording
    record = await work.history.record(principal.tenant_id, recording.call_id, work.queues_of(principal))
    if recording.kind == "call" and record.agent_id != principal.user_id:
        raise NotFound
    return recording
