"""What is counted, by what, and how it is kept. All counts are whole numbers, times in milliseconds: they add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from call24.call_records.model import AgentPart, QueueVisit, Transfer
from call24.data_map import ID, MEASURE, STATE, TENANT, TIME, Category, OnItsDay, document, of_user
from call24.kit.ids import CallId, NumberId, QueueId, TenantId, UserId


class Family(StrEnum):
    """``line``: calls and their stays in queues. ``work``: what agents did with calls. ``time``: what they were."""

    LINE = "line"
    WORK = "work"
    TIME = "time"


COLUMNS: dict[Family, tuple[str, ...]] = {
    Family.LINE: (
        "calls",
        "offered",
        "answered",
        "abandoned",
        "short_abandoned",
        "elsewhere",
        "in_time",
        "unserved",
        "wait_answered_ms",
        "longest_wait_ms",
    ),
    Family.WORK: (
        "handled",
        "talk_ms",
        "hold_ms",
        "wrap_up_ms",
        "transfers",
        "rung",
        "took",
        "ring_no_answer",
        "declined",
    ),
    Family.TIME: ("signed_in_ms", "paused_ms", "ready_ms", "handling_ms"),
}
"""What each family counts; measures.py says what the counts mean."""

GREATEST = frozenset({"longest_wait_ms"})
"""Of these the greatest counts, not the sum."""


@dataclass(frozen=True)
class Table:
    """Counts of one family for one day by some dimensions; a key has their values in this order."""

    family: Family
    dimensions: tuple[str, ...]


TABLES: dict[str, Table] = {
    "line_days": Table(Family.LINE, ("queue", "direction")),
    "line": Table(Family.LINE, ("hour", "queue", "direction")),
    "line_numbers": Table(Family.LINE, ("number", "queue", "direction")),
    "work_days": Table(Family.WORK, ("queue", "direction")),
    "work": Table(Family.WORK, ("hour", "queue", "direction")),
    "work_agents": Table(Family.WORK, ("agent", "queue", "direction")),
    "work_agent_hours": Table(Family.WORK, ("hour", "agent", "queue", "direction")),
    "work_dispositions": Table(Family.WORK, ("disposition", "agent", "queue", "direction")),
    "time_days": Table(Family.TIME, ()),
    "time": Table(Family.TIME, ("hour",)),
    "time_agents": Table(Family.TIME, ("agent",)),
    "time_agent_hours": Table(Family.TIME, ("hour", "agent")),
}
QUARTER = "quarter"
"""The table of a quarter hour: both families of calls, by all of ``FACT_DIMENSIONS``."""
FACT_DIMENSIONS = ("queue", "direction", "agent", "disposition", "number")

Key = tuple[str, ...]
Counts = tuple[int, ...]

_WHO = of_user(Category.ID, "whose work is counted")


@document(
    "statistics",
    tenant=True,
    kept=OnItsDay(period="until the first record that is counted falls due", by="room"),
)
class Statistic(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a quarter hour, or one table of a day of ``zone``.

    ``keys`` and ``counts`` belong together, place by place. ``limits``: the service level limits that were counted
    with, by queue. ``delete_at``: when the first record that is counted falls due: from then on it is counted again.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    table: Annotated[str, STATE]
    zone: Annotated[str, STATE] = ""
    since: Annotated[datetime, TIME]
    until: Annotated[datetime, TIME]
    keys: Annotated[tuple[Key, ...], _WHO]
    counts: Annotated[tuple[Counts, ...], MEASURE]
    limits: Annotated[dict[str, int], STATE]
    delete_at: Annotated[datetime, TIME]


class Ringing(msgspec.Struct, frozen=True, kw_only=True):
    """Of a record's offers, what is counted: the long lists of candidates are left where they are."""

    agent_id: UserId
    at: datetime
    outcome: str | None
    purpose: str = "offer"


class CountedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a call record that is counted."""

    id: CallId
    direction: str = "inbound"
    number_id: NumberId | None = None
    queue_id: QueueId | None = None
    arrived_at: datetime
    delete_at: datetime
    queues: tuple[QueueVisit, ...] = ()
    agents: tuple[AgentPart, ...] = ()
    offers: tuple[Ringing, ...] = ()
    transfers: tuple[Transfer, ...] = ()


class AgentLine(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an agent's journal event that says what it became."""

    at: datetime
    type: str
    delete_at: datetime
