"""DTLS-SRTP between two ends of our own, over a link in memory."""

from __future__ import annotations

import asyncio

import pytest

from call24.testphones.dtls_srtp import MTU, DtlsFailed, DtlsSrtp, Identity, datagrams, is_dtls
from call24.testphones.rtp import RtpPacket
from call24.testphones.tone import SILENCE

PACKET = RtpPacket(0, 1, 160, 99, SILENCE).encode()


class Pair:
    """A client and a server; `lost` counts down the datagrams of the client that do not arrive."""

    def __init__(self, *, announced_by_client: str | None = None, lost: int = 0) -> None:
        mine, theirs = Identity(), Identity()
        self.lost = lost
        self.sent: list[bytes] = []
        self.client = DtlsSrtp(self._to_server, mine, client=True, peer_fingerprint=f"sha-256 {theirs.fingerprint}")
        announced = announced_by_client or mine.fingerprint
        self.server = DtlsSrtp(self._to_client, theirs, client=False, peer_fingerprint=f"SHA-256 {announced.lower()}")

    async def shake_hands(self) -> None:
        await asyncio.gather(self.server.handshake(5), self.client.handshake(5))

    def _to_server(self, datagram: bytes) -> None:
        self.sent.append(datagram)
        if self.lost:
            self.lost -= 1
        else:
            asyncio.get_running_loop().call_soon(self.server.receive, datagram)

    def _to_client(self, datagram: bytes) -> None:
        self.sent.append(datagram)
        asyncio.get_running_loop().call_soon(self.client.receive, datagram)


async def test_audio_that_one_end_protects_only_the_other_reads() -> None:
    pair = Pair()
    assert pair.client.protect(PACKET) is None
    await pair.shake_hands()
    protected = pair.client.protect(PACKET)
    assert protected is not None
    assert SILENCE not in protected
    assert pair.server.unprotect(protected) == PACKET
    assert pair.client.unprotect(protected) is None
    assert pair.server.unprotect(protected[:-1] + b"\0") is None
    assert all(is_dtls(datagram) and len(datagram) <= MTU for datagram in pair.sent)


async def test_a_lost_hello_is_sent_again() -> None:
    pair = Pair(lost=1)
    await pair.shake_hands()
    assert pair.client.protect(PACKET) is not None


async def test_a_certificate_other_than_announced_gives_no_keys() -> None:
    pair = Pair(announced_by_client=Identity().fingerprint)
    with pytest.raises(DtlsFailed, match="announced"):
        await pair.shake_hands()
    assert pair.server.protect(PACKET) is None


async def test_nobody_there_is_a_failure_in_time() -> None:
    alone = DtlsSrtp(lambda _: None, Identity(), client=True, peer_fingerprint="sha-256 AA")
    with pytest.raises(DtlsFailed, match="in time"):
        await alone.handshake(0.05)


def test_records_are_never_cut_in_two() -> None:
    def record(size: int) -> bytes:
        return b"\x16\xfe\xfd" + bytes(8) + size.to_bytes(2, "big") + bytes(size)

    sizes = [500, 600, 700, 20, 1187]
    packed = datagrams(b"".join(record(size) for size in sizes))
    assert [len(datagram) for datagram in packed] == [500 + 13 + 600 + 13, 700 + 13 + 20 + 13, 1200]
