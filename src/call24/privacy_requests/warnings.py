"""E-mails to the privacy officers about deadlines, stored in the transaction that notes that they were warned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from call24.identity.emails import Email, Mailer
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import TenantScope
from call24.privacy_requests.model import PrivacyRequest

OF_USE = timedelta(days=7)
"""After this the e-mail is not sent any more: the desk says the same."""
OFFICERS_MAX = 20


class DeadlineEmails:
    """`mailer`: by which letters leave, as it is now."""

    def __init__(self, clock: Clock, identity: IdentityService, mailer: Callable[[], Mailer]) -> None:
        self._clock = clock
        self._identity = identity
        self._mailer = mailer

    async def __call__(self, scope: TenantScope, request: PrivacyRequest) -> None:
        """To those who may answer requests; where nobody but owners may, to them. Raises: Unavailable."""
        users = [user for user in await self._identity.users(request.tenant_id) if user.disabled_at is None]
        officers = [user for user in users if self._identity.permits(user, "privacy_requests.write")]
        named = [user for user in officers if user.role != "owner"] or officers
        for user in named[:OFFICERS_MAX]:
            await self._mailer().keep(
                scope,
                Email(
                    tenant_id=request.tenant_id,
                    kind="privacy_deadline",
                    to=user.email,
                    name=user.name,
                    link=f"privacy-requests/{request.id}",
                    on=request.due_at,
                    until=self._clock.now() + OF_USE,
                ),
            )
