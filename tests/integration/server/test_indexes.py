"""The indexes of all rooms, as MongoDB plans with them."""

from __future__ import annotations

from typing import Any

import pymongo
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod

from call24.data_map import document_of
from call24.kit.mongo import FILLED, Mongo
from call24.server.rooms import INDEXES


async def test_an_index_that_covers_a_part_is_used_by_whoever_asks_for_one_value(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    partial = [index for index in INDEXES if index.only and not index.retired]
    assert len(partial) > 12
    await mongo.ensure_indexes(INDEXES)
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        for index in partial:
            asked: dict[str, Any] = dict.fromkeys({name for name, _ in index.stored_keys()} - {"_id"}, "one")
            asked |= {name: rule for name, rule in index.only.items() if rule != FILLED}
            assert "$type" not in str(index.only), "a query for one value is not known to lie within it"
            plans = client[NAME][document_of(index.struct).collection].find(asked).explain()["queryPlanner"]
            assert repr(index.model().document["name"]) in str(plans), (index, asked)
