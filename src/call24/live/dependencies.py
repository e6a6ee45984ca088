"""What routes ask of this room: `service: BoardDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.live.alerts import QueueAlerts
from call24.live.board import Board
from call24.live.system_parts import SystemParts
from call24.live.views import Views

AlertsDep = Annotated[QueueAlerts, provided(QueueAlerts)]
BoardDep = Annotated[Board, provided(Board)]
SystemPartsDep = Annotated[SystemParts, provided(SystemParts)]
ViewsDep = Annotated[Views, provided(Views)]
