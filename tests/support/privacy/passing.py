"""What passes in a network of a test's own (`product/alone.py`): each flow's bytes, and what sound is in it.

A flow is one direction between two ports. Every packet of the network is kept while it records, so it is for minutes.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import threading
from collections.abc import Iterator
from typing import NamedTuple

from tests.support.product.alone import _OUTGOING, _TCP, _UDP

_ALL, _IPV4 = 0x0003, 0x0800  # Source: if_ether.h
_SOL_PACKET, _STATISTICS = 263, 6  # Source: if_packet.h
_RTP_HEAD = 12


class Flow(NamedTuple):
    kind: str
    source: str
    source_port: int
    target: str
    target_port: int

    @property
    def ports(self) -> tuple[int, int]:
        return self.source_port, self.target_port

    @property
    def inside(self) -> bool:
        """Whether it is between two programs of the machine by its own address."""
        return all(ipaddress.ip_address(one).is_loopback for one in (self.source, self.target))


class Passing:
    """`bytes`: of each flow, in the order of their coming; `rtp`: payloads, by flow and SSRC."""

    def __init__(self) -> None:
        self.bytes: dict[Flow, bytearray] = {}
        self.rtp: dict[tuple[Flow, bytes], bytearray] = {}
        self.packets = self.lost = 0
        self._next: dict[Flow, int] = {}

    @contextlib.contextmanager
    def recording(self) -> Iterator[Passing]:
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL)) as wire:
            wire.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE: beyond the limit of the machine
            wire.settimeout(0.2)
            over = threading.Event()
            reader = threading.Thread(target=self._read, args=(wire, over))
            reader.start()
            try:
                yield self
            finally:
                over.set()
                reader.join()
                _, lost = struct.unpack("II", wire.getsockopt(_SOL_PACKET, _STATISTICS, 8))
                self.lost += lost

    def _read(self, wire: socket.socket, over: threading.Event) -> None:
        while True:
            try:
                packet, (_, protocol, kind, *_) = wire.recvfrom(1 << 17)
            except TimeoutError:
                if over.is_set():
                    return
                continue
            if kind == _OUTGOING and protocol == _IPV4:
                self._keep(packet)

    def _keep(self, packet: bytes) -> None:
        self.packets += 1
        carried, start, whole = packet[9], (packet[0] & 15) * 4, int.from_bytes(packet[2:4], "big")
        packet = packet[:whole] if whole else packet
        if carried not in (_TCP, _UDP):
            return
        source, target = (str(ipaddress.ip_address(packet[at : at + 4])) for at in (12, 16))
        ports = struct.unpack(">HH", packet[start : start + 4])
        flow = Flow("tcp" if carried == _TCP else "udp", source, ports[0], target, ports[1])
        if carried == _TCP:
            self._keep_tcp(flow, packet, start)
        else:
            self._keep_udp(flow, packet[start + 8 :])

    def _keep_tcp(self, flow: Flow, packet: bytes, start: int) -> None:
        payload = packet[start + (packet[start + 12] >> 4) * 4 :]
        number = int.from_bytes(packet[start + 4 : start + 8], "big")
        if payload and self._next.get(flow) != number + len(payload):  # else it was sent again
            self._next[flow] = number + len(payload)
            self.bytes.setdefault(flow, bytearray()).extend(payload)

    def _keep_udp(self, flow: Flow, payload: bytes) -> None:
        if len(payload) > _RTP_HEAD and payload[0] >> 6 == 2 and not 72 <= payload[1] & 0x7F <= 76:
            self.rtp.setdefault((flow, payload[8:12]), bytearray()).extend(payload[_RTP_HEAD:])
        else:
            self.bytes.setdefault(flow, bytearray()).extend(payload)
