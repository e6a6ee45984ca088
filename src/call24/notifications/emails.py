"""E-mails to users: in their language, with a way to unsubscribe where they may, into the outbox; and what became of
them: asked once more before they are sent, and noted where the mail server took none.
"""

from __future__ import annotations

from collections.abc import Callable

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.identity.emails import REMINDERS, Email, url
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId, UserId
from call24.kit.language import Language
from call24.kit.mongo import Mongo, TenantScope
from call24.notifications import rules
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.email.outbox import EmailOutbox
from call24.notifications.email.smtp import Attempt
from call24.notifications.email.templates import Written, written
from call24.notifications.email_kinds import NEEDS, OF_EMAIL
from call24.notifications.kinds import KINDS, NotificationChannel
from call24.notifications.model import EmailRefusal
from call24.notifications.preferences import Preferences, Unsubscribing
from call24.notifications.store import NotificationStore

PREFERENCES = "notifications/preferences"
UNSUBSCRIBE = "/unsubscribe"
REFUSED_MAX = 3
"""After so many refused in a row, what a user may do without is not sent until one that must be sent arrives."""


class Emails:
    """`outbox`: None in an installation without a mail server; then nothing is written."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        identity: IdentityService,
        preferences: Preferences,
        consents: Consents,
        address: str,
        organisation: Callable[[TenantId], str],
        accent: Callable[[TenantId], str],
    ) -> None:
        self._store = NotificationStore(mongo)
        self._clock = clock
        self._identity = identity
        self._preferences = preferences
        self._consents = consents
        self._address = address
        self._organisation = organisation
        self._accent = accent
        self.outbox: EmailOutbox | None = None

    @property
    def sends(self) -> bool:
        return self.outbox is not None

    async def text(self, letter: Email, user: User | None) -> Written:
        """`user`: who gets it, if they have an account. Raises: Unavailable."""
        reader = user.id if user is not None else letter.by
        language = "en" if reader is None else (await self._preferences.of(letter.tenant_id, reader)).language
        return self.written(letter, user, language)

    def written(self, letter: Email, user: User | None, language: Language) -> Written:
        kind = OF_EMAIL.get(letter.kind)
        token = ""
        if user is not None and kind is not None and KINDS[kind].may_choose(NotificationChannel.EMAIL):
            one = Unsubscribing(tenant_id=letter.tenant_id, user_id=user.id, kind=kind)
            token = f"{self._address}{UNSUBSCRIBE}/{self._preferences.token(one)}"
        return written(
            letter,
            self._organisation(letter.tenant_id),
            url(self._address, letter.link),
            language=language,
            unsubscribe=token,
            preferences=url(self._address, PREFERENCES) if user is not None and kind is not None else "",
            accent=self._accent(letter.tenant_id),
        )

    async def put_in(self, scope: TenantScope, letter: Email, text: Written) -> None:
        """Within a transaction. Raises: Unavailable."""
        if self.outbox is not None:
            await self.outbox.put_in(scope, letter, text)

    def wake(self) -> None:
        if self.outbox is not None:
            self.outbox.wake()

    # --- asked and told by the outbox ---

    async def wanted(self, letter: OutgoingEmail) -> bool | None:
        """Whether the user wants this letter now, that they may do without; None: that is not known now.

        Raises: Unavailable.
        """
        user = await self._identity.user_by_email(letter.tenant_id, letter.to)
        if user is None or letter.kind is None:
            return False
        if (needed := NEEDS.get(letter.kind)) is not None and not self._may(user, needed):
            return False
        if letter.kind in REMINDERS:
            why_not = self._consents.why_not(Purpose.NOTIFICATIONS, letter.tenant_id, user.id)
            if why_not is not None:
                return None if why_not == "unknown" else False
        kind = OF_EMAIL.get(letter.kind)
        preferences = await self._preferences.of(letter.tenant_id, user.id)
        if kind is not None and not rules.wants(preferences, kind, NotificationChannel.EMAIL):
            return False
        refused = await self._store.refusal(letter.tenant_id, user.id)
        return refused is None or refused.count < REFUSED_MAX

    def _may(self, user: User, permission: str) -> bool:
        """Now, whatever they might when it was written; at an address that they are known to read."""
        here = user.disabled_at is None and user.email_verified_at is not None
        return here and self._identity.permits(user, permission)

    async def tried(self, letter: OutgoingEmail, attempt: Attempt) -> None:
        """Raises: Unavailable."""
        if attempt.outcome != "sent" and not attempt.status:
            return  # it was of no use any more
        user = await self._identity.user_by_email(letter.tenant_id, letter.to)
        if user is None:
            return
        had = await self._store.refusal(user.tenant_id, user.id)
        if attempt.outcome == "sent":
            if had is not None:
                await self._store.drop_refusal(user.tenant_id, user.id)
            return
        now = self._clock.now()
        count = 1 if had is None else had.count + 1
        noted = EmailRefusal(id=user.id, tenant_id=user.tenant_id, status=attempt.status, count=count, at=now)
        await self._store.put_refusal(noted)

    async def refusal(self, tenant_id: TenantId, user_id: UserId) -> EmailRefusal | None:
        """Raises: Unavailable."""
        return await self._store.refusal(tenant_id, user_id)
