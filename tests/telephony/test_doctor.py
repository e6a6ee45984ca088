"""The doctor on real installations: a well one in use, one whose server is missing, one whose database hangs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo
import pytest
from tests.support.database.database import collections
from tests.support.product.command import command
from tests.support.product.stack import RunningStack
from tests.support.product.system import System, running_system
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE, Settings
from call24.testphones.rtp import Tone

HOPS = [
    "installation", "permission", "organisation", "sign-in", "realtime socket", "agent's phone registers",
    "agent is available", "customer rings", "greeting", "agent's phone rings", "call on the agent's screen",
    "agent answers", "agent hears 1000 Hz", "customer hears 850 Hz", "customer hangs up", "call record",
    "record as realtime event", "recording", "cleaned up",
]  # fmt: skip


pytestmark = pytest.mark.shares_stack("asterisk")


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with running_system(watched=True) as running:
        yield running


def words(settings: Settings, *more: str) -> list[str]:
    return [sys.executable, "-m", "call24.cli", "doctor", "--data", str(settings.data), *more]


def examine(settings: Settings, *more: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = subprocess.run(words(settings, "--json", *more), capture_output=True, text=True, timeout=90)
    assert not done.stderr
    return done.returncode, {found["name"]: found for found in json.loads(done.stdout)["findings"]}


def examine_here(settings: Settings, *more: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The same in this process, for tests without an event loop."""
    done = command("doctor", "--data", str(settings.data), "--json", *more)
    assert not done.stderr
    return done.returncode, {found["name"]: found for found in json.loads(done.stdout)["findings"]}


def traces(settings: Settings) -> dict[str, set[str]]:
    """Every tenant id in each collection, and every folder and file of recordings."""
    with pymongo.MongoClient(settings.mongodb_uri()) as client:  # type: ignore[var-annotated]
        database = client[DATABASE]
        found = {name: {str(x) for x in database[name].distinct("tenant_id")} for name in collections(database)}
        found["tenants"] = {str(x) for x in database["tenants"].distinct("_id")}
    for folder in (settings.recordings, settings.recording_spool):
        found[folder.name] = {str(path) for path in Path(folder).rglob("*")}
    return found


async def settled(settings: Settings) -> dict[str, set[str]]:
    """The traces once nothing more is written behind: lines and what is made from them come home within a second."""
    before, now = None, traces(settings)
    while before != now:
        await asyncio.sleep(1.5)
        before, now = now, traces(settings)
    return now


