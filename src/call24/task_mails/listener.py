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
from collections.abc import Callable, Set
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import AnyStr, TypeVar, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from call24.kit.errors import Conflict, NotFound, TooMany, Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import TenantId
from call24.task_mails import message, rules
from call24.task_mails.intake import TaskIntake
from call24.task_mails.model import TaskAddress
from call24.task_mails.store import TaskAddressStore

K = TypeVar("K", bound=str)
log = logging.getLogger(__name__)
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd's: it writes down senders and recipients

CONNECTIONS, EACH_PEER, EACH_TENANT = 24, 6, 6
"""At once: in all; from one address that is not this machine's (where the operator's own server is), of IPv6 one
network of 64 bits; and e-mails of one organisation, from the first recipient until they are stored."""
RECIPIENTS = 5
COMMANDS = 500
"""Of each kind in one connection."""
LINE_BYTES = 20
"""Of a line on average, at least: each takes memory beyond its bytes."""
IDLE_S, SESSION_S = 60.0, 900.0
"""Without a byte for so long, or connected for so long, a connection is closed."""
READ_AT_ONCE = 2, 1
"""E-mails that are read and stored at once: in all, and of one organisation. What reads takes a few times the size of
an e-mail, and more for each of its lines, which is why lines are bounded too."""
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
ANOTHERS = "452 4.5.3 Recipients of one organisation at a time: send the others another message"
UNREADABLE = "554 5.6.0 The message cannot be read: send it as plain text or HTML"
TAKEN = "250 2.0.0 Taken"
NOTHING = "250 2.0.0 Taken, and not made a task: "
TOO_MUCH = b"552 5.3.4 The message is larger, or has more lines, than is taken\r\n"
TLS_BEGINS = "220 Ready to start TLS"
"""As aiosmtpd says it."""
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
        self._turns = Fair(*READ_AT_ONCE)
        self._readers = ThreadPoolExecutor(READ_AT_ONCE[0], "e-mails for tasks")
        self._storing = set[asyncio.Task[str]]()
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

    @property
    def most_lines(self) -> int:
        return self._most_bytes // LINE_BYTES

    @property
    def most_arriving(self) -> int:
        """Bytes of an e-mail that are let come only for its sender to be told that it is too large."""
        return 2 * self._most_bytes

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
            for storing in self._storing:
                storing.cancel()

    def connection_settings(self) -> dict[str, object]:
        return {
            "data_size_limit": self._most_bytes,
            "enable_SMTPUTF8": True,
            "hostname": self._domain,
            "ident": "Call24",
            "timeout": IDLE_S,
            "command_call_limit": COMMANDS,
            "tls_context": self._tls(),
        }

    def enter(self, connection: Connection, peer: str) -> bool:
        """False where there are too many."""
        whose = _counted_as(peer)
        if self.connected.total() >= CONNECTIONS or (not _is_loopback(peer) and self.connected[whose] >= EACH_PEER):
            return False
        self.connected[whose] += 1
        self._open.add(connection)
        return True

    def leave(self, connection: Connection, peer: str) -> None:
        self._open.discard(connection)
        _count_down(self.connected, _counted_as(peer))

    def begin(self, tenant_id: TenantId) -> bool:
        """An e-mail of this organisation is under way; False where too many are."""
        if self.under_way[tenant_id] >= EACH_TENANT:
            return False
        self.under_way[tenant_id] += 1
        return True

    def end(self, tenant_ids: Set[TenantId]) -> None:
        for one in tenant_ids:
            _count_down(self.under_way, one)

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
        if not self._takes(found):
            return SWITCHED_OFF
        if server.under_way - {found.tenant_id}:
            return ANOTHERS
        if not server.begin(found.tenant_id):
            return BUSY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def _find(self, address: str) -> TaskAddress | None:
        token = rules.token_in(address, self._domain)
        return None if token is None else await self._addresses.with_token(token)

    def _takes(self, address: TaskAddress) -> bool:
        return address.enabled and self._is_open(address.tenant_id)

    async def handle_DATA(self, server: Connection, session: Session, envelope: Envelope) -> str:
        if envelope.mail_from in (None, "", "<>"):  # RFC 5321, 4.5.5: a bounce, which is never answered by one
            return NOTHING + "it has no sender"
        content = envelope.original_content
        assert isinstance(content, bytes)
        if len(self._storing) >= CONNECTIONS:
            return BUSY
        server.be_patient(SESSION_S)  # others have their turn first
        # What has begun is ended, whether the sender waits or not: half an attachment would stay for a day.
        storing = asyncio.create_task(self._answer(list(dict.fromkeys(envelope.rcpt_tos)), content))
        self._storing.add(storing)
        storing.add_done_callback(partial(self._stored, server.handed_over()))
        return await asyncio.shield(storing)

    def _stored(self, tenant_ids: Set[TenantId], storing: asyncio.Task[str]) -> None:
        self._storing.discard(storing)
        self.end(tenant_ids)

    async def _answer(self, recipients: list[str], content: bytes) -> str:
        try:
            found = [one for one in [await self._find(recipient) for recipient in recipients] if one is not None]
            if not found:  # given another local part in this moment
                return UNKNOWN
            if not all(self._takes(one) for one in found):  # switched off in this moment
                return LATER
            self._intake.arrived(found[0].tenant_id)
            async with self._turns.turn(found[0].tenant_id):
                return await self._take(found, content)
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
        mail = await asyncio.get_running_loop().run_in_executor(self._readers, message.read, content)
        if mail.automatic is not None:
            log.info("an e-mail was not made a task: %s", mail.automatic)
            return NOTHING + mail.automatic
        for address in addresses:
            await self._intake.take(address, mail)
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """What nobody thought of must lose no mail."""
        log.error("an e-mail for a task was put off: %s", type(error).__name__, exc_info=error)
        return LATER


