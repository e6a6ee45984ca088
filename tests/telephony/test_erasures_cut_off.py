"""An erasure holds while MongoDB is away, and goes on where `kill -9` of the server cut it off."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from pymongo.database import Database
from tests.support.product.composed import made_up
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.call_records.call_record import CallRecord
from call24.kit.settings import DATABASE

ERASED, KEPT, NAME = "+442079468191", "+442079468192", "Canarissa"
RECORDS = 4_000
"""More than are deleted at once."""


@pytest.fixture
def database(doomed: System) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](doomed.settings.mongodb_admin_uri()) as client:
        yield client[DATABASE]


@contextlib.contextmanager
def held(database: Database[dict[str, Any]], call_id: str) -> Iterator[None]:
    """Another transaction has written to this record, which is deleted after that has ended and not before."""
    with database.client.start_session() as session:
        session.start_transaction()
        database["call_records"].update_one({"_id": call_id}, {"$set": {"held": True}}, session=session)
        yield
        session.abort_transaction()


async def rings(acme: Organisation, anna: Agent, number: str, name: str = "") -> dict[str, Any]:
    """A call that Anna takes; the card that she sees of its caller, once it has this name, if one is given."""
    call = await acme.customer(number, name).dial(acme.number)
    await (await anna.rings(20)).answer()
    await anna.call_is("connected", 20)

    async def card() -> dict[str, Any] | None:
        """What is not read within a quarter of a second is missing from it, and shown the next time."""
        shown = (await anna.call_is("connected"))["card"]
        return dict(shown) if not name or shown["name"] == name else None

    found = await wait_until(card, 20)
    assert found is not None
    call.hang_up()
    await anna.becomes("available", 20)
    return found


async def test_who_was_erased_is_unknown_also_while_mongodb_is_away(
    doomed: System, database: Database[dict[str, Any]]
) -> None:
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        first = {number: await rings(acme, anna, number, NAME) for number in (ERASED, KEPT)}
        assert {card["name"] for card in first.values()} == {NAME}
        await acme.ended(2)
        gone = first[ERASED]["contact_id"]
        assert (await acme.http.post(f"/v1/contacts/{gone}/erase", json={"reason": "asked"})).status_code == 200
        with doomed.stopped("mongod"):
            erased, kept = await rings(acme, anna, ERASED), await rings(acme, anna, KEPT)
            assert kept["contact_id"] == first[KEPT]["contact_id"], "whoever was not erased is who they were"
            assert erased["contact_id"] not in (gone, None)
            assert (erased["name"], erased["calls_this_week"], erased["last_call"]) == (None, 0, None)
        await doomed.whole()
        records = await acme.ended(3, 30)
        assert [one["contact_id"] for one in records if one["number"] == ERASED] == [erased["contact_id"]]
        assert database["contacts"].find_one({"_id": gone}) is None


async def test_an_erasure_that_kill_9_cut_off_is_finished_after_the_restart(
    doomed: System, database: Database[dict[str, Any]]
) -> None:
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        gone = (await rings(acme, anna, ERASED, NAME))["contact_id"]
        await acme.ended()
        theirs = {"tenant_id": acme.tenant_id, "contact_id": gone}
        now = datetime.now(UTC)
        record = made_up(CallRecord, acme.tenant_id, now + timedelta(days=30)) | theirs
        record |= {"arrived_at": now, "ended_at": now}
        calls = [record | {"_id": f"call_{acme.tenant_id[-8:]}{number:05}"} for number in range(RECORDS)]
        database["call_records"].insert_many(calls)

        wish = acme.http.post(f"/v1/contacts/{gone}/erase", json={"reason": "asked"}, timeout=60)
        with held(database, calls[-1]["_id"]):  # so it is not done before the kill, however late that comes
            erasing = asyncio.create_task(wish)
            await wait_until(lambda: database["call_records"].count_documents(theirs) <= RECORDS, 30)
            killed = doomed.kill("server")
            with pytest.raises(httpx.TransportError):
                await erasing
            left = database["call_records"].count_documents(theirs)
            assert 0 < left <= RECORDS and database["contacts"].find_one({"_id": gone}), "it was cut off in its midst"
            assert database["erased_callers"].find_one({"tenant_id": acme.tenant_id, "erasing": True})

        await doomed.restarted("server", killed, 60)
        assert (await rings(acme, anna, ERASED))["contact_id"] != gone, "unknown from the first call on"
        named = {"subject": "sha256:" + hashlib.sha256(gone.encode()).hexdigest()}
        receipt = await wait_until(lambda: database["erasure_receipts"].find_one(named), 90)
        assert (receipt["rule"], receipt["interrupted"]) == ("caller_erasure", True)
        assert database["call_records"].count_documents(theirs) == 0
        assert database["contacts"].find_one({"_id": gone}) is None
        # The receipt is written before the line of the register: after a kill between them it would be asked for again.
        erasing_still = {"tenant_id": acme.tenant_id, "erasing": True}
        await wait_until(lambda: database["erased_callers"].find_one(erasing_still) is None, 10)
