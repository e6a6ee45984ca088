"""What this room holds of persons: their working day, as lines by ids; and of organisations: lines that wait on
disk.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.data_map import (
    STATE,
    ByAge,
    Category,
    Closing,
    Files,
    KeptById,
    Place,
    Trace,
    Until,
    WithInstallation,
    of_caller,
    of_user,
)
from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.kit.holdings import Holdings, Keeper, Stage


class LineOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    seq: int
    at: datetime
    type: str
    call_id: str | None = None
    body: dict[str, Any]


_LINES = {
    "callers, by id": of_caller(Category.ID, "losing nothing when the server is killed"),
    "agents, by id": of_user(Category.WORK, "losing nothing when the server is killed"),
}
_BY_ID = KeptById("lines by ids, until they are in MongoDB")
_UNTOLD = "copies of what `working_day` has, on their way"

HOLDS = Holdings(
    room="journal",
    places=(
        Place(
            where=Files("spool/journal/*.segment"),
            in_backup=True,
            what=_LINES,
            kept=Until("its lines are in MongoDB", "before anything is deleted there"),
            closing=Closing.ROOM,
            account=_BY_ID,
            untold=_UNTOLD,
        ),
        Place(
            where=Files("spool/journal/damaged-*"),
            in_backup=True,
            what=_LINES,
            kept=ByAge(timedelta(days=30)),
            closing=Closing.ALL,
            account=KeptById("whose they are nobody can tell"),
            untold="they cannot be read",
        ),
        Place(
            where=Files("spool/journal/lock"),
            in_backup=False,
            what={"which process writes": STATE},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
    ),
    traces=(
        Trace(
            struct=Entry,
            fields=("agent_id",),
            erase=KeptById("the organisation's record of its calls, until their day"),
            file="working_day",
            part=LineOf,
            order="at",
        ),
    ),
    keepers=(Keeper(of=Journal, forget_organisation=Journal.close_tenant, stage=Stage.WRITERS),),
)
