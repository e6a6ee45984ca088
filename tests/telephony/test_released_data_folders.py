"""`./call24 up` on data folders that earlier versions wrote (tests/data_folders), and on one that a newer one wrote."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from bson import json_util
from pymongo import MongoClient
from pymongo.database import Database
from tests.integration.backup.test_backups import database_alone
from tests.support.product.composed import composed
from tests.support.product.people import sign_in
from tests.support.product.stack import CACHE, CHECKOUT, RunningStack, free_base_port, wait_for
from tests.support.product.system import System

from call24.kit.settings import DATABASE, Settings
from call24.kit.version import VERSION
from call24.migrations.folder_stamp import NewerData
from call24.server.app import Call24
from call24.server.node import NodeProcess

pytestmark = pytest.mark.shares_stack("emptied")

FOLDERS = CHECKOUT / "tests" / "data_folders"
NAMES = sorted(folder.name for folder in FOLDERS.iterdir() if (folder / "about.json").exists())
SAID = {
    "before-schemas": (
        "words and priorities of tasks: 4 brought to schema 1", "lines of the journal's log: 3 brought to schema 2",
    ),
    "schema-2": (),
}  # fmt: skip
"""What the start says that it changes, in order, by folder."""
LINES = {"before-schemas": {18, 19, 20}, "schema-2": {1, 2, 3}}
"""Numbers of events that are in the journal afterwards; of the first folder those that only the single file had."""
EVERY_STEP_DONE = {"schema": 2, "version": VERSION, "done": [2], "finished": 2}


@contextlib.contextmanager
def installed(name: str, stamp: dict[str, Any] | None = None) -> Iterator[System]:
    """With the folder's database in a real MongoDB, and nothing running. `stamp`: which version changed it last."""
    base = Path(tempfile.mkdtemp(prefix="c24-"))
    system = System(Settings.on_ports(base / "data", free_base_port()).checked())
    shutil.copytree(FOLDERS / name / "data", system.settings.data)
    try:
        with database_alone(system.settings), database_of(system) as database:
            filled(database, name)
            if stamp is not None:
                database["schema"].insert_one({"_id": "stamp", **stamp})
        yield system
    finally:
        system.stop()
        shutil.rmtree(base, ignore_errors=True)


@contextlib.contextmanager
def database_of(system: System) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](system.settings.mongodb_uri(), tz_aware=True) as client:
        yield client[DATABASE]


def filled(database: Database[dict[str, Any]], name: str) -> None:
    """What is to be deleted some day is to be deleted as long from now as from then."""
    age = timedelta(days=(datetime.now(UTC) - datetime(2026, 11, 30, tzinfo=UTC)).days)
    for line in gzip.decompress((FOLDERS / name / "database.jsonl.gz").read_bytes()).splitlines():
        row = json_util.loads(line)
        for document in row["documents"]:
            if document.get("delete_at"):
                document["delete_at"] += age
        if row["documents"]:
            database[row["collection"]].insert_many(row["documents"])
        for index in row["indexes"].values():
            rest = {key: value for key, value in index.items() if key not in ("key", "v", "ns")}
            database[row["collection"]].create_index(index["key"], **rest)


