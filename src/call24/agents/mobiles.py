"""The mobile numbers on which agents are called when none of their phones rings (ADR 133).

A number is proven by a code that is said in a call to it. Codes are in memory alone: a restart forgets them, and the
person asks again. The organisation allows such calls (`Tenant.ring_mobiles`), each agent turns them on for themselves.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.agents.settings import AgentMobile
from call24.agents.store import MobileStore
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Refused, TooMany, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.phone import parse_e164
from call24.kit.rate_limit import SlidingWindow
from call24.tenants.service import TenantService

CODE_LASTS = timedelta(minutes=10)
TRIES = 3
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_USER, PER_NUMBER, PER_ORGANISATION = 5, 3, 30
"""Codes that are said: for a user in an hour, to a number in a day, at an organisation in an hour."""

Speak = Callable[[TenantId, str, Sequence[str]], object]
"""Begins a call to a number that says these sounds; false: it was not begun."""
Barred = Callable[[TenantId, UserId, str], tuple[str, str] | None]
"""Why this user may not have the number called: the code and the words of the toll-fraud limit. None: it may be."""


class Asked(msgspec.Struct, kw_only=True):
    """A code was said to `number`. `code`: its hash."""

    tenant_id: TenantId
    number: str
    code: bytes
    until: datetime
    wrong: int = 0

    @property
    def tries_left(self) -> int:
        return TRIES - self.wrong


def code_sounds(code: str) -> tuple[str, ...]:
    """What is said, twice."""
    digits = tuple(f"digit-{digit}" for digit in code)
    return ("mobile-code", *digits, "mobile-code", *digits, "goodbye")


class AgentMobiles:
    """`speak` and `barred` are set by who connects the rooms; until then no code is said."""

    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService, tenants: TenantService) -> None:
        self._store = MobileStore(mongo)
        self._clock = clock
        self._identity = identity
        self._tenants = tenants
        self._known: dict[UserId, AgentMobile] = {}
        self._changes = 0
        self._asked: dict[UserId, Asked] = {}
        self._users, self._numbers, self._organisations = SlidingWindow(HOUR), SlidingWindow(DAY), SlidingWindow(HOUR)
        self.speak: Speak = lambda tenant_id, number, sounds: False
        self.barred: Barred = lambda tenant_id, user_id, number: None

    # --- what a user does with its number ---

    def allowed(self, tenant_id: TenantId) -> bool:
        """Whether the organisation lets mobile numbers ring."""
        tenant = self._tenants.known(tenant_id)
        return tenant is not None and tenant.ring_mobiles

    async def of(self, tenant_id: TenantId, user_id: UserId) -> AgentMobile | None:
        return await self._store.of(tenant_id, user_id)

    def awaited(self, tenant_id: TenantId, user_id: UserId) -> Asked | None:
        """The code that was said and can still be typed."""
        asked = self._asked.get(user_id)
        return asked if asked is not None and asked.tenant_id == tenant_id and self._clock.now() < asked.until else None

    def say_code(self, tenant_id: TenantId, user_id: UserId, text: str) -> Asked:
        """Call the number and say a code. A code that was said before is void.

        Raises: Conflict (mobile_not_allowed), Invalid, Refused (codes of the toll-fraud limits), TooMany, Unavailable.
        """
        if not self.allowed(tenant_id):
            raise Conflict("Your organisation does not call agents on their mobile numbers", code="mobile_not_allowed")
        tenant = self._tenants.known(tenant_id)
        number = parse_e164(text, tenant.region if tenant is not None else "")
        if number is None:
            raise Invalid(errors=[("number", "a phone number, best in international form: +442079460123")])
        if (why := self.barred(tenant_id, user_id, number)) is not None:
            raise Refused(why[1], code=why[0])
        now = self._clock.now()
        bounds = self._within_bounds(tenant_id, user_id, number, now)
        code = f"{secrets.randbelow(1_000_000):06}"
        if not self.speak(tenant_id, number, code_sounds(code)):
            raise Unavailable("No call can be made at the moment; try again in a minute", retry_after_s=60)
        for window, key in bounds:
            window.count(key, now)
        asked = Asked(tenant_id=tenant_id, number=number, code=_hash(code), until=now + CODE_LASTS)
        self._asked[user_id] = asked
        return asked

    def _within_bounds(
        self, tenant_id: TenantId, user_id: UserId, number: str, now: datetime
    ) -> list[tuple[SlidingWindow, str]]:
        """Where a code that is said counts."""
        self._asked = {whose: one for whose, one in self._asked.items() if now < one.until}
        bounds = (
            (self._users, user_id, PER_USER),
            (self._numbers, f"{tenant_id} {number}", PER_NUMBER),
            (self._organisations, tenant_id, PER_ORGANISATION),
        )
        wait_s = max(window.wait_s(key, most, now) for window, key, most in bounds)
        if wait_s:
            raise TooMany("Too many codes were asked for: try again later", retry_after_s=wait_s)
        return [(window, key) for window, key, _ in bounds]

    async def prove(self, tenant_id: TenantId, user_id: UserId, code: str) -> AgentMobile:
        """The number is the user's, and rings from now on. After three wrong codes another has to be asked for.

        Raises: Refused (code wrong_code), NotFound, Unavailable.
        """
        asked = self.awaited(tenant_id, user_id)
        if asked is None:
            raise Refused("No code is awaited any more: ask for another one", code="wrong_code")
        if not hmac.compare_digest(asked.code, _hash(code.strip())):
            asked.wrong += 1
            if asked.wrong >= TRIES:
                del self._asked[user_id]
            raise Refused("The code is wrong", code="wrong_code")
        del self._asked[user_id]
        await self._identity.user(tenant_id, user_id)
        proven_at = self._clock.now()
        mobile = AgentMobile(id=user_id, tenant_id=tenant_id, number=asked.number, proven_at=proven_at)
        await self._store.put(mobile)
        try:
            await self._identity.user(tenant_id, user_id)
        except NotFound:  # deleted meanwhile, and what it stored was perhaps erased before this was
            await self.remove(tenant_id, user_id)
            raise
        self._now_known(mobile)
        return mobile

    async def switch(self, tenant_id: TenantId, user_id: UserId, *, rings: bool) -> AgentMobile:
        """Raises: NotFound where no number is proven, Unavailable."""
        there = await self._store.switch(tenant_id, user_id, rings=rings)
        changes = self._changes
        mobile = await self._store.of(tenant_id, user_id) if there else None
        if mobile is None or changes != self._changes:
            await self.refresh()  # it was deleted, or set otherwise, meanwhile
        else:
            self._now_known(mobile)
        if mobile is None:
            raise NotFound
        return mobile

    def _now_known(self, mobile: AgentMobile) -> None:
        self._known[mobile.id] = mobile
        self._changes += 1

    async def remove(self, tenant_id: TenantId, user_id: UserId) -> None:
        """Also a code that was said. Nothing where there is no number."""
        self._asked.pop(user_id, None)
        await self._store.drop(tenant_id, user_id)
        self._known.pop(user_id, None)
        self._changes += 1

    # --- memory only, for the call path ---

    def known(self, tenant_id: TenantId, user_id: UserId) -> str | None:
        """The number on which the user is to be called; None: on none."""
        mobile = self._known.get(user_id)
        if mobile is None or mobile.tenant_id != tenant_id or not mobile.rings or not self.allowed(tenant_id):
            return None
        return mobile.number

    async def refresh(self) -> None:
        """Read all again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            mobiles = await self._store.every()
            if changes == self._changes:
                break
        self._known = {mobile.id: mobile for mobile in mobiles}

    # --- who leaves ---

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted. The document goes with its others."""
        self._asked.pop(user.id, None)
        self._known.pop(user.id, None)
        self._changes += 1

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._asked = {whose: one for whose, one in self._asked.items() if one.tenant_id != tenant_id}
        self._known = {id: mobile for id, mobile in self._known.items() if mobile.tenant_id != tenant_id}
        self._changes += 1


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
