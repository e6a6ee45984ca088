"""What sound passes on loopback from and to some ports, as anybody on the way would hear it. Needs CAP_NET_RAW."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Collection, Iterator

import numpy as np

ETH_P_ALL, PACKET_OUTGOING = 3, 4
IP, UDP, RTP = 14, 34, 42
ULAW = 0


class Wire:
    def __init__(self, ports: Collection[int]) -> None:
        self._ports = ports
        self._stop = threading.Event()
        self.sound: dict[bytes, bytearray] = {}
        """By SSRC, the payloads of RTP packets that say they are G.711 (PCMU)."""

    @contextlib.contextmanager
    def listening(self) -> Iterator[Wire]:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as tap:
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
                packet, _, _, address = tap.recvmsg(2048)
            except TimeoutError:
                continue
            if address[2] == PACKET_OUTGOING or len(packet) < RTP + 12 or packet[IP + 9] != socket.IPPROTO_UDP:
                continue
            ends = (int.from_bytes(packet[UDP + at : UDP + at + 2], "big") for at in (0, 2))
            if any(port in self._ports for port in ends) and packet[RTP] >> 6 == 2 and packet[RTP + 1] & 0x7F == ULAW:
                self.sound.setdefault(packet[RTP + 8 : RTP + 12], bytearray()).extend(packet[RTP + 12 : RTP + 172])

    def heard(self, hz: int) -> bool:
        """Whether half a second of one of the streams, taken as what it says it is, is this tone."""
        whole = [sound[-4000:] for sound in self.sound.values() if len(sound) >= 4000]
        return any(_share(_from_ulaw(bytes(sound)), hz) > 0.5 for sound in whole)


def _share(sound: np.ndarray[tuple[int], np.dtype[np.float64]], hz: int) -> float:
    """How much of its power is within 10 Hz of a tone: nearly all of the tone's, half a percent of what is sealed."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(sound), 1 / 8000) - hz) < 10
    return float(power[near].sum() / power.sum())


def _from_ulaw(sound: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    codes = ~np.frombuffer(sound, np.uint8)
    magnitude = (((codes & 0x0F).astype(int) << 3) + 0x84 << ((codes & 0x70) >> 4).astype(int)) - 0x84
    return np.where(codes & 0x80, -magnitude, magnitude).astype(float)
