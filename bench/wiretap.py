"""SIP as it passes on loopback, with the kernel's own time stamps: finer than any generator's clock.

Only INVITEs and 200s to or from one port are let through by a filter in the kernel. Needs root (CAP_NET_RAW).
"""

from __future__ import annotations

import contextlib
import ctypes
import re
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

SO_ATTACH_FILTER, SO_TIMESTAMPNS, ETH_P_ALL, PACKET_OUTGOING = 26, 35, 3, 4
HEADERS = 42  # Ethernet, IPv4 without options, UDP
FROM = re.compile(rb"^(?:From|f):[^\n]*?sip:([^@>;]+)[@>;]", re.IGNORECASE | re.MULTILINE)
CALL_ID = re.compile(rb"^(?:Call-ID|i):\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Delays:
    """Milliseconds from a caller's INVITE to its 200, and to the 200 of the agent's phone that it was given."""

    answer: list[float] = field(default_factory=list)
    agent: list[float] = field(default_factory=list)


class Wiretap:
    def __init__(self, sip_port: int) -> None:
        self._port = sip_port
        self._seen: list[tuple[int, bytes]] = []
        self._stop = threading.Event()

    @contextlib.contextmanager
    def listening(self) -> Iterator[Wiretap]:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as tap:
            attached = _filter(self._port)  # named, so that its memory lives until the kernel has copied it
            tap.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, attached[0])
            tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
            tap.bind(("lo", 0))
            tap.settimeout(0.2)
            reading = threading.Thread(target=self._read, args=(tap,))
            reading.start()
            try:
                yield self
            finally:
                self._stop.set()
                reading.join()

    def _read(self, tap: socket.socket) -> None:
        while not self._stop.is_set():
            try:
                packet, marks, _, address = tap.recvmsg(4096, 64)
            except TimeoutError:
                continue
            if address[2] == PACKET_OUTGOING:  # on loopback each is seen twice
                continue
            seconds, nanoseconds = struct.unpack("qq", marks[0][2])
            self._seen.append((seconds * 10**9 + nanoseconds, packet[HEADERS:]))

    def delays(self) -> Delays:
        """Callers are told from agents by who sends the INVITE; a call's two legs by the caller's number.

        So no number may ring twice while this listens.
        """
        found, callers, agents = Delays(), {}, {}
        for at, text in self._seen:
            call_id, number = _word(CALL_ID, text), _word(FROM, text)
            if text.startswith(b"INVITE") and number not in callers:
                callers[number] = (call_id, at)
            elif text.startswith(b"INVITE") and callers[number][0] != call_id:
                agents.setdefault(call_id, number)
            elif number in callers and callers[number][0] == call_id:
                if b"INVITE" in text.split(b"CSeq:", 1)[-1][:20]:
                    found.answer.append((at - callers[number][1]) / 1e6)
            elif call_id in agents and b"INVITE" in text.split(b"CSeq:", 1)[-1][:20]:
                found.agent.append((at - callers[agents.pop(call_id)][1]) / 1e6)
        return found


def _word(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    match = pattern.search(text)
    return match[1] if match else b""


def _filter(port: int) -> tuple[bytes, object]:
    """UDP, to or from the port, and begins with `INVI` or `SIP/2.0 200 `."""
    load_byte, load_half, load_word, equal, give = 0x30, 0x28, 0x20, 0x15, 0x06
    invite, status, ok = (int.from_bytes(word, "big") for word in (b"INVI", b"SIP/", b"200 "))
    program = [
        (load_byte, 0, 0, 23), (equal, 0, 10, 17),
        (load_half, 0, 0, 34), (equal, 2, 0, port),
        (load_half, 0, 0, 36), (equal, 0, 6, port),
        (load_word, 0, 0, HEADERS), (equal, 3, 0, invite), (equal, 0, 3, status),
        (load_word, 0, 0, HEADERS + 8), (equal, 0, 1, ok),
        (give, 0, 0, 4096), (give, 0, 0, 0),
    ]  # fmt: skip
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    memory = ctypes.create_string_buffer(code)
    return struct.pack("HL", len(program), ctypes.addressof(memory)), memory
