"""The call record (CDR): one per call, a pure fold over the call's journal lines. The same lines give the same bytes.

It holds no name and no number: those are joined from contacts/ when somebody looks, so erasing the contact is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from call24.agents.events import AgentWrapUpEnded, AgentWrapUpStarted
from call24.calls import events as e
from call24.calls.model import EndedBy, OfferCandidate
from call24.journal.model import Entry
from call24.kit.datamap import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, Fact, document
from call24.kit.ids import CallId, ContactId, NumberId, OfferId, QueueId, RecordingId, TenantId, UserId
from call24.reports.line import Piece, call_event, line_of

KEPT = "90 days after the call, or as the organisation sets"
CALLER = Fact("caller", "identifier", "whose call it was", KEPT)
AGENT = Fact("user", "identifier", "who was rung and who talked", KEPT)


class Outcome(StrEnum):
    """Exactly one per call. ``open`` only while it goes on.

    answered: an agent talked to the caller. abandoned: the caller left before an answer.
    voicemail: a message was begun. failed: the system ended it before anybody answered.
    """

    OPEN = "open"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"
    FAILED = "failed"


class LinePiece(msgspec.Struct, frozen=True, kw_only=True):
    kind: Annotated[str, STATE]
    s: Annotated[float, MEASURE]


class Considered(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: Annotated[UserId, AGENT]
    chosen: Annotated[bool, STATE]
    reason: Annotated[str, STATE]
    idle_s: Annotated[float | None, MEASURE] = None


class OfferMade(msgspec.Struct, frozen=True, kw_only=True):
    """One agent who was rung, how it ended (None: still rings), and why this agent."""

    offer_id: Annotated[OfferId, REFERENCE]
    agent_id: Annotated[UserId, AGENT]
    at: Annotated[datetime, TIME]
    outcome: Annotated[str | None, STATE]
    ring_s: Annotated[float, MEASURE]
    candidates: Annotated[tuple[Considered, ...], STATE]


@document("call_records", tenant=True)
class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds are exact to the millisecond; wait + ring + talk + hold + voicemail = from arrival to end."""

    id: Annotated[CallId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    number_id: Annotated[NumberId, REFERENCE]
    queue_id: Annotated[QueueId, REFERENCE]
    contact_id: Annotated[ContactId | None, CALLER]
    agent_id: Annotated[UserId | None, AGENT]
    arrived_at: Annotated[datetime, TIME]
    queued_at: Annotated[datetime | None, TIME]
    answered_at: Annotated[datetime | None, TIME]
    ended_at: Annotated[datetime | None, TIME]
    outcome: Annotated[Outcome, STATE]
    ended_by: Annotated[str | None, STATE]
    cause: Annotated[int | None, STATE]
    found_missing: Annotated[bool, STATE]
    wait_s: Annotated[float, MEASURE]
    ring_s: Annotated[float, MEASURE]
    talk_s: Annotated[float, MEASURE]
    hold_s: Annotated[float, MEASURE]
    voicemail_s: Annotated[float, MEASURE]
    wrap_up_s: Annotated[float, MEASURE]
    line: Annotated[tuple[LinePiece, ...], MEASURE]
    offers: Annotated[tuple[OfferMade, ...], STATE]
    recording_id: Annotated[RecordingId | None, REFERENCE]
    message_id: Annotated[RecordingId | None, REFERENCE]
    delete_at: Annotated[datetime, TIME]


def fold(entries: Sequence[Entry]) -> CallRecord:
    """The record of one call from all its journal lines, in order.

    Raises: ValueError when they do not begin with CallArrived.
    """
    arrived = call_event(entries[0]) if entries else None
    if not isinstance(arrived, e.CallArrived):
        raise ValueError("a call's journal begins with its arrival")
    first = entries[0]
    lengths = _lengths(entries)

    def total(piece: Piece) -> float:
        return seconds(sum((length for kind, length in lengths if kind is piece), timedelta()))

    record = CallRecord(
        id=arrived.call_id,
        tenant_id=first.tenant_id,
        number_id=arrived.number_id,
        queue_id=arrived.queue_id,
        contact_id=arrived.contact_id,
        agent_id=None,
        arrived_at=first.at,
        queued_at=None,
        answered_at=None,
        ended_at=None,
        outcome=Outcome.OPEN,
        ended_by=None,
        cause=None,
        found_missing=False,
        wait_s=total(Piece.WAIT),
        ring_s=total(Piece.RING),
        talk_s=total(Piece.TALK),
        hold_s=total(Piece.HOLD),
        voicemail_s=total(Piece.VOICEMAIL),
        line=tuple(LinePiece(kind=kind.value, s=seconds(length)) for kind, length in lengths),
        wrap_up_s=_wrap_up(entries),
        offers=_offers(entries),
        recording_id=None,
        message_id=None,
        delete_at=first.delete_at,
    )
    for entry in entries[1:]:
        record = _add(record, entry)
    return record


def _add(record: CallRecord, entry: Entry) -> CallRecord:
    replace = msgspec.structs.replace
    match call_event(entry):
        case e.CallQueued():
            return replace(record, queued_at=entry.at)
        case e.CallConnected() as connected:
            first = record.answered_at or entry.at
            recording_id = record.recording_id or connected.recording_id
            return replace(record, answered_at=first, agent_id=connected.agent_id, recording_id=recording_id)
        case e.MessageStarted() as message:
            return replace(record, message_id=message.recording_id)
        case e.CallEnded() as ended:
            return replace(
                record,
                ended_at=entry.at,
                ended_by=ended.ended_by.value,
                cause=ended.cause,
                found_missing=ended.found_missing,
                outcome=_outcome(record, ended.ended_by),
            )
    return record


def _outcome(record: CallRecord, by: EndedBy) -> Outcome:
    if record.answered_at is not None:
        return Outcome.ANSWERED
    if record.message_id is not None:
        return Outcome.VOICEMAIL
    return Outcome.FAILED if by is EndedBy.SYSTEM else Outcome.ABANDONED


def _lengths(entries: Sequence[Entry]) -> list[tuple[Piece, timedelta]]:
    """The finished pieces of the call line with their lengths."""
    return [(x.kind, x.until - x.since) for x in line_of(entries) if x.until is not None]


def _wrap_up(entries: Sequence[Entry]) -> float:
    total, began = timedelta(), None
    for entry in entries:
        if entry.type == AgentWrapUpStarted.__name__:
            began = entry.at
        elif entry.type == AgentWrapUpEnded.__name__ and began is not None:
            total, began = total + (entry.at - began), None
    return seconds(total)


def _offers(entries: Sequence[Entry]) -> tuple[OfferMade, ...]:
    offers: list[OfferMade] = []
    for entry in entries:
        match call_event(entry):
            case e.CallOffered() as offered:
                offers.append(_offer(offered, entry.at))
            case e.OfferEnded(outcome=outcome) if offers:
                offers[-1] = _ended(offers[-1], outcome.value, entry.at)
            case e.CallConnected() if offers:
                offers[-1] = _ended(offers[-1], "answered", entry.at)
    return tuple(offers)


def _offer(offered: e.CallOffered, at: datetime) -> OfferMade:
    considered = tuple(_considered(candidate) for candidate in offered.candidates)
    return OfferMade(
        offer_id=offered.offer_id, agent_id=offered.agent_id, at=at, outcome=None, ring_s=0.0, candidates=considered
    )


def _considered(x: OfferCandidate) -> Considered:
    return Considered(agent_id=x.agent_id, chosen=x.chosen, reason=x.reason, idle_s=x.idle_s)


def _ended(offer: OfferMade, outcome: str, at: datetime) -> OfferMade:
    return msgspec.structs.replace(offer, outcome=outcome, ring_s=seconds(at - offer.at))


def seconds(length: timedelta) -> float:
    """Whole milliseconds as seconds."""
    return round(length / timedelta(milliseconds=1)) / 1000
