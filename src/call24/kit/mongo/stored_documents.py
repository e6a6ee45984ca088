"""Documents as they lie in MongoDB, whatever version stored them and whose they are. Only for migrations,
and for sealing again what an earlier app key sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from call24.kit.mongo.trouble import translated

Filter = Mapping[str, Any]


class StoredDocuments:
    """`raw` gives a collection by its name; `comment` goes with each command."""

    def __init__(self, raw: Callable[[str], AsyncCollection[dict[str, Any]]], comment: str) -> None:
        self._raw = raw
        self._comment = comment

    async def behind(self, collection: str, id: str, which: Filter, limit: int) -> list[dict[str, Any]]:
        """Those with a higher id that match, by their ids. Raises: Unavailable."""
        with translated():
            found = self._raw(collection).find({**which, "_id": {"$gt": id}}, comment=self._comment)
            return await found.sort("_id", 1).limit(limit).to_list()

    async def set_each(self, collection: str, changes: Sequence[tuple[Filter, Mapping[str, Any]]]) -> int:
        """Set some fields of the one document that each filter finds; how many there were. Raises: Unavailable."""
        if not changes:
            return 0
        wanted = [UpdateOne(dict(which), {"$set": dict(values)}) for which, values in changes]
        with translated():
            result = await self._raw(collection).bulk_write(wanted, ordered=False, comment=self._comment)
        return int(result.matched_count)
