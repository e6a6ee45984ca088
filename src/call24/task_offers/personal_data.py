"""What this room holds of organisations: in memory, who was asked last. Offers themselves are in the room of tasks."""

from __future__ import annotations

from call24.kit.holdings import Holdings, Keeper
from call24.task_offers.service import TaskMatching

HOLDS = Holdings(
    room="task_offers",
    keepers=(Keeper(of=TaskMatching, forget_organisation=TaskMatching.forget_tenant),),
)
