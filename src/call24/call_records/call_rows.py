"""Call records as they are shown in lists and one by one: names put in, words for codes."""

from __future__ import annotations

from collections.abc import Callable

from call24.agents.candidate import Candidate
from call24.call_records.answers import (
    CallAgentPart,
    CallDetailFields,
    CallLegEnd,
    CallLegRow,
    CallMonitorRow,
    CallOfferRow,
    CallQueueVisit,
    CallRow,
    CallTransferRow,
    LineSegment,
    OfferCandidate,
    QueueRef,
    RecordingStopRow,
)
from call24.call_records.history_row import HistoryRow
from call24.call_records.labels import REASONS, Names, named
from call24.call_records.model import (
    AgentPart,
    CallLeg,
    CallRecord,
    MonitoringPart,
    OfferRecord,
    Outcome,
    QueueVisit,
    RecordingStop,
    Transfer,
)
from call24.calls.model import Direction, EndedBy
from call24.contacts.model import Contact
from call24.kit.ids import QueueId
from call24.kit.instants import iso

QueueName = Callable[[QueueId], str]
LEFT = frozenset({Outcome.ABANDONED, Outcome.ABANDONED_IN_MENU, Outcome.TURNED_AWAY, Outcome.FAILED})


def row(record: CallRecord | HistoryRow, contact: Contact | None, name: Names, queue_name: QueueName) -> CallRow:
    """What is known of the recording itself is added by who serves it."""
    return {
        "id": record.id,
        "at": iso(record.arrived_at),
        "ended_at": iso(record.ended_at),
        "direction": Direction(record.direction),
        "number": contact.number if contact else None,
        "name": contact.shown_name if contact else None,
        "contact_id": record.contact_id,
        "queue": _queue(record.queue_id, queue_name) if record.queue_id is not None else None,
        "agent": named(record.agent_id, name),
        "outcome": record.outcome,
        "missed": record.missed,
        "ended_by": EndedBy(record.ended_by) if record.ended_by is not None else None,
        "answered_at": iso(record.answered_at),
        "menu_s": record.menu_s,
        "wait_s": record.wait_s,
        "ring_s": record.ring_s,
        "talk_s": record.talk_s,
        "hold_s": record.hold_s,
        "outside_s": record.outside_s,
        "wrap_up_s": record.wrap_up_s,
        "line": shown_line(record),
        "recording": None,
        "restricted": False,
    }


def restricted_row(record: CallRecord | HistoryRow) -> CallRow:
    """Of a caller whose data is restricted: that there was a call, and no more."""
    return {
        "id": record.id,
        "at": iso(record.arrived_at),
        "ended_at": iso(record.ended_at),
        "direction": Direction(record.direction),
        "number": None,
        "name": None,
        "contact_id": None,
        "queue": None,
        "agent": None,
        "outcome": record.outcome,
        "missed": False,
        "ended_by": None,
        "answered_at": None,
        "menu_s": 0.0,
        "wait_s": 0.0,
        "ring_s": 0.0,
        "talk_s": 0.0,
        "hold_s": 0.0,
        "outside_s": 0.0,
        "wrap_up_s": 0.0,
        "line": [],
        "recording": None,
        "restricted": True,
    }


def detail_fields(record: CallRecord, name: Names, queue_name: QueueName) -> CallDetailFields:
    """What a single call's page shows besides its row: who had it, where it went, who listened."""
    return {
        "origin_call_id": record.origin_call_id,
        "end_reason": record.end_reason,
        "attempts": record.attempts,
        "flow": {"id": record.flow.flow_id, "version": record.flow.version} if record.flow is not None else None,
        "menu": [{"at": iso(x.at), "node": x.node_id, "answer": x.answer} for x in record.menu],
        "legs": [_leg(leg, name) for leg in record.legs],
        "queues": [_visit(visit, queue_name) for visit in record.queues],
        "agents": [_part(part, name) for part in record.agents],
        "transfers": [_transfer(transfer, name) for transfer in record.transfers],
        "monitors": [_listening(one, name) for one in record.monitors],
        "recorded_from": iso(record.recorded_from),
        "recording_stopped": _stop(record.recording_stopped),
        "not_recorded": record.not_recorded,
        "pauses": [{"from": iso(x.since), "to": iso(x.until), "by": named(x.by, name)} for x in record.pauses],
    }


