"""A backup goes on with what one that was cut off has stored, in a folder and in a bucket, and with nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.faulty_bucket import Fault, FaultyBucket, faulty_bucket

from call24.backup import taking
from call24.backup.bucket import BackupBucket
from call24.backup.bucket_new import NewInBucket
from call24.backup.clocks import Clocks
from call24.backup.errors import BackupError
from call24.backup.folder import BackupFolder, NewBackup
from call24.backup.keys import BackupKey, Opener
from call24.backup.place import BackupPlace
from call24.backup.taking import Pace, take
from call24.backup.unfinished import Unfinished
from call24.kit.settings import Settings
from call24.privacy.datamap_page import holdings

DECLARED = [place for room in holdings() for place in room.places]
TEN = "ten_01m8hd0nbcade9gb432rtwavzp"
OPENER, OTHER = Opener("key file", bytes(32)), Opener("key file", bytes([7]) * 32)
KEEP = timedelta(days=30)
FAR = datetime.now(UTC) + timedelta(days=1000)


class Killed(BaseException):
    """Nothing is cleaned up after it, as after SIGKILL."""


class NoDatabase:
    at = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
    position = (int(at.timestamp()), 1)
    identity = "of this database"

    def collections(self) -> list[str]:
        return []


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of an installation with six recordings and no database."""

    @contextmanager
    def one_instant(*_: object) -> Iterator[NoDatabase]:
        yield NoDatabase()

    monkeypatch.setattr(taking, "one_instant", one_instant)
    monkeypatch.setattr(Settings, "mongodb_uri", lambda settings: str(settings.mongodb))
    made = Settings(data=tmp_path / "data", mongodb="mongodb://db.example/call24")
    (made.data / "recordings" / TEN).mkdir(parents=True)
    for number in range(6):
        recording(made, number).write_bytes(bytes([number]) * 1000)
    return made


def recording(settings: Settings, number: int) -> Path:
    return settings.data / "recordings" / TEN / f"rec_{number}.c24"


@pytest.fixture
def store() -> Iterator[FaultyBucket]:
    with faulty_bucket() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> BackupPlace:
    if request.param == "folder":
        folder = BackupFolder(tmp_path / "store")
        folder.clocks = lambda: Clocks(FAR, vouched=True)
        return folder
    return BackupBucket(request.getfixturevalue("store").client(), tmp_path / "keys", settles_s=0)


def make(settings: Settings, place: BackupPlace, opener: Opener = OPENER, warned: list[str] | None = None) -> BackupKey:
    told = [].append if warned is None else warned.append
    return take(settings, DECLARED, place, opener, keep=KEEP, say=lambda line: None, warn=told, pace=Pace(0))


