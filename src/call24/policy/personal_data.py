"""What this room holds of persons: which version of the policy they accepted; and of organisations: public pages."""

from __future__ import annotations

from call24.data_map import Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.policy.model import PolicyAcceptance, PolicyNotice
from call24.policy.service import Policies

HOLDS = Holdings(
    room="policy",
    traces=(
        Trace(struct=PolicyAcceptance, fields=("user_id",), file="policy_acceptances"),
        Trace(struct=PolicyNotice, fields=("user_id",), file="policy_notices"),
    ),
    keepers=(Keeper(of=Policies, forget_organisation=Policies.forget_organisation, stage=Stage.SETTINGS),),
)
