"""A carrier whose customers can be rung: a SIP server over UDP for a trunk that leads out, with a line for each number.

What it is told to do, each line does: answer, ring on, be busy, decline, or fail. It calls nobody by itself.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from call24.testphones import sdp
from call24.testphones.incoming_call import IncomingCall
from call24.testphones.plain_audio import Address, AudioSocket, open_audio
from call24.testphones.rtp import RtpStream, Silence, Tone, Voice
from call24.testphones.sip_call import ALLOW
from call24.testphones.sip_message import SipMessage, response, user_of
from call24.testphones.sip_transactions import Transactions
from call24.testphones.udp_link import SipSocket, open_sip

Manner = Literal["answer", "ring", "busy", "decline", "fail", "silent"]
"""What a line does when it is rung. `ring`: rings until somebody answers it or the caller gives up; `silent`: as if the
carrier had heard nothing."""

_REFUSALS: dict[Manner, tuple[int, str]] = {
    "busy": (486, "Busy Here"),
    "decline": (603, "Decline"),
    "fail": (503, "Service Unavailable"),
}


class Line:
    """One number at the carrier. `voice` is said from the answer on, if the line answers by itself."""

    def __init__(self, number: str, manner: Manner = "ring", voice: Voice | None = None) -> None:
        self.number = number
        self.manner: Manner = manner
        self.voice = voice or Silence()
        self.calls: list[LineCall] = []
        """Every call that rang here, oldest first."""
        self._waiting: asyncio.Queue[LineCall] = asyncio.Queue()

    async def rings(self, timeout_s: float = 10.0) -> LineCall:
        """The next call that rings here, or was answered already. Raises: TimeoutError."""
        async with asyncio.timeout(timeout_s):
            return await self._waiting.get()

    def take(self, call: LineCall) -> None:
        self.calls.append(call)
        call.ring()
        if self.manner == "answer":
            call.answer(voice=self.voice)
        self._waiting.put_nowait(call)


class LineCall(IncomingCall):
    """A call that rings at a carrier's line."""

    def __init__(
        self, transactions: Transactions, invite: SipMessage, media: AudioSocket, *, via: str, contact: str
    ) -> None:
        super().__init__(transactions, invite, RtpStream(media.send, Silence()), via=via, contact=contact)
        self._media = media
        media.stream = self.stream
        self._offer = sdp.read_audio(invite.body)

    def answer(self, tone_hz: int | None = None, voice: Voice | None = None) -> None:
        """Picks up, and says a tone, a voice, or nothing. Does nothing where the caller gave up first."""
        if self.end is not None:
            return
        if tone_hz is not None or voice is not None:
            self.say(voice or Tone(tone_hz or 0))
        self.take_audio(self._offer)
        self._pick_up(self.describe(self._offer, "sendrecv"))
        self.stream.start()

    def describe(self, offer: sdp.Audio | None, direction: str) -> str:
        return sdp.plain_audio(self._media.host, self._media.port, direction, self._sdp_version)

    def take_audio(self, audio: sdp.Audio) -> None:
        self._media.to = (audio.host, audio.port) if audio.port and audio.host != "0.0.0.0" else None

    def close_audio(self) -> None:
        self._media.close()


class Carrier:
    """Within its `async with`, `address` takes calls; `server` is the PBX that they come from."""

    def __init__(self, server: Address, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.address: Address = (host, port)
        self.asked: list[str] = []
        """The number of each call that came in, oldest first."""
        self._server = server
        self._lines: dict[str, Line] = {}
        self._calls: dict[str, LineCall] = {}
        self._socket: SipSocket | None = None
        self._opening: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Raises: OSError if the port cannot be had."""
        self._socket = await open_sip(self._server, self.address, self._take)
        self.address = self._socket.transport.get_extra_info("sockname")[:2]

    def close(self) -> None:
        """Hangs up whatever is left and waits for nothing."""
        for call in self._calls.values():
            call.hang_up()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def __aenter__(self) -> Carrier:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def line(self, number: str, manner: Manner = "ring", tone_hz: int | None = None) -> Line:
        """From now on this number exists here; any other is answered 404."""
        self._lines[number] = Line(number, manner, Tone(tone_hz) if tone_hz is not None else None)
        return self._lines[number]

    def _take(self, message: SipMessage) -> None:
        call = self._calls.get(message.call_id)
        if call is not None:
            call.take(message)
        elif message.method == "INVITE":
            self._invited(message)
        elif message.method == "OPTIONS":
            self._answer(message, 200, "OK")
        else:
            self._answer(message, 481, "Call/Transaction Does Not Exist")

    def _answer(self, to: SipMessage, status: int, reason: str) -> None:
        assert self._socket is not None
        self._socket.transactions.respond(to, response(to, status, reason, (ALLOW,), to_tag="carrier"))

    def _invited(self, invite: SipMessage) -> None:
        number = user_of(f"<{invite.uri}>")
        self.asked.append(number)
        line = self._lines.get(number)
        if line is None:
            self._answer(invite, 404, "Not Found")
        elif line.manner in _REFUSALS:
            self._answer(invite, *_REFUSALS[line.manner])
        elif line.manner != "silent":
            task = asyncio.create_task(self._ring(line, invite), name=f"line {number}")
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _ring(self, line: Line, invite: SipMessage) -> None:
        host, port = self.address
        try:
            sdp.read_audio(invite.body)
            media = await open_audio(host)
        except (sdp.NoCommonAudio, OSError):
            self._answer(invite, 488, "Not Acceptable Here")
            return
        assert self._socket is not None
        via, contact = f"SIP/2.0/UDP {host}:{port}", f"<sip:{line.number}@{host}:{port}>"
        call = LineCall(self._socket.transactions, invite, media, via=via, contact=contact)
        self._calls[invite.call_id] = call
        line.take(call)
