"""The methods of an address: HEAD wherever GET is answered, OPTIONS, and an `Allow` that names all of them with a 405.

An operation may have a HEAD or an OPTIONS of its own. Source: RFC 9110, 9.3.2 (HEAD), 9.3.7 (OPTIONS), 15.5.6 (405).
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http import tus

_CHOSEN = ("route", "path_params", "endpoint")


class Methods:
    def __init__(self, app: ASGIApp, routes: Iterable[APIRoute]) -> None:
        self._app = app
        self._known = [(route.path_regex, frozenset(route.methods or ())) for route in routes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._head(scope, receive, send)
        elif scope["method"] == "OPTIONS" and (there := self._answered(scope["path"])):
            more = tus.DISCOVERY if scope["path"].startswith(tus.UPLOADS) else {}
            await Response(status_code=204, headers={"Allow": there, **more})(scope, receive, send)
        else:
            await self._app(scope, receive, self._told(scope, send))

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As a GET, without its body."""
        methods = self._declared(scope["path"])
        if "HEAD" in methods or "GET" not in methods:
            await self._app(scope, receive, self._told(scope, send))
            return
        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, _bodiless(send))
        finally:
            scope.update({name: asked[name] for name in _CHOSEN if name in asked})

    def _told(self, scope: Scope, send: Send) -> Send:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = [(name, value) for name, value in message["headers"] if name.lower() != b"allow"]
                message = {**message, "headers": [*headers, (b"allow", self._allowed(scope["path"]).encode())]}
            await send(message)

        return told

    def _answered(self, path: str) -> str:
        """Empty: there is no such address, or it has an OPTIONS of its own."""
        return "" if "OPTIONS" in self._declared(path) else self._allowed(path)

    def _allowed(self, path: str) -> str:
        """Empty: there is no such address."""
        found = self._declared(path)
        more = {"OPTIONS", *(["HEAD"] if "GET" in found else [])} if found else set[str]()
        return ", ".join(sorted(found | more))

    def _declared(self, path: str) -> frozenset[str]:
        return frozenset[str]().union(*(methods for known, methods in self._known if known.match(path)))


def _bodiless(send: Send) -> Send:
    async def start_only(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
        elif not message.get("more_body", False):
            await send({"type": "http.response.body", "body": b""})

    return start_only
