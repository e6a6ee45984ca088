"""Notifies of an upgrade of this installation: once for each version and user, also where it is killed in between.

Administrators are told, and of the others those who chose push or e-mail for it; nobody whose account is newer than the
upgrade. Which upgrade is still to be told is kept in the stamp of the database (migrations/upgrades.py).
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from call24.identity.emails import Email
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
IN_A_TURN = 50
"""Users of one organisation, before the next has its turn."""
PAGE = "/changelog"


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
        if self._clock.now() < upgrade.at + SETTLED:
            return False
        waiting = sorted(one.id for one in await self._tenants.all() if is_open(one) and not one.temporary)
        begin, failed = 0, False
        while waiting:
            more = []
            for tenant_id in waiting:
                try:
                    if await self._tell(tenant_id, upgrade, begin):
                        more.append(tenant_id)
                except Call24Error as trouble:
                    log.warning("an organisation is told of the upgrade later: %s", trouble)
                    failed = True
            waiting, begin = more, begin + IN_A_TURN
        if not failed:
            await self._upgrades.told(upgrade)
        return not failed

    async def _tell(self, tenant_id: TenantId, upgrade: Upgrade, begin: int) -> bool:
        """Tells `IN_A_TURN` users, from that one on; whether there are more. Raises: Unavailable, Conflict."""
        those = await self._audience(tenant_id, upgrade)
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
        await self._notifications.tell(tenant_id, those[begin : begin + IN_A_TURN], happened)
        return len(those) > begin + IN_A_TURN

    async def _audience(self, tenant_id: TenantId, upgrade: Upgrade) -> list[UserId]:
        """In the same order each time."""
        users = [user for user in await self._identity.users(tenant_id) if user.created_at < upgrade.at]
        chosen = await self._preferences.of_several(tenant_id, [user.id for user in users])
        kind, by = NotificationKind.UPDATES, (NotificationChannel.PUSH, NotificationChannel.EMAIL)
        return sorted(
            user.id
            for user in users
            if self._identity.permits(user, "organisation.write")
            or any(rules.wants(chosen[user.id], kind, channel) for channel in by)
        )
