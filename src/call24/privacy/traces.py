"""Where a person of an organisation leaves traces, and what becomes of each when the account is deleted. Pure.

Every collection in which the data map names a `user` is here; a test holds this list to the data map. What stays is
held by an id that leads to nobody any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from call24.agents.settings import AgentProfile
from call24.audit.model import StoredAuditEntry
from call24.call_records.call_record import CallRecord
from call24.call_records.projector import StoredSession
from call24.data_map import Category, document_of
from call24.exports.model import Export
from call24.flows.model import PublishedVersion
from call24.idempotency.model import Attempt
from call24.identity.avatars.model import Picture
from call24.identity.model import (
    Authenticator,
    Device,
    Invitation,
    KnownDevice,
    Link,
    Passkey,
    ResetWish,
    Token,
    User,
)
from call24.identity.oidc.model import BoundAccount, Visit
from call24.journal.model import Entry
from call24.kit.ids import UserId
from call24.notifications.email.model import OutgoingLetter
from call24.privacy.model import Erasure
from call24.pusher_apps.model import WaitingEvent
from call24.queues.model import Queue
from call24.recordings.model import Listening
from call24.statistics.model import Statistic
from call24.tasks.model import Task
from call24.toll_fraud.model import DayUsage, Freeze
from call24.webhooks.model import Webhook

SECRET = frozenset({Category.CREDENTIALS, Category.MESSAGE, Category.PICTURE})
"""Kinds of data that the file has no text of: what opens an account, what is sealed, and the picture, which it has."""
_SHORT = "gone by itself within a day or two"


class CallOf(msgspec.Struct, frozen=True, kw_only=True):
    """A call that somebody had a part in: by reference, nothing of who called."""

    id: str
    direction: str
    queue_id: str | None = None
    arrived_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str


class LineOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    seq: int
    at: datetime
    type: str
    call_id: str | None = None
    body: dict[str, Any]


class DoneLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    seq: int
    at: datetime
    address: str
    action: str
    objects: tuple[str, ...]
    fields: tuple[str, ...]
    why: str | None = None
    status: int
    code: str | None = None


class AboutLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it, and from where, is another person's."""

    id: str
    seq: int
    at: datetime
    action: str
    fields: tuple[str, ...]
    why: str | None = None
    status: int


class ListenedTo(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    recording_id: str
    call_id: str
    address: str
    at: datetime
    last_at: datetime


class TaskOf(msgspec.Struct, frozen=True, kw_only=True):
    """Its title may speak of a customer."""

    id: str
    kind: str
    state: str
    call_id: str | None = None
    created_at: datetime
    due_at: datetime | None = None
    done_at: datetime | None = None


class RequestOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    operation: str
    created_at: datetime


class MadeThing(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime


class FlowPublished(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    flow_id: str
    version: int
    published_at: datetime


class MemberOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Trace:
    """`fields`: where the person's id stands; none: not found by it. `stays`: why it is not deleted with the account.

    `file`: its name in the file that a person is given, `part`: what of it, `order`: a field that it is read by;
    `untold`: why it is not in that file.
    """

    struct: type[msgspec.Struct]
    fields: tuple[str, ...] = ()
    stays: str = ""
    file: str = ""
    part: type[msgspec.Struct] | None = None
    order: str = ""
    untold: str = ""

    def of(self, *user_ids: UserId) -> dict[str, Any]:
        """What finds it, of these persons."""
        whose = user_ids[0] if len(user_ids) == 1 else {"$in": list(user_ids)}
        ways: list[dict[str, Any]] = [{field: whose} for field in self.fields]
        return ways[0] if len(ways) == 1 else {"$or": ways}

    def secret(self) -> frozenset[str]:
        """Fields of the whole document that are kept back."""
        facts = document_of(self.struct).facts
        return frozenset("id" if path == "_id" else path for path, fact in facts.items() if fact.category in SECRET)


_RECORDED = "the organisation's record of its calls, until their day"
TRACES = (
    Trace(struct=Token, fields=("user_id",), file="sessions_and_tokens"),
    Trace(struct=Device, fields=("user_id",), file="devices"),
    Trace(struct=KnownDevice, fields=("user_id",), file="known_devices"),
    Trace(struct=Authenticator, fields=("id",), file="authenticator"),
    Trace(struct=Passkey, fields=("user_id",), file="passkeys"),
    Trace(struct=Picture, fields=("id",), file="picture"),
    Trace(struct=BoundAccount, fields=("user_id",), file="sign_in_providers"),
    Trace(struct=Visit, fields=("user_id",), untold="secrets alone, for ten minutes"),
    Trace(struct=Link, fields=("user_id",), file="links"),
    Trace(struct=AgentProfile, fields=("id",), file="skills"),
    Trace(struct=StoredSession, fields=("id",), file="agent_session"),
    Trace(struct=Attempt, fields=("user_id",), file="repeatable_requests", part=RequestOf),
    Trace(struct=Export, fields=("asked_by",), file="exports"),
    Trace(struct=Freeze, fields=("user_id",), file="outside_calls_stopped"),
    Trace(struct=User, fields=("id",), file="profile"),
    # what is left, by an id alone
    Trace(struct=Invitation, stays="goes by its address", untold=_SHORT),
    Trace(struct=OutgoingLetter, stays="goes by its address", untold="sealed until it is sent"),
    Trace(struct=ResetWish, stays="goes by its address", untold="looked at within seconds"),
    Trace(struct=Queue, fields=("members",), stays="without the member", file="queues", part=MemberOf),
    Trace(
        struct=Task, fields=("assignee", "done_by"), stays="open ones lose their assignee", file="tasks", part=TaskOf
    ),
    Trace(
        struct=CallRecord,
        fields=("agent_id", "agents.agent_id"),
        stays=_RECORDED,
        file="calls",
        part=CallOf,
        order="arrived_at",
    ),
    Trace(struct=Entry, fields=("agent_id",), stays=_RECORDED, file="working_day", part=LineOf, order="at"),
    Trace(
        struct=StoredAuditEntry,
        fields=("actor_id",),
        stays="a chain of 400 days from which nothing can be taken",
        file="audit_done",
        part=DoneLine,
        order="seq",
    ),
    Trace(
        struct=StoredAuditEntry,
        fields=("objects",),
        stays="a chain of 400 days from which nothing can be taken",
        file="audit_about",
        part=AboutLine,
        order="seq",
    ),
    Trace(struct=Listening, fields=("user_id",), stays="as long as the recording", file="listened", part=ListenedTo),
    Trace(struct=DayUsage, fields=("user_id",), stays="31 days, against fraud", file="outside_calls"),
    Trace(
        struct=PublishedVersion,
        fields=("published_by",),
        stays="the organisation's",
        file="published_flows",
        part=FlowPublished,
    ),
    Trace(struct=Webhook, fields=("created_by",), stays="the organisation's", file="webhooks", part=MadeThing),
    Trace(struct=Statistic, stays="counted by id, with its calls", untold="counted from the calls"),
    Trace(struct=WaitingEvent, stays="two hours at most", untold="told the organisation's own server within seconds"),
    Trace(struct=Erasure, stays="proof that the account is gone", untold="there is none of who has an account"),
)
GOING = tuple(trace for trace in TRACES if not trace.stays)
"""Deleted in this order: the account itself last, so that who asks again finds it until all else is gone."""
TOLD = tuple(trace for trace in TRACES if trace.file)
