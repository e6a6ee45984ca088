"""What follows a backup of a real MongoDB is copied, also after a kill, and a restore goes to an instant in it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from tests.support import in_memory
from tests.support.database.mongod import RunningMongod
from tests.support.product.backups import OperatorHere as Operator
from tests.support.product.backups import database_alone
from tests.support.product.stack import free_base_port, wait_for

from call24.installer import backup_note
from call24.kit.settings import DATABASE, Settings

TEN = "ten_01m8hd0nbcade9gb432rtwavzp"
USER, PASSWORD = "point_in_time", "of this test alone"


@pytest.fixture
def database(mongod: RunningMongod) -> Iterator[Database[dict[str, Any]]]:
    """Of a user with the rights that Call24 has on a database elsewhere, and no others."""
    with MongoClient[dict[str, Any]](mongod.uri) as admin:
        roles = [{"role": role, "db": DATABASE} for role in ("readWrite", "dbAdmin")]
        admin.admin.command("createUser", USER, pwd=PASSWORD, roles=roles)
        with MongoClient[dict[str, Any]](as_user(mongod)) as client:
            yield client[DATABASE]
        admin.admin.command("dropUser", USER)
        admin.drop_database(DATABASE)


def as_user(mongod: RunningMongod) -> str:
    there = f"127.0.0.1:{mongod.port}/?directConnection=true&authSource=admin"
    return f"mongodb://{USER}:{PASSWORD.replace(' ', '%20')}@{there}"


@pytest.fixture
def settings(mongod: RunningMongod, database: Database[dict[str, Any]], tmp_path: Path) -> Settings:
    """A data folder with a recording, whose organisation is in that database."""
    uri = tmp_path / "mongodb-uri"
    uri.write_text(as_user(mongod))
    settings = Settings(data=tmp_path / "data", mongodb_uri_file=uri).checked()
    settings.run.mkdir(parents=True)
    settings.save(settings.run / "settings.json")
    put(settings, "secrets/app.key", b"ab" * 32)
    database["tenants"].insert_one({"_id": TEN, "name": "Acme"})
    records(settings, database, "rec_1")
    return settings


@pytest.fixture
def new() -> Iterator[Settings]:
    with in_memory.folder("c24-backup-") as folder:
        yield Settings.on_ports(folder / "data", free_base_port()).checked()


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path / "disk")


def put(settings: Settings, path: str, content: bytes) -> Path:
    place = settings.data / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def records(settings: Settings, database: Database[dict[str, Any]], id: str) -> None:
    put(settings, f"recordings/{TEN}/{id}.c24", id.encode() * 1000)
    database["recordings"].insert_one({"_id": id, "tenant_id": TEN})


def deletes(settings: Settings, database: Database[dict[str, Any]], id: str) -> None:
    database["recordings"].delete_one({"_id": id})
    (settings.data / f"recordings/{TEN}/{id}.c24").unlink()


def next_second() -> str:
    """Waits for it: what was written is before it, what will be is not."""
    at = int(time.time()) + 1
    wait_for(lambda: time.time() >= at)
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def segments(operator: Operator) -> list[Path]:
    return sorted(path for path in operator.store.glob("segments/*/*") if path.suffix == "")


def follows(operator: Operator, settings: Settings, *more: str) -> tuple[str, ...]:
    return "backup", "follow", str(operator.store), "--data", str(settings.data), *operator.opens, *more


def recordings(settings: Settings) -> list[str]:
    return sorted(path.stem for path in settings.data.glob("recordings/*/*"))


def test_a_follower_that_was_killed_goes_on_and_a_restore_goes_to_an_instant_between_two_changes(
    settings: Settings, database: Database[dict[str, Any]], operator: Operator, new: Settings
) -> None:
    contacts, calls = database["contacts"], database["calls"]
    contacts.insert_one({"_id": "con_1", "name": "Ada", "tags": ["a", "b", "c"]})
    operator.backs_up(settings)
    before = next_second()
    with database.client.start_session() as session, session.start_transaction():
        contacts.update_one({"_id": "con_1"}, {"$set": {"name": "Ada L."}, "$pull": {"tags": "b"}}, session=session)
        calls.insert_one({"_id": "call_1"}, session=session)
    database["tokens"].insert_one({"_id": "tok_1", "secret": "opens a door"})
    records(settings, database, "rec_2")
    following = subprocess.Popen([sys.executable, "-m", "call24.cli", *follows(operator, settings, "--every-s", "1")])
    try:
        wait_for(lambda: segments(operator), 20)
        contacts.insert_one({"_id": "con_2"})
    finally:
        following.kill()
        following.wait()
    between = next_second()
    contacts.delete_many({})
    deletes(settings, database, "rec_1")
    deletes(settings, database, "rec_2")
    records(settings, database, "rec_3")
    erased = {"id": "rcp_1", "at": datetime.now(UTC).isoformat()}
    put(settings, "register/deleted.jsonl", json.dumps(erased).encode() + b"\n")
    done, last_write = len(segments(operator)), datetime.now(UTC)
    assert f"followed to {datetime.now(UTC):%Y-%m-%d}" in operator.did(*follows(operator, settings, "--once"))
    assert len(segments(operator)) == done + 1
    note = backup_note.read(settings.data)
    assert note and note.followed and note.followed.timestamp() >= last_write.timestamp() - 1
    assert not [path for path in operator.store.rglob("*") if path.is_file() and b"Ada L." in path.read_bytes()]

    said = operator.restores(new, "--until", between)
    assert f"is the installation of {between[:10]} {between[11:19]} UTC" in said, said
    assert "was left out" in said and "has 1 of after this time" in said
    assert json.loads((new.data / "register/deleted.jsonl").read_bytes()) == erased
    assert recordings(new) == ["rec_1", "rec_2"]
    with database_alone(new), MongoClient[dict[str, Any]](new.mongodb_uri()) as client:
        there = client[DATABASE]
        assert list(there["contacts"].find()) == [
            {"_id": "con_1", "name": "Ada L.", "tags": ["a", "c"]},
            {"_id": "con_2"},
        ]
        assert there["calls"].count_documents({}) == 1
        assert there["tokens"].count_documents({}) == 0
        assert [one["_id"] for one in there["recordings"].find()] == ["rec_1", "rec_2"]
    whole = operator.did("backup", "verify", str(operator.store), *operator.opens)
    assert "what follows it is whole up to" in whole, whole
    refused = operator.tried("restore", str(operator.store), *operator.opens, "--until", before[:-1])
    assert refused.returncode == 1 and "has no time zone" in refused.stderr


def test_a_second_backup_is_followed_from_its_own_instant_once_the_first_reaches_to_it(
    settings: Settings, database: Database[dict[str, Any]], operator: Operator
) -> None:
    operator.backs_up(settings)
    database["contacts"].insert_one({"_id": "con_1"})
    operator.did(*follows(operator, settings, "--once"))
    database["contacts"].insert_one({"_id": "con_2"})
    operator.backs_up(settings)
    database["contacts"].insert_one({"_id": "con_3"})
    operator.did(*follows(operator, settings, "--once"))
    listed = operator.did("backup", "list", str(operator.store)).splitlines()
    assert ["; followed to " in line for line in listed] == [True, True], listed
    first, second = sorted(operator.store.glob("segments/*"))
    assert (len(list(first.iterdir())), len(list(second.iterdir()))) == (2, 1)


def test_what_cannot_be_followed_is_said(
    settings: Settings, database: Database[dict[str, Any]], operator: Operator
) -> None:
    def refused(*more: str) -> str:
        done = operator.tried(*follows(operator, settings, "--once", *more))
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        return done.stderr

    assert "there is no whole backup in" in refused()
    operator.backs_up(settings)
    assert "--every-s: give 1 to 300" in refused("--every-s", "0")
    database["contacts"].insert_one({"_id": "con_1"})
    operator.did(*follows(operator, settings, "--once"))
    put(settings, "schema.json", b'{"schema": 1, "version": "0.0.1", "done": [], "finished": 1}')
    assert "Call24 was upgraded, and its data changed. What follows " in (said := refused())
    assert "make another backup, which can be followed again" in said
    (settings.data / "schema.json").unlink()
    put(settings, "secrets/app.key", b"cd" * 32)
    assert "the app key was replaced, or " in refused()
    put(settings, "secrets/app.key", b"ab" * 32)
    database.client.drop_database(DATABASE)
    assert "the database was dropped. What follows " in refused()
    [last] = segments(operator)[-1:]
    last.write_bytes(last.read_bytes()[:-1])
    assert "was changed, moved or cut off" in refused()
