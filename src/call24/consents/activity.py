"""What the ledger of consents tells the activity log: what a caller agreed or objected to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from call24.consents.model import ConsentEntry
from call24.kit.activity import (
    NOTHING,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    Place,
    Told,
    read_down,
)
from call24.kit.mongo import Mongo


class ConsentActivity:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def tell(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        if not question.subject.contact_ids:
            return NOTHING
        ledger = self._mongo.tenant(question.viewer.tenant_id).collection(ConsentEntry)
        rule = {"contact_id": {"$in": list(question.subject.contact_ids)}}

        async def read(further: Mapping[str, Any], limit: int) -> list[ConsentEntry]:
            return await ledger.find({"$and": [rule, further]}, sort=[("at", -1), ("id", -1)], limit=limit)

        return await read_down(question, read, _place, _shown)


def _place(one: ConsentEntry) -> Place:
    return one.at, one.id


async def _shown(found: Sequence[ConsentEntry]) -> list[ActivityEntry]:
    return [
        ActivityEntry(
            id=one.id,
            kind="consent",
            what=one.act,
            at=one.at,
            by=one.by,
            detail=one.purpose,
            concerns=(one.contact_id,) if one.contact_id is not None else (),
        )
        for one in found
    ]


ACTIVITY = (ActivitySource(name="consents", permission="consents.read", of=ConsentActivity, tell=ConsentActivity.tell),)
