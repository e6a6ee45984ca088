"""A call that rings at a synthetic agent's phone: ring, answer, decline, and be cancelled.

Knows neither the websocket nor the registration; those are the phone's.
"""

from __future__ import annotations

import asyncio
import re
import time

from call24.standalone import sdp
from call24.standalone.rtp import Tone, Voice
from call24.standalone.sip_call import ALLOW, SDP_TYPE, SipCall
from call24.standalone.sip_dialog import CallEnd, Dialog, q850_cause
from call24.standalone.sip_message import SipMessage, display_name, user_of
from call24.standalone.sip_transactions import Transactions
from call24.standalone.webrtc_audio import WebRtcAudio


class OfferedCall(SipCall):
    """A call that rings at an agent's phone. `header` reads what Call24 put on the INVITE."""

    def __init__(
        self, transactions: Transactions, invite: SipMessage, audio: WebRtcAudio, *, via: str, contact: str
    ) -> None:
        super().__init__(transactions, Dialog.called(invite, via, contact), audio.stream)
        self.rang_at = time.time()
        self.audio_at: float | None = None
        """When ICE and DTLS were done."""
        self._invite = invite
        self._audio = audio
        self._closing: asyncio.Task[None] | None = None
        self.note(invite)

    @property
    def call_id(self) -> str | None:
        return self._invite.header("X-Call24-Call")

    @property
    def offer_id(self) -> str | None:
        return self._invite.header("X-Call24-Offer")

    @property
    def answers_itself(self) -> bool:
        """A re-attach of a call that this agent is already in: to be answered at once."""
        return self._invite.header("X-Call24-Answer") == "auto"

    @property
    def caller(self) -> tuple[str, str]:
        """Number and display name."""
        sender = self._invite.header("From") or ""
        return user_of(sender), display_name(sender)

    @property
    def headers(self) -> dict[str, str]:
        """Call24's own headers on the INVITE."""
        return {name: value for name, value in self._invite.headers if re.match("x-call24-", name, re.IGNORECASE)}

    def ring(self) -> None:
        self._reply(self._invite, 180, "Ringing", (("Contact", self.dialog.contact),))

    async def answer(self, tone_hz: int | None = None, voice: Voice | None = None, timeout_s: float = 10.0) -> None:
        """Picks up, and returns when audio flows; says a tone, a voice, or nothing.

        Raises: CallFailed if the caller gave up first, AudioFailed.
        """
        if tone_hz is not None or voice is not None:
            self.say(voice or Tone(tone_hz or 0))
        await self._before_the_end(self._audio.gather(), timeout_s)
        headers = (("Contact", self.dialog.contact), ALLOW, SDP_TYPE)
        self._reply(self._invite, 200, "OK", headers, self._audio.description())
        self.answered_at = time.time()
        self._answered.set()
        await self._before_the_end(self._audio.connect(timeout_s), timeout_s + 1)
        self.audio_at = time.time()

    def decline(self, status: int = 603, reason: str = "Decline") -> None:
        """Refuses a call that still rings; does nothing to any other."""
        if self.answered_at is None and self.end is None:
            self._reply(self._invite, status, reason)
            self._over(CallEnd("us", status, reason, None, time.time()))

    def hang_up(self) -> None:
        if self.answered_at is None:
            self.decline(480, "Temporarily Unavailable")
        else:
            super().hang_up()

    def take(self, message: SipMessage) -> None:
        if message.method == "CANCEL" and self.answered_at is None:
            self.note(message)
            self._reply(message, 200, "OK")
            if self.end is None:
                self._reply(self._invite, 487, "Request Terminated")
                self._over(CallEnd("them", 487, "Request Terminated", q850_cause(message), time.time()))
            return
        super().take(message)

    def describe(self, offer: sdp.Audio | None, direction: str) -> str:
        return self._audio.description(direction, self._sdp_version)

    def take_audio(self, audio: sdp.Audio) -> None:
        """Nothing to do: the way that ICE found stays, whatever the description's address says."""

    def close_audio(self) -> None:
        self._closing = asyncio.create_task(self._audio.close(), name="close webrtc audio")

    async def audio_closed(self) -> None:
        if self._closing is not None:
            await self._closing
