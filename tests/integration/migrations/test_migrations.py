"""Steps are done once, in order, resumed after a kill, and refused where a newer version was, with a real MongoDB."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymongo
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod

from call24.kit.clock import SystemClock
from call24.kit.mongo import Mongo, StoredDocuments
from call24.kit.mongo.being_restored import BeingRestored, NotEmpty, Restorer
from call24.kit.version import VERSION
from call24.migrations.folder_stamp import DamagedStamp, NewerData, RestoreCutOff
from call24.migrations.run import Migrations
from call24.migrations.step import Batch, DatabaseStep, FolderStep

CHILD = Path(__file__).parents[2] / "support" / "database" / "migrating.py"


def old_task(number: int, **more: Any) -> dict[str, Any]:
    return {"_id": f"tsk_{number:06}", "tenant_id": f"ten_{number % 3}", "title": f"Ring Zoë {number}", **more}


@pytest.fixture
def tasks(mongo: Mongo, mongod: RunningMongod) -> Any:
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        yield client[NAME]["tasks"]
        client[NAME]["tasks"].delete_many({})


def stamp_of(mongod: RunningMongod) -> dict[str, Any]:
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        found = client[NAME]["schema"].find_one()
        assert found is not None
        return found


async def run(mongo: Mongo, data: Path, **more: Any) -> list[str]:
    said: list[str] = []
    await Migrations(mongo, data, SystemClock(), **more).run(said.append)
    return said


async def test_tasks_of_an_earlier_version_get_words_and_a_priority_and_others_stay(
    mongo: Mongo, tasks: Any, tmp_path: Path, mongod: RunningMongod
) -> None:
    today = old_task(9, words=["mine"], priority="high")
    tasks.insert_many([old_task(1), old_task(2, title=None), today])
    said = await run(mongo, tmp_path)
    assert tasks.find_one({"_id": "tsk_000001"}) == old_task(1, words=["ring", "zoe", "1"], priority="normal")
    assert tasks.find_one({"_id": "tsk_000002"}) == old_task(2, title=None, words=[], priority="normal")
    assert tasks.find_one({"_id": "tsk_000009"}) == today
    assert [line.partition(" in ")[0] for line in said] == [
        "data: words and priorities of tasks: 2 brought to schema 1"
    ]
    assert json.loads((tmp_path / "schema.json").read_text()) == {
        "schema": 2, "version": VERSION, "done": [2], "finished": 2,
    }  # fmt: skip
    assert {key: stamp_of(mongod)[key] for key in ("schema", "done", "reached")} == {
        "schema": 2, "done": [1], "reached": {},
    }  # fmt: skip


async def test_a_step_that_is_done_is_not_done_again(mongo: Mongo, tasks: Any, tmp_path: Path) -> None:
    await run(mongo, tmp_path)
    tasks.insert_one(old_task(1))
    assert await run(mongo, tmp_path) == []
    assert "words" not in (tasks.find_one() or {})


def killed_at(mongod: RunningMongod, data: Path, batch: int) -> None:
    """A process that does the steps in batches of ten, and is killed when it has said that so many are stored."""
    words = [sys.executable, str(CHILD), mongod.uri, str(data)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin
        assert child.stdout
        for _ in range(batch):
            assert child.stdout.readline() == "stored\n"
            child.stdin.write("go\n")
            child.stdin.flush()
        assert child.stdout.readline() == "stored\n"
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL


async def test_a_killed_one_is_gone_on_with_where_it_was_and_an_earlier_version_refuses_what_it_left(
    mongo: Mongo, tasks: Any, tmp_path: Path, mongod: RunningMongod
) -> None:
    tasks.insert_many([old_task(number) for number in range(1000)])
    killed_at(mongod, tmp_path, 3)
    assert tasks.count_documents({"words": {"$exists": True}}) == 40  # the fourth batch, whose place was not noted yet
    assert stamp_of(mongod)["reached"] == {"1": "tsk_000029"}
    assert stamp_of(mongod)["schema"] == 2
    assert json.loads((tmp_path / "schema.json").read_text())["schema"] == 2
    assert json.loads((tmp_path / "schema.json").read_text())["finished"] == 0
    tasks.update_one({"_id": "tsk_000003"}, {"$unset": {"words": 1}})  # behind the place: it is not read again
    said = await run(mongo, tmp_path)
    assert said[0] == "data: words and priorities of tasks: going on where an earlier start was ended"
    assert said[1].startswith("data: words and priorities of tasks: 960 brought")
    assert tasks.count_documents({"words": {"$exists": False}}) == 1


async def test_killed_at_any_batch_the_end_is_the_same(
    mongo: Mongo, tasks: Any, tmp_path: Path, mongod: RunningMongod
) -> None:
    tasks.insert_many([old_task(number) for number in range(35)])
    for batch in (0, 1, 0):
        killed_at(mongod, tmp_path, batch)
    await run(mongo, tmp_path)
    for number in range(35):
        assert tasks.find_one({"_id": f"tsk_{number:06}"})["words"] == ["ring", "zoe", str(number)]


async def test_a_newer_stamp_in_the_database_or_the_folder_is_refused_and_nothing_is_changed(
    mongo: Mongo, tasks: Any, tmp_path: Path, mongod: RunningMongod
) -> None:
    tasks.insert_one(old_task(1))
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["schema"].insert_one({"_id": "stamp", "schema": 3, "version": "7.0.0", "unknown": {"x": 1}})
    with pytest.raises(
        NewerData, match=r"the database was changed by Call24 7\.0\.0 \(schema 3\).*knows schemas up to 2"
    ):
        await run(mongo, tmp_path)
    assert not (tmp_path / "schema.json").exists()
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["schema"].delete_many({})
    (tmp_path / "schema.json").write_text('{"schema": 3, "version": "7.0.0", "done": [1, 2, 3], "finished": 3}')
    with pytest.raises(NewerData, match=r"Start Call24 7\.0\.0 or a newer one, or restore a backup"):
        await run(mongo, tmp_path)
    assert "words" not in (tasks.find_one() or {})


async def test_a_database_that_a_restore_has_filled_in_part_is_refused(
    mongo: Mongo, tasks: Any, tmp_path: Path, mongod: RunningMongod
) -> None:
    tasks.insert_one(old_task(1))
    restorer = Restorer("pbx", "here", 7, "1", datetime(2026, 12, 1, tzinfo=UTC), "a")
    BeingRestored(mongod.uri, "nothing", restorer).begin()
    with pytest.raises(NotEmpty):
        BeingRestored(mongod.uri, NAME, restorer).begin()
    BeingRestored(mongod.uri, "nothing", another := restorer._replace(run="b")).undo()
    for refused in (
        BeingRestored(mongod.uri, "nothing", another).finish,
        BeingRestored(mongod.uri, NAME, another).begin,
    ):
        with pytest.raises(NotEmpty):
            refused()
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["schema"].insert_one(client["nothing"]["schema"].find_one() or {})
    with pytest.raises(RestoreCutOff, match=r"run `\./call24 restore` again on that machine"):
        await run(mongo, tmp_path)
    assert not (tmp_path / "schema.json").exists()
    assert "words" not in (tasks.find_one() or {})


@pytest.mark.parametrize("content", ["", "[]", '{"schema": "x"}', '{"schema": 1}', "\0" * 50])
async def test_a_damaged_stamp_is_not_taken_for_none(mongo: Mongo, tmp_path: Path, content: str) -> None:
    (tmp_path / "schema.json").write_text(content)
    with pytest.raises(DamagedStamp, match=r"schema\.json is damaged.*put it back from a backup"):
        await run(mongo, tmp_path)


async def test_steps_are_done_in_order_and_an_error_leaves_those_behind_it_undone(
    mongo: Mongo, tmp_path: Path, mongod: RunningMongod
) -> None:
    done: list[str] = []

    def step(number: int, fails: bool = False) -> DatabaseStep:
        async def batch(stored: StoredDocuments, after: str) -> Batch:
            if fails:
                raise OSError("the disk is full")
            done.append(f"{number} {after}")
            return Batch(1, "a" if not after else None)

        return DatabaseStep(number=number, what=f"step {number}", batch=batch)

    folder = FolderStep(number=2, what="step 2", change=lambda data: done.append(f"2 {data.name}") or 1)
    with pytest.raises(OSError, match="full"):
        await run(mongo, tmp_path, steps=(step(1), folder, step(3, fails=True), step(4)))
    assert done == ["1 ", "1 a", f"2 {tmp_path.name}"]
    assert stamp_of(mongod)["done"] == [1]
    await run(mongo, tmp_path, steps=(step(1), folder, step(3), step(4)))
    assert done[3:] == ["3 ", "3 a", "4 ", "4 a"]
