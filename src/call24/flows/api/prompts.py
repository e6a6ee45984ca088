"""An organisation's prompts: uploaded as a sound file, or generated from text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from pydantic import Field, ValidationError
from starlette.datastructures import UploadFile

from call24.flows.answers import Prompt as PromptAnswer
from call24.flows.answers import PromptPage
from call24.flows.dependencies import FlowsDep, PromptsDep
from call24.flows.model import Prompt
from call24.flows.speech import TEXT_MAX, VOICE
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.files import a_file
from call24.http.media_types import UPLOAD_TYPE, media_type
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.ids import PromptId
from call24.kit.instants import iso
from call24.queues.dependencies import QueuesDep
from call24.tenants.api.references import used_by
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/prompts", tags=["flows"])

Reader = Annotated[Principal, Depends(allowed("flows.read"))]
Writer = Annotated[Principal, Depends(allowed("flows.write"))]
Deleter = Annotated[Principal, Depends(deleting("flows.write"))]
_CHUNK = 1 << 16


class SpokenPrompt(Body):
    """A prompt that is generated from text. `voice`: a language of espeak-ng, such as en-gb or de, with a variant if
    you like: en-gb+f3."""

    name: str = Field(max_length=200)
    text: str = Field(max_length=2 * TEXT_MAX)
    voice: str = Field(VOICE, max_length=60)


_UPLOAD = {
    "type": "object",
    "required": ["name", "file"],
    "properties": {
        "name": {"type": "string", "maxLength": 200},
        "file": {"type": "string", "format": "binary", "description": "WAV, MP3, Ogg (Opus, Vorbis) or FLAC; 10 MB"},
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": SpokenPrompt.model_json_schema()},
            "multipart/form-data": {"schema": _UPLOAD},
        },
    }
}


@router.get("", operation_id="prompts_list_prompts")
async def list_prompts(principal: Reader, prompt_service: PromptsDep, asked: AskedDep) -> PromptPage:
    """Lists the organisation's prompts by name, and the names of the built-in sounds."""
    prompts = await prompt_service.all(principal.tenant_id)
    page = asked.page(prompts, _view, lambda prompt: (prompt.name_key, prompt.id))
    return {"items": page["items"], "next": page["next"], "built_in": sorted(prompt_service.built_in)}


@router.post("", status_code=201, openapi_extra=_BODY, operation_id="prompts_add_prompt")
async def add_prompt(request: Request, principal: Writer, prompt_service: PromptsDep) -> PromptAnswer:
    """Creates a prompt, from a sound file or from text.

    Send a form with `name` and `file` (WAV, MP3, Ogg or FLAC; at most 10 MB and 5 minutes), or JSON with `name`, `text`
    and `voice`. It is converted to 8 kHz and brought to the usual volume. 422 for a file that is silent, clipped or
    unreadable; 409 `prompt_name_taken`, or `too_many_prompts` where the organisation has 500 already; 503
    `speech_absent` where this installation has no espeak-ng.
    """
    if media_type(request.headers.get("content-type", "")) == UPLOAD_TYPE:
        return await _uploaded(request, principal, prompt_service)
    try:
        body = SpokenPrompt.model_validate_json(await request.body())
    except ValidationError as found:
        raise RequestValidationError(found.errors(include_url=False)) from None
    return _view(await prompt_service.speak(principal.tenant_id, body.name, body.text, body.voice))


@router.get("/{prompt_id}", operation_id="prompts_read_prompt")
async def read_prompt(prompt_id: str, principal: Reader, prompt_service: PromptsDep) -> PromptAnswer:
    """Retrieves a prompt, without its sound."""
    return _view(await prompt_service.get(principal.tenant_id, PromptId(prompt_id)))


@router.get(
    "/{prompt_id}/audio", response_class=FileResponse, responses=a_file("audio/wav"), operation_id="prompts_read_audio"
)
async def hear_prompt(prompt_id: str, principal: Reader, prompt_service: PromptsDep) -> FileResponse:
    """Downloads a prompt as callers hear it: WAV, 8 kHz, mono."""
    path = await prompt_service.sound_of(principal.tenant_id, PromptId(prompt_id))
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "private, no-store"})


@router.delete("/{prompt_id}", status_code=204, dependencies=SERIALISED, operation_id="prompts_delete_prompt")
async def delete_prompt(
    prompt_id: str,
    principal: Deleter,
    prompt_service: PromptsDep,
    flow_service: FlowsDep,
    tenants: TenantsDep,
    queue_service: QueuesDep,
) -> Response:
    """Deletes a prompt. 409 `prompt_in_use` while a flow, a queue or a number plays it."""
    await prompt_service.delete(principal.tenant_id, PromptId(prompt_id), used_by(flow_service, tenants, queue_service))
    return Response(status_code=204)


async def _uploaded(request: Request, principal: Principal, prompt_service: PromptsDep) -> PromptAnswer:
    """Who it is was asked first: nobody else's upload is read."""
    async with request.form(max_files=1, max_fields=1, max_part_size=4096) as form:
        name, file = form.get("name"), form.get("file")
        if not isinstance(name, str):
            raise Invalid(errors=[("name", "1 to 100 printable characters")])
        if not isinstance(file, UploadFile):
            raise Invalid(errors=[("file", "a sound file: WAV, MP3, Ogg (Opus) or FLAC")])
        return _view(await prompt_service.upload(principal.tenant_id, name, _chunks(file)))


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


def _view(prompt: Prompt) -> PromptAnswer:
    return {
        "id": prompt.id,
        "name": prompt.name,
        "seconds": prompt.seconds,
        "source": prompt.source,
        "text": prompt.text,
        "voice": prompt.voice,
        "loudness_db": prompt.loudness,
        "gain_db": prompt.gain_db,
        "note": _note(prompt.gain_db),
        "created_at": iso(prompt.created_at),
    }


def _note(gain_db: float) -> str | None:
    if abs(gain_db) < 3:
        return None
    return f"It was made {'louder' if gain_db > 0 else 'quieter'} by {abs(gain_db):.0f} dB."
