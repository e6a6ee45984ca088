"""POST with an Idempotency-Key: done once, and answered as the first time, also after a restart of the server.

It stands inside the audit log's layer: what is answered again leaves its line like the first, so an answer whose line
could not be written is not lost with it. Failures are not kept: they changed nothing, and may be tried again. Uploads
are not covered.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.http import problems
from call24.http.middleware.audit import EXEMPT
from call24.http.middleware.body_limits import replayed
from call24.idempotency.model import StoredAnswer
from call24.idempotency.service import ANSWER_MAX, IdempotencyService
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import Call24Error, Invalid, Unavailable

log = logging.getLogger(__name__)

HEADER = b"idempotency-key"
REPLAYED = (b"idempotency-replayed", b"true")
_KEY = re.compile(rb"[\x21-\x7e]{1,200}")
_ID = re.compile(r"/[a-z]{3,4}_[0-9a-z]+|/[0-9]+(?=/|$)")
_MATTERS = frozenset({b"content-type", b"location", b"content-location", b"etag", b"cache-control"})


@dataclass(frozen=True)
class _Route:
    """What the audit log asks of the route that was chosen the first time."""

    path: str


class IdempotencyMiddleware:
    def __init__(self, app: ASGIApp, once: IdempotencyService, identity: IdentityService) -> None:
        self._app, self._once, self._identity = app, once, identity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        try:
            await self._do(key, scope, receive, send)
        except Call24Error as error:
            await problems.of(error)(scope, receive, send)

    async def _do(self, key: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises: Call24Error before anything was answered."""
        principal = await self._principal(scope)
        if principal is None:  # the application itself says so, as it always does
            await self._app(scope, receive, send)
            return
        if _KEY.fullmatch(key) is None:
            raise Invalid(errors=[("Idempotency-Key", "1 to 200 printable characters")])
        body = await _read(receive)
        operation = f"POST {_ID.sub('/{}', scope['path'])}"
        asked = hashlib.sha256(b"\0".join((scope["path"].encode(), scope["query_string"], body))).hexdigest()
        who = principal.tenant_id, principal.user_id
        id, before = await self._once.begin(*who, operation, key.decode(), asked, principal.permissions)
        if before is not None:
            scope.setdefault("state", {})["principal"] = principal
            scope.update(route=_Route(before.path), path_params=before.places)
            await _say(before, send)
            return
        await self._first(principal, id, scope, replayed(body, receive), send)

    async def _first(self, principal: Principal, id: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Done now; the answer is kept before it is given."""
        answer = _Held(send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception:  # the HTTP edge: whatever it was, it was no success, and the key is free again
            await self._once.forget(principal.tenant_id, id)
            raise
        kept = answer.kept(scope)
        try:
            if kept is None:
                await self._once.forget(principal.tenant_id, id)
            else:
                await self._once.finish(principal.tenant_id, id, kept)
        except Unavailable:  # it is done all the same, and who asked shall know
            log.warning(
                "a response could not be stored for its Idempotency-Key; a repeated request may be carried out again"
            )
        await answer.pass_on()

    async def _principal(self, scope: Scope) -> Principal | None:
        """Raises: Unavailable."""
        headers = dict(scope["headers"])
        scheme, _, bearer = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        client = scope.get("client")
        try:
            return await self._identity.authenticate(bearer.strip(), client[0] if client else "unknown")
        except Unavailable:
            raise
        except Call24Error:
            return None


class _Held:
    """An answer that is held back until it is whole, or too long to be kept."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: list[Message] = []
        self._size = 0
        self._passed = False

    async def send(self, message: Message) -> None:
        self._held.append(message)
        self._size += len(message.get("body", b""))
        if self._passed or self._size > ANSWER_MAX:
            await self.pass_on()

    async def pass_on(self) -> None:
        self._passed = self._passed or self._size > ANSWER_MAX
        held, self._held = self._held, []
        for message in held:
            await self._send(message)

    def kept(self, scope: Scope) -> StoredAnswer | None:
        """None for what is no success, too long, or no text."""
        if self._passed or not self._held or self._held[0]["status"] >= 400:
            return None
        start, *rest = self._held
        headers = [(n.decode(), v.decode("latin-1")) for n, v in start["headers"] if n.lower() in _MATTERS]
        try:
            body = b"".join(message.get("body", b"") for message in rest).decode()
        except UnicodeDecodeError:
            return None
        places = {name: str(value) for name, value in scope.get("path_params", {}).items()}
        path = getattr(scope.get("route"), "path", "")
        return StoredAnswer(status=start["status"], headers=headers, body=body, path=path, places=places)


def _key(scope: Scope) -> bytes | None:
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith("/v1/"):
        return None
    if f"POST {scope['path']}" in EXEMPT or dict(scope["headers"]).get(b"content-type", b"").startswith(b"multipart/"):
        return None
    return next((value for name, value in scope["headers"] if name == HEADER), None)


async def _read(receive: Receive) -> bytes:
    """The whole body; its size and time were bounded further out."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


async def _say(answer: StoredAnswer, send: Send) -> None:
    body = answer.body.encode()
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
    headers += [(b"content-length", str(len(body)).encode()), REPLAYED]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
