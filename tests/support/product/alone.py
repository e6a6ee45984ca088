"""A network of a test's own in which every address is this machine, and what is asked for in it is written down.

`python -m tests.support.product.alone MODULE WORD...` runs a module there. Whoever connects to an address, whatever it
is, comes to this machine: to a server of the test that listens there, or to nobody. Names are looked up at `NAMES_AT`,
a name server of the test that knows the names it is given. Needs root. Source: ip-route(8), `local`; packet(7).
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

NAMES_AT = "45.45.45.53"
HERE = ("127.0.0.0/8", "192.168.24.1/32", "::1/128", "fe80::/10")
"""This machine's own: between its parts, and to the phones and browsers that the test has here."""
_NETWORK = """set -e
ip link set lo up
ip addr add 192.168.24.1/32 dev lo
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo || true
mount --bind "$1" /etc/resolv.conf
shift
exec "$@"
"""
_OUTGOING, _IPV4, _IPV6, _TCP, _UDP = 4, 0x0800, 0x86DD, 6, 17  # Source: if_packet.h, if_ether.h, in.h
_SYN, _ACK = 0x02, 0x10


class Attempt(NamedTuple):
    """A connection that was asked for, or the first packet to somewhere. `kind`: tcp or udp."""

    kind: str
    address: str
    port: int


def command(module: str, *words: str) -> list[str]:
    """What runs a module in a network of its own."""
    return [sys.executable, "-m", __name__, module, *words]


def possible() -> bool:
    """Whether this user may make a network and a mount for themselves."""
    made = subprocess.run(["unshare", "--net", "--mount", "ip", "link", "set", "lo", "up"], capture_output=True)
    return made.returncode == 0


class Watch:
    """Everything that leaves for an address that is not of `HERE`, and every name that is looked up."""

    def __init__(self) -> None:
        self.attempts: set[Attempt] = set()
        self.names: set[str] = set()
        self._here = [ipaddress.ip_network(net) for net in HERE]

    @contextlib.contextmanager
    def watching(self) -> Iterator[Watch]:
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003)) as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            wire.settimeout(0.2)
            over = threading.Event()
            reader = threading.Thread(target=self._read, args=(wire, over))
            reader.start()
            try:
                yield self
            finally:
                over.set()
                reader.join()

    def _read(self, wire: socket.socket, over: threading.Event) -> None:
        while True:
            try:
                packet, (_, protocol, kind, *_) = wire.recvfrom(1 << 16)
            except TimeoutError:
                if over.is_set():  # and nothing is left to be read
                    return
                continue
            if kind == _OUTGOING and protocol in (_IPV4, _IPV6):
                self._note(packet, protocol)

    def _note(self, packet: bytes, protocol: int) -> None:
        four = protocol == _IPV4
        carried, start = (packet[9], (packet[0] & 15) * 4) if four else (packet[6], 40)
        to = ipaddress.ip_address(packet[16:20] if four else packet[24:40])
        if carried not in (_TCP, _UDP) or any(to in net for net in self._here):
            return
        _, port = struct.unpack(">HH", packet[start : start + 4])
        if carried == _TCP:
            flags = packet[start + 13]
            if flags & _SYN and not flags & _ACK:
                self.attempts.add(Attempt("tcp", str(to), port))
            return
        if port == 53:
            self.names.add(_name(packet[start + 8 :]))
        self.attempts.add(Attempt("udp", str(to), port))


@contextlib.contextmanager
def name_server(names: Mapping[str, str]) -> Iterator[None]:
    """Answers with these addresses, and that there is no such name for all others."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind((NAMES_AT, 53))
        door.settimeout(0.2)
        over = threading.Event()
        server = threading.Thread(target=_answer, args=(door, names, over))
        server.start()
        try:
            yield
        finally:
            over.set()
            server.join()


def _answer(door: socket.socket, names: Mapping[str, str], over: threading.Event) -> None:
    while not over.is_set():
        try:
            asked, whom = door.recvfrom(4096)
        except TimeoutError:
            continue
        end = asked.index(0, 12) + 5
        question, address = asked[12:end], names.get(_name(asked))
        found = address is not None and question[-3] == 1  # of kind A
        answer = b"\xc0\x0c" + struct.pack(">HHIH4s", 1, 1, 5, 4, socket.inet_aton(address or "0.0.0.0"))
        flags = 0x8180 if address is not None else 0x8183
        head = asked[:2] + struct.pack(">HHHHH", flags, 1, int(found), 0, 0)
        door.sendto(head + question + (answer if found else b""), whom)


def _name(query: bytes) -> str:
    """Of a DNS message. Source: RFC 1035, 4.1."""
    labels, at = [], 12
    while at < len(query) and (length := query[at]):
        labels.append(query[at + 1 : at + 1 + length].decode("ascii", "replace"))
        at += 1 + length
    return ".".join(labels).lower()


def main(words: list[str]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".resolv.conf", delete=False) as file:
        file.write(f"nameserver {NAMES_AT}\noptions timeout:2 attempts:1\n")
    Path(file.name).chmod(0o644)
    inside = [sys.executable, "-m", *words]
    os.execvp("unshare", ["unshare", "--net", "--mount", "sh", "-c", _NETWORK, "sh", file.name, *inside])


if __name__ == "__main__":
    main(sys.argv[1:])
