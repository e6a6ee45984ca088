"""Which finished calls leave something to do, and which settle it. Pure; it knows calls only by ``Finished``."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta

import msgspec

from call24.kit.errors import Invalid
from call24.kit.ids import CallId, ContactId, QueueId, RecordingId, TaskId, TenantId, UserId
from call24.tasks.model import Kind, Task

DUE_AFTER = timedelta(hours=24)
"""A message, or somebody who could not get through, is answered within a day."""
TITLE_MAX = 200
SETTLED: tuple[Kind, ...] = ("missed_call", "callback_failed")
"""Done by themselves once the customer was talked to. Not a message: it wants to be heard."""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """What matters of a call that has ended. ``answered_at``: since when an agent talked to the customer; ``wanted``:
    the agent for whom it was, where it was for one alone."""

    call_id: CallId
    tenant_id: TenantId
    contact_id: ContactId | None
    queue_id: QueueId | None
    message_id: RecordingId | None = None
    missed: bool = False
    callback_failed: bool = False
    answered_at: datetime | None = None
    agent_id: UserId | None = None
    wanted: UserId | None = None
    ended_at: datetime
    delete_at: datetime


def task_id(call_id: CallId, kind: Kind) -> TaskId:
    """The same call and kind give the same id: made again, it is the same task."""
    digest = hashlib.sha256(f"{call_id}\n{kind}".encode()).digest()
    return TaskId("tsk_" + base64.b32hexencode(digest[:17]).decode().lower().rstrip("=")[:26])


def task_of(call: Finished) -> Task | None:
    """At most one for each call. Who was talked to, passed on, and left a message then, left a message."""
    kind = _kind(call)
    if kind is None:
        return None
    return Task(
        id=task_id(call.call_id, kind),
        tenant_id=call.tenant_id,
        kind=kind,
        call_id=call.call_id,
        contact_id=call.contact_id,
        queue_id=call.queue_id,
        assignee=call.wanted,
        recording_id=call.message_id if kind == "voicemail" else None,
        created_at=call.ended_at,
        due_at=call.ended_at + DUE_AFTER,
        delete_at=call.delete_at,
    )


def _kind(call: Finished) -> Kind | None:
    if call.message_id is not None:
        return "voicemail"
    if call.callback_failed:
        return "callback_failed"
    # Who shows no number cannot be called back.
    return "missed_call" if call.missed and call.contact_id is not None else None


def check_title(title: str) -> str:
    """Raises: Invalid."""
    text = " ".join(title.split())
    if not text or len(text) > TITLE_MAX or not text.isprintable():
        raise Invalid(errors=[("title", f"1 to {TITLE_MAX} printable characters")])
    return text
