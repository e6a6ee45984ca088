"""What has come with the time: reminders, and recurring tasks. It looks four times a minute, by index."""

from __future__ import annotations

import asyncio
import logging

from call24.kit.errors import Call24Error
from call24.tasks.series import AT_ONCE, TaskSeriesService
from call24.tasks.service import REMINDED_EACH, TaskService

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0
BOUND = (
    f"every {LOOK_EVERY_S:.0f} s, {REMINDED_EACH} reminders of an organisation and {AT_ONCE} recurring tasks at a time"
)


class TaskClock:
    def __init__(self, tasks: TaskService, series: TaskSeriesService) -> None:
        self._tasks = tasks
        self._series = series

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except Call24Error as trouble:
                log.warning("reminders and recurring tasks were postponed: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Raises: Unavailable."""
        while await self._series.make_due() >= AT_ONCE:
            pass
        while await self._tasks.remind() >= REMINDED_EACH:
            pass
