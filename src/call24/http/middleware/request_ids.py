"""A name for each request: `X-Request-Id`, the client's own where it sends a usable one, in every answer and with every
failure in the server's log. Nothing is kept of it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.kit.log_context import serve_request

HEADER = b"x-request-id"
_USABLE = re.compile(rb"[!-~]{1,200}")


class RequestIds:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named = _of(scope["headers"])
        serve_request(named.decode())

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (HEADER, named)]}
            await send(message)

        try:
            await self._app(scope, receive, marked)
        except Exception as failure:
            failure.add_note(f"X-Request-Id: {named.decode()}")  # uvicorn's line in the log ends with it
            raise


def _of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The client's, unless it sent none, several, or one that is no single printable word."""
    sent = [value for name, value in headers if name == HEADER]
    return sent[0] if len(sent) == 1 and _USABLE.fullmatch(sent[0]) else uuid.uuid4().hex.encode()
