"""Where connections, links, jobs and the marks of erased records are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from call24.crm.model import CrmConnection, CrmJob, CrmLink, CrmTombstone, JobKind
from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, CrmConnectionId, CrmJobId, CrmLinkId, PersonId, TenantId, new_id
from call24.kit.mongo import FILLED, Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.people.model import Person

INDEXES = (
    Index(CrmConnection, ("created_at",)),
    Index(CrmConnection, ("due_at",), across=True),
    Index(CrmConnection, ("webhook.address",), unique=True, across=True, only={"webhook.address": FILLED}),
    Index(CrmLink, ("connection_id", "remote_id"), unique=True, only={"remote_id": FILLED}),
    Index(CrmLink, ("connection_id", "due_at")),
    Index(CrmLink, ("connection_id", "state", "id")),
    Index(CrmLink, ("person_id",)),
    Index(CrmLink, ("contact_ids",)),
    Index(CrmLink, ("erasing",)),
    Index(CrmJob, ("connection_id", "state", "due_at")),
    Index(CrmJob, ("connection_id", "-created_at", "-id")),
    Index(CrmJob, ("contact_id",)),
    Index(CrmJob, ("delete_at",), across=True),
)
OF_CONTACT_MAX = 100
_OF_CRM = "hint:"
_HINTED = {"$regex": f"^{_OF_CRM}"}
"""Of `wanted`: the CRM said so alone, and nothing was changed here since the link was looked at."""
_NOT_NOTED = ("id", "tenant_id", "erasing", "wanted")


class CrmStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._everywhere = mongo.platform(
            CrmConnection, why="connections are worked at in turn; an address says whose it is"
        )

    def connections(self, tenant_id: TenantId) -> TenantCollection[CrmConnection]:
        return self._mongo.tenant(tenant_id).collection(CrmConnection)

    def links(self, tenant_id: TenantId) -> TenantCollection[CrmLink]:
        return self._mongo.tenant(tenant_id).collection(CrmLink)

    def jobs(self, tenant_id: TenantId) -> TenantCollection[CrmJob]:
        return self._mongo.tenant(tenant_id).collection(CrmJob)

    def tombstones(self, tenant_id: TenantId) -> TenantCollection[CrmTombstone]:
        return self._mongo.tenant(tenant_id).collection(CrmTombstone)

    # --- connections ---

    async def all(self, tenant_id: TenantId) -> list[CrmConnection]:
        return await self.connections(tenant_id).find(sort=[("created_at", 1), ("id", 1)])

    async def due(
        self, now: datetime, but: Collection[CrmConnectionId], full: Collection[TenantId], limit: int
    ) -> list[CrmConnection]:
        """What is to be worked at, the longest due first. Raises: Unavailable."""
        which = {"due_at": {"$lte": now}, "_id": {"$nin": list(but)}, "tenant_id": {"$nin": list(full)}}
        return await self._everywhere.find(which, sort=[("due_at", 1)], limit=limit)

    async def settle(self, tenant_id: TenantId, id: CrmConnectionId, set: Mapping[str, Any]) -> bool:
        """Unless it was switched over meanwhile. Raises: Unavailable."""
        return bool(await self.connections(tenant_id).update_where({"id": id, "wish": "on"}, set))

    async def remove(self, tenant_id: TenantId, id: CrmConnectionId) -> None:
        """With all that is known by it."""
        await self.connections(tenant_id).delete(id)
        for some in (self.links(tenant_id), self.jobs(tenant_id), self.tombstones(tenant_id)):
            await some.delete_many({"connection_id": id})

    async def by_webhook(self, address: str) -> CrmConnection | None:
        """Whose it is that a CRM posts to. Raises: Unavailable."""
        return await self._everywhere.find_one({"webhook.address": address})

    async def hurry(self, connection: CrmConnection, at: datetime) -> None:
        """The next turn is then at the latest; one that waits for its CRM is left alone. Raises: Unavailable."""
        which = {"id": connection.id, "state": "running", "due_at": {"$gt": at}}
        await self.connections(connection.tenant_id).update_where(which, {"due_at": at})

    async def count_webhook(
        self, connection: CrmConnection, *, taken: int, refused: int, last_at: datetime | None
    ) -> None:
        """Unless the address was changed meanwhile. Raises: Unavailable."""
        if connection.webhook is None:
            return
        which = {"id": connection.id, "webhook.address": connection.webhook.address}
        more = {"webhook.taken": taken, "webhook.refused": refused}
        set = {"webhook.last_at": last_at} if last_at is not None else {}
        await self.connections(connection.tenant_id).add_where(which, more, set)

    # --- links ---

    async def link(self, tenant_id: TenantId, connection_id: CrmConnectionId, remote_id: str) -> CrmLink | None:
        return await self.links(tenant_id).find_one({"connection_id": connection_id, "remote_id": remote_id})

    async def due_links(
        self, tenant_id: TenantId, connection_id: CrmConnectionId, now: datetime, limit: int, *, hinted: bool = False
    ) -> list[CrmLink]:
        """The longest due first; nobody who is being erased. `hinted`: those alone that the CRM named, else the
        others."""
        which = {"connection_id": connection_id, "due_at": {"$lte": now}, "erasing": []}
        which["wanted"] = _HINTED if hinted else {"$not": _HINTED}
        return await self.links(tenant_id).find(which, sort=[("due_at", 1)], limit=limit)

    async def erasing(
        self, tenant_id: TenantId, connection_id: CrmConnectionId, now: datetime, limit: int
    ) -> list[CrmLink]:
        which = {"connection_id": connection_id, "erasing": {"$ne": []}, "due_at": {"$lte": now}}
        return await self.links(tenant_id).find(which, sort=[("due_at", 1)], limit=limit)

    async def of_contact(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> list[CrmLink]:
        """Those of who has one of these numbers, or had."""
        ids = {"$in": list(contact_ids)}
        which = {"$or": [{"contact_ids": ids}, {"erasing": ids}]}
        return await self.links(tenant_id).find(which, sort=[("id", 1)], limit=OF_CONTACT_MAX)

    async def want(self, link: CrmLink, now: datetime) -> None:
        """Puts a person in line, who may have a link already. Repeating it is harmless. Raises: Unavailable."""
        links = self.links(link.tenant_id)
        which = {"id": link.id, "state": {"$ne": "ended"}}
        if not await links.update_where(which, {"due_at": now, "tries": 0, "wanted": new_id("evt")}):
            try:
                await links.insert(link)
            except Conflict:
                return  # it has ended, or somebody else stored it now

    async def hinted(self, connection: CrmConnection, remote_ids: Sequence[str], now: datetime) -> int:
        """The CRM said that these records were changed: those that are linked are put in line; how many. One in line
        keeps its place, one that failed its pause. Raises: Unavailable."""
        if not remote_ids:
            return 0
        links = self.links(connection.tenant_id)
        which = {
            "connection_id": connection.id,
            "remote_id": {"$in": list(remote_ids)},
            "state": {"$nin": ["ended", "objected"]},
            "erasing": [],
        }
        by_crm, by_us = {"wanted": _OF_CRM + new_id("evt")}, {"wanted": new_id("evt")}
        in_line = {**which, "due_at": {"$lte": now}}  # it may be under way
        await links.update_where({**in_line, "wanted": {"$not": _HINTED}}, by_us)
        await links.update_where({**in_line, "wanted": _HINTED}, by_crm)
        return await links.update_where({**which, "due_at": None}, {"due_at": now, **by_crm})

    async def is_erased(self, tenant_id: TenantId, tombstone_id: str) -> bool:
        return await self.tombstones(tenant_id).find_one({"id": tombstone_id}) is not None

    async def entomb(self, mark: CrmTombstone) -> None:
        await self.tombstones(mark.tenant_id).replace(mark, upsert=True)

    # --- jobs ---

    async def add_job(self, job: CrmJob) -> bool:
        """False where it is there already. Raises: Unavailable."""
        try:
            await self.jobs(job.tenant_id).insert(job)
        except Conflict:
            return False
        return True

    async def due_jobs(
        self,
        tenant_id: TenantId,
        connection_id: CrmConnectionId,
        now: datetime,
        kinds: Sequence[JobKind],
        limit: int,
    ) -> list[CrmJob]:
        """The longest due first."""
        which = {"connection_id": connection_id, "state": "waiting", "due_at": {"$lte": now}}
        which["kind"] = {"$in": list(kinds)}
        return await self.jobs(tenant_id).find(which, sort=[("due_at", 1)], limit=limit)

    async def settle_job(self, tenant_id: TenantId, id: CrmJobId, set: Mapping[str, Any]) -> None:
        await self.jobs(tenant_id).update(id, set)

    # --- the address book ---

    async def people_after(self, tenant_id: TenantId, last: PersonId, limit: int) -> list[Person]:
        """The organisation's, by id."""
        people = self._mongo.tenant(tenant_id).collection(Person)
        return await people.find({"private_to": None, "id": {"$gt": last}}, sort=[("id", 1)], limit=limit)

    async def person(self, tenant_id: TenantId, person_id: PersonId) -> Person | None:
        return await self._mongo.tenant(tenant_id).collection(Person).find_one({"id": person_id, "private_to": None})

    async def put_link(self, link: CrmLink) -> None:
        """What was done is noted; what was wanted or erased since the link was read stays in line."""
        links = self.links(link.tenant_id)
        names = [name for name in CrmLink.__struct_fields__ if name not in _NOT_NOTED]
        noted = {name: getattr(link, name) for name in names}
        if await links.update_where({"id": link.id, "wanted": link.wanted}, noted):
            return
        if link.state == "failed" and await links.update_where(
            {"id": link.id, "wanted": _HINTED, "erasing": []}, noted
        ):
            return  # what a CRM says does not shorten the pause of what it refuses
        if not await links.update(link.id, {name: noted[name] for name in names if name not in ("due_at", "state")}):
            await links.insert(link)

    async def mark_erasing(self, link: CrmLink, contact_ids: Sequence[ContactId], now: datetime) -> None:
        """These numbers were erased here: nothing else is done with the person until the CRM has lost them too."""
        both = tuple(dict.fromkeys((*link.erasing, *contact_ids)))
        left = tuple(id for id in link.contact_ids if id not in both)
        marked = {"erasing": both, "contact_ids": left, "due_at": now, "tries": 0, "wanted": new_id("evt")}
        await self.links(link.tenant_id).update(link.id, marked)

    async def erased(self, link: CrmLink) -> None:
        """The CRM has lost them; what else changed is looked at."""
        await self.links(link.tenant_id).update(link.id, {"erasing": (), "due_at": link.due_at})

    async def drop_link(self, tenant_id: TenantId, id: CrmLinkId) -> None:
        await self.links(tenant_id).delete(id)
