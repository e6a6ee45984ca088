"""Emails that wait in MongoDB until the mail server has them, or they are of no use any more.

Each is sent at least once: a server killed between sending and forgetting sends it again. It logs no address.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

import msgspec

from call24.identity.emails import REMINDERS, Email
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.errors import Unavailable
from call24.kit.ids import LetterId, TenantId, new_id
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.kit.secrets import AppKey
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.email.smtp import Attempt
from call24.notifications.email.templates import Written
from call24.notifications.email_kinds import OF_EMAIL
from call24.notifications.kinds import KINDS, NotificationChannel

log = logging.getLogger(__name__)

INDEXES = (Index(OutgoingEmail, ("due_at",), across=True),)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
IN_A_TURN = 5
"""Emails of one organisation before another's come."""
_LOOK_EVERY_S = 10.0

Send = Callable[[str, Written], Awaitable[Attempt]]
"""(to, letter)"""
AskWanted = Callable[[OutgoingEmail], Awaitable[bool | None]]
"""Whether who has this address wants this letter; None: that is not known now."""
Tried = Callable[[OutgoingEmail, Attempt], Awaitable[None]]


class EmailOutbox:
    """`wanted`: asked of each letter that a user may do without, when it is about to be sent. `tried`: told of each
    that the mail server took or refused for good."""

    def __init__(
        self, mongo: Mongo, clock: Clock, key: AppKey, send: Send, wanted: AskWanted, tried: Tried | None = None
    ) -> None:
        self._mongo = mongo
        self._due = mongo.platform(OutgoingEmail, why="e-mails that are due")
        self._clock = clock
        self._box = SecretBox(key, "letters")
        self._send = send
        self._wanted = wanted
        self._tried = tried
        self._put = asyncio.Event()

    def wake(self) -> None:
        """A letter was stored: it need not wait for the next look."""
        self._put.set()

    async def put(self, letter: Email, text: Written) -> None:
        """Raises: Unavailable."""
        await self.put_in(self._mongo.tenant(letter.tenant_id), letter, text)
        self.wake()

    async def put_in(self, scope: TenantScope, letter: Email, text: Written) -> None:
        """Within a transaction: it is sent once that is stored, some seconds later. Raises: Unavailable."""
        now, letter_id = self._clock.now(), LetterId(new_id("ltr"))
        kept = OutgoingEmail(
            id=letter_id,
            tenant_id=letter.tenant_id,
            to=letter.to,
            kind=letter.kind,
            text=self._box.seal(msgspec.json.encode(text).decode(), letter_id),
            created_at=now,
            until=letter.until,
            due_at=max(now, letter.not_before or now),
        )
        await scope.collection(OutgoingEmail).insert(kept)

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):  # wait_for may lose a cancellation that comes with a letter
                    await self._put.wait()
            self._put.clear()
            with contextlib.suppress(Unavailable):
                while await self.send_due():
                    pass

    async def send_due(self) -> int:
        """Tries a few of each organisation that has some due, one organisation after another; how many that were."""
        now, count, had = self._clock.now(), 0, set[TenantId]()
        while letters := await self._due_but(had, now):
            by_tenant: dict[TenantId, list[OutgoingEmail]] = {}
            for letter in letters:
                by_tenant.setdefault(letter.tenant_id, []).append(letter)
            for theirs in by_tenant.values():
                for letter in theirs[:IN_A_TURN]:
                    await self._try(letter)
                    count += 1
            had |= by_tenant.keys()
        return count

    async def _due_but(self, had: Collection[TenantId], now: datetime) -> list[OutgoingEmail]:
        asked = {"due_at": {"$lte": now}, "tenant_id": {"$nin": sorted(had)}}
        return await self._due.find(asked, sort=[("due_at", 1)], limit=100)

    async def _try(self, letter: OutgoingEmail) -> None:
        collection = self._mongo.tenant(letter.tenant_id).collection(OutgoingEmail)
        attempt = await self._attempt(letter)
        if attempt is not None and attempt.outcome == "later":
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(letter.tries, 20))
            await collection.update(letter.id, {"tries": letter.tries + 1, "due_at": self._clock.now() + wait})
            log.warning("e-mail %s could not be sent; next attempt in %d s", letter.id, wait.total_seconds())
            return
        if attempt is not None and attempt.outcome == "never":
            log.warning("e-mail %s was not delivered: gave up %s", letter.id, attempt.status)
        if attempt is not None and self._tried is not None:
            await self._tried(letter, attempt)
        await collection.delete(letter.id)

    async def _attempt(self, letter: OutgoingEmail) -> Attempt | None:
        """None: it is not wanted."""
        sealed = self._box.open(letter.text, letter.id)
        if sealed is None or self._clock.now() >= letter.until:
            return Attempt(outcome="never")
        if optional(letter):
            wanted = await self._wanted(letter)
            if not wanted:
                return Attempt(outcome="later") if wanted is None else None
        return await self._send(letter.to, _opened(sealed))


def optional(letter: OutgoingEmail) -> bool:
    """Whether a user may say that they do not want it."""
    if letter.kind is None:
        return False
    kind = OF_EMAIL.get(letter.kind)
    return letter.kind in REMINDERS or (kind is not None and KINDS[kind].may_choose(NotificationChannel.EMAIL))


def _opened(sealed: str) -> Written:
    try:
        return msgspec.json.decode(sealed, type=Written)
    except msgspec.DecodeError:  # what an earlier version stored: the subject, and the text below it
        subject, _, text = sealed.partition("\n")
        return Written(subject=subject, text=text)
