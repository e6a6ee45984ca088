"""A call that rings at one of our phones: ring, decline, be cancelled. How it is answered is the two kinds' own."""

from __future__ import annotations

import time

from call24.testphones.rtp import RtpStream
from call24.testphones.sip_call import ALLOW, SDP_TYPE, SipCall
from call24.testphones.sip_dialog import CallEnd, Dialog, q850_cause
from call24.testphones.sip_message import SipMessage, display_name, user_of
from call24.testphones.sip_transactions import Transactions


class IncomingCall(SipCall):
    """A call that was offered to us; `rang_at` is when."""

    def __init__(
        self, transactions: Transactions, invite: SipMessage, stream: RtpStream, *, via: str, contact: str
    ) -> None:
        super().__init__(transactions, Dialog.called(invite, via, contact), stream)
        self.rang_at = time.time()
        self._invite = invite
        self.note(invite)

    @property
    def caller(self) -> tuple[str, str]:
        """Number and display name."""
        sender = self._invite.header("From") or ""
        return user_of(sender), display_name(sender)

    def header(self, name: str) -> str | None:
        return self._invite.header(name)

    def ring(self) -> None:
        self._reply(self._invite, 180, "Ringing", (("Contact", self.dialog.contact),))

    def decline(self, status: int = 603, reason: str = "Decline") -> None:
        """Refuses a call that still rings; does nothing to any other."""
        if self.answered_at is None and self.end is None:
            self._reply(self._invite, status, reason)
            self._over(CallEnd("us", status, reason, None, time.time()))

    def redirect(self, contact: str) -> None:
        """Asks the caller to ring somebody else: `sip:...`; does nothing to a call that rings no more."""
        if self.answered_at is None and self.end is None:
            self._reply(self._invite, 302, "Moved Temporarily", (("Contact", f"<{contact}>"),))
            self._over(CallEnd("us", 302, "Moved Temporarily", None, time.time()))

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

    def _pick_up(self, description: str) -> None:
        headers = (("Contact", self.dialog.contact), ALLOW, SDP_TYPE)
        self._reply(self._invite, 200, "OK", headers, description)
        self.answered_at = time.time()
        self._answered.set()
