"""What this room holds of organisations: a copy of their settings in memory. It holds nothing of persons."""

from __future__ import annotations

from call24.branding.service import Brandings
from call24.kit.holdings import Holdings, Keeper, Stage

HOLDS = Holdings(
    room="branding",
    keepers=(Keeper(of=Brandings, forget_organisation=Brandings.forget_organisation, stage=Stage.SETTINGS),),
)
