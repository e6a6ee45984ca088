"""What the engine needs to know of the rest of Call24, without asking the database on the path of a call."""

from __future__ import annotations

from typing import Protocol

import msgspec

from call24.calls.model import CallRules
from call24.kit.ids import ContactId, DeviceId, NumberId, QueueId, TenantId, UserId


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Where a dialled number leads."""

    tenant_id: TenantId
    number_id: NumberId
    queue_id: QueueId
    rules: CallRules


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who rings, as shown to the agent's phone. Kept in memory only, as long as the call lives."""

    contact_id: ContactId | None
    number: str
    name: str


class Directory(Protocol):
    """Configuration, answered from memory: a call is routed also while MongoDB is away."""

    def route(self, dialled: str, trunk: str) -> Route | None:
        """None: nobody has this number, or it does not belong to the trunk that the call came through."""
        ...

    def members(self, tenant_id: TenantId) -> dict[QueueId, tuple[UserId, ...]]: ...

    def devices(self, tenant_id: TenantId, agent_id: UserId) -> tuple[DeviceId, ...]:
        """The signed-in devices of an agent, newest first."""
        ...


class Callers(Protocol):
    """The contacts room, as the engine uses it."""

    def identify(self, tenant_id: TenantId, caller: str, name: str) -> Caller:
        """Name the caller at once, without the database; remembering it happens behind."""
        ...

    async def recall(self, tenant_id: TenantId, contact_id: ContactId | None) -> Caller:
        """The caller of a call that was taken over after a restart."""
        ...
