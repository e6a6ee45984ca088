"""Why a caller's card has a name: who of the address book has the number, from memory.

A card never waits for MongoDB: when somebody calls, who has their number is read behind, and is there when the call is
offered. The newest callers' are kept, so that they are known also while MongoDB is away, and are not read again for a
caller who rings again soon. It decides nothing about who may see a private entry: `of` gives those of its reader alone.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence

import msgspec

from call24.contacts.callers import KnownCallers
from call24.kit.errors import Unavailable
from call24.kit.holdings import Person as Account
from call24.kit.ids import ContactId, PersonId, PersonPictureId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.people.model import Person
from call24.people.rules import shown
from call24.people.store import PersonStore

KEPT = 2000
"""Numbers."""
WAITING = 500
"""Numbers that are to be looked up. Of more, the newest are left out: their cards are filled in when they are read."""
WAITING_EACH = 100
"""Of one organisation."""
LOOK_S = 5.0
TRUSTED_S = 300.0
"""What was read is believed for so long when its caller rings again. Whatever changes it says so (`changed`); this is
for what could not: another process, or a command whose answer was lost."""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One who has the number. `label`: what kind of number it is; `private_to`: the one user who sees it; `number`: in
    E.164; `picture`: which one."""

    person_id: PersonId
    name: str
    company: str
    label: str
    private_to: UserId | None
    number: str = ""
    picture: PersonPictureId | None = None


class Matches:
    """``run`` it for as long as the process lives."""

    def __init__(self, mongo: Mongo, callers: KnownCallers) -> None:
        self._store = PersonStore(mongo)
        self.restricted: Callable[[TenantId, PersonId, Collection[ContactId]], bool] = lambda *_: False
        self._callers = callers
        self._known: OrderedDict[ContactId, tuple[TenantId, tuple[Match, ...]]] = OrderedDict()
        self._waiting: OrderedDict[ContactId, TenantId] = OrderedDict()
        self._read_at: dict[ContactId, float] = {}
        """Of those in `_known` that are believed: seconds of `time.monotonic`."""
        self._looking: ContactId | None = None
        self._woken = asyncio.Event()
        self._closed: set[TenantId] = set()
        self._turn = 0
        """How often something was changed or forgotten: what was read before that is read again."""

    def known(self, tenant_id: TenantId, contact_id: ContactId) -> bool:
        """Whether it was looked up, and what `KnownCallers` has of it is what MongoDB has."""
        found = self._known.get(contact_id)
        looked_up = contact_id not in self._waiting and contact_id != self._looking
        return found is not None and found[0] == tenant_id and looked_up

    def of(self, tenant_id: TenantId, contact_id: ContactId | None, reader: UserId) -> list[Match]:
        """Who has this number: of the organisation, and the reader's own private ones; the first written down first.

        Of one that is not known yet none; it is looked up behind. None whose data is restricted.
        """
        if contact_id is None:
            return []
        tenant, found = self._known.get(contact_id, (None, ()))
        if tenant is None:
            self.look_soon(tenant_id, contact_id)
        if tenant != tenant_id:
            return []
        shown = [one for one in found if not self.restricted(tenant_id, one.person_id, [contact_id])]
        return [one for one in shown if one.private_to in (None, reader)]

    def remembered(self, tenant_id: TenantId) -> list[tuple[ContactId, Match]]:
        """Who has the newest callers' numbers, whoever may see them: for `UnsureCallers`, which asks of each."""
        theirs = [(id, found) for id, (tenant, found) in self._known.items() if tenant == tenant_id]
        return [(id, one) for id, found in theirs for one in found]

    def calls(self, tenant_id: TenantId, contact_id: ContactId) -> None:
        """This number calls: it is looked up, unless what is in memory was read a short while ago."""
        read_at = self._read_at.get(contact_id)
        young = read_at is not None and time.monotonic() - read_at < TRUSTED_S
        if not young or not self.known(tenant_id, contact_id) or not self._callers.is_current(tenant_id, contact_id):
            self.look_soon(tenant_id, contact_id)

    def look_soon(self, tenant_id: TenantId, contact_id: ContactId) -> None:
        """This number calls, or was changed."""
        theirs = sum(of == tenant_id for of in self._waiting.values())
        if tenant_id in self._closed or len(self._waiting) >= WAITING or theirs >= WAITING_EACH:
            return
        self._waiting[contact_id] = tenant_id
        self._woken.set()

    def changed(self, tenant_id: TenantId, contact_id: ContactId) -> None:
        """Who has the number is another now."""
        self._turn += 1
        self._read_at.pop(contact_id, None)
        if self._known.pop(contact_id, None) is not None:
            self.look_soon(tenant_id, contact_id)

    def doubt(self, tenant_id: TenantId) -> None:
        """Something was perhaps changed, and nobody can say what: each is read again when it calls."""
        self._turn += 1
        for contact_id in [id for id in self._read_at if self._known[id][0] == tenant_id]:
            del self._read_at[contact_id]

    async def look(self, tenant_id: TenantId, contact_id: ContactId) -> None:
        """Raises: Unavailable: what is known of it stays."""
        self._waiting.pop(contact_id, None)
        while True:
            turn, read_at = self._turn, time.monotonic()
            people = await self._store.having(tenant_id, contact_id)
            await self._callers.get(tenant_id, contact_id)
            if turn == self._turn:
                break
        if tenant_id in self._closed:
            return
        self._known[contact_id] = tenant_id, tuple(match_of(one, contact_id) for one in people)
        self._known.move_to_end(contact_id)
        self._read_at[contact_id] = read_at
        while len(self._known) > KEPT:
            oldest, _ = self._known.popitem(last=False)
            self._read_at.pop(oldest, None)

    async def run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                contact_id, tenant_id = self._waiting.popitem(last=False)
                self._looking = contact_id
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self.look(tenant_id, contact_id)
                except (Unavailable, TimeoutError):  # what is known of it is shown
                    continue
                finally:
                    self._looking = None

    def erase(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        self._turn += 1
        for contact_id in contact_ids:
            self._known.pop(contact_id, None)
            self._read_at.pop(contact_id, None)
            self._waiting.pop(contact_id, None)
        return 0

    def forget_person(self, user: Account) -> None:
        """The account's private entries are seen by nobody."""
        self._turn += 1
        for contact_id, (tenant_id, found) in list(self._known.items()):
            if any(one.private_to == user.id for one in found):
                self._known[contact_id] = tenant_id, tuple(one for one in found if one.private_to != user.id)

    def close_tenant(self, tenant_id: TenantId) -> None:
        self._closed.add(tenant_id)
        self._turn += 1
        self._known = OrderedDict((id, one) for id, one in self._known.items() if one[0] != tenant_id)
        self._read_at = {id: at for id, at in self._read_at.items() if id in self._known}
        self._waiting = OrderedDict((id, of) for id, of in self._waiting.items() if of != tenant_id)


def match_of(person: Person, contact_id: ContactId) -> Match:
    """Of a person who has this number."""
    number = next((one for one in person.numbers if one.contact_id == contact_id), None)
    return Match(
        person_id=person.id,
        name=shown(person),
        company=person.company,
        label=number.label if number is not None else "",
        private_to=person.private_to,
        number=number.number if number is not None else "",
        picture=person.picture,
    )
