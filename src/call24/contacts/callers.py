"""Callers as the path of a call needs them: named at once, without waiting for the database.

What the network said is remembered behind, again and again until MongoDB takes it. The newest callers are kept in
memory, so that a caller card can be shown also while MongoDB is away.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict

from call24.contacts.model import Contact
from call24.contacts.rules import kept_display_name
from call24.contacts.service import ContactService
from call24.kit.clock import Clock
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import ContactId, TenantId
from call24.kit.phone import region_of

KEPT = 2000
RETRY_S = 0.5


class KnownCallers:
    """``run`` it for as long as the process lives."""

    def __init__(self, contacts: ContactService, clock: Clock) -> None:
        self._contacts = contacts
        self._clock = clock
        self._recent: OrderedDict[ContactId, Contact] = OrderedDict()
        self._to_remember: asyncio.Queue[Contact] = asyncio.Queue()
        self._closed: set[TenantId] = set()

    def note(self, tenant_id: TenantId, number: str, display_name: str) -> Contact:
        """A caller with this E.164 number is here; its contact, as far as it is known now."""
        contact_id = self._contacts.id_for(tenant_id, number)
        now = self._clock.now()
        fresh = Contact(
            id=contact_id,
            tenant_id=tenant_id,
            number=number,
            display_name=kept_display_name(display_name, number),
            region=region_of(number),
            created_at=now,
            seen_at=now,
        )
        known = self._recent.get(contact_id)
        self._keep(fresh if known is None else known)
        self._to_remember.put_nowait(fresh)
        return self._recent[contact_id]

    async def get(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        """The stored contact, or the last known one while MongoDB is away; None when there is none (any more)."""
        if contact_id is None:
            return None
        try:
            contact = await self._contacts.get(tenant_id, contact_id)
        except NotFound:
            waiting = self._recent.get(contact_id)
            return waiting if waiting is not None and waiting.tenant_id == tenant_id else None
        except Unavailable:
            known = self._recent.get(contact_id)
            return known if known is not None and known.tenant_id == tenant_id else None
        self._keep(contact)
        return contact

    def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: none of its callers is remembered any more."""
        self._closed.add(tenant_id)
        self._recent = OrderedDict((id, one) for id, one in self._recent.items() if one.tenant_id != tenant_id)

    async def run(self) -> None:
        while True:
            contact = await self._to_remember.get()
            while contact.tenant_id not in self._closed:
                with contextlib.suppress(Unavailable):
                    stored = await self._contacts.remember(contact.tenant_id, contact.number, contact.display_name)
                    self._recent.pop(stored.id, None)
                    break
                await asyncio.sleep(RETRY_S)

    def _keep(self, contact: Contact) -> None:
        self._recent[contact.id] = contact
        self._recent.move_to_end(contact.id)
        while len(self._recent) > KEPT:
            self._recent.popitem(last=False)