def refused(system: System) -> str:
    """What `./call24 up` says when it refuses to start."""
    s = system.settings
    words = [sys.executable, "-m", "call24.cli", "up", "--data", str(s.data)]
    for flag in ("http", "sip", "sip-tls", "wss", "ari", "mongodb"):
        words += [f"--{flag}-port", str(getattr(s, f"{flag.replace('-', '_')}_port"))]
    words += ["--rtp-ports", f"{s.rtp_ports[0]}-{s.rtp_ports[1]}"]
    env = {**os.environ, "CALL24_CACHE": str(CACHE)}
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "name",
    [
        NAMES[0],
        *(
            pytest.param(
                name,
                marks=pytest.mark.long(
                    "test_a_released_data_folder_is_brought_to_todays_form_and_everything_in_it_is_found"
                ),
            )
            for name in NAMES[1:]
        ),
    ],
    ids=str,
)
async def test_a_released_data_folder_is_brought_to_todays_form_and_everything_in_it_is_found(name: str) -> None:
    """The oldest, at which every step has something to do, in each run."""
    about = json.loads((FOLDERS / name / "about.json").read_text())
    with installed(name) as system:
        system.start()
        wait_for(lambda: "Call24 is ready" in system.output.read_text())
        said = system.output.read_text()
        before = said[: said.index("Call24 is ready")]
        assert [line.partition(" in ")[0] for line in before.splitlines() if "call24: data: " in line] == [
            f"call24: data: {line}" for line in SAID[name]
        ]
        assert json.loads((system.settings.data / "schema.json").read_text()) == EVERY_STEP_DONE
        async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=20) as http:
            http.headers["Authorization"] = f"Bearer {await sign_in(http, about['anna'], about['password'])}"
            found = await http.post("/v1/tasks/search", json={"q": "bataa"})
            assert [task["title"] for task in found.json()["items"]] == ["Ring Батаа about the invoice"]
            by_priority = (await http.get("/v1/tasks", params={"sort": "priority"})).json()["items"]
            assert sorted(str(task["title"]) for task in by_priority) == [
                "None", "Order headsets", "Ring Батаа about the invoice", "Send the contract to Léa",
            ]  # fmt: skip
            normal = (await http.get("/v1/tasks", params={"priority": "normal"})).json()["items"]
            assert len(normal) == 4
        with database_of(system) as database:
            lines = [line["seq"] for line in database["journal"].find({"tenant_id": about["tenant_id"]})]
            assert LINES[name] <= set(lines)
            assert database["schema"].find_one()["done"] == [1]  # type: ignore[index]
        assert not (system.settings.data / "spool" / "journal.jsonl").exists()


@pytest.mark.long("test_server_and_node_refuse_a_newer_database")
def test_data_of_a_newer_version_is_refused_with_what_to_do_and_stays_as_it_is() -> None:
    with installed("before-schemas", {"schema": 90, "version": "9.8.7"}) as system:
        said = refused(system)
        assert "the database was changed by Call24 9.8.7 (schema 90)" in said
        assert "Start Call24 9.8.7 or a newer one, or restore a backup" in said
        with database_alone(system.settings), database_of(system) as database:
            assert database["tasks"].count_documents({"words": {"$exists": True}}) == 0
        newer = '{"schema": 91, "version": "9.9.0", "done": [], "finished": 91}'
        (system.settings.data / "schema.json").write_text(newer)
        before = changed_last(system.settings.data / "mongodb" / "db")
        assert "was changed by Call24 9.9.0 (schema 91)" in refused(system)
        assert changed_last(system.settings.data / "mongodb" / "db") == before  # nothing was started for it
        assert (system.settings.data / "schema.json").read_text() == newer


def changed_last(folder: Path) -> float:
    return max(file.stat().st_mtime for file in folder.rglob("*"))


@pytest.fixture
def stored(stack: RunningStack) -> Iterator[Database[dict[str, Any]]]:
    """The stamp is taken away at the end: the next server makes its own."""
    with MongoClient[dict[str, Any]](stack.settings.mongodb_uri()) as client:
        yield client[DATABASE]
        client[DATABASE]["schema"].delete_many({})
        client[DATABASE]["tasks"].delete_many({"_id": "tsk_old"})


async def test_the_server_does_it_itself_where_the_folder_does_not_tell_of_it(
    stack: RunningStack, stored: Database[dict[str, Any]]
) -> None:
    """As after a database was restored, or where an external one was away at the start."""
    stored["schema"].delete_one({"_id": "stamp"})
    stored["tasks"].insert_one({"_id": "tsk_old", "tenant_id": "ten_old", "title": "Ring Zoë"})
    async with composed(stack) as house:
        task = house.database["tasks"].find_one({"_id": "tsk_old"})
        assert task == {
            "_id": "tsk_old",
            "tenant_id": "ten_old",
            "title": "Ring Zoë",
            "words": ["ring", "zoe"],
            "priority": "normal",
        }


async def test_server_and_node_refuse_a_newer_database(stack: RunningStack, stored: Database[dict[str, Any]]) -> None:
    stored["schema"].replace_one({"_id": "stamp"}, {"schema": 90, "version": "9.8.7"}, upsert=True)
    for process in (Call24(stack.settings), NodeProcess(stack.settings)):
        with pytest.raises(NewerData, match=r"the database was changed by Call24 9\.8\.7"):
            async with asyncio.timeout(20):
                await process.run()
        await process.stop()
