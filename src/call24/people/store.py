"""Where people are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from call24.kit.folding import NEAR_LEAST, near_to
from call24.kit.ids import ContactId, PersonId, TenantId, UserId
from call24.kit.mongo import Index, Mongo, TenantScope
from call24.kit.mongo.collection import TenantCollection
from call24.people.model import Person
from call24.people.rules import found_near, number_part, words_of

INDEXES = (
    Index(Person, ("sort_name", "id")),
    Index(Person, ("found_by",)),
    Index(Person, ("found_near",)),
    Index(Person, ("contact_ids",)),
    Index(Person, ("emails.address",)),
    Index(Person, ("private_to", "sort_name"), retired=True),
    Index(Person, ("private_to", "id")),
    Index(Person, ("delete_at",), across=True),
)
HAVING_MAX = 20
"""People who have one number, that are looked at."""
NEAR_WORDS = 4
"""Of a search, the longest, that may be mistyped: each asks the index for up to a thousand."""
_ORDER = [("sort_name", 1), ("id", 1)]


class Place(msgspec.Struct, frozen=True):
    """Where a page begins: after this person."""

    id: PersonId
    sort_name: str


class HasNumbers(msgspec.Struct, frozen=True):
    contact_ids: tuple[ContactId, ...]


class PersonStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    def _people(self, tenant_id: TenantId) -> TenantCollection[Person]:
        return self._mongo.tenant(tenant_id).collection(Person)

    async def get(self, tenant_id: TenantId, person_id: PersonId) -> Person:
        """Raises: NotFound."""
        return await self._people(tenant_id).get(person_id)

    async def of_email(self, tenant_id: TenantId, address: str, limit: int) -> list[Person]:
        """Of the organisation's address book, as the address was typed or in small letters."""
        rule = {"emails.address": {"$in": sorted({address, address.lower()})}, "private_to": None}
        return await self._people(tenant_id).find(rule, limit=limit)

    async def count(self, tenant_id: TenantId, private_to: UserId | None) -> int:
        return await self._people(tenant_id).count({"private_to": private_to})

    async def place(self, tenant_id: TenantId, person_id: str) -> Place | None:
        found = await self._people(tenant_id).find_parts(Place, {"id": person_id}, limit=1)
        return found[0] if found else None

    async def page(
        self,
        tenant_id: TenantId,
        reader: UserId,
        *,
        text: str = "",
        contact_id: ContactId | None = None,
        after: Place | None = None,
        limit: int,
    ) -> list[Person]:
        """By name: those of the organisation and the reader's own; all words of `text` are parts of what is theirs, or
        where nobody has them all, near to a word of theirs.
        """
        if text and _may_be_near(text) and not await self._anybody(tenant_id, reader, text):
            return await self._page(tenant_id, reader, [_near(text)], contact_id, after, limit)
        return await self._page(tenant_id, reader, [_has(text)] if text else [], contact_id, after, limit)

    async def _anybody(self, tenant_id: TenantId, reader: UserId, text: str) -> bool:
        rule = {"$and": [{"private_to": {"$in": [None, reader]}}, _has(text)]}
        return bool(await self._people(tenant_id).find_parts(HasNumbers, rule, limit=1))

    async def _page(
        self,
        tenant_id: TenantId,
        reader: UserId,
        found: Sequence[dict[str, Any]],
        contact_id: ContactId | None,
        after: Place | None,
        limit: int,
    ) -> list[Person]:
        every: list[dict[str, Any]] = [{"private_to": {"$in": [None, reader]}}, *found]
        if contact_id is not None:
            every.append({"contact_ids": contact_id})
        if after is not None:
            same = {"sort_name": after.sort_name, "_id": {"$gt": after.id}}
            every.append({"$or": [{"sort_name": {"$gt": after.sort_name}}, same]})
        return await self._people(tenant_id).find({"$and": every}, sort=_ORDER, limit=limit)

    async def of_contact(self, tenant_id: TenantId, contact_id: ContactId, reader: UserId | None) -> list[Person]:
        """Who has the number, the first that was written down first; of private ones the reader's alone."""
        whose = {"private_to": {"$in": [None, reader]}}
        rule = {"contact_ids": contact_id, **whose}
        return await self._people(tenant_id).find(rule, sort=[("created_at", 1), ("id", 1)], limit=HAVING_MAX)

    async def having(self, tenant_id: TenantId, contact_id: ContactId) -> list[Person]:
        """The same, of everybody: private ones too."""
        rule = {"contact_ids": contact_id}
        return await self._people(tenant_id).find(rule, sort=[("created_at", 1), ("id", 1)], limit=HAVING_MAX)

    async def ending_so(self, tenant_id: TenantId, digits: str) -> list[Person]:
        """Whose number ends with these digits, private ones too; the first that was written down first."""
        order = [("created_at", 1), ("id", 1)]
        return await self._people(tenant_id).find({"found_by": digits}, sort=order, limit=HAVING_MAX)

    async def contacts_called(self, tenant_id: TenantId, text: str, limit: int) -> list[ContactId]:
        """The numbers of the organisation's people whom a search for this text finds."""
        rule = {"$and": [{"private_to": None}, _has(text)]}
        found = await self._people(tenant_id).find_parts(HasNumbers, rule, limit=limit)
        return list(dict.fromkeys(id for one in found for id in one.contact_ids))[:limit]

    async def with_contacts(self, tenant_id: TenantId, ids: Sequence[ContactId], limit: int) -> list[Person]:
        return await self._people(tenant_id).find({"contact_ids": {"$in": list(ids)}}, limit=limit)

    async def private(self, tenant_id: TenantId, user_id: UserId, limit: int, after: str = "") -> list[Person]:
        rule = {"private_to": user_id, "id": {"$gt": after}}
        return await self._people(tenant_id).find(rule, sort=[("id", 1)], limit=limit)

    async def make_findable(self, tenant_id: TenantId) -> int:
        """Those who were written down before mistyped names were found; how many."""
        people, made = self._people(tenant_id), 0
        while page := await people.find({"found_near": {"$exists": False}}, sort=[("_id", 1)], limit=500):
            await people.update_each({one.id: {"found_near": found_near(one)} for one in page})
            made += len(page)
        return made

    async def put(self, scope: TenantScope, before: Person, after: Person) -> bool:
        """False where it was changed, or deleted, since `before` was read."""
        fields = {name: getattr(after, name) for name in after.__struct_fields__ if name not in ("id", "tenant_id")}
        return await scope.collection(Person).update_where({"id": before.id, "version": before.version}, fields) > 0


