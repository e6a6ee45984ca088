"""CORS: pages of the configured origins may use the API, with a token of their own and never with cookies.

Nobody else's may, and without configured origins no answer speaks of CORS. Source: Fetch standard, CORS protocol.
"""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from call24.http import tus

SHARED = ("/v1/", "/broadcasting/")
_KEPT_BACK = "/v1/internal/"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ALLOWED = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id", *tus.SENT)
EXPOSED = (
    "Content-Location",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-Id",
    *tus.TOLD,
)
KEPT_S = 600
"""How long a browser need not ask again."""


class CrossOrigin:
    """`origins`: such as `https://desk.example.org`."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._shared: ASGIApp = app
        if origins:
            self._shared = CORSMiddleware(
                app,
                allow_origins=origins,
                allow_methods=METHODS,
                allow_headers=ALLOWED,
                expose_headers=EXPOSED,
                allow_credentials=False,
                max_age=KEPT_S,
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        shared = path.startswith(SHARED) and not path.startswith(_KEPT_BACK)
        await (self._shared if shared else self._app)(scope, receive, send)
