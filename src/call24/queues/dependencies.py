"""What routes ask of this room: `service: HoursDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.queues.hours_service import HoursService
from call24.queues.service import QueueService

HoursDep = Annotated[HoursService, provided(HoursService)]
QueuesDep = Annotated[QueueService, provided(QueueService)]
