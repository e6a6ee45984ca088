"""Which media types an operation's body may have, as the OpenAPI document says: any other is answered 415.

A body is not guessed at: what was sent as a form is no JSON, and a merge patch (RFC 7396) changes nested objects in
another way than PATCH does here. What is in the body is no business of this module. Source: RFC 9110, 15.5.16.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import APIRoute

from call24.kit.errors import Call24Error

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
UPLOAD_TYPE = "multipart/form-data"


class UnsupportedMediaType(Call24Error):
    """`headers`: what is taken."""

    code, status, title = "unsupported_media_type", 415, "The media type is not supported"

    def __init__(self, detail: str, headers: dict[str, str]) -> None:
        super().__init__(detail)
        self.headers = headers


def taken(route: APIRoute) -> tuple[str, ...]:
    """Nothing where the operation takes no body: what is sent there is not looked at."""
    content = (route.openapi_extra or {}).get("requestBody", {}).get("content", {})
    return tuple(content) or ((JSON,) if route.body_field is not None else ())


def media_type(header: str) -> str:
    """Of a Content-Type, without its parameters: JSON has none (RFC 8259, 11), so a charset changes nothing."""
    return header.partition(";")[0].strip().lower()


def check_media_type(request: Request, types: tuple[str, ...]) -> None:
    """`types`: what the operation takes. Raises: UnsupportedMediaType, when there is a body of another type."""
    sent = media_type(request.headers.get("content-type", ""))
    if sent in types or not _has_body(request) or (sent == "" and FORM in types):
        return  # Pusher's and Laravel's clients need not name the form's type
    listed = ", ".join(types)
    headers = {"Accept": listed, **({"Accept-Patch": listed} if request.method == "PATCH" else {})}  # RFC 5789, 2.2
    raise UnsupportedMediaType(f"Send the body with Content-Type: {' or '.join(types)}", headers)


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
