"""Recurring tasks: their rules, and making the next task when its time has come.

A task and the time of the one after it are stored by one transaction, and its id is of series and time: each is made
once, however often this is killed. Of times that were slept through, while the server was off, the last is made.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import TaskSeriesId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.tasks.series_model import TaskSeries
from call24.tasks.series_rules import SERIES_MAX, checked, last_time, next_time, revised, task_at
from call24.tasks.service import TaskService

_SET = {"$gt": datetime.fromtimestamp(0, UTC)}
"""Of the index; queries for it say this too, so that it is used."""
INDEXES = (
    Index(TaskSeries, ("created_at", "id")),
    Index(TaskSeries, ("assignee",)),
    Index(TaskSeries, ("created_by",)),
    Index(TaskSeries, ("next_at",), across=True, only={"next_at": _SET}),
)
CHANGED = (
    "rule", "starts", "due_after_s", "title", "text", "priority", "checklist", "queue_id", "assignee", "next_at",
    "paused",
)  # fmt: skip
"""Fields that a change may set."""
AT_ONCE = 200


class TaskSeriesService:
    """``zone``: of an organisation."""

    def __init__(
        self, mongo: Mongo, clock: Clock, changes: Changes, tasks: TaskService, zone: Callable[[TenantId], ZoneInfo]
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self._tasks = tasks
        self._zone = zone
        self._everywhere = mongo.platform(TaskSeries, why="recurring tasks are made, in every organisation")

    def _series(self, tenant_id: TenantId) -> TenantCollection[TaskSeries]:
        return self._mongo.tenant(tenant_id).collection(TaskSeries)

    async def add(self, tenant_id: TenantId, by: UserId, **fields: Any) -> TaskSeries:
        """``fields``: of TaskSeries. Raises: Invalid, Conflict (code too_many), Unavailable."""
        if await self._series(tenant_id).count() >= SERIES_MAX:
            raise Conflict(f"At most {SERIES_MAX} recurring tasks: delete some first", code="too_many")
        now = self._clock.now()
        series = TaskSeries(
            id=TaskSeriesId(new_id("tsr")), tenant_id=tenant_id, created_at=now, created_by=by, **fields
        )
        series = checked(series, self._zone(tenant_id), now)
        await self._series(tenant_id).insert(series)
        return series

    async def get(self, tenant_id: TenantId, series_id: TaskSeriesId) -> TaskSeries:
        """Raises: NotFound."""
        return await self._series(tenant_id).get(series_id)

    async def all(self, tenant_id: TenantId) -> list[TaskSeries]:
        return await self._series(tenant_id).find(sort=[("created_at", 1), ("id", 1)], limit=SERIES_MAX)

    async def change(self, series: TaskSeries, asked: Mapping[str, Any]) -> TaskSeries:
        """``asked``: fields of TaskSeries, for the tasks that are made from now on; those that were made stay.

        Raises: Invalid, NotFound, Conflict (code task_changed) where somebody else changed it since it was read, or a
        task was made.
        """
        after = revised(series, asked, self._zone(series.tenant_id), self._clock.now())
        fields = {name: getattr(after, name) for name in CHANGED} | {"version": series.version + 1}
        seen = {"id": series.id, "version": series.version, "made": series.made}
        if not await self._series(series.tenant_id).update_where(seen, fields):
            raise Conflict("Somebody else has changed it, or its task was made in this moment", code="task_changed")
        return await self._series(series.tenant_id).get(series.id)

    async def remove(self, tenant_id: TenantId, series_id: TaskSeriesId) -> None:
        """The tasks that it made stay."""
        await self._series(tenant_id).delete(series_id)

    # --- making ---

    async def make_due(self) -> int:
        """How many tasks were made. One that cannot be made, as while its organisation is being erased, holds up no
        other. Raises: Unavailable."""
        now, made = self._clock.now(), 0
        due = await self._everywhere.find({"next_at": {**_SET, "$lte": now}}, sort=[("next_at", 1)], limit=AT_ONCE)
        for series in due:
            with contextlib.suppress(Unavailable, Conflict):
                made += await self._changes.commit(series.tenant_id, partial(self._make, series=series, now=now))
        return made

    async def _make(self, writing: Writing, series: TaskSeries, now: datetime) -> int:
        """0 where another process did it. Raises: Conflict where the task is there already."""
        zone, first = self._zone(series.tenant_id), series.next_at
        assert first is not None  # it is looked for by its time
        at = last_time(series.rule, series.starts, zone, first, now)
        after = {"next_at": next_time(series.rule, series.starts, zone, at), "made": series.made + 1}
        seen = {"id": series.id, "next_at": first}
        if not await writing.collection(TaskSeries).update_where(seen, after):
            return 0
        await self._tasks.write_new(writing, task_at(series, at), None)
        return 1

    # --- going ---

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: what was to be this user's is anybody's. Raises: Unavailable."""
        await self._series(user.tenant_id).update_where({"assignee": user.id}, {"assignee": None})
