"""Work items: made from calls that left something to do, or by a person; assigned, done, and taken up again.

Who may see which is decided at the edge. Making one from the same call again changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict
from call24.kit.holdings import ButHeld, Person, nothing_held
from call24.kit.ids import CallId, ContactId, QueueId, TaskId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.tasks.events import TASK_ASSIGNED, TASK_CHANGED, TaskAssigned, assigned, changed
from call24.tasks.model import State, Task
from call24.tasks.open_index import OpenIndex
from call24.tasks.rules import SETTLED, Finished, check_title, task_of
from call24.tasks.store import TaskFilter, TaskStore


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is None on the last page."""

    tasks: tuple[Task, ...]
    next: str | None


class TaskService:
    """A task that is new or was changed is told by ``changes``, stored together with it."""

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes) -> None:
        self._store = TaskStore(mongo)
        self._changes = changes
        self._unsettled = OpenIndex(self._store)
        self._clock = clock
        self.but_held: ButHeld = nothing_held
        """Set by the room of legal holds."""

    # --- from calls ---

    async def finished(self, call: Finished) -> None:
        """A call has ended. Raises: Unavailable; repeating it is harmless."""
        task = task_of(call)
        if task is not None:
            self._unsettled.opens(task)
            await self._add(task)
        if call.answered_at is not None and call.contact_id is not None:
            await self._settle(call, call.contact_id, call.answered_at)

    async def _settle(self, call: Finished, contact_id: ContactId, answered_at: datetime) -> None:
        """The customer was talked to: what was left of its earlier calls is done, by who talked to it."""
        if not await self._unsettled.may_have(call.tenant_id, contact_id):
            return
        for task in await self._store.open_of_contact(call.tenant_id, contact_id, SETTLED, answered_at):
            done = msgspec.structs.replace(
                task,
                state="done",
                done_at=answered_at,
                done_by=call.agent_id,
                done_call_id=call.call_id,
                version=task.version + 1,
            )
            await self._put(done, seen=task.version)

    # --- by people ---

    async def add(
        self,
        tenant_id: TenantId,
        title: str,
        *,
        queue_id: QueueId | None = None,
        call_id: CallId | None = None,
        contact_id: ContactId | None = None,
        assignee: UserId | None = None,
        due_at: datetime | None = None,
        delete_at: datetime | None = None,
        by: UserId | None = None,
    ) -> Task:
        """``delete_at``: the call's; ``by``: who wrote it down. Raises: Invalid."""
        task = Task(
            id=TaskId(new_id("tsk")),
            tenant_id=tenant_id,
            kind="manual",
            title=check_title(title),
            call_id=call_id,
            contact_id=contact_id,
            queue_id=queue_id,
            assignee=assignee,
            created_at=self._clock.now(),
            due_at=due_at,
            delete_at=delete_at,
        )
        await self._add(task, assigned(task, by))
        return task

    async def get(self, tenant_id: TenantId, task_id: TaskId) -> Task:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, task_id)

    async def page(self, tenant_id: TenantId, wanted: TaskFilter, *, limit: int, cursor: str | None) -> TaskPage:
        """Newest first. Raises: Invalid for a cursor that is not ours."""
        tasks = await self._store.page(tenant_id, wanted, limit=limit + 1, cursor=cursor)
        shown = tuple(tasks[:limit])
        more = len(tasks) > limit
        return TaskPage(tasks=shown, next=cursor_of(shown[-1].created_at, shown[-1].id) if more else None)

    async def assign(self, task: Task, assignee: UserId | None, by: UserId | None = None) -> Task:
        """Raises: Conflict where it was changed since it was read."""
        return await self._change(task, by, assignee=assignee)

    async def set_state(self, task: Task, state: State, by: UserId) -> Task:
        """Done, or open again; saying what it is already changes nothing. Raises: Conflict."""
        if state == task.state:
            return task
        if state == "done":
            return await self._change(task, state=state, done_at=self._clock.now(), done_by=by)
        return await self._change(task, state=state, done_at=None, done_by=None, done_call_id=None)

    async def _change(self, task: Task, given_by: UserId | None = None, **changes: Any) -> Task:
        after = msgspec.structs.replace(task, **changes, version=task.version + 1)
        if after.state == "open":
            self._unsettled.opens(after)
        given = assigned(after, given_by) if "assignee" in changes else None
        if not await self._put(after, given, seen=task.version):
            raise Conflict("Somebody else has changed it", code="task_changed")
        return after

    async def _add(self, task: Task, given: TaskAssigned | None = None) -> None:
        """Nothing happens where it exists already, changed or not. Raises: Unavailable."""

        async def work(writing: Writing) -> None:
            await self._store.add(writing.scope, task)
            _tell(writing, task, given)

        with contextlib.suppress(Conflict):
            await self._changes.commit(task.tenant_id, work)

    async def _put(self, task: Task, given: TaskAssigned | None = None, *, seen: int) -> bool:
        """False where it was changed, or deleted, since it was read at version ``seen``. Raises: Unavailable."""

        async def work(writing: Writing) -> bool:
            stored = await self._store.put(writing.scope, task, seen=seen)
            if stored:
                _tell(writing, task, given)
            return stored

        return await self._changes.commit(task.tenant_id, work)

    # --- going ---

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: what it was to do is open to others. Raises: Unavailable."""
        for task in await self._store.open_of_user(user.tenant_id, user.id):
            with contextlib.suppress(Conflict):  # changed a moment ago, perhaps to somebody else
                await self.assign(task, None)
        await self._store.unassign(user.tenant_id, user.id)

    async def erase(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """These calls go: their tasks stay, and point at them no more; how many did. Raises: Unavailable."""
        return await self._store.forget_calls(tenant_id, call_ids)

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """They are erased: their tasks go, open ones too, since a task may speak of them. Raises: Unavailable."""
        return await self._store.delete_of_contacts(tenant_id, contact_ids)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased."""
        self._unsettled.forget_tenant(tenant_id)

    async def erase_due(self, now: datetime) -> int:
        """What is done says no longer of whom it was, once its call is gone; how many. Raises: Unavailable."""
        return await self._store.forget_callers(now, await self.but_held(Task))


def _tell(writing: Writing, task: Task, given: TaskAssigned | None) -> None:
    writing.tell(TASK_CHANGED, changed(task), task.id)
    if given is not None:
        writing.tell(TASK_ASSIGNED, given, task.id)
