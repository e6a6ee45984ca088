"""An organisation's branding over HTTP: all of its users read it, who changes its settings sets it, and everybody sees
it on its public pages, whose address they have."""

from __future__ import annotations

from typing import Annotated, Any, cast

import msgspec
from fastapi import Depends, Query, Request, Response
from pydantic import Field
from starlette.datastructures import UploadFile

from call24.branding.answers import BrandingAnswer, BrandTones
from call24.branding.dependencies import BrandingsDep
from call24.branding.model import Branding, LogoVersion, Theme
from call24.branding.pages import style
from call24.branding.rules import COLOUR, HELP_MAX, checked_accent
from call24.branding.service import UPLOAD_MAX, Brandings
from call24.branding.tones import tones
from call24.http.access import Body, PrincipalDep, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Invalid, NotFound
from call24.policy.dependencies import PoliciesDep
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/branding", tags=["administration"])
public = Router(prefix="/branding", include_in_schema=False)

Reader = Annotated[Principal, Depends(allowed("organisation.read"))]
Writer = Annotated[Principal, Depends(allowed("organisation.write"))]

_FILE = {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP or HEIC; 2 MB, 25 million pixels"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
_HEADERS = {
    "ETag": {"description": "The logo's `tag`, in quotes", "schema": {"type": "string"}},
    "Cache-Control": {"description": "`private, no-cache`", "schema": {"type": "string"}},
}
_IMAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The logo",
        "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}},
        "headers": _HEADERS,
    },
    304: {"description": "It is still what If-None-Match names", "headers": _HEADERS},
}
_PUBLISHED = {"Cache-Control": "public, max-age=300"}


class BrandingChange(Body):
    """What is left out is set back to what Call24 has. The logos have addresses of their own.

    `accent`: any colour, as `#` and six hexadecimal digits; null: Call24's own. Where text in it, or white text on it,
    could not be read, a tone of it is used: `tones` of the answer. `help_contact`: whom users ask when something does
    not work: an e-mail address, an https address or a phone number such as +442079460123.
    """

    accent: str | None = Field(None, max_length=20)
    help_contact: str = Field("", max_length=2 * HELP_MAX)


@router.get("", operation_id="branding_read")
async def read(principal: PrincipalDep, brandings: BrandingsDep, tenants: TenantsDep) -> BrandingAnswer:
    """Retrieves what the organisation looks like: its name, colours, logos, and whom to ask for help."""
    return _answer((await tenants.get(principal.tenant_id)).name, await brandings.read(principal.tenant_id))


@router.put("", operation_id="branding_change")
async def change(
    body: BrandingChange, principal: Writer, brandings: BrandingsDep, tenants: TenantsDep
) -> BrandingAnswer:
    """Sets the accent colour and the help contact. Apps that are open show it at once, public pages within a minute."""
    changed = await brandings.change(principal.tenant_id, accent=body.accent, help_contact=body.help_contact)
    return _answer((await tenants.get(principal.tenant_id)).name, changed)


@router.delete("", status_code=204, operation_id="branding_reset")
async def reset(principal: Writer, brandings: BrandingsDep) -> None:
    """Takes colour, logos and help contact back: the organisation looks like Call24 again."""
    await brandings.reset(principal.tenant_id)


@router.get("/tones", operation_id="branding_read_tones")
async def read_tones(
    principal: Reader, accent: Annotated[str, Query(max_length=20, description="`#` and six hexadecimal digits")]
) -> BrandTones:
    """Returns the tones of a colour, before it is set. Each is as near to it as can be read."""
    if not (colour := checked_accent(accent)):
        raise Invalid(errors=[("query.accent", COLOUR)])
    return _tones(colour)


@router.put("/logo", openapi_extra=_BODY, operation_id="branding_set_logo")
async def set_logo(request: Request, principal: Writer, brandings: BrandingsDep, tenants: TenantsDep) -> BrandingAnswer:
    """Sets the logo for light surfaces; also for dark ones, where no other was set for them.

    Send a PNG, JPEG, WebP or HEIC file of up to 2 MB and 25 million pixels. It is stored as WebP, 480 by 160 pixels at
    most, and may be see-through; nothing else of the file is kept. SVG is not taken. 422 `unusable_picture` says what
    is wrong with a file.
    """
    return await _set(request, principal, brandings, tenants, "light")


