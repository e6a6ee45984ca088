"""Where contacts are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from call24.contacts.model import Contact
from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Index, Mongo

INDEXES = (Index(Contact, ("seen_at",)),)


class ContactStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def put(self, contact: Contact) -> None:
        """Add it, or note that it was seen again; a name that a person gave stays."""
        contacts = self._mongo.tenant(contact.tenant_id).collection(Contact)
        if not await contacts.update(contact.id, _seen(contact)):
            try:
                await contacts.insert(contact)
            except Conflict:  # two calls of one new caller at once: the other was first
                await contacts.update(contact.id, _seen(contact))

    async def put_again(self, tenant_id: TenantId, contacts: Sequence[Contact]) -> bool:
        """Note of all of them in one command that they were seen again; False when some are not there any more."""
        there = self._mongo.tenant(tenant_id).collection(Contact)
        return await there.update_each({contact.id: _seen(contact) for contact in contacts}) == len(contacts)

    async def get(self, tenant_id: TenantId, contact_id: ContactId) -> Contact:
        return await self._mongo.tenant(tenant_id).collection(Contact).get(contact_id)

    async def some(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> list[Contact]:
        return await self._mongo.tenant(tenant_id).collection(Contact).find({"id": {"$in": list(ids)}})

    async def search(self, tenant_id: TenantId, text: str, limit: int) -> list[Contact]:
        """Whose number has these digits, or whose name has this text; the last seen first."""
        part = {"$regex": re.escape(text), "$options": "i"}
        ways: list[dict[str, object]] = [{"name": part}, {"display_name": part}]
        digits = "".join(char for char in text if char.isdigit())
        if len(digits) >= 3 and not any(char.isalpha() for char in text):
            ways.append({"number": {"$regex": digits}})
        contacts = self._mongo.tenant(tenant_id).collection(Contact)
        return await contacts.find({"$or": ways}, sort=[("seen_at", -1)], limit=limit)

    async def nameless(self, tenant_id: TenantId, seen_before: datetime) -> list[Contact]:
        rule = {"name": None, "seen_at": {"$lt": seen_before}}
        return await self._mongo.tenant(tenant_id).collection(Contact).find(rule)

    async def delete(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> int:
        """Those that nobody named meanwhile."""
        rule = {"id": {"$in": list(ids)}, "name": None}
        return await self._mongo.tenant(tenant_id).collection(Contact).delete_many(rule)


def _seen(contact: Contact) -> dict[str, object]:
    seen: dict[str, object] = {"seen_at": contact.seen_at}
    return seen if contact.display_name is None else {**seen, "display_name": contact.display_name}
