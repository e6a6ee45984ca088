"""What a page of history may be narrowed to, and how that is asked of MongoDB. Pure.

What is combined, and with what, costs no more for a million calls than for a thousand: each filter is a list of the
record or stands in front of the time in an index. The others (``scans``) look through a year at most, page by page with
a bound (scan.py). Who may see a call is decided here too, as lists; `visible` in
history.py is the same for one record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.call_records.history_row import BY_LISTS, HistoryRow, besides
from call24.call_records.model import CallRecord, Outcome
from call24.kit.ids import DispositionId, QueueId, UserId
from call24.kit.mongo import Index

BY_DIRECTION = Index(CallRecord, ("found_in", "direction", "-arrived_at", "-id", "outcome"))
BY_CALLER = Index(CallRecord, ("contact_id", "-arrived_at", "-id"))
BY_OUTCOME = Index(CallRecord, ("found_in", "outcome", "-arrived_at", "-id", "direction"))


class CallFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Only calls for which all of it is true; None asks nothing.

    ``queue_id``: it stood in this queue, ``agent_id``: this agent had it. It began at ``since`` or later, and before
    ``until``. ``disposition_id``: an agent chose it. ``min_duration_s``, ``max_duration_s``: from its beginning to its
    end, both included. ``recorded``: it has a recording or a message that is not deleted, or has none.
    """

    queue_id: QueueId | None = None
    agent_id: UserId | None = None
    direction: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    disposition_id: DispositionId | None = None
    min_duration_s: int | None = None
    max_duration_s: int | None = None
    recorded: bool | None = None

    @property
    def scans(self) -> bool:
        """Whether it asks for what is in no index."""
        asked = (self.disposition_id, self.min_duration_s, self.max_duration_s, self.recorded)
        return any(one is not None for one in asked)


EVERY = CallFilter()


def lists_of(of: CallFilter, queues: Sequence[QueueId] | None, agent_id: UserId | None) -> list[list[str]]:
    """A call is wanted that is in one list of each of these; an empty answer: every call.

    Who may see calls of ``queues`` and of ``agent_id`` alone (None: all) may see all that was in one of those queues
    or with that agent, so that asking for one of them asks for nothing more.
    """
    asked: list[list[str]] = [[one] for one in (of.queue_id, of.agent_id) if one is not None]
    if queues is None or of.queue_id in queues or (agent_id is not None and of.agent_id == agent_id):
        return asked
    theirs: list[str] = [*queues, *((agent_id,) if agent_id is not None else ())]
    return [*asked, [*theirs, *map(besides, theirs)]]


def index_of(of: CallFilter) -> Index:
    """The one in which calls of a list that are wanted lie together.

    Of an outcome and a direction the outcome is rarer, except that most calls are answered.
    """
    if of.outcome is None and of.direction is None:
        return BY_LISTS
    by_direction = of.direction is not None and of.outcome in (None, Outcome.ANSWERED)
    return BY_DIRECTION if by_direction else BY_OUTCOME


def conditions(of: CallFilter, latest: datetime | None) -> dict[str, Any]:
    """``latest``: the page before ended with a call that began then."""
    wanted: dict[str, Any] = {
        name: value for name, value in (("direction", of.direction), ("outcome", of.outcome)) if value is not None
    }
    begun = {"$gte": of.since, "$lt": of.until, "$lte": latest}
    if span := {how: at for how, at in begun.items() if at is not None}:
        wanted["arrived_at"] = span
    return wanted


def in_front(of: CallFilter) -> tuple[Index, dict[str, Any]]:
    """The index for looking through what ``scans``, and of ``of`` what is in front of the time in it."""
    index = index_of(of)
    if index == BY_LISTS:
        return index, {}
    front = "direction" if index == BY_DIRECTION else "outcome"
    return index, {front: getattr(of, front)}


def of_few(of: CallFilter) -> dict[str, Any]:
    """What is asked of MongoDB of few calls, named by their ids: no index has it. The rest is ``fits``, and whether a
    recording is still there."""
    wanted: dict[str, Any] = {}
    if of.disposition_id is not None:
        wanted["agents.disposition_id"] = of.disposition_id
    if of.recorded:
        wanted["$or"] = [{"recording_id": {"$ne": None}}, {"message_id": {"$ne": None}}]
    return wanted


def fits(of: CallFilter, row: HistoryRow) -> bool:
    """Whether its row has the direction, the outcome and the duration."""
    if row.ended_at is None or of.direction not in (None, row.direction) or of.outcome not in (None, row.outcome):
        return False
    seconds = (row.ended_at - row.arrived_at).total_seconds()
    return (of.min_duration_s or 0) <= seconds and (of.max_duration_s is None or seconds <= of.max_duration_s)
