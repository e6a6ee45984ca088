"""Which finished calls leave something to do, and which settle it. Pure; it knows calls only by ``Finished``."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.kit.errors import Invalid
from call24.kit.folding import folded
from call24.kit.ids import CallId, ContactId, QueueId, RecordingId, TaskId, TenantId, UserId
from call24.tasks.model import ChecklistItem, Kind, Task
from call24.tasks.offer_rules import without_needless_offer

DUE_AFTER = timedelta(hours=24)
"""A message, or somebody who could not get through, is answered within a day."""
TITLE_MAX = 200
TEXT_MAX = 4000
"""Characters, of a task's text and of a comment."""
CHECKLIST_MAX = 50
WORDS_MAX, WORD_MAX = 60, 40
"""Words of a task that are searched, and letters of each that count."""
MENTIONS_MAX = 20
SETTLED: tuple[Kind, ...] = ("missed_call", "callback_failed")
"""Done by themselves once the customer was talked to. Not a message: it wants to be heard."""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """What matters of a call that has ended. ``answered_at``: since when an agent talked to the customer; ``wanted``:
    the agent for whom it was, where it was for one alone; ``requested_in``: the queue in which the caller left a task,
    having ``pressed`` these keys."""

    call_id: CallId
    tenant_id: TenantId
    contact_id: ContactId | None
    queue_id: QueueId | None
    message_id: RecordingId | None = None
    missed: bool = False
    callback_failed: bool = False
    requested_in: QueueId | None = None
    pressed: tuple[str, ...] = ()
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


def request_of(call: Finished) -> Task | None:
    """What the caller left in the IVR. Who shows no number cannot be answered."""
    if call.requested_in is None or call.contact_id is None:
        return None
    return completed(
        Task(
            id=task_id(call.call_id, "request"),
            tenant_id=call.tenant_id,
            kind="request",
            text=f"Pressed {', then '.join(call.pressed)}" if call.pressed else "",
            call_id=call.call_id,
            contact_id=call.contact_id,
            queue_id=call.requested_in,
            created_at=call.ended_at,
            due_at=call.ended_at + DUE_AFTER,
            delete_at=call.delete_at,
        )
    )


def _kind(call: Finished) -> Kind | None:
    if call.message_id is not None:
        return "voicemail"
    if call.callback_failed:
        return "callback_failed"
    # Who shows no number cannot be called back.
    # Who left a task has said what is to be done.
    missed = call.missed and call.contact_id is not None and call.requested_in is None
    return "missed_call" if missed else None


_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text as a search compares them, each once."""
    every = (folded(part)[:WORD_MAX] for part in _WORD.findall(text))
    return list(dict.fromkeys(word for word in every if word))


def completed(task: Task) -> Task:
    """With what it is found by, and without an offer that is over."""
    task = without_needless_offer(task)
    texts = (task.title or "", task.text, *(item.text for item in task.checklist))
    found = tuple(words_of(" ".join(texts))[:WORDS_MAX])
    return task if found == task.words else msgspec.structs.replace(task, words=found)


def check_text(text: str, field: str = "text") -> str:
    """Several lines; spaces at their ends are dropped. Raises: Invalid."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if any(not line.replace("\t", " ").isprintable() for line in lines):
        raise Invalid(errors=[(field, "printable characters and line breaks")])
    clean = "\n".join(lines).strip("\n")
    if len(clean) > TEXT_MAX:
        raise Invalid(errors=[(field, f"at most {TEXT_MAX} characters")])
    return clean


def check_checklist(items: Iterable[Mapping[str, Any]]) -> tuple[ChecklistItem, ...]:
    """Raises: Invalid."""
    made = []
    for item in items:
        text = " ".join(str(item["text"]).split())
        if not text or len(text) > TITLE_MAX or not text.isprintable():
            raise Invalid(errors=[("checklist", f"items of 1 to {TITLE_MAX} printable characters")])
        made.append(ChecklistItem(text=text, done=bool(item.get("done", False))))
    if len(made) > CHECKLIST_MAX:
        raise Invalid(errors=[("checklist", f"at most {CHECKLIST_MAX} items")])
    return tuple(made)


def tidy(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a task as they are stored. Raises: Invalid."""
    made = dict(asked)
    if "title" in made and made["title"] is not None:
        made["title"] = check_title(made["title"])
    if "text" in made:
        made["text"] = check_text(made["text"])
    if "checklist" in made:
        made["checklist"] = check_checklist(made["checklist"])
    return made


def check_title(title: str) -> str:
    """Raises: Invalid."""
    text = " ".join(title.split())
    if not text or len(text) > TITLE_MAX or not text.isprintable():
        raise Invalid(errors=[("title", f"1 to {TITLE_MAX} printable characters")])
    return text
