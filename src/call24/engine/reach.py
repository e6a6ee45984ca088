"""Whether a person can be rung now: asked before anybody is told that it will be done. It rings nobody.

While Asterisk does not say which phones are registered, nobody is refused for that: the call says what came of it.
"""

from __future__ import annotations

from call24.agents.model import AgentState
from call24.engine.engine import Engine
from call24.engine.liveness import Phones
from call24.engine.ports import RUNG_MAX
from call24.kit.errors import Conflict
from call24.kit.ids import DeviceId, TenantId, UserId

_BUSY = frozenset({AgentState.OFFERED, AgentState.ON_CALL, AgentState.WRAP_UP})


class Reach:
    def __init__(self, engine: Engine, phones: Phones) -> None:
        self._engine = engine
        self._phones = phones

    async def own_phone(self, tenant_id: TenantId, user_id: UserId, device_id: DeviceId | None = None) -> None:
        """``device_id``: this one; None: any. Raises: Conflict (phone_not_registered)."""
        devices = self._rung(tenant_id, user_id) if device_id is None else (device_id,)
        if not await self._registered(tenant_id, devices):
            raise Conflict(
                "Your phone is not registered: open the app, wait until it is connected, and try again",
                code="phone_not_registered",
            )

    async def colleague(self, tenant_id: TenantId, colleague_id: UserId) -> None:
        """A pause keeps queues' calls away, not colleagues. Raises: Conflict (colleague_*)."""
        state = self._engine.desk(tenant_id).session(colleague_id).state
        if state is AgentState.OFFLINE:
            raise Conflict("The colleague is offline", code="colleague_offline")
        if state in _BUSY:
            raise Conflict("The colleague is on a call or in wrap-up", code="colleague_busy")
        if not await self._registered(tenant_id, self._rung(tenant_id, colleague_id)):
            raise Conflict("No phone of the colleague is registered", code="colleague_no_phone")

    def _rung(self, tenant_id: TenantId, user_id: UserId) -> tuple[DeviceId, ...]:
        return self._engine.directory.devices(tenant_id, user_id)[:RUNG_MAX]

    async def _registered(self, tenant_id: TenantId, devices: tuple[DeviceId, ...]) -> bool:
        online = await self._phones.registered(dict.fromkeys(devices, tenant_id))
        return online is None or any(device in online for device in devices)
