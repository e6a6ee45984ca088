"""How many connections the phones' port takes, by address and in all. Source of each figure: docs/security.md."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, fields, replace
from functools import lru_cache

ARI_RESERVE = 512
"""Sessions of Asterisk's HTTP server that phones never get: ARI's, with room for the doctor and a restarted server."""
HANDSHAKE_S = 5.0
"""TLS, and after it the request for the websocket: each."""
REGISTERED_WITHIN_S = 10.0
"""From the first byte to Asterisk's 200 to REGISTER; also the longest wait for a place."""
SILENT_S = 900.0
"""A phone registers again every two minutes; one that Asterisk has told nothing for so long is gone."""
STALLED_S = 10.0
"""How long a phone may take no bytes."""
FRAMES_MAX = 16
"""Frames that a connection may send before it is registered: a phone needs two."""
SOCKETS_OF_A_PHONE = 4
"""A phone has one; the oldest of more are closed."""
STRIKES, STRIKES_WITHIN_S, BANNED_S = 100, 60.0, 600.0
BROKEN = 6
"""Handshakes that fail, and connections that say nothing and leave, that weigh as much as one strike: a browser that
distrusts the certificate makes some, and each costs a millisecond at most."""
WIDE = 4
"""As much as this many of its /64 networks a /48 of IPv6 has, which is what many customers are given."""
KNOWN_S = 86_400.0
"""For how long an address is trusted more after a phone registered there."""
ADDRESSES_MAX = 20_000
"""Addresses that are remembered."""


@dataclass(frozen=True, kw_only=True)
class ConnectionLimits:
    """Connections in each state; those without `_each` in all, those with it of one address.

    `strangers`: admitted, not registered. `known`: the same of addresses where phones registered lately, on top.
    `waiting`: accepted, left alone until there is a place. `proxied`: of reverse proxies that have not said for whom.
    """

    strangers: int = 1024
    strangers_each: int = 64
    known: int = 512
    proxied: int = 256
    waiting: int = 4096
    waiting_each: int = 512
    registered: int = 2048
    registered_each: int = 1024

    @property
    def upstream(self) -> int:
        """Sessions of Asterisk that phones may have."""
        return self.strangers + self.known + self.registered

    @property
    def descriptors(self) -> int:
        return 2 * self.upstream + self.proxied + self.waiting + 64

    def within(self, descriptors: int) -> ConnectionLimits:
        """The same in proportion, for a process that may open fewer."""
        if descriptors >= self.descriptors:
            return self
        share = descriptors / self.descriptors
        smaller = {
            f.name: max(2, int(getattr(self, f.name) * share)) for f in fields(self) if not f.name.endswith("_each")
        }
        return replace(self, **smaller)


LIMITS = ConnectionLimits()
SESSIONS = LIMITS.upstream + ARI_RESERVE
"""What Asterisk's HTTP server has to take (sessionlimit)."""


def sender(address: str) -> str:
    """Whom an address counts as: of IPv6 the /64 network, which is one customer's."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


@lru_cache(ADDRESSES_MAX)
def wider(sender: str) -> str | None:
    """The /48 that a sender of IPv6 is in; None: it is another one."""
    if ":" not in sender:
        return None
    return str(ipaddress.ip_network(sender).supernet(new_prefix=48))
