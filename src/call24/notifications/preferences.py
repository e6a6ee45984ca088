"""What users chose: kinds by channels, quiet hours, the language of e-mails; and one-click unsubscribing from a kind.

A link in an e-mail carries no id that could be read: its token is sealed with the app key, and says whose it is and of
which kind. It holds as long as the account, since RFC 8058 wants it to work whenever it is clicked.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import msgspec

from call24.kit.encryption import SecretBox
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.notifications import rules
from call24.notifications.kinds import KINDS, NotificationChannel, NotificationKind
from call24.notifications.model import NotificationPreferences
from call24.notifications.store import NotificationStore

_PLACE = "unsubscribe"


class Unsubscribing(msgspec.Struct, frozen=True, kw_only=True):
    """Whose e-mails of which kind a token is about."""

    tenant_id: TenantId
    user_id: UserId
    kind: NotificationKind


class Preferences:
    def __init__(self, mongo: Mongo, key: AppKey) -> None:
        self._store = NotificationStore(mongo)
        self._box = SecretBox(key, _PLACE)

    async def of(self, tenant_id: TenantId, user_id: UserId) -> NotificationPreferences:
        """Raises: Unavailable."""
        return await self._store.preferences(tenant_id, user_id)

    async def of_several(
        self, tenant_id: TenantId, user_ids: Sequence[UserId]
    ) -> dict[UserId, NotificationPreferences]:
        """Raises: Unavailable."""
        found = {one.id: one for one in await self._store.some_preferences(tenant_id, user_ids)}
        return {id: found.get(id) or NotificationPreferences(id=id, tenant_id=tenant_id) for id in user_ids}

    async def put(self, preferences: NotificationPreferences) -> NotificationPreferences:
        """Raises: Invalid, Unavailable."""
        rules.checked_quiet(preferences.quiet_from, preferences.quiet_until)
        await self._store.put_preferences(preferences)
        return preferences

    # --- unsubscribing ---

    def token(self, one: Unsubscribing) -> str:
        """For the address of a link."""
        sealed = self._box.seal(msgspec.json.encode(one).decode(), _PLACE)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def opened(self, token: str) -> Unsubscribing:
        """Raises: NotFound for what is no token of ours."""
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return msgspec.json.decode(self._box.open(sealed, _PLACE) or "", type=Unsubscribing)
        except (binascii.Error, ValueError, msgspec.DecodeError):
            raise NotFound from None

    async def unsubscribe(self, one: Unsubscribing) -> None:
        """Repeating it is harmless. Raises: NotFound for what cannot be switched off, Unavailable."""
        if not KINDS[one.kind].may_choose(NotificationChannel.EMAIL):
            raise NotFound
        had = await self._store.preferences(one.tenant_id, one.user_id)
        choices = dict(had.choices)
        if KINDS[one.kind].email == "on":
            choices[rules.choice(one.kind, NotificationChannel.EMAIL)] = False
        else:
            choices.pop(rules.choice(one.kind, NotificationChannel.EMAIL), None)
        await self._store.put_preferences(msgspec.structs.replace(had, choices=choices))
