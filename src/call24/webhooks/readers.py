"""Records, recordings, tasks, contacts and people -> what webhooks tell.

It keeps nothing: told again, an event is the same.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from call24.call_records.model import CallRecord
from call24.changes.model import Change
from call24.consents.events import CONSENT_CHANGED
from call24.consents.model import Purpose
from call24.contacts.events import CONTACT_CREATED, CONTACT_DELETED, CONTACT_UPDATED, ContactChanged
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, PersonId, TenantId
from call24.kit.mongo import Mongo
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_MERGED, PERSON_UNMERGED, PERSON_UPDATED
from call24.people.model import Person
from call24.recordings.events import RECORDING_KEPT, RecordingKept
from call24.restrictions.events import RESTRICTION_CHANGED
from call24.tasks import events as tasks
from call24.tasks.events import TASK_CHANGED
from call24.webhooks.events import (
    AnyContactEvent,
    AnyPersonEvent,
    CallAnswered,
    CallEnded,
    CallStarted,
    ContactCreated,
    ContactDeleted,
    ContactUpdated,
    PersonCreated,
    PersonDeleted,
    PersonMerged,
    PersonUnmerged,
    PersonUpdated,
    RecordingReady,
    TaskChanged,
)
from call24.webhooks.service import WebhookService

log = logging.getLogger(__name__)


class _PersonBody(msgspec.Struct, frozen=True):
    """Of each event about people."""

    person_id: PersonId
    other_id: PersonId | None = None


class _Whose(msgspec.Struct, frozen=True):
    id: CallId
    contact_id: ContactId | None = None


class _Numbers(msgspec.Struct, frozen=True):
    id: PersonId
    contact_ids: tuple[ContactId, ...] = ()


PERSON_EVENTS = (PERSON_CREATED, PERSON_UPDATED, PERSON_MERGED, PERSON_UNMERGED, PERSON_DELETED)
_PERSON_EVENT_NAMES = {one.name for one in PERSON_EVENTS}


class WebhookEvents:
    """``read`` is a reader of the change feed, of the events that it ``wants``."""

    wants = (TASK_CHANGED, CONTACT_CREATED, CONTACT_UPDATED, CONTACT_DELETED, RECORDING_KEPT, *PERSON_EVENTS)
    wants_objections = (CONSENT_CHANGED, RESTRICTION_CHANGED)

    def __init__(self, webhooks: WebhookService, clock: Clock, mongo: Mongo) -> None:
        self._webhooks = webhooks
        self._clock = clock
        self._mongo = mongo

    async def record_written(self, record: CallRecord) -> None:
        """A record reader: what a record says is told, each once, however often it is written. Raises: Unavailable."""
        publish, tenant_id = self._webhooks.publish, record.tenant_id
        what: dict[str, Any] = {
            "call_id": record.id,
            "direction": record.direction,
            "number_id": record.number_id,
            "queue_id": record.queue_id,
            "contact_id": record.contact_id,
            "started_at": record.arrived_at,
        }
        await publish(tenant_id, CallStarted(**what), record.arrived_at, record.id)
        if record.answered_at is not None:
            what.update(agent_id=record.agent_id, answered_at=record.answered_at)
            await publish(tenant_id, CallAnswered(**what), record.answered_at, record.id)
        if record.ended_at is not None:
            what.update(agent_id=record.agent_id, answered_at=record.answered_at, ended_at=record.ended_at)
            ended = CallEnded(
                **what,
                outcome=record.outcome.value,
                missed=record.missed,
                recording_id=record.recording_id,
                message_id=record.message_id,
            )
            await publish(tenant_id, ended, record.ended_at, record.id)

    async def read(self, changes: Sequence[Change]) -> None:
        """A reader of the change feed. Raises: Unavailable; given again, a change is told once."""
        await self._drop_deleted(changes)
        for change in changes:
            if change.type == TASK_CHANGED.name:
                await self._task_changed(change, TASK_CHANGED.of(change))
            elif change.type == RECORDING_KEPT.name:
                await self._recording_kept(change.tenant_id, RECORDING_KEPT.of(change))
            elif change.type == PERSON_DELETED.name:
                deleted = PersonDeleted(person_id=PERSON_DELETED.of(change).person_id, deleted_at=change.at)
                await self._webhooks.publish(change.tenant_id, deleted, change.at, deleted.person_id, change.id)
            elif change.type in _PERSON_EVENT_NAMES:
                await self._person_changed(change)
            else:
                await self._contact_changed(change, CONTACT_CREATED.of(change))

    async def _task_changed(self, change: Change, task: tasks.TaskChanged) -> None:
        changed = TaskChanged(**msgspec.structs.asdict(task), changed_at=change.at)
        await self._webhooks.publish(change.tenant_id, changed, change.at, task.task_id, str(task.version))

    async def _recording_kept(self, tenant_id: TenantId, recording: RecordingKept) -> None:
        """What has no sound is not told."""
        if recording.state not in ("stored", "short") or recording.stored_at is None:
            return
        calls = self._mongo.tenant(tenant_id).collection(CallRecord)
        whose = await calls.find_parts(_Whose, {"id": recording.call_id})
        if any(one.contact_id is not None and not self._webhooks.may_tell(tenant_id, one.contact_id) for one in whose):
            return
        ready = RecordingReady(
            recording_id=recording.recording_id,
            call_id=recording.call_id,
            kind=recording.kind,
            state=recording.state,
            duration_s=recording.duration_s,
            ready_at=recording.stored_at,
        )
        await self._webhooks.publish(tenant_id, ready, recording.stored_at, recording.recording_id)

    async def read_objections(self, changes: Sequence[Change]) -> None:
        """Another reader: what waits to be sent of a caller who objected, or whose data was restricted, is not.

        Raises: Unavailable.
        """
        for change in changes:
            if change.type == RESTRICTION_CHANGED.name:
                restricted = RESTRICTION_CHANGED.of(change)
                if restricted.action == "restricted":
                    by_name = [] if restricted.person_id is None else [restricted.person_id]
                    await self._drop(change.tenant_id, restricted.contact_ids, by_name)
                continue
            said = CONSENT_CHANGED.of(change)
            if said.purpose is Purpose.CRM_SYNC and said.act != "grant" and said.contact_id is not None:
                await self._drop(change.tenant_id, [said.contact_id], [])

    async def _drop(self, tenant_id: TenantId, contact_ids: Sequence[ContactId], people: Sequence[PersonId]) -> None:
        """With the people whose numbers these are. Raises: Unavailable."""
        stored = self._mongo.tenant(tenant_id).collection(Person)
        having = await stored.find_parts(_Numbers, {"contact_ids": {"$in": list(contact_ids)}}) if contact_ids else []
        await self._webhooks.store.drop_naming(tenant_id, [*contact_ids, *people, *(one.id for one in having)])

    async def _person_changed(self, change: Change) -> None:
        """Nothing of who is gone by now, nor where somebody named may not be told of. Raises: Unavailable."""
        if not self._webhooks.has_any(change.tenant_id):
            return
        told = msgspec.convert(change.body, _PersonBody)
        named = [told.person_id] if told.other_id is None else [told.person_id, told.other_id]
        stored = self._mongo.tenant(change.tenant_id).collection(Person)
        there = {one.id: one.contact_ids for one in await stored.find_parts(_Numbers, {"id": {"$in": named}})}
        if told.person_id not in there or not all(
            self._webhooks.may_tell_person(change.tenant_id, id, there.get(id, ())) for id in named
        ):
            return
        event = _person_event(change, told)
        await self._webhooks.publish(change.tenant_id, event, change.at, told.person_id, change.id)

    async def _drop_deleted(self, changes: Sequence[Change]) -> None:
        """What is told of people who are gone names somebody who may be erased, and cannot be asked for any more.

        All of a batch at once: a file's people may go by the thousand. Raises: Unavailable.
        """
        gone = defaultdict[TenantId, list[PersonId]](list)
        for change in changes:
            if change.type == PERSON_DELETED.name and self._webhooks.has_any(change.tenant_id):
                gone[change.tenant_id].append(PERSON_DELETED.of(change).person_id)
        for tenant_id, ids in gone.items():
            await self._webhooks.store.drop_naming(tenant_id, ids)

    async def _contact_changed(self, change: Change, contact: ContactChanged) -> None:
        id, at = contact.contact_id, change.at
        event: AnyContactEvent
        if change.type == CONTACT_CREATED.name:
            event = ContactCreated(contact_id=id, created_at=at)
        elif change.type == CONTACT_UPDATED.name:
            event = ContactUpdated(contact_id=id, updated_at=at)
        else:
            event = ContactDeleted(contact_id=id, deleted_at=at)
        await self._webhooks.publish(change.tenant_id, event, at, id, change.id)


def _person_event(change: Change, told: _PersonBody) -> AnyPersonEvent:
    """Raises: ValueError for what is no change of a person."""
    id, other, at = told.person_id, told.other_id, change.at
    if change.type == PERSON_CREATED.name:
        return PersonCreated(person_id=id, created_at=at)
    if change.type == PERSON_UPDATED.name:
        return PersonUpdated(person_id=id, updated_at=at)
    if other is not None and change.type == PERSON_MERGED.name:
        return PersonMerged(person_id=id, merged_person_id=other, merged_at=at)
    if other is not None and change.type == PERSON_UNMERGED.name:
        return PersonUnmerged(person_id=id, restored_person_id=other, unmerged_at=at)
    raise ValueError(change.type)
