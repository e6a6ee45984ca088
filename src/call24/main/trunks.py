"""Trunks as configured -> trunks as Asterisk needs them: passwords opened, hosts' names resolved, changes pushed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket

from call24.asterisk.client import AriClient
from call24.asterisk.endpoints import Endpoints
from call24.asterisk.trunk_status import TrunkWatch
from call24.asterisk.trunks import TrunkLine, networks_of
from call24.kit.clock import Clock
from call24.kit.errors import Invalid
from call24.tenants.model import Trunk
from call24.tenants.rules import is_address
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

RESOLVE_EVERY_S = 60.0
RESOLVE_S = 3.0


class PushedTrunks:
    """A carrier that was registered at may also call from its host's own address: hence the names are resolved."""

    def __init__(self, tenants: TenantService, endpoints: Endpoints, ari: AriClient, clock: Clock) -> None:
        self._tenants = tenants
        self._endpoints = endpoints
        self.statuses = TrunkWatch(ari, clock, self.all)

    def watch(self) -> None:
        events = self._tenants.events
        events.trunk_added.append(self.put)
        events.trunk_changed.append(self.put)
        events.trunk_removed.append(self.remove)

    def all(self) -> list[TrunkLine]:
        return [self._line(trunk) for trunk in self._tenants.known_trunks() if trunk.enabled]

    async def networks(self) -> frozenset[str]:
        """From where carriers reach us, or answer us: nobody there is taken for a stranger."""
        lines = self.all()
        hosts = {line.host for line in lines if line.host}
        found = [(host,) if is_address(host) else await _addresses(host) for host in hosts]
        return networks_of(lines) | {address.strip("[]") for one in found for address in one}

    async def put(self, trunk: Trunk) -> None:
        if not trunk.enabled:
            await self._endpoints.remove_trunk(trunk.tenant_id, trunk.id)
            return
        await self._resolve(trunk)
        await self._endpoints.put_trunk(self._line(trunk))

    async def remove(self, trunk: Trunk) -> None:
        await self._endpoints.remove_trunk(trunk.tenant_id, trunk.id)

    async def run(self) -> None:
        """For ever: a host's address may change."""
        while True:
            for trunk in self._tenants.known_trunks():
                before = self._tenants.resolved(trunk.id)
                if trunk.enabled and await self._resolve(trunk) and self._tenants.resolved(trunk.id) != before:
                    with contextlib.suppress(Invalid):
                        await self._endpoints.put_trunk(self._line(trunk))
            await asyncio.sleep(RESOLVE_EVERY_S)

    async def _resolve(self, trunk: Trunk) -> bool:
        """False where it does not register or its name is not known now; then the last known addresses stay."""
        if trunk.kind != "registration" or trunk.host is None:
            return False
        found = (trunk.host,) if is_address(trunk.host) else await _addresses(trunk.host)
        if found:
            self._tenants.note_resolved(trunk.id, found)
        return bool(found)

    def _line(self, trunk: Trunk) -> TrunkLine:
        return TrunkLine(
            tenant_id=trunk.tenant_id,
            trunk_id=trunk.id,
            addresses=(*trunk.addresses, *self._tenants.resolved(trunk.id)),
            host=trunk.host or "",
            port=trunk.port,
            transport=trunk.transport,
            username=trunk.login.username if trunk.login else "",
            password=self._tenants.trunk_password(trunk),
            registers=trunk.kind == "registration",
            send_as_account=trunk.send_as_account,
        )


async def _addresses(host: str) -> tuple[str, ...]:
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, TimeoutError, UnicodeError):
        log.warning("the host of a trunk has no address now: %s", host)
        return ()
    return tuple(sorted({str(place[4][0]) for place in found}))
