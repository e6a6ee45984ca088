"""What webhooks tell of: the kinds, and the shape of each. By ids alone: who may see more asks the API for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

import msgspec

from call24.webhooks.event_schema import EventSchema


class CallStarted(msgspec.Struct, frozen=True, kw_only=True, tag="call.started", tag_field="type"):
    """A call has begun: somebody rang us, or we ring somebody."""

    call_id: str
    direction: Literal["inbound", "outbound", "internal", "callback"]
    number_id: str | None
    queue_id: str | None
    contact_id: str | None
    started_at: datetime


class CallAnswered(msgspec.Struct, frozen=True, kw_only=True, tag="call.answered", tag_field="type"):
    """The two sides of a call talk. `agent_id`: who had the customer last, so far."""

    call_id: str
    direction: Literal["inbound", "outbound", "internal", "callback"]
    number_id: str | None
    queue_id: str | None
    contact_id: str | None
    agent_id: str | None
    started_at: datetime
    answered_at: datetime


class CallEnded(msgspec.Struct, frozen=True, kw_only=True, tag="call.ended", tag_field="type"):
    """A call is over. `outcome`: as in its record; `missed`: somebody should call back."""

    call_id: str
    direction: Literal["inbound", "outbound", "internal", "callback"]
    number_id: str | None
    queue_id: str | None
    contact_id: str | None
    agent_id: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    outcome: str
    missed: bool
    recording_id: str | None
    message_id: str | None


class RecordingReady(msgspec.Struct, frozen=True, kw_only=True, tag="recording.ready", tag_field="type"):
    """A recording, or a message that was left, is there. `state` short: more than a second of it is missing."""

    recording_id: str
    call_id: str
    kind: Literal["call", "message"]
    state: Literal["stored", "short"]
    duration_s: float
    ready_at: datetime


class TaskChanged(msgspec.Struct, frozen=True, kw_only=True, tag="task.changed", tag_field="type"):
    """A task is new (`version` 1), or was changed: given to somebody, done, opened again, or written otherwise."""

    task_id: str
    kind: Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
    state: Literal["open", "in_progress", "waiting", "done", "dropped"]
    version: int
    queue_id: str | None
    call_id: str | None
    contact_id: str | None
    assignee_id: str | None
    done_by: str | None
    changed_at: datetime


class ContactCreated(msgspec.Struct, frozen=True, kw_only=True, tag="contact.created", tag_field="type"):
    """Somebody called, or was called, for the first time, or for the first time since the contact was deleted; or the
    number was written into the address book."""

    contact_id: str
    created_at: datetime


class ContactUpdated(msgspec.Struct, frozen=True, kw_only=True, tag="contact.updated", tag_field="type"):
    """The network calls a contact by another name than before, or the address book names other people with its number.
    That it called again is no change."""

    contact_id: str
    updated_at: datetime


class ContactDeleted(msgspec.Struct, frozen=True, kw_only=True, tag="contact.deleted", tag_field="type"):
    """Nothing is kept of a contact any more: its calls are gone, and neither a user nor the address book names it."""

    contact_id: str
    deleted_at: datetime


class PersonCreated(msgspec.Struct, frozen=True, kw_only=True, tag="person.created", tag_field="type"):
    """A person was written into the address book, or is in it again after a deletion or a merge was undone. Of private
    entries nothing is told, nor of people whose data may not be passed on."""

    person_id: str
    created_at: datetime


class PersonUpdated(msgspec.Struct, frozen=True, kw_only=True, tag="person.updated", tag_field="type"):
    """A person of the address book was changed, or lost a number that was erased."""

    person_id: str
    updated_at: datetime


class PersonMerged(msgspec.Struct, frozen=True, kw_only=True, tag="person.merged", tag_field="type"):
    """Two people of the address book were made one; `merged_person_id` went into `person_id`, and is told as deleted
    too."""

    person_id: str
    merged_person_id: str
    merged_at: datetime


class PersonUnmerged(msgspec.Struct, frozen=True, kw_only=True, tag="person.unmerged", tag_field="type"):
    """A merge of two people was undone; `restored_person_id` is a person again, and is told as created too."""

    person_id: str
    restored_person_id: str
    unmerged_at: datetime


class PersonDeleted(msgspec.Struct, frozen=True, kw_only=True, tag="person.deleted", tag_field="type"):
    """A person of the address book was deleted, erased, or went into another. Messages about them that still waited are
    not sent."""

    person_id: str
    deleted_at: datetime


class WebhookTest(msgspec.Struct, frozen=True, kw_only=True, tag="webhook.test", tag_field="type"):
    """Somebody asked for it, to see whether messages arrive. Every webhook may be sent one."""

    webhook_id: str
    asked_at: datetime


AnyContactEvent = ContactCreated | ContactUpdated | ContactDeleted
AnyPersonEvent = PersonCreated | PersonUpdated | PersonMerged | PersonUnmerged | PersonDeleted
AnyEvent = (
    CallStarted
    | CallAnswered
    | CallEnded
    | RecordingReady
    | TaskChanged
    | AnyContactEvent
    | AnyPersonEvent
    | WebhookTest
)

TEST = "webhook.test"
NEEDS: Mapping[str, str] = {
    "call.started": "calls.read_all",
    "call.answered": "calls.read_all",
    "call.ended": "calls.read_all",
    "recording.ready": "recordings.play_all",
    "task.changed": "tasks.read",
    "contact.created": "calls.read_all",
    "contact.updated": "calls.read_all",
    "contact.deleted": "calls.read_all",
    "person.created": "people.read",
    "person.updated": "people.read",
    "person.merged": "people.read",
    "person.unmerged": "people.read",
    "person.deleted": "people.read",
}
"""The kinds that can be subscribed to, and the permission that whoever subscribes must have."""

OF: Mapping[str, type[msgspec.Struct]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyEvent)}


def message(event: AnyEvent, at: datetime) -> str:
    """The body: `type`, `timestamp` and `data`, as the convention has it. Source: standardwebhooks.com, "Payload"."""
    data = msgspec.to_builtins(event)
    kind = data.pop("type")
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data}).decode()


def schema(kind: str) -> EventSchema:
    """The JSON schema of a kind's body."""
    data: Any = dict(msgspec.json.schema(OF[kind])["$defs"][OF[kind].__name__])
    data["properties"] = {name: of for name, of in data["properties"].items() if name != "type"}
    data["required"] = [name for name in data["required"] if name != "type"]
    return {
        "type": "object",
        "description": data.pop("description", ""),
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": data,
        },
    }
