"""Reads request bodies up to a limit and a time before anything looks at them; nothing is uploaded here."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http.problems import problem

BODY_MAX = 256 * 1024
BODY_TIMEOUT_S = 15.0

_BODYLESS = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimit:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _BODYLESS:
            await self._app(scope, receive, send)
            return
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await _read(receive) if length.isdigit() and int(length) <= BODY_MAX else None
        except TimeoutError:
            response = problem(408, "too_slow", "The request took too long", "The body did not arrive in time")
        else:
            if body is not None:
                await self._app(scope, _replayed(body, receive), send)
                return
            detail = f"A request may have {BODY_MAX // 1024} KB"
            response = problem(413, "too_large", "The request is too large", detail)
        response.headers["Connection"] = "close"  # the rest of the body is not read
        await response(scope, receive, send)


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


def _replayed(body: bytes, receive: Receive) -> Receive:
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
