"""What this room holds of persons: what each can do; and of organisations: reasons to pause, dispositions."""

from __future__ import annotations

from call24.agents.mobiles import AgentMobiles
from call24.agents.service import AgentService
from call24.agents.settings import AgentMobile, AgentProfile
from call24.data_map import Trace
from call24.kit.holdings import Holdings, Keeper

HOLDS = Holdings(
    room="agents",
    traces=(
        Trace(struct=AgentProfile, fields=("id",), file="skills"),
        Trace(struct=AgentMobile, fields=("id",), file="mobile_number"),
    ),
    keepers=(
        Keeper(
            of=AgentMobiles,
            forget_person=AgentMobiles.forget_user,
            forget_organisation=AgentMobiles.forget_tenant,
        ),
        Keeper(
            of=AgentService,
            forget_person=AgentService.forget_user,
            forget_organisation=AgentService.forget_tenant,
        ),
    ),
)
