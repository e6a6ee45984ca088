"""What corrections tell the activity log, for officers: what was corrected of a caller, or of a person's entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from call24.corrections.model import ContactCorrection
from call24.kit.activity import (
    NOTHING,
    ActivityChange,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    ActivitySubject,
    Opens,
    Place,
    Told,
    read_down,
    words,
)
from call24.kit.mongo import Mongo


class CorrectionActivity:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def tell(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        rule = _of(question.subject)
        if rule is None:
            return NOTHING
        made = self._mongo.tenant(question.viewer.tenant_id).collection(ContactCorrection)

        async def read(further: Mapping[str, Any], limit: int) -> list[ContactCorrection]:
            return await made.find({"$and": [rule, further]}, sort=[("at", -1), ("id", -1)], limit=limit)

        return await read_down(question, read, _place, _shown)


def _of(subject: ActivitySubject) -> dict[str, Any] | None:
    """In a person's log also what was corrected of the numbers themselves, but of nobody else who has them."""
    if subject.task_id is not None or (subject.person_id is None and not subject.contact_ids):
        return None
    of_numbers: dict[str, Any] = {"contact_id": {"$in": list(subject.contact_ids)}}
    if subject.person_id is None:
        return of_numbers
    return {"$or": [{"person_id": subject.person_id}, {**of_numbers, "person_id": None}]}


def _place(one: ContactCorrection) -> Place:
    return one.at, one.id


async def _shown(found: Sequence[ContactCorrection]) -> list[ActivityEntry]:
    return [
        ActivityEntry(
            id=one.id,
            kind="correction",
            what="corrected",
            at=one.at,
            by=one.by,
            text=one.why or None,
            changes=(ActivityChange(field=one.field, before=words(one.old), after=words(one.new)),),
            opens=Opens(kind="person", id=one.person_id) if one.person_id else None,
            concerns=(one.contact_id, *one.contact_ids),
            of_person=one.person_id,
        )
        for one in found
    ]


ACTIVITY = (
    ActivitySource(
        name="corrections", permission="privacy_requests.read", of=CorrectionActivity, tell=CorrectionActivity.tell
    ),
)
