"""A call of ours once there is a dialog: hang up, be hung up on, and answer what is asked inside it.

How a call begins (dialling, being rung) and how its audio travels belong to the two kinds of phone.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import TypeVar

from call24.testphones.rtp import Ear, RtpStream, Voice
from call24.testphones.sdp import ANSWER_TO, Audio, NoCommonAudio, read_audio
from call24.testphones.sip_dialog import CallEnd, Dialog, q850_cause
from call24.testphones.sip_message import SipMessage, response
from call24.testphones.sip_transactions import Transactions

ALLOW = ("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, NOTIFY")
SDP_TYPE = ("Content-Type", "application/sdp")
T = TypeVar("T")


class CallFailed(Exception):
    """What was waited for cannot come any more; `end` says how the call ended."""

    def __init__(self, end: CallEnd) -> None:
        super().__init__(f"the call ended: {end.status} {end.reason}".strip())
        self.end = end


class SipCall(ABC):
    """One call with its audio; moments are seconds since the epoch."""

    def __init__(self, transactions: Transactions, dialog: Dialog, stream: RtpStream) -> None:
        self.dialog = dialog
        self.stream = stream
        self.answered_at: float | None = None
        self.end: CallEnd | None = None
        self.held = False
        """Whether the other side has put us on hold (it wants nothing of what we say)."""
        self.seen: list[tuple[float, str]] = []
        """Each SIP message of this call that arrived, in short, with its moment: for reports of what went wrong."""
        self._transactions = transactions
        self._ended: asyncio.Future[CallEnd] = asyncio.get_running_loop().create_future()
        self._answered = asyncio.Event()
        self._sdp_version = 1

    @property
    def ear(self) -> Ear:
        return self.stream.ear

    def say(self, voice: Voice) -> None:
        """What to send from the next packet on."""
        self.stream.voice = voice

    def press(self, keys: str) -> None:
        """Presses keys of the phone. Raises: ValueError for other than 0-9*#A-D."""
        self.stream.press(keys)

    def heard(self, hz: float, since: float = 0.0, for_s: float = 0.2) -> bool:
        return self.stream.ear.heard(hz, since, for_s)

    async def answered(self, timeout_s: float) -> float:
        """Waits for the answer, and returns its moment.

        Raises: CallFailed if the call ends first, TimeoutError.
        """
        await self._before_the_end(self._answered.wait(), timeout_s)
        assert self.answered_at is not None
        return self.answered_at

    async def ended(self, timeout_s: float | None = None) -> CallEnd:
        """Waits until the call is over on both sides.

        Raises: TimeoutError.
        """
        async with asyncio.timeout(timeout_s):
            return await asyncio.shield(self._ended)

    def hang_up(self) -> None:
        """Ends an answered call; does nothing to one that has ended."""
        if self.end is not None or self.answered_at is None:
            return
        self._over(CallEnd("us", 0, "", None, time.time()), settled=False)
        self._transactions.start(self.dialog.request("BYE"), self._bye_answered)

    def note(self, message: SipMessage) -> None:
        what = message.method if message.is_request else f"{message.status} {message.reason} ({message.method})"
        self.seen.append((time.time(), what))

    def take(self, message: SipMessage) -> None:
        """Answers a request inside the dialog."""
        self.note(message)
        match message.method:
            case "BYE":
                self._reply(message, 200, "OK")
                if self.end is None:
                    self._over(CallEnd("them", 0, "", q850_cause(message), time.time()))
            case "INVITE" | "UPDATE":
                self._take_offer(message)
            case "OPTIONS" | "INFO" | "NOTIFY" | "MESSAGE":
                self._reply(message, 200, "OK", (ALLOW,))
            case "CANCEL":
                self._reply(message, 481, "No such transaction")
            case "REFER":
                self._reply(message, 603, "Declined")
            case _:
                self._reply(message, 405, "Method Not Allowed", (ALLOW,))

    @abstractmethod
    def describe(self, offer: Audio | None, direction: str) -> str:
        """Our session description: the answer to `offer`, or an offer of our own."""

    @abstractmethod
    def take_audio(self, audio: Audio) -> None:
        """Sends to where the other side now wants its audio."""

    @abstractmethod
    def close_audio(self) -> None:
        """Ends what sends and hears."""

    def _take_offer(self, message: SipMessage) -> None:
        self.dialog.refresh(message)
        contact = (("Contact", self.dialog.contact), ALLOW)
        if not message.body and message.method == "UPDATE":
            self._reply(message, 200, "OK", contact)
            return
        self._sdp_version += 1
        if not message.body:  # a re-INVITE without an offer asks us to make one
            self._reply(message, 200, "OK", (*contact, SDP_TYPE), self.describe(None, "sendrecv"))
            return
        try:
            audio = read_audio(message.body)
        except NoCommonAudio:
            self._reply(message, 488, "Not Acceptable Here")
            return
        self.held = audio.direction in ("sendonly", "inactive")
        self.take_audio(audio)
        self._reply(message, 200, "OK", (*contact, SDP_TYPE), self.describe(audio, ANSWER_TO[audio.direction]))

    def _reply(
        self, to: SipMessage, status: int, reason: str, headers: tuple[tuple[str, str], ...] = (), body: str = ""
    ) -> None:
        self._transactions.respond(to, response(to, status, reason, headers, body, self.dialog.local_tag))

    def _bye_answered(self, answer: SipMessage) -> None:
        if answer.status >= 200 and self.end is not None and not self._ended.done():
            self._ended.set_result(self.end)

    def _over(self, end: CallEnd, *, settled: bool = True) -> None:
        self.end = end
        self.stream.stop()
        self.close_audio()
        if settled and not self._ended.done():
            self._ended.set_result(end)

    async def _before_the_end(self, wanted: Awaitable[T], timeout_s: float) -> T:
        """Raises: CallFailed, TimeoutError."""
        waiting = asyncio.ensure_future(wanted)
        try:
            await asyncio.wait((waiting, self._ended), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            if self._ended.done():
                raise CallFailed(self._ended.result())
            raise TimeoutError(f"nothing within {timeout_s:g} s; seen: {[what for _, what in self.seen]}")
        finally:
            waiting.cancel()
