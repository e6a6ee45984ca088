"""Letters that wait in MongoDB until the mail server has them, or they are of no use any more.

Each is sent at least once: a server killed between sending and forgetting sends it again. It logs no address.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Literal

from call24.identity.emails import REMINDERS, Email
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.errors import Unavailable
from call24.kit.ids import LetterId, TenantId, new_id
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.kit.secrets import AppKey
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.email.smtp import Outcome
from call24.notifications.email.templates import written

log = logging.getLogger(__name__)

INDEXES = (Index(OutgoingEmail, ("due_at",), across=True),)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
IN_A_TURN = 5
"""Letters of one organisation before another's come."""
_LOOK_EVERY_S = 10.0

Send = Callable[[str, str, str], Awaitable[Outcome]]
"""(to, subject, body)"""
AskReminders = Callable[[TenantId, str], Awaitable[bool | None]]
"""Whether who has this address may be reminded by e-mail; None: that is not known now."""


class EmailOutbox:
    """`may_remind`: asked of each reminder when it is about to be sent."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        key: AppKey,
        send: Send,
        organisation: Callable[[TenantId], str],
        may_remind: AskReminders,
    ) -> None:
        self._mongo = mongo
        self._due = mongo.platform(OutgoingEmail, why="e-mails that are due")
        self._clock = clock
        self._box = SecretBox(key, "letters")
        self._send = send
        self._organisation = organisation
        self._may_remind = may_remind
        self._put = asyncio.Event()

    async def put(self, letter: Email, url: str) -> None:
        """Raises: Unavailable."""
        await self.put_in(self._mongo.tenant(letter.tenant_id), letter, url)
        self._put.set()

    async def put_in(self, scope: TenantScope, letter: Email, url: str) -> None:
        """Within a transaction: it is sent once that is stored, some seconds later. Raises: Unavailable."""
        subject, body = written(letter, self._organisation(letter.tenant_id), url)
        now, letter_id = self._clock.now(), LetterId(new_id("ltr"))
        kept = OutgoingEmail(
            id=letter_id,
            tenant_id=letter.tenant_id,
            to=letter.to,
            kind=letter.kind,
            text=self._box.seal(f"{subject}\n{body}", letter_id),
            created_at=now,
            until=letter.until,
            due_at=now,
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
        outcome = await self._outcome(letter)
        if outcome == "later":
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(letter.tries, 20))
            await collection.update(letter.id, {"tries": letter.tries + 1, "due_at": self._clock.now() + wait})
            log.warning("e-mail %s could not be sent; next attempt in %d s", letter.id, wait.total_seconds())
            return
        if outcome == "never":
            log.warning("e-mail %s was not delivered: gave up", letter.id)
        await collection.delete(letter.id)

    async def _outcome(self, letter: OutgoingEmail) -> Outcome | Literal["unwanted"]:
        text = self._box.open(letter.text, letter.id)
        if text is None or self._clock.now() >= letter.until:
            return "never"
        if letter.kind in REMINDERS:
            may = await self._may_remind(letter.tenant_id, letter.to)
            if not may:
                return "later" if may is None else "unwanted"
        subject, _, body = text.partition("\n")
        return await self._send(letter.to, subject, body)
