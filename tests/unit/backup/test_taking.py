"""What a backup has of files that come, go and change while it is made, with a database that is none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.faulty_bucket import Fault, faulty_bucket

from call24.backup import taking
from call24.backup.bucket import BackupBucket
from call24.backup.clocks import Clocks
from call24.backup.errors import BackupError
from call24.backup.folder import BackupFolder
from call24.backup.frames import SealedReader
from call24.backup.keys import BackupKey, Opener, part_of
from call24.backup.place import BackupPlace
from call24.backup.records import Kind, records, told
from call24.backup.taking import Pace, take
from call24.kit.key_ring_file import change, replace_root
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.privacy.datamap_page import holdings

DECLARED = [place for room in holdings() for place in room.places]
TEN = "ten_01m8hd0nbcade9gb432rtwavzp"
OPENER = Opener("key file", bytes(32))
AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)


class World:
    """An installation's data folder; `then` happens right after the instant."""

    def __init__(self, place: Path) -> None:
        self.settings = Settings(data=place / "data", mongodb="mongodb://db.example/call24")
        self.settings.data.mkdir()
        self.folder = BackupFolder(place / "store")
        self.folder.clocks = lambda: Clocks(datetime.now(UTC), vouched=True)
        self.then: Callable[[], object] = lambda: None
        self.warned: list[str] = []

    at = AT
    position = (int(AT.timestamp()), 1)
    identity = "of this database"

    def collections(self) -> list[str]:
        return []

    @contextmanager
    def one_instant(self, *_: object) -> Iterator[World]:
        self.then()
        yield self

    def put(self, path: str, content: bytes) -> Path:
        place = self.settings.data / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return place

    def backs_up(self, opener: Opener = OPENER, place: BackupPlace | None = None) -> BackupKey:
        return take(
            self.settings,
            DECLARED,
            place or self.folder,
            opener,
            keep=timedelta(days=36500),
            say=lambda line: None,
            warn=self.warned.append,
            pace=Pace(0),
        )

    def content(self, key: BackupKey) -> dict[str, bytes]:
        """Small files."""
        found: dict[str, bytes] = {}
        name = ""
        for kind, content in self._read(key, "content"):
            if kind is Kind.FILE:
                name = str(told(content)["path"])
                assert name not in found
                found[name] = b""
            elif kind is Kind.BYTES:
                found[name] += content
        return found

    def kept(self, key: BackupKey) -> dict[str, str]:
        """Recordings and files, with their objects."""
        listed = [told(content) for _, content in self._read(key, "files")]
        return {str(about["path"]): str(about["object"]) for about in listed}

    def _read(self, key: BackupKey, part: str) -> list[tuple[Kind, bytes]]:
        with (self.folder.backups / key.name / part).open("rb") as file:
            return list(records(SealedReader(file, part_of(key.open(OPENER), part), part)))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path)

    @contextmanager
    def one_instant(*_: object) -> Iterator[World]:
        with world.one_instant() as instant:
            yield instant

    monkeypatch.setattr(taking, "one_instant", one_instant)
    monkeypatch.setattr(Settings, "mongodb_uri", lambda settings: str(settings.mongodb))
    return world


def test_a_recording_that_is_made_after_the_instant_is_not_in_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(f"recordings/{TEN}/rec_1.c24", b"before")
    monkeypatch.setattr(World, "collections", lambda world: world.put(f"recordings/{TEN}/rec_2.c24", b"after") and [])
    assert list(world.kept(world.backs_up())) == [f"recordings/{TEN}/rec_1.c24"]


def test_what_is_brought_home_right_after_the_instant_is_in_it(world: World) -> None:
    segment = world.put("spool/journal/1.segment", b"an event\n")
    lines = world.put("audit/lines.jsonl", b"first\nsecond\n")

    def brought_home() -> None:
        segment.unlink()
        fresh = world.put("audit/lines.fresh", b"second\nthird\n")
        fresh.replace(lines)
        world.put("spool/journal/2.segment", b"another\n")

    world.then = brought_home
    found = world.content(world.backs_up())
    assert found["spool/journal/1.segment"] == b"an event\n" and found["spool/journal/2.segment"] == b"another\n"
    assert found["audit/lines.jsonl"] == b"first\nsecond\nthird\n"


def test_what_has_expired_is_deleted_though_the_next_backup_fails(world: World) -> None:
    world.folder.make()
    with world.folder.new(AT) as old:
        old.keep(BackupKey(name=old.name, instant=AT, expires_at=AT + timedelta(days=-1000), about={}))

    def fails() -> None:
        raise OSError("MongoDB is away")

    world.then = fails
    with pytest.raises(Exception, match="cannot be used"):
        world.backs_up()
    assert world.folder.whole() == []


@pytest.mark.parametrize("damage", ["changed", "cut", "missing", "other opener"])
def test_a_list_of_files_that_cannot_be_read_does_not_stop_the_next_backup(world: World, damage: str) -> None:
    world.put(f"recordings/{TEN}/rec_1.c24", b"sound")
    first = world.backs_up()
    path = world.folder.backups / first.name / "files"
    content = path.read_bytes()
    match damage:
        case "changed":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "cut":
            path.write_bytes(content[:-1])
        case "missing":
            path.unlink()
        case _:
            other = Opener("key file", b"x" * 32)
            key = first.open(OPENER)
            (world.folder.keys / f"{first.name}.json").write_bytes(first.seal(key, other).encode())
    second = world.backs_up()
    assert list(world.kept(second)) == [f"recordings/{TEN}/rec_1.c24"]
    assert len([line for line in world.warned if line.startswith("all recordings and files are stored anew")]) == 1


