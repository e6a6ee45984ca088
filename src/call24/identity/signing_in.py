"""Signing in: by password, and by a second factor where one is asked for.

It says in the same words and time that an account is unknown and that its password is wrong. It opens the session
through service.py and knows no HTTP.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from call24.identity.devices import Devices
from call24.identity.events import FailedSignIn
from call24.identity.model import SignedIn, Told, User
from call24.identity.rules import email_key
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.identity.throttle import KNOWN, Attempts, OrganisationAttempts
from call24.kit.addresses import network_of
from call24.kit.clock import Clock
from call24.kit.errors import Invalid, TooMany, Unauthenticated
from call24.kit.mongo import Mongo
from call24.tenants.rules import checked_name

SecondProof = Callable[[User, str, str | None], Awaitable[bool]]
"""User, code, and where the user has signed in from before, if this is such a place."""


@dataclass(frozen=True, kw_only=True)
class SignInRequest:
    """`code`: a second factor, where it is known already; `way`: method and route that it came by; `secret`: what the
    device showed, by which it may be known."""

    email: str
    password: str = field(repr=False)
    device_name: str
    address: str
    told: Told | None = None
    code: str = field(default="", repr=False)
    way: str = "POST /v1/auth/login"
    secret: str = field(default="", repr=False)


class SigningIn:
    def __init__(
        self, mongo: Mongo, clock: Clock, identity: IdentityService, devices: Devices, second_proof: SecondProof
    ) -> None:
        self._store = IdentityStore(mongo)
        self._clock = clock
        self._identity = identity
        self._devices = devices
        self._known = Attempts(KNOWN)
        self._second_proof = second_proof
        self._organisations = OrganisationAttempts()

    async def by_password(self, wish: SignInRequest) -> SignedIn:
        """Raises: Unauthenticated (code invalid_credentials: unknown accounts in the same words and time; mfa_required,
        wrong_code, provider_required: the password was right), TooMany.

        In an organisation that is being guessed at from many addresses, nobody is let in for a while, in the same
        words: any others would tell that there is such an account. Who has signed in to the account from this device
        or address before is counted apart from all others, and let in.
        """
        name = checked_name(wish.device_name, "device_name")
        user, proven = await self.proven(wish)
        return await self._identity.open_session(user, name, told=wish.told, address=wish.address, proven=proven)

    async def proven(self, wish: SignInRequest) -> tuple[User, bool]:
        """Who shows password and second factor, without a session; and whether there was a factor to show.

        Counted and refused as signing in is. Raises: as `by_password`.
        """
        try:
            key = email_key(wish.email)
        except Invalid:
            key = ""
        now = self._clock.now()
        user = await self._store.user_by_email(key) if key else None
        place = await self._devices.place(user, wish.address, wish.secret)
        attempts = self._identity.attempts if place is None else self._known
        attempts.begin(key, place or wish.address, now)
        within = user is None or place is not None or self._organisations.within(user.tenant_id, now)
        whose = network_of(wish.address) if user is None or place is None else user.tenant_id
        stored = user.password_hash if user is not None else None
        matches = await self._identity.passwords.matches(wish.password, stored, whose, known=place is not None)
        if not matches or user is None or not self._identity.lets_in(user) or not within:
            self._failed(user, wish, "invalid_credentials")
            raise Unauthenticated("The e-mail address or the password is wrong", code="invalid_credentials")
        if await self._identity.password_closed(user):
            raise Unauthenticated("Sign in with your organisation", code="provider_required")
        proven = await self._proven(user, wish, place)
        attempts.forgive(key, place or wish.address)
        if place is None:
            self._organisations.forgive(user.tenant_id)
        return user, proven

    async def _proven(self, user: User, wish: SignInRequest, place: str | None) -> bool:
        try:
            return await self._second_proof(user, wish.code, place)
        except (Unauthenticated, TooMany) as error:
            if wish.code:  # being asked for it is no failure
                self._failed(user, wish, error.code)
            raise

    def _failed(self, user: User | None, wish: SignInRequest, code: str) -> None:
        if user is None:
            return
        failed = FailedSignIn(tenant_id=user.tenant_id, user_id=user.id, address=wish.address, way=wish.way, code=code)
        for watcher in self._identity.events.sign_in_failed:
            watcher(failed)
