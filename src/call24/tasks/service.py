"""Work items: made from calls that left something to do, or by a person; assigned, done, and taken up again.

Who may see which is decided at the edge. Making one from the same call again changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.identity.model import User
from call24.kit.clock import Clock
from call24.kit.errors import Conflict
from call24.kit.ids import CallId, ContactId, QueueId, TaskId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.tasks.model import State, Task
from call24.tasks.open_index import Unsettled
from call24.tasks.rules import SETTLED, Finished, check_title, task_of
from call24.tasks.store import TaskStore, Wanted

TaskReader = Callable[[Task], Awaitable[None]]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is None on the last page."""

    tasks: tuple[Task, ...]
    next: str | None


class TaskService:
    """``changed``: told of each task that is new or was changed."""

    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._store = TaskStore(mongo)
        self._unsettled = Unsettled(self._store)
        self._clock = clock
        self.changed: list[TaskReader] = []

    # --- from calls ---

    async def finished(self, call: Finished) -> None:
        """A call has ended. Raises: Unavailable; repeating it is harmless."""
        task = task_of(call)
        if task is not None:
            self._unsettled.opens(task)
            if await self._store.add(task):
                await self._tell(task)
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
            if await self._store.put(done, seen=task.version):
                await self._tell(done)

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
    ) -> Task:
        """``delete_at``: the call's. Raises: Invalid."""
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
        await self._store.add(task)
        await self._tell(task)
        return task

    async def get(self, tenant_id: TenantId, task_id: TaskId) -> Task:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, task_id)

    async def page(self, tenant_id: TenantId, wanted: Wanted, *, limit: int, cursor: str | None) -> Page:
        """Newest first. Raises: Invalid for a cursor that is not ours."""
        tasks = await self._store.page(tenant_id, wanted, limit=limit + 1, cursor=cursor)
        shown = tuple(tasks[:limit])
        more = len(tasks) > limit
        return Page(tasks=shown, next=cursor_of(shown[-1].created_at, shown[-1].id) if more else None)

    async def assign(self, task: Task, assignee: UserId | None) -> Task:
        """Raises: Conflict where it was changed since it was read."""
        return await self._change(task, assignee=assignee)

    async def set_state(self, task: Task, state: State, by: UserId) -> Task:
        """Done, or open again; saying what it is already changes nothing. Raises: Conflict."""
        if state == task.state:
            return task
        if state == "done":
            return await self._change(task, state=state, done_at=self._clock.now(), done_by=by)
        return await self._change(task, state=state, done_at=None, done_by=None, done_call_id=None)

    async def _change(self, task: Task, **changes: Any) -> Task:
        changed = msgspec.structs.replace(task, **changes, version=task.version + 1)
        if changed.state == "open":
            self._unsettled.opens(changed)
        if not await self._store.put(changed, seen=task.version):
            raise Conflict("Somebody else has changed it meanwhile", code="task_changed")
        await self._tell(changed)
        return changed

    async def _tell(self, task: Task) -> None:
        for reader in self.changed:
            await reader(task)

    # --- going ---

    async def forget_user(self, user: User) -> None:
        """The account is being deleted: what it was to do is open to others. Raises: Unavailable."""
        for task in await self._store.open_of_user(user.tenant_id, user.id):
            with contextlib.suppress(Conflict):  # changed a moment ago, perhaps to somebody else
                await self.assign(task, None)
        await self._store.unassign(user.tenant_id, user.id)

    async def erase(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """These calls go: their tasks stay, and point at them no more; how many did. Raises: Unavailable."""
        return await self._store.forget_calls(tenant_id, call_ids)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased."""
        self._unsettled.forget_tenant(tenant_id)

    async def erase_due(self, now: datetime) -> int:
        """What is done says no longer of whom it was, once its call is gone; how many. Raises: Unavailable."""
        return await self._store.forget_callers(now)
