"""Reduced records: what remains of a call whose recordings are kept longer than its call record.

Whose recordings they are, who may hear them, and when they go; nothing else of the call, so it counts nowhere and is in
no history. The sweeper writes one before it deletes the record, and deletes it on the day of the last recording.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from call24.agents.candidate import AGENT
from call24.call_records.model import CALLER, CallRecord
from call24.data_map import ID, REFERENCE, STATE, TENANT, TIME, OnItsDay, document
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, ContactId, QueueId, TenantId, UserId
from call24.kit.mongo import Index, Mongo, TenantCollection
from call24.kit.paging import cursor_of, place_of


@document(
    "kept_calls",
    tenant=True,
    kept=OnItsDay(period="as long as the last recording of a call that is kept longer than its record"),
)
class KeptCall(msgspec.Struct, frozen=True, kw_only=True):
    """`id`: the call's. `queue_id`, `queues`: as its record had them, without the visits; `agents`: all who had it.

    `record_until`: the day of its call record; `delete_at`: that of the last of its recordings.
    """

    id: Annotated[CallId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    direction: Annotated[str, STATE]
    contact_id: Annotated[ContactId | None, CALLER]
    queue_id: Annotated[QueueId | None, REFERENCE]
    queues: Annotated[tuple[QueueId, ...], REFERENCE]
    agents: Annotated[tuple[UserId, ...], AGENT]
    arrived_at: Annotated[datetime, TIME]
    record_until: Annotated[datetime, TIME]
    delete_at: Annotated[datetime, TIME]

    def had(self, user_id: UserId) -> bool:
        """Whether this agent ever had the call."""
        return user_id in self.agents

    def visible(self, queues: Sequence[QueueId], agent_id: UserId | None) -> bool:
        """Whether somebody of these queues may know of the call, as of its record before."""
        theirs = {self.queue_id, *self.queues}
        return any(queue_id in theirs for queue_id in queues) or (agent_id is not None and self.had(agent_id))

    @property
    def shown_queues(self) -> list[QueueId]:
        """The first first."""
        return [one for one in dict.fromkeys((self.queue_id, *self.queues)) if one is not None]


INDEXES = (
    Index(KeptCall, ("-arrived_at", "-id")),
    Index(KeptCall, ("contact_id",)),
    Index(KeptCall, ("delete_at",), across=True),
)
_WHY = "organisations with reduced records are looked at after a start"


def reduced(record: CallRecord, delete_at: datetime) -> KeptCall:
    agents = [*(part.agent_id for part in record.agents), record.agent_id]
    return KeptCall(
        id=record.id,
        tenant_id=record.tenant_id,
        direction=record.direction,
        contact_id=record.contact_id,
        queue_id=record.queue_id,
        queues=tuple(dict.fromkeys(visit.queue_id for visit in record.queues)),
        agents=tuple(dict.fromkeys(one for one in agents if one is not None)),
        arrived_at=record.arrived_at,
        record_until=record.delete_at,
        delete_at=delete_at,
    )


class KeptCalls:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def keep(self, tenant_id: TenantId, calls: Sequence[KeptCall]) -> None:
        """Repeating it changes nothing. Raises: Unavailable."""
        if calls:
            await self._of(tenant_id).replace_many(calls)

    async def get(
        self, tenant_id: TenantId, call_id: CallId, queues: Sequence[QueueId] | None, agent_id: UserId | None
    ) -> KeptCall:
        """Raises: NotFound, also for one that was in none of `queues` and that `agent_id` never had; Unavailable."""
        found = await self._of(tenant_id).get(call_id)
        if queues is not None and not found.visible(queues, agent_id):
            raise NotFound
        return found

    async def some(self, tenant_id: TenantId, call_ids: Collection[CallId]) -> dict[CallId, KeptCall]:
        found = await self._of(tenant_id).find({"id": {"$in": sorted(call_ids)}}) if call_ids else []
        return {one.id: one for one in found}

    async def of_contacts(self, tenant_id: TenantId, contact_ids: Collection[ContactId], limit: int) -> list[KeptCall]:
        """The newest first."""
        theirs = {"contact_id": {"$in": sorted(contact_ids)}}
        return await self._of(tenant_id).find(theirs, sort=[("arrived_at", -1), ("id", -1)], limit=limit)

    async def page(self, tenant_id: TenantId, limit: int, cursor: str | None) -> tuple[list[KeptCall], str | None]:
        """The newest first, and the cursor of what follows. Raises: Invalid for a cursor that is not ours."""
        rule: dict[str, Any] = {}
        if cursor is not None:
            at, last = place_of(cursor)
            rule["$or"] = [{"arrived_at": {"$lt": at}}, {"arrived_at": at, "_id": {"$lt": last}}]
        found = await self._of(tenant_id).find(rule, sort=[("arrived_at", -1), ("id", -1)], limit=limit + 1)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].arrived_at, shown[-1].id) if len(found) > limit else None

    async def redate(self, tenant_id: TenantId, days: Mapping[CallId, datetime]) -> None:
        """The last day of these calls' recordings was changed; those that have no reduced record are left out."""
        for one in (await self.some(tenant_id, days.keys())).values():
            if one.delete_at != days[one.id]:
                await self._of(tenant_id).update(one.id, {"delete_at": days[one.id]})

    async def delete(self, tenant_id: TenantId, call_ids: Collection[CallId]) -> int:
        return await self._of(tenant_id).delete_many({"id": {"$in": sorted(call_ids)}})

    async def tenants(self) -> set[TenantId]:
        """Organisations that have any."""
        return await self._mongo.platform(KeptCall, why=_WHY).distinct("tenant_id", {})

    def _of(self, tenant_id: TenantId) -> TenantCollection[KeptCall]:
        return self._mongo.tenant(tenant_id).collection(KeptCall)