class Connection(SMTP):
    """One of a mail server: counted, and ended when it lasts too long. One too many is told so, and closed.

    `under_way`: whose e-mail is coming.
    """

    def __init__(self, listener: MailListener, loop: asyncio.AbstractEventLoop) -> None:
        self._listener = listener
        self.under_way: Set[TenantId] = frozenset()
        self._patience_s = IDLE_S
        self._lines = self._bytes = 0
        self._refused = False
        self._peer: str | None = None
        self._ends: asyncio.TimerHandle | None = None
        super().__init__(listener, loop=loop, **listener.connection_settings())  # type: ignore[arg-type]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called again when TLS begins."""
        if self._peer is None:
            name = transport.get_extra_info("peername")
            peer = str(name[0]) if name else ""
            if not self._listener.enter(self, peer):
                _close_with(CROWDED, transport)
                return
            self._peer = peer
            self._ends = self.loop.call_later(SESSION_S, self.abort)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """What is more than is taken is not kept: neither bytes, nor lines, nor a line without an end."""
        if self._peer is None or self._refused or self.transport is None:
            return
        self._bytes += len(data)
        self._lines += data.count(b"\n")
        if self._bytes > self._listener.most_arriving or self._lines > self._listener.most_lines:
            self._refused = True
            _close_with(TOO_MUCH, self.transport)
            return
        self._reset_timeout(self._patience_s)  # aiosmtpd does it for each command, and so not within an e-mail
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
        self._listener.end(self.handed_over())
        super().connection_lost(error)

    def abort(self) -> None:
        """Of TLS the connection below: it waits for no farewell."""
        transport = self._original_transport or self.transport
        if transport is not None:
            cast(asyncio.Transport, transport).abort()  # uvloop's is none by its class

    def be_patient(self, silent_s: float) -> None:
        """It may be silent for so long from now on."""
        self._patience_s = silent_s
        self._reset_timeout(silent_s)

    def begin(self, tenant_id: TenantId) -> bool:
        """An e-mail of this organisation is under way; False where too many are."""
        if tenant_id in self.under_way:
            return True
        if not self._listener.begin(tenant_id):
            return False
        self.under_way |= {tenant_id}
        return True

    def handed_over(self) -> Set[TenantId]:
        """Whose e-mail was under way: whoever asks says when it has ended."""
        was, self.under_way = self.under_way, frozenset()
        return was

    async def push(self, status: AnyStr) -> None:
        """Others have their turn between commands that came together.

        Not before TLS: its first bytes would come in that turn, be taken for a command, and be lost.
        """
        await super().push(status)
        if status != TLS_BEGINS:
            await asyncio.sleep(0)

    def _set_post_data_state(self) -> None:
        """After an e-mail, and wherever SMTP begins again (RSET, EHLO, TLS)."""
        self._listener.end(self.handed_over())
        self._lines = self._bytes = 0
        if self._timeout_handle is not None:
            self.be_patient(IDLE_S)
        super()._set_post_data_state()  # type: ignore[no-untyped-call]


def _close_with(line: bytes, transport: asyncio.BaseTransport) -> None:
    cast(asyncio.Transport, transport).write(line)  # uvloop's is none by its class
    transport.close()


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


def _counted_as(peer: str) -> str:
    """Whoever has one IPv6 address has its whole network of 64 bits."""
    try:
        address = ipaddress.IPv6Address(peer)
    except ValueError:
        return peer
    return str(address.ipv4_mapped or ipaddress.IPv6Network((address.packed, 64), strict=False))


def _count_down(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
