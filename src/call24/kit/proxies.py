"""Reverse proxies that are believed when they say from where, and by which scheme, they were asked."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


class Proxies:
    """`told`: IP addresses and networks. None of them: then what such headers say is what anybody may say.

    Raises: ValueError for what is neither.
    """

    def __init__(self, told: Iterable[str] = ()) -> None:
        self.networks = tuple(ipaddress.ip_network(each.strip()) for each in told)

    def client_in(self, forwarded: str) -> str:
        """Of the addresses in X-Forwarded-For the last that is no proxy's own."""
        told = [each.strip() for each in forwarded.split(",")]
        return next((each for each in reversed(told) if each not in self), told[0])

    def __contains__(self, address: object) -> bool:
        try:
            found = ipaddress.ip_address(str(address))
        except ValueError:  # of a socket that has no address
            return False
        mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
        if mapped is not None:  # so a socket of both families tells an IPv4 address
            found = mapped
        return any(found in network for network in self.networks)
