"""From which networks an organisation's people were let in within a day, so that it sees the bans that meet them.

In memory alone, and bounded: a restart forgets it.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from call24.kit.addresses import network_of
from call24.kit.ids import TenantId

KEPT_S = 86_400.0
NETWORKS_MAX = 500
"""Of one organisation; the one not seen for longest goes first."""
ORGANISATIONS_MAX = 2_000


class CameFrom:
    """`now`: seconds of a clock that never goes back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: OrderedDict[TenantId, OrderedDict[str, float]] = OrderedDict()

    def note(self, tenant_id: TenantId, address: str) -> None:
        theirs = self._seen.setdefault(tenant_id, OrderedDict())
        network = network_of(address)
        theirs[network] = self._now()
        theirs.move_to_end(network)
        self._seen.move_to_end(tenant_id)
        if len(theirs) > NETWORKS_MAX:
            theirs.popitem(last=False)
        if len(self._seen) > ORGANISATIONS_MAX:
            self._seen.popitem(last=False)

    def within(self, tenant_id: TenantId, network: str) -> bool:
        """Whether somebody of the organisation came from there."""
        wanted = ipaddress.ip_network(network)
        oldest = self._now() - KEPT_S
        return any(at > oldest and _meets(one, wanted) for one, at in self._seen.get(tenant_id, {}).items())


def _meets(network: str, wanted: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        found = ipaddress.ip_network(network)
    except ValueError:  # of a client without an address
        return False
    return found.version == wanted.version and found.overlaps(wanted)
