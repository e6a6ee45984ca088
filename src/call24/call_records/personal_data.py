"""What this room holds of persons: their part in calls, their session; of calls: who comes back to whom; of
organisations: all of it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.call_records.call_record import CallRecord
from call24.call_records.caller_history import CallerHistory
from call24.call_records.kept_calls import KeptCall
from call24.call_records.projector import Projector, StoredSession
from call24.data_map import CallerTrace, KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage


class CallOf(msgspec.Struct, frozen=True, kw_only=True):
    """A call that somebody had a part in: by reference, nothing of who called."""

    id: str
    direction: str
    queue_id: str | None = None
    arrived_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str


class KeptCallOf(msgspec.Struct, frozen=True, kw_only=True):
    """A call that somebody had, whose record is gone and whose recording is kept: nothing of who called."""

    id: str
    direction: str
    queues: tuple[str, ...]
    arrived_at: datetime
    delete_at: datetime


HOLDS = Holdings(
    room="call_records",
    traces=(
        Trace(struct=StoredSession, fields=("id",), file="agent_session"),
        Trace(
            struct=CallRecord,
            fields=("agent_id", "agents.agent_id"),
            erase=KeptById("the organisation's record of its calls, until their day"),
            file="calls",
            part=CallOf,
            order="arrived_at",
        ),
        Trace(
            struct=KeptCall,
            fields=("agents",),
            erase=KeptById("who had a call whose recording is kept, until the recording's day"),
            file="kept_calls",
            part=KeptCallOf,
            order="arrived_at",
        ),
    ),
    callers=(CallerTrace(struct=KeptCall, contact="contact_id"),),
    keepers=(
        Keeper(
            of=CallerHistory,
            forget_organisation=CallerHistory.close_tenant,
            stage=Stage.WRITERS,
            erase_calls=("memory", CallerHistory.erase),
        ),
        Keeper(
            of=Projector,
            forget_person=Projector.forget_user,
            forget_organisation=Projector.close_tenant,
            stage=Stage.READERS,
        ),
    ),
)
