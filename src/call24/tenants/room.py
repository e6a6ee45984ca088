"""Organisations: their settings, trunks and numbers, and the calls that were refused."""

from __future__ import annotations

from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.own_addresses import own_addresses
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.kit.sip_targets import SipTargets
from call24.tenants import personal_data, store
from call24.tenants import refused_calls as refusals
from call24.tenants.api import numbers, organisation, refused_calls, trunks
from call24.tenants.model import Trunk
from call24.tenants.permissions import PERMISSIONS
from call24.tenants.refused_calls import RECENT_MAX, RefusedCalls
from call24.tenants.rules import TrunkLimits
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, settings = there.get(Mongo), there.get(Clock), there.get(Settings)
    tenants = TenantService(mongo, clock, there.get(AppKey), trunk_limits(settings), trunk_targets(settings))
    refused = RefusedCalls(mongo, clock, tenants)
    behind = BackgroundTask(
        name="refused calls", run=refused.run, bound=f"once a second, {RECENT_MAX} of each organisation"
    )
    return Built(services=(tenants, refused), tasks=(behind,), refresh=(tenants.refresh,))


def trunk_limits(settings: Settings) -> TrunkLimits:
    widest = {4: settings.trunk_widest_ipv4, 6: settings.trunk_widest_ipv6}
    most, each = settings.trunk_networks, settings.trunk_networks_each
    tls = settings.own_asterisk or settings.pbx is not None
    return TrunkLimits(networks_of_one=each, networks_of_all=most, widest=widest, tls=tls)


def trunk_targets(settings: Settings) -> SipTargets:
    public = frozenset({settings.public_address})

    return SipTargets(
        private=settings.trunks_private, own_ports=settings.own_ports, own=lambda: own_addresses() | public
    )


ROOM = Room(
    name="tenants",
    provides=(
        TenantService,
        RefusedCalls,
    ),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        organisation.router,
        refused_calls.router,
        trunks.router,
        numbers.router,
    ),
    indexes=(*store.INDEXES, *refusals.INDEXES),
    sealed=(SealedField(kind=Trunk, field="login.password", purpose="trunk passwords"),),
    holds=personal_data.HOLDS,
)
