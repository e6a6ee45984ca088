"""Notices tasks whose due date has come, and notifies who is to do them: once for each task and due date.

It looks twice a minute over all organisations, from where it looked last; after a start from a day before, since a
decision that is there already notifies nobody again.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from call24.identity.emails import Email
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error
from call24.kit.mongo import Mongo
from call24.notifications.kinds import NotificationKind
from call24.notifications.readers import LINK
from call24.notifications.service import EMAIL_LASTS, Happened, Notifications
from call24.tasks.model import ACTIVE, Task

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
BACK = timedelta(days=1)
PAGE = 500


class DueTasks:
    def __init__(self, mongo: Mongo, clock: Clock, notifications: Notifications) -> None:
        self._tasks = mongo.platform(Task, why="tasks whose due date has come, of every organisation")
        self._clock = clock
        self._notifications = notifications
        self._seen: datetime | None = None

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except Call24Error as trouble:
                log.warning("notices of tasks that are due were postponed: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """How many users were notified. Raises: Unavailable.

        A task that could not be told, as while its organisation is being erased, holds up no other: it is told with the
        next look.
        """
        now, count, last, failed = self._clock.now(), 0, None, False
        while found := await self._page(self._seen or now - BACK, now, last):
            for task in found:
                try:
                    count += await self._tell(task)
                except Call24Error:
                    failed = True
            last = found[-1]
        if not failed:
            self._seen = now
        return count

    async def _page(self, seen: datetime, now: datetime, last: Task | None) -> list[Task]:
        wanted: dict[str, Any] = {
            "state": {"$in": list(ACTIVE)},
            "due_at": {"$gt": seen, "$lte": now},
            "assignee": {"$ne": None},
        }
        if last is not None:
            wanted["$or"] = [{"due_at": {"$gt": last.due_at}}, {"due_at": last.due_at, "_id": {"$gt": last.id}}]
        return await self._tasks.find(wanted, sort=[("due_at", 1), ("id", 1)], limit=PAGE)

    async def _tell(self, task: Task) -> int:
        if task.assignee is None or task.due_at is None:
            return 0
        letter = Email(
            tenant_id=task.tenant_id,
            kind="task_due",
            to="",
            name="",
            link=LINK,
            on=task.due_at,
            until=self._clock.now() + EMAIL_LASTS,
        )
        happened = Happened(
            kind=NotificationKind.TASK_DUE,
            cause=f"{task.id} {task.due_at.isoformat()}",
            task_id=task.id,
            queue_id=task.queue_id,
            letter=letter,
        )
        return await self._notifications.tell(task.tenant_id, [task.assignee], happened)
