"""Typed collections: one that carries a tenant in every command, and one for the few look-ups over all tenants."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from pymongo import ReplaceOne, ReturnDocument, UpdateMany, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from call24.data_map import document_of
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import TenantId
from call24.kit.mongo.codec import loaded, plain, projection, refuse_scope, stored
from call24.kit.mongo.follow import Following
from call24.kit.mongo.notes import ChangeNotes, open_notes
from call24.kit.mongo.schema import Index
from call24.kit.mongo.trouble import DUPLICATE, translated

T = TypeVar("T", bound=msgspec.Struct)
P = TypeVar("P", bound=msgspec.Struct)
Filter = Mapping[str, Any]
Sort = Sequence[tuple[str, int]]


class _Collection(ABC, Generic[T]):
    """What both kinds share. Each command is `_scoped` first; `comment` tells ScopeWatch why one has no tenant, and
    `session` is the transaction that it belongs to."""

    def __init__(
        self,
        raw: AsyncCollection[dict[str, Any]],
        struct: type[T],
        comment: str | None,
        session: AsyncClientSession | None = None,
    ) -> None:
        self._raw = raw
        self._struct = struct
        self._comment = comment
        self._with: dict[str, Any] = {"comment": comment, "session": session}

    @abstractmethod
    def _scoped(self, filter: Filter) -> dict[str, Any]:
        """The filter with what every command of this kind carries."""

    @abstractmethod
    def _check(self, doc: T) -> None:
        """Raises: ValueError for a document that does not belong here."""

    async def get(self, id: str) -> T:
        """Raises: NotFound, in the same words whether the id does not exist or belongs to another tenant."""
        found = await self.find_one({"id": id})
        if found is None:
            raise NotFound
        return found

    async def find_one(self, filter: Filter, *, sort: Sort = ()) -> T | None:
        with translated():
            raw = await self._raw.find_one(self._scoped(filter), sort=_sort(sort), **self._with)
        return None if raw is None else loaded(raw, self._struct)

    async def find(self, filter: Filter | None = None, *, sort: Sort = (), limit: int = 0) -> list[T]:
        """All that match, in `sort` order; `limit` 0 means no limit."""
        with translated():
            cursor = self._raw.find(self._scoped(filter or {}), sort=_sort(sort), limit=limit, **self._with)
            rows = await cursor.to_list()
        return [loaded(raw, self._struct) for raw in rows]

    async def find_parts(
        self,
        part: type[P],
        filter: Filter,
        *,
        sort: Sort = (),
        limit: int = 0,
        hint: Index | None = None,
        batch_size: int = 0,
    ) -> list[P]:
        """The same, with the fields of `part` alone: what is long and not wanted does not travel.

        `hint`: the index to take, where the server, which tries several, could take another. `batch_size`: so many are
        read at once, and others have their turn in between; 0: as many as MongoDB sends.
        """
        how: dict[str, Any] = {
            "sort": _sort(sort),
            "limit": limit,
            "hint": hint and hint.stored_keys(),
            "batch_size": batch_size,
            **self._with,
        }
        with translated():
            cursor = self._raw.find(self._scoped(filter), projection(part), **how)
            if batch_size:
                return [loaded(raw, part) async for raw in cursor]
            rows = await cursor.to_list()
        return [loaded(raw, part) for raw in rows]

    async def count(self, filter: Filter | None = None) -> int:
        with translated():
            return await self._raw.count_documents(self._scoped(filter or {}), **self._with)

    async def distinct(self, field: str, filter: Filter) -> set[Any]:
        """The values that this field has in what matches, each once, in one command."""
        with translated():
            return set(await self._raw.distinct(field, self._scoped(filter), **self._with))

    async def insert(self, doc: T) -> None:
        """Raises: Conflict when the id or a unique value exists already."""
        self._check(doc)
        with translated():
            await self._raw.insert_one(stored(doc), **self._with)

    async def insert_many(self, docs: Sequence[T]) -> None:
        """Stores all that are new. Raises: Conflict when some existed already (the others are stored)."""
        for doc in docs:
            self._check(doc)
        if docs:
            with translated():
                await self._raw.insert_many([stored(doc) for doc in docs], ordered=False, **self._with)

    async def insert_in_order(self, docs: Sequence[T]) -> None:
        """Stores those that are not there yet, none before the one that it follows. Repeating it is harmless."""
        for doc in docs:
            self._check(doc)
        waiting = [stored(doc) for doc in docs]
        with translated():
            while waiting:
                try:
                    await self._raw.insert_many(waiting, ordered=True, **self._with)
                    return
                except BulkWriteError as error:  # MongoDB stops at the first that it has
                    failures = error.details.get("writeErrors", [])
                    if not failures or failures[0].get("code") != DUPLICATE:
                        raise
                    waiting = waiting[failures[0]["index"] + 1 :]

    async def replace(self, doc: T, *, upsert: bool = False) -> bool:
        """True when the document is stored now; False when there was none to replace."""
        self._check(doc)
        document = stored(doc)
        if (noted := self._noted()) is not None:
            return await self._replace_noted(document, upsert, *noted)
        with translated():
            result = await self._raw.replace_one(
                self._scoped({"id": document["_id"]}),
                document,
                upsert=upsert,
                **self._with,
            )
        return bool(result.matched_count or result.upserted_id is not None)

    async def replace_many(self, docs: Sequence[T]) -> None:
        """Stores all of them in one command, each instead of what had its id. Repeating it is harmless."""
        for doc in docs:
            self._check(doc)
        kept = [stored(doc) for doc in docs]
        wanted = [ReplaceOne(self._scoped({"id": one["_id"]}), one, upsert=True) for one in kept]
        if wanted:
            with translated():
                await self._raw.bulk_write(wanted, ordered=False, **self._with)

    async def update(self, id: str, set: Mapping[str, Any]) -> bool:
        """Set some fields of one document; False when there is none."""
        refuse_scope(set)
        given = plain(set)
        if (noted := self._noted()) is not None:
            return await self._update_noted(id, given, *noted)
        with translated():
            result = await self._raw.update_one(self._scoped({"id": id}), {"$set": given}, **self._with)
        return bool(result.matched_count)

    def _noted(self) -> tuple[ChangeNotes, frozenset[str]] | None:
        """Where what was there before is told too, and which fields."""
        notes = open_notes()
        told = document_of(self._struct).audited if notes is not None else None
        return (notes, told) if notes is not None and told else None

    async def _replace_noted(
        self, document: dict[str, Any], upsert: bool, notes: ChangeNotes, told: frozenset[str]
    ) -> bool:
        with translated():
            before = await self._raw.find_one_and_replace(
                self._scoped({"id": document["_id"]}),
                document,
                projection=dict.fromkeys(told, 1),
                upsert=upsert,
                **self._with,
            )
        if before is not None:
            notes.take(document["_id"], before, document, told)
        return upsert or before is not None

    async def _update_noted(self, id: str, given: dict[str, Any], notes: ChangeNotes, told: frozenset[str]) -> bool:
        with translated():
            before = await self._raw.find_one_and_update(
                self._scoped({"id": id}), {"$set": given}, projection=dict.fromkeys(told, 1), **self._with
            )
        if before is not None:
            notes.take(id, before, given, told)
        return before is not None

    async def update_or_insert(self, doc: T, set: Mapping[str, Any]) -> T | None:
        """Set some fields of what has the id of `doc`, or store `doc` with them where nothing has: in one command.

        What there was before; None where it is stored now. Raises: Conflict when somebody else stored it meanwhile.
        """
        self._check(doc)
        refuse_scope(set)
        fresh, given = stored(doc), plain(set)
        which = self._scoped({"id": fresh["_id"]})
        rest = {key: value for key, value in fresh.items() if key not in given and key not in which}
        with translated():
            change = {"$set": given, "$setOnInsert": rest}
            before = await self._raw.find_one_and_update(which, change, upsert=True, **self._with)
        return None if before is None else loaded(before, self._struct)

    async def update_each(self, sets: Mapping[str, Mapping[str, Any]]) -> int:
        """Set some fields of several documents, by id, in one command; how many of them there are."""
        for one in sets.values():
            refuse_scope(one)
        changes = [UpdateOne(self._scoped({"id": id}), {"$set": plain(one)}) for id, one in sets.items()]
        if not changes:
            return 0
        with translated():
            result = await self._raw.bulk_write(changes, ordered=False, **self._with)
        return int(result.matched_count)

    async def update_where(self, filter: Filter, set: Mapping[str, Any]) -> int:
        """Set some fields of every document that matches, each atomically; the number of matches."""
        refuse_scope(set)
        with translated():
            result = await self._raw.update_many(self._scoped(filter), {"$set": plain(set)}, **self._with)
        return int(result.matched_count)

    async def take_out(self, field: str, values: Sequence[Any]) -> int:
        """Take these values out of a list wherever it has one, each document atomically; the number of matches."""
        refuse_scope({field: None})
        change = {"$pullAll": plain({field: list(values)})}
        with translated():
            result = await self._raw.update_many(self._scoped({field: {"$in": list(values)}}), change, **self._with)
        return int(result.matched_count)

    async def add_where(self, filter: Filter, more: Mapping[str, int], set: Mapping[str, Any]) -> int:
        """Add to numbers of what matches, and set some fields, each document atomically; the number of matches."""
        refuse_scope({**more, **set})
        change = {"$inc": dict(more), **({"$set": plain(set)} if set else {})}
        with translated():
            result = await self._raw.update_many(self._scoped(filter), change, **self._with)
        return int(result.matched_count)

    async def update_where_each(self, changes: Sequence[tuple[Filter, Mapping[str, Any]]]) -> int:
        """Set, for each filter, some fields of what matches it, in one command; the number of matches."""
        for _, one in changes:
            refuse_scope(one)
        wanted = [UpdateMany(self._scoped(which), {"$set": plain(one)}) for which, one in changes]
        if not wanted:
            return 0
        with translated():
            result = await self._raw.bulk_write(wanted, ordered=False, **self._with)
        return int(result.matched_count)

    async def delete(self, id: str) -> bool:
        with translated():
            result = await self._raw.delete_one(self._scoped({"id": id}), **self._with)
        return bool(result.deleted_count)

    async def delete_many(self, filter: Filter) -> int:
        with translated():
            result = await self._raw.delete_many(self._scoped(filter), **self._with)
        return int(result.deleted_count)


class TenantCollection(_Collection[T]):
    """One collection as one tenant sees it."""

    def __init__(
        self,
        raw: AsyncCollection[dict[str, Any]],
        struct: type[T],
        tenant_id: TenantId,
        session: AsyncClientSession | None = None,
    ) -> None:
        super().__init__(raw, struct, None, session)
        self._tenant_id = tenant_id

    async def count_up(self, doc: T, field: str, by: int) -> int:
        """Add `by` to a number of what has the id of `doc`, or store `doc` with it; what the number is now.

        Ids are unique over all tenants: one that another tenant has is neither found nor made.
        Raises: Conflict then, and where two began the number at once.
        """
        self._check(doc)
        refuse_scope({field: by})
        fresh = stored(doc)
        which = self._scoped({"id": fresh["_id"]})
        rest = {key: value for key, value in fresh.items() if key != field and key not in which}
        change = {"$inc": {field: by}, **({"$setOnInsert": rest} if rest else {})}
        with translated():
            raw = await self._raw.find_one_and_update(
                which,
                change,
                upsert=True,
                return_document=ReturnDocument.AFTER,
                **self._with,
            )
        assert raw is not None  # it was made
        return int(raw[field])

    def _scoped(self, filter: Filter) -> dict[str, Any]:
        refuse_scope(filter)
        return {"tenant_id": self._tenant_id, **plain(filter)}

    def _check(self, doc: T) -> None:
        if getattr(doc, "tenant_id", None) != self._tenant_id:
            raise ValueError("the document belongs to another tenant")


class PlatformCollection(_Collection[T]):
    """One collection over all tenants; the reason travels with every command."""

    def follow(self, match: Filter) -> Following[T]:
        """What is inserted from now on and matches."""
        return Following(self._raw, self._struct, plain(match), self._comment or "")

    async def count_up(self, id: str, field: str) -> int:
        """The next number of a counter, from 1: no two callers are given the same."""
        try:
            return await self._counted(id, field)
        except Conflict:  # two began it at once: now it is there
            return await self._counted(id, field)

    async def _counted(self, id: str, field: str) -> int:
        with translated():
            raw = await self._raw.find_one_and_update(
                self._scoped({"id": id}),
                {"$inc": {field: 1}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
                **self._with,
            )
        assert raw is not None  # it was made
        return int(raw[field])

    def _scoped(self, filter: Filter) -> dict[str, Any]:
        return plain(filter)

    def _check(self, doc: T) -> None:
        pass


def _sort(sort: Sort) -> list[tuple[str, int]] | None:
    return [("_id" if field == "id" else field, way) for field, way in sort] or None
