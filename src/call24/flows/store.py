"""Where flows, their published versions and prompts are kept. The prompts' sound is a file (prompts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from call24.flows.model import Flow, Prompt, PublishedVersion, VersionSummary
from call24.kit.ids import FlowId, PromptId, TenantId
from call24.kit.mongo import Index, Mongo

INDEXES = (
    Index(Flow, ("name_key",), unique=True),
    Index(PublishedVersion, ("flow_id", "version"), unique=True),
    Index(PublishedVersion, ("published_at",), across=True),
    Index(Prompt, ("name_key",), unique=True),
)

_WHY = "calls run flows and play prompts from a copy in memory"


class FlowStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(Flow, why=_WHY)
        self._every_version = mongo.platform(PublishedVersion, why=_WHY)

    async def add(self, flow: Flow) -> None:
        """Raises: Conflict when the name is taken."""
        await self._mongo.tenant(flow.tenant_id).collection(Flow).insert(flow)

    async def get(self, tenant_id: TenantId, flow_id: FlowId) -> Flow:
        """Raises: NotFound."""
        return await self._mongo.tenant(tenant_id).collection(Flow).get(flow_id)

    async def change(self, before: Flow, fields: Mapping[str, Any]) -> bool:
        """Change a flow that is still as it was; False when it is not, or gone. Raises: Conflict."""
        flows = self._mongo.tenant(before.tenant_id).collection(Flow)
        still = {"id": before.id, "revision": before.revision, "published": before.published}
        return await flows.update_where(still, fields) == 1

    async def delete(self, tenant_id: TenantId, flow_id: FlowId) -> bool:
        """The flow first: versions that a crash leaves behind belong to nothing and are found by nobody."""
        scope = self._mongo.tenant(tenant_id)
        there = await scope.collection(Flow).delete(flow_id)
        await scope.collection(PublishedVersion).delete_many({"flow_id": flow_id})
        return there

    async def add_version(self, version: PublishedVersion) -> None:
        """Raises: Conflict when the number is taken."""
        await self._mongo.tenant(version.tenant_id).collection(PublishedVersion).insert(version)

    async def versions(self, tenant_id: TenantId, flow_id: FlowId, *, limit: int = 0) -> list[VersionSummary]:
        """The newest first; `limit` 0: all that are kept."""
        versions = self._mongo.tenant(tenant_id).collection(PublishedVersion)
        return await versions.find_parts(VersionSummary, {"flow_id": flow_id}, sort=[("version", -1)], limit=limit)

    async def version(self, tenant_id: TenantId, flow_id: FlowId, version: int) -> PublishedVersion | None:
        versions = self._mongo.tenant(tenant_id).collection(PublishedVersion)
        return await versions.find_one({"flow_id": flow_id, "version": version})

    async def drop_version(self, version: PublishedVersion) -> None:
        """One that no call has run."""
        await self._mongo.tenant(version.tenant_id).collection(PublishedVersion).delete(version.id)

    async def drop_versions(self, tenant_id: TenantId, flow_id: FlowId, until: int) -> None:
        """Those up to the number `until`."""
        versions = self._mongo.tenant(tenant_id).collection(PublishedVersion)
        await versions.delete_many({"flow_id": flow_id, "version": {"$lte": until}})

    async def every(self) -> list[Flow]:
        return await self._every.find()

    async def every_version(self, since: datetime | None) -> list[PublishedVersion]:
        """None: all of them. They never change, so what was read once need not be read again."""
        return await self._every_version.find({} if since is None else {"published_at": {"$gte": since}})


class PromptStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._every = mongo.platform(Prompt, why=_WHY)

    async def add(self, prompt: Prompt) -> None:
        """Raises: Conflict when the name is taken."""
        await self._mongo.tenant(prompt.tenant_id).collection(Prompt).insert(prompt)

    async def get(self, tenant_id: TenantId, prompt_id: PromptId) -> Prompt:
        """Raises: NotFound."""
        return await self._mongo.tenant(tenant_id).collection(Prompt).get(prompt_id)

    async def all(self, tenant_id: TenantId) -> list[Prompt]:
        return await self._mongo.tenant(tenant_id).collection(Prompt).find(sort=[("name_key", 1)])

    async def delete(self, tenant_id: TenantId, prompt_id: PromptId) -> bool:
        return await self._mongo.tenant(tenant_id).collection(Prompt).delete(prompt_id)

    async def every(self) -> list[Prompt]:
        return await self._every.find()
