"""Tasks as the API answers them, with the names of who and what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from call24.call_records.labels import named
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.http.provided import ClockDep
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.instants import iso
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.recordings.dependencies import RecordingsDep
from call24.recordings.service import Recordings
from call24.tasks.api.answers import TaskAnswer
from call24.tasks.model import Task


class TaskAnswers:
    def __init__(self, contacts: ContactService, recordings: Recordings, clock: Clock, views: Views) -> None:
        self._contacts = contacts
        self._recordings = recordings
        self._clock = clock
        self._views = views

    @property
    def views(self) -> Views:
        return self._views

    def now(self) -> datetime:
        return self._clock.now()

    async def one(self, task: Task) -> TaskAnswer:
        return (await self.several(task.tenant_id, [task]))[0]

    async def several(self, tenant_id: TenantId, tasks: Sequence[Task]) -> list[TaskAnswer]:
        views = self._views
        contacts = await self._contacts.some(tenant_id, [task.contact_id for task in tasks if task.contact_id])
        calls = [task.call_id for task in tasks if task.recording_id is not None and task.call_id is not None]
        messages = await self._recordings.of_calls(tenant_id, calls) if calls else {}
        answers: list[TaskAnswer] = []
        for task in tasks:
            contact = contacts.get(task.contact_id) if task.contact_id is not None else None
            message = messages.get(task.call_id) if task.call_id is not None else None
            heard = message is not None and message.id == task.recording_id
            restricted = self.restricted(task)
            answers.append(
                {
                    "id": task.id,
                    "kind": task.kind,
                    "title": None if restricted else task.title,
                    "text": "" if restricted else task.text,
                    "priority": task.priority,
                    "checklist": []
                    if restricted
                    else [{"text": item.text, "done": item.done} for item in task.checklist],
                    "state": task.state,
                    "version": task.version,
                    "at": iso(task.created_at),
                    "created_by": named(task.created_by, views.name),
                    "updated_at": iso(task.updated_at),
                    "due_at": iso(task.due_at),
                    "remind_at": iso(task.remind_at),
                    "reminded_at": iso(task.reminded_at),
                    "overdue": _overdue(task, self._clock.now()),
                    "call_id": None if restricted else task.call_id,
                    "queue": {"id": task.queue_id, "name": views.queue_name(task.queue_id)} if task.queue_id else None,
                    "contact_id": None if restricted else task.contact_id,
                    "person_id": None if restricted else task.person_id,
                    "series_id": task.series_id,
                    "name": contact.shown_name if contact is not None else None,
                    "number": contact.number if contact is not None else None,
                    "recording_id": None if restricted else task.recording_id,
                    "duration_s": message.duration_s if heard and message is not None and not restricted else None,
                    "offered_to": named(task.offered_to, views.name),
                    "offer_until": iso(task.offer_until),
                    "assignee_id": task.assignee,
                    "assignee": named(task.assignee, views.name),
                    "done_at": iso(task.done_at),
                    "done_by": named(task.done_by, views.name),
                    "done_call_id": None if restricted else task.done_call_id,
                    "restricted": restricted,
                }
            )
        return answers

    def restricted(self, task: Task) -> bool:
        """The caller's data is kept and not used."""
        return self._views.restricted(task.tenant_id, task.contact_id)


def _overdue(task: Task, now: datetime) -> bool:
    return task.active and task.due_at is not None and task.due_at < now


def task_answers(contacts: ContactsDep, recordings: RecordingsDep, clock: ClockDep, views: ViewsDep) -> TaskAnswers:
    return TaskAnswers(contacts, recordings, clock, views)


AnswersDep = Annotated[TaskAnswers, Depends(task_answers)]
