"""Numbers, queues, members, devices and callers for the engine, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field

from call24.engine.ports import Caller, Route
from call24.kit.ids import ContactId, DeviceId, QueueId, TenantId, UserId


@dataclass
class FakeDirectory:
    routes: dict[str, Route] = field(default_factory=dict)
    teams: dict[TenantId, dict[QueueId, tuple[UserId, ...]]] = field(default_factory=dict)
    owned: dict[UserId, tuple[DeviceId, ...]] = field(default_factory=dict)

    def route(self, dialled: str, trunk: str) -> Route | None:
        return self.routes.get(dialled)

    def members(self, tenant_id: TenantId) -> dict[QueueId, tuple[UserId, ...]]:
        return self.teams.get(tenant_id, {})

    def devices(self, tenant_id: TenantId, agent_id: UserId) -> tuple[DeviceId, ...]:
        return self.owned.get(agent_id, ())


class FakeCallers:
    """A contact for each number. ``broken``: a bug in the contacts room."""

    broken = False

    def identify(self, tenant_id: TenantId, caller: str, name: str) -> Caller:
        if self.broken:
            raise RuntimeError("the contacts room is broken")
        return Caller(contact_id=ContactId(f"ctc_{caller.strip('+')}"), number=caller, name=name)

    async def recall(self, tenant_id: TenantId, contact_id: ContactId | None) -> Caller:
        number = "+" + contact_id.removeprefix("ctc_") if contact_id else ""
        return Caller(contact_id=contact_id, number=number, name="")
