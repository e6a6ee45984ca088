"""A change of how long an organisation keeps its calls, as it is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    document,
    of_organisation,
)
from call24.kit.ids import TenantId, UserId

ChangeState = Literal["waiting", "following", "settling", "done", "undone"]

_REASON = of_organisation(Category.TEXT, "the legal reason for keeping calls longer")


@document("retention_changes", tenant=True)
class RetentionChange(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting`: it can be undone, and takes effect at `effective_at`. `following`: calls get their new day, in the
    order in which they arrived; `at`, `last`: the one that had it last. `settling`: calls that went on meanwhile follow
    later. `reason`: of a longer time. `calls`, `recordings`: how many would be deleted at once, as the plan said that
    was confirmed."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    state: Annotated[ChangeState, STATE] = "waiting"
    asked_by: Annotated[UserId, PERSON]
    asked_at: Annotated[datetime, TIME]
    days_before: Annotated[int, SETTING]
    days: Annotated[int, SETTING]
    reason: Annotated[str | None, _REASON] = None
    calls: Annotated[int, MEASURE] = 0
    recordings: Annotated[int, MEASURE] = 0
    effective_at: Annotated[datetime, TIME]
    begun_at: Annotated[datetime | None, TIME] = None
    at: Annotated[datetime | None, TIME] = None
    last: Annotated[str, REFERENCE] = ""

    @property
    def shorter(self) -> bool:
        return self.days < self.days_before
