"""What routes ask of this room: `service: PusherAppsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.pusher_apps.service import ApplicationService

PusherAppsDep = Annotated[ApplicationService, provided(ApplicationService)]
