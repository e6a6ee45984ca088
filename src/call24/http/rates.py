"""How many requests a token may make in a minute, told with every answer.

Who has no usable token is counted by address (IPv6: by its /64). In memory and bounded: a restart forgets it, each
server counts for itself. Guessing passwords has narrower limits of its own (identity/throttle.py).
Source: draft-ietf-httpapi-ratelimit-headers (RateLimit-Policy, RateLimit); RFC 6585, 4 (429).
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http.problems import problem
from call24.kit.addresses import network_of

PER_MINUTE = 3000
"""An app asks a few times a second at most; a machine's token may ask fifty times a second for ever."""
WINDOW_S = 60.0
_KEYS_MAX = 20_000
_POLICY = f'"default";q={PER_MINUTE};w={WINDOW_S:.0f}'.encode()


@dataclass
class _Window:
    since: float
    used: int = 0
    known: bool = False
    """A request was let in: what strangers at the same address do is not its holder's fault."""


class Rates:
    """`now`: seconds of a clock that never goes back."""

    def __init__(self, app: ASGIApp, now: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._now = now
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        address = f"address {network_of((scope.get('client') or ('',))[0])}"
        asking = self._window(_bearer(scope) or address)
        strangers = self._window(address)
        over = next((one for one in (asking, *([] if asking.known else [strangers])) if one.used >= PER_MINUTE), None)
        if over is not None:
            wait_s = self._left_s(over)
            answer = problem(
                429,
                "too_many_requests",
                "Too many requests",
                f"{PER_MINUTE} in a minute are answered: ask again in {wait_s} s",
                headers={"Retry-After": str(wait_s), **self._told(over)},
            )
            await answer(scope, receive, send)
            return
        asking.used += 1

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] != 401:
                    asking.known = asking is not strangers
                elif asking is not strangers:
                    strangers.used += 1
                told = [(name.lower().encode(), value.encode()) for name, value in self._told(asking).items()]
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        await self._app(scope, receive, counted)

    def _window(self, key: str) -> _Window:
        now = self._now()
        window = self._windows.get(key)
        if window is None or now - window.since >= WINDOW_S:
            window = self._windows[key] = _Window(now)
        self._windows.move_to_end(key)
        while len(self._windows) > _KEYS_MAX:
            self._windows.popitem(last=False)
        return window

    def _left_s(self, window: _Window) -> int:
        return max(1, round(window.since + WINDOW_S - self._now()))

    def _told(self, window: _Window) -> dict[str, str]:
        left = max(0, PER_MINUTE - window.used)
        return {"RateLimit-Policy": _POLICY.decode(), "RateLimit": f'"default";r={left};t={self._left_s(window)}'}


def _bearer(scope: Scope) -> str | None:
    """A key that does not keep the token itself in memory."""
    value = next((value for name, value in scope["headers"] if name == b"authorization"), None)
    return hashlib.sha256(value).hexdigest() if value else None
