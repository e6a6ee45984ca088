"""`Location` in the 201 of a POST that made something with an address of its own: the collection's, and its `id`.

It stands inside what keeps answers for repeated keys, so that a repeated answer has it too. Source: RFC 9110, 15.3.2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BELOW = re.compile(r"/\{[a-z_]+\}")
_ID = re.compile(r"[0-9a-z_]{1,60}")


class Locations:
    def __init__(self, app: ASGIApp, collections: frozenset[str]) -> None:
        self._app, self._collections = app, collections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        made = scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in self._collections
        await self._app(scope, receive, _located(scope["path"], send) if made else send)


def collections_of(routes: Iterable[APIRoute]) -> frozenset[str]:
    """The addresses whose POST answers 201 and below which there are things by their ids."""
    found = list(routes)
    paths = {route.path_format for route in found}
    making = [one.path_format for one in found if one.status_code == 201 and "POST" in (one.methods or ())]
    return frozenset(
        each
        for each in making
        if "{" not in each
        and any(path.startswith(each) and _BELOW.fullmatch(path.removeprefix(each)) for path in paths)
    )


def _located(collection: str, send: Send) -> Send:
    """These answers come in one piece."""
    start: Message | None = None

    async def located(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        if start is not None:
            if start["status"] == 201 and _ID.fullmatch(id := _id(message.get("body", b""))):
                start = {**start, "headers": [*start["headers"], (b"location", f"{collection}/{id}".encode())]}
            await send(start)
            start = None
        await send(message)

    return located


def _id(body: bytes) -> str:
    try:
        made = json.loads(body)
    except ValueError:
        return ""
    return str(made.get("id", "")) if isinstance(made, dict) else ""
