"""What somebody may not do any more ends at once, also what goes on already: sockets, phones, shifts and listening.

Calls in hand go on. What is asked for again is refused by http/access.py; who is signed out loses the rest there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from call24.agents.machine import OfflineWished
from call24.agents.model import AgentState
from call24.asterisk.endpoints import Endpoints, PhoneEndpoint
from call24.calls.model import Monitor
from call24.calls.signals import MonitorEndRequested
from call24.engine.engine import Engine
from call24.identity.model import CustomRole, Device, User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.realtime.hosted import HostedPusher
from call24.realtime.hub import Hub

log = logging.getLogger(__name__)


class Rights:
    def __init__(
        self,
        clock: Clock,
        identity: IdentityService,
        engine: Engine,
        endpoints: Endpoints,
        hub: Hub,
        hosted: HostedPusher | None,
    ) -> None:
        self._clock = clock
        self._identity = identity
        self._engine = engine
        self._endpoints = endpoints
        self._hub = hub
        self._hosted = hosted

    def phones(self) -> Iterable[PhoneEndpoint]:
        """All that the PBX has to know: of who may have one."""
        return (self._phone(device) for device in self._identity.known_devices() if self._may_ring(device))

    async def signed_in(self, device: Device) -> None:
        if not self._may_ring(device):
            return
        await self._endpoints.put_device(self._phone(device))
        if not self._may_ring(device):  # the role was narrowed meanwhile
            await self._endpoints.remove_device(device.tenant_id, device.id)

    async def signed_out(self, device: Device) -> None:
        """Who listens on this device hears nothing more: a session is ended because somebody else has it, too."""
        if self._hosted is not None:
            self._hosted.disconnect_user(device.user_id)
        self._end_listening(device.tenant_id, lambda monitor: _rings(monitor, device))
        await self._endpoints.remove_device(device.tenant_id, device.id)

    async def person_changed(self, user: User) -> None:
        """Another role, or disabled: the sessions have ended."""
        if self._hosted is not None:
            self._hosted.disconnect_user(user.id)
        if not self._may_work(user):
            await self._send_off(user)

    async def role_changed(self, before: CustomRole, after: CustomRole) -> None:
        had, has = set(before.permissions), set(after.permissions)
        lost = had - has
        holders = [user for user in self._identity.known_users(after.tenant_id) if user.role == after.id]
        if "live.read" in lost:
            self._silence(holders)
        if "calls.monitor" in lost:
            ids = {user.id for user in holders}
            self._end_listening(after.tenant_id, lambda monitor: monitor.user_id in ids)
        for user in holders:
            if "phone.use" in had ^ has:
                await self._settle_phones(user)
            if not self._may_work(user):
                await self._send_off(user)

    def _silence(self, users: Iterable[User]) -> None:
        ids = {user.id for user in users}
        self._hub.revoke_users(ids)
        if self._hosted is not None:
            for user_id in ids:
                self._hosted.disconnect_user(user_id)

    def _end_listening(self, tenant_id: TenantId, which: Callable[[Monitor], bool]) -> None:
        now = self._clock.now()
        for call in self._engine.live_calls(tenant_id):
            for monitor in filter(which, call.monitors):
                self._engine.tell_call(call.id, MonitorEndRequested(at=now, user_id=monitor.user_id))

    async def _settle_phones(self, user: User) -> None:
        for device in self._identity.known_devices(user.id):
            if self._may_ring(device):
                await self._endpoints.put_device(self._phone(device))
            else:
                await self._endpoints.remove_device(device.tenant_id, device.id)

    async def _send_off(self, user: User) -> None:
        try:
            if self._engine.desk(user.tenant_id).session(user.id).state is AgentState.OFFLINE:
                return
            await self._engine.wish(user.tenant_id, user.id, OfflineWished(at=self._clock.now()))
        except Unavailable:
            log.warning("agent %s could not be set offline yet: the change could not be stored", user.id)

    def _may_work(self, user: User) -> bool:
        may = self._identity.permits
        return self._identity.lets_in(user) and may(user, "phone.use") and may(user, "session.change")

    def _may_ring(self, device: Device) -> bool:
        user = self._identity.known_user(device.user_id)
        return user is not None and self._identity.permits(user, "phone.use")

    def _phone(self, device: Device) -> PhoneEndpoint:
        password = self._identity.sip_password(device)
        return PhoneEndpoint(tenant_id=device.tenant_id, device_id=device.id, password=password)


def _rings(monitor: Monitor, device: Device) -> bool:
    return monitor.device_id == device.id or any(leg.device_id == device.id for leg in monitor.legs)
