"""Backups of a real MongoDB and a data folder: of one instant, whole or not there, and opened by their owner alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from tests.support import in_memory
from tests.support.object_stores import running_swift
from tests.support.product.backups import OperatorHere as Operator
from tests.support.product.backups import database_alone
from tests.support.product.bucket_backups import BucketOperator
from tests.support.product.stack import free_base_port, wait_for
from tests.support.running import runs

from call24.backup.folder import held
from call24.backup.keys import BackupKey, Opener
from call24.backup.unfinished import Unfinished
from call24.kit.mongo.whole import one_instant
from call24.kit.settings import DATABASE, Settings
from call24.kit.version import SCHEMA

TEN = "ten_01m8hd0nbcade9gb432rtwavzp"
SOUND = hashlib.shake_256(b"a recording").digest(700_000)
IN_IT = (
    "spool/journal/000001.segment",
    "audit/lines.1",
    "audit/checkpoints.1",
    f"asterisk/var/spool/prompts/{TEN}/prm_1.wav",
)
NOT_IN_IT = ("recordings/pending/rec_9", f"exports/{TEN}/exp_1.csv", f"asterisk/var/spool/recording/{TEN}/rec_9.wav")
SMALL_DISK = "size=3m,mode=700"
KILLED_AS_IT_FILLS = """
import os, sys
from call24.cli.__main__ import main
from call24.kit.mongo.whole import Written
add = Written.add
def adds(self, collection, documents):
    add(self, collection, documents)
    if collection == "m_between":
        os.kill(os.getpid(), 9)
