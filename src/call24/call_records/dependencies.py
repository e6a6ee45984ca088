"""What routes ask of this room: `service: HistoryDep`."""

from __future__ import annotations

from typing import Annotated

from call24.call_records.history import History
from call24.http.provided import provided

HistoryDep = Annotated[History, provided(History)]
