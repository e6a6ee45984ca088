"""Where tasks are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from call24.kit.ids import BulkChangeId, CallId, ContactId, PersonId, TaskId, TenantId, UserId
from call24.kit.mongo import FILLED, Index, Mongo, TenantScope
from call24.kit.mongo.collection import PlatformCollection, TenantCollection
from call24.tasks.history_model import BulkChange, TaskComment, TaskEntry
from call24.tasks.list_rules import (
    Order,
    TaskFilter,
    behind,
    cursor_behind,
    joined,
    merged,
    parts,
    place_in,
    segments,
)
from call24.tasks.model import ACTIVE, CLOSED, Kind, Task

__all__ = ["INDEXES", "TaskFilter", "TaskStore"]

_SET = {"$gt": datetime.fromtimestamp(0, UTC)}
"""Queries for it say this too."""
INDEXES = (
    Index(Task, ("state", "-created_at", "-id")),
    Index(Task, ("state", "due_at", "id")),
    Index(Task, ("state", "-updated_at", "-id")),
    Index(Task, ("state", "priority", "-created_at", "-id")),
    Index(Task, ("kind", "state", "-created_at", "-id")),
    Index(Task, ("queue_id", "state", "-created_at", "-id")),
    Index(Task, ("queue_id", "state", "due_at", "id")),
    Index(Task, ("assignee", "state", "-created_at", "-id")),
    Index(Task, ("assignee", "state", "due_at", "id")),
    Index(Task, ("words", "-created_at", "-id")),
    Index(Task, ("contact_id", "state", "-created_at", "-id")),
    Index(Task, ("person_id", "state", "-created_at", "-id"), only={"person_id": FILLED}),
    Index(Task, ("series_id", "state", "-created_at", "-id"), only={"series_id": FILLED}),
    Index(Task, ("call_id",)),
    Index(Task, ("done_call_id", "id"), only={"done_call_id": FILLED}),
    Index(Task, ("created_by",), only={"created_by": FILLED}),
    Index(Task, ("done_by",), only={"done_by": FILLED}),
    Index(Task, ("state", "delete_at"), across=True),
    Index(Task, ("state", "due_at"), across=True),
    Index(Task, ("remind_at", "tenant_id"), across=True, only={"remind_at": _SET}),
    Index(Task, ("done_call_id",), retired=True),
    Index(Task, ("-created_at", "-id"), retired=True),
    Index(Task, ("queue_id", "state", "-created_at"), retired=True),
    Index(Task, ("assignee", "state", "-created_at"), retired=True),
    Index(Task, ("contact_id", "state"), retired=True),
    Index(Task, ("delete_at",), across=True, retired=True),
    Index(TaskEntry, ("task_id", "-version")),
    Index(TaskEntry, ("bulk_id", "task_id"), only={"bulk_id": FILLED}),
    Index(TaskEntry, ("task_id", "-at", "-id")),
    Index(TaskEntry, ("contact_id", "-at", "-id"), only={"contact_id": FILLED}),
    Index(TaskEntry, ("contact_id",), retired=True),
    Index(TaskEntry, ("by",), only={"by": FILLED}),
    Index(TaskComment, ("task_id", "at", "id")),
    Index(TaskComment, ("contact_id", "-at", "-id"), only={"contact_id": FILLED}),
    Index(TaskComment, ("contact_id",), retired=True),
    Index(TaskComment, ("by",), only={"by": FILLED}),
    Index(TaskComment, ("mentions",)),
    Index(BulkChange, ("by", "-at", "-id")),
    Index(BulkChange, ("delete_at",), across=True),
)
CHANGED = (
    "title", "text", "priority", "checklist", "contact_id", "person_id", "call_id", "queue_id", "state", "assignee",
    "version", "updated_at", "due_at", "remind_at", "reminded_at", "done_at", "done_by", "done_call_id", "delete_at",
    "words", "offered_to", "offered_at", "offer_until", "tried", "tried_at",
)  # fmt: skip
"""Fields that a change may set."""
_AT_ONCE = 500


class Whose(msgspec.Struct, frozen=True):
    contact_id: ContactId


class _Id(msgspec.Struct, frozen=True):
    id: TaskId


class _Due(msgspec.Struct, frozen=True):
    id: TaskId
    tenant_id: TenantId


class TaskRows(NamedTuple):
    """``next`` is None on the last page."""

    tasks: list[Task]
    next: str | None


class TaskStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    def _tasks(self, tenant_id: TenantId) -> TenantCollection[Task]:
        return self._mongo.tenant(tenant_id).collection(Task)

    async def add(self, scope: TenantScope, task: Task, entry: TaskEntry) -> None:
        """Raises: Conflict where it exists already, changed or not."""
        await scope.collection(Task).insert(task)
        await scope.collection(TaskEntry).insert(entry)

    async def get(self, tenant_id: TenantId, task_id: TaskId) -> Task:
        """Raises: NotFound."""
        return await self._tasks(tenant_id).get(task_id)

    async def some(self, tenant_id: TenantId, task_ids: Sequence[TaskId]) -> list[Task]:
        """Those that there are, in no order."""
        return await self._tasks(tenant_id).find({"id": {"$in": list(task_ids)}})

    async def put(self, scope: TenantScope, task: Task, entry: TaskEntry, *, seen: int) -> bool:
        """Store a change of what was read at version ``seen``, and what it was; False where it was changed, or
        deleted, meanwhile."""
        changes = {name: getattr(task, name) for name in CHANGED}
        if not await scope.collection(Task).update_where({"id": task.id, "version": seen}, changes):
            return False
        await scope.collection(TaskEntry).insert(entry)
        return True

    async def page(
        self, tenant_id: TenantId, wanted: TaskFilter, *, limit: int, cursor: str | None, order: Order = "newest"
    ) -> TaskRows:
        """From the cursor on. Raises: Invalid for a cursor that is not ours."""
        place = place_in(order, cursor) if cursor else None
        begin = place.segment if place is not None else 0
        rows: list[tuple[int, Task]] = []
        for number, segment in enumerate(segments(order)[begin:], begin):
            rest = behind(segment, place) if place is not None and number == place.segment else {}
            left = limit + 1 - len(rows)
            found = [
                await self._tasks(tenant_id).find(joined(rule, segment.which, rest), sort=segment.sort, limit=left)
                for rule in parts(wanted)
            ]
            rows += [(number, task) for task in merged(found, segment, left)]
            if len(rows) > limit:
                break
        shown = rows[:limit]
        more = len(rows) > limit
        return TaskRows([task for _, task in shown], cursor_behind(order, *shown[-1]) if more else None)

    async def ids(self, tenant_id: TenantId, wanted: TaskFilter, most: int) -> list[TaskId]:
        """Of all that match, at most so many, the newest first."""
        found: dict[TaskId, None] = {}
        for rule in parts(wanted):
            rows = await self._tasks(tenant_id).find_parts(_Id, rule, sort=[("created_at", -1), ("id", -1)], limit=most)
            found |= dict.fromkeys(row.id for row in rows)
        return list(found)[:most]

    async def count(self, tenant_id: TenantId, wanted: TaskFilter) -> int:
        """About how many match: what is both of a user's queues and their own is counted twice."""
        return sum([await self._tasks(tenant_id).count(rule) for rule in parts(wanted)])

    async def active(self, tenant_id: TenantId) -> int:
        """How many are to be done."""
        return await self._tasks(tenant_id).count({"state": _ACTIVE})

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
        return await self._tasks(tenant_id).find({"assignee": user_id, "state": _ACTIVE})

    async def unassign(self, tenant_id: TenantId, user_id: UserId) -> int:
        """Open ones that are still so, whatever their version."""
        return await self._tasks(tenant_id).update_where({"assignee": user_id, "state": _ACTIVE}, {"assignee": None})

    # --- history ---

    async def history(self, tenant_id: TenantId, task_id: TaskId, *, limit: int, before: int | None) -> list[TaskEntry]:
        """The newest first, older than version ``before``."""
        rule: dict[str, Any] = {"task_id": task_id, **({} if before is None else {"version": {"$lt": before}})}
        entries = self._mongo.tenant(tenant_id).collection(TaskEntry)
        return await entries.find(rule, sort=[("version", -1)], limit=limit)

    async def trim_history(self, scope: TenantScope, task_id: TaskId, below: int) -> None:
        """Entries of versions below this go."""
        await scope.collection(TaskEntry).delete_many({"task_id": task_id, "version": {"$lt": below}})

    async def of_bulk(self, tenant_id: TenantId, bulk_id: BulkChangeId, *, limit: int, after: str) -> list[TaskEntry]:
        """What a change of many made, by task, from the task after this one on."""
        entries = self._mongo.tenant(tenant_id).collection(TaskEntry)
        rule = {"bulk_id": bulk_id, "what": "changed", "task_id": {"$gt": after}}
        return await entries.find(rule, sort=[("task_id", 1)], limit=limit)

    # --- reminders ---

    async def to_remind(self, now: datetime, each: int) -> list[Task]:
        """Of all organisations, the earliest of each, so that one with very many holds up no other."""
        everywhere = self._mongo.platform(Task, why="users are reminded of tasks, in every organisation")
        chosen = dict[TenantId, list[TaskId]]()
        while True:
            due = {"remind_at": {**_SET, "$lte": now}, "tenant_id": {"$nin": list(chosen)}}
            rows = await everywhere.find_parts(_Due, due, sort=[("remind_at", 1)], limit=_AT_ONCE)
            fresh = dict[TenantId, list[TaskId]]()
            for row in rows:
                fresh.setdefault(row.tenant_id, []).append(row.id)
            chosen |= {tenant_id: ids[:each] for tenant_id, ids in fresh.items()}
            if len(rows) < _AT_ONCE:
                break
        ids = [id for some in chosen.values() for id in some]
        return await everywhere.find({"id": {"$in": ids}}, sort=[("remind_at", 1)])

    # --- going ---

    async def forget_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """Nothing points at these calls any more; how many tasks did."""
        tasks, among = self._tasks(tenant_id), {"$in": list(call_ids)}
        found = await tasks.update_where({"call_id": among}, {"call_id": None, "recording_id": None})
        return found + await tasks.update_where({"done_call_id": among}, {"done_call_id": None})

    async def delete_of_contacts(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """With what was said of them, and what they were."""
        scope, theirs = self._mongo.tenant(tenant_id), {"contact_id": {"$in": list(contact_ids)}}
        gone = await self._delete(scope, theirs)
        await self._delete_words(scope, theirs)
        return gone

    async def delete_of_person(self, tenant_id: TenantId, person_id: PersonId) -> int:
        """Those about this entry of the address book, also where it has no number."""
        return await self._delete(self._mongo.tenant(tenant_id), {"person_id": person_id})

    async def _delete(self, scope: TenantScope, which: Mapping[str, Any]) -> int:
        gone = 0
        while found := await scope.collection(Task).find_parts(_Id, which, limit=_AT_ONCE):
            theirs = {"task_id": {"$in": [one.id for one in found]}}
            await self._delete_words(scope, theirs)
            gone += await scope.collection(Task).delete_many({"id": {"$in": [one.id for one in found]}})
            await self._delete_words(scope, theirs)  # what was said between the two
        return gone

    async def _delete_words(self, scope: TenantScope, which: Mapping[str, Any]) -> None:
        await scope.collection(TaskEntry).delete_many(which)
        await scope.collection(TaskComment).delete_many(which)

    async def forget_callers(self, now: datetime, but: Mapping[str, Any]) -> int:
        """Of what is closed and whose call's day has come, over all tenants; how many. Comments and history of these
        say no longer of whom they are before the task does, so that a second run finds what the first left."""
        why, rule = "what is due is dropped", {"delete_at": {"$lte": now}, **but}
        everywhere = self._mongo.platform(Task, why=why)
        said: list[PlatformCollection[Any]] = [
            self._mongo.platform(TaskEntry, why=why),
            self._mongo.platform(TaskComment, why=why),
        ]
        gone = {"call_id": None, "recording_id": None, "contact_id": None, "person_id": None, "delete_at": None}
        count = 0
        for state in CLOSED:
            while found := await everywhere.find_parts(_Id, {"state": state, **rule}, limit=_AT_ONCE):
                ids = [one.id for one in found]
                for about in said:
                    await about.update_where({"task_id": {"$in": ids}}, {"contact_id": None})
                count += await everywhere.update_where({"id": {"$in": ids}, "state": {"$in": list(CLOSED)}}, gone)
        return count


_ACTIVE = {"$in": list(ACTIVE)}


def _open(kinds: Sequence[Kind]) -> dict[str, Any]:
    return {"state": _ACTIVE, "kind": {"$in": list(kinds)}}
