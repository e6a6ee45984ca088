"""Callers as the path of a call needs them: named at once, without waiting for the database.

What the network said is remembered behind, again and again until MongoDB takes it: of a new caller at once, of one who
is known to be stored together with others. The newest callers are kept in memory, so that a caller card can be shown
also while MongoDB is away.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec

from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import ContactId, TenantId
from call24.kit.moments import next_moment

KEPT = 2000
STORED_KEPT = 50_000
"""Ids, and what the network calls them."""
AGAIN_EVERY_S = 1.0
RETRY_S = 0.5


class KnownCallers:
    """``run`` it for as long as the process lives."""

    def __init__(self, contacts: ContactService) -> None:
        self._contacts = contacts
        self._recent: OrderedDict[ContactId, Contact] = OrderedDict()
        self._read: set[ContactId] = set()
        """Of `_recent`: those that are as MongoDB has them, but for what `_again` has."""
        self._to_remember: asyncio.Queue[Contact] = asyncio.Queue()
        self._unwritten: dict[ContactId, Contact] = {}
        """What waits in `_to_remember`."""
        self._stored: OrderedDict[ContactId, tuple[TenantId, str | None]] = OrderedDict()
        self._again: dict[ContactId, Contact] = {}
        self._closed: set[TenantId] = set()
        self._turn = 0
        """How often something was forgotten or corrected: what was read before that is not kept."""
        self.noted: Callable[[TenantId, ContactId], None] = lambda tenant_id, contact_id: None
        """Told of everybody who calls, before anything waits."""

    def note(self, tenant_id: TenantId, number: str, display_name: str) -> Contact:
        """A caller with this E.164 number is here; its contact, as far as it is known now."""
        fresh = self._contacts.seen(tenant_id, number, display_name)
        if tenant_id in self._closed:
            return fresh
        self.noted(tenant_id, fresh.id)
        known = self._recent.get(fresh.id)
        if known is not None and fresh.id in self._read and fresh.display_name is not None:
            known = msgspec.structs.replace(known, display_name=fresh.display_name)
        self._keep(fresh if known is None else known, read=fresh.id in self._read)
        if fresh.id in self._stored:
            self._note_again(fresh)
        else:
            self._unwritten[fresh.id] = fresh
            self._to_remember.put_nowait(fresh)
        return self._recent[fresh.id]

    def _note_again(self, fresh: Contact) -> None:
        before = self._again.get(fresh.id)
        if before is not None and fresh.display_name is None:
            fresh = msgspec.structs.replace(fresh, display_name=before.display_name)
        self._again[fresh.id] = fresh

    async def get(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        """To be shown: as `stored`; None of one whose data is restricted."""
        return None if self.restricted(tenant_id, contact_id) else await self.stored(tenant_id, contact_id)

    async def stored(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        """The stored contact, or the last known one while MongoDB is away; None when there is none (any more)."""
        if contact_id is None:
            return None
        turn = self._turn
        try:
            contact = await self._from_mongodb(tenant_id, contact_id)
        except NotFound:
            if contact_id in self._read:  # it was stored, and was deleted by another process
                self._drop(contact_id)
            waiting = self._recent.get(contact_id)
            return waiting if waiting is not None and waiting.tenant_id == tenant_id else None
        except Unavailable:
            known = self._recent.get(contact_id)
            return known if known is not None and known.tenant_id == tenant_id else None
        if turn == self._turn:  # else it may have been deleted since it was read
            self._keep(contact, read=True)
        return contact

    async def _from_mongodb(self, tenant_id: TenantId, contact_id: ContactId) -> Contact:
        """Raises: NotFound, Unavailable."""
        try:
            return await self._contacts.stored(tenant_id, contact_id)
        except NotFound:
            if contact_id not in self._stored:
                raise
            return await self._contacts.stored(tenant_id, contact_id)  # it was stored, and left memory, meanwhile

    def recent(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        """As it was last known and may be shown, from memory alone."""
        hidden = self.restricted(tenant_id, contact_id)
        known = None if contact_id is None or hidden else self._recent.get(contact_id)
        return known if known is not None and known.tenant_id == tenant_id else None

    def is_current(self, tenant_id: TenantId, contact_id: ContactId) -> bool:
        """Whether `recent` is what MongoDB has, names that people gave included."""
        return contact_id in self._read and self.recent(tenant_id, contact_id) is not None

    def said_last(self, contact_id: ContactId) -> tuple[str | None, ...]:
        """What the network called a caller last, from memory: one name or None, or nothing where that is not known."""
        waiting, stored = self._again.get(contact_id), self._stored.get(contact_id)
        if stored is None:
            return ()
        return ((waiting and waiting.display_name) or stored[1],)

    def unwritten(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        """A new caller whom MongoDB does not have yet: its call may be over and on record before."""
        hidden = self.restricted(tenant_id, contact_id)
        contact = None if contact_id is None or hidden else self._unwritten.get(contact_id)
        return contact if contact is not None and contact.tenant_id == tenant_id else None

    def restricted(self, tenant_id: TenantId, contact_id: ContactId | None) -> bool:
        """Whether what is kept of a caller may not be shown."""
        return contact_id is not None and self._contacts.restricted(tenant_id, contact_id)

    def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: none of its callers is remembered any more."""
        self._closed.add(tenant_id)
        self._turn += 1
        self._recent = OrderedDict((id, one) for id, one in self._recent.items() if one.tenant_id != tenant_id)
        self._read &= self._recent.keys()
        self._stored = OrderedDict((id, one) for id, one in self._stored.items() if one[0] != tenant_id)
        self._again = {id: one for id, one in self._again.items() if one.tenant_id != tenant_id}
        self._unwritten = {id: one for id, one in self._unwritten.items() if one.tenant_id != tenant_id}

    def corrected(self, contact: Contact) -> None:
        """It has another name: who calls next is called by it."""
        self._turn += 1
        if contact.id in self._recent:
            self._keep(contact, read=True)

    def forget(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> None:
        """They are stored no more; who calls just now is written again."""
        self._turn += 1
        for contact_id in contact_ids:
            self._drop(contact_id)
            self._stored.pop(contact_id, None)

    def erase(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """They are erased: what waits to be written of them is not."""
        self.forget(tenant_id, contact_ids)
        for contact_id in contact_ids:
            self._again.pop(contact_id, None)
            self._unwritten.pop(contact_id, None)
        return 0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._remember())
            group.create_task(self._remember_again())

    async def _remember(self) -> None:
        while True:
            contact = await self._to_remember.get()
            while contact.tenant_id not in self._closed and not self._contacts.erased(contact):
                with contextlib.suppress(Unavailable):
                    turn, stored = self._turn, await self._contacts.keep(contact)
                    self._is_stored(contact, None if stored is None else stored.display_name)
                    if stored is not None and turn == self._turn:
                        self._keep(stored, read=True)
                    break
                await asyncio.sleep(RETRY_S)

    async def _remember_again(self) -> None:
        while True:
            await next_moment(AGAIN_EVERY_S)
            if again := dict(self._again):
                with contextlib.suppress(Unavailable):
                    await self._keep_again(list(again.values()))
                    self._again = {id: one for id, one in self._again.items() if again.get(id) is not one}

    async def _keep_again(self, contacts: list[Contact]) -> None:
        renamed = {one.id for one in contacts if one.display_name not in (None, self._called(one))}
        await self._contacts.keep_again(contacts, renamed)
        for contact in contacts:
            self._is_stored(contact, contact.display_name or self._called(contact))

    def _called(self, contact: Contact) -> str | None:
        """What the network calls it in MongoDB, as far as that is known here."""
        return self._stored.get(contact.id, (contact.tenant_id, None))[1]

    def _is_stored(self, contact: Contact, name: str | None) -> None:
        """From now on what MongoDB has is true. `name`: what the network calls it there. Of who was erased, or whose
        organisation was, while it was stored, nothing is kept."""
        if contact.tenant_id in self._closed or self._contacts.erased(contact):
            self._drop(contact.id)
            self._unwritten.pop(contact.id, None)
            return
        if contact.id in self._read:
            self._recent[contact.id] = msgspec.structs.replace(
                self._recent[contact.id], display_name=name, seen_at=contact.seen_at
            )
        else:
            self._drop(contact.id)
        self._unwritten.pop(contact.id, None)
        self._stored[contact.id] = contact.tenant_id, name
        self._stored.move_to_end(contact.id)
        if len(self._stored) > STORED_KEPT:
            self._stored.popitem(last=False)

    def _keep(self, contact: Contact, *, read: bool) -> None:
        self._recent[contact.id] = contact
        self._recent.move_to_end(contact.id)
        if read:
            self._read.add(contact.id)
        else:
            self._read.discard(contact.id)
        while len(self._recent) > KEPT:
            self._drop(next(iter(self._recent)))

    def _drop(self, contact_id: ContactId) -> None:
        self._recent.pop(contact_id, None)
        self._read.discard(contact_id)
