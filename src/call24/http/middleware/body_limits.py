"""Reads request bodies up to a limit and a time before anything looks at them, and addresses up to so many parameters.

An upload is not read here but counted on its way: whoever asked for it first asks who sends it.
"""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http import tus
from call24.http.media_types import UPLOAD_TYPE, UnsupportedMediaType, media_type
from call24.http.problems import of, problem

BODY_MAX = 256 * 1024
BODY_TIMEOUT_S = 15.0
LENGTH_DIGITS = 20
"""Of a longer Content-Length no number is made: Python refuses thousands of digits."""
UPLOAD_MAX = 10 * 1024 * 1024 + 64 * 1024
"""A prompt, and the form around it; a picture may have half of it."""
UPLOAD_TIMEOUT_S = 120.0
PARAMETERS_MAX = 100
"""No operation takes more than ten; each costs time to read, also where it is refused."""
CALLER_FILE_MAX = 1 << 30
CALLER_FILE_TIMEOUT_S = 900.0
ZIP_TYPE = "application/zip"
ADDRESS_BOOK_MAX = 100 << 20
ADDRESS_BOOK_TIMEOUT_S = 600.0
ANY_TYPE = "application/octet-stream"
TUS_TYPE = "application/offset+octet-stream"
PART_MAX = 1 << 30
PART_TIMEOUT_S = 120.0


class Upload(NamedTuple):
    media_type: str = UPLOAD_TYPE
    most: int = UPLOAD_MAX
    timeout_s: float = UPLOAD_TIMEOUT_S


PICTURES_OF = "/v1/people/{person_id}/picture"
UPLOADS = {
    ("PUT", PICTURES_OF): Upload(),
    ("PUT", "/v1/branding/logo"): Upload(),
    ("PUT", "/v1/branding/dark-logo"): Upload(),
    ("POST", "/v1/prompts"): Upload(),
    ("POST", "/v1/me/picture"): Upload(),
    ("POST", "/v1/caller-imports"): Upload(ZIP_TYPE, CALLER_FILE_MAX, CALLER_FILE_TIMEOUT_S),
    ("POST", "/v1/address-book-imports"): Upload(ANY_TYPE, ADDRESS_BOOK_MAX, ADDRESS_BOOK_TIMEOUT_S),
}
LONGEST_S = max(upload.timeout_s for upload in UPLOADS.values())
"""Whoever closes connections on which nothing ends gives an upload this long."""
PARTS_OF = f"{tus.UPLOADS}/"
"""Below it each upload has an address of its own, which takes its parts: what is cut off is gone on with."""

_PICTURES = re.compile(r"/v1/people/[^/]+/picture")
_PUSHER = "/apps/"
"""Its HTTP API answers as Pusher's does."""
_BODYLESS = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimit:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["query_string"].count(b"&") >= PARAMETERS_MAX:
            detail = f"An address has at most {PARAMETERS_MAX} parameters"
            await problem(422, "invalid", "The request is not valid", detail)(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] in _BODYLESS:
            await self._app(scope, receive, send)
            return
        if _is_coded(scope):
            coded = UnsupportedMediaType("Send the body uncompressed", {"Accept-Encoding": "identity"})
            await _unread(of(coded))(scope, receive, send)
            return
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if (upload := _upload(scope)) is not None:
            await self._app(scope, _counted(receive, upload), send)
            return
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await _read(receive) if _is_taken(length) else None
        except TimeoutError:
            response = problem(408, "too_slow", "The request took too long", "The body did not arrive in time")
        else:
            if body is not None:
                await self._app(scope, replayed(body, receive), send)
                return
            detail = f"A request may have {BODY_MAX // 1024} KB"
            response = problem(413, "too_large", "The request is too large", detail)
        await _unread(response)(scope, receive, send)


def _unread(response: Response) -> Response:
    response.headers["Connection"] = "close"  # the rest of the body is not read
    return response


def _is_coded(scope: Scope) -> bool:
    """Whether there is a content coding. None is taken: what a body grows to would need a limit of its own."""
    coding = next((value for name, value in scope["headers"] if name == b"content-encoding"), b"")
    return coding.strip().lower() not in (b"", b"identity") and not scope["path"].startswith(_PUSHER)


def _is_taken(length: bytes) -> bool:
    return length.isdigit() and len(length) < LENGTH_DIGITS and int(length) <= BODY_MAX


def _upload(scope: Scope) -> Upload | None:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    found = UPLOADS.get((scope["method"], scope["path"]))
    if scope["method"] == "PUT" and _PICTURES.fullmatch(scope["path"]):
        found = UPLOADS["PUT", PICTURES_OF]
    if scope["method"] == "PATCH" and scope["path"].startswith(PARTS_OF):
        found = Upload(TUS_TYPE, PART_MAX, PART_TIMEOUT_S)
    return found if found is not None and media_type(kind.decode("latin-1")) == found.media_type else None


def _counted(receive: Receive, upload: Upload) -> Receive:
    """The same messages, up to a size and a time. What it raises is answered by the application's own edge."""
    size = 0
    until = asyncio.get_running_loop().time() + upload.timeout_s
    close = {"Connection": "close"}  # the rest of the body is not read

    async def counted() -> Message:
        nonlocal size
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, headers=close) from None
        size += len(message.get("body", b""))
        if size > upload.most:
            raise HTTPException(413, headers=close)
        return message

    return counted


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None once it is over the limit."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