Written.add = adds
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Has two backups of the stack as it is at first, which are made there: tests change it."""
    return Operator(tmp_path_factory.mktemp("made") / "disk")


@pytest.fixture(scope="module")
def settings(made_once: Operator) -> Iterator[Settings]:
    """MongoDB and a data folder with a recording and an attachment, of which `made_once` has two backups."""
    with in_memory.folder("c24-backup-") as folder:
        settings = Settings.on_ports(folder / "data", free_base_port()).checked()
        with database_alone(settings):
            put(settings, f"recordings/{TEN}/rec_1.c24", SOUND)
            put(settings, f"files/{TEN}/fil_1.c24", b"an attachment")
            put(settings, "secrets/app.key", b"ab" * 32)
            for path in IN_IT + NOT_IN_IT:
                put(settings, path, path.encode())
            with MongoClient[dict[str, Any]](settings.mongodb_uri()) as client:
                client[DATABASE]["tenants"].insert_one({"_id": TEN, "name": "Acme"})
            for _ in range(2):
                made_once.backs_up(settings)
            yield settings


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](settings.mongodb_uri()) as client:
        yield client[DATABASE]


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path / "disk")


@pytest.fixture
def backed_up(settings: Settings, made_once: Operator, operator: Operator) -> Operator:
    """Has a copy of those two backups, which the test may damage."""
    shutil.copytree(made_once.store, operator.store)
    return operator


def put(settings: Settings, path: str, content: bytes) -> Path:
    place = settings.data / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


@pytest.fixture
def new(settings: Settings) -> Iterator[Settings]:
    """Where nothing is yet, with a short path."""
    with in_memory.folder("c24-backup-") as folder:
        yield Settings.on_ports(folder / "data", free_base_port()).checked()


def names(operator: Operator) -> list[str]:
    said = operator.did("backup", "list", str(operator.store))
    return [] if said.startswith("there is no") else [line.partition(":")[0] for line in said.splitlines()]


def sealed(operator: Operator, name: str) -> Path:
    return operator.store / "backups" / names(operator)[-1] / name


def refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert done.returncode == 1 and said in done.stderr, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def tries_to_restore(operator: Operator, new: Settings, *more: str) -> subprocess.CompletedProcess[str]:
    words = ["restore", str(operator.store), "--data", str(new.data), "--mongodb-port", str(new.mongodb_port)]
    return operator.tried(*words, *(more or operator.opens))


def start_would_say(data: Path, mongodb: Path) -> str:
    """What the step of a start that looks at the database has against it. `mongodb`: file with its URI."""
    data.joinpath("run").mkdir(parents=True)
    Settings(data=data, mongodb_uri_file=mongodb).save(data / "run" / "settings.json")
    words = [sys.executable, "-m", "call24.installer.prepare", "migrations", "--data", str(data)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False).stderr


def test_what_is_written_while_the_backup_is_made_is_in_it_wholly_or_not_at_all(
    settings: Settings, database: Database[dict[str, Any]], new: Settings, tmp_path: Path
) -> None:
    """Each number is written to the collection that is read first, and then to the one that is read last."""
    operator = Operator(tmp_path / "disk", passphrase=True)
    first, between, last = "a_first", "m_between", "z_last"
    database[between].insert_many({"text": "x" * 4000} for _ in range(3000))
    database["users"].insert_one({"_id": "usr_1", "name": "Ada", "operator_since": datetime.now(UTC)})
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.wait(0.001):
            database[first].insert_one({"_id": number})
            database[last].insert_one({"_id": number})
            number += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        wait_for(lambda: database[last].count_documents({}) > 100)
        operator.backs_up(settings, "--mb-per-s", "4")
        written = database[last].count_documents({})
    finally:
        done.set()
        writing.join()
    assert "name its operators again (./call24 operator add)" in operator.restores(new)
    with database_alone(new), MongoClient[dict[str, Any]](new.mongodb_uri()) as client:
        there = client[DATABASE]
        ada = there["users"].find_one()
        assert ada == {"_id": "usr_1", "name": "Ada", "operator_since": None}, "it may have been taken back since"
        ours, theirs = there[first].count_documents({}), there[last].count_documents({})
        assert 100 < theirs <= ours <= theirs + 1, (theirs, ours)
        assert ours < written - 100, "much was written while it was made"
        assert there[between].count_documents({}) == 3000
        assert (new.data / f"recordings/{TEN}/rec_1.c24").read_bytes() == SOUND
        assert (new.data / "secrets/app.key").read_bytes() == b"ab" * 32
        assert [path for path in IN_IT if (new.data / path).read_bytes() != path.encode()] == []
        assert [path for path in NOT_IN_IT if (new.data / path).exists()] == []
        assert stat(new.data / "secrets/app.key") == 0o600 and stat(new.data) == 0o700
        here = (settings.data / f"recordings/{TEN}/rec_1.c24").stat().st_mtime_ns
        assert (new.data / f"recordings/{TEN}/rec_1.c24").stat().st_mtime_ns == here, "else it is stored anew"
    for name in (first, between, last, "users"):
        database.drop_collection(name)


def stat(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_recording_is_stored_once_and_goes_with_the_last_backup_that_has_it(
    settings: Settings, operator: Operator
) -> None:
    operator.backs_up(settings, "--keep-days", "1")
    objects = {file.name: file.stat().st_ino for file in operator.store.glob("objects/??/*")}
    assert len(objects) == 3
    more = put(settings, f"recordings/{TEN}/rec_2.c24", SOUND[::-1])
    operator.backs_up(settings)
    again = {file.name: file.stat().st_ino for file in operator.store.glob("objects/??/*")}
    assert objects.items() < again.items() and len(again) == 4
    more.unlink()
    operator.backs_up(settings)
    assert len(list(operator.store.glob("objects/??/*"))) == 4, "the second one has it still"
    assert "is whole" in operator.did("backup", "verify", str(operator.store), *operator.opens)


def test_who_does_not_have_what_sealed_it_is_told_so(settings: Settings, new: Settings, tmp_path: Path) -> None:
    operator = Operator(tmp_path / "disk", passphrase=True)
    operator.backs_up(settings)
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong horse battery staple")
    refused(tries_to_restore(operator, new, "--passphrase-file", str(wrong)), "this is not the passphrase")
    wrong.write_text("0" * 64)
    refused(tries_to_restore(operator, new, "--key-file", str(wrong)), "was sealed with a passphrase: give that one")
    wrong.write_text("short")
    refused(tries_to_restore(operator, new, "--passphrase-file", str(wrong)), "at least 12 characters")
    assert not new.data.exists()


@pytest.mark.parametrize(
    "broken",
    [
        "content",
        "key",
        *(
            pytest.param(
                one, marks=pytest.mark.long("test_a_backup_that_was_changed_is_not_restored_and_leaves_nothing")
            )
            for one in ("cut", "files")
        ),
    ],
)
def test_a_backup_that_was_changed_is_not_restored_and_leaves_nothing(
    settings: Settings, backed_up: Operator, new: Settings, broken: str
) -> None:
    former, newest = names(backed_up)
    match broken:
        case "content" | "files":
            flip(sealed(backed_up, broken))
        case "cut":
            os.truncate(sealed(backed_up, "content"), sealed(backed_up, "content").stat().st_size - 30)
        case "key":
            shutil.copy(backed_up.store / "keys" / f"{former}.json", backed_up.store / "keys" / f"{newest}.json")
    done = tries_to_restore(backed_up, new, *backed_up.opens, "--backup", newest)
    refused(done, "another backup")
    assert not new.data.exists() and not new.data.with_name("new.restoring").exists()
    verified = backed_up.tried("backup", "verify", str(backed_up.store), *backed_up.opens, "--backup", newest)
    refused(verified, "another backup")
    if broken == "key":
        assert f"{newest}: nobody can open it" in backed_up.did("backup", "list", str(backed_up.store))
        backed_up.backs_up(settings)


@pytest.mark.parametrize(
    ("broken", "damaged"),
    [
        ("changed", 1),
        *(
            pytest.param(
                *one,
                marks=pytest.mark.long("test_a_damaged_recording_keeps_nobody_from_the_others_and_is_stored_anew"),
            )
            for one in (("exchanged", 2), ("missing", 1))
        ),
    ],
)
def test_a_damaged_recording_keeps_nobody_from_the_others_and_is_stored_anew(
    settings: Settings, backed_up: Operator, new: Settings, broken: str, damaged: int
) -> None:
    one, other, _ = sorted(backed_up.store.glob("objects/??/*"))
    match broken:
        case "changed":
            flip(one)
        case "exchanged":
            content = one.read_bytes()
            one.write_bytes(other.read_bytes())
            other.write_bytes(content)
        case "missing":
            one.unlink()
    assert f"{damaged} recordings and files are damaged in the backup and not here: " in backed_up.restores(new)
    restored = [path for kind in ("recordings", "files") for path in new.data.glob(f"{kind}/{TEN}/*")]
    restored += new.data.glob(f"asterisk/var/spool/prompts/{TEN}/*")
    assert len(restored) == 3 - damaged
    verify = ("backup", "verify", str(backed_up.store), *backed_up.opens)
    refused(backed_up.tried(*verify), f"{damaged} recordings and files of ")
    backed_up.backs_up(settings)
    assert "is whole" in backed_up.did(*verify)


def test_a_setting_that_names_a_file_of_the_lost_machine_is_left_out_and_said(
    settings: Settings, operator: Operator, new: Settings, tmp_path: Path
) -> None:
    password = tmp_path / "smtp-password"
    password.write_text("secret")
    before = settings
    try:
        replace(before, smtp_password_file=password).save(before.run / "settings.json")
        operator.backs_up(before)
    finally:
        before.save(before.run / "settings.json")
    password.unlink()
    said = f"not in the backup, and not here: --smtp-password-file {password}"
    assert said in operator.did("backup", "verify", str(operator.store), *operator.opens)
    assert said in operator.restores(new)


@pytest.mark.long("test_a_restore_that_is_killed_is_taken_away_by_the_next_and_one_that_is_ended_takes_itself_away")
def test_what_a_verify_that_was_killed_has_left_is_taken_away_by_the_next(
    settings: Settings, database: Database[dict[str, Any]], operator: Operator
) -> None:
    database["m_between"].insert_many({"text": os.urandom(4000)} for _ in range(4_000))
    operator.backs_up(settings)
    database.drop_collection("m_between")
    with tempfile.TemporaryDirectory(prefix="c24-") as scratch:
        verify = ("backup", "verify", str(operator.store), *operator.opens, "--scratch", scratch)
        working = subprocess.Popen([sys.executable, "-m", "call24.cli", *verify])
        wait_for(lambda: list(Path(scratch).glob("*/data/mongodb/member")), 60)
        pid = int(next(Path(scratch).glob("*/data/run/mongod.pid")).read_text())
        working.kill()
        working.wait()
        assert runs(pid) and list(Path(scratch).iterdir())
        assert "is whole" in operator.did(*verify)
        assert not runs(pid) and not list(Path(scratch).iterdir())


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_data_folder_that_is_in_use_is_not_touched(
    settings: Settings, database: Database[dict[str, Any]], backed_up: Operator
) -> None:
    before = sorted(settings.data.rglob("*.c24"))
    refused(tries_to_restore(backed_up, settings), "is not empty, and a restore overwrites nothing")
    assert sorted(settings.data.rglob("*.c24")) == before
    assert database["tenants"].find_one({"_id": TEN})


def slowly(operator: Operator, settings: Settings) -> subprocess.Popen[bytes]:
    words = ["backup", "make", str(operator.store), "--data", str(settings.data), *operator.opens]
    made = subprocess.Popen([sys.executable, "-m", "call24.cli", *words, "--mb-per-s", "0.02"])
    wait_for(lambda: list(operator.store.glob("backups/*.part/files")), 30)
    return made


def test_a_second_backup_meanwhile_is_refused_and_one_that_was_killed_is_not_there(
    settings: Settings, backed_up: Operator, tmp_path: Path
) -> None:
    before = names(backed_up)
    put(settings, f"recordings/{TEN}/rec_3.c24", SOUND[1:])
    making = slowly(backed_up, settings)
    try:
        again = ("backup", "make", str(backed_up.store), "--data", str(settings.data), *backed_up.opens)
        refused(backed_up.tried(*again), "wait until it is done")
        other = Operator(tmp_path / "other")
        refused(
            other.tried("backup", "make", str(other.store), "--data", str(settings.data), *other.opens),
            "is being made already",
        )
        assert names(backed_up) == before
    finally:
        making.send_signal(signal.SIGKILL)
        making.wait()
    assert names(backed_up) == before
    backed_up.backs_up(settings)
    assert len(names(backed_up)) == len(before) + 1
    assert not list(backed_up.store.glob("backups/*.part")) and len(list(backed_up.store.glob("objects/??/*"))) == 4
    (settings.data / f"recordings/{TEN}/rec_3.c24").unlink()


def test_one_that_was_killed_in_the_middle_is_gone_on_with_and_what_was_stored_is_not_stored_again(
    settings: Settings, operator: Operator
) -> None:
    more = [put(settings, f"recordings/{TEN}/rec_{number}.c24", SOUND[number:]) for number in (4, 5)]
    objects = operator.store / "objects"
    words = ["backup", "make", str(operator.store), "--data", str(settings.data), *operator.opens]
    making = subprocess.Popen([sys.executable, "-m", "call24.cli", *words, "--mb-per-s", "0.7"])
    try:
        wait_for(lambda: len(Unfinished(operator.store / "keys").ids()) >= 2, 30)
    finally:
        making.send_signal(signal.SIGKILL)
        making.wait()
    stored = Unfinished(operator.store / "keys").ids()
    before = {id: (objects / id[:2] / id).stat().st_ino for id in stored}
    assert 2 <= len(before) < 4 + 1 and names(operator) == []
    said = operator.backs_up(settings)
    after = {file.name: file.stat().st_ino for file in objects.glob("??/*")}
    assert before.items() <= after.items() and len(after) == 5, said
    about = BackupKey.decode(next((operator.store / "keys").glob("*.json")).read_bytes()).about
    assert about["files_stored_before"] == len(before) and not (operator.store / "keys" / "unfinished").exists()
    assert "is whole" in operator.did("backup", "verify", str(operator.store), *operator.opens)
    for path in more:
        path.unlink()


def test_a_backup_of_a_newer_version_is_refused_before_anything_is_written(
    settings: Settings, backed_up: Operator, new: Settings
) -> None:
    opens = Opener.key_file(backed_up.opener)
    _, name = names(backed_up)
    file = backed_up.store / "keys" / f"{name}.json"
    key = BackupKey.decode(file.read_bytes())
    newer = replace(key, about={**key.about, "schema": SCHEMA + 1, "version": "9.9"})
    file.write_bytes(newer.seal(key.open(opens), opens).encode())
    refused(tries_to_restore(backed_up, new), f"was made by Call24 9.9 (schema {SCHEMA + 1})")
    assert not new.data.exists()


def test_no_backup_is_kept_for_longer_than_privacy_policies_say(settings: Settings, operator: Operator) -> None:
    make = ("backup", "make", str(operator.store), "--data", str(settings.data), *operator.opens)
    refused(operator.tried(*make, "--keep-days", "31"), "--keep-days: give 1 to 30")
    assert not operator.store.exists()


def test_with_a_key_file_and_keys_that_lie_apart_only_both_together_open_it(
    settings: Settings, operator: Operator, new: Settings, tmp_path: Path
) -> None:
    keys, opens = ("--keys", str(tmp_path / "keys")), operator.opens
    stranger = Operator(tmp_path / "stranger", passphrase=True)
    operator.did("backup", "make", str(operator.store), "--data", str(settings.data), *opens, *keys)
    assert "nobody can open it" in operator.did("backup", "list", str(operator.store))
    refused(tries_to_restore(operator, new, *opens), "there is no whole backup")
    refused(tries_to_restore(operator, new, *keys, *stranger.opens), "was sealed with a key file: give that one")
    assert tries_to_restore(operator, new, *keys, *opens).returncode == 0
    assert (new.data / f"recordings/{TEN}/rec_1.c24").read_bytes() == SOUND


def test_a_backup_into_the_data_folder_is_refused(settings: Settings, operator: Operator) -> None:
    inside = settings.data / "backups"
    done = operator.tried("backup", "make", str(inside), "--data", str(settings.data), *operator.opens)
    refused(done, "would be lost with it")
    assert not inside.exists()


def test_a_restore_that_is_killed_is_taken_away_by_the_next_and_one_that_is_ended_takes_itself_away(
    settings: Settings, database: Database[dict[str, Any]], operator: Operator, new: Settings
) -> None:
    database["m_between"].insert_many({"text": os.urandom(4000)} for _ in range(4_000))
    operator.backs_up(settings)
    database.drop_collection("m_between")
    scratch = new.data.with_name("data.restoring")
    with held(new.data.parent, "another one works"):
        refused(tries_to_restore(operator, new), "another restore is at work")
    for number in (signal.SIGTERM, signal.SIGKILL):
        words = ["restore", str(operator.store), "--data", str(new.data), *operator.opens]
        working = subprocess.Popen([sys.executable, "-m", "call24.cli", *words, f"--mongodb-port={new.mongodb_port}"])
        wait_for((scratch / "mongodb" / "member").exists, 60)
        pid = int((scratch / "run" / "mongod.pid").read_text())
        working.send_signal(number)
        working.wait(30)
        assert not new.data.exists()
        if number == signal.SIGTERM:
            assert not scratch.exists() and not runs(pid)
    assert runs(pid) and scratch.exists(), "SIGKILL leaves its MongoDB"
    operator.restores(new)
    assert not runs(pid) and not scratch.exists() and new.data.exists()


def test_a_restore_fills_an_empty_database_elsewhere_and_overwrites_none(
    settings: Settings, database: Database[dict[str, Any]], operator: Operator, new: Settings, tmp_path: Path
) -> None:
    """Of a MongoDB that this installation reaches with the role readWrite alone, as in a cloud."""
    database["m_between"].insert_many({"text": os.urandom(4000)} for _ in range(4_000))
    operator.backs_up(settings)
    database.drop_collection("m_between")
    at, uri = tmp_path / "restored", tmp_path / "uri"
    words = ["restore", str(operator.store), "--data", str(at), "--mongodb-uri-file", str(uri), *operator.opens]
    uri.write_text(settings.mongodb_uri())
    uri.chmod(0o600)
    refused(operator.tried(*words), "collections already, and a restore overwrites nothing")
    assert [each["name"] for each in database["tenants"].find()] == ["Acme"]
    with database_alone(new), MongoClient[dict[str, Any]](new.mongodb_uri()) as client:
        elsewhere = client[DATABASE]
        uri.write_text(new.mongodb_uri())
        killed = subprocess.run([sys.executable, "-c", KILLED_AS_IT_FILLS, *words], timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL and elsewhere["m_between"].count_documents({}) > 0
        started = start_would_say(tmp_path / "started", uri)
        assert "a restore into this database is going on or was cut off" in started
        with patch("socket.gethostname", return_value="another"):
            refused(operator.tried(*words), "is being filled by a restore that began at")
        operator.did(*words)
        assert elsewhere["m_between"].count_documents({}) == 4_000
        assert [each["name"] for each in elsewhere["tenants"].find()] == ["Acme"]
        assert elsewhere["schema"].find_one({"_id": "restoring"}) is None
        assert (at / f"recordings/{TEN}/rec_1.c24").read_bytes() == SOUND
        shutil.rmtree(at)
        refused(operator.tried(*words), "collections already, and a restore overwrites nothing")
        client.drop_database(DATABASE)
        flip(sealed(operator, "files"))
        refused(operator.tried(*words), "another backup")
        assert elsewhere.list_collection_names() == [] and not at.exists()


def test_without_mongodb_and_without_a_folder_to_try_it_in_the_command_says_what_to_do(
    settings: Settings, backed_up: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = ("backup", "verify", str(backed_up.store), *backed_up.opens, "--scratch", str(tmp_path / "missing"))
    refused(backed_up.tried(*nowhere), "missing")
    stopped = tmp_path / "stopped"
    replace(settings, data=stopped, mongodb_port=1).save(stopped / "run" / "settings.json")
    shutil.copytree(settings.secrets, stopped / "secrets")
    monkeypatch.setattr("call24.kit.mongo.whole.PATIENCE_MS", 1_000)
    other = ("backup", "make", str(tmp_path / "other"), "--data", str(stopped), *backed_up.opens)
    refused(backed_up.tried(*other), "MongoDB does not answer")
    assert not list((tmp_path / "other" / "backups").iterdir())


def test_the_register_of_erasures_is_copied_alone(settings: Settings, operator: Operator) -> None:
    put(settings, "register/deleted.jsonl", b'{"id":"rcp_1","at":"2026-11-30T06:55:00+00:00"}\n')
    register = ("backup", "register", str(operator.store), "--data", str(settings.data))
    assert operator.did(*register).startswith("1 more line")
    (settings.data / "register/deleted.jsonl").unlink()
    assert operator.did(*register).startswith("0 more lines")
    assert b"rcp_1" in (operator.store / "register/deleted.jsonl").read_bytes()
    assert names(operator) == [], "it is no backup"


def test_a_full_disk_is_said_and_the_backups_before_stay_whole(settings: Settings, operator: Operator) -> None:
    operator.store.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL_DISK, "tmpfs", str(operator.store)], check=False)
    if mounted.returncode:
        pytest.skip("only root can make a small disk")
    big = put(settings, f"recordings/{TEN}/rec_4.c24", b"")
    try:
        operator.backs_up(settings)
        before, files = names(operator), everything(operator.store)
        big.write_bytes(SOUND * 5)
        done = operator.tried("backup", "make", str(operator.store), "--data", str(settings.data), *operator.opens)
        refused(done, "is full: free some room")
        assert names(operator) == before and everything(operator.store) == files
        assert "is whole" in operator.did("backup", "verify", str(operator.store), *operator.opens)
    finally:
        big.unlink()
        subprocess.run(["umount", "--lazy", str(operator.store)], check=False)


def everything(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if "register" not in path.parts and not path.is_dir()}


def test_a_database_without_an_organisation_has_an_instant_too(settings: Settings) -> None:
    admin = settings.mongodb_admin_uri()
    with one_instant(admin, "of_nobody", None) as instant:
        assert (instant.collections(), list(instant.documents("tenants"))) == ([], [])
        assert abs(instant.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running_swift(tmp_path_factory.mktemp("swift")) as port:
        yield port


@pytest.fixture
def long_recording(settings: Settings) -> Iterator[Path]:
    """It goes in two parts."""
    path = put(settings, f"recordings/{TEN}/rec_7.c24", hashlib.shake_256(b"long").digest(9_000_000))
    yield path
    path.unlink()


@pytest.mark.long("unit/backup/test_bucket.py::test_what_is_kept_is_there_and_is_read_in_pieces")
def test_a_bucket_of_a_real_store_has_backups_that_can_be_verified_and_restored(
    settings: Settings, long_recording: Path, new: Settings, swift: int, tmp_path: Path
) -> None:
    operator = BucketOperator(tmp_path / "here", swift, "nightly")
    assert operator.makes(settings).returncode == 0
    first = operator.objects()
    assert len(first) == 4 and max(first.values()) > 9_000_000 and operator.beside.unfinished() == []
    assert "(0.0 MB of it new)" in operator.makes(settings).stdout and operator.objects() == first
    assert len(operator.asks("list").stdout.splitlines()) == 2
    assert "is whole" in operator.asks("verify", *operator.opens).stdout
    assert operator.asks("expire").stdout == "none has expired\n"
    operator.says(swift, "wrong")
    refused(operator.asks("list"), "the secret key is wrong: correct the file of --store-file")
    operator.says(swift, "reading", "test:reader")
    refused(operator.makes(settings), "the store refuses access with these credentials")
    operator.says(swift, "testing")
    done = operator.restores_from_there(new)
    assert done.returncode == 0, done.stderr
    assert (new.data / f"recordings/{TEN}/rec_7.c24").read_bytes() == long_recording.read_bytes()
    assert (new.data / "secrets/app.key").read_bytes() == b"ab" * 32


@pytest.mark.long("unit/backup/test_bucket.py::test_what_a_kill_left_is_taken_away_by_the_next")
def test_a_backup_to_a_bucket_that_was_killed_is_not_there_and_the_next_takes_it_away(
    settings: Settings, long_recording: Path, swift: int, tmp_path: Path
) -> None:
    operator = BucketOperator(tmp_path / "here", swift, "killed")
    long_recording.write_bytes(bytes(30_000_000))
    making = operator.making(settings, "--mb-per-s", "3")
    try:
        wait_for(lambda: operator.beside.unfinished() or making.poll() is not None, 60)
    finally:
        making.send_signal(signal.SIGKILL)
        making.wait()
    assert operator.beside.unfinished() and operator.asks("list").stdout.startswith("there is no whole backup")
    done = operator.makes(settings)
    assert done.returncode == 0, done.stderr
    assert operator.beside.unfinished() == [] and len(operator.objects()) == 4
    assert len(operator.asks("list").stdout.splitlines()) == 1
    assert "is whole" in operator.asks("verify", *operator.opens).stdout
