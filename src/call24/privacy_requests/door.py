"""The callers' door: who has a number proves it by a code that is spoken in a call to it, and is let in for a while.

All of it is in memory, and a restart forgets it: then the person begins again. A number is known here only while the
call to it is begun. What somebody sees who was let in is not decided here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.contacts.service import ContactService
from call24.kit.addresses import network_of
from call24.kit.clock import Clock
from call24.kit.errors import Invalid, TooMany
from call24.kit.ids import ContactId, TenantId
from call24.kit.phone import parse_e164
from call24.kit.rate_limit import SlidingWindow

CODE_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(minutes=15)
TRIES = 3
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_ADDRESS, PER_NUMBER, PER_ORGANISATION = 5, 3, 60
"""Beginnings: of an address in an hour, for a number in a day, at an organisation in an hour."""
PER_ORGANISATION_DAY = 200
GUESSES = 30
"""Codes that an address may type in an hour."""
KEPT_MAX = 5_000
"""Beginnings and sessions, of all organisations, each."""

Speak = Callable[[TenantId, str, Sequence[str]], object]
"""Begins a call to a number that says these sounds."""


class Visit(msgspec.Struct, kw_only=True):
    """Somebody began. `contact_id` None: the number never called here, and is not called. `code`: its hash."""

    tenant_id: TenantId
    contact_id: ContactId | None
    code: bytes
    until: datetime
    wrong: int = 0


class Session(msgspec.Struct, frozen=True, kw_only=True):
    tenant_id: TenantId
    contact_id: ContactId
    until: datetime


def code_sounds(code: str) -> tuple[str, ...]:
    """What is said, twice."""
    digits = tuple(f"digit-{digit}" for digit in code)
    return ("privacy-code", *digits, "privacy-code", *digits, "goodbye")


class CallerDoor:
    def __init__(self, clock: Clock, contacts: ContactService) -> None:
        self._clock = clock
        self._contacts = contacts
        self._visits: dict[bytes, Visit] = {}
        self._sessions: dict[bytes, Session] = {}
        self._addresses, self._guesses = SlidingWindow(HOUR), SlidingWindow(HOUR)
        self._numbers = SlidingWindow(DAY)
        self._hours, self._days = SlidingWindow(HOUR), SlidingWindow(DAY)
        self.speak: Speak = lambda tenant_id, number, sounds: None

    async def begin(self, tenant_id: TenantId, text: str, region: str, address: str) -> str:
        """The secret of the visit. The same is counted, looked up and answered for every number; one that called here
        is called. Raises: Invalid, TooMany, Unavailable."""
        number = parse_e164(text, region)
        if number is None:
            raise Invalid(errors=[("number", "a phone number, best in international form: +442079460123")])
        now, contact_id = self._clock.now(), self._contacts.id_for(tenant_id, number)
        self._count(tenant_id, contact_id, network_of(address), now)
        known = bool(await self._contacts.stored_some(tenant_id, [contact_id]))
        secret, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06}"
        visit = Visit(
            tenant_id=tenant_id,
            contact_id=contact_id if known else None,
            code=_hash(code),
            until=now + CODE_LASTS,
        )
        self._visits[_hash(secret)] = visit
        if known:
            self.speak(tenant_id, number, code_sounds(code))
        return secret

    def _count(self, tenant_id: TenantId, contact_id: ContactId, network: str, now: datetime) -> None:
        """Raises: TooMany."""
        self._tidy(now)
        bounds = (
            (self._addresses, network, PER_ADDRESS),
            (self._numbers, contact_id, PER_NUMBER),
            (self._hours, tenant_id, PER_ORGANISATION),
            (self._days, tenant_id, PER_ORGANISATION_DAY),
        )
        wait_s = max(window.wait_s(key, most, now) for window, key, most in bounds)
        if len(self._visits) >= KEPT_MAX:
            wait_s = max(wait_s, 60)
        if wait_s:
            raise TooMany("Too many codes were asked for: try again later, or write to us", retry_after_s=wait_s)
        for window, key, _ in bounds:
            window.count(key, now)

    def enter(self, tenant_id: TenantId, secret: str, code: str, address: str) -> str | None:
        """The secret of the session; None: wrong, too late, used, or tried too often. Raises: TooMany."""
        now, network = self._clock.now(), network_of(address)
        self._tidy(now)
        if wait_s := self._guesses.wait_s(network, GUESSES, now):
            raise TooMany("Too many codes were typed: try again later", retry_after_s=wait_s)
        self._guesses.count(network, now)
        key = _hash(secret)
        visit = self._visits.get(key)
        right = hmac.compare_digest(visit.code if visit is not None else _NO_CODE, _hash(code.strip()))
        if visit is None or visit.tenant_id != tenant_id:
            return None
        if not right or visit.contact_id is None:
            visit.wrong += 1
            if visit.wrong >= TRIES:
                del self._visits[key]
            return None
        del self._visits[key]
        if len(self._sessions) >= KEPT_MAX:
            raise TooMany("Too many people are here: try again later", retry_after_s=60)
        opened = secrets.token_urlsafe(32)
        self._sessions[_hash(opened)] = Session(
            tenant_id=tenant_id, contact_id=visit.contact_id, until=now + SESSION_LASTS
        )
        return opened

    def session(self, tenant_id: TenantId, secret: str) -> Session | None:
        """Of this organisation alone."""
        found = self._sessions.get(_hash(secret))
        live = found is not None and found.tenant_id == tenant_id and self._clock.now() < found.until
        return found if live else None

    def leave(self, secret: str) -> None:
        self._sessions.pop(_hash(secret), None)

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._visits = {key: one for key, one in self._visits.items() if one.tenant_id != tenant_id}
        self._sessions = {key: one for key, one in self._sessions.items() if one.tenant_id != tenant_id}

    def forget_contacts(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> None:
        gone = set(contact_ids)
        self._visits = {key: one for key, one in self._visits.items() if one.contact_id not in gone}
        self._sessions = {key: one for key, one in self._sessions.items() if one.contact_id not in gone}

    def _tidy(self, now: datetime) -> None:
        self._visits = {key: one for key, one in self._visits.items() if now < one.until}
        self._sessions = {key: one for key, one in self._sessions.items() if now < one.until}


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


_NO_CODE = _hash("")
