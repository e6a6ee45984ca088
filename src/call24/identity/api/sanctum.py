"""Signing in as apps made for Laravel Sanctum do, with Laravel's errors: `{message, errors}`.

Source: Laravel documentation, "Sanctum: Mobile Application Authentication"; `ValidationException::summarize` and
`Handler::invalidJson`, `unauthenticated` for the bodies.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from call24.http.access import PrincipalDep, client_address
from call24.http.media_types import JSON, UnsupportedMediaType, media_type
from call24.http.middleware.audit import on_behalf
from call24.http.router import Route, Router
from call24.identity.answers.users import SanctumUser
from call24.identity.api.auth import in_its_place
from call24.identity.api.known_device import DEVICE_COOKIE, device_secret, know_again
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import User
from call24.identity.signing_in import SignInRequest
from call24.kit.errors import Call24Error, Invalid, TooMany, Unauthenticated
from call24.kit.instants import iso

FIELDS = {"email": 254, "password": 1000, "device_name": 100}
_WRONG = "The provided credentials are incorrect."


class LaravelRoute(Route):
    """Answers our errors in the shape that Laravel has for them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handler(request)
            except Call24Error as error:
                return _said(error)

        return handled


router = Router(tags=["session"], route_class=LaravelRoute)


_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["email", "password", "device_name"],
    "properties": {
        **{name: {"type": "string", "minLength": 1, "maxLength": longest} for name, longest in FIELDS.items()},
        "code": {"type": "string", "maxLength": 40, "description": "From the authenticator, if the account has one"},
    },
}
_BODIES = {"application/x-www-form-urlencoded": {"schema": _BODY}, "application/json": {"schema": _BODY}}


@router.post(
    "/sanctum/token",
    response_class=PlainTextResponse,
    responses={200: DEVICE_COOKIE},
    openapi_extra={"requestBody": {"required": True, "content": _BODIES}},
    operation_id="sanctum_issue",
)
async def issue(request: Request, identity: IdentityDep, accounts: AccountsDep) -> PlainTextResponse:
    """Signs in and returns the bearer token as plain text, as Laravel Sanctum does.

    Send `email`, `password` and `device_name` as a form or as JSON. 422 with `errors.email`: the credentials are wrong;
    with `errors.code`: send a code of the authenticator as `code`.
    """
    wish = _parsed(request.headers.get("content-type", ""), await request.body())
    try:
        signed_in = await accounts.signing_in.by_password(_wish(wish, request))
    except Unauthenticated as error:
        if error.code in ("mfa_required", "wrong_code"):
            raise Invalid(errors=[("code", error.detail)]) from None
        raise Invalid(errors=[("email", _WRONG)]) from None
    on_behalf(request, signed_in.user.tenant_id, signed_in.user.id, signed_in.device.token_id)
    await in_its_place(identity, request, signed_in)
    response = PlainTextResponse(signed_in.bearer)
    await know_again(request, response, accounts, signed_in.user)
    return response


@router.get("/api/user", operation_id="sanctum_user")
async def user(principal: PrincipalDep, identity: IdentityDep) -> SanctumUser:
    """Returns the user that the token belongs to."""
    return _view(await identity.user(principal.tenant_id, principal.user_id))


def _view(user: User) -> SanctumUser:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "organisation_id": user.tenant_id,
        "created_at": iso(user.created_at),
    }


def _wish(found: dict[str, str], request: Request) -> SignInRequest:
    return SignInRequest(
        email=found["email"],
        password=found["password"],
        device_name=found["device_name"],
        address=client_address(request),
        secret=device_secret(request),
        code=found.get("code", ""),
        way="POST /sanctum/token",
    )


def _parsed(content_type: str, body: bytes) -> dict[str, str]:
    """Raises: Invalid, in Laravel's words."""
    found: Mapping[str, Any] = {}
    try:
        if media_type(content_type) == JSON:
            read = json.loads(body)
            found = read if isinstance(read, dict) else {}
        else:
            found = dict(urllib.parse.parse_qsl(body.decode(), max_num_fields=20))
    except (ValueError, RecursionError):
        pass
    if errors := [error for name, longest in FIELDS.items() for error in _wrong(name, found.get(name), longest)]:
        raise Invalid(errors=errors)
    code = found.get("code")
    more = {"code": code[:40]} if isinstance(code, str) else {}
    return {name: str(found[name]) for name in FIELDS} | more


def _wrong(name: str, value: object, longest: int) -> Sequence[tuple[str, str]]:
    words = name.replace("_", " ")
    if value is None or value == "":
        return [(name, f"The {words} field is required.")]
    if not isinstance(value, str):
        return [(name, f"The {words} field must be a string.")]
    if len(value) > longest:
        return [(name, f"The {words} field must not be greater than {longest} characters.")]
    return []


def _said(error: Call24Error) -> JSONResponse:
    if isinstance(error, Unauthenticated):
        return JSONResponse({"message": "Unauthenticated."}, 401, {"WWW-Authenticate": "Bearer"})
    if isinstance(error, TooMany):
        return JSONResponse({"message": "Too Many Attempts."}, 429, {"Retry-After": str(error.retry_after_s)})
    if isinstance(error, Invalid) and error.errors:
        fields: dict[str, list[str]] = {}
        for name, message in error.errors:
            fields.setdefault(name, []).append(message)
        more = len(error.errors) - 1
        rest = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
        return JSONResponse({"message": error.errors[0][1] + rest, "errors": fields}, 422)
    headers = error.headers if isinstance(error, UnsupportedMediaType) else None
    return JSONResponse({"message": error.detail}, error.status, headers)
