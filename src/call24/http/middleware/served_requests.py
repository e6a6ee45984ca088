"""Tells of each request that an operation answered: which, with what status, for whom, and how long it took.

Who is told makes spans of it (tracing/). What was asked for stays out: no address, no query, no body. Files of the app
and addresses that there are not have no operation, and are not told of.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.identity.model import Principal
from call24.kit.ids import TenantId
from call24.kit.log_context import about

_HEADER = b"traceparent"
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedRequest:
    """`route`: as it is declared, with `{...}` for what stood in the address; `status`: None where the client was gone
    before there was one; `request_id`: empty unless it is a UUID; `traceparent`: as it was sent, only of a caller of
    the API who was let in, else empty.
    """

    method: str
    route: str
    status: int | None
    tenant_id: TenantId | None
    request_id: str
    traceparent: str
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class Listener:
    """`now`: the server's time; `ended`: is told of each request, waits for nothing and raises nothing."""

    now: Callable[[], datetime]
    ended: Callable[[ServedRequest], None]


class ServedRequests:
    """ASGI middleware around all others but the request's id."""

    def __init__(self, app: ASGIApp, listener: Listener) -> None:
        self._app = app
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        began_at, began = self._listener.now(), time.perf_counter()
        status: int | None = None

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            route = getattr(scope.get("route"), "path", None)
            if isinstance(route, str):
                took = timedelta(seconds=time.perf_counter() - began)
                self._listener.ended(_served(scope, route, status, began_at, began_at + took))


def _served(scope: Scope, route: str, status: int | None, began_at: datetime, ended_at: datetime) -> ServedRequest:
    state = scope["state"]
    principal, actor = state.get("principal"), state.get("actor")
    let_in = isinstance(principal, Principal)
    return ServedRequest(
        method=scope["method"],
        route=route,
        status=status,
        tenant_id=principal.tenant_id if let_in else actor[0] if actor else None,
        request_id=about().get("request_id", ""),
        traceparent=_sent(scope["headers"]) if let_in else "",
        began_at=began_at,
        ended_at=ended_at,
    )


def _sent(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Empty: none, or several. Source: W3C Trace Context, 3.2."""
    found = [value for name, value in headers if name == _HEADER]
    return found[0].decode("latin-1") if len(found) == 1 and len(found[0]) <= _LONGEST else ""
