"""Where tasks are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.kit.ids import CallId, ContactId, QueueId, TaskId, TenantId, UserId
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import place_of
from call24.tasks.model import Kind, State, Task

INDEXES = (
    Index(Task, ("-created_at", "-id")),
    Index(Task, ("queue_id", "state", "-created_at")),
    Index(Task, ("assignee", "state", "-created_at")),
    Index(Task, ("contact_id", "state")),
    Index(Task, ("call_id",)),
    Index(Task, ("done_call_id",), only={"done_call_id": {"$type": "string"}}),
    Index(Task, ("state", "delete_at"), across=True),
    Index(Task, ("state", "due_at"), across=True),
    Index(Task, ("delete_at",), across=True, retired=True),
)


class TaskFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks are asked for. ``queues`` None: of all queues, else of these and those assigned to ``user_id``."""

    queues: Sequence[QueueId] | None
    user_id: UserId
    queue_id: QueueId | None = None
    assignee: UserId | None = None
    state: State | None = None
    kind: Kind | None = None
    contact_id: ContactId | None = None


class Whose(msgspec.Struct, frozen=True):
    contact_id: ContactId


class TaskStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    def _tasks(self, tenant_id: TenantId) -> TenantCollection[Task]:
        return self._mongo.tenant(tenant_id).collection(Task)

    async def add(self, scope: TenantScope, task: Task) -> None:
        """Raises: Conflict where it exists already, changed or not."""
        await scope.collection(Task).insert(task)

    async def get(self, tenant_id: TenantId, task_id: TaskId) -> Task:
        """Raises: NotFound."""
        return await self._tasks(tenant_id).get(task_id)

    async def put(self, scope: TenantScope, task: Task, *, seen: int) -> bool:
        """Store a change of what was read at version ``seen``; False where it was changed, or deleted, meanwhile."""
        changes = {name: getattr(task, name) for name in ("state", "assignee", "version", "done_at", "done_by")}
        changes["done_call_id"] = task.done_call_id
        return await scope.collection(Task).update_where({"id": task.id, "version": seen}, changes) > 0

    async def page(self, tenant_id: TenantId, wanted: TaskFilter, *, limit: int, cursor: str | None) -> list[Task]:
        """Newest first, from the cursor on. Raises: Invalid for a cursor that is not ours."""
        every: list[dict[str, Any]] = []
        if wanted.queues is not None:
            every.append({"$or": [{"queue_id": {"$in": list(wanted.queues)}}, {"assignee": wanted.user_id}]})
        for name in ("queue_id", "assignee", "state", "kind", "contact_id"):
            if (value := getattr(wanted, name)) is not None:
                every.append({name: value})
        if cursor:
            at, last = place_of(cursor)
            every.append({"$or": [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": last}}]})
        filter = {"$and": every} if every else {}
        return await self._tasks(tenant_id).find(filter, sort=[("created_at", -1), ("id", -1)], limit=limit)

    async def open_of_contact(
        self, tenant_id: TenantId, contact_id: ContactId, kinds: Sequence[Kind], before: datetime
    ) -> list[Task]:
        return await self._tasks(tenant_id).find(
            {"contact_id": contact_id, **_open(kinds), "created_at": {"$lt": before}}
        )

    async def contacts_with_open(self, tenant_id: TenantId, kinds: Sequence[Kind], most: int) -> list[ContactId]:
        """Of at most so many tasks: one contact may be there more than once."""
        rule = {**_open(kinds), "contact_id": {"$ne": None}}
        return [row.contact_id for row in await self._tasks(tenant_id).find_parts(Whose, rule, limit=most)]

    async def open_of_user(self, tenant_id: TenantId, user_id: UserId) -> list[Task]:
        return await self._tasks(tenant_id).find({"assignee": user_id, "state": "open"})

    async def unassign(self, tenant_id: TenantId, user_id: UserId) -> int:
        """Open ones that are still so, whatever their version."""
        return await self._tasks(tenant_id).update_where({"assignee": user_id, "state": "open"}, {"assignee": None})

    async def forget_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """Nothing points at these calls any more; how many tasks did."""
        tasks, among = self._tasks(tenant_id), {"$in": list(call_ids)}
        found = await tasks.update_where({"call_id": among}, {"call_id": None, "recording_id": None})
        return found + await tasks.update_where({"done_call_id": among}, {"done_call_id": None})

    async def delete_of_contacts(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        return await self._tasks(tenant_id).delete_many({"contact_id": {"$in": list(contact_ids)}})

    async def forget_callers(self, now: datetime, but: Mapping[str, Any]) -> int:
        """Of what is done and whose call's day has come, over all tenants; how many."""
        everywhere = self._mongo.platform(Task, why="what is due is dropped")
        gone = {"call_id": None, "recording_id": None, "contact_id": None, "delete_at": None}
        return await everywhere.update_where({"state": "done", "delete_at": {"$lte": now}, **but}, gone)


def _open(kinds: Sequence[Kind]) -> dict[str, Any]:
    return {"state": "open", "kind": {"$in": list(kinds)}}
