"""Programs for the kernel's socket filter: whose packets a socket takes, and whose are dropped before it.

Which addresses, and on which sockets, is decided elsewhere (sip_firewall.py). Pure; standard library only.
Source: linux/filter.h (classic BPF); the network header of a packet is reached at SKF_NET_OFF.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Iterable

MOST_ALLOWED: dict[int, int] = {socket.AF_INET: 2400, socket.AF_INET6: 1500}
"""Instructions. A program has 4,096, and 500 banned addresses take 1,001, of IPv6 2,500; a network of IPv4 takes 3."""
_LOAD, _AND, _EQUAL, _AT_LEAST, _MORE, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x25, 0x06
_NETWORK_HEADER = 0xFFF00000
_WHOLE = 0xFFFFFFFF
_SOURCE_V4, _SOURCE_V6 = 12, 8

Instruction = tuple[int, int, int, int]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def dropping(family: int, addresses: list[bytes]) -> list[Instruction]:
    """What comes from them ends here; of IPv6 the network of 64 bits that an address is in."""
    made: list[Instruction] = []
    if family == socket.AF_INET and addresses:
        made.append((_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V4))
        for address in addresses:
            made += [(_EQUAL, 0, 1, int.from_bytes(address, "big")), (_RETURN, 0, 0, 0)]
    elif family == socket.AF_INET6:
        for address in addresses:
            high, low = struct.unpack("!II", address[:8])
            made += [(_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V6), (_EQUAL, 0, 3, high)]
            made += [(_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V6 + 4), (_EQUAL, 0, 1, low), (_RETURN, 0, 0, 0)]
    return made


def allowing(family: int, networks: Iterable[str]) -> list[Instruction] | None:
    """What comes from these networks is taken, all else ends here. None: they are more than a program can hold."""
    kind = ipaddress.IPv6Network if family == socket.AF_INET6 else ipaddress.IPv4Network
    found = [one for one in map(_network, networks) if isinstance(one, kind)]
    joined: list[Network] = list(ipaddress.collapse_addresses(found))  # type: ignore[type-var]
    made: list[Instruction] = []
    for network in joined:
        made += _from_v4(network) if isinstance(network, ipaddress.IPv4Network) else _from_v6(network)
    if len(made) > MOST_ALLOWED[family]:
        return None
    begin = [(_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V4)] if family == socket.AF_INET else []
    return [*begin, *made, (_RETURN, 0, 0, 0)]


def taking_the_rest(made: list[Instruction]) -> list[Instruction]:
    return [*made, (_RETURN, 0, 0, _WHOLE)] if made else []


def is_network(text: str) -> bool:
    try:
        _network(text)
    except ValueError:
        return False
    return True


def _network(text: str) -> Network:
    """A link-local address names its interface, which is no part of it."""
    return ipaddress.ip_network(text.partition("%")[0], strict=False)


def _from_v4(network: ipaddress.IPv4Network) -> list[Instruction]:
    first, last = int(network.network_address), int(network.broadcast_address)
    return [(_AT_LEAST, 0, 2, first), (_MORE, 1, 0, last), (_RETURN, 0, 0, _WHOLE)]


def _from_v6(network: ipaddress.IPv6Network) -> list[Instruction]:
    """Word by word, as far as its prefix goes."""
    words = struct.unpack("!IIII", network.network_address.packed)
    masks = struct.unpack("!IIII", network.netmask.packed)
    made: list[Instruction] = []
    for number in reversed([number for number in range(4) if masks[number]]):
        after = len(made) + 1  # this word's other instructions, and the return, are jumped over
        check = [(_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V6 + 4 * number)]
        if masks[number] != _WHOLE:
            check.append((_AND, 0, 0, masks[number]))
        made = [*check, (_EQUAL, 0, after, words[number]), *made]
    return [*made, (_RETURN, 0, 0, _WHOLE)]
