"""A recurring task: the rule by which tasks are made, and what each of them says."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

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
    WithOrganisation,
    document,
    of_organisation,
    of_user,
)
from call24.kit.ids import QueueId, TaskSeriesId, TenantId, UserId
from call24.tasks.model import Priority

_TEXT = of_organisation(
    Category.TEXT,
    "what a recurring task says: it is about no caller",
    kept=WithOrganisation(),
)


@document("task_series", tenant=True)
class TaskSeries(msgspec.Struct, frozen=True, kw_only=True):
    """``rule``: of RFC 5545, without DTSTART. ``starts``: the first time in the organisation's local time, without an
    offset (`2026-11-30T09:00:00`): so nine o'clock stays nine o'clock when the clocks change. ``due_after_s``: since
    it was made. ``next_at``: when the next is made; None: there is none any more, or
    it is ``paused``. ``made``: how many were.
    """

    id: Annotated[TaskSeriesId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    rule: Annotated[str, SETTING]
    starts: Annotated[str, SETTING]
    due_after_s: Annotated[int, SETTING]
    title: Annotated[str, _TEXT]
    text: Annotated[str, _TEXT] = ""
    priority: Annotated[Priority, SETTING] = "normal"
    checklist: Annotated[tuple[str, ...], _TEXT] = ()
    queue_id: Annotated[QueueId | None, REFERENCE] = None
    assignee: Annotated[UserId | None, of_user(Category.ID, "who is to do it")] = None
    next_at: Annotated[datetime | None, TIME] = None
    paused: Annotated[bool, STATE] = False
    made: Annotated[int, MEASURE] = 0
    version: Annotated[int, STATE] = 1
    created_at: Annotated[datetime, TIME]
    created_by: Annotated[UserId | None, PERSON] = None
