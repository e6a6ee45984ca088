"""What this room holds of organisations: their calls, which are ended."""

from __future__ import annotations

from call24.engine.engine import Engine
from call24.kit.holdings import Holdings, Keeper, Stage

HOLDS = Holdings(
    room="engine",
    keepers=(Keeper(of=Engine, forget_organisation=Engine.close_tenant, stage=Stage.CALLS),),
)
