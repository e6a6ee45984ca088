"""A customer: a plain SIP user agent over UDP with G.711 audio, as a carrier's trunk would bring it in.

Only dials; who can be rung over a trunk is in carrier.py. One customer may hold several calls at once, on one SIP port
and a port of audio each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar

from call24.testphones import sdp
from call24.testphones.plain_audio import Address, AudioSocket, open_audio
from call24.testphones.rtp import RtpStream, Silence, Voice
from call24.testphones.sip_call import ALLOW, SDP_TYPE, SipCall
from call24.testphones.sip_dialog import CallEnd, Dialog, q850_cause
from call24.testphones.sip_message import SipMessage, authorisation, quoted, response
from call24.testphones.sip_transactions import TIMEOUT_S, ClientTransaction, Transactions, cancel_of
from call24.testphones.udp_link import SipSocket, open_sip


class Customer:
    """Rings numbers from `number`. `credentials` (name, password) answer a 401 or 407; `headers` go on each INVITE.

    `rtp_ports` is an inclusive range for audio; None takes any free port. `stream_of` makes the RTP stream of a call.
    """

    stream_of: ClassVar[type[RtpStream]] = RtpStream

    def __init__(
        self,
        server: Address,
        number: str,
        display_name: str = "",
        *,
        local_host: str = "127.0.0.1",
        local_port: int = 0,
        rtp_ports: tuple[int, int] | None = None,
        credentials: tuple[str, str] | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.server = server
        self.number = number
        self.display_name = display_name
        self.credentials = credentials
        self.headers = tuple(headers)
        self._local: Address = (local_host, local_port)
        self._rtp_ports = rtp_ports
        self._socket: SipSocket | None = None
        self._calls: dict[str, CustomerCall] = {}

    async def dial(self, number: str, voice: Voice | None = None, *, target: str | None = None) -> CustomerCall:
        """Sends the INVITE and returns at once; `voice` is said from the answer on (silence if not given).

        `target`: the URI to ring, where that is not the number's at the server.

        Raises: OSError if no port can be had.
        """
        link = await self._open()
        media = await open_audio(self._local[0], self._rtp_ports)
        host, port = self._local
        user = self.number.replace(" ", "")
        name = f"{quoted(self.display_name)} " if self.display_name else ""
        dialog = Dialog.calling(
            via=f"SIP/2.0/UDP {host}:{port}",
            contact=f"<sip:{user}@{host}:{port}>",
            local=f"{name}<sip:{user}@{host}>",
            to=f"sip:{number}@{self.server[0]}:{self.server[1]}",
        )
        dialog.target = target or dialog.target
        call = CustomerCall(self, link.transactions, dialog, media, voice or Silence())
        self._calls = {key: earlier for key, earlier in self._calls.items() if earlier.end is None}
        self._calls[dialog.call_id] = call
        call.invite()
        return call

    def close(self) -> None:
        """Hangs up whatever is left, waits for nothing, and frees the ports."""
        for call in list(self._calls.values()):
            call.hang_up()
            call.close_audio()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def __aenter__(self) -> Customer:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def _open(self) -> SipSocket:
        if self._socket is None:
            self._socket = await open_sip(self.server, self._local, self.take)
            self._local = self._socket.transport.get_extra_info("sockname")[:2]
        return self._socket

    def take(self, message: SipMessage) -> None:
        """A request of the server's, to one of our calls or to nobody."""
        assert self._socket is not None
        call = self._calls.get(message.call_id)
        if call is not None and call.dialog.owns(message):
            call.take(message)
        elif message.method == "OPTIONS":
            self._socket.transactions.respond(message, response(message, 200, "OK", (ALLOW,), to_tag="options"))
        else:
            refusal = response(message, 481, "Call/Transaction Does Not Exist", to_tag="nobody")
            self._socket.transactions.respond(message, refusal)


