"""A synthetic agent's phone: SIP over a TLS websocket, answering calls with WebRTC audio, as the app in a browser does.

Only is rung; cannot dial. Does not sign in to Call24: whoever makes it has the phone's credentials already.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from pathlib import Path
from typing import ClassVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from call24.testphones import sdp
from call24.testphones.offered_call import OfferedCall
from call24.testphones.rtp import Silence
from call24.testphones.sip_call import ALLOW, CallFailed
from call24.testphones.sip_message import SipMessage, authorisation, request, response
from call24.testphones.sip_transactions import NoAnswer, Transactions, new_branch
from call24.testphones.webrtc_audio import AudioFailed, WebRtcAudio

EXPIRES_S = 120
ASK_AGAIN_S = 1.0


class RegistrationRefused(Exception):
    """The server would not register the phone; `status` is its SIP answer (0: the link itself failed)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class AgentPhone:
    """One device. `verify` is a CA file, or False to trust any certificate (tests only).

    `link_lost` is set when the websocket is gone; `register` may then be called again. `audio_of` makes the audio of a
    call.
    """

    audio_of: ClassVar[type[WebRtcAudio]] = WebRtcAudio

    def __init__(self, ws_url: str, username: str, password: str, aor: str, verify: Path | str | bool = True) -> None:
        self.ws_url = ws_url
        self.aor = aor
        self.username = username
        self.link_lost = asyncio.Event()
        self._password = password
        self._verify = verify
        # Source: RFC 7118: a browser cannot know its own address, so it names none.
        host = f"{secrets.token_hex(6)}.invalid"
        self._via = f"SIP/2.0/{'WSS' if ws_url.startswith('wss:') else 'WS'} {host}"
        self._contact = f"<sip:{username}@{host};transport=ws>"
        self._register_id = secrets.token_hex(12)
        self._register_tag = secrets.token_hex(6)
        self._cseq = 0
        self._link: ClientConnection | None = None
        self._transactions: Transactions | None = None
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None
        self._calls: dict[str, OfferedCall] = {}
        self._waiting: asyncio.Queue[OfferedCall] = asyncio.Queue()
        self._auto_hz: int | None = None
        self._auto_all = False
        self._answering: set[asyncio.Task[None]] = set()

    async def register(self, timeout_s: float = 10.0) -> None:
        """Connects and registers; keeps the registration fresh until `close`.

        Raises: RegistrationRefused.
        """
        await self._stop()
        try:
            async with asyncio.timeout(timeout_s):
                self._link = await connect(
                    self.ws_url, subprotocols=[Subprotocol("sip")], ssl=self._tls(), compression=None
                )
                self.link_lost.clear()
                self._transactions = Transactions(self._outgoing.put_nowait, self._take, reliable=True)
                self._running = asyncio.create_task(self._run(self._link), name=f"phone {self.username}")
                await self._register_until_heard()
        except (OSError, WebSocketException, TimeoutError, NoAnswer) as error:
            await self._stop()
            raise RegistrationRefused(0, f"no link to {self.ws_url}: {str(error) or 'no answer in time'}") from error
        except RegistrationRefused:
            await self._stop()
            raise

    async def next_call(self, timeout_s: float = 30.0) -> OfferedCall:
        """The next call that rings here, already answered with 180 Ringing.

        Raises: TimeoutError.
        """
        async with asyncio.timeout(timeout_s):
            return await self._waiting.get()

    @property
    def calls(self) -> list[OfferedCall]:
        """Those that ring or talk here now, the oldest first."""
        return [call for call in self._calls.values() if call.end is None]

    def answer_by_itself(self, tone_hz: int, *, all_calls: bool = False) -> None:
        """From now on calls that ask for it (`X-Call24-Answer: auto`), or all, are answered at once, with this tone."""
        self._auto_hz, self._auto_all = tone_hz, all_calls

    async def close(self, *, unregister: bool = True) -> None:
        """Hangs up what is left and goes; with `unregister` False like a browser whose lid was shut."""
        for call in list(self._calls.values()):
            call.hang_up()
            await call.audio_closed()
        if unregister and self._link is not None and not self.link_lost.is_set():
            with contextlib.suppress(TimeoutError, RegistrationRefused):  # else it runs out by itself
                async with asyncio.timeout(3):
                    await self._register(0)
        await self._stop()

    async def __aenter__(self) -> AgentPhone:
        await self.register()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _tls(self) -> ssl.SSLContext | None:
        if not self.ws_url.startswith("wss:"):
            return None
        if self._verify is False:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no authorities are read, which takes 20 ms
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        return ssl.create_default_context(cafile=None if self._verify is True else str(self._verify))

    async def _run(self, link: ClientConnection) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read(link))
                group.create_task(self._write(link))
                group.create_task(self._stay_registered())
                await asyncio.wait((reading,))
                raise ConnectionError
        except* (ConnectionError, ConnectionClosed, RegistrationRefused, NoAnswer):
            self.link_lost.set()

    async def _read(self, link: ClientConnection) -> None:
        async for frame in link:
            assert self._transactions is not None
            self._transactions.receive(frame.encode() if isinstance(frame, str) else frame)

    async def _write(self, link: ClientConnection) -> None:
        while True:
            await link.send((await self._outgoing.get()).decode())
            self._outgoing.task_done()

    async def _stay_registered(self) -> None:
        while True:
            await asyncio.sleep(EXPIRES_S / 2)
            await self._register(EXPIRES_S)

    async def _stop(self) -> None:
        if self._running is not None:
            # What was queued last (a BYE, an unregistration) still leaves before the link is cut.
            if not self.link_lost.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await self._outgoing.join()
            self._running.cancel()
            await asyncio.wait((self._running,))
            self._running = None
        if self._transactions is not None:
            self._transactions.close()
            self._transactions = None
        if self._link is not None:
            await self._link.close()
            self._link = None
        self._outgoing = asyncio.Queue()

    async def _register_until_heard(self) -> None:
        """Asterisk takes websockets a little before it is fully booted, and drops what it is asked until then."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ASK_AGAIN_S):
                    await self._register(EXPIRES_S)
                return

    async def _register(self, expires_s: int) -> None:
        assert self._transactions is not None
        answer = await self._transactions.ask(self._register_request(expires_s))
        if answer.status in (401, 407):
            uri = self._domain()
            asked, given = ("WWW-Authenticate", "Authorization") if answer.status == 401 else (
                "Proxy-Authenticate", "Proxy-Authorization")  # fmt: skip
            proof = authorisation(answer.all(asked), "REGISTER", uri, self.username, self._password)
            if proof is not None:
                answer = await self._transactions.ask(self._register_request(expires_s, ((given, proof),)))
        if answer.status != 200:
            raise RegistrationRefused(answer.status, answer.reason)

    def _domain(self) -> str:
        scheme, _, rest = self.aor.partition(":")
        return f"{scheme}:{rest.split('@')[-1]}"

    def _register_request(self, expires_s: int, proof: tuple[tuple[str, str], ...] = ()) -> SipMessage:
        self._cseq += 1
        headers = (
            ("Via", f"{self._via};branch={new_branch()}"), ("Max-Forwards", "70"),
            ("From", f"<{self.aor}>;tag={self._register_tag}"), ("To", f"<{self.aor}>"),
            ("Call-ID", self._register_id), ("CSeq", f"{self._cseq} REGISTER"), ("Contact", self._contact),
            ("Expires", str(expires_s)), ALLOW, ("Supported", "outbound, path"), *proof,
        )  # fmt: skip
        return request("REGISTER", self._domain(), headers)

    def _take(self, message: SipMessage) -> None:
        assert self._transactions is not None
        call = self._calls.get(message.call_id)
        if call is not None:
            call.take(message)
        elif message.method == "INVITE":
            self._ring(message)
        elif message.method in ("OPTIONS", "NOTIFY", "MESSAGE"):
            self._transactions.respond(message, response(message, 200, "OK", (ALLOW,), to_tag="phone"))
        else:
            refusal = response(message, 481, "Call/Transaction Does Not Exist", to_tag="phone")
            self._transactions.respond(message, refusal)

    def _ring(self, invite: SipMessage) -> None:
        assert self._transactions is not None
        try:
            audio = self.audio_of(sdp.read_audio(invite.body), Silence())
        except (sdp.NoCommonAudio, AudioFailed) as error:
            refusal = response(invite, 488, "Not Acceptable Here", (("Warning", f'399 call24 "{error}"'),), "", "phone")
            self._transactions.respond(invite, refusal)
            return
        call = OfferedCall(self._transactions, invite, audio, via=self._via, contact=self._contact)
        self._calls = {key: earlier for key, earlier in self._calls.items() if earlier.end is None}
        self._calls[invite.call_id] = call
        call.ring()
        if self._auto_hz is not None and (call.answers_itself or self._auto_all):
            task = asyncio.create_task(_answer(call, self._auto_hz), name=f"answer {self.username}")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        self._waiting.put_nowait(call)


async def _answer(call: OfferedCall, tone_hz: int) -> None:
    with contextlib.suppress(CallFailed, AudioFailed, TimeoutError):  # whoever waits for its sound sees it
        await call.answer(tone_hz)
