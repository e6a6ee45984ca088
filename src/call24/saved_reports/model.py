"""A report that a user saved: what it asks for, whom it is shown to, and when it is sent. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    PERSON,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    WithOrganisation,
    document,
    of_organisation,
    of_user,
)
from call24.kit.ids import QueueId, SavedReportId, TenantId, UserId

Period = Literal["today", "yesterday", "last_7_days", "this_week", "last_week", "this_month", "last_month"]
"""Days as they are on the day on which the report is opened or sent. A week begins on Monday; `last_7_days` end with
that day. Stored, and part of the API: never renamed."""
Grouping = Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"]
CallDirection = Literal["inbound", "outbound", "internal", "callback"]
Every = Literal["day", "week", "month"]

_NAME = of_organisation(Category.TEXT, "what the report is called", kept=WithOrganisation())
_AGENT = of_user(Category.ID, "a report on the work of one agent")
_RECIPIENT = of_user(Category.ID, "whom the report is sent to")


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When a report is sent, in the organisation's time zone. `weekday`: 0 is Monday, of a week; `day`: of a month, 1
    to 31, of a shorter one the last. `hour`: 0 to 23."""

    every: Annotated[Every, SETTING]
    hour: Annotated[int, SETTING]
    weekday: Annotated[int, SETTING] = 0
    day: Annotated[int, SETTING] = 1


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a report asks for. `measures`: keys of the figures that are shown; empty: all."""

    period: Annotated[Period, SETTING]
    by: Annotated[Grouping, SETTING]
    queue_id: Annotated[QueueId | None, REFERENCE] = None
    agent_id: Annotated[UserId | None, _AGENT] = None
    direction: Annotated[CallDirection | None, SETTING] = None
    compare: Annotated[bool, SETTING] = False
    measures: Annotated[tuple[str, ...], SETTING] = ()

    @property
    def filters(self) -> dict[str, str]:
        every = {"queue": self.queue_id, "agent": self.agent_id, "direction": self.direction}
        return {name: value for name, value in every.items() if value is not None}


@document("saved_reports", tenant=True)
class SavedReport(msgspec.Struct, frozen=True, kw_only=True):
    """`made_by`: None once that account is deleted. `shared`: with all who may see reports. `schedule`: None: it is not
    sent. `next_at`: when it is sent next; `sent_at`: when it was due last."""

    id: Annotated[SavedReportId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    made_by: Annotated[UserId | None, PERSON]
    name: Annotated[str, _NAME]
    asked: Annotated[Asked, SETTING]
    shared: Annotated[bool, STATE] = False
    schedule: Annotated[Schedule | None, SETTING] = None
    recipients: Annotated[tuple[UserId, ...], _RECIPIENT] = ()
    next_at: Annotated[datetime | None, TIME] = None
    sent_at: Annotated[datetime | None, TIME] = None
    created_at: Annotated[datetime, TIME]
