"""Work items: made from calls that left something to do, by a rule or by a person; changed, done, and taken up again.

Who may see which is decided at the edge. Making one from the same call again changes nothing. Each change is stored
together with what the task was (history_rules.py) and with its event.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, Unavailable
from call24.kit.holdings import ButHeld, Person, nothing_held
from call24.kit.ids import BulkChangeId, CallId, ContactId, QueueId, TaskId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_after, place_after
from call24.tasks.events import (
    TASK_ASSIGNED,
    TASK_CHANGED,
    TASK_OFFER_CHANGED,
    TASK_REMINDED,
    TaskAssigned,
    assigned,
    changed,
    offer_changed,
    reminded,
)
from call24.tasks.history_model import Done, TaskEntry
from call24.tasks.history_rules import LINKS, noted
from call24.tasks.list_rules import Order
from call24.tasks.machine import moved
from call24.tasks.model import State, Task
from call24.tasks.open_index import OpenIndex
from call24.tasks.rules import SETTLED, Finished, completed, request_of, task_of, tidy
from call24.tasks.store import TaskFilter, TaskStore

OPEN_MAX = 100_000
"""Of an organisation: with so many that are still to be done users add none. What calls and recurring tasks make is
bounded by them, and is made."""
HISTORY_MAX = 200
"""Changes of one task that are kept: the newest."""
OFFERED_SINCE_MAX = 50
REMINDED_EACH = 20
"""Of an organisation, in a turn."""
NOT_A_CHANGE: frozenset[Done] = frozenset({"offered", "declined", "unanswered", "withdrawn"})
"""What says nothing new of the task to whom is told of tasks, nor to whom writes it otherwise."""
_MOST = 1 << 31


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is None on the last page."""

    tasks: tuple[Task, ...]
    next: str | None


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. ``next`` is None on the last page."""

    entries: tuple[TaskEntry, ...]
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
        for task in (task_of(call), request_of(call)):
            if task is not None:
                await self._add(task, None)
        if call.answered_at is not None and call.contact_id is not None:
            await self._settle(call, call.contact_id, call.answered_at)

    async def _settle(self, call: Finished, contact_id: ContactId, answered_at: datetime) -> None:
        """The customer was talked to: what was left of its earlier calls is done, by who talked to it."""
        if not await self._unsettled.may_have(call.tenant_id, contact_id):
            return
        for task in await self._store.open_of_contact(call.tenant_id, contact_id, SETTLED, answered_at):
            done = self._next(task, moved(task, "done", call.agent_id, answered_at, call_id=call.call_id))
            await self._put(task, done, call.agent_id, "settled")

    # --- by people, and by rules ---

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
        **rest: Any,
    ) -> Task:
        """``delete_at``: the call's; ``by``: who wrote it down; ``rest``: other fields of a task.

        Raises: Invalid, Conflict (code too_many), Unavailable.
        """
        if by is not None and await self.is_full(tenant_id):
            raise Conflict(f"{OPEN_MAX:,} tasks are to be done: finish or drop some first", code="too_many")
        task = completed(
            Task(
                id=TaskId(new_id("tsk")),
                tenant_id=tenant_id,
                call_id=call_id,
                contact_id=contact_id,
                queue_id=queue_id,
                assignee=assignee,
                created_at=self._clock.now(),
                created_by=by,
                due_at=due_at,
                delete_at=delete_at,
                **{"kind": "manual", **tidy({**rest, "title": title})},
            )
        )
        await self._add(task, by)
        return task

    async def is_full(self, tenant_id: TenantId) -> bool:
        """Whether so many are to be done that none is added by hand or by e-mail. Raises: Unavailable."""
        return await self._store.active(tenant_id) >= OPEN_MAX

    async def add_once(self, task: Task) -> Task:
        """One whose id follows from what it came from, such as an e-mail: as it is stored, now or before.

        Raises: Invalid, Unavailable; NotFound where it went in this moment."""
        made = completed(msgspec.structs.replace(task, **tidy({"title": task.title, "text": task.text})))
        await self._add(made, None)
        return await self._store.get(task.tenant_id, task.id)

    async def get(self, tenant_id: TenantId, task_id: TaskId) -> Task:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, task_id)

    async def page(
        self,
        tenant_id: TenantId,
        wanted: TaskFilter,
        *,
        limit: int,
        cursor: str | None,
        order: Order = "newest",
    ) -> TaskPage:
        """Raises: Invalid for a cursor that is not ours."""
        found = await self._store.page(tenant_id, wanted, limit=limit, cursor=cursor, order=order)
        return TaskPage(tasks=tuple(found.tasks), next=found.next)

    async def count(self, tenant_id: TenantId, wanted: TaskFilter, most: int) -> int:
        """At most so many."""
        return len(await self._store.ids(tenant_id, wanted, most))

    async def ids(self, tenant_id: TenantId, wanted: TaskFilter, most: int) -> list[TaskId]:
        """Of at most so many that match."""
        return await self._store.ids(tenant_id, wanted, most)

    async def some(self, tenant_id: TenantId, task_ids: Sequence[TaskId]) -> list[Task]:
        """Those that there are, in no order."""
        return await self._store.some(tenant_id, task_ids)

    async def history(self, task: Task, *, limit: int, cursor: str | None) -> HistoryPage:
        """Raises: Invalid for a cursor that is not ours."""
        before = min(int(place_after(cursor, [int])[0]), _MOST) if cursor else None
        found = await self._store.history(task.tenant_id, task.id, limit=limit + 1, before=before)
        shown = tuple(found[:limit])
        return HistoryPage(entries=shown, next=cursor_after((shown[-1].version,)) if len(found) > limit else None)

    async def same_since(self, task: Task, version: int) -> bool:
        """Whether the task was only offered since this version, so that who read that one has seen all of it."""
        steps = task.version - version
        if not 0 < steps <= OFFERED_SINCE_MAX:
            return steps == 0
        found = await self._store.history(task.tenant_id, task.id, limit=steps, before=None)
        return len(found) == steps and all(one.version > version and one.what in NOT_A_CHANGE for one in found)

    async def change(self, task: Task, asked: Mapping[str, Any], by: UserId) -> Task:
        """``asked``: fields of a task, with ``state``; one change, whatever is in it. What it is already is not stored.

        Raises: Invalid, Conflict (codes task_changed, task_transition), Unavailable."""
        after = changed_by(task, asked, by, self._clock.now())
        if after == task:
            return task
        after = self._next(task, after)
        if not await self._put(task, after, by, "changed"):
            raise Conflict("Somebody else has changed it", code="task_changed")
        return after

    async def assign(self, task: Task, assignee: UserId | None, by: UserId | None = None) -> Task:
        """Raises: Conflict where it was changed since it was read."""
        after = self._next(task, msgspec.structs.replace(task, assignee=assignee))
        if not await self._put(task, after, by, "changed"):
            raise Conflict("Somebody else has changed it", code="task_changed")
        return after

    async def set_state(self, task: Task, state: State, by: UserId) -> Task:
        """Saying what it is already changes nothing. Raises: Conflict (codes task_changed, task_transition)."""
        return await self.change(task, {"state": state}, by)

    def _next(self, before: Task, after: Task) -> Task:
        return msgspec.structs.replace(completed(after), version=before.version + 1, updated_at=self._clock.now())

    async def _add(self, task: Task, by: UserId | None) -> None:
        """Nothing happens where it exists already, changed or not. Raises: Unavailable."""
        with contextlib.suppress(Conflict):
            await self._changes.commit(task.tenant_id, partial(self.write_new, task=task, by=by))

    async def write_new(self, writing: Writing, task: Task, by: UserId | None) -> None:
        """Within a transaction. Raises: Conflict where it exists already."""
        self._unsettled.opens(task)
        await self._store.add(writing.scope, task, noted(None, task, "created", by, task.created_at))
        _tell(writing, task, assigned(task, by))

    async def step(self, before: Task, after: Task, by: UserId | None, what: Done) -> bool:
        """False where it was changed, or deleted, since it was read. Raises: Conflict, Unavailable."""
        return await self._put(before, self._next(before, after), by, what)

    async def _put(self, before: Task, after: Task, by: UserId | None, what: Done) -> bool:
        """False where it was changed, or deleted, since it was read. Raises: Unavailable."""
        work = partial(self.write, before=before, after=after, by=by, what=what)
        return await self._changes.commit(before.tenant_id, work)

    async def write(
        self,
        writing: Writing,
        before: Task,
        after: Task,
        by: UserId | None,
        what: Done,
        bulk_id: BulkChangeId | None = None,
        *,
        quiet: bool = False,
    ) -> bool:
        """Within a transaction; False where it was changed, or deleted, since it was read.

        ``quiet``: who is given it is told of another task that was given at once.
        """
        if after.active:
            self._unsettled.opens(after)
        entry = noted(before, after, what, by, self._clock.now(), bulk_id)
        if not await self._store.put(writing.scope, after, entry, seen=before.version):
            return False
        if after.version > HISTORY_MAX:
            await self._store.trim_history(writing.scope, after.id, after.version - HISTORY_MAX + 1)
        if (offer := offer_changed(before, after, what)) is not None:
            writing.tell(TASK_OFFER_CHANGED, offer, after.id)
        if what not in NOT_A_CHANGE:
            given = assigned(after, by) if after.assignee != before.assignee and not quiet else None
            _tell(writing, after, given)
        return True

    # --- reminders ---

    async def remind(self) -> int:
        """Tells of those whose reminder has come: each once, however often this is killed; how many.

        What was told is not to be reminded any more by the same transaction. One that could not be told, as while its
        organisation is being erased, holds up no other. Raises: Unavailable.
        """
        now, told = self._clock.now(), 0
        for task in await self._store.to_remind(now, REMINDED_EACH):
            after = self._next(task, msgspec.structs.replace(task, remind_at=None, reminded_at=now))
            with contextlib.suppress(Unavailable, Conflict):
                await self._changes.commit(task.tenant_id, partial(self._remind, before=task, after=after))
                told += 1
        return told

    async def _remind(self, writing: Writing, before: Task, after: Task) -> None:
        """Nothing where it was changed meanwhile: it is found again. Of a closed one nobody is told."""
        if await self.write(writing, before, after, None, "reminded") and after.active:
            writing.tell(TASK_REMINDED, reminded(after), after.id)

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
        """They are erased: their tasks go, open ones too, since a task may speak of them; with comments and history.
        Raises: Unavailable."""
        return await self._store.delete_of_contacts(tenant_id, contact_ids)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased."""
        self._unsettled.forget_tenant(tenant_id)

    async def erase_due(self, now: datetime) -> int:
        """What is done says no longer of whom it was, once its call is gone; how many. Raises: Unavailable."""
        return await self._store.forget_callers(now, await self.but_held(Task))


def changed_by(task: Task, asked: Mapping[str, Any], by: UserId | None, at: datetime) -> Task:
    """The task with these fields, and in this state. Raises: Invalid, Conflict (code task_transition)."""
    fields = tidy(asked)
    state = fields.pop("state", None)
    for name in LINKS:
        if name in fields and getattr(task, name) not in (None, fields[name]):
            raise Invalid(errors=[(name, "what it is: of another caller or call, add another task")])
    if fields.get("remind_at") is not None:
        fields["reminded_at"] = None
    after = msgspec.structs.replace(task, **fields)
    return after if state is None else moved(after, state, by, at)


def _tell(writing: Writing, task: Task, given: TaskAssigned | None) -> None:
    writing.tell(TASK_CHANGED, changed(task), task.id)
    if given is not None:
        writing.tell(TASK_ASSIGNED, given, task.id)
