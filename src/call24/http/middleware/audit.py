"""Every operation that changes something, and every look that must be known, leaves a line in the audit log.

Which ones is read from the routes: all that are not GET or HEAD, but for `EXEMPT`, and the `AUDITED_READS`. The line is
on disk before the first byte of the answer leaves; when it cannot be written the answer is 503 and acknowledges
nothing. It names ids and fields; values only of settings whose document says so (`document(audited=...)`), before and
after. Who is not known by then (no valid token) has no line.
"""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from call24.audit.changed_fields import changes_of
from call24.audit.model import AuditChange, AuditEntry
from call24.audit.service import AuditLog
from call24.http import problems
from call24.identity.model import Principal
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId, TokenId, UserId
from call24.kit.mongo.notes import NOTES, ChangeNotes

EXEMPT = {
    "POST /v1/invitations/look": "shows what a link invites to",
    "POST /v1/age-screen": "asks whether somebody may have an account; nothing is kept of it",
    "POST /v1/auth/provider/begin": "asks where an organisation signs in; nobody is known yet",
    "POST /v1/organisation/provider/test": "asks the provider; nothing is changed",
    "POST /v1/auth/reset": "an answer that says nothing, so the log says nothing either",
    "POST /v1/crm-webhooks/{token}": "a CRM hints at a change; what is changed by it stands in the person's history",
    "POST /v1/calls/search": "looks for calls; what is looked for stays out of the address",
    "PATCH /v1/uploads/{upload_id}": "bytes of a file; that it was begun is in the log",
    "POST /v1/people/search": "looks for people; what is looked for stays out of the address",
    "POST /v1/tasks/search": "looks for tasks; what is looked for stays out of the address",
    "POST /v1/tasks/count": "counts tasks; what is looked for stays out of the address",
    "POST /v1/fence/check": "asks what would happen",
    "POST /v1/auth/passkey/options": "asks for a challenge; nothing is kept",
    "POST /v1/me/passkeys/proof/options": "the same",
    "POST /v1/session/heartbeat": "says that the app is there, every few seconds; nothing is kept of it",
    "PUT /v1/calls/{call_id}/quality": "figures that a phone measured; they say nothing of anybody",
    "POST /v1/what-if": "asks what would happen",
    "POST /v1/internal/doctor": "a temporary organisation of this machine's own tool",
    "DELETE /v1/internal/doctor/{tenant_id}": "the same, gone with its log",
    "DELETE /v1/internal/sip-bans/{address}": "no organisation's: an address at the SIP port; the server's log has it",
    "POST /v1/internal/retention/confirm-time": "no organisation's: the server's clock; the server's log has it",
    "POST /broadcasting/auth": "asks for a channel's signature",
    "POST /broadcasting/user-auth": "asks for a signature to sign in with on a socket",
}
"""Operations that leave no line although their method says so, and why."""
AUDITED_READS = {
    "GET /v1/recordings/{recording_id}/audio",
    "GET /v1/restrictions/{restriction_id}/recordings/{recording_id}/audio",
    "GET /v1/exports/{export_id}/file",
    "GET /v1/people-exports/{export_id}/file",
    "GET /v1/task-exports/{export_id}/file",
    "GET /v1/audit/file",
    "GET /v1/files/{file_id}/content",
    "GET /v1/caller-files/{file_id}/file",
    "GET /v1/recordings/{recording_id}/vcon",
    "GET /v1/me/file",
    "GET /v1/users/{user_id}/file",
    "GET /v1/incidents/{incident_id}/people/file",
    "GET /v1/internal/calls/{call_id}",
    "GET /v1/internal/sip-traces/{trace_id}",
}
"""Looks that leave a line too."""
READS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
_BODY_MAX = 256 * 1024
_NAME = re.compile(r"[a-z][a-z_]{0,39}")
_ID = re.compile(r"[a-z]{3,4}_[0-9a-hjkmnp-tv-z]{26}|ctc_[0-9a-v]{26}|[1-9][0-9]{0,6}")
"""Of ours: contacts have hashes, tokens are counted. Longer figures may be a telephone number."""
_MOST = 40


