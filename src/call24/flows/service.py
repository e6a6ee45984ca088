"""Making, editing and publishing flows; the call path reads published versions from memory, as last known.

What else exists (queues, hours, users, prompts) is asked through `Surroundings`, which main fills. It runs no calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.flows.digests import Digest, Digests
from call24.flows.model import Flow, FlowVersion, Node, NodeId, PublishedVersion, VersionSummary
from call24.flows.rules import FlowTargets, Problem, checked_draft, validate
from call24.flows.store import FlowStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import FlowId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.tenants.rules import checked_name

Surroundings = Callable[[TenantId], Awaitable[FlowTargets]]
UsedBy = Callable[[TenantId, str], Sequence[str]]
"""The names of what uses a thing with this id; empty: nothing does."""

FLOWS_MAX = 500
VERSIONS_KEPT = 100
"""Of a flow, the newest: all of them are in memory, for calls that began with them."""
ONE_EDITING = timedelta(minutes=10)
"""What one actor saves of a draft within it is one act: the app saves as it is edited."""
_ATTEMPTS = 5
_EDITED = ("name", "name_key", "start", "nodes", "revision", "changed_by", "updated_at")
_OVERLAP = timedelta(hours=1)
"""Another process's clock, and a version that was long on its way."""


class FlowService:
    def __init__(self, mongo: Mongo, clock: Clock, surroundings: Surroundings) -> None:
        self._store = FlowStore(mongo)
        self._clock = clock
        self._surroundings = surroundings
        self._flows: dict[FlowId, Flow] = {}
        self._versions: dict[FlowId, dict[int, FlowVersion]] = {}
        self._digests = Digests()
        self._read_until: datetime | None = None
        self._changes = 0
        self._editing: dict[FlowId, tuple[Hashable, datetime]] = {}

    async def create(
        self,
        tenant_id: TenantId,
        name: str,
        *,
        start: NodeId = "",
        nodes: Mapping[NodeId, Node] | None = None,
        by: UserId | None = None,
    ) -> Flow:
        """A draft that no call runs yet. Raises: Invalid, Conflict (codes flow_name_taken, too_many_flows)."""
        name, now = checked_name(name), self._clock.now()
        checked_draft(start, nodes or {})
        if len(self.known_flows(tenant_id)) >= FLOWS_MAX:
            raise Conflict(f"An organisation has at most {FLOWS_MAX} flows", code="too_many_flows")
        flow = Flow(
            id=FlowId(new_id("flw")),
            tenant_id=tenant_id,
            name=name,
            name_key=name.casefold(),
            start=start,
            nodes=dict(nodes or {}),
            changed_by=by,
            created_at=now,
            updated_at=now,
        )
        try:
            await self._store.add(flow)
        except Conflict:
            raise _name_taken() from None
        self._remember(flow)
        return flow

    async def change(
        self,
        tenant_id: TenantId,
        flow_id: FlowId,
        *,
        name: str | None = None,
        start: NodeId | None = None,
        nodes: Mapping[NodeId, Node] | None = None,
        revision: int | None = None,
        by: UserId | None = None,
    ) -> Flow:
        """Edit the draft. `revision`: the one that was edited; None: whatever is there now.

        Raises: NotFound, Invalid, Conflict (codes flow_name_taken, flow_changed).
        """
        for _ in range(_ATTEMPTS):
            flow = await self._store.get(tenant_id, flow_id)
            if revision not in (None, flow.revision):
                break
            called = flow.name if name is None else checked_name(name)
            made = msgspec.structs.replace(
                flow,
                name=called,
                name_key=called.casefold(),
                start=flow.start if start is None else start,
                nodes=flow.nodes if nodes is None else dict(nodes),
                revision=flow.revision + 1,
                changed_by=by,
                updated_at=self._clock.now(),
            )
            checked_draft(made.start, made.nodes)
            if await self._changed(flow, made, _EDITED):
                return made
        raise Conflict("Somebody else has changed this flow: load it again", code="flow_changed")

    async def get(self, tenant_id: TenantId, flow_id: FlowId) -> Flow:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, flow_id)

    async def versions(self, tenant_id: TenantId, flow_id: FlowId) -> list[VersionSummary]:
        """The newest first. Raises: NotFound."""
        await self._store.get(tenant_id, flow_id)
        return await self._store.versions(tenant_id, flow_id)

    async def version(self, tenant_id: TenantId, flow_id: FlowId, version: int) -> PublishedVersion:
        """Raises: NotFound."""
        await self._store.get(tenant_id, flow_id)
        found = await self._store.version(tenant_id, flow_id, version)
        if found is None:
            raise NotFound
        return found

    async def validate(self, tenant_id: TenantId, flow_id: FlowId) -> list[Problem]:
        """What stands against publishing the draft. Raises: NotFound."""
        flow = await self._store.get(tenant_id, flow_id)
        return validate(flow.start, flow.nodes, await self._surroundings(tenant_id))

    async def publish(
        self,
        tenant_id: TenantId,
        flow_id: FlowId,
        by: UserId,
        *,
        revision: int | None = None,
        over: int | None = None,
    ) -> PublishedVersion:
        """The draft becomes what new calls run. `revision`: of the draft that was looked at; `over`: the version that
        calls ran then, 0 for none; None: whatever is there now.

        Raises: NotFound, Invalid (code flow_has_problems), Conflict (code flow_changed).
        """
        flow = await self._store.get(tenant_id, flow_id)
        if revision not in (None, flow.revision):
            raise _published_meanwhile()
        return await self._publish(flow, flow.start, flow.nodes, by, over=over)

    async def roll_back(
        self, tenant_id: TenantId, flow_id: FlowId, version: int, by: UserId, *, over: int | None = None
    ) -> PublishedVersion:
        """An older version becomes what new calls run, under a new number; the draft stays as it is. `over`: the
        version that calls ran when somebody looked, 0 for none; None: whatever is there now.

        Raises: NotFound, Invalid (code flow_has_problems), Conflict (code flow_changed).
        """
        flow = await self._store.get(tenant_id, flow_id)
        old = await self.version(tenant_id, flow_id, version)
        return await self._publish(flow, old.start, old.nodes, by, copy_of=version, over=over)

    async def delete(self, tenant_id: TenantId, flow_id: FlowId, used_by: UsedBy) -> None:
        """Raises: NotFound, Conflict (code flow_in_use)."""
        await self._store.get(tenant_id, flow_id)
        if users := used_by(tenant_id, flow_id):
            raise Conflict(f"It is used by {', '.join(users[:5])}: change this first", code="flow_in_use")
        if not await self._store.delete(tenant_id, flow_id):
            raise NotFound
        self._changes += 1
        self._flows.pop(flow_id, None)
        self._versions.pop(flow_id, None)
        self._digests.forget(flow_id)

    # --- the copy in memory ---

    async def refresh(self) -> None:
        """Read again what may have changed. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            since = None if self._read_until is None else self._read_until - _OVERLAP
            flows, fresh = await self._store.every(), await self._store.every_version(since)
            if changes == self._changes:
                break
        self._flows = {flow.id: flow for flow in flows}
        self._versions = {flow_id: known for flow_id, known in self._versions.items() if flow_id in self._flows}
        for version in fresh:
            if version.flow_id in self._flows:
                self._remember_version(version)
        self._digests.keep(self._flows)

    def known(self, tenant_id: TenantId, flow_id: FlowId) -> FlowVersion | None:
        """What a new call runs."""
        flow = self._flows.get(flow_id)
        return (
            None if flow is None or flow.published is None else self.known_version(tenant_id, flow_id, flow.published)
        )

    def known_version(self, tenant_id: TenantId, flow_id: FlowId, version: int) -> FlowVersion | None:
        """What a call runs that began with this version."""
        flow = self._flows.get(flow_id)
        return None if flow is None or flow.tenant_id != tenant_id else self._versions.get(flow_id, {}).get(version)

    def digest(self, flow: Flow) -> Digest:
        """What it uses, and whether its draft is other than what new calls run."""
        now = self._flows.get(flow.id)  # another state of it, or one that is deleted, is not kept
        return self._digests.of(
            flow, self.known(flow.tenant_id, flow.id), keep=now is not None and now.revision == flow.revision
        )

    async def listed(self, tenant_id: TenantId) -> list[Flow]:
        """All of the organisation's, and what `digest` says of each is known. From memory."""
        flows = self.known_flows(tenant_id)
        for flow in flows:
            if not self._digests.has(flow, self.known(tenant_id, flow.id)):
                self.digest(flow)
                await asyncio.sleep(0)  # hundreds of flows with hundreds of nodes: calls come first
        return flows

    def goes_on_editing(self, flow_id: FlowId, actor: Hashable) -> bool:
        """Whether this save belongs to an act that began a short while ago, with nobody else's between. As far as this
        process knows; what begins one is noted."""
        now = self._clock.now()
        self._editing = {each: begun for each, begun in self._editing.items() if now - begun[1] < ONE_EDITING}
        before = self._editing.get(flow_id)
        if before is not None and before[0] == actor:
            return True
        self._editing[flow_id] = (actor, now)
        return False

    def now(self) -> datetime:
        return self._clock.now()

    def known_flows(self, tenant_id: TenantId) -> list[Flow]:
        return [flow for flow in self._flows.values() if flow.tenant_id == tenant_id]

    def users_of(self, tenant_id: TenantId, thing: str) -> list[str]:
        """The flows that name this queue, prompt, opening hours or person, in their draft or as published."""
        return [f"flow {flow.name}" for flow in self.known_flows(tenant_id) if thing in self.digest(flow).uses]

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._changes += 1
        for flow in self.known_flows(tenant_id):
            del self._flows[flow.id]
            self._versions.pop(flow.id, None)
            self._digests.forget(flow.id)

    # --- inside ---

    async def _publish(
        self,
        flow: Flow,
        start: NodeId,
        nodes: dict[NodeId, Node],
        by: UserId,
        *,
        copy_of: int | None = None,
        over: int | None = None,
    ) -> PublishedVersion:
        if over not in (None, flow.published or 0):
            raise _published_meanwhile()
        if problems := validate(start, nodes, await self._surroundings(flow.tenant_id)):
            places = [(f"nodes.{one.node_id}" if one.node_id else "flow", one.text) for one in problems]
            raise Invalid("The flow has problems that prevent publishing", code="flow_has_problems", errors=places)
        earlier = await self._store.versions(flow.tenant_id, flow.id, limit=1)
        number = earlier[0].version + 1 if earlier else 1
        version = PublishedVersion(
            id=f"{flow.id}-{number}",
            tenant_id=flow.tenant_id,
            flow_id=flow.id,
            version=number,
            start=start,
            nodes=nodes,
            published_by=by,
            published_at=self._clock.now(),
            copy_of=copy_of,
        )
        try:
            await self._store.add_version(version)
        except Conflict:
            raise Conflict("Somebody else has published this flow", code="flow_changed") from None
        # A crash here leaves a version that no call runs; the next one gets the next number.
        await self._make_current(flow, version, over)
        await self._store.drop_versions(flow.tenant_id, flow.id, number - VERSIONS_KEPT)
        return version

    async def _make_current(self, flow: Flow, version: PublishedVersion, over: int | None = None) -> None:
        """Whatever was edited meanwhile stays; of two that publish at once, the later number is current, but never over
        another version than `over`.

        Raises: Conflict (code flow_changed).
        """
        for _ in range(_ATTEMPTS):
            if over not in (None, flow.published or 0):
                await self._store.drop_version(version)
                raise _published_meanwhile()
            if (flow.published or 0) > version.version:
                break
            made = msgspec.structs.replace(flow, published=version.version)
            if await self._changed(flow, made, ("published",)):
                break
            flow = await self._store.get(flow.tenant_id, flow.id)
        else:
            raise Conflict("Somebody else keeps changing this flow: publish it again", code="flow_changed")
        self._remember_version(version)

    async def _changed(self, before: Flow, made: Flow, fields: Sequence[str]) -> bool:
        """Whether it was stored: nobody else did meanwhile. Raises: Conflict (code flow_name_taken)."""
        try:
            done = await self._store.change(before, {name: getattr(made, name) for name in fields})
        except Conflict:
            raise _name_taken() from None
        if done:
            self._remember(made)
        return done

    def _remember(self, flow: Flow) -> None:
        self._flows[flow.id] = flow
        self._changes += 1

    def _remember_version(self, version: PublishedVersion) -> None:
        known = self._versions.setdefault(version.flow_id, {})
        known[version.version] = version.content()
        for number in [number for number in known if number <= version.version - VERSIONS_KEPT]:
            del known[number]
        self._read_until = max(self._read_until or version.published_at, version.published_at)
        self._changes += 1


def _published_meanwhile() -> Conflict:
    return Conflict("Somebody else has changed or published this flow: load it again", code="flow_changed")


def _name_taken() -> Conflict:
    return Conflict("There is already a flow with this name", code="flow_name_taken")