def test_an_object_that_is_empty_or_too_short_is_stored_anew(world: World) -> None:
    world.put(f"recordings/{TEN}/rec_1.c24", bytes(5000))
    [first] = world.kept(world.backs_up()).values()
    assert [first] == list(world.kept(world.backs_up()).values()), "a whole one is stored once"
    os.truncate(world.folder.object(first), 5010)
    [second] = world.kept(world.backs_up()).values()
    assert second != first and world.folder.object(second).stat().st_size > 5010


def test_a_backup_has_the_schema_of_the_data_and_not_of_the_program(world: World) -> None:
    assert world.backs_up().about["schema"] == 0
    world.put("schema.json", b'{"schema": 1, "version": "0.1", "done": [], "finished": 0}')
    assert world.backs_up().about["schema"] == 1
    world.put("schema.json", b"torn")
    with pytest.raises(BackupError, match=r"schema\.json is damaged"):
        world.backs_up()


def test_backups_on_the_disk_of_the_data_are_warned_of(world: World) -> None:
    world.backs_up()
    assert world.warned == [
        f"{world.folder.root} is on the disk of the data folder, and would be lost with it: give one on another disk"
    ]
    world.warned.clear()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as another:
        world.folder = BackupFolder(Path(another) / "store")
        world.backs_up()
    assert world.warned == []


def test_a_backup_during_which_the_app_key_is_replaced_is_none(world: World) -> None:
    data = world.settings.data
    AppKey.load(data)
    world.then = lambda: replace_root(data)
    with pytest.raises(BackupError, match="make it again"):
        world.backs_up()
    assert world.folder.whole() == []
    world.then = lambda: change(data, lambda ring: ring.looked(resealed=1))
    found = world.content(world.backs_up())
    assert found["secrets/app.key"].decode() == (data / "secrets" / "app.key").read_text()
    assert "secrets/app.keyring" in found, "what goes on to be sealed again needs no other root"


def test_what_is_due_goes_and_the_register_is_copied_though_the_store_is_away(world: World, tmp_path: Path) -> None:
    with faulty_bucket() as store:
        place = BackupBucket(store.client(), tmp_path / "keys", settles_s=0)
        key = world.backs_up(place=place)
        world.backs_up(place=place)
        over = BackupKey(name=key.name, instant=AT, expires_at=AT, about={}).seal(key.open(OPENER), OPENER)
        (place.keys / f"{key.name}.json").write_bytes(over.encode())
        register = world.settings.erasure_register
        register.parent.mkdir(parents=True, exist_ok=True)
        register.write_text('{"erased": "one"}\n')
        store.faults = lambda method, key, query: Fault(cut=True)
        with pytest.raises(BackupError, match="cannot be reached"):
            world.backs_up(place=BackupBucket(store.client(), tmp_path / "keys", settles_s=0))
        assert not (place.keys / f"{key.name}.json").exists()
        assert (place.register / register.name).read_text() == '{"erased": "one"}\n'


def test_an_object_that_cannot_be_removed_does_not_stop_the_next_backup(world: World, tmp_path: Path) -> None:
    with faulty_bucket() as store:
        place = BackupBucket(store.client(), tmp_path / "keys", settles_s=0)
        world.put(f"recordings/{TEN}/rec_1.c24", b"sound")
        key = world.backs_up(place=place)
        over = BackupKey(name=key.name, instant=AT, expires_at=AT, about={}).seal(key.open(OPENER), OPENER)
        (place.keys / f"{key.name}.json").write_bytes(over.encode())
        store.faults = lambda method, path, query: (
            Fault(403, "AccessDenied") if method == "DELETE" and key.name in path else None
        )
        second = world.backs_up(place=place)
        assert [one.name for one in place.whole()] == [second.name]
        [said] = [line for line in world.warned if line.startswith("what has expired")]
        assert f"backups/{key.name}/" in said and "cannot be removed" in said


def test_a_bucket_has_each_recording_once_and_it_is_not_read_again(world: World, tmp_path: Path) -> None:
    with faulty_bucket() as store:
        place = BackupBucket(store.client(), tmp_path / "keys", settles_s=0)
        for number in range(3):
            world.put(f"recordings/{TEN}/rec_{number}.c24", b"sound")
        assert world.backs_up(place=place).about["files_stored_before"] == 0
        first = store.keys("here/objects/")
        store.asked.clear()
        world.put(f"recordings/{TEN}/rec_9.c24", b"another")
        second = world.backs_up(place=BackupBucket(store.client(), tmp_path / "keys", settles_s=0))
        assert second.about["files_stored_before"] == 3 and len(store.keys("here/objects/")) == 4
        assert set(first) < set(store.keys("here/objects/"))
        assert (store.count("PUT", "here/objects/"), store.count("GET", "here/objects/")) == (1, 0)
        away = lambda method, key, query: Fault(500, "InternalError") if key.endswith("/files") else None  # noqa: E731
        store.faults = away
        with pytest.raises(BackupError, match="it answered 500 InternalError"):
            world.backs_up(place=place)
        assert not [line for line in world.warned if "stored anew" in line]
        assert len(store.keys("here/objects/")) == 4
