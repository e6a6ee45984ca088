"""What this room holds of persons: counts of their work."""

from __future__ import annotations

from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings, Keeper
from call24.statistics.model import Statistic
from call24.statistics.service import Reports

HOLDS = Holdings(
    room="statistics",
    traces=(
        Trace(
            struct=Statistic,
            erase=KeptById("counted by id, with its calls"),
            untold="counted from the calls",
        ),
    ),
    keepers=(Keeper(of=Reports, erase_due=("statistics", Reports.erase_due)),),
)
