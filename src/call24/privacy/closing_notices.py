"""What owners are written when their organisation is closed. Without a mail server the app's banner says it alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from call24.identity.accounts import Accounts
from call24.identity.emails import Email, LetterKind
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.encryption import SecretBox
from call24.kit.ids import TenantId, UserId
from call24.kit.secrets import AppKey
from call24.privacy.model import Closing, ErasureReceipt
from call24.privacy.receipt import shown

RECEIPT_LASTS = timedelta(days=7)
"""As long as the mail server is tried with the receipt; then the address is forgotten all the same."""
_STOPPED_LASTS = timedelta(days=2)


class ClosingNotices:
    def __init__(self, key: AppKey, identity: IdentityService, accounts: Accounts) -> None:
        self._box = SecretBox(key, "closings")
        self._identity = identity
        self._accounts = accounts

    async def closing(self, closing: Closing, kind: LetterKind) -> None:
        """`closing` or `closing_soon`. Raises: Unavailable."""
        await self._owners(closing.id, kind, closing.ends_at, await self._name(closing.id, closing.asked_by))

    async def stopped(self, tenant_id: TenantId, by: UserId, now: datetime) -> None:
        """Raises: Unavailable."""
        await self._owners(tenant_id, "closing_stopped", now + _STOPPED_LASTS, await self._name(tenant_id, by))

    async def address(self, closing: Closing) -> bytes:
        """Of who closed it, sealed; empty when the account is gone, or may not sign in any more."""
        user = await self._user(closing.id, closing.asked_by)
        return b"" if user is None else self._box.seal(f"{user.email}\n{user.name}", closing.id)

    async def receipt(self, closing: Closing, receipt: ErasureReceipt, now: datetime) -> None:
        """Raises: Unavailable."""
        to = self._box.open(closing.to, closing.id) if closing.to else None
        if to is None:
            return
        email, _, name = to.partition("\n")
        text = json.dumps(shown(receipt), indent=2)
        await self._send(closing.id, "closed", email, name, text, now + RECEIPT_LASTS)

    async def _owners(self, tenant_id: TenantId, kind: LetterKind, until: datetime, about: str) -> None:
        for user in await self._identity.users(tenant_id):
            if user.role == "owner" and user.disabled_at is None:
                await self._send(tenant_id, kind, user.email, user.name, about, until)

    async def _send(
        self, tenant_id: TenantId, kind: LetterKind, to: str, name: str, about: str, until: datetime
    ) -> None:
        letter = Email(tenant_id=tenant_id, kind=kind, to=to, name=name, about=about, until=until)
        await self._accounts.news.post.send(letter)

    async def _name(self, tenant_id: TenantId, user_id: UserId) -> str:
        user = await self._user(tenant_id, user_id)
        return "An owner" if user is None else user.name

    async def _user(self, tenant_id: TenantId, user_id: UserId) -> User | None:
        found = [user for user in await self._identity.users(tenant_id) if user.id == user_id]
        return found[0] if found and found[0].disabled_at is None else None
