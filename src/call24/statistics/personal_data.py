"""What this room holds of persons: counts of their work."""

from __future__ import annotations

from call24.data_map import Browser, Category, Closing, KeptById, Place, Trace, UntilSignOut, of_user
from call24.kit.holdings import Holdings, Keeper
from call24.statistics.model import Statistic
from call24.statistics.service import Reports
from call24.statistics.today import TodayFigures

HOLDS = Holdings(
    room="statistics",
    places=(
        Place(
            where=Browser("localStorage", "call24.reports"),
            what={"which report was looked at": of_user(Category.BEHAVIOR, "the same report is shown again")},
            kept=UntilSignOut(),
            closing=Closing.STAYS,
            why="ids alone; the server refuses the session, and the app then forgets all",
            account=KeptById("in the user's own browser, which forgets it when the server refuses its session"),
            untold="it is in the user's own browser",
        ),
    ),
    traces=(
        Trace(
            struct=Statistic,
            erase=KeptById("counted by id, with its calls"),
            untold="counted from the calls",
        ),
    ),
    keepers=(
        Keeper(
            of=Reports,
            forget_organisation=Reports.forget_organisation,
            erase_due=("statistics", Reports.erase_due),
        ),
        Keeper(of=TodayFigures, forget_organisation=TodayFigures.forget_organisation),
    ),
)
