"""Users' pictures: one's own to set and delete, everybody's of the organisation to see."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from call24.http.access import PrincipalDep, allowed, check_over
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.avatars.service import UPLOAD_MAX
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.ids import UserId

router = Router(prefix="/v1", tags=["session"])

_FILE = {"type": "string", "format": "binary", "description": "PNG, JPEG or WebP; 5 MB, 40 million pixels"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
_IMAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/me/picture", openapi_extra=_BODY, operation_id="avatars_set_mine")
async def put_picture(request: Request, principal: InApp, accounts: AccountsDep) -> dict[str, Any]:
    """Drawn anew as a square: nothing else of the file is kept. `tag`: changes with the picture."""
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid(errors=[("file", "a picture: PNG, JPEG or WebP")])
        data = await file.read(UPLOAD_MAX + 1)
    return {"tag": await accounts.pictures.put(principal.tenant_id, principal.user_id, data)}


@router.delete("/me/picture", status_code=204, operation_id="avatars_remove_mine")
async def drop_picture(principal: InApp, accounts: AccountsDep) -> Response:
    await accounts.pictures.remove(principal.tenant_id, principal.user_id)
    return Response(status_code=204)


@router.get("/pictures", operation_id="avatars_list_avatars")
async def list_pictures(principal: PrincipalDep, accounts: AccountsDep, asked: AskedDep) -> dict[str, Any]:
    """Who of the organisation has a picture, and which: a picture with the same tag need not be asked for again."""
    found = await accounts.pictures.all(principal.tenant_id)
    return {**asked.page(found, lambda one: {"user_id": one.id, "tag": one.tag}, lambda one: (one.id,))}


@router.get("/users/{user_id}/picture", response_class=Response, responses=_IMAGE, operation_id="avatars_read")
async def picture(user_id: str, request: Request, principal: PrincipalDep, accounts: AccountsDep) -> Response:
    """WebP, 256 by 256, with an ETag."""
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
) -> Response:
    await check_over(user_id, principal, identity)
    await accounts.pictures.remove(principal.tenant_id, UserId(user_id))
    return Response(status_code=204)
