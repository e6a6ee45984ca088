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

    def __contains__(self, address: object) -> bool:
        try:
            found = ipaddress.ip_address(str(address))
        except ValueError:  # of a socket that has no address
            return False
        return any(found in network for network in self.networks)
