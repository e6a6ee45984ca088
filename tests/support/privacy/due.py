"""What the sweeper deletes on its day, without the rest of a sweep."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from call24.kit.mongo import Mongo
from call24.privacy.store import PrivacyStore


async def delete_due(mongo: Mongo, now: datetime) -> Counter[str]:
    """How many of each collection."""
    store, deleted = PrivacyStore(mongo), Counter[str]()
    async for collection, count in store.delete_due(now, await store.held(), 1000):
        deleted[collection] += count
    return deleted
