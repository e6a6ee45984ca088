"""Filters of the task list that users have saved under a name: each user's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from call24.data_map import ID, PERSON, STATE, TENANT, TIME, Category, WithAccount, document, of_user
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import TaskFilterId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.tasks.list_rules import Order
from call24.tasks.model import Kind, Priority, State

EACH = 30
"""Of one user."""
NAME_MAX = 60


class SavedParts(msgspec.Struct, frozen=True, kw_only=True):
    """What a list asks for. ``assignee``: a user's id, or `me`."""

    queue_id: Annotated[str | None, STATE] = None
    assignee: Annotated[str | None, of_user(Category.ID, "a list of the tasks of one user")] = None
    unassigned: Annotated[bool, STATE] = False
    state: Annotated[State | None, STATE] = None
    closed: Annotated[bool | None, STATE] = None
    kind: Annotated[Kind | None, STATE] = None
    priority: Annotated[Priority | None, STATE] = None
    overdue: Annotated[bool, STATE] = False
    q: Annotated[str, of_user(Category.TEXT, "a list of tasks that the user looks for again")] = ""
    order: Annotated[Order, STATE] = "newest"


@document("task_filters", tenant=True, kept=WithAccount())
class SavedFilter(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[TaskFilterId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    name: Annotated[str, of_user(Category.TEXT, "what the user calls the list")]
    parts: Annotated[SavedParts, STATE]
    created_at: Annotated[datetime, TIME]


INDEXES = (Index(SavedFilter, ("user_id", "created_at", "id")),)


class SavedFilters:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._mongo = mongo
        self._clock = clock

    def _filters(self, tenant_id: TenantId) -> TenantCollection[SavedFilter]:
        return self._mongo.tenant(tenant_id).collection(SavedFilter)

    async def add(self, tenant_id: TenantId, user_id: UserId, name: str, **parts: Any) -> SavedFilter:
        """``parts``: of SavedParts. Raises: Invalid, Conflict (code too_many), Unavailable."""
        text = " ".join(name.split())
        if not text or len(text) > NAME_MAX or not text.isprintable():
            raise Invalid(errors=[("name", f"1 to {NAME_MAX} printable characters")])
        if await self._filters(tenant_id).count({"user_id": user_id}) >= EACH:
            raise Conflict(f"At most {EACH} saved filters of a user: delete some first", code="too_many")
        saved = SavedFilter(
            id=TaskFilterId(new_id("tfl")),
            tenant_id=tenant_id,
            user_id=user_id,
            name=text,
            parts=SavedParts(**parts),
            created_at=self._clock.now(),
        )
        await self._filters(tenant_id).insert(saved)
        return saved

    async def all(self, tenant_id: TenantId, user_id: UserId) -> list[SavedFilter]:
        return await self._filters(tenant_id).find(
            {"user_id": user_id}, sort=[("created_at", 1), ("id", 1)], limit=EACH
        )

    async def get(self, tenant_id: TenantId, user_id: UserId, filter_id: TaskFilterId) -> SavedFilter:
        """Raises: NotFound, also for another's."""
        found = await self._filters(tenant_id).find_one({"id": filter_id, "user_id": user_id})
        if found is None:
            raise NotFound
        return found

    async def remove(self, tenant_id: TenantId, user_id: UserId, filter_id: TaskFilterId) -> None:
        """Raises: NotFound, also for another's."""
        if not await self._filters(tenant_id).delete_many({"id": filter_id, "user_id": user_id}):
            raise NotFound
