"""Who operates the installation, in the app: users whom the machine's own command named.

It is a fact of the installation about an account: no role has it, no token carries it, and nobody in an organisation
can give it. It goes when the account is disabled or deleted, and with its last second factor: whoever removes that, and
could then reset the password, does not get it. It knows no HTTP.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Literal

from call24.identity.mfa_store import MfaStore
from call24.identity.model import User
from call24.identity.rules import email_key
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import UserId
from call24.kit.mongo import Mongo

log = logging.getLogger(__name__)

ProofKind = Literal["authenticator", "passkey"]
_NO_PROOF = "The user has no second factor: set one up in the app first"


class Operators:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService) -> None:
        self._store = IdentityStore(mongo)
        self._proofs = MfaStore(mongo)
        self._clock = clock
        self._identity = identity

    async def all(self) -> list[User]:
        """Those who are now. Raises: Unavailable."""
        return await self._store.operators()

    async def account(self, email: str) -> User:
        """Who may become one. Raises: Invalid, NotFound, Conflict (disabled, or no second factor)."""
        user = await self._store.user_by_email(email_key(email))
        if user is None:
            raise NotFound("Nobody has an account with this e-mail address")
        if not self._identity.lets_in(user):
            raise Conflict("The account or its organisation is disabled")
        if not user.mfa:
            raise Conflict(_NO_PROOF)
        return user

    async def proofs(self, user: User) -> list[tuple[ProofKind, datetime]]:
        """What the user's second factors are, and when each was set up; the oldest first."""
        kept = await self._proofs.authenticator(user.tenant_id, user.id)
        found: list[tuple[ProofKind, datetime]] = []
        if kept is not None and kept.secret:
            found.append(("authenticator", kept.created_at))
        found += [("passkey", one.created_at) for one in await self._proofs.passkeys(user.tenant_id, user.id)]
        return sorted(found, key=lambda one: one[1])

    async def add(self, user: User) -> User:
        """From the next request on. Raises: Conflict (no second factor)."""
        return user if user.operator_since is not None else await self._granted(user)

    async def _granted(self, user: User) -> User:
        """Only while there is a second factor, also where it is being removed."""
        if not await self._store.grant_operator(user, self._clock.now()):
            raise Conflict(_NO_PROOF)
        user = await self._store.user(user.tenant_id, user.id)
        self._identity.remember(user)
        log.info("user %s of organisation %s operates the installation from now on", user.id, user.tenant_id)
        return user

    async def remove(self, user_id: UserId) -> User:
        """From the next request on. Raises: NotFound for who is none."""
        found = next((user for user in await self.all() if user.id == user_id), None)
        if found is None:
            raise NotFound
        user = await self._store.change_user(found.tenant_id, user_id, {"operator_since": None})
        self._identity.remember(user)
        log.info("user %s of organisation %s operates the installation no more", user.id, user.tenant_id)
        return user
