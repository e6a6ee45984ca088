"""A call that rings at a synthetic agent's phone: ring, answer, decline, and be cancelled.

Knows neither the websocket nor the registration; those are the phone's.
"""

from __future__ import annotations

import asyncio
import re
import time

from call24.testphones import sdp
from call24.testphones.incoming_call import IncomingCall
from call24.testphones.rtp import Tone, Voice
from call24.testphones.sip_message import SipMessage
from call24.testphones.sip_transactions import Transactions
from call24.testphones.webrtc_audio import WebRtcAudio


class OfferedCall(IncomingCall):
    """A call that rings at an agent's phone. `header` reads what Call24 put on the INVITE."""

    def __init__(
        self, transactions: Transactions, invite: SipMessage, audio: WebRtcAudio, *, via: str, contact: str
    ) -> None:
        super().__init__(transactions, invite, audio.stream, via=via, contact=contact)
        self.audio_at: float | None = None
        """When ICE and DTLS were done."""
        self._audio = audio
        self._closing: asyncio.Task[None] | None = None

    @property
    def call_id(self) -> str | None:
        return self._invite.header("X-Call24-Call")

    @property
    def offer_id(self) -> str | None:
        return self._invite.header("X-Call24-Offer")

    @property
    def answers_itself(self) -> bool:
        """Whether the agent asked for it in the app (own call, re-attach, listening in): to be answered at once."""
        return self._invite.header("X-Call24-Answer") == "auto"

    @property
    def purpose(self) -> str | None:
        """Why it rings: offer, own_call, callback, consult, monitor, reattach."""
        return self._invite.header("X-Call24-Purpose")

    @property
    def headers(self) -> dict[str, str]:
        """Call24's own headers on the INVITE."""
        return {name: value for name, value in self._invite.headers if re.match("x-call24-", name, re.IGNORECASE)}

    async def answer(self, tone_hz: int | None = None, voice: Voice | None = None, timeout_s: float = 10.0) -> None:
        """Picks up, and returns when audio flows; says a tone, a voice, or nothing.

        Raises: CallFailed if the caller gave up first, AudioFailed.
        """
        if tone_hz is not None or voice is not None:
            self.say(voice or Tone(tone_hz or 0))
        await self._before_the_end(self._audio.gather(), timeout_s)
        self._pick_up(self._audio.description())
        await self._before_the_end(self._audio.connect(timeout_s), timeout_s + 1)
        self.audio_at = time.time()

    def describe(self, offer: sdp.Audio | None, direction: str) -> str:
        return self._audio.description(direction, self._sdp_version)

    def take_audio(self, audio: sdp.Audio) -> None:
        """Nothing to do: the way that ICE found stays, whatever the description's address says."""

    def close_audio(self) -> None:
        self._closing = asyncio.create_task(self._audio.close(), name="close webrtc audio")

    async def audio_closed(self) -> None:
        if self._closing is not None:
            await self._closing
