"""ETag, If-None-Match and If-Match for every JSON resource: nobody overwrites what another changed meanwhile.

The tag is a digest of what a GET answers, so no room has to count versions. A change with If-Match is let through when
a GET of the same address still answers what the client saw; two with the same tag come one after the other, so that
only the first finds it so. Between several servers that order is not kept. Source: RFC 9110, 8.8.3 and 13.1.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakValueDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http.asked import CHANGING, UNREAD
from call24.http.problems import problem

_ASKED_AGAIN = (b"authorization", b"host", b"accept")
_RESOURCES = "/v1/"


class _Answer(NamedTuple):
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Conditional:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns: WeakValueDictionary[tuple[str, bytes], asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_RESOURCES):
            await self._app(scope, receive, send)
        elif scope["method"] == "GET":
            await self._tagged(scope, receive, send)
        elif scope["method"] in CHANGING and (wanted := _header(scope["headers"], b"if-match")):
            lock = self._turns.setdefault((scope["path"], wanted), asyncio.Lock())
            async with lock:
                await self._change(scope, receive, send, wanted)
        else:
            await self._app(scope, receive, send)

    async def _tagged(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = _header(scope["headers"], b"if-none-match")
        answer = await _caught(self._app, scope, receive, send)
        if answer is None:
            return
        tag = etag(answer.body)
        headers = [*answer.headers, (b"etag", tag)]
        if known and _names(known, tag):
            headers = [(name, value) for name, value in headers if name not in (b"content-length", b"content-type")]
            answer = _Answer(304, headers, b"")
        await _say(_Answer(answer.status, headers, answer.body), send)

    async def _change(self, scope: Scope, receive: Receive, send: Send, wanted: bytes) -> None:
        now = await self._read(scope)
        # All others are answered by the change itself, so that they sound as they always do; where there is no version,
        # asked.py sees to it, once it is known who asks.
        if now.status == 403:
            scope[UNREAD] = True
        if _is_resource(now.status, now.headers) and not _names(wanted, tag := etag(now.body)):
            detail = "Somebody changed it since you read it: read it again, then change it"
            told = problem(412, "changed_meanwhile", "The condition is not met", detail, headers={"ETag": tag.decode()})
            await told(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _read(self, scope: Scope) -> _Answer:
        headers = [(name, value) for name, value in scope["headers"] if name in _ASKED_AGAIN]
        asked = {**scope, "method": "GET", "headers": headers, "query_string": b""}
        found: list[Message] = []

        async def nothing() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def keep(message: Message) -> None:
            found.append(message)

        await self._app(asked, nothing, keep)
        body = b"".join(message.get("body", b"") for message in found)
        return _Answer(found[0]["status"], found[0]["headers"], body)


def etag(body: bytes) -> bytes:
    """A strong tag: equal bodies, equal tags."""
    return b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"'


def _names(condition: bytes, tag: bytes) -> bool:
    """Whether a list of tags (or `*`) holds this one; a proxy that compressed the answer may have made it weak."""
    tags = [one.strip().removeprefix(b"W/") for one in condition.split(b",")]
    return b"*" in tags or tag in tags


async def _caught(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> _Answer | None:
    """A whole JSON answer; None for another one, which has been sent on as it came."""
    begun: list[Message] = []
    body = bytearray()

    async def catch(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.append(message)
            if not _is_resource(message["status"], message["headers"]):
                await send(message)
        elif _is_resource(begun[0]["status"], begun[0]["headers"]):
            body.extend(message.get("body", b""))
        else:
            await send(message)

    await app(scope, receive, catch)
    if not begun or not _is_resource(begun[0]["status"], begun[0]["headers"]):
        return None
    return _Answer(begun[0]["status"], list(begun[0]["headers"]), bytes(body))


def _is_resource(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return status == 200 and (_header(headers, b"content-type") or b"").startswith(b"application/json")


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    return next((value for found, value in headers if found == name), None)


async def _say(answer: _Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})
