"""What this room holds of persons and organisations: what the live board shows."""

from __future__ import annotations

from call24.kit.holdings import Holdings, Keeper, Stage
from call24.live.board import Board

HOLDS = Holdings(
    room="live",
    keepers=(
        Keeper(
            of=Board,
            forget_person=Board.forget_user,
            forget_organisation=Board.forget_tenant,
            stage=Stage.READERS,
        ),
    ),
)
