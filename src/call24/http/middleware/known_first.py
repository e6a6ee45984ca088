"""Requests wait until what the rooms keep in memory was read, so that none is answered as if it were empty: pages for
callers and devices' address books as well as the API.

The port opens before: health and metrics are served at once, and so are the app's files (web.py, around this). Without
MongoDB the reading takes as long as that is away, so a request waits a moment and is then told to come again.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from call24.http import problems
from call24.kit.errors import Unavailable

WAIT_S = 3.0
WAITING_MAX = 100
"""Requests that wait at once; further ones are told to come again at once."""
_AT_ONCE = ("/health/", "/metrics")
"""What says how the server is, also while it starts; it knows nothing of organisations."""


class KnownFirst:
    """`known` is set when it was read; None: nothing has to be."""

    def __init__(self, app: ASGIApp, known: asyncio.Event | None) -> None:
        self._app = app
        self._known = known
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_AT_ONCE) or await self._is_known():
            await self._app(scope, receive, send)
        else:
            await problems.of(Unavailable("Call24 is starting: try again in a moment"))(scope, receive, send)

    async def _is_known(self) -> bool:
        if self._known is None or self._known.is_set():
            return True
        if self._waiting >= WAITING_MAX:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_S):
                return await self._known.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
