"""Second factors: one-time codes of an authenticator app, and recovery codes for when it is lost.

A code counts once: the time step that it stood for is kept, and no earlier one is taken again. Passkeys are the other
second factor (passkeys.py). It knows no HTTP.
Source: RFC 6238 (TOTP; HMAC-SHA-1, six digits, 30 s, as authenticator apps have it), RFC 4226 7.4 (resynchronisation).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

import pyotp

from call24.identity.mfa_store import MfaStore
from call24.identity.model import Authenticator, User
from call24.identity.security_notices import SecurityNotices
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.identity.throttle import Attempts, Limits
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.errors import Conflict, NotFound, Refused, Unauthenticated
from call24.kit.ids import TenantId, TokenId, UserId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey

STEP_S = 30
RECOVERY_CODES = 10
AUTHENTICATOR = "An authenticator app"
GUESSES = Limits(window=timedelta(minutes=15), per_pair=5, per_account=None, per_address=5)
"""Of a user, from one place: a known device or address, all others together, or a session of the user's own."""
_SALT = 16
_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"


class Mfa:
    def __init__(
        self, mongo: Mongo, clock: Clock, key: AppKey, identity: IdentityService, news: SecurityNotices
    ) -> None:
        self._kept = MfaStore(mongo)
        self._users = IdentityStore(mongo)
        self._clock = clock
        self._box = SecretBox(key, "authenticators")
        self._identity = identity
        self.news = news
        self._guesses = Attempts(GUESSES)

    async def kept(self, user: User) -> Authenticator | None:
        """What the user has; without a `secret` it is no authenticator, but may have recovery codes."""
        return await self._kept.authenticator(user.tenant_id, user.id)

    async def begin(self, user: User) -> tuple[str, str]:
        """(the secret, its address for a QR code). It counts once a code of it was shown. Raises: Conflict."""
        await self._check_none(user)
        secret = pyotp.random_base32()
        sealed = self._box.seal(secret, user.id)
        await self._kept.change_authenticator(user, self._clock.now(), {"begun": sealed, "last_step": 0})
        return secret, pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Call24")

    async def confirm(self, user: User, code: str, token_id: TokenId) -> list[str]:
        """From now on it is asked for. The recovery codes, shown this once; none if the user has some.

        Raises: Refused (code wrong_code), Conflict (code mfa_on), TooMany.
        """
        begun = (await self._check_none(user)).begun
        await self._check_code(user, code, begun, _session(token_id))
        now: dict[str, object] = {"secret": begun, "begun": b"", "created_at": self._clock.now()}
        await self._kept.change_authenticator(user, self._clock.now(), now)
        return await self.joined(user, token_id, AUTHENTICATOR)

    async def joined(self, user: User, token_id: TokenId, what: str) -> list[str]:
        """After another proof was added: it was given just now. Recovery codes, if the user has none yet."""
        self._identity.remember(await self._kept.settle(user.tenant_id, user.id))
        await self._users.proven(user.tenant_id, token_id, self._clock.now())
        await self.news.tell(user, "proof_added", what)
        kept = await self.kept(user)
        return await self._fresh_recovery(user) if kept is None or not kept.recovery else []

    async def renew_recovery(self, user: User) -> list[str]:
        """Fresh recovery codes, shown this once; the old ones open nothing any more."""
        codes = await self._fresh_recovery(user)
        await self.news.tell(user, "recovery_renewed")
        return codes

    async def _fresh_recovery(self, user: User) -> list[str]:
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        kept: dict[str, object] = {"recovery": await self._marks(codes, secrets.token_bytes(_SALT), user.tenant_id)}
        await self._kept.change_authenticator(user, self._clock.now(), kept)
        return codes

    async def prove(self, user: User, code: str, place: str | None) -> bool:
        """At signing in; whether a second factor was given. `place`: where the user has signed in from before.

        Raises: Unauthenticated (code mfa_required, wrong_code), TooMany.
        """
        if not user.mfa:
            return False
        if not code:
            raise Unauthenticated("A second factor is required", code="mfa_required")
        try:
            await self._check(user, code, f"sign-in {place or 'elsewhere'}")
        except Refused as refused:
            raise Unauthenticated(refused.detail, code=refused.code) from None
        return True

    async def step_up(self, user: User, code: str, token_id: TokenId) -> None:
        """The proof is fresh again. Raises: Refused (code wrong_code), TooMany."""
        if not user.mfa:
            raise Refused("There is no authenticator app", code="mfa_off")
        await self._check(user, code, _session(token_id))
        await self._users.proven(user.tenant_id, token_id, self._clock.now())

    async def remove(self, user: User) -> None:
        """The authenticator; passkeys stay, and the recovery codes with them. Raises: NotFound."""
        kept = await self.kept(user)
        if kept is None or not kept.secret:
            raise NotFound
        await self._kept.change_authenticator(user, self._clock.now(), {"secret": b"", "begun": b""})
        self._identity.remember(await self._kept.settle(user.tenant_id, user.id))
        await self.news.tell(user, "proof_removed", AUTHENTICATOR)

    async def remove_all(self, tenant_id: TenantId, user_id: UserId) -> None:
        """Passkeys too. Raises: NotFound, also when there is nothing that counts."""
        user = await self._users.user(tenant_id, user_id)
        if not user.mfa:
            raise NotFound
        await self._kept.drop_all(tenant_id, user_id)
        self._identity.remember(await self._kept.settle(tenant_id, user_id))
        await self.news.tell(user, "proof_removed", "Every passkey, authenticator and recovery code")

    async def _check_none(self, user: User) -> Authenticator:
        """What has begun. Raises: Conflict."""
        kept = await self.kept(user)
        if kept is not None and kept.secret:
            raise Conflict("There is already an authenticator app: remove it first", code="mfa_on")
        return kept or Authenticator(id=user.id, tenant_id=user.tenant_id, created_at=self._clock.now())

    async def _check(self, user: User, code: str, whence: str) -> None:
        """A code of the app, or a recovery code. `whence`: who guesses there keeps nobody out elsewhere."""
        if code.strip().isdecimal():
            kept = await self.kept(user)
            if kept is None or not kept.secret:
                raise Refused("There is no authenticator app: use a passkey or a recovery code", code="wrong_code")
            await self._check_code(user, code, kept.secret, whence)
        else:
            await self._use_recovery(user, code, whence)

    async def _check_code(self, user: User, code: str, sealed: bytes, whence: str) -> None:
        whence = f"{user.id} {whence}"
        self._guesses.begin(user.id, whence, self._clock.now())
        if not sealed:
            raise Refused("There is no authenticator app", code="mfa_off")
        secret = self._box.open(sealed, user.id)
        now = int(self._clock.wall().timestamp())
        otp = pyotp.TOTP(secret or pyotp.random_base32())
        for step in (now // STEP_S + away for away in (0, -1, 1)):
            fits = secret is not None and otp.verify(code.strip(), for_time=step * STEP_S)
            if fits and await self._kept.change_if(user, {"last_step": {"$lt": step}}, {"last_step": step}):
                self._guesses.forgive(user.id, whence)
                return
        raise Refused("The code is wrong or was already used", code="wrong_code")

    async def _use_recovery(self, user: User, code: str, whence: str) -> None:
        whence = f"{user.id} {whence}"
        self._guesses.begin(user.id, whence, self._clock.now())
        kept = await self.kept(user)
        left = () if kept is None else kept.recovery
        salts = {salt for salt, dot, _ in (one.partition(".") for one in left) if dot}
        shown = {_digest(code)}.union(
            *[await self._marks([code], bytes.fromhex(salt), user.tenant_id) for salt in salts]
        )
        rest = [one for one in left if one not in shown]
        if rest == list(left) or not await self._kept.change_if(user, {"recovery": list(left)}, {"recovery": rest}):
            raise Refused("The code is wrong or was already used", code="wrong_code")
        self._guesses.forgive(user.id, whence)
        await self.news.tell(user, "recovery_used", str(len(rest)))

    async def _marks(self, codes: Sequence[str], salt: bytes, whose: TenantId) -> list[str]:
        """Of 50 random bits each, so they are kept as passwords are: the salt, a dot, Argon2id."""
        marks = await self._identity.passwords.marks([_plain(one) for one in codes], salt, whose)
        return [f"{salt.hex()}.{mark}" for mark in marks]


def _session(token_id: TokenId) -> str:
    return f"session {token_id}"


def _recovery_code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(10)]
    return f"{''.join(letters[:5])}-{''.join(letters[5:])}"


def _plain(code: str) -> str:
    """Written with or without its dash, in any case."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())


def _digest(code: str) -> str:
    """As codes were kept by earlier versions."""
    return hashlib.sha256(_plain(code).encode()).hexdigest()
