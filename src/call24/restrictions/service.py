"""The register of restrictions, and the one question that is asked wherever a person's data is shown or used.

It hides nothing itself: who is about to show or use data of a caller asks `restricted`. Art. 18 of the GDPR is in
`rules.py`; a restriction is set and lifted by a step of a privacy request, within its transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from call24.changes.model import Change
from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Refused
from call24.kit.ids import ContactId, PersonId, PrivacyRequestId, RestrictionId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.restrictions import rules
from call24.restrictions.events import RESTRICTION_CHANGED, changed
from call24.restrictions.model import Ground, Line, Restriction, UseGround
from call24.restrictions.store import RestrictionStore


def data_restricted() -> Refused:
    """What is answered instead of restricted data."""
    return Refused(
        "This person's data is restricted: it is kept and not used. Ask the privacy officer", code="data_restricted"
    )


class RestrictionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page."""

    restrictions: tuple[Restriction, ...]
    next: str | None


class Restrictions:
    """`wants`: of which events it is a reader."""

    wants = (RESTRICTION_CHANGED,)

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes) -> None:
        self._store = RestrictionStore(mongo)
        self._clock = clock
        self._changes = changes
        self._active: dict[TenantId, dict[RestrictionId, Restriction]] = {}
        self._named: dict[TenantId, Counter[str]] = {}
        """How many of these name a contact, or a person."""
        self._closed: set[TenantId] = set()
        self._loaded = False

    # --- asked at the moment of use, from memory ---

    def restricted(self, tenant_id: TenantId, contact_id: ContactId | None) -> bool:
        """Whether what is kept of this caller may not be shown or used. Until the register is read, of everybody."""
        if contact_id is None:
            return False
        return not self._loaded or self._names(tenant_id, contact_id)

    def restricted_person(self, tenant_id: TenantId, person_id: PersonId, contact_ids: Collection[ContactId]) -> bool:
        """Whether a person of the address book may not be shown: restricted by name, or with every number."""
        if not self._loaded or self._names(tenant_id, person_id):
            return True
        return bool(contact_ids) and all(self.restricted(tenant_id, one) for one in contact_ids)

    def _names(self, tenant_id: TenantId, id: str) -> bool:
        return id in self._named.get(tenant_id, ())

    # --- set, opened and lifted ---

    async def restrict(
        self,
        writing: Writing,
        contact_ids: Sequence[ContactId],
        request_id: PrivacyRequestId,
        ground: Ground,
        reason: str,
        *,
        by: UserId,
        at: datetime,
        person_id: PersonId | None = None,
        restriction_id: RestrictionId | None = None,
    ) -> Restriction:
        """Within a transaction; `learn` it when that is stored. Raises: Invalid, Conflict (code too_many)."""
        if await self._store.count_active(writing.scope) >= rules.ACTIVE_MAX:
            raise Conflict(f"{rules.ACTIVE_MAX:,} restrictions hold: lift some first", code="too_many")
        made = Restriction(
            id=restriction_id or RestrictionId(new_id("rst")),
            tenant_id=writing.scope.tenant_id,
            contact_ids=tuple(dict.fromkeys(contact_ids)),
            person_id=person_id,
            request_id=request_id,
            ground=ground,
            set_at=at,
            history=(Line(at=at, by=by, action="restricted", note=rules.checked(reason)),),
        )
        await self._store.add(writing.scope, made)
        writing.tell(RESTRICTION_CHANGED, changed(made), made.id)
        return made

    async def tell(
        self, writing: Writing, request_id: PrivacyRequestId, note: str, *, by: UserId, at: datetime
    ) -> Restriction:
        """The person was told that it will be lifted. Raises: NotFound, Invalid, Conflict (restriction_lifted)."""
        before = await self._store.of_request(writing.scope, request_id)
        return await self._put(writing, before, rules.told(before, at, by, note))

    async def lift(
        self, writing: Writing, request_id: PrivacyRequestId, note: str, *, by: UserId, at: datetime
    ) -> Restriction:
        """Raises: NotFound, Invalid, Conflict (restriction_untold)."""
        before = await self._store.of_request(writing.scope, request_id)
        return await self._put(writing, before, rules.lifted(before, at, by, note))

    async def held_otherwise(self, lifted: Restriction) -> set[ContactId]:
        """Numbers that other restrictions than this one hold. Raises: Unavailable."""
        found = await self._store.of_contacts(lifted.tenant_id, lifted.contact_ids)
        return {id for one in found if one.id != lifted.id and one.lifted_at is None for id in one.contact_ids}

    async def open(
        self, tenant_id: TenantId, restriction_id: str, by: UserId, ground: UseGround, reason: str
    ) -> Restriction:
        """This officer may hear the recordings for half an hour; it is written into the history.

        Raises: NotFound, Invalid, Conflict (codes restriction_lifted, restriction_history_full, restriction_changed),
        Unavailable.
        """
        before = await self._store.get(tenant_id, restriction_id)
        after = rules.opened(before, self.now(), by, ground, reason)

        async def work(writing: Writing) -> Restriction:
            return await self._put(writing, before, after)

        return await self._changes.commit(tenant_id, work)

    async def _put(self, writing: Writing, before: Restriction, after: Restriction) -> Restriction:
        if not await self._store.put(writing.scope, after, seen=before.version):
            raise Conflict("Somebody else has changed it", code="restriction_changed")
        writing.tell(RESTRICTION_CHANGED, changed(after), after.id)
        return after

    async def check_open(self, tenant_id: TenantId, restriction_id: str, reader: UserId) -> Restriction:
        """Raises: NotFound, Conflict (code restriction_not_opened)."""
        found = await self._store.get(tenant_id, restriction_id)
        until = found.open_until(reader)
        if until is None or until <= self._clock.now():
            raise Conflict("Open it first, with the reason", code="restriction_not_opened")
        return found

    # --- read ---

    async def get(self, tenant_id: TenantId, restriction_id: str) -> Restriction:
        """Raises: NotFound, Unavailable."""
        return await self._store.get(tenant_id, restriction_id)

    async def page(
        self, tenant_id: TenantId, *, active: bool | None, limit: int, cursor: str | None
    ) -> RestrictionPage:
        """The newest first. Raises: Invalid for a cursor that is not ours, Unavailable."""
        found = await self._store.page(tenant_id, active=active, limit=limit + 1, cursor=cursor)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return RestrictionPage(restrictions=shown, next=cursor_of(shown[-1].set_at, shown[-1].id) if more else None)

    async def of_contact(self, tenant_id: TenantId, contact_id: ContactId) -> list[Restriction]:
        """The newest first, 200 at most. Raises: Unavailable."""
        return await self._store.of_contacts(tenant_id, [contact_id])

    # --- what is in memory ---

    async def load(self) -> None:
        """All that hold, once: afterwards they are learnt from the change feed. Raises: Unavailable."""
        if self._loaded:
            return
        for one in await self._store.active():
            self.learn(one)
        self._loaded = True

    async def read(self, changes: Sequence[Change]) -> None:
        """A reader of the change feed: what is stored now counts. Raises: Unavailable."""
        for change in changes:
            told = RESTRICTION_CHANGED.of(change)
            for one in await self._store.of_contacts(change.tenant_id, told.contact_ids):
                self.learn(one)

    def learn(self, restriction: Restriction) -> None:
        """It is stored so."""
        if restriction.tenant_id in self._closed:
            return
        of = self._active.setdefault(restriction.tenant_id, {})
        before = of.get(restriction.id)
        if before is not None and before.version > restriction.version:
            return
        named = self._named.setdefault(restriction.tenant_id, Counter())
        if before is not None:
            named -= Counter(_ids(of.pop(restriction.id)))  # drops what it names no more
        if restriction.lifted_at is None:
            of[restriction.id] = restriction
            named.update(_ids(restriction))
        self._named[restriction.tenant_id] = named

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._closed.add(tenant_id)
        self._active.pop(tenant_id, None)
        self._named.pop(tenant_id, None)

    def now(self) -> datetime:
        """In whole milliseconds, as MongoDB gives it back."""
        now = self._clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _ids(restriction: Restriction) -> list[str]:
    person = [] if restriction.person_id is None else [restriction.person_id]
    return [*restriction.contact_ids, *person]
