"""Where contacts are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from call24.contacts.imported import ImportedDocument
from call24.contacts.model import Contact, ErasedCaller
from call24.contacts.rules import found_by, number_part, words_of
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Index, Mongo, TenantScope

INDEXES = (
    Index(Contact, ("seen_at",)),
    Index(Contact, ("found_by",)),
    Index(ErasedCaller, ("at",), across=True),
    Index(ImportedDocument, ("contact_id", "part", "place", "id")),
    Index(ImportedDocument, ("import_id",)),
    Index(ImportedDocument, ("days",)),
    Index(ImportedDocument, ("delete_at",), across=True),
)


class ContactStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def put(self, scope: TenantScope, contact: Contact) -> Contact | None:
        """Add it, or note that it was seen again; a name that a person gave stays. What there was before.

        Raises: Conflict where two add it at once and the other was first.
        """
        before = await scope.collection(Contact).update_or_insert(contact, _seen(contact))
        renamed = before is not None and before.name is not None and contact.display_name is not None
        if renamed or (before is not None and not before.found_by):
            await self._keep_findable(scope, [contact.id])
        return before

    async def put_again(self, scope: TenantScope, contacts: Sequence[Contact]) -> bool:
        """Note of all of them in one command that they were seen again; False when some are not there any more."""
        found = await scope.collection(Contact).update_each({contact.id: _seen(contact) for contact in contacts})
        if told := [contact.id for contact in contacts if contact.display_name is not None]:
            await self._keep_findable(scope, told)
        return found == len(contacts)

    async def _keep_findable(self, scope: TenantScope, ids: Sequence[ContactId]) -> None:
        """Those that a person named, by that name too: `_seen` knows what the network calls them alone; and those that
        the address book alone had, by their number."""
        contacts = scope.collection(Contact)
        rule = {"id": {"$in": list(ids)}, "$or": [{"name": {"$ne": None}}, {"found_by": []}]}
        for one in await contacts.find(rule):
            await contacts.update(one.id, {"found_by": found_by(one.number, one.name, one.display_name)})

    async def get(self, tenant_id: TenantId, contact_id: ContactId) -> Contact:
        return await self._mongo.tenant(tenant_id).collection(Contact).get(contact_id)

    async def some(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> list[Contact]:
        return await self._mongo.tenant(tenant_id).collection(Contact).find({"id": {"$in": list(ids)}})

    async def search(self, tenant_id: TenantId, text: str, limit: int) -> list[Contact]:
        """Whose number has these digits, or whose name has each of these words as a part; the last seen first.

        What few have is found by the index of parts, what many have by going through the last seen: MongoDB tries both.
        It asks the index for the first word alone, so the longest comes first.
        """
        if "\0" in text:
            return []  # no name has it, and no expression of MongoDB takes it
        spellings = {tuple(words_of(text)), tuple(text.casefold().split())}  # unfolded: kept before names were folded
        ways: list[dict[str, object]] = [
            {"$and": [_has(word) for word in sorted(words, key=len, reverse=True)]} for words in spellings if words
        ]
        if digits := number_part(text):
            ways.append(_has(digits))
        if not ways:
            return []
        contacts = self._mongo.tenant(tenant_id).collection(Contact)
        return await contacts.find({"$or": ways}, sort=[("seen_at", -1)], limit=limit)

    async def page(self, tenant_id: TenantId, after: str, limit: int) -> list[Contact]:
        """In the order of their ids."""
        contacts = self._mongo.tenant(tenant_id).collection(Contact)
        return await contacts.find({"id": {"$gt": after}}, sort=[("id", 1)], limit=limit)

    async def found_by(self, contact: Contact, parts: tuple[str, ...]) -> None:
        await self._mongo.tenant(contact.tenant_id).collection(Contact).update(contact.id, {"found_by": parts})

    async def nameless(self, tenant_id: TenantId, seen_before: datetime) -> list[Contact]:
        rule = {"name": None, "seen_at": {"$lt": seen_before}}
        return await self._mongo.tenant(tenant_id).collection(Contact).find(rule)

    async def delete(self, tenant_id: TenantId, ids: Sequence[ContactId]) -> int:
        """Those that nobody named meanwhile."""
        rule = {"id": {"$in": list(ids)}, "name": None}
        return await self._mongo.tenant(tenant_id).collection(Contact).delete_many(rule)


def _seen(contact: Contact) -> dict[str, object]:
    seen: dict[str, object] = {"seen_at": contact.seen_at}
    if contact.display_name is None:
        return seen
    parts = found_by(contact.number, contact.display_name)
    return {**seen, "display_name": contact.display_name, "found_by": parts}


def _has(part: str) -> dict[str, object]:
    return {"found_by": {"$regex": f"^{re.escape(part)}"}}
