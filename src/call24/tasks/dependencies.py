"""What routes ask of this room: `service: TasksDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.tasks.service import TaskService

TasksDep = Annotated[TaskService, provided(TaskService)]