def _has(text: str) -> dict[str, Any]:
    """MongoDB asks the index for the first word alone, so the longest comes first."""
    words = sorted(words_of(text), key=len, reverse=True)
    ways: list[dict[str, Any]] = [{"$and": [_begins(word) for word in words]}] if words else []
    if digits := number_part(text):  # a national number is dialled with a 0 that its international form has not
        ways += [_begins(part) for part in sorted({digits, digits.lstrip("0")}) if part]
    return {"$or": ways} if ways else {"_id": {"$in": []}}


def _may_be_near(text: str) -> bool:
    return number_part(text) is None and any(len(word) >= NEAR_LEAST for word in words_of(text))


def _near(text: str) -> dict[str, Any]:
    """Each word is part of a word, or near to one. What is in the index by whole values comes first: the longest."""
    words = sorted(words_of(text), key=len, reverse=True)
    return {"$and": [*map(_near_or_has, words[:NEAR_WORDS]), *map(_begins, words[NEAR_WORDS:])]}


def _near_or_has(word: str) -> dict[str, Any]:
    forms = near_to(word)
    return {"$or": [{"found_near": {"$in": list(forms)}}, _begins(word)]} if forms else _begins(word)


def _begins(part: str) -> dict[str, Any]:
    return {"found_by": {"$regex": f"^{re.escape(part)}"}}
