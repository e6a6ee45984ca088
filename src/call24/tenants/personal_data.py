"""What this room holds of organisations: calls that did not get in and are not stored yet."""

from __future__ import annotations

from call24.kit.holdings import Holdings, Keeper, Stage
from call24.tenants.refused_calls import RefusedCalls

HOLDS = Holdings(
    room="tenants",
    keepers=(
        Keeper(
            of=RefusedCalls,
            forget_organisation=RefusedCalls.forget_tenant,
            stage=Stage.WRITERS,
            erase_number=("refused_calls", RefusedCalls.erase_number),
        ),
    ),
)
