"""Who is kept from the SIP port, put together: addresses of no trunk, who misbehaves in a trunk's range, and what lifts
a ban."""

from __future__ import annotations

from call24.asterisk.endpoints import Endpoints
from call24.asterisk.ranges import Network, Ranges
from call24.asterisk.scanners import Scanners
from call24.kit.clock import Clock
from call24.kit.settings import Settings
from call24.server.pbx_host import PbxHost
from call24.server.trunks import PushedTrunks
from call24.tenants.model import Trunk
from call24.tenants.service import TenantService


def scanners(
    settings: Settings,
    clock: Clock,
    tenants: TenantService,
    trunks: PushedTrunks,
    endpoints: Endpoints,
    host: PbxHost,
) -> Scanners:
    """Call it after `trunks.watch()`: a trunk's host is found before its bans are lifted."""

    def networks_of(address: str) -> list[Network]:
        return [network for network, _ in tenants.ways_in(address)]

    def call_came(way: str, let_in: bool) -> None:
        (ranges.got_in if let_in else ranges.refused)(way)

    async def lift(trunk: Trunk) -> None:
        await made.lift_within(trunks.networks_of(trunk))

    ranges = Ranges(settings.known_senders, networks_of, clock)
    made = Scanners(
        host.console,
        host.banned,
        trunks.networks,
        clock,
        ranges=ranges,
        exclude=endpoints.exclude,
        connecting=host.carriers,
    )
    tenants.events.call_came.append(call_came)
    tenants.events.trunk_added.append(lift)
    tenants.events.trunk_changed.append(lift)
    return made
