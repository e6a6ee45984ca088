"""Where notifications, preferences and refusals of e-mail are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.kit.errors import NotFound
from call24.kit.ids import NotificationId, TaskId, TenantId, UserId
from call24.kit.mongo import FILLED, Index, Mongo, TenantScope
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import place_of
from call24.notifications.kinds import NotificationKind
from call24.notifications.model import EmailRefusal, Notification, NotificationPreferences

INDEXES = (
    Index(Notification, ("user_id", "shown", "-at", "-id")),
    Index(Notification, ("task_id", "read_at"), only={"task_id": FILLED}),
    Index(Notification, ("by",), only={"by": FILLED}),
    Index(Notification, ("delete_at",), across=True),
)
EACH = 500
"""Notifications of one user: the oldest make room."""


class _Id(msgspec.Struct, frozen=True):
    id: NotificationId


class NotificationStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    def _all(self, tenant_id: TenantId) -> TenantCollection[Notification]:
        return self._mongo.tenant(tenant_id).collection(Notification)

    async def add(self, scope: TenantScope, one: Notification) -> None:
        """Raises: Conflict where it was decided already."""
        await scope.collection(Notification).insert(one)

    async def decided(self, tenant_id: TenantId, ids: Sequence[NotificationId]) -> set[str]:
        """Which of these are there."""
        return {one.id for one in await self._all(tenant_id).find_parts(_Id, {"id": {"$in": list(ids)}})}

    async def told_of_task(
        self, tenant_id: TenantId, task_id: TaskId, kind: NotificationKind, since: datetime, *, unread: bool
    ) -> set[UserId]:
        """Who was notified of it, after `since`; `unread`: those alone who have not read that."""
        rule = {"task_id": task_id, "kind": kind, "at": {"$gt": since}, **({"read_at": None} if unread else {})}
        return await self._all(tenant_id).distinct("user_id", rule)

    async def get(self, tenant_id: TenantId, user_id: UserId, id: NotificationId) -> Notification:
        """Raises: NotFound, also for another's."""
        found = await self._all(tenant_id).find_one({"id": id, "user_id": user_id, "shown": True})
        if found is None:
            raise NotFound
        return found

    async def page(
        self, tenant_id: TenantId, user_id: UserId, *, limit: int, cursor: str | None, unread: bool
    ) -> list[Notification]:
        """The newest first. Raises: Invalid for a cursor that is not ours."""
        wanted: dict[str, Any] = {"user_id": user_id, "shown": True, **({"read_at": None} if unread else {})}
        if cursor:
            at, last = place_of(cursor)
            wanted["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last}}]
        return await self._all(tenant_id).find(wanted, sort=[("at", -1), ("id", -1)], limit=limit)

    async def unread(self, tenant_id: TenantId, user_id: UserId) -> int:
        return await self._all(tenant_id).count({"user_id": user_id, "shown": True, "read_at": None})

    async def read(
        self, scope: TenantScope, user_id: UserId, ids: Sequence[NotificationId] | None, at: datetime
    ) -> int:
        """`ids` None: all of the user's. How many were unread."""
        which = {} if ids is None else {"id": {"$in": list(ids)}}
        unread = {"user_id": user_id, "shown": True, "read_at": None, **which}
        return await scope.collection(Notification).update_where(unread, {"read_at": at})

    async def settle_task(self, tenant_id: TenantId, task_id: TaskId, at: datetime) -> int:
        """The task is done: nobody has to look at what was told of it."""
        return await self._all(tenant_id).update_where({"task_id": task_id, "read_at": None}, {"read_at": at})

    async def trim(self, tenant_id: TenantId, user_id: UserId) -> int:
        """Deletes the oldest of a user who has more than EACH; how many."""
        for shown in (True, False):
            over = await self._all(tenant_id).find(
                {"user_id": user_id, "shown": shown}, sort=[("at", -1), ("id", -1)], limit=EACH + 1
            )
            if len(over) > EACH:
                older = {"user_id": user_id, "shown": shown, "at": {"$lte": over[-1].at}}
                return await self._all(tenant_id).delete_many(older)
        return 0

    # --- preferences ---

    async def preferences(self, tenant_id: TenantId, user_id: UserId) -> NotificationPreferences:
        """The defaults of a user who chose nothing."""
        kept = self._mongo.tenant(tenant_id).collection(NotificationPreferences)
        found = await kept.find_one({"id": user_id})
        return found or NotificationPreferences(id=user_id, tenant_id=tenant_id)

    async def some_preferences(self, tenant_id: TenantId, user_ids: Sequence[UserId]) -> list[NotificationPreferences]:
        """Of those who chose something."""
        kept = self._mongo.tenant(tenant_id).collection(NotificationPreferences)
        return await kept.find({"id": {"$in": list(user_ids)}})

    async def put_preferences(self, preferences: NotificationPreferences) -> None:
        kept = self._mongo.tenant(preferences.tenant_id).collection(NotificationPreferences)
        await kept.replace(preferences, upsert=True)

    # --- e-mail that does not arrive ---

    async def refusal(self, tenant_id: TenantId, user_id: UserId) -> EmailRefusal | None:
        return await self._mongo.tenant(tenant_id).collection(EmailRefusal).find_one({"id": user_id})

    async def put_refusal(self, refusal: EmailRefusal) -> None:
        await self._mongo.tenant(refusal.tenant_id).collection(EmailRefusal).replace(refusal, upsert=True)

    async def drop_refusal(self, tenant_id: TenantId, user_id: UserId) -> None:
        await self._mongo.tenant(tenant_id).collection(EmailRefusal).delete(user_id)
