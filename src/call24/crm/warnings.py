"""Tells who may change connections that one has stopped, in the transaction that notes that they were told: once for
each outage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec

from call24.crm.model import CrmConnection
from call24.identity.emails import Email, Mailer
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo, TenantScope

TOLD_AFTER = timedelta(hours=1)
"""Of an outage that may end by itself. What a user has to change is told at once."""
OF_USE = timedelta(days=7)
"""After this the e-mail is not sent any more: the app says the same."""
TOLD_MAX = 20


class StoppedNotices:
    """`mailer`: by which e-mails leave, as it is now."""

    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService, mailer: Callable[[], Mailer]) -> None:
        self._mongo = mongo
        self._clock = clock
        self._identity = identity
        self._mailer = mailer

    async def __call__(self, after: CrmConnection) -> CrmConnection:
        """`after` a turn that failed, before that is noted: who is killed in between begins the turn again, and tells
        nobody twice. Where nobody but owners may change connections, they are told. Raises: Unavailable."""
        now = self._clock.now()
        lasts = after.failing_since is not None and now >= after.failing_since + TOLD_AFTER
        if after.told_at is not None or not (after.state == "failed" or lasts):
            return after
        users = [user for user in await self._identity.users(after.tenant_id) if user.disabled_at is None]
        may = [user for user in users if self._identity.permits(user, "crm.write")]
        named = [user for user in may if user.role != "owner"] or may

        async def work(scope: TenantScope) -> None:
            if not await scope.collection(CrmConnection).update_where(
                {"id": after.id, "told_at": None}, {"told_at": now}
            ):
                return
            for user in named[:TOLD_MAX]:
                letter = Email(
                    tenant_id=after.tenant_id,
                    kind="crm_stopped",
                    to=user.email,
                    name=user.name,
                    link=f"crm/{after.id}",
                    about=after.name,
                    until=now + OF_USE,
                )
                await self._mailer().keep(scope, letter)

        await self._mongo.transact(after.tenant_id, work)
        return msgspec.structs.replace(after, told_at=now)