def _stop(stop: RecordingStop | None) -> RecordingStopRow | None:
    return None if stop is None else {"at": iso(stop.at), "by": stop.by, "recorded": stop.recorded}


def _queue(queue_id: QueueId, queue_name: QueueName) -> QueueRef:
    return {"id": queue_id, "name": queue_name(queue_id)}


def _leg(leg: CallLeg, name: Names) -> CallLegRow:
    """``from``: who rang; None is us, the organisation's own number."""
    who: CallLegEnd = {"user": named(leg.user_id, name), "contact_id": leg.contact_id}
    return {
        "id": leg.leg,
        "party": leg.party,
        "direction": leg.direction,
        "from": who if leg.direction == "in" else None,
        "to": who if leg.direction == "out" else None,
        "device_id": leg.device_id,
        "began_at": iso(leg.began_at),
        "answered_at": iso(leg.answered_at),
        "ended_at": iso(leg.ended_at),
        "cause": leg.cause,
    }


def _visit(visit: QueueVisit, queue_name: QueueName) -> CallQueueVisit:
    return {
        "queue": _queue(visit.queue_id, queue_name),
        "joined_at": iso(visit.joined_at),
        "waited_s": visit.waited_s,
        "left": visit.left,
        "kept_place": visit.kept_place,
    }


def _part(part: AgentPart, name: Names) -> CallAgentPart:
    return {
        "agent": named(part.agent_id, name),
        "came": part.came,
        "answered_at": iso(part.answered_at),
        "left_at": iso(part.left_at),
        "talk_s": part.talk_s,
        "hold_s": part.hold_s,
        "wrap_up_s": part.wrap_up_s,
        "disposition_id": part.disposition_id,
    }


def _transfer(transfer: Transfer, name: Names) -> CallTransferRow:
    return {
        "at": iso(transfer.at),
        "by": named(transfer.by, name),
        "kind": transfer.kind,
        "to": transfer.to,
        "to_id": transfer.to_id,
        "reached": transfer.reached,
    }


def _listening(one: MonitoringPart, name: Names) -> CallMonitorRow:
    return {
        "user": named(one.user_id, name),
        "mode": one.mode,
        "reason": one.reason,
        "from": iso(one.since),
        "to": iso(one.until),
    }


def offer_rows(record: CallRecord, name: Names) -> list[CallOfferRow]:
    """Each agent who was rung, with the reason for and against everybody who was looked at."""
    return [_offer(offer, name) for offer in record.offers]


def _offer(offer: OfferRecord, name: Names) -> CallOfferRow:
    return {
        "at": iso(offer.at),
        "agent": named(offer.agent_id, name),
        "purpose": offer.purpose,
        "outcome": offer.outcome,
        "ring_s": offer.ring_s,
        "candidates": [_candidate(considered, name) for considered in offer.candidates],
        "others": [
            {"code": code, "reason": REASONS.get(code, code), "count": count} for code, count in offer.others.items()
        ],
    }


def _candidate(considered: Candidate, name: Names) -> OfferCandidate:
    return {
        "agent": named(considered.agent_id, name),
        "chosen": considered.chosen,
        "code": considered.reason,
        "reason": REASONS.get(considered.reason, considered.reason),
        "idle_s": considered.idle_s,
    }


def shown_line(record: CallRecord | HistoryRow) -> list[LineSegment]:
    """The record's line with what follows it: the wrap-up, or the mark of a caller who left."""
    line: list[LineSegment] = [{"kind": piece.kind, "s": piece.s} for piece in record.line]
    if record.wrap_up_s:
        line.append({"kind": "wrap", "s": record.wrap_up_s})
    if record.outcome in LEFT:
        line.append({"kind": "left", "s": 0})
    return line
