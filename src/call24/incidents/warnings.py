"""E-mails to the privacy officers about the 72 hours, stored in the transaction that notes that they were warned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from call24.identity.emails import Email, Mailer
from call24.identity.service import IdentityService
from call24.incidents.model import Incident
from call24.kit.clock import Clock
from call24.kit.mongo import TenantScope

OF_USE = timedelta(days=3)
"""After this the e-mail is not sent any more: the app says the same."""
OFFICERS_MAX = 20


class ClockEmails:
    """`mailer`: by which e-mails leave, as it is now."""

    def __init__(self, clock: Clock, identity: IdentityService, mailer: Callable[[], Mailer]) -> None:
        self._clock = clock
        self._identity = identity
        self._mailer = mailer

    async def __call__(self, scope: TenantScope, incident: Incident) -> None:
        """To those who may handle incidents; where nobody but owners may, to them. Raises: Unavailable."""
        users = [user for user in await self._identity.users(incident.tenant_id) if user.disabled_at is None]
        officers = [user for user in users if self._identity.permits(user, "incidents.write")]
        named = [user for user in officers if user.role != "owner"] or officers
        for user in named[:OFFICERS_MAX]:
            await self._mailer().keep(
                scope,
                Email(
                    tenant_id=incident.tenant_id,
                    kind="incident_deadline",
                    to=user.email,
                    name=user.name,
                    link=f"incidents/{incident.id}",
                    on=incident.due_at,
                    until=self._clock.now() + OF_USE,
                ),
            )
