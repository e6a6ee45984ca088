"""What CRM connections tell the activity log: that a person was linked to a record, and what a CRM was told.

Changes that a CRM made of a person are in the person's own history (people/activity.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from call24.crm import rules
from call24.crm.model import CrmConnection, CrmJob, CrmLink
from call24.kit.activity import (
    NOTHING,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    Opens,
    Place,
    Told,
    read_down,
    told_of,
)
from call24.kit.ids import CrmConnectionId, TenantId
from call24.kit.mongo import Mongo

_AT = "created_at"
LINKS_MAX = 100
"""Of one person or number."""


class CrmActivity:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def tell_links(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        subject, tenant_id = question.subject, question.viewer.tenant_id
        if subject.person_id is None and not subject.contact_ids:
            return NOTHING
        numbers: dict[str, Any] = {"contact_ids": {"$in": list(subject.contact_ids)}}
        rule: dict[str, Any] = numbers if subject.person_id is None else {"person_id": subject.person_id}
        links = self._mongo.tenant(tenant_id).collection(CrmLink)
        found = await links.find({"$and": [rule, {"remote_id": {"$ne": None}}]}, limit=LINKS_MAX)
        return told_of(question, [_linked(one, await self._names(tenant_id)) for one in found])

    async def tell_jobs(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        subject, tenant_id = question.subject, question.viewer.tenant_id
        if not subject.contact_ids:
            return NOTHING
        jobs, rule = self._mongo.tenant(tenant_id).collection(CrmJob), {"contact_id": {"$in": [*subject.contact_ids]}}

        async def read(further: Mapping[str, Any], limit: int) -> list[CrmJob]:
            return await jobs.find({"$and": [rule, further]}, sort=[(_AT, -1), ("id", -1)], limit=limit)

        return await read_down(question, read, _place, partial(_told, await self._names(tenant_id)), _AT)

    async def _names(self, tenant_id: TenantId) -> Mapping[CrmConnectionId, str]:
        connections = self._mongo.tenant(tenant_id).collection(CrmConnection)
        return {one.id: one.name for one in await connections.find(limit=rules.CONNECTIONS_MAX)}


def _linked(one: CrmLink, names: Mapping[CrmConnectionId, str]) -> ActivityEntry:
    return ActivityEntry(
        id=one.id,
        kind="crm",
        what="linked",
        at=one.created_at,
        title=names.get(one.connection_id),
        detail=one.state,
        opens=Opens(kind="crm_connection", id=one.connection_id),
        concerns=one.contact_ids,
        of_person=one.person_id,
    )


def _place(one: CrmJob) -> Place:
    return one.created_at, one.id


async def _told(names: Mapping[CrmConnectionId, str], found: Sequence[CrmJob]) -> list[ActivityEntry]:
    return [
        ActivityEntry(
            id=one.id,
            kind="crm",
            what=one.kind,
            at=one.created_at,
            title=names.get(one.connection_id),
            detail=one.state,
            opens=Opens(kind="crm_connection", id=one.connection_id),
            concerns=(one.contact_id,) if one.contact_id is not None else (),
        )
        for one in found
    ]


ACTIVITY = (
    ActivitySource(name="crm links", permission="crm.read", of=CrmActivity, tell=CrmActivity.tell_links),
    ActivitySource(name="crm jobs", permission="crm.read", of=CrmActivity, tell=CrmActivity.tell_jobs),
)
