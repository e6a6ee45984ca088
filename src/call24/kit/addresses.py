"""Whom a network address counts for, where attempts are counted by address. Pure."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """One IPv4 address, or the /64 that an IPv6 customer has (RFC 6177); what is no address counts for itself."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
