"""Users come by invitation: a link that works once and for seven days, sent to their address.

Nobody learns from an invitation whether the address has an account: only who holds the link is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from call24.identity.emails import NO_POST, Email, Mailer
from call24.identity.given import Given
from call24.identity.link_store import LinkStore, fresh_secret
from call24.identity.model import Invitation, Role, SignedIn, Told, User
from call24.identity.rules import check_password, email_key, secret_hash
from call24.identity.service import IdentityService
from call24.identity.throttle import Attempts, Limits
from call24.kit.clock import Clock
from call24.kit.errors import NotFound, TooMany
from call24.kit.ids import InvitationId, QueueId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.tenants.rules import checked_name

LASTS = timedelta(days=7)
PER_HOUR = Limits(window=timedelta(hours=1), per_pair=3, per_account=10, per_address=100)
"""Invitations of one organisation to one address; to one address; of one organisation."""
PER_INVITER = Limits(window=timedelta(hours=1), per_pair=50, per_account=50, per_address=50)
OPEN_MAX = 200
"""Invitations of an organisation that nobody has accepted yet."""


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    secret: str = field(repr=False)
    name: str
    password: str = field(repr=False)
    device_name: str
    told: Told | None = None
    address: str = ""


class Invitations:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService) -> None:
        self._store = LinkStore(mongo)
        self._clock = clock
        self._identity = identity
        self._given = Given(mongo, identity)
        self._sent, self._by = Attempts(PER_HOUR), Attempts(PER_INVITER)
        self.post: Mailer = NO_POST
        self.accepted: list[Callable[[Invitation, User], Awaitable[None]]] = []
        """Told of each account that an invitation has become, before it is signed in. They raise nothing."""

    async def invite(
        self, by: User, *, email: str, name: str, role: Role, queues: tuple[QueueId, ...] = ()
    ) -> tuple[Invitation, str | None]:
        """The invitation; and its link, to be passed on by hand, if this installation sends no e-mail. The caller has
        checked the queues.

        Raises: Invalid, TooMany, Refused (code address_not_granted).
        """
        self._check(by, email)
        if len(await self.all(by.tenant_id)) >= OPEN_MAX:
            raise TooMany(f"At most {OPEN_MAX} invitations are open at a time", code="too_many_invitations")
        name = checked_name(name)
        self._count(by, email)
        return await self._send(by, email.strip(), name, role, queues)

    async def resend(self, by: User, invitation: Invitation) -> tuple[Invitation, str | None]:
        """Another link for as long as a new one; the old one opens nothing any more. Raises: NotFound, Refused."""
        self._check(by, invitation.email)
        self._count(by, invitation.email)
        if not await self._store.take(invitation):
            raise NotFound
        return await self._send(by, invitation.email, invitation.name, invitation.role, invitation.queues)

    def _check(self, by: User, email: str) -> None:
        email_key(email)
        if not self.post.sends:
            self._given.check_shown(by.tenant_id, email)

    async def get(self, tenant_id: TenantId, invitation_id: InvitationId) -> Invitation:
        """Raises: NotFound."""
        return await self._store.invitation(tenant_id, invitation_id)

    async def get_open(self, tenant_id: TenantId, invitation_id: InvitationId) -> Invitation:
        """Raises: NotFound, also for one that has expired."""
        invitation = await self.get(tenant_id, invitation_id)
        if invitation.expires_at <= self._clock.now():
            raise NotFound
        return invitation

    def _count(self, by: User, email: str) -> None:
        """Raises: TooMany."""
        now = self._clock.now()
        self._by.begin(by.id, by.id, now)
        self._sent.begin(email_key(email), by.tenant_id, now)

    async def _send(
        self, by: User, email: str, name: str, role: Role, queues: tuple[QueueId, ...]
    ) -> tuple[Invitation, str | None]:
        secret = fresh_secret()
        now = self._clock.now()
        invitation = Invitation(
            id=InvitationId(new_id("inv")),
            tenant_id=by.tenant_id,
            email=email,
            name=name,
            role=role,
            invited_by=by.id,
            secret_hash=secret_hash(secret),
            created_at=now,
            expires_at=now + LASTS,
            queues=queues,
        )
        await self._store.invite(invitation)
        link = f"invitation/{secret}"
        letter = Email(
            tenant_id=by.tenant_id,
            kind="invitation",
            to=invitation.email,
            name=invitation.name,
            link=link,
            about=by.name,
            by=by.id,
            until=invitation.expires_at,
        )
        await self.post.send(letter)
        return invitation, None if self.post.sends else self.post.url(link)

    async def all(self, tenant_id: TenantId) -> list[Invitation]:
        """Those that can still be accepted, the oldest first."""
        now = self._clock.now()
        return [one for one in await self._store.invitations(tenant_id) if now < one.expires_at]

    async def withdraw(self, tenant_id: TenantId, invitation_id: InvitationId) -> None:
        """Raises: NotFound."""
        if not await self._store.take(await self._store.invitation(tenant_id, invitation_id)):
            raise NotFound

    async def look(self, secret: str) -> Invitation:
        """Raises: NotFound for what was used, withdrawn, is over, not its maker's to give or never was: all alike."""
        invitation = await self._store.invitation_by(secret_hash(secret))
        if invitation is None or self._clock.now() >= invitation.expires_at:
            raise NotFound
        if not self._identity.is_open(invitation.tenant_id) or not await self._given.invites_still(invitation):
            raise NotFound
        return invitation

    async def accept(self, wish: Acceptance) -> SignedIn:
        """An account with an address that is known to be read, and a first session. Only success uses the link up.

        Raises: NotFound, Invalid, Conflict (code email_taken).
        """
        invitation = await self.look(wish.secret)
        name = checked_name(wish.name)
        checked_name(wish.device_name, "device_name")
        check_password(wish.password, invitation.email, name)
        if not await self._store.take(invitation) or not await self._given.invites_still(invitation):
            raise NotFound
        try:
            user = await self._identity.add_user(
                invitation.tenant_id,
                email=invitation.email,
                name=name,
                role=invitation.role,
                password=wish.password,
                verified=True,
            )
        except BaseException:  # a cancelled request too
            await self._store.invite(invitation)
            raise
        for tell in self.accepted:
            await tell(invitation, user)
        return await self._identity.open_session(user, wish.device_name, told=wish.told, address=wish.address)

    async def drop_expired(self) -> None:
        """Links too; main runs it every now and then."""
        await self._store.drop_expired(self._clock.now())
