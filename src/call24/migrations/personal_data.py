"""The stamp in the data folder, which says nothing about anybody; and lines of the journal while they are rewritten."""

from __future__ import annotations

from call24.data_map import (
    STATE,
    Category,
    Closing,
    Files,
    KeptById,
    Place,
    Until,
    WithInstallation,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings

HOLDS = Holdings(
    room="migrations",
    places=(
        Place(
            where=Files("schema.json*"),
            in_backup=True,
            what={"which version wrote the data": STATE},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
        Place(
            where=Files("spool/journal/*.part"),
            what={
                "callers, by id": of_caller(Category.ID, "losing nothing when the server is killed"),
                "agents, by id": of_user(Category.WORK, "losing nothing when the server is killed"),
            },
            kept=Until("it is a segment of the journal's spool", "the next start"),
            closing=Closing.ROOM,
            account=KeptById("lines by ids, until they are in MongoDB"),
            untold="copies of what `working_day` has, on their way",
            in_backup=False,
        ),
    ),
)
