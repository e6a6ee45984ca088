"""Which task, queue, user, caller and person a request may name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.agents.api.agent_days import in_calendar
from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import History
from call24.call_records.model import CallRecord
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.http.access import PrincipalDep, require
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import CallId, ContactId, PersonId, QueueId, TaskId, UserId
from call24.people.dependencies import PeopleDep
from call24.people.service import People
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.tasks.dependencies import TasksDep
from call24.tasks.model import Task
from call24.tasks.service import TaskService

Id = Annotated[str, Field(max_length=40)]


class TaskChecks:
    """For one request. What the user does not see is not there."""

    def __init__(
        self,
        principal: Principal,
        queues: QueueService,
        identity: IdentityService,
        tasks: TaskService,
        history: History,
        contacts: ContactService,
        people: People,
    ) -> None:
        self.principal = principal
        self._queues = queues
        self._identity = identity
        self._tasks = tasks
        self._history = history
        self._contacts = contacts
        self._people = people

    @property
    def queues(self) -> list[QueueId] | None:
        """Whose tasks the user sees; None: all."""
        return visible_queues(self.principal, self._queues)

    async def task(self, task_id: str) -> Task:
        """Raises: NotFound, as for a task that does not exist."""
        task = await self._tasks.get(self.principal.tenant_id, TaskId(task_id))
        if not self.sees(task, self.queues):
            raise NotFound
        return task

    def sees(self, task: Task, queues: Sequence[QueueId] | None) -> bool:
        mine = self.principal.user_id in (task.assignee, task.offered_to)
        return queues is None or task.queue_id in queues or mine

    def queue(self, queue_id: str | None) -> QueueId | None:
        """Raises: Invalid for a queue that this user does not see."""
        if queue_id is None:
            return None
        queue, seen = self._queues.known(QueueId(queue_id)), self.queues
        if queue is None or queue.tenant_id != self.principal.tenant_id or (seen is not None and queue.id not in seen):
            raise Invalid(errors=[("queue_id", "one of your queues")])
        return queue.id

    def user(self, user_id: str | None) -> UserId | None:
        """Raises: Invalid for nobody of the organisation."""
        user = self._identity.known_user(UserId(user_id)) if user_id is not None else None
        if user_id is not None and (user is None or user.tenant_id != self.principal.tenant_id):
            raise Invalid(errors=[("assignee_id", "a user of your organisation")])
        return user.id if user is not None else None

    def named(self, user_id: str, task: Task) -> UserId:
        """Raises: Invalid for nobody of the organisation, and for who does not see the task."""
        user = self._identity.known_user(UserId(user_id))
        if user is None or user.tenant_id != self.principal.tenant_id:
            raise Invalid(errors=[("mentions", "users of your organisation")])
        queue = None if task.queue_id is None else self._queues.known(task.queue_id)
        everything = self._identity.permits(user, "calls.read_all")
        own = task.assignee == user.id or (queue is not None and user.id in queue.members)
        if not self._identity.permits(user, "tasks.read") or not (everything or own):
            text = f"who sees the task: assign it to {user.name}, or put it into one of their queues"
            raise Invalid(errors=[("mentions", text)])
        return user.id

    async def call(self, call_id: str) -> CallRecord:
        """Raises: NotFound, also for a call that this user does not see."""
        who = self.principal
        return await self._history.record(who.tenant_id, CallId(call_id), self.queues, who.user_id)

    async def contact(self, contact_id: str) -> ContactId:
        """Raises: Refused, Invalid."""
        require(self.principal, "calls.read_all")
        found = await self._contacts.some(self.principal.tenant_id, [ContactId(contact_id)])
        if ContactId(contact_id) not in found:
            raise Invalid(errors=[("contact_id", "a contact of your organisation")])
        return ContactId(contact_id)

    async def person(self, person_id: str) -> tuple[PersonId, ContactId | None]:
        """With the first of the person's numbers.

        Raises: Refused, Invalid for one that this user does not see, or whose entry is private: a task is the team's.
        """
        require(self.principal, "people.read")
        try:
            found = await self._people.get(self.principal.tenant_id, PersonId(person_id), self.principal.user_id)
        except NotFound:
            raise Invalid(errors=[("person_id", "a person of the address book")]) from None
        if found.private_to is not None:
            raise Invalid(errors=[("person_id", "a person of the organisation's address book, not a private one")])
        return found.id, found.contact_ids[0] if found.contact_ids else None

    @staticmethod
    def time(at: datetime | None, field: str) -> datetime | None:
        """Raises: Invalid."""
        if at is not None and not in_calendar(at):
            raise Invalid(errors=[(field, "an instant with its offset, such as 2026-11-24T09:00:00Z")])
        return at


def task_checks(
    principal: PrincipalDep,
    queues: QueuesDep,
    identity: IdentityDep,
    tasks: TasksDep,
    history: HistoryDep,
    contacts: ContactsDep,
    people: PeopleDep,
) -> TaskChecks:
    return TaskChecks(principal, queues, identity, tasks, history, contacts, people)


ChecksDep = Annotated[TaskChecks, Depends(task_checks)]
