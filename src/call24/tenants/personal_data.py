"""What this room holds of callers: calls that did not get in; and of organisations: those that are not stored yet."""

from __future__ import annotations

from call24.data_map import CallerTrace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.tenants.refused_calls import RefusedCall, RefusedCalls

HOLDS = Holdings(
    room="tenants",
    callers=(CallerTrace(struct=RefusedCall),),
    keepers=(
        Keeper(
            of=RefusedCalls,
            forget_organisation=RefusedCalls.forget_tenant,
            stage=Stage.WRITERS,
            erase_number=("refused_calls", RefusedCalls.erase_number),
            find_number=(RefusedCall, RefusedCalls.of_number),
        ),
    ),
)
