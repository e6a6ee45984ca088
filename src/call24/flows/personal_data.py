"""What this room holds of persons: who changed a draft, who published a version; and of organisations: the files of
prompts, flows in memory.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.data_map import (
    Browser,
    ByAge,
    Category,
    Closing,
    Files,
    KeptById,
    Place,
    Trace,
    UntilSignOut,
    WithParent,
    of_organisation,
)
from call24.flows.model import Flow, PublishedVersion
from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.kit.holdings import Holdings, Keeper, Stage


class FlowChanged(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    updated_at: datetime


class FlowPublished(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    flow_id: str
    version: int
    published_at: datetime


_PROMPT = {"prompts": of_organisation(Category.SETTING, "what callers hear, in whosever voice it was recorded")}

HOLDS = Holdings(
    room="flows",
    places=(
        Place(
            where=Files("asterisk/var/spool/prompts/{tenant_id}/*"),
            in_backup=True,
            what=_PROMPT,
            kept=WithParent("prompts"),
        ),
        Place(
            where=Files("asterisk/var/spool/prompts/incoming/*"),
            in_backup=False,
            what=_PROMPT,
            kept=ByAge(timedelta(minutes=10)),
            closing=Closing.STAYS,
            why="an upload that was broken off, for ten minutes",
        ),
        Place(
            where=Browser("localStorage", "call24.flows"),
            what={
                "changes of flows that have not reached the server": of_organisation(
                    Category.SETTING, "nothing that was changed is lost when the page is closed"
                )
            },
            kept=UntilSignOut(),
            closing=Closing.STAYS,
            why="seconds, until it is saved; the server refuses the session, and the app then forgets all",
        ),
    ),
    traces=(
        Trace(
            struct=Flow,
            fields=("changed_by",),
            erase=KeptById("the organisation's"),
            file="changed_flows",
            part=FlowChanged,
        ),
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
