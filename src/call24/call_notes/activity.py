"""What notes of calls tell the activity log: the note of each ended call, to whoever may see the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from call24.call_notes.model import CallNote
from call24.call_records.activity import CallActivity
from call24.kit.activity import (
    NOTHING,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    ActivitySubject,
    ActivityViewer,
    Opens,
    Place,
    Told,
    read_down,
)
from call24.kit.mongo import Mongo


class CallNoteActivity:
    def __init__(self, mongo: Mongo, calls: CallActivity) -> None:
        self._mongo = mongo
        self._calls = calls

    async def tell(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        rule = _of(question.subject)
        if rule is None:
            return NOTHING
        notes = self._mongo.tenant(question.viewer.tenant_id).collection(CallNote)

        async def read(further: Mapping[str, Any], limit: int) -> list[CallNote]:
            return await notes.find({"$and": [rule, further]}, sort=[("at", -1), ("id", -1)], limit=limit)

        return await read_down(question, read, _place, partial(self._shown, question.viewer))

    async def _shown(self, viewer: ActivityViewer, found: Sequence[CallNote]) -> list[ActivityEntry]:
        seen = await self._calls.visible(viewer, [one.id for one in found])
        return [_entry(one) for one in found if one.id in seen]


def _of(subject: ActivitySubject) -> dict[str, Any] | None:
    if subject.call_ids:
        return {"_id": {"$in": list(subject.call_ids)}}
    return {"contact_id": {"$in": list(subject.contact_ids)}} if subject.contact_ids else None


def _place(one: CallNote) -> Place:
    return one.at, f"{one.id}/note"


def _entry(one: CallNote) -> ActivityEntry:
    return ActivityEntry(
        id=f"{one.id}/note",
        kind="note",
        what="written",
        at=one.at,
        by=one.by,
        text=one.text,
        opens=Opens(kind="call", id=one.id),
        concerns=(one.contact_id,) if one.contact_id is not None else (),
    )


ACTIVITY = (
    ActivitySource(name="call notes", permission="calls.read_own", of=CallNoteActivity, tell=CallNoteActivity.tell),
)
