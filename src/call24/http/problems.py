"""Every error as an RFC 9457 problem: `application/problem+json` with a stable code. Nothing internal is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from call24.http.codes import type_of
from call24.http.field_messages import message
from call24.kit.errors import Call24Error, Refused

MEDIA_TYPE = "application/problem+json"

_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 408: "too_slow", 413: "too_large"}
_NOT_FOUND = "There is nothing here"


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: Iterable[tuple[str, str]] = (),
    permission: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body: dict[str, Any] = {
        "type": type_of(code),
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    fields = [{"field": field, "message": message} for field, message in errors]
    if fields:
        body["errors"] = fields
    if permission is not None:
        body["permission"] = permission
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def of(error: Call24Error) -> JSONResponse:
    headers: dict[str, str] = dict(getattr(error, "headers", {}))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    elif error.status == 503:
        headers["Retry-After"] = "2"
    return problem(
        error.status,
        error.code,
        error.title,
        error.detail,
        errors=error.errors,
        permission=error.permission if isinstance(error, Refused) else None,
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """The HTTP edge: the one place of this room that catches everything."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Call24Error)
        return of(error)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = error.errors()
        if any(one["type"] == "json_invalid" for one in found):
            return problem(400, "malformed_json", "The body is not JSON", "The body could not be read as JSON")
        errors = [(_place(one["loc"]), message(one)) for one in found[:20]]
        return problem(
            422, "invalid", "The request is not valid", "Some fields are not as they should be", errors=errors
        )

    async def plain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = _CODES.get(error.status_code, "error")
        title = _NOT_FOUND if error.status_code == 404 else HTTPStatus(error.status_code).phrase
        return problem(error.status_code, code, title, title, headers=error.headers)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        return problem(500, "error", "Something went wrong", "It is in the server's log")

    app.add_exception_handler(Call24Error, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, unexpected)


def _place(location: Iterable[Any]) -> str:
    """Where in the request: without "body", and never the value that was sent."""
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts[:1] == ["body"] and len(parts) > 1 else parts)[:200]