class CustomerCall(SipCall):
    """One call of a customer, from the INVITE on. `ringing_at` is the first 180 or 183."""

    def __init__(
        self, customer: Customer, transactions: Transactions, dialog: Dialog, media: AudioSocket, voice: Voice
    ) -> None:
        super().__init__(transactions, dialog, customer.stream_of(media.send, voice))
        media.stream = self.stream
        self.dialled_at = time.time()
        self.ringing_at: float | None = None
        self._customer = customer
        self._media = media
        self._invite: ClientTransaction | None = None
        self._giving_up = False
        self._ringing = asyncio.Event()
        self._given_up: asyncio.TimerHandle | None = None

    def invite(self, proof: tuple[tuple[str, str], ...] = ()) -> None:
        headers = (ALLOW, *self._customer.headers, *proof, SDP_TYPE)
        message = self.dialog.request("INVITE", headers, self.describe(None, "sendrecv"))
        self._invite = self._transactions.start(message, self._on_answer)

    async def ringing(self, timeout_s: float) -> float:
        """Raises: CallFailed, TimeoutError."""
        await self._before_the_end(self._ringing.wait(), timeout_s)
        assert self.ringing_at is not None
        return self.ringing_at

    def hang_up(self) -> None:
        """Ends the call: CANCEL before the answer, BYE after it."""
        if self.answered_at is not None or self.end is not None:
            super().hang_up()
            return
        self._giving_up = True
        self._cancel()

    def describe(self, offer: sdp.Audio | None, direction: str) -> str:
        return sdp.plain_audio(self._media.host, self._media.port, direction, self._sdp_version)

    def take_audio(self, audio: sdp.Audio) -> None:
        self._media.to = (audio.host, audio.port) if audio.port and audio.host != "0.0.0.0" else None

    def close_audio(self) -> None:
        self._media.close()

    def _cancel(self) -> None:
        # A CANCEL may only follow a provisional response; before it there is nothing to cancel (RFC 3261, 9.1).
        if self._invite is None or not self._invite.provisional or self._given_up is not None:
            return
        self._given_up = asyncio.get_running_loop().call_later(TIMEOUT_S, self._never_confirmed)
        self._transactions.start(cancel_of(self._invite.request), self.note)

    def _never_confirmed(self) -> None:
        if self.end is None:
            self._over(CallEnd("us", 408, "no answer to CANCEL", None, time.time()))

    def _on_answer(self, answer: SipMessage) -> None:
        self.note(answer)
        if answer.status < 200:
            self._on_provisional(answer)
        elif answer.status < 300:
            self._on_success(answer)
        elif answer.status in (401, 407) and self._authorise(answer):
            pass
        elif self.end is None:
            if self._given_up is not None:
                self._given_up.cancel()
            by = "us" if self._giving_up and answer.status == 487 else "them"
            self._over(CallEnd(by, answer.status, answer.reason, q850_cause(answer), time.time()))

    def _on_provisional(self, answer: SipMessage) -> None:
        if answer.status in (180, 183) and self.ringing_at is None:
            self.ringing_at = time.time()
            self._ringing.set()
        if answer.body and self.answered_at is None:
            self._hear(answer)  # early media
        if self._giving_up:
            self._cancel()

    def _on_success(self, answer: SipMessage) -> None:
        if self.answered_at is not None:  # our ACK was lost: the server repeats its answer until one arrives
            self._acknowledge(answer)
            return
        self.dialog.establish(answer)
        self._acknowledge(answer)
        self.answered_at = time.time()
        if self._given_up is not None:
            self._given_up.cancel()
        if not self._hear(answer) or self._giving_up:
            super().hang_up()
            return
        self._ringing.set()
        self.ringing_at = self.ringing_at or self.answered_at
        self._answered.set()

    def _acknowledge(self, answer: SipMessage) -> None:
        self._transactions.send(self.dialog.request("ACK", cseq=answer.cseq[0]))

    def _hear(self, answer: SipMessage) -> bool:
        try:
            self.take_audio(sdp.read_audio(answer.body))
        except sdp.NoCommonAudio:
            return False
        self.stream.start()
        return True

    def _authorise(self, answer: SipMessage) -> bool:
        assert self._invite is not None
        tried = self._invite.request
        if self._customer.credentials is None or tried.header("Authorization") or tried.header("Proxy-Authorization"):
            return False
        asked, given = ("WWW-Authenticate", "Authorization") if answer.status == 401 else (
            "Proxy-Authenticate", "Proxy-Authorization")  # fmt: skip
        proof = authorisation(answer.all(asked), "INVITE", tried.uri, *self._customer.credentials)
        if proof is not None:
            self.invite(((given, proof),))
        return proof is not None
