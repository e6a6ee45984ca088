"""Trunks as configured -> trunks as Asterisk needs them: passwords opened, hosts' names resolved, changes pushed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

from call24.asterisk.carrier_certificates import CarrierCertificates
from call24.asterisk.carrier_names import CarrierNames
from call24.asterisk.client import AriClient
from call24.asterisk.endpoints import Endpoints
from call24.asterisk.trunk_status import TrunkWatch
from call24.asterisk.trunks import TrunkLine, networks_of
from call24.kit.clock import Clock
from call24.kit.errors import Invalid
from call24.kit.ids import TrunkId
from call24.kit.sip_targets import SipTarget, SipTargets
from call24.tenants.model import Trunk
from call24.tenants.rules import is_address
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

RESOLVE_EVERY_S = 60.0
AT_ONCE = 8
START_S = 5.0


class PushedTrunks:
    """Hosts' names are resolved here and not by Asterisk, so that nobody leads it elsewhere than was looked at; and a
    carrier that was registered at may also call from its host's own address."""

    def __init__(
        self,
        tenants: TenantService,
        endpoints: Endpoints,
        ari: AriClient,
        clock: Clock,
        *,
        names: CarrierNames,
        authorities: Path | None,
    ) -> None:
        """`authorities`: who may sign carriers' certificates; None: an external Asterisk knows."""
        self._tenants = tenants
        self._endpoints = endpoints
        self._names = names
        self._targets = tenants.targets or SipTargets(private=True)
        self._places: dict[TrunkId, list[SipTarget]] = {}
        """Where each host was found last, that which is used first; empty: where no trunk may lead."""
        self._gate = asyncio.Semaphore(AT_ONCE)
        self.statuses = TrunkWatch(ari, clock, self.all, CarrierCertificates(authorities, clock, self._place))

    def watch(self) -> None:
        events = self._tenants.events
        events.trunk_added.append(self.put)
        events.trunk_changed.append(self.put)
        events.trunk_removed.append(self.remove)

    def all(self) -> list[TrunkLine]:
        return [self._line(trunk) for trunk in self._tenants.known_trunks() if trunk.enabled]

    async def networks(self) -> frozenset[str]:
        """From where carriers reach us, or answer us: nobody there counts as unknown."""
        lines = self.all()
        hosts = {line.trunk_id for line in lines if line.host}
        return networks_of(lines) | {place.address for one in hosts for place in self._places.get(one, ())}

    def networks_of(self, trunk: Trunk) -> frozenset[str]:
        """The same of one trunk; none of one that is switched off."""
        if not trunk.enabled:
            return frozenset()
        return self._line(trunk).networks | {place.address for place in self._places.get(trunk.id, ())}

    async def look(self) -> None:
        """Find the hosts before they are pushed; who takes long is found later."""
        tasks = [asyncio.create_task(self._found(one)) for one in self._tenants.known_trunks() if one.enabled]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=START_S)
            for task in late:
                task.cancel()
        await self.tell_names()

    async def _found(self, trunk: Trunk) -> None:
        async with self._gate:
            await self._resolve(trunk)

    async def put(self, trunk: Trunk) -> None:
        if not trunk.enabled:
            await self._endpoints.remove_trunk(trunk.tenant_id, trunk.id)
            return
        await self._resolve(trunk)
        await self.tell_names()
        await self._endpoints.put_trunk(self._line(trunk))

    async def remove(self, trunk: Trunk) -> None:
        self._places.pop(trunk.id, None)
        await self._endpoints.remove_trunk(trunk.tenant_id, trunk.id)
        await self.tell_names()

    async def run(self) -> None:
        """For ever: a host's address may change, and one of several may not answer."""
        while True:
            await asyncio.gather(*(self._look_again(trunk) for trunk in self._tenants.known_trunks()))
            await asyncio.sleep(RESOLVE_EVERY_S)

    async def _look_again(self, trunk: Trunk) -> None:
        before = self._line(trunk)
        if not trunk.enabled or trunk.host is None:
            return
        async with self._gate:
            await self._resolve(trunk, elsewhere=self.statuses.status(trunk.id).status == "unreachable")
        await self.tell_names()
        if self._line(trunk) != before and self._tenants.known_trunk(trunk.id) == trunk:  # else it was pushed meanwhile
            with contextlib.suppress(Invalid):
                await self._endpoints.put_trunk(self._line(trunk))

    def _place(self, trunk_id: TrunkId) -> SipTarget | None:
        places = self._places.get(trunk_id)
        return places[0] if places else None

    async def tell_names(self) -> None:
        """Where Asterisk finds those that it must call by their name. The place in use of the first who named it."""
        named: dict[str, str] = {}
        for trunk in self._tenants.known_trunks():
            places = self._places.get(trunk.id) if trunk.enabled and trunk.transport == "tls" else None
            if places and trunk.host and not is_address(trunk.host):
                named.setdefault(_certified(trunk.host), places[0].address)
        await self._names.tell(named)

    async def _resolve(self, trunk: Trunk, *, elsewhere: bool = False) -> None:
        """Where its name is not known now, the last known places stay. `elsewhere`: the one in use does not answer."""
        if trunk.host is None:
            self._places.pop(trunk.id, None)
            return
        found, why = await self._targets.allowed(trunk.host, trunk.port, trunk.transport)
        if why is not None:
            log.warning("trunk %s is not used: its host is %s", trunk.id, why)
            self._places[trunk.id] = []
        elif found:
            self._places[trunk.id] = _in_turn(found, self._places.get(trunk.id), elsewhere=elsewhere)
        if trunk.kind == "registration" and (why is not None or found):
            self._tenants.note_resolved(trunk.id, tuple(sorted({place.address for place in found})))

    def _line(self, trunk: Trunk) -> TrunkLine:
        """Without a way out while its host is nowhere, or where no trunk may lead."""
        places = self._places.get(trunk.id)
        return TrunkLine(
            tenant_id=trunk.tenant_id,
            trunk_id=trunk.id,
            addresses=trunk.addresses,
            resolved=self._tenants.resolved(trunk.id),
            host=_named(trunk) if places else "",
            unusable="" if places or trunk.host is None else "unreachable" if places is None else "forbidden",
            via=_via(trunk, places[0]) if places else "",
            port=trunk.port,
            transport=trunk.transport,
            username=trunk.login.username if trunk.login else "",
            password=self._tenants.trunk_password(trunk),
            registers=trunk.kind == "registration",
            send_as_account=trunk.send_as_account,
            srtp=trunk.srtp,
            symmetric_rtp=trunk.symmetric_rtp,
        )


def _via(trunk: Trunk, place: SipTarget) -> str:
    """Empty where Asterisk goes there by itself: to an address."""
    if trunk.host is None or is_address(trunk.host):
        return ""
    if trunk.transport == "tls":
        return f"{_certified(trunk.host)}:{place.port}"
    return f"[{place.address}]:{place.port}" if ":" in place.address else f"{place.address}:{place.port}"


def _named(trunk: Trunk) -> str:
    return _certified(trunk.host or "") if trunk.transport == "tls" else trunk.host or ""


def _certified(host: str) -> str:
    """The name for which a certificate must be."""
    return host.rstrip(".").lower()


def _in_turn(found: list[SipTarget], before: list[SipTarget] | None, *, elsewhere: bool) -> list[SipTarget]:
    """The place in use stays in use while it is one of them; where it does not answer, the next has its turn."""
    used = before[0] if before else None
    if used not in found:
        return found
    at = (found.index(used) + int(elsewhere)) % len(found)
    return found[at:] + found[:at]
