"""Announces the first deletion of an organisation's calls a week before it, with what it will delete.

The decision (a `DeletionNotice`) and the e-mails are stored in one transaction, so that a server killed anywhere
announces once and sends at least once. It puts off nothing: callers are promised that their calls go on their day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.call_records.call_record import CallRecord
from call24.identity.emails import Email, Mailer
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo, TenantScope
from call24.privacy.hold_register import HoldRegister
from call24.privacy.hold_rules import but_held_of_one
from call24.privacy.model import DeletionNotice
from call24.recordings.model import Recording
from call24.recordings.retention import RecordingDays
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService

AHEAD = timedelta(days=7)
LOOK_EVERY = timedelta(minutes=10)
AT_ONCE = 20
"""Organisations that are told with one look; the others with the next, a minute later."""
TOLD_MAX = 20
"""Owners and privacy officers of an organisation who are written; the app says the same to all."""
OF_USE = timedelta(days=7)
_TOLD = ("organisation.write", "privacy.holds")
_LOOKED_AT = 50
"""Test calls may come first."""
_WHY = "which organisations were told of their first deletion"


class _Oldest(msgspec.Struct, frozen=True):
    arrived_at: datetime
    delete_at: datetime


class DeletionNotices:
    """`register`: what legal holds keep is not counted. `days`: for how long recordings are kept.

    `mailer`: by which e-mails leave, as it is now.
    """

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        tenants: TenantService,
        identity: IdentityService,
        register: HoldRegister,
        days: Callable[[TenantId], RecordingDays],
        mailer: Callable[[], Mailer],
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._tenants = tenants
        self._identity = identity
        self._register = register
        self._days = days
        self._mailer = mailer
        self._looked_at: datetime | None = None

    async def announce(self, now: datetime) -> int:
        """Decide for each organisation whose first deletion is near; how many. Asked for by the sweeper, before it
        deletes: it looks every ten minutes, and at once after a start. `now`: the agreed time. Raises: Unavailable."""
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < LOOK_EVERY:
            return 0
        told = {one.tenant_id for one in await self._mongo.platform(DeletionNotice, why=_WHY).find({})}
        count = 0
        for tenant in await self._tenants.all():
            if tenant.id not in told and is_open(tenant):
                first = await self._first(tenant.id)
                if first is not None and first <= now + AHEAD:
                    count += await self._decide(tenant.id, first, now)
                    if count >= AT_ONCE:
                        return count
        self._looked_at = now
        return count

    async def of(self, tenant_id: TenantId) -> DeletionNotice | None:
        """Raises: Unavailable."""
        return await self._mongo.tenant(tenant_id).collection(DeletionNotice).find_one({"id": tenant_id})

    async def _first(self, tenant_id: TenantId) -> datetime | None:
        """When the first call, or a recording that is kept for fewer days, may go; None where there is no call."""
        scope = self._mongo.tenant(tenant_id)
        found = await scope.collection(CallRecord).find_parts(_Oldest, {}, sort=[("arrived_at", 1)], limit=_LOOKED_AT)
        found = [one for one in found if one.delete_at > one.arrived_at]  # no test call, which goes at once
        if not found:
            return None
        days = self._days(tenant_id)
        fewest = [count for count in (days.organisation, *days.queues.values()) if count is not None]
        if not fewest or await scope.collection(Recording).find_one({}) is None:
            return found[0].delete_at
        return min(found[0].delete_at, found[0].arrived_at + timedelta(days=min(fewest)))

    async def _decide(self, tenant_id: TenantId, first: datetime, now: datetime) -> bool:
        """False: another process did."""
        scope, held = self._mongo.tenant(tenant_id), await self._register.of(tenant_id)
        due = {"delete_at": {"$lte": now + AHEAD}}
        notice = DeletionNotice(
            id=tenant_id,
            tenant_id=tenant_id,
            at=self._clock.now(),
            begins_at=max(first, now),
            record_days=(await self._tenants.get(tenant_id)).record_days,
            calls=await scope.collection(CallRecord).count({**due, **but_held_of_one(CallRecord, held)}),
            recordings=await scope.collection(Recording).count({**due, **but_held_of_one(Recording, held)}),
        )
        to = await self._told(tenant_id)

        async def work(scope: TenantScope) -> None:
            await scope.collection(DeletionNotice).insert(notice)
            for user in to:
                await self._mailer().keep(scope, self._email(user, notice))

        try:
            await self._mongo.transact(tenant_id, work)
        except Conflict:
            return False
        return True

    async def _told(self, tenant_id: TenantId) -> Sequence[User]:
        """Who may change how long calls are kept, and privacy officers."""
        users = [user for user in await self._identity.users(tenant_id) if user.disabled_at is None]
        by_right = [[user for user in users if self._identity.permits(user, right)] for right in _TOLD]
        return list({user.id: user for found in by_right for user in found}.values())[:TOLD_MAX]

    def _email(self, user: User, notice: DeletionNotice) -> Email:
        return Email(
            tenant_id=notice.tenant_id,
            kind="first_deletion",
            to=user.email,
            name=user.name,
            link="retention",
            on=notice.begins_at,
            figures={"days": notice.record_days, "calls": notice.calls, "recordings": notice.recordings},
            until=notice.at + OF_USE,
        )
