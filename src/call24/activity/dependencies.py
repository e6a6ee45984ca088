"""What routes ask of this room: `log: ActivityDep`."""

from __future__ import annotations

from typing import Annotated

from call24.activity.service import ActivityLog
from call24.http.provided import provided

ActivityDep = Annotated[ActivityLog, provided(ActivityLog)]