def killed_after(stored: int, settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which objects are there for the next one. The one after them is stored too, and nobody knows its key."""
    noted, real = 0, Unfinished.note

    def note(unfinished: Unfinished, about: dict[str, Any]) -> None:
        nonlocal noted
        if noted == stored:
            raise Killed
        noted += 1
        real(unfinished, about)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Unfinished, "note", note)
        patch.setattr(NewBackup, "forget", lambda fresh: None)
        patch.setattr(NewInBucket, "forget", lambda fresh: (fresh._uploads.wait(), fresh._uploads.close()))
        make(settings, place)
    assert len(there(place)) == stored + 1 and place.names() == []
    return Unfinished(place.keys).ids()


def there(place: BackupPlace) -> set[str]:
    if isinstance(place, BackupFolder):
        return {path.name for path in place.objects.glob("??/*")}
    assert isinstance(place, BackupBucket)
    return {one.key.rpartition("/")[2] for one in place.bucket.listed("objects/")}


def opened(place: BackupPlace, key: BackupKey) -> dict[str, str]:
    """Its files, with their objects."""
    if isinstance(place, BackupBucket):
        place._sizes = None  # they are listed once in each run
    return {path: str(about["object"]) for path, about in taking._files_of(place, key, key.open(OPENER)).items()}


def test_what_was_stored_is_not_stored_again_and_the_rest_is(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    left = killed_after(4, settings, place, monkeypatch)
    assert len(left) == 4
    if isinstance(place, BackupBucket):
        store: FaultyBucket = request.getfixturevalue("store")
        store.asked.clear()
    key = make(settings, place)
    assert (key.about["files_stored_before"], key.about["objects"]) == (4, 6)
    assert left < there(place) and len(there(place)) == 6, "the one whose key nobody knows is gone"
    if isinstance(place, BackupBucket):
        assert (store.count("PUT", "here/objects/"), store.count("GET", "here/objects/")) == (2, 0)
    assert set(opened(place, key).values()) == there(place)
    assert not (place.keys / "unfinished").exists()


def test_one_that_is_killed_twice_goes_on_with_both(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after(2, settings, place, monkeypatch)
    noted, real = 0, Unfinished.note

    def note(unfinished: Unfinished, about: dict[str, Any]) -> None:
        nonlocal noted
        noted += 1
        real(unfinished, about)
        if noted == 5:  # two of before, three of now
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Unfinished, "note", note)
        patch.setattr(NewBackup, "forget", lambda fresh: None)
        patch.setattr(NewInBucket, "forget", lambda fresh: (fresh._uploads.wait(), fresh._uploads.close()))
        make(settings, place)
    assert make(settings, place).about["files_stored_before"] == 5


def test_what_was_deleted_or_changed_since_is_not_in_the_next_one(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = killed_after(4, settings, place, monkeypatch)
    recording(settings, 0).unlink()
    recording(settings, 1).write_bytes(b"another")
    os.utime(recording(settings, 2), ns=(1, 1))
    key = make(settings, place)
    assert (key.about["files_stored_before"], key.about["objects"]) == (1, 5)
    if isinstance(place, BackupFolder):
        place.clean()
    assert there(place) == set(opened(place, key).values()) and len(there(place) & left) == 1


def test_objects_of_another_backup_stay_where_one_was_killed_right_after_its_end(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Unfinished, "end", lambda unfinished: (_ for _ in ()).throw(Killed))
        make(settings, place)
    [first] = place.whole()
    recording(settings, 0).unlink()
    second = make(settings, place)
    assert second.about["files_stored_before"] == 5
    assert len(opened(place, first)) == 6 and set(opened(place, first).values()) == there(place)


def test_with_another_key_file_all_is_stored_anew_and_nothing_is_left(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, warned = killed_after(4, settings, place, monkeypatch), list[str]()
    key = make(settings, place, OTHER, warned)
    assert [line for line in warned if "what a backup that was cut off has stored is not used" in line]
    assert key.about["files_stored_before"] == 0
    if isinstance(place, BackupFolder):
        place.clean()
    assert len(there(place)) == 6 and not left & there(place)


def test_what_is_left_ends_on_the_day_on_which_the_backup_would_have(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after(4, settings, place, monkeypatch)
    with place.held():
        place.clean()
        place.expire(datetime.now(UTC) + KEEP - timedelta(hours=1))
        assert len(there(place)) == 4, "all but the one whose key nobody knows"
        place.expire(datetime.now(UTC) + KEEP)
    assert there(place) == set() and not (place.keys / "unfinished").exists()


@pytest.mark.parametrize("damage", ["cut", "head", "turned"])
def test_what_cannot_be_read_of_it_is_stored_anew(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    killed_after(4, settings, place, monkeypatch)
    file = place.keys / "unfinished"
    head, *lines = file.read_bytes().splitlines(keepends=True)
    swapped = [lines[0][:33] + lines[1][33:], *lines[1:]]  # another object's record
    file.write_bytes(
        b"".join({"cut": [head, *lines[:-1], lines[-1][:60]], "head": lines, "turned": [head, *swapped]}[damage])
    )
    key = make(settings, place)
    assert key.about["files_stored_before"] == (0 if damage == "head" else 3)
    assert len(opened(place, key)) == 6


def test_an_object_that_is_not_whole_is_stored_anew(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    one, *_ = killed_after(4, settings, place, monkeypatch)
    if isinstance(place, BackupFolder):
        place.object(one).write_bytes(b"short")
    else:
        request.getfixturevalue("store").put(f"here/objects/{one[:2]}/{one}", b"short")
    key = make(settings, place)
    assert key.about["files_stored_before"] == 3 and one not in opened(place, key).values()


def test_after_the_network_failed_a_bucket_gets_the_rest_alone(
    settings: Settings, store: FaultyBucket, tmp_path: Path
) -> None:
    place = BackupBucket(store.client(), tmp_path / "keys", settles_s=0)
    sent: set[str] = set()

    def fails(method: str, key: str, query: str) -> Fault | None:
        if method == "PUT" and key.startswith("here/objects/"):
            if len(sent) >= 4 and key not in sent:
                return Fault(cut=True)
            sent.add(key)
        return None

    store.faults = fails
    with pytest.raises(BackupError, match="cannot be reached"):
        make(settings, place)
    assert place.names() == [] and {f"here/objects/{id[:2]}/{id}" for id in there(place)} == sent
    store.faults = lambda method, key, query: None
    store.asked.clear()
    assert make(settings, place).about["files_stored_before"] == 4
    assert store.count("PUT", "here/objects/") == 2 and len(there(place)) == 6


def test_one_that_is_stopped_leaves_what_is_whole_and_a_full_disk_leaves_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Pace.passed
    for error, stays in ((OSError("full"), 0), (KeyboardInterrupt(), 3)):
        folder = BackupFolder(tmp_path / f"store{stays}")
        noted = 0

        def passed(pace: Pace, size: int, folder: BackupFolder = folder, error: BaseException = error) -> None:
            nonlocal noted
            noted = len(Unfinished(folder.keys).ids())
            if noted == 3:
                raise error
            real(pace, size)

        with monkeypatch.context() as patch, pytest.raises((BackupError, KeyboardInterrupt)):
            patch.setattr(Pace, "passed", passed)
            make(settings, folder)
        folder.clean()
        assert len(there(folder)) == stays and not list(folder.backups.iterdir())
        assert make(settings, folder).about["files_stored_before"] == stays


def test_only_this_user_reads_it_and_no_key_and_no_path_is_in_it(
    settings: Settings, place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after(4, settings, place, monkeypatch)
    file = place.keys / "unfinished"
    assert file.stat().st_mode & 0o777 == 0o600
    stored = Unfinished(place.keys).stored(OPENER)
    assert set(stored) == {f"recordings/{TEN}/rec_{number}.c24" for number in range(4)}
    text = file.read_text()
    for about in stored.values():
        assert str(about["key"]) not in text and TEN not in text and str(about["object"]) in text
    if isinstance(place, BackupBucket):
        assert not [key for key in (one.key for one in place.bucket.listed("")) if "unfinished" in key]
