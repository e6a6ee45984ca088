"""What this room holds of organisations: their calls, which are ended."""

from __future__ import annotations

from call24.data_map import Browser, Category, Closing, KeptById, Place, UntilSignOut, of_user
from call24.engine.engine import Engine
from call24.kit.holdings import Holdings, Keeper, Stage


def _in_browser(key: str, what: str) -> Place:
    """The app forgets it by itself (web/src/links/kept.ts)."""
    return Place(
        where=Browser("localStorage", key),
        what={what: of_user(Category.BEHAVIOR, "reopening a page where it was left")},
        kept=UntilSignOut(),
        closing=Closing.STAYS,
        why="ids alone; the server refuses the session, and the app then forgets all",
        account=KeptById("in the user's own browser, which forgets it when the server refuses its session"),
        untold="it is in the user's own browser",
    )


HOLDS = Holdings(
    room="engine",
    places=(
        _in_browser("call24.call", "the id of the call that this browser talks on"),
        _in_browser("call24.watch", "the id of the call that is listened to"),
        _in_browser("call24.from", "the id of the number that calls are placed from"),
    ),
    keepers=(Keeper(of=Engine, forget_organisation=Engine.close_tenant, stage=Stage.CALLS),),
)