def left(before: dict[str, set[str]], after: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is there that was not before."""
    return {name: new for name, those in after.items() if (new := those - before.get(name, set()))}


@pytest.mark.exact
async def test_a_test_call_passes_every_hop_leaves_nothing_and_disturbs_nobody(system: System) -> None:
    async with system.organisation("Busy") as busy:
        agent = await busy.agent("Anna Agent")
        await agent.be("available")
        call = await busy.customer().dial(busy.number, Tone(1000))
        assert agent.phone is not None
        offer = await agent.phone.next_call()
        await offer.answer(tone_hz=850)
        assert await call.ear.hears(850, 5)
        assert await offer.ear.hears(1000, 5)
        before, from_here = await settled(system.settings), time.time()

        status, found = await asyncio.to_thread(examine, system.settings, "--call")

        assert {name: finding["seen"] for name, finding in found.items() if finding["state"] != "pass"} == {}
        assert status == 0
        assert list(found) == HOPS
        assert left(before, traces(system.settings)) == {}
        until = time.time() - 0.2
        assert call.ear.longest_gap(850, from_here, until) < 0.2
        assert offer.ear.longest_gap(1000, from_here, until) < 0.2
        call.hang_up()
        await offer.ended(5)
        # The doctor's trunk had this organisation's address: calls still come in.
        again = await busy.customer().dial(busy.number)
        second = await agent.phone.next_call()
        again.hang_up()
        await second.ended(5)

        async def stored() -> bool:
            answered = [record for record in await busy.records() if record["outcome"] == "answered"]
            return bool(answered) and answered[0]["recording"]["state"] == "stored"

        await wait_until(stored, 10)  # so that the next test sees what its own doctor leaves, and no more


@pytest.mark.long("unit/doctor/test_doctor.py::test_a_step_that_is_broken_off_did_not_pass")
async def test_a_doctor_that_is_interrupted_in_its_call_cleans_up_and_fails(system: System) -> None:
    before = await settled(system.settings)
    doctor = await asyncio.create_subprocess_exec(
        *words(system.settings, "--call"), stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    assert doctor.stdout is not None
    said = ""
    async with asyncio.timeout(30):
        while "greeting" not in said:
            said = (await doctor.stdout.readline()).decode()
        assert traces(system.settings) != before
        doctor.send_signal(signal.SIGINT)
        rest = (await doctor.stdout.read()).decode()
        assert await doctor.wait() == 1
    assert "cleaned up" in rest
    assert "was interrupted" in rest
    assert left(before, traces(system.settings)) == {}


@pytest.mark.long("test_what_is_well_passes_and_a_missing_server_is_named_with_what_to_do")
async def test_the_checks_of_a_well_installation_pass(system: System) -> None:
    async with system.organisation("Two phones") as org:
        await org.agent("Anna Agent")
        status, found = await asyncio.to_thread(examine, system.settings)
        assert status == 0
        assert {name for name, finding in found.items() if finding["state"] == "fail"} == set()
        assert "1 phones registered" in found["phones"]["seen"]
        assert found["database"]["seen"] == (
            "MongoDB 6.0.27, authenticated, accepts writes; "
            "embedded, for evaluation and for small teams behind a firewall"
        )


@pytest.mark.long(
    "integration/doctor/test_doctor_database.py::"
    "test_a_night_that_found_differences_is_a_warning_and_a_call_of_nobody_is_told"
)
async def test_a_night_that_found_differences_is_a_warning_and_a_call_of_nobody_is_told(system: System) -> None:
    now = datetime.now(UTC)
    day = (now - timedelta(days=1)).date().isoformat()
    late = {"made_at": now, "delete_at": now + timedelta(days=9)}
    night = {"_id": f"ten_x:{day}", "tenant_id": "ten_x", "day": day, "state": "done", "calls": 7, "found": 2, **late}
    with pymongo.MongoClient(system.settings.mongodb_uri()) as client:  # type: ignore[var-annotated]
        database = client[DATABASE]
        database["reconciliations"].insert_one(night)
        database["strays"].insert_one({"_id": day, "found": 1, "findings": [], **late})
        try:
            status, found = await asyncio.to_thread(examine, system.settings)
            told = found["reconciliation"]
            assert (status, told["state"]) == (0, "warn")
            assert f"2 differences from Asterisk's own log: {day}" in told["seen"]
            database["reconciliations"].update_one({"_id": night["_id"]}, {"$set": {"found": 0}})
            _, found = await asyncio.to_thread(examine, system.settings)
            assert found["reconciliation"]["state"] == "pass"
            assert found["reconciliation"]["seen"].startswith("7 calls of the last 7 days")
            assert "1 have no call record" in found["reconciliation"]["seen"]
        finally:
            database["reconciliations"].delete_one({"_id": night["_id"]})
            database["strays"].delete_one({"_id": day})


@pytest.mark.long("integration/doctor/test_doctor_database.py::test_a_database_that_hangs_is_named")
async def test_a_database_that_hangs_is_named(system: System) -> None:
    with system.stopped("mongod"):
        await wait_until(lambda: not system.ready(), 10)  # what /health/ready tells may be a second old
        status, found = await asyncio.to_thread(examine, system.settings)
    assert status == 1
    assert found["database"]["state"] == "fail"
    assert "mongod.log" in found["database"]["advice"]
    assert "mongodb away" in found["server"]["seen"]
    assert found["asterisk"]["state"] == "pass"
    await wait_until(system.ready, 10)


def test_what_is_well_passes_and_a_missing_server_is_named_with_what_to_do(stack: RunningStack) -> None:
    status, found = examine_here(stack.settings)
    assert status == 1
    well = (
        "python",
        "recordings folder",
        "database",
        "asterisk",
        "asterisk modules",
        "channel log",
        "reconciliation",
        "change feed",
        "trunk port",
        "phones",
    )
    assert {name: found[name]["state"] for name in (*well, "phones' websocket")} == dict.fromkeys(
        (*well, "phones' websocket"), "pass"
    )
    assert found["server"]["state"] == "fail"
    assert "./call24 up" in str(found["server"]["advice"])
    assert found["application"]["state"] == "fail"


def test_a_test_call_without_a_server_is_not_even_tried(stack: RunningStack) -> None:
    status, found = examine_here(stack.settings, "--call")
    assert status == 1
    assert list(found) == ["installation", "permission"]
