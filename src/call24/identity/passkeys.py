"""Passkeys: made, named, removed, and shown instead of password and code, or as a fresh second factor.

A passkey whose counter goes back may have been copied: it opens nothing from then on. It knows no HTTP.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from call24.identity import webauthn_rules as rules
from call24.identity.answers.second_factors import PasskeyCreationOptions, PasskeyRequestOptions
from call24.identity.challenges import Challenges
from call24.identity.events import FailedSignIn
from call24.identity.mfa import Mfa
from call24.identity.mfa_store import MfaStore
from call24.identity.model import Passkey, SignedIn, Told, User
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.identity.throttle import Attempts, Limits
from call24.identity.webauthn_rules import RelyingParty
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Refused, Unauthenticated
from call24.kit.ids import PasskeyId, TenantId, TokenId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.tenants.rules import checked_name

log = logging.getLogger(__name__)

PASSKEYS_MAX = 20
_SHOWING = Limits(window=timedelta(seconds=60), per_pair=10, per_account=None, per_address=60)
"""Of one passkey in one session, or from one address at signing in: nobody keeps its user out elsewhere."""


class Passkeys:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, identity: IdentityService, mfa: Mfa) -> None:
        self._kept = MfaStore(mongo)
        self._users = IdentityStore(mongo)
        self._clock = clock
        self._identity = identity
        self._mfa = mfa
        self._challenges = Challenges(clock, key)
        self._attempts = Attempts(_SHOWING)

    async def of(self, user: User) -> list[Passkey]:
        return await self._kept.passkeys(user.tenant_id, user.id)

    async def get(self, tenant_id: TenantId, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
        """Raises: NotFound, also for another user's."""
        passkey = await self._kept.own_passkey(tenant_id, user_id, passkey_id)
        if passkey is None:
            raise NotFound
        return passkey

    async def begin(self, user: User, place: RelyingParty) -> tuple[str, PasskeyCreationOptions]:
        """(the challenge, options for the browser). Raises: Invalid (code too_many_passkeys)."""
        kept = await self.of(user)
        if len(kept) >= PASSKEYS_MAX:
            raise Invalid(f"A user has at most {PASSKEYS_MAX} passkeys", code="too_many_passkeys")
        challenge = self._challenges.make("register", user.id)
        here = [one for one in kept if one.rp_id == place.rp_id]
        return challenge, rules.creation(user, here, place, self._challenges.check(challenge, "register", user.id))

    async def add(
        self, user: User, name: str, challenge: str, credential: dict[str, Any], place: RelyingParty, token_id: TokenId
    ) -> tuple[Passkey, list[str]]:
        """The passkey; and recovery codes, shown this once, if the user had none.

        Raises: Refused (code passkey_refused), Conflict (code passkey_known), Invalid.
        """
        name = checked_name(name)
        made = rules.registered(credential, place, self._challenges.check(challenge, "register", user.id))
        self._challenges.use(challenge)
        passkey = Passkey(
            id=PasskeyId(new_id("psk")),
            tenant_id=user.tenant_id,
            user_id=user.id,
            name=name,
            credential_id=rules.credential_id(made),
            public_key=made.credential_public_key,
            counter=made.sign_count,
            rp_id=place.rp_id,
            transports=rules.transports_told(credential),
            synced=made.credential_backed_up,
            created_at=self._clock.now(),
        )
        try:
            await self._kept.add_passkey(passkey)
        except Conflict:
            raise Conflict("This passkey is already registered", code="passkey_known") from None
        return passkey, await self._mfa.joined(user, token_id, _called(passkey))

    async def rename(self, tenant_id: TenantId, user_id: UserId, passkey_id: PasskeyId, name: str) -> None:
        """Raises: NotFound, Invalid."""
        passkey = await self.get(tenant_id, user_id, passkey_id)
        await self._kept.change_passkey(passkey, {}, {"name": checked_name(name)})

    async def remove(self, user: User, passkey_id: PasskeyId, *, asked_of_all: bool) -> None:
        """Raises: NotFound, Conflict (code mfa_required: the last proof where the organisation asks for one)."""
        passkey = await self.get(user.tenant_id, user.id, passkey_id)
        if asked_of_all and len(await self.of(user)) == 1:
            kept = await self._mfa.kept(user)
            if kept is None or not kept.secret:
                raise Conflict("Your organisation requires a second factor", code="mfa_required")
        await self._kept.drop_passkey(passkey)
        self._identity.remember(await self._kept.settle(user.tenant_id, user.id))
        await self._mfa.news.tell(user, "proof_removed", _called(passkey))

    async def ask(self, user: User | None, place: RelyingParty) -> tuple[str, PasskeyRequestOptions]:
        """(the challenge, options for the browser): of this user, or of whoever signs in."""
        purpose, subject = self._purpose(user)
        kept = [] if user is None else [one for one in await self.of(user) if one.rp_id == place.rp_id]
        if user is not None and not kept:
            raise Refused("There is no passkey for this host name", code="passkey_refused")
        challenge = self._challenges.make(purpose, subject)
        return challenge, rules.request(kept, place, self._challenges.check(challenge, purpose, subject))

    async def prove(
        self, user: User, challenge: str, credential: dict[str, Any], place: RelyingParty, token_id: TokenId
    ) -> None:
        """The proof is fresh again. Raises: Refused (code passkey_refused, passkey_suspect), TooMany."""
        await self._shown(user, challenge, credential, place, f"session {token_id}")
        await self._users.proven(user.tenant_id, token_id, self._clock.now())

    async def sign_in(
        self,
        challenge: str,
        credential: dict[str, Any],
        place: RelyingParty,
        name: str,
        address: str,
        told: Told | None,
    ) -> SignedIn:
        """Raises: Unauthenticated (code passkey_refused, passkey_suspect, provider_required), TooMany."""
        name = checked_name(name, "device_name")
        try:
            user = await self._shown(None, challenge, credential, place, address)
        except Refused as refused:
            raise Unauthenticated(refused.detail, code=refused.code) from None
        if await self._identity.password_closed(user):
            raise Unauthenticated("Sign in with your organisation", code="provider_required")
        return await self._identity.open_session(user, name, told=told, address=address, proven=True)

    async def _shown(
        self, user: User | None, challenge: str, credential: dict[str, Any], place: RelyingParty, source: str
    ) -> User:
        """Whose passkey it is. Raises: Refused, TooMany."""
        credential_id = str(credential.get("id", ""))[:2000]
        self._attempts.begin(credential_id, source, self._clock.now())
        passkey = await self._kept.by_credential(credential_id)
        if passkey is None or passkey.rp_id != place.rp_id or (user is not None and passkey.user_id != user.id):
            raise rules.refused()
        owner = user or await self._owner(passkey)
        seen = rules.shown(credential, passkey, place, self._challenges.check(challenge, *self._purpose(user)))
        self._challenges.use(challenge)
        try:
            await self._count(passkey, seen.new_sign_count)
        except Refused as refused:
            if user is None:
                self._failed(owner, source, refused.code)
            raise
        self._attempts.forgive(credential_id, source)
        return owner

    async def _count(self, passkey: Passkey, counter: int) -> None:
        """Raises: Refused (code passkey_suspect)."""
        now = self._clock.now()
        if passkey.suspect_at is None and not rules.went_back(passkey.counter, counter):
            still: dict[str, object] = {"counter": passkey.counter, "suspect_at": None}
            if await self._kept.change_passkey(passkey, still, {"counter": counter, "last_used_at": now}):
                return
            raise rules.refused()  # used twice at once
        if passkey.suspect_at is None:
            log.warning(
                "the signature counter of passkey %s of user %s went back: the passkey may have been copied",
                passkey.id,
                passkey.user_id,
            )
            await self._kept.change_passkey(passkey, {}, {"suspect_at": now})
        raise Refused("This passkey may have been copied and no longer works", code="passkey_suspect")

    def _failed(self, user: User, address: str, code: str) -> None:
        failed = FailedSignIn(
            tenant_id=user.tenant_id, user_id=user.id, address=address, way="POST /v1/auth/passkey", code=code
        )
        for watcher in self._identity.events.sign_in_failed:
            watcher(failed)

    async def _owner(self, passkey: Passkey) -> User:
        """Raises: Refused, also for who is not let in."""
        try:
            user = await self._users.user(passkey.tenant_id, passkey.user_id)
        except NotFound:
            raise rules.refused() from None
        if not self._identity.lets_in(user):
            raise rules.refused()
        return user

    @staticmethod
    def _purpose(user: User | None) -> tuple[Any, str]:
        return ("sign in", "") if user is None else ("prove", user.id)


def _called(passkey: Passkey) -> str:
    return f"The passkey \u201c{passkey.name}\u201d"
