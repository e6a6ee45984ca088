"""Records, recordings, tasks and contacts -> what webhooks tell. It keeps nothing: told again, an event is the same."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from call24.call_records.model import CallRecord
from call24.changes.model import Change
from call24.contacts.model import Contact
from call24.contacts.service import Change as ContactChange
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import ContactId, TenantId
from call24.recordings.model import Recording
from call24.tasks import events as tasks
from call24.tasks.events import TASK_CHANGED
from call24.webhooks.events import (
    AnyContactEvent,
    CallAnswered,
    CallEnded,
    CallStarted,
    ContactCreated,
    ContactDeleted,
    ContactUpdated,
    RecordingReady,
    TaskChanged,
)
from call24.webhooks.service import WebhookService

log = logging.getLogger(__name__)


class Telling:
    """``read`` is a reader of the change feed, of the events that it ``wants``."""

    wants = (TASK_CHANGED,)

    def __init__(self, webhooks: WebhookService, clock: Clock) -> None:
        self._webhooks = webhooks
        self._clock = clock

    async def record_written(self, record: CallRecord) -> None:
        """A record reader: what a record says is told, each once, however often it is written. Raises: Unavailable."""
        tell, tenant_id = self._webhooks.tell, record.tenant_id
        what: dict[str, Any] = {
            "call_id": record.id,
            "direction": record.direction,
            "number_id": record.number_id,
            "queue_id": record.queue_id,
            "contact_id": record.contact_id,
            "started_at": record.arrived_at,
        }
        await tell(tenant_id, CallStarted(**what), record.arrived_at, record.id)
        if record.answered_at is not None:
            what.update(agent_id=record.agent_id, answered_at=record.answered_at)
            await tell(tenant_id, CallAnswered(**what), record.answered_at, record.id)
        if record.ended_at is not None:
            what.update(agent_id=record.agent_id, answered_at=record.answered_at, ended_at=record.ended_at)
            ended = CallEnded(
                **what,
                outcome=record.outcome.value,
                missed=record.missed,
                recording_id=record.recording_id,
                message_id=record.message_id,
            )
            await tell(tenant_id, ended, record.ended_at, record.id)

    async def recording_kept(self, recording: Recording) -> None:
        """Raises: Unavailable, so that it is settled again; what has no sound is not told."""
        if recording.state not in ("stored", "short") or recording.stored_at is None:
            return
        ready = RecordingReady(
            recording_id=recording.id,
            call_id=recording.call_id,
            kind=recording.kind,
            state=cast(Any, recording.state),
            duration_s=recording.duration_s,
            ready_at=recording.stored_at,
        )
        await self._webhooks.tell(recording.tenant_id, ready, recording.stored_at, recording.id)

    async def read(self, changes: Sequence[Change]) -> None:
        """A reader of the change feed. Raises: Unavailable; given again, a change is told once."""
        for change in changes:
            if change.type == TASK_CHANGED.name:
                await self._task_changed(change, TASK_CHANGED.of(change))

    async def _task_changed(self, change: Change, task: tasks.TaskChanged) -> None:
        changed = TaskChanged(**msgspec.structs.asdict(task), changed_at=change.at)
        await self._webhooks.tell(change.tenant_id, changed, change.at, task.task_id, str(task.version))

    async def contact_changed(self, contact: Contact, what: ContactChange) -> None:
        """The change is stored already: one that MongoDB goes away after is not told."""
        id, at = contact.id, contact.seen_at
        event: AnyContactEvent = ContactUpdated(contact_id=id, updated_at=at)
        if what == "created":
            event = ContactCreated(contact_id=id, created_at=at)
        await self._of_contact(contact.tenant_id, event, at)

    async def contacts_gone(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> None:
        now = self._clock.now()
        for contact_id in ids:
            await self._of_contact(tenant_id, ContactDeleted(contact_id=contact_id, deleted_at=now), now)

    async def _of_contact(self, tenant_id: TenantId, event: AnyContactEvent, at: datetime) -> None:
        try:
            await self._webhooks.tell(tenant_id, event, at, event.contact_id, at.isoformat())
        except Unavailable:
            log.warning("webhooks were not told of contact %s: the database is away", event.contact_id)
