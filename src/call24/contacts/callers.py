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
        self._to_remember: asyncio.Queue[Contact] = asyncio.Queue()
        self._unwritten: dict[ContactId, Contact] = {}
        """What waits in `_to_remember`."""
        self._stored: OrderedDict[ContactId, str | None] = OrderedDict()
        self._again: dict[ContactId, Contact] = {}
        self._closed: set[TenantId] = set()
        self._forgotten = 0
        """How often something was forgotten."""
        self.noted: Callable[[TenantId, ContactId], None] = lambda tenant_id, contact_id: None
        """Told of everybody who calls, before anything waits."""

    def note(self, tenant_id: TenantId, number: str, display_name: str) -> Contact:
        """A caller with this E.164 number is here; its contact, as far as it is known now."""
        fresh = self._contacts.seen(tenant_id, number, display_name)
        if tenant_id in self._closed:
            return fresh
        self.noted(tenant_id, fresh.id)
        known = self._recent.get(fresh.id)
        self._keep(fresh if known is None else known)
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
        forgotten = self._forgotten
        try:
            contact = await self._read(tenant_id, contact_id)
        except NotFound:
            waiting = self._recent.get(contact_id)
            return waiting if waiting is not None and waiting.tenant_id == tenant_id else None
        except Unavailable:
            known = self._recent.get(contact_id)
            return known if known is not None and known.tenant_id == tenant_id else None
        if forgotten == self._forgotten:  # else it may have been deleted since it was read
            self._keep(contact)
        return contact

    async def _read(self, tenant_id: TenantId, contact_id: ContactId) -> Contact:
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
        self._forgotten += 1
        self._recent = OrderedDict((id, one) for id, one in self._recent.items() if one.tenant_id != tenant_id)
        self._again = {id: one for id, one in self._again.items() if one.tenant_id != tenant_id}
        self._unwritten = {id: one for id, one in self._unwritten.items() if one.tenant_id != tenant_id}

    def corrected(self, contact: Contact) -> None:
        """It has another name: who calls next is called by it."""
        if contact.id in self._recent:
            self._keep(contact)

    def forget(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> None:
        """They are stored no more; who calls just now is written anew."""
        self._forgotten += 1
        for contact_id in contact_ids:
            self._recent.pop(contact_id, None)
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
                    self._is_stored(contact, await self._contacts.keep(contact))
                    break
                await asyncio.sleep(RETRY_S)

    async def _remember_again(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_EVERY_S)
            if again := dict(self._again):
                with contextlib.suppress(Unavailable):
                    await self._keep_again(list(again.values()))
                    self._again = {id: one for id, one in self._again.items() if again.get(id) is not one}

    async def _keep_again(self, contacts: list[Contact]) -> None:
        renamed = {one.id for one in contacts if one.display_name not in (None, self._stored.get(one.id))}
        await self._contacts.keep_again(contacts, renamed)
        for contact in contacts:
            self._is_stored(contact, contact.display_name or self._stored.get(contact.id))

    def _is_stored(self, contact: Contact, name: str | None) -> None:
        """From now on what MongoDB has is true. `name`: what the network calls it there."""
        self._recent.pop(contact.id, None)
        self._unwritten.pop(contact.id, None)
        self._stored[contact.id] = name
        self._stored.move_to_end(contact.id)
        if len(self._stored) > STORED_KEPT:
            self._stored.popitem(last=False)

    def _keep(self, contact: Contact) -> None:
        self._recent[contact.id] = contact
        self._recent.move_to_end(contact.id)
        while len(self._recent) > KEPT:
            self._recent.popitem(last=False)
