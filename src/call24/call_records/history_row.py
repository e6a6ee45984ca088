"""What a page of history shows of a call, packed into one field of its record, which an index has beside the lists in
which the call is found. So a page is read out of the index alone, wherever the records themselves lie (ADR 57).

The packing is nobody else's: who wants more of a call reads its record.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.call_records.model import CallRecord, LinePiece, Outcome
from call24.kit.ids import CallId, ContactId, QueueId, UserId
from call24.kit.mongo import Index

ALL = "all"
"""The list of every call that has ended."""
BY_LISTS = Index(CallRecord, ("found_in", "-arrived_at", "-id", "row"))
MS = timedelta(milliseconds=1)


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the same names of a call record."""

    id: CallId
    direction: str
    queue_id: QueueId | None
    contact_id: ContactId | None
    agent_id: UserId | None
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome
    ended_by: str | None
    missed: bool
    menu_s: float
    wait_s: float
    ring_s: float
    talk_s: float
    hold_s: float
    outside_s: float
    wrap_up_s: float
    line: tuple[LinePiece, ...]


LASTED = tuple(name for name in HistoryRow.__struct_fields__ if name.endswith("_s"))


class FiledRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the index has of a call besides the list."""

    id: CallId
    arrived_at: datetime
    row: bytes


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """Times in whole milliseconds, instants from the beginning on; ``lasted``: in the order of ``LASTED``.

    What is added later goes to the end and has a default, since what was packed before stays as it is.
    """

    direction: str
    queue_id: QueueId | None
    contact_id: ContactId | None
    agent_id: UserId | None
    answered: int | None
    ended: int
    outcome: Outcome
    ended_by: str | None
    missed: bool
    lasted: tuple[int, ...]
    line: tuple[tuple[str, int], ...]


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Packed).decode


def besides(id: str) -> str:
    """The list of an agent or a queue that a call names without having been with it: its own phone never answered, it
    was placed for a queue. Who may see the calls of the one sees these too."""
    return f"of {id}"


def filed(record: CallRecord) -> CallRecord:
    """The record with the lists in which it is found and its row; a call that goes on, and a test call, is in none."""
    if record.ended_at is None or record.is_test:
        return record
    return msgspec.structs.replace(record, found_in=_lists(record), row=_packed(record, record.ended_at))


def row_of(record: CallRecord) -> HistoryRow:
    return HistoryRow(**{name: getattr(record, name) for name in HistoryRow.__struct_fields__})


def unpacked(filed: FiledRow) -> HistoryRow:
    packed, at = _unpack(filed.row), filed.arrived_at
    return HistoryRow(
        id=filed.id,
        direction=packed.direction,
        queue_id=packed.queue_id,
        contact_id=packed.contact_id,
        agent_id=packed.agent_id,
        arrived_at=at,
        answered_at=None if packed.answered is None else at + packed.answered * MS,
        ended_at=at + packed.ended * MS,
        outcome=packed.outcome,
        ended_by=packed.ended_by,
        missed=packed.missed,
        line=tuple(LinePiece(kind=kind, s=ms / 1000) for kind, ms in packed.line),
        **{name: ms / 1000 for name, ms in zip(LASTED, packed.lasted, strict=True)},
    )


def _lists(record: CallRecord) -> tuple[str, ...]:
    stood = dict.fromkeys(visit.queue_id for visit in record.queues)
    had = dict.fromkeys(part.agent_id for part in record.agents)
    queue, agent = record.queue_id, record.agent_id
    named: tuple[str, ...] = (
        *([queue] if queue and queue not in stood else ()),
        *([agent] if agent and agent not in had else ()),
    )
    return (ALL, *stood, *had, *map(besides, named))


def _packed(record: CallRecord, ended_at: datetime) -> bytes:
    at, answered_at = record.arrived_at, record.answered_at
    return _pack(
        _Packed(
            direction=record.direction,
            queue_id=record.queue_id,
            contact_id=record.contact_id,
            agent_id=record.agent_id,
            answered=None if answered_at is None else (answered_at - at) // MS,
            ended=(ended_at - at) // MS,
            outcome=record.outcome,
            ended_by=record.ended_by,
            missed=record.missed,
            lasted=tuple(round(getattr(record, name) * 1000) for name in LASTED),
            line=tuple((piece.kind, round(piece.s * 1000)) for piece in record.line),
        )
    )
