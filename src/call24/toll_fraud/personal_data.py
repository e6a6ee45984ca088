"""What this room holds of persons: how much they called, whose calls are stopped; and of organisations: what is
counted in memory.
"""

from __future__ import annotations

from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.toll_fraud.model import DayUsage, Freeze
from call24.toll_fraud.service import TollFraudGuard

HOLDS = Holdings(
    room="toll_fraud",
    traces=(
        Trace(struct=Freeze, fields=("user_id",), file="outside_calls_stopped"),
        Trace(struct=DayUsage, fields=("user_id",), erase=KeptById("31 days, against fraud"), file="outside_calls"),
    ),
    keepers=(
        Keeper(
            of=TollFraudGuard,
            forget_person=TollFraudGuard.forget_user,
            forget_organisation=TollFraudGuard.forget_tenant,
            stage=Stage.WRITERS,
        ),
    ),
)
