"""`ETag` and `Content-Location` of a change that answers with the resource as it is now: the next change needs no GET.

An answer is the resource where a GET declares the same type, so its digest is the GET's tag (etag.py). Content-Location
says of what address. Nothing is read again: a change that came between makes the tag an older one, and If-Match fails.
Source: RFC 9110, 8.7 and 8.8.3; RFC 7240, 4.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http.asked import key_of
from call24.http.middleware.etag import etag
from call24.http.router import answer_of

_METHODS = frozenset({"PUT", "PATCH", "POST"})


class NewVersions:
    """`answered`: of `resources_of`. It stands around what adds Location."""

    def __init__(self, app: ASGIApp, answered: Mapping[tuple[str, str], str]) -> None:
        self._app, self._answered = app, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = scope["type"] == "http" and scope["method"] in _METHODS and scope["path"].startswith("/v1/")
        await self._app(scope, receive, self._tagged(scope, send) if changes else send)

    def _tagged(self, scope: Scope, send: Send) -> Send:
        """These answers come in one piece."""
        start: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                if start["status"] in (200, 201) and (address := self._address(scope, start)):
                    added = [(b"etag", etag(message.get("body", b""))), (b"content-location", address)]
                    start = {**start, "headers": [*start["headers"], *added]}
                await send(start)
                start = None
            await send(message)

        return tagged

    def _address(self, scope: Scope, start: Message) -> bytes:
        """Of the resource that is answered; empty where the answer is another thing."""
        place = self._answered.get((scope["method"], getattr(scope.get("route"), "path_format", "")))
        if place is None:
            return b""
        if start["status"] == 201:
            return next((value for name, value in start["headers"] if name == b"location"), b"")
        return place.format_map(scope["path_params"]).encode()


def resources_of(routes: Iterable[APIRoute]) -> dict[tuple[str, str], str]:
    """Method and address of each change that answers with a resource -> the address at which a GET answers alike."""
    listed = [route for route in routes if answer_of(route) is not None and route.path_format.startswith("/v1/")]
    read = {route.path_format: answer_of(route) for route in listed if "GET" in (route.methods or ())}
    found: dict[tuple[str, str], str] = {}
    for route in listed:
        places = _made(route, read) if route.status_code == 201 else _above(route.path_format)
        alike = [place for place in places if read.get(place) == answer_of(route)]
        if (key := key_of(route))[0] in _METHODS and route.status_code in (None, 200, 201) and alike:
            found[key] = alike[0]
    return found


def _made(route: APIRoute, read: Iterable[str]) -> list[str]:
    """The addresses one step below a collection."""
    return [place for place in read if place.rpartition("/{")[0] == route.path_format]


def _above(place: str) -> list[str]:
    """The address itself, and the things above it: a POST to `/users/{id}/disable` answers with the user."""
    parts = place.split("/")
    above = ["/".join(parts[:length]) for length in range(len(parts) - 1, 2, -1)]
    return [place, *(one for one in above if one.endswith("}"))]
