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
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http.problems import problem
from call24.kit.addresses import network_of
from call24.kit.rate_limit import FixedWindow, Used

PER_MINUTE = 3000
"""An app asks a few times a second at most; an API token may ask fifty times a second for ever."""
PAGES_PER_MINUTE = 12_000
"""Of one address: five hundred people who open the app at the same minute ask for fewer files."""
WINDOW_S = 60.0
GUARDED = ("/v1/", "/broadcasting/", "/apps/", "/policy/", "/rights/", "/account-deletion", "/metrics", "/carddav")
"""What may ask MongoDB. Everything else is a page or a file that is in memory."""
_BY_ADDRESS = {"/apps/": 3, "/v1/crm-webhooks/": 4}
"""Who asks there shows who they are without a token; how many parts of the address name them."""
_POLICY = f'"default";q={PER_MINUTE};w={WINDOW_S:.0f}'


class RateLimitMiddleware:
    """`now`: seconds of a clock that never goes back."""

    def __init__(self, app: ASGIApp, now: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._strangers = FixedWindow(WINDOW_S, now)
        self._pages = FixedWindow(WINDOW_S, now)
        self._known = FixedWindow(WINDOW_S, now)
        """Of those who were let in: what unauthenticated clients at the same address do is not their fault."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = network_of((scope.get("client") or ("",))[0])
        if not scope["path"].startswith(GUARDED):
            used = self._pages.of(address)
            used.count += 1
            over = used.count > PAGES_PER_MINUTE
            await (self._refusal(used, PAGES_PER_MINUTE, {}) if over else self._app)(scope, receive, send)
            return
        key = _bearer(scope) or _application(scope, address)
        used = self._known.of(key) if key is not None and key in self._known else self._strangers.of(address)
        if used.count >= PER_MINUTE:
            await self._refusal(used, PER_MINUTE, self._told(used))(scope, receive, send)
            return
        used.count += 1
        await self._app(scope, receive, self._counting(scope, send, key, address, used))

    def _counting(self, scope: Scope, send: Send, key: str | None, address: str, used: Used) -> Send:
        """What the answer shows of who asked is counted on its way."""

        async def counted(message: Message) -> None:
            nonlocal used
            if message["type"] == "http.response.start":
                if key is not None:
                    used = self._recount(key, address, used, _let_in(scope, message["status"]), message["status"])
                told = [(name.lower().encode(), value.encode()) for name, value in self._told(used).items()]
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        return counted

    def _recount(self, key: str, address: str, used: Used, let_in: bool, status: int) -> Used:
        if key in self._known:
            if status == 401:  # its session is over
                self._known.forget(key)
                self._strangers.of(address).count += 1
        elif let_in:
            used.count -= 1
            used = self._known.of(key)
            used.count += 1
        return used

    def _refusal(self, used: Used, most: int, told: dict[str, str]) -> ASGIApp:
        wait_s = self._known.left_s(used)
        detail = f"{most} in a minute are answered: ask again in {wait_s} s"
        headers = {"Retry-After": str(wait_s), **told}
        return problem(429, "too_many_requests", "Too many requests", detail, headers=headers)

    def _told(self, used: Used) -> dict[str, str]:
        left = max(0, PER_MINUTE - used.count)
        return {"RateLimit-Policy": _POLICY, "RateLimit": f'"default";r={left};t={self._known.left_s(used)}'}


def _let_in(scope: Scope, status: int) -> bool:
    """Whether who asked has shown who they are: for an application by a signature, else by a token."""
    shown = scope.get("state", {}).get("principal")
    return status < 400 if scope["path"].startswith(tuple(_BY_ADDRESS)) else bool(shown)


def _bearer(scope: Scope) -> str | None:
    """A key that does not keep the token itself in memory."""
    value = next((value for name, value in scope["headers"] if name == b"authorization"), None)
    return hashlib.sha256(value).hexdigest() if value else None


def _application(scope: Scope, address: str) -> str | None:
    """A server that publishes for an application, or a CRM that posts to its connection's address, and where it does
    so from. The key does not keep an address's secret end in memory."""
    for place, parts in _BY_ADDRESS.items():
        if scope["path"].startswith(place):
            named = "/".join(scope["path"].split("/")[:parts])
            return f"{hashlib.sha256(named.encode()).hexdigest()} {address}"
    return None
