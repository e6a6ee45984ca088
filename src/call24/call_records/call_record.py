"""The call record (CDR): one per call, a pure fold over the call's journal events. The same lines give the same bytes.

The parts of it are folded by files of their own: segments.py, legs.py, offers.py, queue_visits.py,
agent_segments.py, transfers.py, outcomes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from call24.call_records.agent_segments import parts_of
from call24.call_records.history_row import filed
from call24.call_records.legs import legs_of
from call24.call_records.model import CallRecord, LinePiece, Outcome, RanFlow
from call24.call_records.offers import offers_of, seconds
from call24.call_records.outcomes import missed, outcome_of
from call24.call_records.queue_visits import visits_of
from call24.call_records.replay import BEGINNINGS, Turn, story
from call24.call_records.segments import Piece, Stretch, extend
from call24.call_records.transfers import menu_of, monitors_of, pauses_of, stop_of, task_queue_of, transfers_of
from call24.calls import events as e
from call24.calls.model import Direction
from call24.journal.model import Entry
from call24.kit.ids import UserId

__all__ = ["CallRecord", "Outcome", "fold"]


def fold(entries: Sequence[Entry]) -> CallRecord:
    """From all lines of one call, in order. Raises: ValueError when its beginning is not among them."""
    return filed(_folded(entries))


def _folded(entries: Sequence[Entry]) -> CallRecord:
    turns = tuple(story(entries))
    if not turns:
        raise ValueError("a call's journal begins with its arrival")
    call, visits, outcome = turns[-1].call, visits_of(turns), outcome_of(turns)
    parts, measures = parts_of(turns, entries), _measures(turns)
    return CallRecord(
        id=call.id,
        tenant_id=call.tenant_id,
        direction=call.direction.value,
        origin_call_id=call.origin_call_id,
        number_id=call.number_id,
        flow=_first_flow(turns),
        queue_id=visits[0].queue_id if visits else turns[0].call.queue_id,
        contact_id=call.contact_id,
        agent_id=_last_agent(turns),
        arrived_at=call.arrived_at,
        queued_at=_queued_at(turns),
        answered_at=_first(turns, _answers),
        outcome=outcome,
        missed=missed(outcome, measures["wait_s"] + measures["ring_s"]),
        wrap_up_s=round(sum(part.wrap_up_s for part in parts), 3),
        offers=offers_of(turns),
        legs=legs_of(turns),
        queues=visits,
        agents=parts,
        transfers=transfers_of(turns),
        menu=menu_of(turns),
        task_queue_id=task_queue_of(turns),
        monitors=monitors_of(turns),
        attempts=call.attempts,
        recording_id=call.recording_id,
        recorded_from=_first(turns, _records) if call.recording_id is not None else None,
        recording_refused=call.recording_trouble == "start",
        recording_stopped=stop_of(turns),
        not_recorded=call.not_recorded,
        pauses=pauses_of(turns),
        message_id=call.message_id,
        delete_at=_delete_at(entries),
        **measures,
        **_ending(turns[-1]),
    )


def _measures(turns: Sequence[Turn]) -> dict[str, Any]:
    """The call timeline, and the sum of each kind of piece."""
    pieces = _pieces(turns)
    sums = {
        f"{piece.value}_s": seconds(sum((length for kind, length in pieces if kind is piece), timedelta()))
        for piece in Piece
    }
    return {**sums, "line": tuple(LinePiece(kind=kind.value, s=seconds(length)) for kind, length in pieces)}


def _ending(last: Turn) -> dict[str, Any]:
    ended = last.event if isinstance(last.event, e.CallEnded) else None
    return {
        "ended_at": last.at if ended else None,
        "ended_by": ended.ended_by.value if ended else None,
        "end_reason": ended.reason if ended else None,
        "cause": ended.cause if ended else None,
        "found_missing": ended.found_missing if ended else False,
    }


def _pieces(turns: Sequence[Turn]) -> list[tuple[Piece, timedelta]]:
    """The finished pieces of the call timeline with their lengths."""
    line: tuple[Stretch, ...] = ()
    for turn in turns:
        line = extend(line, turn.call, turn.at)
    return [(x.kind, x.until - x.since) for x in line if x.until is not None]


def _first(turns: Sequence[Turn], wanted: Callable[[Turn], bool]) -> datetime | None:
    return next((turn.at for turn in turns if wanted(turn)), None)


def _answers(turn: Turn) -> bool:
    """Whether somebody talks to somebody from here on. An internal call is answered by the colleague."""
    if turn.call.direction is Direction.INTERNAL:
        return isinstance(turn.event, e.ConsultAnswered)
    return isinstance(turn.event, e.CallConnected)


def _records(turn: Turn) -> bool:
    return turn.call.recording_id is not None and (turn.before is None or turn.before.recording_id is None)


def _first_flow(turns: Sequence[Turn]) -> RanFlow | None:
    ref = next((turn.call.flow for turn in turns if turn.call.flow is not None), None)
    return RanFlow(flow_id=ref.flow_id, version=ref.version) if ref is not None else None


def _queued_at(turns: Sequence[Turn]) -> datetime | None:
    """When it first began to wait for somebody, of a queue or not."""
    return next((turn.at for turn in turns if isinstance(turn.event, e.CallQueued | e.CallbackPromised)), None)


def _last_agent(turns: Sequence[Turn]) -> UserId | None:
    """Who had the call last; of a call whose own phone was never taken, who made it."""
    had = next((turn.call.agent_id for turn in reversed(turns) if turn.call.agent_id is not None), None)
    first = turns[0].event
    return first.agent_id if had is None and isinstance(first, e.CallPlaced) else had


def _delete_at(entries: Sequence[Entry]) -> datetime:
    """The beginning's: the agents' own lines may have another day."""
    return next(entry.delete_at for entry in entries if entry.type in BEGINNINGS)
