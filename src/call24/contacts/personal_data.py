"""What this room holds of organisations: callers in memory, and callers that are to be written. Callers
themselves are the sweeper's.
"""

from __future__ import annotations

from call24.contacts.callers import KnownCallers
from call24.kit.holdings import Holdings, Keeper, Stage

HOLDS = Holdings(
    room="contacts",
    keepers=(Keeper(of=KnownCallers, forget_organisation=KnownCallers.close_tenant, stage=Stage.WRITERS),),
)
