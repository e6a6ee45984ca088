"""Whose number it can be that a carrier sent in part, or in a form that means several: candidates, of whom none is
chosen. Also how a number was read that came in no international form, so that a card can say why it has its name.

From memory: a call never waits for it. Candidates are looked up behind, and among the newest callers' people at once,
so that there are some also while MongoDB is away. Nothing is stored.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.holdings import Person as Account
from call24.kit.ids import CallId, ContactId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.sent_numbers import SentNumber
from call24.people.matches import LOOK_S, Match, Matches, match_of
from call24.people.model import Person
from call24.people.store import HAVING_MAX, PersonStore

KEPT = 500
"""Calls, of all organisations; beyond that the oldest is forgotten."""
KEPT_EACH = 100
"""Of one organisation."""
KEPT_FOR = timedelta(hours=4)
LOOK_EVERY_S = 1.0

Why = Literal["reading", "ending"]
"""The number that came can be read as theirs; theirs ends with it."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who perhaps calls. `number`: theirs, E.164."""

    match: Match
    number: str
    contact_id: ContactId
    why: Why


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    tenant_id: TenantId
    sent: SentNumber
    at: datetime
    candidates: tuple[Candidate, ...] = ()


class UnsureCallers:
    """`id_for`: the contact of an E.164 number. `run` it for as long as the process lives."""

    def __init__(
        self, mongo: Mongo, clock: Clock, matches: Matches, id_for: Callable[[TenantId, str], ContactId]
    ) -> None:
        self._store = PersonStore(mongo)
        self._clock = clock
        self._matches = matches
        self._id_for = id_for
        self.hidden: Callable[[TenantId, ContactId], bool] = lambda tenant_id, contact_id: False
        """Whether what is kept of a caller may not be shown; set by the room."""
        self._noted: OrderedDict[CallId, Noted] = OrderedDict()
        self._waiting: OrderedDict[CallId, None] = OrderedDict()
        self._woken = asyncio.Event()
        self._closed: set[TenantId] = set()
        self._turn = 0
        """How often something was forgotten: what was read before that is read again."""

    def note(self, tenant_id: TenantId, call_id: CallId, sent: SentNumber) -> None:
        """A call begins whose caller's number came so."""
        if tenant_id in self._closed or not sent.sent or sent.form == "international":
            return
        self._make_room(tenant_id)
        noted = Noted(tenant_id=tenant_id, sent=sent, at=self._clock.now())
        self._noted[call_id] = noted
        if sent.number is None:
            self._noted[call_id] = msgspec.structs.replace(noted, candidates=self._remembered(noted))
            self._waiting[call_id] = None
            self._woken.set()

    def sent(self, tenant_id: TenantId, call_id: CallId) -> SentNumber | None:
        """How the caller's number came; None where it was international, or is not remembered."""
        found = self._noted.get(call_id)
        return found.sent if found is not None and found.tenant_id == tenant_id else None

    def of(self, tenant_id: TenantId, call_id: CallId, reader: UserId) -> list[Candidate]:
        """Who may be calling: of the organisation, and the reader's own private ones. None whose data is restricted."""
        found = self._noted.get(call_id)
        if found is None or found.tenant_id != tenant_id:
            return []
        return [
            one
            for one in found.candidates
            if one.match.private_to in (None, reader)
            and not self.hidden(tenant_id, one.contact_id)
            and not self._matches.restricted(tenant_id, one.match.person_id, [one.contact_id])
        ][:HAVING_MAX]

    async def look(self, call_id: CallId) -> None:
        """Raises: Unavailable: those from memory stay."""
        while (noted := self._noted.get(call_id)) is not None and noted.sent.number is None:
            turn, found = self._turn, list[Candidate]()
            for reading in noted.sent.readings:
                people = await self._store.having(noted.tenant_id, self._id_for(noted.tenant_id, reading.number))
                found += _candidates(people, "reading", reading.number)
            if (ending := noted.sent.ending) is not None:
                people = await self._store.ending_so(noted.tenant_id, ending)
                found += _candidates(people, "ending", ending)
            if turn == self._turn and call_id in self._noted:
                self._noted[call_id] = msgspec.structs.replace(noted, candidates=tuple(found))
                return

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._woken.wait()
            self._woken.clear()
            self._forget_old()
            while self._waiting:
                call_id, _ = self._waiting.popitem(last=False)
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self.look(call_id)
                except (Unavailable, TimeoutError):  # those from memory are shown
                    continue

    def _forget_old(self) -> None:
        old = self._clock.now() - KEPT_FOR
        for call_id in [id for id, one in self._noted.items() if one.at < old]:
            self._drop(call_id)

    def _make_room(self, tenant_id: TenantId) -> None:
        self._forget_old()
        theirs = [id for id, one in self._noted.items() if one.tenant_id == tenant_id]
        for call_id in theirs[: max(0, len(theirs) - KEPT_EACH + 1)]:
            self._drop(call_id)
        while len(self._noted) >= KEPT:
            self._drop(next(iter(self._noted)))

    def _drop(self, call_id: CallId) -> None:
        self._noted.pop(call_id, None)
        self._waiting.pop(call_id, None)

    def _remembered(self, noted: Noted) -> tuple[Candidate, ...]:
        """Among those of the newest callers."""
        meant, ending = {one.number for one in noted.sent.readings}, noted.sent.ending
        found = []
        for contact_id, match in self._matches.remembered(noted.tenant_id):
            if match.number in meant or (ending is not None and match.number.endswith(ending)):
                why: Why = "reading" if match.number in meant else "ending"
                found.append(Candidate(match=match, number=match.number, contact_id=contact_id, why=why))
        return tuple(found[:HAVING_MAX])

    # --- going ---

    def erase(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """They are no candidates any more, and a number that was read as theirs is forgotten."""
        self._turn += 1
        gone = set(contact_ids)
        for call_id, noted in list(self._noted.items()):
            known = {self._id_for(tenant_id, one.number) for one in noted.sent.readings}
            if noted.tenant_id == tenant_id and gone & (known | {one.contact_id for one in noted.candidates}):
                self._drop(call_id)
        return 0

    async def erase_number(self, tenant_id: TenantId, number: str) -> int:
        """The same by the number, which its contact's id may not lead to any more."""
        self._turn += 1
        for call_id, noted in list(self._noted.items()):
            ends = noted.sent.ending is not None and number.endswith(noted.sent.ending)
            if noted.tenant_id == tenant_id and (ends or any(one.number == number for one in noted.sent.readings)):
                self._drop(call_id)
        return 0

    def forget_person(self, user: Account) -> None:
        """The account's private entries are seen by nobody."""
        self._turn += 1
        for call_id, noted in self._noted.items():
            kept = tuple(one for one in noted.candidates if one.match.private_to != user.id)
            if kept != noted.candidates:
                self._noted[call_id] = msgspec.structs.replace(noted, candidates=kept)

    def close_tenant(self, tenant_id: TenantId) -> None:
        self._closed.add(tenant_id)
        self._turn += 1
        for call_id in [id for id, one in self._noted.items() if one.tenant_id == tenant_id]:
            self._drop(call_id)


def _candidates(people: Sequence[Person], why: Why, end: str) -> list[Candidate]:
    """Of whom a number ends so; of a reading with all of it."""
    return [
        Candidate(match=match_of(person, one.contact_id), number=one.number, contact_id=one.contact_id, why=why)
        for person in people
        for one in person.numbers
        if one.number.endswith(end)
    ]
