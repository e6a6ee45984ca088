"""The addresses that this machine itself has, loopback included. Standard library only; it asks no network."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


def own_addresses() -> frozenset[str]:
    """Those of its interfaces. Source: proc(5), net/fib_trie and net/if_inet6."""
    return frozenset((*_ipv4(), *_ipv6()))


def is_own(address: str, own: frozenset[str]) -> bool:
    """`own`: what `own_addresses` gave, and perhaps the address that others reach this machine by. Of `0.0.0.0` and
    `::` the kernel makes the machine itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_unspecified or str(ip) in own or any(ip in each for each in _LOOPBACK if each.version == ip.version)


def _ipv4() -> list[str]:
    return re.findall(r"\|-- (\d+\.\d+\.\d+\.\d+)\n\s+/32 host LOCAL", _read("/proc/net/fib_trie"))


def _ipv6() -> list[str]:
    rows = [row.split() for row in _read("/proc/net/if_inet6").splitlines()]
    return [str(ipaddress.IPv6Address(int(row[0], 16))) for row in rows if row]


def _read(place: str) -> str:
    try:
        return Path(place).read_text()
    except OSError:
        return ""
