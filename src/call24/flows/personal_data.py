"""What this room holds of persons: who published a version; and of organisations: the files of prompts, flows in
memory.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import KeptById, Trace
from call24.flows.model import PublishedVersion
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.kit.holdings import Holdings, Keeper, Stage


class FlowPublished(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    flow_id: str
    version: int
    published_at: datetime


HOLDS = Holdings(
    room="flows",
    traces=(
        Trace(
            struct=PublishedVersion,
            fields=("published_by",),
            erase=KeptById("the organisation's"),
            file="published_flows",
            part=FlowPublished,
        ),
    ),
    keepers=(
        Keeper(of=PromptService, forget_organisation=PromptService.erase_tenant, stage=Stage.FILES),
        Keeper(of=FlowService, forget_organisation=FlowService.forget_tenant),
    ),
)
