"""What this room holds of calls: ids of those whose records differ, and Asterisk's log of channels. Both go on their
day.
"""

from __future__ import annotations

from call24.data_map import ByAge, Category, Closing, Files, Place, of_caller
from call24.kit.holdings import Holdings, Keeper
from call24.reconciliation.files import KEPT
from call24.reconciliation.service import Reconciler

HOLDS = Holdings(
    room="reconciliation",
    keepers=(Keeper(of=Reconciler, erase_due=("channel_logs", Reconciler.erase_due)),),
    places=(
        Place(
            where=Files("asterisk/var/log/cel/channels*.csv"),
            in_backup=False,
            what={
                "channels, by id, and their times": of_caller(
                    Category.ID, "comparing call records with what Asterisk noted"
                )
            },
            kept=ByAge(KEPT, by="room"),
            closing=Closing.STAYS,
            why="ids and times of channels alone, for four days: other organisations' stand between them",
        ),
    ),
)
