"""What call records tell the activity log: the ended calls of a number or a task, to whoever may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.call_records.history_filter import EVERY, lists_of
from call24.call_records.model import CallRecord, Outcome
from call24.kit.activity import (
    NOTHING,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    ActivityViewer,
    Opens,
    Place,
    Told,
    read_down,
)
from call24.kit.ids import CallId, ContactId, UserId
from call24.kit.mongo import Mongo

_NEWEST = (("arrived_at", -1), ("id", -1))


class EndedCall(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the same names of a call record."""

    id: CallId
    direction: str
    contact_id: ContactId | None
    agent_id: UserId | None
    arrived_at: datetime
    ended_at: datetime
    outcome: Outcome


class _Id(msgspec.Struct, frozen=True):
    id: CallId


class CallActivity:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def tell(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        rule, viewer = _of(question), question.viewer
        if rule is None:
            return NOTHING
        records = self._mongo.tenant(viewer.tenant_id).collection(CallRecord)
        asked = {**rule, "ended_at": {"$ne": None}, **_seen_by(viewer)}

        async def read(further: Mapping[str, Any], limit: int) -> list[EndedCall]:
            return await records.find_parts(EndedCall, {"$and": [asked, further]}, sort=_NEWEST, limit=limit)

        return await read_down(question, read, _place, _shown, "arrived_at")

    async def visible(self, viewer: ActivityViewer, ids: Collection[CallId]) -> set[CallId]:
        """Those of these calls that have ended and that the viewer may see. Raises: Unavailable."""
        if not ids or "calls.read_own" not in viewer.permissions:
            return set()
        rule = {"id": {"$in": sorted(set(ids))}, **_seen_by(viewer)}
        records = self._mongo.tenant(viewer.tenant_id).collection(CallRecord)
        return {one.id for one in await records.find_parts(_Id, rule)}


def _of(question: ActivityQuestion) -> dict[str, Any] | None:
    subject = question.subject
    if subject.call_ids:
        return {"_id": {"$in": list(subject.call_ids)}}
    return {"contact_id": {"$in": list(subject.contact_ids)}} if subject.contact_ids else None


def _seen_by(viewer: ActivityViewer) -> dict[str, Any]:
    asked = lists_of(EVERY, viewer.queues, viewer.user_id)
    return {"found_in": {"$in": asked[0]}} if asked else {}


def _place(one: EndedCall) -> Place:
    return one.arrived_at, one.id


async def _shown(found: Sequence[EndedCall]) -> list[ActivityEntry]:
    return [
        ActivityEntry(
            id=one.id,
            kind="call",
            what=one.outcome,
            at=one.arrived_at,
            by=one.agent_id,
            detail=one.direction,
            duration_s=(one.ended_at - one.arrived_at).total_seconds(),
            opens=Opens(kind="call", id=one.id),
            concerns=(one.contact_id,) if one.contact_id is not None else (),
        )
        for one in found
    ]


ACTIVITY = (ActivitySource(name="calls", permission="calls.read_own", of=CallActivity, tell=CallActivity.tell),)
