"""What this room holds of persons and organisations: what the live board shows."""

from __future__ import annotations

from call24.data_map import Category, ChangedByRoom, Closing, Memory, Place, Until, of_caller, of_user
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.live.alerts import QueueAlerts
from call24.live.board import Board

HOLDS = Holdings(
    room="live",
    places=(
        Place(
            where=Memory(Board),
            what={
                "who calls, by id": of_caller(Category.ID, "showing calls in progress"),
                "what agents do": of_user(Category.WORK, "showing calls in progress"),
            },
            kept=Until("the call is over", "the day is over"),
            closing=Closing.ROOM,
            account=ChangedByRoom("forgotten with the account"),
            untold="copies of what `working_day` and `calls` have",
        ),
    ),
    keepers=(
        Keeper(
            of=Board,
            forget_person=Board.forget_user,
            forget_organisation=Board.forget_tenant,
            stage=Stage.READERS,
        ),
        Keeper(of=QueueAlerts, forget_organisation=QueueAlerts.forget_organisation, stage=Stage.READERS),
    ),
)
