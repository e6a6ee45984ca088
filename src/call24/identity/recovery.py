"""A new password for who has lost the old one or wants another, and another e-mail address for who reads it.

Asking for a new password is answered before anybody looks whether there is such an account. It knows no SMTP.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from call24.corrections.model import Made
from call24.identity.emails import NO_POST, Email, LetterKind, Mailer
from call24.identity.given import Given
from call24.identity.link_store import LinkStore, fresh_secret
from call24.identity.model import EmailLink, LinkKind, ResetWish, User
from call24.identity.rules import check_password, email_key, secret_hash
from call24.identity.security_notices import LASTS as NEWS_LASTS
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.identity.throttle import Attempts, Limits
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import CorrectionId, LinkId, TenantId, TokenId, UserId, new_id
from call24.kit.mongo import Mongo

LASTS: Mapping[LinkKind, timedelta] = {"reset": timedelta(minutes=60), "email": timedelta(hours=24)}
ASKING = Limits(window=timedelta(hours=1), per_pair=3, per_account=5, per_address=30)
CHANGING = Limits(window=timedelta(hours=1), per_pair=5, per_account=10, per_address=10)
"""Emails that confirm a new address: of one user to one address; to one address; of one user."""
CONFIRMING = Limits(window=timedelta(seconds=60), per_pair=5, per_account=None, per_address=5)
"""The password, asked for again in a session: who has stolen one keeps the user out of no other."""
HELPING = Limits(window=timedelta(hours=1), per_pair=10, per_account=10, per_address=50)
"""Emails with a link for who lost the password: of one helper to one user; to one user; of one helper."""
_LOOK_EVERY_S = 5.0


class Recovery:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService) -> None:
        self._links = LinkStore(mongo)
        self._users = IdentityStore(mongo)
        self._clock = clock
        self._identity = identity
        self._given = Given(mongo, identity)
        self._passwords = identity.passwords
        self._asked = Attempts(ASKING)
        self._changing = Attempts(CHANGING)
        self._helping = Attempts(HELPING)
        self._checks = Attempts(CONFIRMING)
        """Apart from signing in: what unauthenticated clients try there keeps nobody from what asks for the password
        again."""
        self._wished = asyncio.Event()
        self.post: Mailer = NO_POST

    # A lost password

    async def ask(self, email: str, address: str) -> bool:
        """Whether letters go out here at all: nothing is done where none do, or a link that an administrator has just
        shown would end. The same for every address, whether it has an account or not. Raises: TooMany, Invalid."""
        key = email_key(email)
        self._asked.begin(key, address, self._clock.now())
        if not self.post.sends:
            return False
        await self._links.wish(ResetWish(id=uuid4().hex, email_key=key, at=self._clock.now()))
        self._wished.set()
        return True

    async def run(self) -> None:
        """Grants wishes, one after the other, also those of before a restart."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):  # wait_for may lose a cancellation that comes with a wish
                    await self._wished.wait()
            self._wished.clear()
            with contextlib.suppress(Unavailable):
                await self.grant()

    async def grant(self) -> None:
        for wish in await self._links.wishes():
            user = await self._users.user_by_email(wish.email_key)
            fresh = self._clock.now() < wish.at + LASTS["reset"]
            if user is not None and user.disabled_at is None and fresh:
                await self._send_link(user, "reset", "reset", user.email)
            await self._links.granted(wish)

    async def link_for(self, tenant_id: TenantId, user_id: UserId, by: UserId) -> str | None:
        """`by` helps a user who has lost the password; the link, if this installation sends no e-mail.

        Raises: NotFound, TooMany.
        """
        user = await self._users.user(tenant_id, user_id)
        if self.post.sends:
            self._helping.begin(user.email_key, by, self._clock.now())
        link = await self._send_link(user, "reset", "reset", user.email, made_by=by)
        return None if self.post.sends else self.post.url(link)

    async def complete(self, secret: str, password: str) -> User:
        """Ends all sessions and machines' tokens; gives whose they were. Only success uses the link up.

        Raises: NotFound (used, over, made by who may not help this user any more, or never was: all alike), Invalid,
        TooMany.
        """
        link = await self._look(secret, "reset")
        user = await self._users.user(link.tenant_id, link.user_id)
        check_password(password, user.email, user.name)
        if not await self._links.take(link) or not await self._given.opens_still(link):
            raise NotFound
        try:
            await self._set_password(user, password)
        except BaseException:  # a cancelled request too
            await self._links.put_link(link)
            raise
        if user.email_verified_at is None and self.post.sends:  # the letter was read
            await self._change(user, {"email_verified_at": self._clock.now()})
        return user

    # By who is signed in

    async def change_password(
        self, user: User, current: str, new: str, *, here: TokenId, keep_tokens: bool = False
    ) -> None:
        """Ends all other sessions, and machines' tokens if they are not to be kept.

        Raises: Refused (code wrong_password), Invalid, TooMany.
        """
        await self.check(user, current, here)
        check_password(new, user.email, user.name)
        await self._set_password(user, new, but=here, machines=not keep_tokens)

    async def change_email(self, user: User, email: str, password: str, *, here: TokenId) -> str | None:
        """The new address becomes the user's when its letter was read; the link, if this installation sends none.

        Raises: Refused (codes wrong_password, address_not_granted), Invalid, TooMany.
        """
        if email_key(email) == user.email_key:
            raise Invalid(errors=[("email", "another address than now")])
        await self.check(user, password, here)
        if self.post.sends:
            self._changing.begin(email_key(email), user.id, self._clock.now())
        else:
            self._given.check_shown(user.tenant_id, email)
        link = await self._send_link(user, "email", "confirm_email", email.strip())
        return None if self.post.sends else self.post.url(link)

    async def confirm_email(self, secret: str) -> User:
        """All other links of the user end. Raises: NotFound, Conflict (code email_taken)."""
        link = await self._look(secret, "email")
        assert link.email is not None  # every link of this kind has one
        before = await self._users.user(link.tenant_id, link.user_id)
        if not await self._links.take(link):
            raise NotFound
        now = self._clock.now()
        fields = {"email": link.email, "email_key": email_key(link.email), "email_verified_at": now}
        try:
            made = Made(id=CorrectionId(new_id("cor")), at=now, by=before.id)
            user = await self._users.correct_user(before.tenant_id, before.id, fields, made)
        except Conflict:
            raise Conflict("There is already an account with this e-mail address", code="email_taken") from None
        self._identity.remember(user)
        await self._links.drop_links(user.tenant_id, user.id)  # those in the old mailbox
        if user.email_key != before.email_key:
            for address in (user.email, before.email):
                await self._write(user, "email_changed", address, about=link.email)
        return user

    async def check(self, user: User, password: str, here: TokenId) -> None:
        """Whether it is really the user who sits there. Raises: Refused (code wrong_password), TooMany."""
        self._checks.begin(user.email_key, f"session {here}", self._clock.now())
        if not await self._passwords.matches(password, user.password_hash, user.tenant_id):
            raise Refused("The password is wrong", code="wrong_password")
        self._checks.forgive(user.email_key, f"session {here}")

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: nobody looks any more for what was asked in its name."""
        await self._links.drop_wishes(user.email_key)

    async def _set_password(
        self, user: User, password: str, *, but: TokenId | None = None, machines: bool = True
    ) -> None:
        await self._change(user, {"password_hash": await self._passwords.hash(password, user.tenant_id)})
        await self._links.drop_links(user.tenant_id, user.id)
        await self._identity.revoke_of_user(user.tenant_id, user.id, but=but, machines=machines)
        await self._write(user, "password_changed", user.email)

    async def _change(self, user: User, fields: Mapping[str, object]) -> User:
        changed = await self._users.change_user(user.tenant_id, user.id, fields)
        self._identity.remember(changed)
        return changed

    async def _look(self, secret: str, kind: LinkKind) -> EmailLink:
        link = await self._links.link_by(secret_hash(secret), kind)
        if link is None or self._clock.now() >= link.expires_at or not self._identity.is_open(link.tenant_id):
            raise NotFound
        if not await self._given.opens_still(link):
            raise NotFound
        return link

    async def _send_link(
        self, user: User, kind: LinkKind, letter: LetterKind, to: str, made_by: UserId | None = None
    ) -> str:
        secret, now = fresh_secret(), self._clock.now()
        link = EmailLink(
            id=LinkId(new_id("lnk")),
            tenant_id=user.tenant_id,
            user_id=user.id,
            kind=kind,
            made_by=made_by,
            email=to if kind == "email" else None,
            secret_hash=secret_hash(secret),
            created_at=now,
            expires_at=now + LASTS[kind],
        )
        await self._links.put_link(link)
        await self._write(user, letter, to, link=f"{kind}/{secret}", lasts=LASTS[kind])
        return f"{kind}/{secret}"

    async def _write(
        self, user: User, kind: LetterKind, to: str, *, link: str = "", about: str = "", lasts: timedelta = NEWS_LASTS
    ) -> None:
        until = self._clock.now() + lasts
        letter = Email(
            tenant_id=user.tenant_id,
            kind=kind,
            to=to,
            name=user.name,
            user_id=user.id,
            link=link,
            about=about,
            until=until,
        )
        await self.post.send(letter)
