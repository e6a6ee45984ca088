"""Which trunks an address may send calls by, found at once however many networks there are. Memory only; pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from call24.tenants.model import Trunk

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Way = tuple[Network, Trunk]


class WaysIn:
    """`trunks`: each with the addresses that its host has; those that are switched off let nobody in."""

    def __init__(self, trunks: Iterable[tuple[Trunk, Iterable[str]]]) -> None:
        self._by_length: dict[tuple[int, int], dict[int, list[Way]]] = {}
        for trunk, resolved in trunks:
            for text in dict.fromkeys((*trunk.addresses, *resolved)) if trunk.enabled else ():
                network = ipaddress.ip_network(text.partition("%")[0])
                length = self._by_length.setdefault((network.version, network.prefixlen), {})
                length.setdefault(int(network.network_address), []).append((network, trunk))

    def of(self, address: str) -> list[Way]:
        """Each network that the address is in, with its trunk; nothing for what is no address."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return []
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        found: list[Way] = []
        for (version, length), theirs in self._by_length.items():
            if version == ip.version:
                beyond = ip.max_prefixlen - length
                found += theirs.get(int(ip) >> beyond << beyond, ())
        return found
