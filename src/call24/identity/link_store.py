"""Where invitations and links are kept, and found again by the hash of their secret."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TypeVar

from call24.identity.model import EmailLink, Invitation, LinkKind, ResetWish
from call24.kit.ids import InvitationId, TenantId, UserId
from call24.kit.mongo import Index, Mongo

INDEXES = (
    Index(Invitation, ("secret_hash",), unique=True, across=True),
    Index(Invitation, ("created_at",)),
    Index(Invitation, ("expires_at",), across=True),
    Index(EmailLink, ("secret_hash",), unique=True, across=True),
    Index(EmailLink, ("user_id", "kind")),
    Index(EmailLink, ("expires_at",), across=True),
)
_WHOSE = "a link says whose it is"
_DUE = "links that are of no use any more"

L = TypeVar("L", Invitation, EmailLink)


def fresh_secret() -> str:
    """What stands in a link: 256 random bits, shown to whoever gets the letter and kept as its SHA-256 only."""
    return secrets.token_urlsafe(32)


class LinkStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._wishes = mongo.platform(ResetWish, why="it is not known yet whose it is")
        self._invitations = mongo.platform(Invitation, why=_WHOSE)
        self._links = mongo.platform(EmailLink, why=_WHOSE)

    async def invite(self, invitation: Invitation) -> None:
        await self._mongo.tenant(invitation.tenant_id).collection(Invitation).insert(invitation)

    async def invitations(self, tenant_id: TenantId) -> list[Invitation]:
        return await self._mongo.tenant(tenant_id).collection(Invitation).find(sort=[("created_at", 1)])

    async def invitation(self, tenant_id: TenantId, invitation_id: InvitationId) -> Invitation:
        return await self._mongo.tenant(tenant_id).collection(Invitation).get(invitation_id)

    async def invitation_by(self, secret_hash: str) -> Invitation | None:
        return await self._invitations.find_one({"secret_hash": secret_hash})

    async def links(self, tenant_id: TenantId) -> list[EmailLink]:
        return await self._mongo.tenant(tenant_id).collection(EmailLink).find()

    async def link_by(self, secret_hash: str, kind: LinkKind) -> EmailLink | None:
        return await self._links.find_one({"secret_hash": secret_hash, "kind": kind})

    async def put_link(self, link: EmailLink) -> None:
        """Instead of an earlier one of the same kind."""
        links = self._mongo.tenant(link.tenant_id).collection(EmailLink)
        await links.delete_many({"user_id": link.user_id, "kind": link.kind})
        await links.insert(link)

    async def drop_links(self, tenant_id: TenantId, user_id: UserId) -> None:
        await self._mongo.tenant(tenant_id).collection(EmailLink).delete_many({"user_id": user_id})

    async def take(self, one: L) -> bool:
        """Use it up; True for exactly one of all who try."""
        return await self._mongo.tenant(one.tenant_id).collection(type(one)).delete(one.id)

    async def drop_expired(self, now: datetime) -> None:
        old = {"expires_at": {"$lte": now}}
        await self._mongo.platform(Invitation, why=_DUE).delete_many(old)
        await self._mongo.platform(EmailLink, why=_DUE).delete_many(old)

    async def wish(self, wish: ResetWish) -> None:
        await self._wishes.insert(wish)

    async def wishes(self) -> list[ResetWish]:
        return await self._wishes.find(sort=[("at", 1)], limit=100)

    async def drop_wishes(self, email_key: str) -> None:
        await self._wishes.delete_many({"email_key": email_key})

    async def granted(self, wish: ResetWish) -> None:
        await self._wishes.delete(wish.id)
