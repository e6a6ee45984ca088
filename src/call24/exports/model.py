"""An export that somebody asked for: what it is of, how far it is, until when its file is kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from call24.call_records.model import AgentPart, Outcome
from call24.data_map import (
    ID,
    MEASURE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import CallId, ContactId, NumberId, QueueId, TenantId, UserId

_WHO = of_user(Category.ID, "showing who downloaded call records", basis=Basis.LEGITIMATE_INTERESTS)
_WHOSE = of_caller(Category.ID, "giving a caller a copy of their data", basis=Basis.LEGAL_OBLIGATION)
_SEARCH = of_caller(Category.TEXT, "writing the people or tasks that a user looked for into a file")
CALLER = "caller"
"""The kind of a caller's file, which only the room `caller_files` shows."""
PEOPLE = "people"
"""The kind of a file of people, which only the room `address_book_files` shows."""
TASKS = "tasks"
"""The kind of a file of tasks, which only who asked for it sees."""


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@document("exports", tenant=True, kept=OnItsDay(period="a day at most", by="room"))
class Export(msgspec.Struct, frozen=True, kw_only=True):
    """``kind``: calls, report, caller, people or tasks. ``first`` and ``last``: days as YYYY-MM-DD, both in it. ``by``:
    of a report; of vCards, their version. ``search``, ``tag``: which people; ``search``: which tasks. ``contact_id``:
    of a caller's file; ``asked_by`` None: the caller asked for it.

    ``filters``: queue, agent, direction -> the one that counts; of tasks, what task_rows.py says. ``trouble``: why it
    failed, for people. ``delete_at``: a day after it was asked for, or when the first call in it falls due, if that is
    sooner; the file goes with it.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    asked_by: Annotated[UserId | None, _WHO]
    kind: Annotated[str, STATE]
    format: Annotated[str, STATE]
    first: Annotated[str, STATE]
    last: Annotated[str, STATE]
    by: Annotated[str, STATE] = ""
    contact_id: Annotated[ContactId | None, _WHOSE] = None
    filters: Annotated[dict[str, str], _WHO]
    search: Annotated[str, _SEARCH] = ""
    tag: Annotated[str, _SEARCH] = ""
    state: Annotated[State, STATE] = State.RUNNING
    rows_done: Annotated[int, MEASURE] = 0
    rows_in_all: Annotated[int | None, MEASURE] = None
    trouble: Annotated[str, STATE] = ""
    created_at: Annotated[datetime, TIME]
    ended_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]


class ExportedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a call record that is exported."""

    id: CallId
    direction: str = "inbound"
    number_id: NumberId | None = None
    queue_id: QueueId | None = None
    contact_id: ContactId | None = None
    agent_id: UserId | None = None
    arrived_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome
    ended_by: str | None = None
    missed: bool = False
    menu_s: float = 0.0
    wait_s: float = 0.0
    ring_s: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0
    outside_s: float = 0.0
    voicemail_s: float = 0.0
    wrap_up_s: float = 0.0
    agents: tuple[AgentPart, ...] = ()
    delete_at: datetime
