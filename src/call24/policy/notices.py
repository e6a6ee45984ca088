"""Tells each active user of a coming version of the policy by e-mail, once, before it takes effect.

The decision (a `PolicyNotice`) and the e-mail are stored in one transaction, so that a server killed anywhere decides
once and sends at least once. Without a mail server nothing is decided: the app asks on the day.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from call24.identity.emails import Email, Mailer
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Conflict
from call24.kit.ids import PolicyNoticeId, TenantId, derived_id
from call24.kit.mongo import Mongo, TenantScope
from call24.policy.model import PolicyNotice
from call24.policy.pages import place
from call24.policy.service import Policies
from call24.policy.store import PolicyStore
from call24.policy.texts import Version
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

EACH_ROUND, EACH_OF_TENANT = 200, 20
"""Users who are told in a round, and those of one organisation: other e-mails of it wait for no more than these."""
LOOK_EVERY_S = 60.0
OF_USE = timedelta(days=7)
"""After the version takes effect; then the e-mail is not sent any more."""


class PolicyNotices:
    """`mailer`: by which e-mails leave, as it is now."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        tenants: TenantService,
        identity: IdentityService,
        policies: Policies,
        mailer: Callable[[], Mailer],
    ) -> None:
        self._mongo = mongo
        self._store = PolicyStore(mongo)
        self._clock = clock
        self._tenants = tenants
        self._identity = identity
        self._policies = policies
        self._mailer = mailer
        self._first = 0
        """Which organisation's turn is first in a round."""

    async def run(self) -> None:
        """For ever, every minute; trouble is logged and tried again."""
        while True:
            try:
                await self.notify()
            except Call24Error as trouble:
                log.warning("notices of a new privacy policy were postponed: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)

    async def notify(self) -> int:
        """One round; how many users it was decided for. Raises: Unavailable."""
        versions = self._policies.announced()
        if not versions or not self._mailer().sends:
            return 0
        found = sorted(one.id for one in await self._tenants.all() if is_open(one))
        begin = self._first % len(found) if found else 0
        count = 0
        for position, tenant_id in enumerate([*found[begin:], *found[:begin]]):
            self._first = begin + position
            for version in versions:
                count += await self._tell(tenant_id, version, min(EACH_OF_TENANT, EACH_ROUND - count))
            if count >= EACH_ROUND:
                break
        return count

    async def _tell(self, tenant_id: TenantId, version: Version, most: int) -> int:
        told = await self._store.noticed(tenant_id, version.version)
        users = [one for one in await self._identity.users(tenant_id) if one.disabled_at is None and one.id not in told]
        if not users[:most]:
            return 0
        public_id = (await self._policies.settings(tenant_id)).public_id
        return sum([await self._decide(user, version, public_id) for user in users[:most]])

    async def _decide(self, user: User, version: Version, public_id: str) -> bool:
        """False: another process did."""
        notice = PolicyNotice(
            id=PolicyNoticeId(derived_id("pno", user.tenant_id, user.id, version.version)),
            tenant_id=user.tenant_id,
            user_id=user.id,
            version=version.version,
            hash=version.hash,
            at=self._clock.now(),
        )
        letter = Email(
            tenant_id=user.tenant_id,
            kind="policy_changed",
            to=user.email,
            name=user.name,
            link=place(public_id, version.version, "changes"),
            on=datetime.combine(version.effective, time(), UTC),
            until=datetime.combine(version.effective, time(), UTC) + OF_USE,
        )

        async def work(scope: TenantScope) -> None:
            await scope.collection(PolicyNotice).insert(notice)
            await self._mailer().keep(scope, letter)

        try:
            await self._mongo.transact(user.tenant_id, work)
        except Conflict:
            return False
        return True
