"""Indexes, and the validator by which the server itself refuses a tenant's document without a tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec
import pymongo
from pymongo import IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from call24.data_map import document_of, documents
from call24.kit.mongo.trouble import translated

BUILT_WITHIN_S = 3600.0
"""A new index of millions of documents takes minutes, and the server drops what it has of it when the command's time is
up: with the time of other commands it would never be there."""
FILLED: Mapping[str, Any] = MappingProxyType({"$gt": ""})
"""Of an index that covers `only` documents that have this text. MongoDB uses such an index only where it can tell that
all that is asked for lies within it: a query for one value lies within this, but not within a `$type`."""
_CHANGED = (85, 86)
"""What MongoDB answers when an index of this name is there and is another: IndexOptionsConflict and
IndexKeySpecsConflict. Source: https://www.mongodb.com/docs/manual/reference/error-codes/"""
_VALIDATOR = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": ["tenant_id"],
        "properties": {"tenant_id": {"bsonType": "string", "minLength": 1}},
    }
}


@dataclass(frozen=True)
class Index:
    """An index that a room's store declares.

    `keys`: names (`-name` is descending), put after tenant_id for a tenant's documents.
    `only`: the part of the collection that it covers; `across`: it spans all tenants (tenant_id is not put in front).
    `retired`: an earlier version made it; it is taken away where it is found. `expires_s`: MongoDB deletes a
    document so many seconds after the time that its one key names, or a minute later.
    """

    struct: type[msgspec.Struct]
    keys: tuple[str, ...]
    unique: bool = False
    across: bool = False
    only: Mapping[str, Any] = field(default_factory=dict)
    retired: bool = False
    expires_s: int | None = None

    def stored_keys(self) -> list[tuple[str, int]]:
        front = ("tenant_id",) if document_of(self.struct).tenant and not self.across else ()
        named = [("_id" if key.lstrip("-") == "id" else key.lstrip("-"), key) for key in (*front, *self.keys)]
        return [(stored, -1 if key.startswith("-") else 1) for stored, key in named]

    def model(self) -> IndexModel:
        only = {key: dict(rule) if isinstance(rule, Mapping) else rule for key, rule in self.only.items()}
        extra: dict[str, Any] = {"partialFilterExpression": only} if only else {}
        if self.expires_s is not None:
            extra["expireAfterSeconds"] = self.expires_s
        return IndexModel(self.stored_keys(), unique=self.unique, **extra)


async def ensure(database: AsyncDatabase[dict[str, Any]], indexes: Iterable[Index]) -> None:
    """Make the server's schema what the code declares; repeating it changes nothing."""
    wanted, retired = dict[str, list[IndexModel]](), dict[str, set[str]]()
    for index in indexes:
        collection, model = document_of(index.struct).collection, index.model()
        if index.retired:
            retired.setdefault(collection, set()).add(model.document["name"])
        else:
            wanted.setdefault(collection, []).append(model)
    with translated():
        existing = {found["name"]: found async for found in await database.list_collections()}
        for doc in documents():
            validator = _VALIDATOR if doc.tenant else {}
            if doc.collection not in existing:
                await database.create_collection(doc.collection, validator=validator)
            elif existing[doc.collection].get("options", {}).get("validator", {}) != validator:
                await database.command("collMod", doc.collection, validator=validator)
            if doc.collection in wanted:
                with pymongo.timeout(BUILT_WITHIN_S):
                    await _create(database[doc.collection], wanted[doc.collection])
        for name, gone in retired.items():
            for one in gone & set(await database[name].index_information()):
                await database[name].drop_index(one)


async def _create(collection: AsyncCollection[dict[str, Any]], wanted: list[IndexModel]) -> None:
    """What an earlier version made otherwise is made again."""
    try:
        await collection.create_indexes(wanted)
    except OperationFailure as error:
        if error.code not in _CHANGED:
            raise
        there = await collection.index_information()
        for model in wanted:
            name = model.document["name"]
            if name in there and _settings(model.document) != _settings(there[name]):
                await collection.drop_index(name)
        await collection.create_indexes(wanted)


def _settings(index: Mapping[str, Any]) -> tuple[object, ...]:
    return bool(index.get("unique")), index.get("partialFilterExpression"), index.get("expireAfterSeconds")
