"""The mail server of addresses for tasks: SMTP (RFC 5321) by aiosmtpd, without relaying, accounts or bounces.

250 is answered when the task is stored. What may be better later is answered with 4xx, which has the sender's server
try again for days; what never will be with 5xx, which tells the sender. Of a connection nothing is logged but counts:
addresses are personal data.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import ssl
from collections import Counter
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, Envelope, Session

from call24.kit.errors import Conflict, NotFound, TooMany, Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import TenantId
from call24.task_mails import message, rules
from call24.task_mails.intake import TaskIntake
from call24.task_mails.model import TaskAddress
from call24.task_mails.store import TaskAddressStore

log = logging.getLogger(__name__)
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd's: it writes down senders and recipients

CONNECTIONS, EACH_PEER, EACH_TENANT = 24, 6, 6
"""At once: in all; from one address that is not this machine's (where the operator's own server is); and e-mails of
one organisation, from the first recipient to the answer."""
RECIPIENTS = 5
IDLE_S, SESSION_S = 60.0, 900.0
"""Without a line for so long, or connected for so long, a connection is closed."""
READ_AT_ONCE = 2, 1
"""E-mails that are read and stored at once: in all, and of one organisation. Each may take thrice its size."""
BOUND = f"{CONNECTIONS} connections, {EACH_TENANT} e-mails of an organisation"
LISTEN_AGAIN_S = 30.0

LATER = "451 4.3.0 The database cannot be reached: try again later"
UNKNOWN = "550 5.1.1 There is no such address: ask the organisation for its present one"
SWITCHED_OFF = "550 5.2.1 This address takes no e-mail: ask the organisation for another"
ELSEWHERE = "550 5.7.1 E-mail for other domains is not passed on"
RECIPIENTS_MAX = "452 4.5.3 Too many recipients: send the others another message"
BUSY = "451 4.3.2 Too many e-mails for this organisation at once: try again later"
OFTEN = "451 4.7.1 Too many e-mails within an hour: try again later"
FULL = "452 4.3.1 The organisation has too many tasks to be done: try again later"
UNREADABLE = "554 5.6.0 The message cannot be read: send it as plain text or HTML"
TAKEN = "250 2.0.0 Taken"
NOTHING = "250 2.0.0 Taken, and not made a task: "
CROWDED = b"421 4.3.2 Too many connections: try again later\r\n"


class MailListener:
    """``is_open``: whether an organisation is let in. ``tls``: offered, and not asked for: mail servers go on without.

    A method named ``handle_`` and a command is what aiosmtpd calls; it answers with a line of SMTP.
    """

    def __init__(
        self,
        addresses: TaskAddressStore,
        intake: TaskIntake,
        is_open: Callable[[TenantId], bool],
        *,
        domain: str,
        place: tuple[str, int],
        most_bytes: int,
        tls: Callable[[], ssl.SSLContext | None],
    ) -> None:
        self._addresses = addresses
        self._intake = intake
        self._is_open = is_open
        self._domain = domain
        self._place = place
        self._most_bytes = most_bytes
        self._tls = tls
        self._reading = Fair(*READ_AT_ONCE)
        self.connected = Counter[str]()
        self.under_way = Counter[TenantId]()
        self._open = set[Connection]()

    async def run(self) -> None:
        """For ever. A port that another program has is tried again: calls do not wait for e-mails."""
        while True:
            with contextlib.suppress(OSError):
                await self._serve()
            log.warning("e-mails for tasks are not received: port %s of %s is taken", self._place[1], self._place[0])
            await asyncio.sleep(LISTEN_AGAIN_S)

    async def _serve(self) -> None:
        """Raises: OSError where it cannot listen."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self, loop), *self._place)
        log.info("e-mails for tasks are received on port %s of %s", self._place[1], self._place[0])
        try:
            await server.serve_forever()
        finally:
            server.close()
            for one in list(self._open):
                one.abort()

    def connection_settings(self) -> dict[str, object]:
        return {
            "data_size_limit": self._most_bytes,
            "enable_SMTPUTF8": True,
            "hostname": self._domain,
            "ident": "Call24",
            "timeout": IDLE_S,
            "tls_context": self._tls(),
        }

    def enter(self, connection: Connection, peer: str) -> bool:
        """False where there are too many."""
        local = _is_loopback(peer)
        if self.connected.total() >= CONNECTIONS or (not local and self.connected[peer] >= EACH_PEER):
            return False
        self.connected[peer] += 1
        self._open.add(connection)
        return True

    def leave(self, connection: Connection, peer: str) -> None:
        self._open.discard(connection)
        self.connected[peer] -= 1
        if not self.connected[peer]:
            del self.connected[peer]

    # --- what a mail server is asked ---

    async def handle_RCPT(
        self, server: Connection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return RECIPIENTS_MAX
        if address.strip().lower().rpartition("@")[2] != self._domain:
            return ELSEWHERE
        try:
            found = await self._find(address)
        except Unavailable:
            return LATER
        if found is None:
            return UNKNOWN
        if not found.enabled or not self._is_open(found.tenant_id):
            return SWITCHED_OFF
        if not server.begin(found.tenant_id):
            return BUSY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def _find(self, address: str) -> TaskAddress | None:
        token = rules.token_in(address, self._domain)
        return None if token is None else await self._addresses.with_token(token)

    async def handle_DATA(self, server: Connection, session: Session, envelope: Envelope) -> str:
        if envelope.mail_from in (None, "", "<>"):  # RFC 5321, 4.5.5: a bounce, which is never answered by one
            return NOTHING + "it has no sender"
        content = envelope.original_content
        assert isinstance(content, bytes)
        try:
            addresses = [await self._find(one) for one in dict.fromkeys(envelope.rcpt_tos)]
            known = [one for one in addresses if one is not None]
            if not known:  # given another local part in this moment
                return UNKNOWN
            async with self._reading.turn(known[0].tenant_id):
                return await self._take(known, content)
        except message.Unreadable:
            return UNREADABLE
        except TooMany:
            return OFTEN
        except Conflict:
            return FULL
        except (Unavailable, NotFound):
            return LATER

    async def _take(self, addresses: list[TaskAddress], content: bytes) -> str:
        """Raises: Unreadable, TooMany, Conflict, NotFound, Unavailable."""
        mail = await asyncio.to_thread(message.read, content)
        if mail.automatic is not None:
            return NOTHING + mail.automatic
        for address in addresses:
            await self._intake.take(address, mail)
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """What nobody thought of must lose no mail."""
        log.error("an e-mail for a task was put off: %s", type(error).__name__, exc_info=error)
        return LATER


class Connection(SMTP):
    """One of a mail server: counted, and ended when it lasts too long. One too many is told so, and closed."""

    def __init__(self, listener: MailListener, loop: asyncio.AbstractEventLoop) -> None:
        self._listener = listener
        self._under_way: set[TenantId] = set()
        self._peer: str | None = None
        self._ends: asyncio.TimerHandle | None = None
        super().__init__(listener, loop=loop, **listener.connection_settings())  # type: ignore[arg-type]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called again when TLS begins."""
        if self._peer is None:
            name = transport.get_extra_info("peername")
            peer = str(name[0]) if name else ""
            if not self._listener.enter(self, peer):
                assert isinstance(transport, asyncio.Transport)
                transport.write(CROWDED)
                transport.close()
                return
            self._peer = peer
            self._ends = self.loop.call_later(SESSION_S, self.abort)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._peer is not None:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._peer is not None else False

    def connection_lost(self, error: Exception | None) -> None:
        if self._peer is None:
            return
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None
            self._listener.leave(self, self._peer)
        self._end()
        super().connection_lost(error)

    def abort(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def begin(self, tenant_id: TenantId) -> bool:
        """An e-mail of this organisation is under way; False where too many are."""
        if tenant_id in self._under_way:
            return True
        if self._listener.under_way[tenant_id] >= EACH_TENANT:
            return False
        self._listener.under_way[tenant_id] += 1
        self._under_way.add(tenant_id)
        return True

    def _end(self) -> None:
        for tenant_id in self._under_way:
            self._listener.under_way[tenant_id] -= 1
            if not self._listener.under_way[tenant_id]:
                del self._listener.under_way[tenant_id]
        self._under_way = set()

    def _set_post_data_state(self) -> None:
        """After an e-mail, and wherever SMTP begins anew (RSET, EHLO, TLS)."""
        self._end()
        super()._set_post_data_state()  # type: ignore[no-untyped-call]


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
