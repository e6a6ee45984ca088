"""Who calls: a contact per organisation and number, made at its first call.

It does not know calls; who may see a contact is decided at the edge.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from call24.changes.service import Changes, Writing
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.events import CONTACT_CREATED, CONTACT_UPDATED, ContactChanged
from call24.contacts.model import Contact
from call24.contacts.rules import checked_name, contact_id, found_by, kept_display_name
from call24.contacts.store import ContactStore
from call24.corrections.model import ContactCorrection, Made
from call24.corrections.store import CorrectionStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.phone import region_of
from call24.kit.secrets import AppKey
from call24.restrictions.service import data_restricted

_PAGE = 500
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a contact was seen that the address book alone has."""


def id_key(key: AppKey) -> bytes:
    """What ids of contacts are made with."""
    return key.derive("contact id")


class ContactService:
    """A contact that is new, or is called otherwise by the network, is told by `changes`, stored together with it.

    `register`: of callers who were erased; None for who names no callers by their number. `restricted`: whether what
    is kept of a caller may not be shown; set by the room.
    """

    def __init__(
        self, mongo: Mongo, clock: Clock, key: AppKey, changes: Changes, register: ErasureRegister | None = None
    ) -> None:
        self._mongo = mongo
        self._store = ContactStore(mongo)
        self._corrections = CorrectionStore(mongo)
        self._changes = changes
        self._clock = clock
        self._key = id_key(key)
        self._register = register
        self.restricted: Callable[[TenantId, ContactId], bool] = lambda tenant_id, contact_id: False

    def id_for(self, tenant_id: TenantId, number: str) -> ContactId:
        """The contact of an E.164 number, whether it was stored yet or not; of an erased caller's, a new one."""
        first = self.first_id(tenant_id, number)
        return first if self._register is None else self._register.id_of(first)

    def erased(self, contact: Contact) -> bool:
        """Whether its number has another id by now."""
        return self.id_for(contact.tenant_id, contact.number) != contact.id

    def first_id(self, tenant_id: TenantId, number: str) -> ContactId:
        """What the register of erasures calls a number."""
        return contact_id(self._key, tenant_id, number)

    async def remember(self, tenant_id: TenantId, number: str, display_name: str | None = None) -> Contact:
        """Store it, or note that it called again; repeating it is harmless. Raises: Unavailable."""
        contact = self.seen(tenant_id, number, display_name)
        await self.keep(contact)
        return contact

    async def keep(self, contact: Contact) -> Contact | None:
        """The same, of what ``seen`` gave; as it is stored now. Not of one who was erased since: None."""
        if self.erased(contact):
            return None

        async def work(writing: Writing) -> Contact | None:
            before = await self._store.put(writing.scope, contact)
            body = ContactChanged(contact_id=contact.id)
            if before is None:
                writing.tell(CONTACT_CREATED, body, contact.id, contact.seen_at)
            elif contact.display_name not in (None, before.display_name):
                writing.tell(CONTACT_UPDATED, body, contact.id, contact.seen_at)
            return before

        try:
            before = await self._changes.commit(contact.tenant_id, work)
        except Conflict:  # another process stored the same new caller in this moment
            before = await self._changes.commit(contact.tenant_id, work)
        if before is None:
            return contact
        name = contact.display_name or before.display_name
        return msgspec.structs.replace(before, display_name=name, seen_at=contact.seen_at)

    def seen(self, tenant_id: TenantId, number: str, display_name: str | None = None) -> Contact:
        """Who has this E.164 number, as the network says it now."""
        now, name = self._clock.now(), kept_display_name(display_name, number)
        return Contact(
            id=self.id_for(tenant_id, number),
            tenant_id=tenant_id,
            number=number,
            display_name=name,
            region=region_of(number),
            found_by=found_by(number, name),
            created_at=now,
            seen_at=now,
        )

    async def keep_again(self, contacts: Sequence[Contact], renamed: Collection[ContactId] = ()) -> None:
        """The same of many, in one command, as each is stored already or has just been deleted. Raises: Unavailable.

        ``renamed``: those that the network calls otherwise than before.
        """
        by_tenant: dict[TenantId, list[Contact]] = {}
        for contact in contacts:
            if not self.erased(contact):
                by_tenant.setdefault(contact.tenant_id, []).append(contact)
        for tenant_id, theirs in by_tenant.items():
            if not await self._kept_again(tenant_id, theirs, renamed):
                for contact in theirs:
                    await self.keep(contact)

    async def _kept_again(
        self, tenant_id: TenantId, contacts: Sequence[Contact], renamed: Collection[ContactId]
    ) -> bool:
        """False when some are not there any more; then nothing is told, and of renamed ones nothing is stored."""
        told = [contact for contact in contacts if contact.id in renamed]
        if not told:
            return await self._store.put_again(self._mongo.tenant(tenant_id), contacts)

        async def work(writing: Writing) -> None:
            if not await self._store.put_again(writing.scope, contacts):
                raise NotFound
            for contact in told:
                writing.tell(CONTACT_UPDATED, ContactChanged(contact_id=contact.id), contact.id, contact.seen_at)

        try:
            await self._changes.commit(tenant_id, work)
        except NotFound:
            return False
        return True

    async def correct(self, writing: Writing, contact_id: ContactId, name: str, made: Made) -> Contact:
        """Calls a contact by this name, or by none, and adds that to its history, within a transaction.

        Raises: NotFound, Invalid: no name, or it is there already.
        """
        contacts, after = writing.collection(Contact), checked_name(name)
        before = await contacts.get(contact_id)
        if before.name == after:
            raise Invalid(errors=[("value", "another one than is stored")])
        parts = found_by(before.number, after, before.display_name)
        await contacts.update(contact_id, {"name": after, "found_by": parts})
        correction = ContactCorrection(
            id=made.id,
            tenant_id=before.tenant_id,
            contact_id=contact_id,
            field="name",
            old=before.name or "",
            new=after or "",
            at=made.at,
            by=made.by,
            request_id=made.request_id,
            why=made.why,
        )
        await self._corrections.add(writing.scope, correction)
        writing.tell(CONTACT_UPDATED, ContactChanged(contact_id=contact_id), contact_id)
        return await contacts.get(contact_id)

    async def call_people(
        self, writing: Writing, contact_id: ContactId, number: str, called: Sequence[str], people: int
    ) -> Contact:
        """The address book has so many `people` with this number, of whom some are shown, within a transaction; what
        the contact is now. One that never called is made; no history of calls looks for it, so it is found by nothing.
        """
        contacts, body = writing.collection(Contact), ContactChanged(contact_id=contact_id)
        now: dict[str, Any] = {"called": tuple(called), "people": people}
        before = await contacts.find_one({"id": contact_id})
        if before is not None:
            await contacts.update(contact_id, now)  # also what is so already: two who write at once are told apart
            if before.called != now["called"]:
                writing.tell(CONTACT_UPDATED, body, contact_id)
            return msgspec.structs.replace(before, **now)
        made = Contact(
            id=contact_id,
            tenant_id=writing.scope.tenant_id,
            number=number,
            region=region_of(number),
            created_at=writing.at,
            seen_at=NEVER,
            **now,
        )
        if people:
            await contacts.insert(made)
            writing.tell(CONTACT_CREATED, body, contact_id)
        return made

    async def get(self, tenant_id: TenantId, contact_id: ContactId) -> Contact:
        """To be shown. Raises: NotFound, Refused (code data_restricted)."""
        contact = await self._store.get(tenant_id, contact_id)
        if self.restricted(tenant_id, contact_id):
            raise data_restricted()
        return contact

    async def some(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> dict[ContactId, Contact]:
        """Those that exist and may be shown, by id."""
        return await self.stored_some(tenant_id, [id for id in ids if not self.restricted(tenant_id, id)])

    async def stored(self, tenant_id: TenantId, contact_id: ContactId) -> Contact:
        """For the caller and for officers: also one whose data is restricted. Raises: NotFound."""
        return await self._store.get(tenant_id, contact_id)

    async def stored_some(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> dict[ContactId, Contact]:
        """Those that exist, by id; for the caller and for officers, as `stored`."""
        return {contact.id: contact for contact in await self._store.some(tenant_id, ids)} if ids else {}

    async def search(self, tenant_id: TenantId, text: str, limit: int) -> list[Contact]:
        """By a part of the number or of the name, the last seen first. Whom it finds is to be asked of `some`."""
        return await self._store.search(tenant_id, text, limit)

    async def make_findable(self, tenant_id: TenantId) -> int:
        """Those that were kept before a search asked for parts; how many there were."""
        last, made = "", 0
        while page := await self._store.page(tenant_id, last, _PAGE):
            for contact in page:
                parts = found_by(contact.number, contact.name, contact.display_name)
                if contact.found_by != parts and contact.seen_at != NEVER:
                    await self._store.found_by(contact, parts)
                    made += 1
            last = page[-1].id
        return made
