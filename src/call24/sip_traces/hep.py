"""A datagram of Asterisk's capture (HEP version 3) as a packet. Pure; it trusts no length.

Source: HEP3 network protocol specification rev. 36 (sipcapture.org): chunks of vendor 0; Asterisk 22, res_hep.c.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from typing import NamedTuple

from call24.sip_traces.model import Address

MAGIC = b"HEP3"
_HEAD, _CHUNK = struct.Struct("!4sH"), struct.Struct("!HHH")
_TCP = 6
_PROTOCOL, _SOURCE, _TARGET, _SOURCE6, _TARGET6, _SOURCE_PORT, _TARGET_PORT = 2, 3, 4, 5, 6, 7, 8
_SECONDS, _MICROSECONDS, _PASSWORD, _PAYLOAD, _CALL_ID = 9, 10, 14, 15, 17


class Packet(NamedTuple):
    """`stream`: it came by TCP, TLS or a websocket, so `payload` may hold several messages, also other calls'.

    `at`: seconds since 1970; `call_id`: of the message that Asterisk had in hand.
    """

    source: Address
    target: Address
    stream: bool
    at: float
    password: bytes
    call_id: str
    payload: bytes


def packet_of(datagram: bytes) -> Packet | None:
    """None for what is no whole packet. Raises: nothing, whatever it holds."""
    chunks = _chunks(datagram)
    if chunks is None or _PAYLOAD not in chunks or not chunks.get(_CALL_ID):
        return None
    source = _address(chunks, _SOURCE, _SOURCE6, _SOURCE_PORT)
    target = _address(chunks, _TARGET, _TARGET6, _TARGET_PORT)
    if source is None or target is None:
        return None
    return Packet(
        source=source,
        target=target,
        stream=_number(chunks, _PROTOCOL, 1) == _TCP,
        at=_number(chunks, _SECONDS, 4) + _number(chunks, _MICROSECONDS, 4) / 1e6,
        password=chunks.get(_PASSWORD, b""),
        call_id=chunks[_CALL_ID].decode("utf-8", "replace"),
        payload=chunks[_PAYLOAD],
    )


def _chunks(datagram: bytes) -> dict[int, bytes] | None:
    if len(datagram) < _HEAD.size or _HEAD.unpack_from(datagram) != (MAGIC, len(datagram)):
        return None
    found, place = dict[int, bytes](), _HEAD.size
    while place < len(datagram):
        if place + _CHUNK.size > len(datagram):
            return None
        vendor, kind, length = _CHUNK.unpack_from(datagram, place)
        if length < _CHUNK.size or place + length > len(datagram):
            return None
        if vendor == 0:
            found[kind] = datagram[place + _CHUNK.size : place + length]
        place += length
    return found


def _number(chunks: Mapping[int, bytes], kind: int, size: int) -> int:
    found = chunks.get(kind, b"")
    return int.from_bytes(found) if len(found) == size else 0


def _address(chunks: Mapping[int, bytes], v4: int, v6: int, port: int) -> Address | None:
    found = chunks.get(v4) or chunks.get(v6) or b""
    if len(found) not in (4, 16):
        return None
    return str(ipaddress.ip_address(found)), _number(chunks, port, 2)