@router.get("/logo", response_class=Response, responses=_IMAGE, operation_id="branding_read_logo")
async def read_logo(request: Request, principal: PrincipalDep, brandings: BrandingsDep) -> Response:
    """Returns the logo for light surfaces as WebP. 404 where there is none."""
    return await _get(request, principal, brandings, "light")


@router.delete("/logo", status_code=204, operation_id="branding_remove_logo")
async def remove_logo(principal: Writer, brandings: BrandingsDep) -> None:
    """Deletes the logo for light surfaces. 404 where there is none."""
    await brandings.remove_logo(principal.tenant_id, "light")


@router.put("/dark-logo", openapi_extra=_BODY, operation_id="branding_set_dark_logo")
async def set_dark_logo(
    request: Request, principal: Writer, brandings: BrandingsDep, tenants: TenantsDep
) -> BrandingAnswer:
    """Sets the logo for dark surfaces. Send what `PUT /v1/branding/logo` takes."""
    return await _set(request, principal, brandings, tenants, "dark")


@router.get("/dark-logo", response_class=Response, responses=_IMAGE, operation_id="branding_read_dark_logo")
async def read_dark_logo(request: Request, principal: PrincipalDep, brandings: BrandingsDep) -> Response:
    """Returns the logo for dark surfaces as WebP. 404 where there is none."""
    return await _get(request, principal, brandings, "dark")


@router.delete("/dark-logo", status_code=204, operation_id="branding_remove_dark_logo")
async def remove_dark_logo(principal: Writer, brandings: BrandingsDep) -> None:
    """Deletes the logo for dark surfaces. 404 where there is none."""
    await brandings.remove_logo(principal.tenant_id, "dark")


@public.get("/{public_id}/style.css", operation_id="branding_style")
async def public_style(public_id: str, policies: PoliciesDep, brandings: BrandingsDep) -> Response:
    """`public_id`: of the organisation's privacy policy, which is random."""
    branding = await brandings.read(await policies.whose(public_id))
    return Response(style(branding), media_type="text/css", headers=_PUBLISHED)


@public.get("/{public_id}/logo.webp", operation_id="branding_logo")
async def public_logo(public_id: str, policies: PoliciesDep, brandings: BrandingsDep) -> Response:
    webp = await brandings.logo(await policies.whose(public_id), "light")
    return Response(webp, media_type="image/webp", headers=_PUBLISHED)


@public.get("/{public_id}/dark-logo.webp", operation_id="branding_dark_logo")
async def public_dark_logo(public_id: str, policies: PoliciesDep, brandings: BrandingsDep) -> Response:
    webp = await brandings.logo(await policies.whose(public_id), "dark")
    return Response(webp, media_type="image/webp", headers=_PUBLISHED)


async def _set(
    request: Request, principal: Principal, brandings: Brandings, tenants: TenantsDep, theme: Theme
) -> BrandingAnswer:
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid(errors=[("file", "a picture: PNG, JPEG, WebP or HEIC")])
        data = await file.read(UPLOAD_MAX + 1)
    changed = await brandings.set_logo(principal.tenant_id, theme, data)
    return _answer((await tenants.get(principal.tenant_id)).name, changed)


async def _get(request: Request, principal: Principal, brandings: Brandings, theme: Theme) -> Response:
    version = (await brandings.read(principal.tenant_id)).logo_for(theme)
    if version is None:
        raise NotFound
    tag = f'"{version.tag}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(await brandings.logo(principal.tenant_id, theme), media_type="image/webp", headers=headers)


def _answer(name: str, branding: Branding) -> BrandingAnswer:
    return {
        "name": name,
        "accent": branding.accent or None,
        "tones": _tones(branding.accent) if branding.accent else None,
        "logo": _logo(branding.logo),
        "dark_logo": _logo(branding.dark_logo),
        "help_contact": branding.help_contact,
        "version": branding.version,
    }


def _tones(accent: str) -> BrandTones:
    return cast("BrandTones", msgspec.to_builtins(tones(accent)))


def _logo(version: LogoVersion | None) -> Any:
    return None if version is None else msgspec.to_builtins(version)
