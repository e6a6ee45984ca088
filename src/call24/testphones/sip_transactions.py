"""SIP transactions over one link: retransmit, match responses, answer repeated requests with what was said before.

Knows no dialogs and no audio. A link is a function that sends bytes; whoever reads the socket calls `receive`.
Source: RFC 3261, sections 13.3.1.4, 17.1 and 17.2.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable

from call24.testphones.sip_message import MalformedSip, SipMessage, parse, request, response

T1 = 0.5
T2 = 4.0
TIMEOUT_S = 64 * T1
log = logging.getLogger(__name__)

OnResponse = Callable[[SipMessage], None]


def new_branch() -> str:
    return "z9hG4bK" + secrets.token_hex(10)


class NoAnswer(TimeoutError):
    """The other side sent no final response in time."""


class ClientTransaction:
    """One request of ours until its final response."""

    def __init__(self, owner: Transactions, message: SipMessage, on_response: OnResponse) -> None:
        self.request = message
        self.provisional = False
        self.done = False
        self._owner = owner
        self._on_response = on_response
        self._pause = T1
        self._again: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        # An INVITE may ring for minutes, so only silence ends it (timer B); others end in any case (timer F).
        self._limit = self._loop.call_later(TIMEOUT_S, self._time_out)
        owner.send(message)
        if not owner.reliable:
            self._again = self._loop.call_later(self._pause, self._retransmit)

    def receive(self, answer: SipMessage) -> None:
        self._stop_retransmitting()
        invite = self.request.method == "INVITE"
        if answer.status < 200:
            self.provisional = True
            if invite:
                self._limit.cancel()
        else:
            if invite and answer.status >= 300:
                self._owner.send(ack_of(self.request, answer))
            repeated_failure = self.done and answer.status >= 300
            self.done = True
            self._limit.cancel()
            self._owner.forget_later(self)
            if repeated_failure:
                return
        self._on_response(answer)

    def stop(self) -> None:
        self.done = True
        self._stop_retransmitting()
        self._limit.cancel()

    def _retransmit(self) -> None:
        self._owner.send(self.request)
        self._pause = self._pause * 2 if self.request.method == "INVITE" else min(self._pause * 2, T2)
        self._again = self._loop.call_later(self._pause, self._retransmit)

    def _stop_retransmitting(self) -> None:
        if self._again is not None:
            self._again.cancel()
            self._again = None

    def _time_out(self) -> None:
        self._stop_retransmitting()
        if not self.done:
            self.done = True
            self._owner.forget_later(self)
            self._on_response(response(self.request, 408, "Request Timeout"))


class Transactions:
    """All transactions of one link. Requests of the other side go to `on_request`, each once."""

    def __init__(
        self, send_bytes: Callable[[bytes], None], on_request: Callable[[SipMessage], None], *, reliable: bool
    ) -> None:
        self.reliable = reliable
        self.malformed = 0
        self._send_bytes = send_bytes
        self._on_request = on_request
        self._client: dict[tuple[str, str], ClientTransaction] = {}
        self._answered: dict[tuple[str, str], SipMessage] = {}
        self._unacknowledged: dict[tuple[str, int], asyncio.TimerHandle] = {}
        self._forgetting: set[asyncio.TimerHandle] = set()
        self._loop = asyncio.get_running_loop()

    def send(self, message: SipMessage) -> None:
        self._send_bytes(message.encode())

    def start(self, message: SipMessage, on_response: OnResponse) -> ClientTransaction:
        transaction = ClientTransaction(self, message, on_response)
        self._client[message.branch, message.method] = transaction
        return transaction

    async def ask(self, message: SipMessage) -> SipMessage:
        """The final response to a request other than INVITE.

        Raises: NoAnswer.
        """
        final: asyncio.Future[SipMessage] = self._loop.create_future()

        def on_response(answer: SipMessage) -> None:
            if answer.status >= 200 and not final.done():
                final.set_result(answer)

        self.start(message, on_response)
        answer = await final
        if answer.status == 408 and answer.header("Server") is None and answer.header("User-Agent") is None:
            raise NoAnswer(f"no answer to {message.method}")
        return answer

    def respond(self, to: SipMessage, answer: SipMessage) -> None:
        key = (to.branch, to.method)
        self._answered[key] = answer
        self.send(answer)
        if answer.status >= 200:
            self._later(TIMEOUT_S, lambda: self._answered.pop(key, None))
            if to.method == "INVITE" and answer.status < 300:
                self._repeat_until_acknowledged(answer, T1)

    def receive(self, raw: bytes) -> None:
        if not raw.strip(b"\r\n\0"):
            return  # keep-alive
        try:
            message = parse(raw)
        except MalformedSip as error:
            self.malformed += 1
            log.warning("dropped a malformed SIP message: %s", error)
            return
        if message.is_request:
            self._take_request(message)
        elif (transaction := self._client.get((message.branch, message.method))) is not None:
            transaction.receive(message)

    def forget_later(self, transaction: ClientTransaction) -> None:
        key = (transaction.request.branch, transaction.request.method)
        self._later(TIMEOUT_S, lambda: self._client.pop(key, None))

    def close(self) -> None:
        for transaction in self._client.values():
            transaction.stop()
        for timer in (*self._forgetting, *self._unacknowledged.values()):
            timer.cancel()
        self._client.clear()
        self._forgetting.clear()
        self._unacknowledged.clear()

    def _take_request(self, message: SipMessage) -> None:
        if message.method == "ACK":
            timer = self._unacknowledged.pop((message.call_id, message.cseq[0]), None)
            if timer is not None:
                timer.cancel()
            return
        said = self._answered.get((message.branch, message.method))
        if said is not None:
            self.send(said)
            return
        self._on_request(message)

    def _repeat_until_acknowledged(self, answer: SipMessage, pause: float, waited: float = 0.0) -> None:
        key = (answer.call_id, answer.cseq[0])
        if waited >= TIMEOUT_S:
            self._unacknowledged.pop(key, None)
            return

        def repeat() -> None:
            self.send(answer)
            self._repeat_until_acknowledged(answer, min(pause * 2, T2), waited + pause)

        self._unacknowledged[key] = self._loop.call_later(pause, repeat)

    def _later(self, seconds: float, do: Callable[[], object]) -> None:
        def run() -> None:
            self._forgetting.discard(timer)
            do()

        timer = self._loop.call_later(seconds, run)
        self._forgetting.add(timer)


def ack_of(invite: SipMessage, answer: SipMessage) -> SipMessage:
    """The ACK of a failed INVITE: same branch, To of the response. Source: RFC 3261, section 17.1.1.3."""
    headers = [
        ("Via", invite.header("Via") or ""), ("Max-Forwards", "70"), ("From", invite.header("From") or ""),
        ("To", answer.header("To") or ""), ("Call-ID", invite.call_id), ("CSeq", f"{invite.cseq[0]} ACK"),
        *(("Route", route) for route in invite.all("Route")),
    ]  # fmt: skip
    return request("ACK", invite.uri, headers)


def cancel_of(invite: SipMessage) -> SipMessage:
    """Source: RFC 3261, section 9.1: the same branch, so that the server finds the INVITE."""
    headers = [
        ("Via", invite.header("Via") or ""), ("Max-Forwards", "70"), ("From", invite.header("From") or ""),
        ("To", invite.header("To") or ""), ("Call-ID", invite.call_id), ("CSeq", f"{invite.cseq[0]} CANCEL"),
        *(("Route", route) for route in invite.all("Route")),
    ]  # fmt: skip
    return request("CANCEL", invite.uri, headers)
