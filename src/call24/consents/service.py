"""The ledger of consents, and the one question that is asked of it at the moment of use.

It decides nothing about calls, reports or messages: who is about to use data for a purpose asks `why_not`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.changes.model import Change
from call24.changes.service import Changes, Writing
from call24.consents.events import CONSENT_CHANGED, changed
from call24.consents.known import KnownRefusals
from call24.consents.model import Act, Channel, ConsentEntry, Purpose, Refusal
from call24.consents.purposes import PURPOSES, Concerns, PurposeDeclared, of
from call24.consents.store import AT_ONCE, ConsentStore, Whose
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.holdings import Person
from call24.kit.ids import CallId, ConsentEntryId, ContactId, TenantId, UserId, derived_id, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.restrictions.service import Restrictions

ENTRIES_EACH = 1_000
"""Of one person. After that only what says no is added."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one person and purpose. `entry` None: the person said nothing."""

    declared: PurposeDeclared
    entry: ConsentEntry | None

    @property
    def allowed(self) -> bool:
        return not self.declared.opt_in if self.entry is None else self.entry.act == "grant"


class Consents:
    """`wants`: of which events it is a reader. `refused`: told of each entry that says no, once it is stored."""

    wants = (CONSENT_CHANGED,)

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes, restrictions: Restrictions | None = None) -> None:
        self._restrictions = restrictions
        self._store = ConsentStore(mongo)
        self._clock = clock
        self._changes = changes
        self._known = KnownRefusals()
        self._loaded = False
        self.refused: list[Callable[[ConsentEntry], None]] = []

    # --- asked at the moment of use ---

    def why_not(self, purpose: Purpose, tenant_id: TenantId, person: ContactId | UserId | None) -> Refusal | None:
        """Why this person's data may not be used for this purpose now; None: it may. From memory.

        `person` None: nobody who could be asked, such as a caller who withholds the number.
        """
        if not self._loaded:
            return "unknown"
        if PURPOSES[purpose].concerns == "caller" and self.restricted(tenant_id, person):
            return "restricted"
        return None if person is None else self._known.why_not(tenant_id, purpose, person)

    def restricted(self, tenant_id: TenantId, person: ContactId | UserId | None) -> bool:
        """Whether a caller's data is kept and not used, whatever they said."""
        whose = ContactId(person) if person is not None else None
        return self._restrictions is not None and self._restrictions.restricted(tenant_id, whose)

    def may(self, purpose: Purpose, tenant_id: TenantId, person: ContactId | UserId | None) -> bool:
        return self.why_not(purpose, tenant_id, person) is None

    # --- the ledger ---

    async def enter(
        self,
        purpose: Purpose,
        act: Act | None,
        tenant_id: TenantId,
        person: ContactId | UserId,
        channel: Channel,
        *,
        by: UserId | None = None,
        seen: str | None = None,
        entry_id: ConsentEntryId | None = None,
    ) -> ConsentEntry:
        """Adds an entry; it holds when this returns. `act` None: the person says no, by whichever act fits.

        `seen`: hash of the text that the person saw; None: the newest. `entry_id`: of what may be entered again, which
        is then found. Raises: Conflict (consent_text_changed, too_many), Unavailable.
        """
        declared = PURPOSES[purpose]
        if act == "grant" and seen is not None and seen != declared.text.hash:
            raise Conflict("The text of this purpose is another one now: read it first", code="consent_text_changed")
        whose, id = _whose(declared, person), entry_id or ConsentEntryId(new_id("cns"))
        if act == "grant" and await self._store.count(tenant_id, whose) >= ENTRIES_EACH:
            raise Conflict(f"The ledger has {ENTRIES_EACH} entries of this person", code="too_many")

        async def work(writing: Writing) -> ConsentEntry:
            there = await self._store.get(writing.scope, id, whose)
            if there is not None:
                return there
            newest = await self._store.newest(writing.scope, whose, purpose)
            entry = ConsentEntry(
                id=id,
                tenant_id=tenant_id,
                purpose=purpose,
                act=act or _no(newest),
                version=declared.text.version,
                hash=declared.text.hash,
                channel=channel,
                by=by,
                at=_after(newest, writing.at),
                **whose,
            )
            await self._store.add(writing.scope, entry)
            writing.tell(CONSENT_CHANGED, changed(entry), entry.id)
            return entry

        entry = await self._changes.commit(tenant_id, work)
        self._learn(entry)
        return entry

    async def stopped_in_call(self, tenant_id: TenantId, contact_id: ContactId, call_id: CallId) -> ConsentEntry:
        """The caller stopped the recording by a key. Told again of the same call, nothing more is entered.

        Raises: Conflict, Unavailable.
        """
        id = ConsentEntryId(derived_id("cns", tenant_id, call_id))
        return await self.enter(Purpose.RECORDING, "withdraw", tenant_id, contact_id, "call", entry_id=id)

    async def standings(self, concerns: Concerns, tenant_id: TenantId, person: ContactId | UserId) -> list[Standing]:
        """Of all purposes that concern such a person. Raises: Unavailable."""
        scope = self._store.scope(tenant_id)
        return [
            Standing(declared=one, entry=await self._store.newest(scope, _whose(one, person), one.purpose))
            for one in of(concerns)
        ]

    async def standing(self, purpose: Purpose, tenant_id: TenantId, person: ContactId | UserId) -> Standing:
        declared = PURPOSES[purpose]
        whose = _whose(declared, person)
        return Standing(declared=declared, entry=await self._store.newest(self._store.scope(tenant_id), whose, purpose))

    async def entry(
        self, concerns: Concerns, tenant_id: TenantId, person: ContactId | UserId, entry_id: str
    ) -> ConsentEntry:
        """Raises: NotFound for another person's, Unavailable."""
        whose = {_FIELDS[concerns]: person}
        found = await self._store.get(self._store.scope(tenant_id), ConsentEntryId(entry_id), whose)
        if found is None:
            raise NotFound
        return found

    async def page(
        self, concerns: Concerns, tenant_id: TenantId, person: ContactId | UserId, *, limit: int, cursor: str | None
    ) -> tuple[list[ConsentEntry], str | None]:
        """Entries of a person, the newest first, and the cursor of what follows. Raises: Invalid, Unavailable."""
        whose = {_FIELDS[concerns]: person}
        found = await self._store.page(tenant_id, whose, limit=limit + 1, cursor=cursor)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].at, shown[-1].id) if len(found) > limit else None

    # --- what is in memory ---

    async def load(self) -> None:
        """All that is stored, once: afterwards it is learnt from the change feed. Raises: Unavailable."""
        if self._loaded:
            return
        last: ConsentEntry | None = None
        while some := await self._store.every(last):
            for entry in some:
                self._known.learn(entry)
            last = some[-1]
            if len(some) < AT_ONCE:
                break
        self._loaded = True

    async def read(self, changes: Sequence[Change]) -> None:
        """A reader of the change feed. What is stored now counts, not what the event said. Raises: Unavailable."""
        for change in changes:
            told = CONSENT_CHANGED.of(change)
            whose: Whose = {"contact_id": told.contact_id} if told.contact_id else {"user_id": told.user_id}
            newest = await self._store.newest(self._store.scope(change.tenant_id), whose, told.purpose)
            if newest is not None:
                self._known.learn(newest)

    def _learn(self, entry: ConsentEntry) -> None:
        self._known.learn(entry)
        if entry.act != "grant":
            for told in self.refused:
                told(entry)

    # --- forgotten ---

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """They are erased: their entries go, also what says no; how many. Raises: Unavailable."""
        gone = await self._store.delete_of(tenant_id, contact_ids)
        self._known.forget(tenant_id, set(contact_ids))
        return gone

    def forget_person(self, person: Person) -> None:
        self._known.forget(person.tenant_id, {person.id})

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._known.close(tenant_id)


_FIELDS: dict[Concerns, str] = {"caller": "contact_id", "user": "user_id"}


def _whose(declared: PurposeDeclared, person: ContactId | UserId) -> Whose:
    return {_FIELDS[declared.concerns]: person}


def _no(newest: ConsentEntry | None) -> Act:
    """Source: GDPR, articles 7(3) and 21."""
    return "withdraw" if newest is not None and newest.act == "grant" else "object"


def _after(newest: ConsentEntry | None, now: datetime) -> datetime:
    """In whole milliseconds, as MongoDB gives it back, and later than the newest: the order is that of commits."""
    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return at if newest is None else max(at, newest.at + timedelta(milliseconds=1))
