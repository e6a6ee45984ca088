"""Notifies of an upgrade of this installation: once for each version and user, also where it is killed in between.

Administrators are told, and of the others those who chose push or e-mail for it; nobody whose account is newer than the
upgrade. Which upgrade is still to be told is kept in the stamp of the database (migrations/upgrades.py). How far an
organisation is told is kept in memory alone: told again from the start, it is notified of nothing twice, for as long as
its notifications are kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from call24.identity.emails import Email
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error
from call24.kit.ids import TenantId, UserId
from call24.migrations.upgrades import Upgrade, Upgrades
from call24.notifications import rules
from call24.notifications.kinds import NotificationChannel, NotificationKind
from call24.notifications.preferences import Preferences
from call24.notifications.service import EMAIL_LASTS, Happened, Notifications
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
SETTLED = timedelta(minutes=5)
"""After an upgrade began: `call24 upgrade` gives a version back that is not ready after 3 minutes."""
TOLD_FOR = timedelta(days=7)
"""After an upgrade began: later it is no news, and long before the first notifications of it are deleted (`KEPT`)."""
IN_A_TURN = 50
"""Users of one organisation, before the next has its turn."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
PAGE = "/changelog"


class _Waiting(msgspec.Struct, frozen=True):
    """An organisation that is still to be told: from which page of its users, not before `due`, after so many failures
    in a row."""

    due: datetime
    cursor: str | None = None
    failures: int = 0

    def later(self, now: datetime) -> _Waiting:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.failures, 10))
        return _Waiting(now + pause, self.cursor, self.failures + 1)


class UpgradeNotices:
    def __init__(
        self,
        upgrades: Upgrades,
        notifications: Notifications,
        preferences: Preferences,
        identity: IdentityService,
        tenants: TenantService,
        clock: Clock,
    ) -> None:
        self._upgrades = upgrades
        self._notifications = notifications
        self._preferences = preferences
        self._identity = identity
        self._tenants = tenants
        self._clock = clock
        self._waiting: dict[TenantId, _Waiting] | None = None
        """None until an upgrade is looked at."""

    async def run(self) -> None:
        """Until nothing is left to tell."""
        while True:
            try:
                if await self.look():
                    return
            except Call24Error as trouble:
                log.warning("notices of the upgrade were postponed: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> bool:
        """Whether nothing is left to tell. Raises: Unavailable.

        An organisation that could not be told, as while it is being erased, holds up no other.
        """
        upgrade = await self._upgrades.untold()
        if upgrade is None:
            return True
        now = self._clock.now()
        if now < upgrade.at + SETTLED:
            return False
        if self._waiting is None:
            those = [one for one in await self._tenants.all() if is_open(one) and not one.temporary]
            self._waiting = {one.id: _Waiting(now) for one in those}
        if self._waiting and now >= upgrade.at + TOLD_FOR:
            log.warning("%d organisations are not told of the upgrade any more", len(self._waiting))
            self._waiting.clear()
        while due := [id for id, one in self._waiting.items() if one.due <= now]:
            for tenant_id in due:
                await self._turn(self._waiting, tenant_id, upgrade)
        if self._waiting:
            return False
        await self._upgrades.told(upgrade)
        self._waiting = None
        return True

    async def _turn(self, waiting: dict[TenantId, _Waiting], tenant_id: TenantId, upgrade: Upgrade) -> None:
        one = waiting[tenant_id]
        try:
            cursor = await self._tell(tenant_id, upgrade, one.cursor)
        except Call24Error as trouble:
            log.warning("an organisation is told of the upgrade later: %s", trouble)
            waiting[tenant_id] = one.later(self._clock.now())
            return
        if cursor is None:
            del waiting[tenant_id]
        else:
            waiting[tenant_id] = _Waiting(one.due, cursor)

    async def _tell(self, tenant_id: TenantId, upgrade: Upgrade, cursor: str | None) -> str | None:
        """Tells whom it concerns of a page of users; the cursor of the next. Raises: Unavailable, Conflict."""
        users, following = await self._identity.users_page(tenant_id, limit=IN_A_TURN, cursor=cursor)
        those = await self._audience(tenant_id, [user for user in users if user.created_at < upgrade.at])
        link = f"{PAGE}/{upgrade.version}"
        letter = Email(
            tenant_id=tenant_id,
            kind="upgraded",
            to="",
            name="",
            link=link,
            about=upgrade.version,
            until=self._clock.now() + EMAIL_LASTS,
        )
        happened = Happened(
            kind=NotificationKind.UPDATES,
            cause=f"upgrade {upgrade.version}",
            event=upgrade.version,
            link=link,
            letter=letter,
        )
        await self._notifications.tell(tenant_id, those, happened)
        return following

    async def _audience(self, tenant_id: TenantId, users: Sequence[User]) -> list[UserId]:
        chosen = await self._preferences.of_several(tenant_id, [user.id for user in users])
        kind, by = NotificationKind.UPDATES, (NotificationChannel.PUSH, NotificationChannel.EMAIL)
        return [
            user.id
            for user in users
            if self._identity.permits(user, "organisation.write")
            or any(rules.wants(chosen[user.id], kind, channel) for channel in by)
        ]