def audited(action: str) -> bool:
    """Whether an operation (`PATCH /v1/queues/{queue_id}`) leaves a line."""
    method = action.partition(" ")[0]
    return action in AUDITED_READS or (method not in READS and action not in EXEMPT)


def on_behalf(request: Request, tenant_id: TenantId, user_id: UserId, token_id: TokenId | None) -> None:
    """For routes without a token of their own: whose entry it is, once that is known."""
    request.state.actor = (tenant_id, user_id, token_id)


def goes_on(request: Request) -> None:
    """For routes that are asked again and again for one act: its first line stands for those after it that succeed."""
    request.state.goes_on = True


class Audited:
    """ASGI middleware around the routers: it sees the route that was chosen and who was let in."""

    def __init__(self, app: ASGIApp, log: AuditLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        notes = ChangeNotes()
        before = NOTES.set(notes)
        try:
            await self._app(scope, *_Answer(self._log, notes, scope, receive, send).ends())
        finally:
            notes.close()
            NOTES.reset(before)


class _Answer:
    """One request: its body is read along, its answer held back until the line is written."""

    def __init__(self, log: AuditLog, notes: ChangeNotes, scope: Scope, receive: Receive, send: Send) -> None:
        self._log, self._notes, self._scope, self._receive, self._send = log, notes, scope, receive, send
        self._asked = bytearray()
        self._start: Message | None = None
        self._refused = False

    def ends(self) -> tuple[Receive, Send]:
        return self.receive, self.send

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request" and len(self._asked) <= _BODY_MAX:
            self._asked += message.get("body", b"")
        return message

    async def send(self, message: Message) -> None:
        if self._refused:
            return
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            try:
                await self._note(start, message)
            except Unavailable as error:
                self._refused = True
                await problems.of(error)(self._scope, self._receive, self._send)
                return
            await self._send(start)
        await self._send(message)

    async def _note(self, start: Message, first: Message) -> None:
        """Raises: Unavailable."""
        route = self._scope.get("route")
        actor = self._actor()
        action = f"{self._scope['method']} {getattr(route, 'path', '')}"
        if route is None or actor is None or not audited(action):
            return
        tenant_id, user_id, token_id = actor
        status = int(start["status"])
        if status < 400 and self._scope["state"].get("goes_on"):
            return
        asked = _json(bytes(self._asked)) if status < 400 else {}
        answered = {} if first.get("more_body") else _json(first.get("body", b""))
        client = self._scope.get("client")
        objects = _objects(self._scope.get("path_params", {}), answered if status < 400 else {})
        entry = AuditEntry(
            actor_id=user_id,
            token_id=token_id,
            address=client[0] if client else "unknown",
            action=action,
            objects=objects,
            fields=tuple(sorted(name for name in asked if _NAME.fullmatch(name)))[:_MOST],
            why=_code(asked.get("reason")),
            status=status,
            code=_code(answered.get("code")) if status >= 400 else None,
            changes=self._changes(tenant_id, objects) if status < 400 else (),
        )
        await self._log.note(tenant_id, entry)

    def _changes(self, tenant_id: TenantId, objects: tuple[str, ...]) -> tuple[AuditChange, ...]:
        """Of what the line names, and of the organisation's own settings."""
        return tuple(
            change for id in dict.fromkeys((*objects, tenant_id)) for change in changes_of(*self._notes.of(id))
        )

    def _actor(self) -> tuple[TenantId, UserId, TokenId | None] | None:
        state = self._scope["state"]
        principal = state.get("principal")
        if isinstance(principal, Principal):
            return principal.tenant_id, principal.user_id, principal.token_id
        known: tuple[TenantId, UserId, TokenId | None] | None = state.get("actor")
        return known


def _json(text: bytes) -> dict[str, Any]:
    """What is no JSON object has no names."""
    if not text.lstrip().startswith(b"{"):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _objects(path: dict[str, Any], answered: dict[str, Any]) -> tuple[str, ...]:
    """Ids alone: a place in the address that is none of ours is somebody's text, and stays out."""
    found = [str(value) for value in (*path.values(), answered.get("id"))]
    return tuple(dict.fromkeys(value for value in found if _ID.fullmatch(value)))


def _code(value: object) -> str | None:
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None
