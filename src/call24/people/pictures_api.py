"""Pictures of people of the address book: whoever may see the person sees it, whoever may change the person sets it."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from call24.http.router import Router
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import PersonId
from call24.people.answers import PersonAnswer
from call24.people.api import Reader, Writer, person_answer
from call24.people.dependencies import PeopleDep, PersonPicturesDep
from call24.people.pictures import UPLOAD_MAX

router = Router(prefix="/v1/people", tags=["people"])

_FILE = {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP, GIF or HEIC; 5 MB, 25 million pixels"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
_HEADERS = {
    "ETag": {"description": "The person's `picture`, in quotes", "schema": {"type": "string"}},
    "Cache-Control": {"description": "`no-store`", "schema": {"type": "string"}},
}
_IMAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        "headers": _HEADERS,
    },
    304: {"description": "It is still what If-None-Match names", "headers": _HEADERS},
}


@router.put("/{person_id}/picture", openapi_extra=_BODY, operation_id="people_set_picture")
async def set_picture(
    person_id: str, request: Request, principal: Writer, people: PeopleDep, pictures: PersonPicturesDep
) -> PersonAnswer:
    """Sets the picture of a person. It is a change of the person, which can be undone for 30 days.

    Send a PNG, JPEG, WebP, GIF or HEIC file of up to 5 MB and 25 million pixels. It is cropped to a square and stored
    as JPEG, 320 by 320 at most; nothing else of the file, such as where it was taken, is kept. 422 `unusable_picture`
    says what is wrong with a file. An organisation has at most 20,000 pictures of people, with those that can come
    back, of which the oldest go first; 2,000 of them are of one user's private entries. One more is 409 `too_many`.
    """
    person = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid(errors=[("file", "a picture: PNG, JPEG, WebP, GIF or HEIC")])
        data = await file.read(UPLOAD_MAX + 1)
    picture = await pictures.new(principal.tenant_id, person.private_to, data)
    if await pictures.has(person, picture.jpeg):
        return person_answer(person)
    return person_answer(await people.set_picture(person, picture, principal.user_id))


@router.get("/{person_id}/picture", response_class=Response, responses=_IMAGE, operation_id="people_read_picture")
async def read_picture(
    person_id: str, request: Request, principal: Reader, people: PeopleDep, pictures: PersonPicturesDep
) -> Response:
    """Returns the picture of a person as JPEG, a square of 320 pixels at most.

    404 where there is no such person, or no picture of them.
    """
    person = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    tag = f'"{person.picture}"'
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if person.picture is not None and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    picture = await pictures.get(person)
    return Response(picture.jpeg, media_type="image/jpeg", headers=headers)


@router.delete("/{person_id}/picture", status_code=204, operation_id="people_remove_picture")
async def remove_picture(person_id: str, principal: Writer, people: PeopleDep) -> None:
    """Removes the picture of a person. It is a change of the person, which can be undone for 30 days."""
    person = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    if person.picture is None:
        raise NotFound
    await people.set_picture(person, None, principal.user_id)
