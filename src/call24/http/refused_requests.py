"""What was refused to who is not known: counted by operation and status, and said in the server's log once a minute.

Who is known has lines in the audit log (middleware/audit.py). No address and nothing that was sent is in these lines,
and however many are refused, there is one line a minute.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

EVERY_S = 60.0
_MOST = 20


class RefusedRequests:
    """ASGI middleware around all that may refuse a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._refused: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start" and 400 <= message["status"] < 500 and not _known(scope):
                self._note(f"{scope['method']} {_operation(scope)} {message['status']}")
            await send(message)

        await self._app(scope, receive, seen)

    def _note(self, what: str) -> None:
        if not self._refused:
            asyncio.get_running_loop().call_later(EVERY_S, self._say)
        self._refused[what] += 1

    def _say(self) -> None:
        told = [f"{count} x {what}" for what, count in self._refused.most_common(_MOST)]
        if (more := len(self._refused) - len(told)) > 0:
            told.append(f"{more} more kinds")
        log.info("requests refused because they had no valid token: %s", ", ".join(told))
        self._refused.clear()


def _known(scope: Scope) -> bool:
    return bool(scope["state"].get("principal") or scope["state"].get("actor"))


def _operation(scope: Scope) -> str:
    """As the route is declared: what stands in the address may be somebody's text."""
    return str(getattr(scope.get("route"), "path", "(no operation)"))
