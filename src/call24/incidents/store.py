"""Where incidents, searches and those whom they found are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.incidents.model import AffectedPerson, Incident, IncidentSearch, State
from call24.kit.ids import IncidentId, IncidentSearchId, TenantId
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.kit.paging import place_of

INDEXES = (
    Index(Incident, ("due_at", "id")),
    Index(Incident, ("warn_at",), across=True),
    Index(Incident, ("delete_at",), across=True),
    Index(IncidentSearch, ("incident_id", "-started_at")),
    Index(IncidentSearch, ("state",), across=True),
    Index(AffectedPerson, ("search_id", "id")),
)


class IncidentStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._all = mongo.platform(Incident, why="warnings that are due, and incidents whose day has come")
        self._searches = mongo.platform(IncidentSearch, why="searches that go on")

    async def get(self, tenant_id: TenantId, incident_id: str) -> Incident:
        """Raises: NotFound."""
        return await self._mongo.tenant(tenant_id).collection(Incident).get(incident_id)

    async def page(
        self, tenant_id: TenantId, states: Sequence[State], *, limit: int, cursor: str | None
    ) -> list[Incident]:
        """The last noticed first. Raises: Invalid for a cursor that is not ours."""
        every: list[dict[str, Any]] = [{"state": {"$in": list(states)}}]
        if cursor:
            at, last = place_of(cursor)
            every.append({"$or": [{"due_at": {"$lt": at}}, {"due_at": at, "_id": {"$lt": last}}]})
        incidents = self._mongo.tenant(tenant_id).collection(Incident)
        return await incidents.find({"$and": every}, sort=[("due_at", -1), ("id", -1)], limit=limit)

    async def count(self, tenant_id: TenantId) -> int:
        return await self._mongo.tenant(tenant_id).collection(Incident).count()

    async def add(self, scope: TenantScope, incident: Incident) -> None:
        await scope.collection(Incident).insert(incident)

    async def put(self, scope: TenantScope, incident: Incident, *, seen: int) -> bool:
        """False where it was changed, or deleted, since it was read at version `seen`."""
        changes = msgspec.structs.asdict(incident)
        for name in ("id", "tenant_id"):
            del changes[name]
        which = {"id": incident.id, "version": seen}
        return await scope.collection(Incident).update_where(which, changes) > 0

    async def due_to_warn(self, now: datetime, limit: int) -> list[Incident]:
        return await self._all.find({"warn_at": {"$lte": now}}, sort=[("warn_at", 1)], limit=limit)

    async def due_to_go(self, now: datetime, but: dict[str, Any], limit: int) -> list[Incident]:
        return await self._all.find({"delete_at": {"$lte": now}, **but}, sort=[("delete_at", 1)], limit=limit)

    async def delete(self, incident: Incident) -> None:
        """The incident last: by it a deletion that was cut off is found."""
        scope = self._mongo.tenant(incident.tenant_id)
        for search in await scope.collection(IncidentSearch).find({"incident_id": incident.id}):
            await self.delete_people(incident.tenant_id, search.id)
        await scope.collection(IncidentSearch).delete_many({"incident_id": incident.id})
        await scope.collection(Incident).delete(incident.id)

    # Searches

    async def newest_search(self, tenant_id: TenantId, incident_id: IncidentId) -> IncidentSearch | None:
        searches = self._mongo.tenant(tenant_id).collection(IncidentSearch)
        return await searches.find_one({"incident_id": incident_id}, sort=[("started_at", -1)])

    async def running(self, tenant_id: TenantId) -> int:
        return await self._mongo.tenant(tenant_id).collection(IncidentSearch).count({"state": "running"})

    async def all_running(self, limit: int) -> list[IncidentSearch]:
        return await self._searches.find({"state": "running"}, limit=limit)

    async def add_search(self, scope: TenantScope, search: IncidentSearch) -> list[IncidentSearchId]:
        """In place of the incident's others; which they were."""
        searches = scope.collection(IncidentSearch)
        before = [one.id for one in await searches.find({"incident_id": search.incident_id})]
        if before:
            await searches.delete_many({"id": {"$in": before}})
        await searches.insert(search)
        return before

    async def put_search(self, scope: TenantScope, search: IncidentSearch, *, seen: int) -> bool:
        """False where another batch was noted since `seen` batches, or the search is gone."""
        changes = msgspec.structs.asdict(search)
        for name in ("id", "tenant_id"):
            del changes[name]
        which = {"id": search.id, "batches": seen, "state": "running"}
        return await scope.collection(IncidentSearch).update_where(which, changes) > 0

    # Affected people

    async def add_people(self, tenant_id: TenantId, people: Sequence[AffectedPerson]) -> None:
        """Of those who are there already, the places are joined. Repeating it is harmless."""
        kept = self._mongo.tenant(tenant_id).collection(AffectedPerson)
        before = {one.id: one for one in await kept.find({"id": {"$in": [one.id for one in people]}})}
        joined = [
            msgspec.structs.replace(one, places=tuple(dict.fromkeys((*before[one.id].places, *one.places))))
            if one.id in before
            else one
            for one in people
        ]
        await kept.replace_many([one for one in joined if before.get(one.id) != one])

    async def count_people(self, tenant_id: TenantId, search_id: IncidentSearchId) -> tuple[int, int]:
        """Callers, users."""
        kept = self._mongo.tenant(tenant_id).collection(AffectedPerson)
        every = await kept.count({"search_id": search_id})
        users = await kept.count({"search_id": search_id, "contact_id": None})
        return every - users, users

    async def people(
        self, tenant_id: TenantId, search_id: IncidentSearchId, after: str, limit: int
    ) -> list[AffectedPerson]:
        """In the order of their ids: callers first."""
        kept = self._mongo.tenant(tenant_id).collection(AffectedPerson)
        which = {"search_id": search_id, "id": {"$gt": after}}
        return await kept.find(which, sort=[("id", 1)], limit=limit)

    async def delete_people(self, tenant_id: TenantId, search_id: IncidentSearchId) -> int:
        return await self._mongo.tenant(tenant_id).collection(AffectedPerson).delete_many({"search_id": search_id})
