"""The audio of a WebRTC call: ICE finds the way, DTLS-SRTP guards it, an RTP stream speaks and listens on it.

Answers offers only, with one stream of PCMU on one port (rtcp-mux). RTCP is not sent and is not looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket

from aioice import Candidate, Connection

from call24.testphones import sdp
from call24.testphones.dtls_srtp import DtlsFailed, DtlsSrtp, Identity, is_dtls
from call24.testphones.rtp import RtpStream, Voice, is_rtcp


class AudioFailed(Exception):
    """No audio could be set up; the text says which step failed."""


class _Ice(Connection):
    """Offers one address: that from which the other side is reached, loopback too.

    With two, aioice sends from the pair that was nominated last and Asterisk listens to the one of highest priority
    alone: they can differ for as long as the call lasts, and then Asterisk drops all that is said.
    """

    def __init__(self, towards: list[Candidate]) -> None:
        super().__init__(ice_controlling=False, use_ipv6=False)
        self._towards = towards

    async def get_component_candidates(self, component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:
        return await super().get_component_candidates(component, [_address_towards(self._towards)], timeout)


def _address_towards(candidates: list[Candidate]) -> str:
    for candidate in sorted(candidates, key=lambda one: -one.priority):
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((candidate.host, candidate.port))  # asks the routing table; nothing is sent
            return str(probe.getsockname()[0])
    return "127.0.0.1"


class WebRtcAudio:
    """`offer` is the other side's description.

    Raises: AudioFailed, when made, for an offer that is not WebRTC's.
    """

    def __init__(self, offer: sdp.Audio, voice: Voice) -> None:
        if offer.attribute("fingerprint") is None or offer.attribute("ice-ufrag") is None:
            raise AudioFailed("the offer has no fingerprint or no ICE: not a WebRTC offer")
        self.stream = RtpStream(self._send_audio, voice)
        self.stream.key_type = offer.key_type
        self._offer = offer
        self._identity = Identity()
        self._client = offer.attribute("setup") != "active"
        try:
            candidates = [Candidate.from_sdp(line) for line in offer.attribute_values("candidate")]
        except ValueError as error:
            raise AudioFailed("the offer has a malformed candidate") from error
        self._candidates = [one for one in candidates if one.component == 1 and _is_ipv4(one.host)]
        self._ice = _Ice(self._candidates)
        self._dtls = DtlsSrtp(
            self._queue, self._identity, client=self._client, peer_fingerprint=offer.attribute("fingerprint") or ""
        )
        # Bounded: audio that cannot leave now is worth nothing later, so the newest is dropped.
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(maxsize=100)
        self._carrier: asyncio.Task[None] | None = None

    async def gather(self) -> None:
        """Finds our own addresses; `description` needs them."""
        await self._ice.gather_candidates()

    def description(self, direction: str = "sendrecv", version: int = 1) -> str:
        default = self._ice.get_default_candidate(1)
        assert default is not None
        return sdp.webrtc_answer(
            self._offer,
            host=default.host,
            port=default.port,
            ufrag=self._ice.local_username,
            password=self._ice.local_password,
            candidates=[candidate.to_sdp() for candidate in self._ice.local_candidates],
            fingerprint=self._identity.fingerprint,
            setup="active" if self._client else "passive",
            direction=direction,
            version=version,
        )

    async def connect(self, timeout_s: float = 10.0) -> None:
        """ICE, then DTLS, then audio flows.

        Raises: AudioFailed.
        """
        self._ice.remote_username = self._offer.attribute("ice-ufrag")
        self._ice.remote_password = self._offer.attribute("ice-pwd")
        self._ice.remote_is_lite = self._offer.attribute("ice-lite") is not None
        try:
            async with asyncio.timeout(timeout_s):
                for candidate in self._candidates:
                    await self._ice.add_remote_candidate(candidate)
                await self._ice.add_remote_candidate(None)
                await self._ice.connect()
                self._carrier = asyncio.create_task(self._carry(), name="webrtc audio")
                await self._dtls.handshake(timeout_s)
        except (ConnectionError, TimeoutError) as error:
            raise AudioFailed(f"ICE found no way: {str(error) or 'no answer in time'}") from error
        except DtlsFailed as error:
            raise AudioFailed(f"DTLS: {error}") from error
        self.stream.start()

    async def close(self) -> None:
        self.stream.stop()
        self._dtls.close()
        if self._carrier is not None:
            self._carrier.cancel()
            await asyncio.wait((self._carrier,))
        await self._ice.close()

    async def _carry(self) -> None:
        async with asyncio.TaskGroup() as both:
            both.create_task(self._carry_out())
            both.create_task(self._carry_in())

    async def _carry_out(self) -> None:
        while True:
            datagram = await self._outgoing.get()
            try:
                await self._ice.send(datagram)
            except ConnectionError:
                return

    async def _carry_in(self) -> None:
        while True:
            try:
                datagram = await self._ice.recv()
            except ConnectionError:
                return
            if is_dtls(datagram):
                self._dtls.receive(datagram)
            elif not is_rtcp(datagram) and (packet := self._dtls.unprotect(datagram)) is not None:
                self.stream.receive(packet)

    def _send_audio(self, packet: bytes) -> None:
        protected = self._dtls.protect(packet)
        if protected is not None:
            self._queue(protected)

    def _queue(self, datagram: bytes) -> None:
        if not self._outgoing.full():
            self._outgoing.put_nowait(datagram)


def _is_ipv4(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 4
    except ValueError:
        return False
