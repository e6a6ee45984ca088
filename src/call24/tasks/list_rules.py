"""Which tasks are asked for, in which order, and where a page goes on. Pure: filters of MongoDB, each with an index.

An order that puts tasks without a value last, or priorities by their weight, is read in segments, one after another.
What a user may see who does not see all is read in two parts, by queue and by assignee, and merged: each has its index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import msgspec

from call24.kit.errors import Invalid
from call24.kit.ids import ContactId, PersonId, QueueId, TaskSeriesId, UserId
from call24.kit.paging import cursor_after, cursor_of, place_after, place_of
from call24.tasks.model import ACTIVE, CLOSED, Kind, Priority, State, Task
from call24.tasks.rules import words_of

Order = Literal["newest", "due", "priority", "changed"]
Filter = Mapping[str, Any]

EVERY: tuple[State, ...] = (*ACTIVE, *CLOSED)
WORDS_ASKED = 6
"""Words of a search that count."""
_PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "low")
"""By weight."""
_NEWEST = (("created_at", -1), ("id", -1))


class TaskFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks are asked for. ``queues`` None: of all queues, else of these and those assigned to ``user_id``.

    ``closed``: done and dropped ones, or those that are neither; ``overdue``: neither, and due before ``now``.
    """

    queues: Sequence[QueueId] | None
    user_id: UserId
    queue_id: QueueId | None = None
    assignee: UserId | None = None
    unassigned: bool = False
    state: State | None = None
    closed: bool | None = None
    kind: Kind | None = None
    priority: Priority | None = None
    contact_id: ContactId | None = None
    person_id: PersonId | None = None
    series_id: TaskSeriesId | None = None
    overdue: bool = False
    now: datetime | None = None
    q: str = ""


class Segment(NamedTuple):
    """A part of an order: what is in it, by what it is sorted, and the field of a place in it."""

    which: Filter
    sort: tuple[tuple[str, int], ...]
    by: str


class Place(NamedTuple):
    """Behind this task of this segment."""

    segment: int
    at: datetime
    id: str


def segments(order: Order) -> tuple[Segment, ...]:
    """All of them together hold every task once."""
    match order:
        case "newest":
            return (Segment({}, _NEWEST, "created_at"),)
        case "due":
            return (
                Segment({"due_at": {"$ne": None}}, (("due_at", 1), ("id", 1)), "due_at"),
                Segment({"due_at": None}, _NEWEST, "created_at"),
            )
        case "priority":
            return tuple(Segment({"priority": one}, _NEWEST, "created_at") for one in _PRIORITIES)
        case "changed":
            return (
                Segment({"updated_at": {"$ne": None}}, (("updated_at", -1), ("id", -1)), "updated_at"),
                Segment({"updated_at": None}, _NEWEST, "created_at"),
            )


def parts(wanted: TaskFilter) -> list[dict[str, Any]]:
    """What to look for: the union of these, which may have tasks in common."""
    rule = _rule(wanted)
    if wanted.queues is None or wanted.assignee == wanted.user_id:
        return [rule]
    own = {**rule, "assignee": wanted.user_id}
    if wanted.assignee is not None or wanted.unassigned:
        own = {}  # nothing of it is this user's own
    seen = [one for one in wanted.queues if wanted.queue_id in (None, one)]
    of_queues = [{**rule, "queue_id": {"$in": seen}}] if seen else []
    return [*of_queues, *([own] if own else [])]


def _rule(wanted: TaskFilter) -> dict[str, Any]:
    rule: dict[str, Any] = {"state": {"$in": list(_states(wanted))}}
    for name in ("queue_id", "assignee", "kind", "contact_id", "person_id", "series_id"):
        if (value := getattr(wanted, name)) is not None:
            rule[name] = value
    if wanted.unassigned:
        rule["assignee"] = None
    if wanted.priority is not None:
        rule["priority"] = wanted.priority
    if wanted.overdue:
        rule["due_at"] = {"$lt": wanted.now}
    if words := words_of(wanted.q)[:WORDS_ASKED]:
        *whole, last = words
        begun = {"words": {"$regex": f"^{last}"}}  # letters and digits alone (words_of)
        rule["$and"] = [*({"words": word} for word in whole), begun]
    return rule


def _states(wanted: TaskFilter) -> Sequence[State]:
    """Named always, so that an index that begins with the state, or has it before the order, is of use."""
    if wanted.state is not None:
        return (wanted.state,) if not wanted.overdue or wanted.state in ACTIVE else ()
    if wanted.overdue:
        return ACTIVE
    return EVERY if wanted.closed is None else CLOSED if wanted.closed else ACTIVE


def behind(segment: Segment, place: Place) -> dict[str, Any]:
    """The rest of a segment; the bound is said by itself too, so that its index is read from there on."""
    sign = "$gt" if segment.sort[0][1] == 1 else "$lt"
    further = [{segment.by: {sign: place.at}}, {segment.by: place.at, "_id": {sign: place.id}}]
    return {segment.by: {f"{sign}e": place.at}, "$or": further}


def joined(*rules: Filter) -> dict[str, Any]:
    return {"$and": [rule for rule in rules if rule]}


def merged(found: Iterable[Sequence[Task]], segment: Segment, limit: int) -> list[Task]:
    """Of several parts, each in the segment's order: the first of all, each once."""
    every = {task.id: task for part in found for task in part}

    def key(task: Task) -> tuple[float, str]:
        at: datetime = getattr(task, segment.by)
        return at.timestamp(), task.id

    return sorted(every.values(), key=key, reverse=segment.sort[0][1] == -1)[:limit]


def cursor_behind(order: Order, segment: int, task: Task) -> str:
    """By which the next page is asked for."""
    at: datetime = getattr(task, segments(order)[segment].by)
    if order == "newest":
        return cursor_of(at, task.id)
    return cursor_after((order, segment, round(at.timestamp() * 1000), task.id))


def place_in(order: Order, cursor: str) -> Place:
    """Raises: Invalid for what is no cursor of this order."""
    if order == "newest":
        return Place(0, *place_of(cursor))
    named, segment, ms, last = place_after(cursor, [str, int, int, str])
    if named != order or not 0 <= int(segment) < len(segments(order)):
        raise Invalid(errors=[("cursor", "the `next` of an earlier page, asked for in the same order")])
    try:
        return Place(int(segment), datetime.fromtimestamp(int(ms) / 1000, UTC), str(last))
    except (ValueError, OverflowError, OSError):
        raise Invalid(errors=[("cursor", "the `next` of an earlier page")]) from None
