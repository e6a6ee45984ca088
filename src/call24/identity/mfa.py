"""A second proof of who it is: one-time codes of an authenticator app, and recovery codes for when it is lost.

A code counts once: the time step that it stood for is kept, and no earlier one is taken again. It knows no HTTP.
Source: RFC 6238 (TOTP; HMAC-SHA-1, six digits, 30 s, as authenticator apps have it), RFC 4226 7.4 (resynchronisation).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import pyotp

from call24.identity.model import Authenticator, User
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.identity.throttle import Attempts, Limits
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, Refused, Unauthenticated
from call24.kit.ids import TenantId, TokenId, UserId
from call24.kit.mongo import Mongo
from call24.kit.sealing import Box
from call24.kit.secrets import AppKey

STEP_S = 30
RECOVERY_CODES = 10
GUESSES = Limits(window=timedelta(minutes=15), per_pair=5, per_account=5, per_address=60)
_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"


class Mfa:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, identity: IdentityService) -> None:
        self._mongo = mongo
        self._users = IdentityStore(mongo)
        self._clock = clock
        self._box = Box(key, "authenticators")
        self._identity = identity
        self._guesses = Attempts(GUESSES)
        identity.second_proof = self.prove

    async def begin(self, user: User) -> tuple[str, str]:
        """(the secret, its address for a QR code). It counts once a code of it was shown. Raises: Conflict."""
        if user.mfa:
            raise Conflict("There is an authenticator: remove it first", code="mfa_on")
        secret = pyotp.random_base32()
        fresh = Authenticator(
            id=user.id,
            tenant_id=user.tenant_id,
            secret=self._box.seal(secret, user.id),
            created_at=self._clock.now(),
        )
        await self._mongo.tenant(user.tenant_id).collection(Authenticator).replace(fresh, upsert=True)
        return secret, pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Call24")

    async def confirm(self, user: User, code: str, token_id: TokenId) -> list[str]:
        """From now on it is asked for; the recovery codes, shown this once.

        Raises: Refused (code wrong_code), Conflict (code mfa_on), TooMany.
        """
        if user.mfa:
            raise Conflict("There is an authenticator: remove it first", code="mfa_on")
        await self._check_code(user, code)
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        kept = self._mongo.tenant(user.tenant_id).collection(Authenticator)
        await kept.update(user.id, {"recovery": [_hash(one) for one in codes]})
        await self._set(user.tenant_id, user.id, True)
        await self._users.proven(user.tenant_id, token_id, self._clock.now())
        return codes

    async def prove(self, user: User, code: str) -> bool:
        """At signing in; whether a second proof was given. Raises: Unauthenticated (code mfa_required, wrong_code)."""
        if not user.mfa:
            return False
        if not code:
            raise Unauthenticated("A code of the authenticator is needed", code="mfa_required")
        try:
            await self._check(user, code)
        except Refused as refused:
            raise Unauthenticated(refused.detail, code=refused.code) from None
        return True

    async def step_up(self, user: User, code: str, token_id: TokenId) -> None:
        """The proof is fresh again. Raises: Refused (code wrong_code), TooMany."""
        if not user.mfa:
            raise Refused("There is no authenticator", code="mfa_off")
        await self._check(user, code)
        await self._users.proven(user.tenant_id, token_id, self._clock.now())

    async def remove(self, tenant_id: TenantId, user_id: UserId) -> None:
        """Raises: NotFound, also when there is no authenticator that counts."""
        if not (await self._users.user(tenant_id, user_id)).mfa:
            raise NotFound
        await self._set(tenant_id, user_id, False)
        await self._mongo.tenant(tenant_id).collection(Authenticator).delete(user_id)

    async def _check(self, user: User, code: str) -> None:
        """A code of the app, or a recovery code."""
        if code.strip().isdecimal():
            await self._check_code(user, code)
        else:
            await self._use_recovery(user, code)

    async def _check_code(self, user: User, code: str) -> None:
        self._guesses.begin(user.id, user.id, self._clock.now())
        known = await self._authenticator(user)
        secret = self._box.open(known.secret, user.id)
        now = int(self._clock.now().timestamp())
        otp = pyotp.TOTP(secret or pyotp.random_base32())
        for step in (now // STEP_S + away for away in (0, -1, 1)):
            fits = secret is not None and otp.verify(code.strip(), for_time=step * STEP_S)
            if fits and await self._used(user, {"last_step": {"$lt": step}}, {"last_step": step}):
                self._guesses.forgive(user.id, user.id)
                return
        raise Refused("This code is wrong, or was used already", code="wrong_code")

    async def _use_recovery(self, user: User, code: str) -> None:
        self._guesses.begin(user.id, user.id, self._clock.now())
        known = await self._authenticator(user)
        wanted = _hash(code)
        rest = [one for one in known.recovery if one != wanted]
        same: dict[str, object] = {"recovery": list(known.recovery)}
        if wanted not in known.recovery or not await self._used(user, same, {"recovery": rest}):
            raise Refused("This code is wrong, or was used already", code="wrong_code")
        self._guesses.forgive(user.id, user.id)

    async def _used(self, user: User, still: dict[str, object], set: dict[str, object]) -> bool:
        """Marks a code as used; True for exactly one of all who try it."""
        collection = self._mongo.tenant(user.tenant_id).collection(Authenticator)
        return await collection.update_where({"id": user.id, **still}, set) == 1

    async def _authenticator(self, user: User) -> Authenticator:
        try:
            return await self._mongo.tenant(user.tenant_id).collection(Authenticator).get(user.id)
        except NotFound:
            raise Refused("There is no authenticator", code="mfa_off") from None

    async def _set(self, tenant_id: TenantId, user_id: UserId, on: bool) -> None:
        self._identity.remember(await self._users.change_user(tenant_id, user_id, {"mfa": on}))


def _recovery_code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(10)]
    return f"{''.join(letters[:5])}-{''.join(letters[5:])}"


def _hash(code: str) -> str:
    """Of 50 random bits behind a limit of guesses; written with or without its dash, in any case."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
