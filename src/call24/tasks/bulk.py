"""Changing many tasks at once, and undoing it for 30 days.

Tasks are changed some at a time, each portion with its history and events by one transaction. What was changed is known
from the history, so a change that was cut off by a kill can be undone as well: whatever it did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import BulkChangeId, TaskId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import cursor_of, place_of
from call24.tasks.history_model import BulkChange, TaskEntry
from call24.tasks.history_rules import undone
from call24.tasks.model import Task
from call24.tasks.rules import completed
from call24.tasks.service import TaskService, changed_by
from call24.tasks.store import TaskStore

IDS_MAX = 500
FILTERED_MAX = 2_000
"""Tasks of one change that are chosen by a filter."""
UNDONE_WITHIN = timedelta(days=30)
CHANGES_MAX = 1_000
"""Of an organisation, that can be undone: of more, the oldest cannot."""
_PORTION = 50


class _Id(msgspec.Struct, frozen=True):
    id: BulkChangeId


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """``changed``: how many are another now; ``same``: how many were so already, or are gone; ``refused``: those that
    cannot become what was asked, as a done one cannot be dropped, or that somebody else changed meanwhile."""

    bulk: BulkChange
    changed: int
    same: int
    refused: tuple[TaskId, ...]


class BulkChanges:
    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes, tasks: TaskService) -> None:
        self._mongo = mongo
        self._store = TaskStore(mongo)
        self._clock = clock
        self._changes = changes
        self._tasks = tasks

    def _bulks(self, tenant_id: TenantId) -> TenantCollection[BulkChange]:
        return self._mongo.tenant(tenant_id).collection(BulkChange)

    async def change(
        self, tenant_id: TenantId, task_ids: Sequence[TaskId], asked: Mapping[str, Any], by: UserId
    ) -> Outcome:
        """``asked``: fields of a task, with ``state``. Raises: Invalid, Unavailable."""
        if not asked:
            raise Invalid(errors=[("change", "at least one field")])
        now = self._clock.now()
        bulk = BulkChange(
            id=BulkChangeId(new_id("tbc")),
            tenant_id=tenant_id,
            by=by,
            fields=tuple(asked),
            count=len(task_ids),
            at=now,
            delete_at=now + UNDONE_WITHIN,
        )
        await self._bulks(tenant_id).insert(bulk)
        await self._trim(tenant_id)
        changed, refused = 0, list[TaskId]()
        for start in range(0, len(task_ids), _PORTION):
            portion = list(task_ids[start : start + _PORTION])
            work = partial(self._change, portion=portion, asked=asked, by=by, bulk_id=bulk.id, told=changed > 0)
            done, not_done = await self._changes.commit(tenant_id, work)
            changed += done
            refused += not_done
        same = len(task_ids) - changed - len(refused)
        return Outcome(bulk=bulk, changed=changed, same=same, refused=tuple(refused))

    async def _change(
        self,
        writing: Writing,
        portion: Sequence[TaskId],
        asked: Mapping[str, Any],
        by: UserId,
        bulk_id: BulkChangeId,
        told: bool,
    ) -> tuple[int, list[TaskId]]:
        """``told``: who is given them was told of one already."""
        changed, refused = 0, list[TaskId]()
        for task in await writing.collection(Task).find({"id": {"$in": list(portion)}}):
            try:
                after = changed_by(task, asked, by, writing.at)
            except Conflict:
                refused.append(task.id)
                continue
            if after != task:
                after = _next(task, after, writing)
                quiet = told or changed > 0
                if await self._tasks.write(writing, task, after, by, "changed", bulk_id, quiet=quiet):
                    changed += 1
                else:
                    refused.append(task.id)
        return changed, refused

    async def page(
        self, tenant_id: TenantId, by: UserId, *, limit: int, cursor: str | None
    ) -> tuple[list[BulkChange], str | None]:
        """A user's own, the newest first, that can be undone or were. Raises: Invalid for a cursor that is not ours."""
        rule: dict[str, Any] = {"by": by, "delete_at": {"$gt": self._clock.now()}}
        if cursor:
            at, last = place_of(cursor)
            rule["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last}}]
        found = await self._bulks(tenant_id).find(rule, sort=[("at", -1), ("id", -1)], limit=limit + 1)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].at, shown[-1].id) if len(found) > limit else None

    async def undo(self, tenant_id: TenantId, bulk_id: BulkChangeId, by: UserId) -> int:
        """How many tasks are as they were; what was changed again since stays as it is. Asked again, it goes on where
        it was cut off, until all is undone.

        Raises: NotFound, also for another's and once it is too late; Conflict (code already_undone), Unavailable.
        """
        bulk = await self._bulks(tenant_id).get(bulk_id)
        if bulk.by != by or bulk.delete_at <= self._clock.now():
            raise NotFound
        if bulk.undone_at is not None:
            raise Conflict("It was undone before", code="already_undone")
        count, after = 0, ""
        while entries := await self._store.of_bulk(tenant_id, bulk_id, limit=_PORTION, after=after):
            after = entries[-1].task_id
            count += await self._changes.commit(tenant_id, partial(self._undo, entries=entries, by=by))
        await self._bulks(tenant_id).update(bulk_id, {"undone_at": self._clock.now()})
        return count

    async def _undo(self, writing: Writing, entries: Sequence[TaskEntry], by: UserId) -> int:
        by_task = {entry.task_id: entry for entry in entries}
        count = 0
        for task in await writing.collection(Task).find({"id": {"$in": list(by_task)}}):
            if (back := undone(task, by_task[task.id])) is not None and back != task:
                after = _next(task, back, writing)
                count += await self._tasks.write(writing, task, after, by, "undone", quiet=True)
        return count

    async def _trim(self, tenant_id: TenantId) -> None:
        if (over := await self._bulks(tenant_id).count() - CHANGES_MAX) > 0:
            oldest = await self._bulks(tenant_id).find_parts(_Id, {}, sort=[("delete_at", 1)], limit=over)
            await self._bulks(tenant_id).delete_many({"id": {"$in": [one.id for one in oldest]}})


def _next(before: Task, after: Task, writing: Writing) -> Task:
    return msgspec.structs.replace(completed(after), version=before.version + 1, updated_at=writing.at)
