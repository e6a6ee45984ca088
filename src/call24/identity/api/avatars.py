"""Avatars: users set and delete their own, and see those of the whole organisation."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from call24.http.access import PrincipalDep, allowed, check_over
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.answers.users import AvatarPage, AvatarTag, AvatarVersion
from call24.identity.api.tokens import InApp
from call24.identity.avatars.model import Tagged
from call24.identity.avatars.service import UPLOAD_MAX
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.ids import UserId

router = Router(prefix="/v1", tags=["session"])

_FILE = {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP or HEIC; 5 MB, 40 million pixels"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
_HEADERS = {
    "ETag": {"description": "The avatar's `tag`, in quotes", "schema": {"type": "string"}},
    "Cache-Control": {"description": "`private, no-cache`", "schema": {"type": "string"}},
}
_IMAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The avatar",
        "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}},
        "headers": _HEADERS,
    },
    304: {"description": "It is still what If-None-Match names", "headers": _HEADERS},
}


@router.post("/me/picture", openapi_extra=_BODY, operation_id="avatars_set_mine")
async def put_picture(request: Request, principal: InApp, accounts: AccountsDep) -> AvatarTag:
    """Sets the current user's avatar.

    Send a PNG, JPEG, WebP or HEIC file of up to 5 MB and 40 million pixels. It is cropped to a square and stored as
    WebP, 256 by 256; nothing else of the file, such as its metadata, is kept.
    """
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid(errors=[("file", "a picture: PNG, JPEG, WebP or HEIC")])
        data = await file.read(UPLOAD_MAX + 1)
    return {"tag": await accounts.pictures.put(principal.tenant_id, principal.user_id, data)}


@router.delete("/me/picture", status_code=204, operation_id="avatars_remove_mine")
async def drop_picture(principal: InApp, accounts: AccountsDep) -> None:
    """Deletes the current user's avatar."""
    await accounts.pictures.remove(principal.tenant_id, principal.user_id)


@router.get("/pictures", operation_id="avatars_list_avatars")
async def list_pictures(principal: PrincipalDep, accounts: AccountsDep, asked: AskedDep) -> AvatarPage:
    """Lists the users of the organisation who have an avatar.

    `tag` changes with the picture: while it stays the same, a picture that was fetched before is still right.
    """
    found = await accounts.pictures.all(principal.tenant_id)
    return asked.page(found, _version, lambda one: (one.id,))


@router.get("/users/{user_id}/picture", response_class=Response, responses=_IMAGE, operation_id="avatars_read")
async def picture(user_id: str, request: Request, principal: PrincipalDep, accounts: AccountsDep) -> Response:
    """Returns a user's avatar as WebP, 256 by 256 pixels.

    404 not_found: there is no such user, or they have no avatar.
    """
    found = await accounts.pictures.get(principal.tenant_id, UserId(user_id))
    tag = f'"{found.tag}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.webp, media_type="image/webp", headers=headers)


@router.delete("/users/{user_id}/picture", status_code=204, tags=["administration"], operation_id="avatars_remove")
async def remove_picture(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> None:
    """Deletes a user's avatar. 403 beyond_own: the user has a permission that you lack."""
    await check_over(user_id, principal, identity)
    await accounts.pictures.remove(principal.tenant_id, UserId(user_id))


def _version(picture: Tagged) -> AvatarVersion:
    return {"user_id": picture.id, "tag": picture.tag}
