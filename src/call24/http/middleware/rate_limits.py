"""How many requests a token may make in a minute, told with every answer.

Who has no usable token is counted by address (IPv6: by its /64), and before the token is looked up: made-up ones cost
their sender, however many are on their way at once. Pages and files that anybody may read have a count of their own,
since an office opens the app by one address. In memory and bounded: a restart forgets it, each server counts for
itself. Guessing passwords has narrower limits of its own (identity/throttle.py).
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
PAGES_PER_MINUTE = 12_000
"""Of one address: five hundred people who open the app at the same minute ask for fewer files."""
WINDOW_S = 60.0
GUARDED = ("/v1/", "/broadcasting/", "/apps/")
_KEYS_MAX = 20_000
_POLICY = f'"default";q={PER_MINUTE};w={WINDOW_S:.0f}'


@dataclass
class _Window:
    since: float
    used: int = 0


class _Windows:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._kept: OrderedDict[str, _Window] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def of(self, key: str) -> _Window:
        now = self._now()
        window = self._kept.get(key)
        if window is None or now - window.since >= WINDOW_S:
            window = self._kept[key] = _Window(now)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEYS_MAX:
            self._kept.popitem(last=False)
        return window

    def forget(self, key: str) -> None:
        self._kept.pop(key, None)


class Rates:
    """`now`: seconds of a clock that never goes back."""

    def __init__(self, app: ASGIApp, now: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._now = now
        self._strangers = _Windows(now)
        self._pages = _Windows(now)
        self._known = _Windows(now)
        """Of those who were let in: what strangers at the same address do is not their fault."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = network_of((scope.get("client") or ("",))[0])
        if not scope["path"].startswith(GUARDED):
            window = self._pages.of(address)
            window.used += 1
            over = window.used > PAGES_PER_MINUTE
            await (self._refusal(window, PAGES_PER_MINUTE, {}) if over else self._app)(scope, receive, send)
            return
        key = _bearer(scope) or _application(scope, address)
        window = self._known.of(key) if key is not None and key in self._known else self._strangers.of(address)
        if window.used >= PER_MINUTE:
            await self._refusal(window, PER_MINUTE, self._told(window))(scope, receive, send)
            return
        window.used += 1
        await self._app(scope, receive, self._counting(scope, send, key, address, window))

    def _counting(self, scope: Scope, send: Send, key: str | None, address: str, window: _Window) -> Send:
        """What the answer shows of who asked is counted on its way."""

        async def counted(message: Message) -> None:
            nonlocal window
            if message["type"] == "http.response.start":
                if key is not None:
                    window = self._recount(key, address, window, _let_in(scope, message["status"]), message["status"])
                told = [(name.lower().encode(), value.encode()) for name, value in self._told(window).items()]
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        return counted

    def _recount(self, key: str, address: str, window: _Window, let_in: bool, status: int) -> _Window:
        if key in self._known:
            if status == 401:  # its session is over
                self._known.forget(key)
                self._strangers.of(address).used += 1
        elif let_in:
            window.used -= 1
            window = self._known.of(key)
            window.used += 1
        return window

    def _refusal(self, window: _Window, most: int, told: dict[str, str]) -> ASGIApp:
        wait_s = self._left_s(window)
        detail = f"{most} in a minute are answered: ask again in {wait_s} s"
        headers = {"Retry-After": str(wait_s), **told}
        return problem(429, "too_many_requests", "Too many requests", detail, headers=headers)

    def _left_s(self, window: _Window) -> int:
        return max(1, round(window.since + WINDOW_S - self._now()))

    def _told(self, window: _Window) -> dict[str, str]:
        left = max(0, PER_MINUTE - window.used)
        return {"RateLimit-Policy": _POLICY, "RateLimit": f'"default";r={left};t={self._left_s(window)}'}


def _let_in(scope: Scope, status: int) -> bool:
    """Whether who asked has shown who they are: for an application by a signature, else by a token."""
    return status < 400 if scope["path"].startswith("/apps/") else bool(scope.get("state", {}).get("principal"))


def _bearer(scope: Scope) -> str | None:
    """A key that does not keep the token itself in memory."""
    value = next((value for name, value in scope["headers"] if name == b"authorization"), None)
    return hashlib.sha256(value).hexdigest() if value else None


def _application(scope: Scope, address: str) -> str | None:
    """A server that publishes for an application, where it does so from."""
    if not scope["path"].startswith("/apps/"):
        return None
    return f"{scope['path'].split('/')[2][:64]} {address}"
