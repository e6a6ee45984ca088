"""`./call24 rebuild`: the call records come from the journal alone, to the byte."""

from __future__ import annotations

import asyncio

import pytest
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import System

from call24.kit.settings import DATABASE


def stored(records: Collection[RawBSONDocument]) -> dict[str, bytes]:
    """Each record as MongoDB keeps it."""
    return {str(document["_id"]): document.raw for document in records.find()}


async def rebuild(system: System) -> str:
    words = (str(CHECKOUT / "call24"), "rebuild", "--data", str(system.settings.data))
    running = await asyncio.create_subprocess_exec(*words, stdout=-1, stderr=-2, cwd=CHECKOUT)
    said, _ = await running.communicate()
    assert running.returncode == 0, said.decode()
    return said.decode()


@pytest.mark.long("integration/call_records/test_projector.py::test_rebuild_mends_a_damaged_record_and_counts_it")
@pytest.mark.long("integration/call_records/test_projector.py::test_rebuild_makes_identical_records_and_says_so")
async def test_records_that_were_damaged_or_lost_are_made_again_to_the_byte(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        refused = await acme.dial()
        (await anna.rings()).decline()
        await anna.becomes("available")
        refused.hang_up()
        for _ in range(2):
            talk = await acme.talk(anna)
            assert await anna.act(talk.call_id, "hold") == 202
            talk.call.hang_up()
            await anna.becomes("available")
        records = await acme.ended(3)
        with MongoClient(system.settings.mongodb_uri(), document_class=RawBSONDocument) as mongo:
            kept = mongo.get_database(DATABASE).get_collection("call_records")
            before = stored(kept)
            assert {record["id"] for record in records} <= before.keys()
            assert "0 of them had differed" in await rebuild(system)
            assert stored(kept) == before
            damaged, lost, _ = (record["id"] for record in records)
            kept.update_one({"_id": damaged}, {"$set": {"talk_s": 999.0, "outcome": "failed"}, "$unset": {"cause": 1}})
            kept.delete_one({"_id": lost})
            assert stored(kept) != before
            assert "2 of them had differed" in await rebuild(system)
            assert stored(kept) == before
        assert await acme.ended(3) == records
