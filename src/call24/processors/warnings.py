"""E-mails to privacy officers about a processor that is late, stored in the transaction that notes that they were told.

Of a processor they are told once a week at most, of however many erasures it owes an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from call24.identity.emails import Email, Mailer
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo, TenantScope
from call24.processors.model import ErasureNotice, Processor

AGAIN_AFTER = timedelta(days=7)
OF_USE = timedelta(days=7)
"""After this the e-mail is not sent any more: the app says the same."""
OFFICERS_MAX = 20


class LateEmails:
    """`mailer`: by which e-mails leave, as it is now."""

    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService, mailer: Callable[[], Mailer]) -> None:
        self._mongo = mongo
        self._clock = clock
        self._identity = identity
        self._mailer = mailer

    async def __call__(self, notice: ErasureNotice) -> None:
        """To those who may change processors; where nobody but owners may, to them. Raises: Unavailable."""
        users = [user for user in await self._identity.users(notice.tenant_id) if user.disabled_at is None]
        officers = [user for user in users if self._identity.permits(user, "processors.write")]
        named = [user for user in officers if user.role != "owner"] or officers
        now = self._clock.now()

        async def work(scope: TenantScope) -> None:
            processors = scope.collection(Processor)
            late = await processors.find_one({"id": notice.processor_id})
            if late is None or (late.told_late_at is not None and now < late.told_late_at + AGAIN_AFTER):
                return
            await processors.update(late.id, {"told_late_at": now})
            for user in named[:OFFICERS_MAX]:
                letter = Email(
                    tenant_id=notice.tenant_id,
                    kind="processor_late",
                    to=user.email,
                    name=user.name,
                    link="erase",
                    about=late.name,
                    until=now + OF_USE,
                )
                await self._mailer().keep(scope, letter)

        await self._mongo.transact(notice.tenant_id, work)
