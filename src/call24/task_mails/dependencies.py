"""What routes ask of this room: `addresses: TaskAddressesDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.task_mails.service import TaskAddresses

TaskAddressesDep = Annotated[TaskAddresses, provided(TaskAddresses)]
