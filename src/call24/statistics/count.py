"""A call record -> what it adds to the counts. Pure; the only place where records are counted for reports.

A call is counted whole in the quarter hour in which it began, whatever came when: so each is in one day and one hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from call24.call_records.figures import handled, not_served_in_time, on_the_line, served_in_time
from call24.call_records.model import AgentPart, QueueVisit
from call24.call_records.outcomes import SHORT_S
from call24.kit.ids import QueueId
from call24.statistics.model import COLUMNS, GREATEST, CountedRecord, Counts, Family, Key, Ringing

LimitOf = Callable[[QueueId], int]
"""The service level limit of a queue in seconds."""

Facts = Iterable[tuple[Family, Key, Counts]]
"""Counts by (queue, direction, agent, disposition, number); "" where there is none."""


def facts_of(record: CountedRecord, limit_of: LimitOf) -> Iterator[tuple[Family, Key, Counts]]:
    yield from _line(record, limit_of)
    yield from _work(record)


def merge(into: dict[Key, Counts], key: Key, counts: Counts, family: Family) -> None:
    known = into.get(key)
    into[key] = counts if known is None else _added(known, counts, family)


def total(all_counts: Iterable[Counts], family: Family) -> Counts:
    found: Counts = (0,) * len(COLUMNS[family])
    for counts in all_counts:
        found = _added(found, counts, family)
    return found


_LONGEST = COLUMNS[Family.LINE].index(next(iter(GREATEST)))


def _added(one: Counts, other: Counts, family: Family) -> Counts:
    if family is not Family.LINE:
        return tuple(map(int.__add__, one, other))
    return (*map(int.__add__, one[:_LONGEST], other[:_LONGEST]), max(one[_LONGEST], other[_LONGEST]))


def _counts(family: Family, **some: int) -> Counts:
    return tuple(some.get(column, 0) for column in COLUMNS[family])


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _line(record: CountedRecord, limit_of: LimitOf) -> Iterator[tuple[Family, Key, Counts]]:
    number = record.number_id or ""
    yield Family.LINE, (record.queue_id or "", record.direction, "", "", number), _counts(Family.LINE, calls=1)
    if on_the_line(record.direction):
        for visit in record.queues:
            key = (visit.queue_id, record.direction, "", "", number)
            yield Family.LINE, key, _visit(visit, limit_of(visit.queue_id))


def _visit(visit: QueueVisit, limit_s: int) -> Counts:
    answered, abandoned = visit.left == "answered", visit.left == "abandoned"
    waited_ms, short = milliseconds(visit.waited_s), visit.waited_s < SHORT_S
    return _counts(
        Family.LINE,
        offered=1,
        answered=int(answered),
        abandoned=int(abandoned and not short),
        short_abandoned=int(abandoned and short),
        elsewhere=int(not answered and not abandoned),
        in_time=int(served_in_time(visit, limit_s)),
        unserved=int(not_served_in_time(visit, limit_s)),
        wait_answered_ms=waited_ms if answered else 0,
        longest_wait_ms=waited_ms,
    )


def _work(record: CountedRecord) -> Iterator[tuple[Family, Key, Counts]]:
    for part in record.agents:
        if handled(part):
            yield Family.WORK, _key(record, part.agent_id, part.answered_at, part.disposition_id or ""), _part(part)
    for transfer in record.transfers:
        yield Family.WORK, _key(record, transfer.by, transfer.at - _JUST_BEFORE), _counts(Family.WORK, transfers=1)
    for ringing in record.offers:
        if ringing.purpose == "offer":
            yield Family.WORK, _key(record, ringing.agent_id, ringing.at), _rung(ringing)


def _part(part: AgentPart) -> Counts:
    return _counts(
        Family.WORK,
        handled=1,
        talk_ms=milliseconds(part.talk_s),
        hold_ms=milliseconds(part.hold_s),
        wrap_up_ms=milliseconds(part.wrap_up_s),
    )


def _rung(ringing: Ringing) -> Counts:
    return _counts(
        Family.WORK,
        rung=1,
        took=int(ringing.outcome == "answered"),
        ring_no_answer=int(ringing.outcome == "ring_no_answer"),
        declined=int(ringing.outcome == "declined"),
    )


_JUST_BEFORE = timedelta(milliseconds=1)
"""A call joins the queue that it is passed on to in the instant in which it is passed on."""


def _key(record: CountedRecord, agent_id: str, at: datetime, disposition: str = "") -> Key:
    """The queue of an agent's work is the last that the call had joined by then, else the call's own."""
    queue = record.queue_id or ""
    for visit in record.queues:
        if visit.joined_at <= at:
            queue = visit.queue_id
    return (queue, record.direction, agent_id, disposition, "")
