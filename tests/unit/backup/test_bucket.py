"""Backups in a bucket: whole or not there, opened by keys that are never in it, and alone in their place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.faulty_bucket import Fault, FaultyBucket, faulty_bucket

from call24.backup.bucket import BackupBucket
from call24.backup.bucket_new import NewInBucket
from call24.backup.bucket_notes import Notes
from call24.backup.errors import BackupError, DamagedBackup
from call24.backup.keys import BackupKey, Opener
from call24.backup.s3_client import Bucket
from call24.backup.s3_errors import S3Error

AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
DAY = timedelta(days=1)
FAR = 36_500 * DAY
OPENER = Opener("key file", bytes(32))
SECRET = b"a key of a backup that is secret"
LONG = bytes(range(256)) * 10


@pytest.fixture
def store() -> Iterator[FaultyBucket]:
    with faulty_bucket() as store:
        yield store


@pytest.fixture
def place(store: FaultyBucket, tmp_path: Path) -> BackupBucket:
    return ready(store, tmp_path)


def ready(store: FaultyBucket, tmp_path: Path, keys: str = "keys", prefix: str = "here") -> BackupBucket:
    (tmp_path / "data").mkdir(exist_ok=True)
    place = at(store, tmp_path / keys, prefix)
    begun(place, tmp_path)
    return place


def begun(place: BackupBucket, tmp_path: Path) -> None:
    place.prepare(tmp_path / "data", warned.append)
    with place.writing(), place.alone():
        place.check(30)


warned: list[str] = []


def at(store: FaultyBucket, keys: Path, prefix: str = "here") -> BackupBucket:
    return BackupBucket(store.client(prefix), keys, part=1000, piece=700, settles_s=0)


def kept(place: BackupBucket, at: datetime, needs: tuple[str, ...] = (), new: int = 1) -> tuple[str, list[str]]:
    """A backup that needs these objects and so many new ones."""
    with place.held(), place.new(at) as fresh:
        for part in ("content", "files"):
            with fresh.file(part) as out:
                out.write(LONG)
                out.done()
        for _ in range(new):
            id, object = fresh.object()
            with object:
                object.write(id.encode())
                object.done()
            fresh.needed.append(id)
        fresh.needed += needs
        fresh.keep(BackupKey(name=fresh.name, instant=at, expires_at=at + FAR, about={}).seal(SECRET, OPENER))
        return fresh.name, list(fresh.needed)


def objects(store: FaultyBucket) -> set[str]:
    return {key.rpartition("/")[2] for key in store.keys("here/objects/")}


def test_what_is_kept_is_there_and_is_read_in_pieces(store: FaultyBucket, place: BackupBucket) -> None:
    new, needs = kept(place, AT + DAY)
    old, _ = kept(place, AT)
    assert [key.name for key in place.whole()] == [old, new] and place.chosen(None).name == new
    assert place.chosen(old).open(OPENER) == SECRET
    with place.opened(place.path_of(new, "content")) as file:
        assert file.read(5) + b"".join(iter(lambda: file.read(999), b"")) == LONG
    assert place.stored_size(needs[0]) == 32 and place.stored_size("0" * 32) is None
    with pytest.raises(DamagedBackup, match="is not there"), place.opened(place.path_of(new, "other")):
        pass
    with pytest.raises(BackupError, match="there is no backup 2026"):
        place.chosen("2026-01-01T00-00-00Z-0000")


def test_what_is_told_of_before_is_fetched_meanwhile(store: FaultyBucket, place: BackupBucket) -> None:
    _, needs = kept(place, AT, new=3)
    paths = [place.path_of_object(id) for id in needs]
    before = store.count("GET", "here/objects/")
    for path in (*paths, place.path_of_object("0" * 32)):
        place.soon(path)
    found = []
    for path in paths:
        with place.opened(path) as file:
            found.append(file.read(100).decode())
    with pytest.raises(DamagedBackup, match="is not there"), place.opened(place.path_of_object("0" * 32)):
        pass
    assert found == needs and store.count("GET", "here/objects/") == before + 4


def test_no_key_is_in_the_bucket(store: FaultyBucket, place: BackupBucket, tmp_path: Path) -> None:
    name, _ = kept(place, AT)
    sealed = place.key(name).sealed["key"]
    assert not [key for key, one in store.objects.items() if sealed.encode() in one.body or SECRET in one.body]
    assert not [key for key in store.objects if "key" in key] and not store.keys("here/register")
    without = at(store, tmp_path / "nothing")
    assert without.whole() == [] and list(without.lacking()) == [name]


def test_one_that_is_cut_off_is_not_there_and_leaves_nothing(store: FaultyBucket, place: BackupBucket) -> None:
    first, needs = kept(place, AT)
    before = set(store.objects)
    with pytest.raises(OSError, match="broken"), place.held(), place.new(AT + DAY) as fresh:
        with fresh.object()[1] as out:
            out.write(b"x")
            out.done()
        with fresh.file("content") as out:
            out.write(LONG)
            raise OSError("broken")
    assert [key.name for key in place.whole()] == [first] and objects(store) == set(needs)
    assert set(store.objects) == before and store.parts == {} and not list(place.keys.glob("*.part"))


def killed(place: BackupBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dies in the middle of its documents."""
    with place.held(), monkeypatch.context() as patch:
        patch.setattr(NewInBucket, "forget", lambda fresh: fresh._uploads.close())
        with place.new(AT + DAY) as fresh:
            object = fresh.object()[1]
            object.write(b"x")
            object.done()
            fresh.file("content").write(LONG)
            fresh._uploads.wait()


@pytest.mark.parametrize("by", ["make", "expire"])
def test_what_a_kill_left_is_taken_away_by_the_next(
    store: FaultyBucket, place: BackupBucket, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, needs = kept(place, AT)
    killed(place, monkeypatch)
    assert len(store.parts) == 1 and len(objects(store)) == 2 and len(list(place.keys.glob("*.part"))) == 1
    with place.held():
        assert [key.name for key in place.whole()] == [first]
        place.clean() if by == "make" else place.expire(AT)
    assert store.parts == {} and objects(store) == set(needs) and not list(place.keys.glob("*.part"))
    assert {key.split("/")[2] for key in store.keys("here/backups/")} == {first}


def test_one_whose_day_has_come_goes_with_its_key_and_with_what_it_alone_needs(
    store: FaultyBucket, place: BackupBucket
) -> None:
    old, needs = kept(place, AT, new=2)
    new, all_of_new = kept(place, AT + DAY, needs=(needs[0],))
    says(store, AT + FAR)
    with place.held():
        assert place.expire(AT + FAR - timedelta(seconds=1)) == []
        assert place.expire(AT + FAR) == [old]
    assert [key.name for key in place.whole()] == [new] and not (place.keys / f"{old}.json").exists()
    assert objects(store) == set(all_of_new) and needs[1] not in all_of_new
    assert not store.keys(f"here/backups/{old}") and not list(place.keys.glob("*.part"))


def due(place: BackupBucket, *names: str) -> None:
    """Their days are over."""
    for name in names:
        key = place.key(name)
        over = BackupKey(name=name, instant=AT, expires_at=AT, about={}).seal(key.open(OPENER), OPENER)
        (place.keys / f"{name}.json").write_bytes(over.encode())


def says(store: FaultyBucket, at: datetime) -> None:
    """What the store's clock says."""
    store.later_s = (at - datetime.now(UTC)).total_seconds()


def away(method: str, key: str, query: str) -> Fault:
    return Fault(cut=True)


def works(method: str, key: str, query: str) -> None:
    return None


def test_a_key_whose_day_has_come_goes_though_the_store_is_away(store: FaultyBucket, place: BackupBucket) -> None:
    name, _ = kept(place, AT)
    other, needs = kept(place, AT + DAY)
    due(place, name)
    store.faults = away
    with pytest.raises(BackupError, match="cannot be reached"), place.alone(), place.held():
        pass
    assert not (place.keys / f"{name}.json").exists() and (place.keys / f"{other}.json").exists()
    store.faults = works
    with place.held():
        assert place.expire(datetime.now(UTC)) == [name]
    assert not store.keys(f"here/backups/{name}") and objects(store) == set(needs)


def test_a_clock_that_is_ahead_does_not_end_all_backups(store: FaultyBucket, place: BackupBucket) -> None:
    names = {kept(place, AT)[0], kept(place, AT + DAY)[0]}
    due(place, *names)
    warned.clear()
    store.faults = away
    with place.alone():
        assert {path.stem for path in place.keys.glob("2*.json")} == names
    assert "2 backups have expired by this machine's clock" in warned[-1] and "does not answer" in warned[-1]
    store.faults = works
    says(store, AT - DAY)
    with place.alone(), place.held():
        assert place.expire(datetime.now(UTC)) == []
    assert {key.name for key in place.whole()} == names
    assert f"the store's clock says {AT - DAY:%Y-%m-%d %H:%M} UTC" in warned[-1]
    says(store, AT)
    with place.alone(), place.held():
        assert set(place.expire(datetime.now(UTC))) == names
    assert not store.keys("here/backups/") and not objects(store) and not list(place.keys.glob("2*"))


def test_an_expired_key_goes_though_the_disk_is_full(
    store: FaultyBucket, place: BackupBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = kept(place, AT)
    due(place, name)
    monkeypatch.setattr(Notes, "add", lambda notes, name, expired: fails())
    with place.alone(), place.held():
        assert not list(place.keys.glob("2*"))
        assert place.expire(datetime.now(UTC)) == [name]
    assert not store.keys("here/backups/") and not objects(store)


def fails() -> None:
    raise OSError("the disk is full")


@pytest.mark.parametrize("hidden", ["", "one", "short", "truncated"])
def test_nothing_is_removed_by_a_list_that_hides_a_backup(
    store: FaultyBucket, place: BackupBucket, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, one of them, or a part of what one needs."""
    old, _ = kept(place, AT)
    new, needs = kept(place, AT + DAY, new=3)
    due(place, old)
    real, listed = FaultyBucket.keys, f"here/backups/{new}/objects"
    match hidden:
        case "":
            store.keys = lambda below="": [] if "backups/" in below else real(store, below)  # type: ignore[method-assign]
        case "one":
            store.keys = lambda below="": [key for key in real(store, below) if new not in key]  # type: ignore[method-assign]
        case "short":
            monkeypatch.setattr(Bucket, "range", short(listed))
        case _:
            store.put(listed, store.objects[listed].body[:-33])
            key = place.key(new)
            about = BackupKey(name=new, instant=AT, expires_at=AT + FAR, about={"objects": 3})
            (place.keys / f"{new}.json").write_bytes(about.seal(key.open(OPENER), OPENER).encode())
    with place.alone(), place.held():
        said = f"it does not list {new}" if hidden in ("", "one") else f"{new}/objects is cut off"
        with pytest.raises(BackupError, match=said):
            place.expire(datetime.now(UTC))
    assert set(needs) < {key.rpartition("/")[2] for key in real(store, "here/objects/")}


def short(listed: str) -> Callable[[Bucket, str, int, int], tuple[bytes, int] | None]:
    """It ends after the first id, and nobody is told."""
    whole = Bucket.range

    def range(bucket: Bucket, key: str, first: int, count: int) -> tuple[bytes, int] | None:
        return whole(bucket, key, first, count) if f"here/{key}" != listed else (bytes(b"0" * 32 + b"\n"), 33)

    return range


def test_reading_long_objects_leaves_no_connections(store: FaultyBucket, place: BackupBucket) -> None:
    name, _ = kept(place, AT)
    for _ in range(30):
        with place.opened(place.path_of(name, "content")) as file:
            assert file.read(5000) == LONG
    assert len(place.bucket._open) <= 9


def test_an_object_that_the_store_refuses_alone_is_damaged(store: FaultyBucket, place: BackupBucket) -> None:
    name, [id] = kept(place, AT)
    store.faults = lambda method, key, query: Fault(403, "InvalidObjectState") if id in key else None
    with pytest.raises(DamagedBackup, match="InvalidObjectState"), place.opened(place.path_of_object(id)):
        pass
    store.faults = lambda method, key, query: Fault(403, "AccessDenied")
    with pytest.raises(S3Error, match="refuses access"), place.opened(place.path_of_object(id)):
        pass
    store.faults = lambda method, key, query: Fault(403, "InvalidObjectState") if name in key else None
    with pytest.raises(S3Error), place.opened(place.path_of(name, "content")):
        pass


def test_what_is_lost_or_without_a_key_is_said_and_not_passed_over(store: FaultyBucket, place: BackupBucket) -> None:
    old, _ = kept(place, AT)
    new, _ = kept(place, AT + DAY)
    file = place.keys / f"{new}.json"
    content = file.read_bytes()
    file.unlink()
    assert list(place.lacking()) == [new] and "nobody can open it" in place.lacking()[new]
    with pytest.raises(BackupError, match=f"{new}: nobody can open it.*take it with --backup {old}"):
        place.chosen(None)
    file.write_bytes(content)
    assert place.lacking() == {} and place.chosen(None).name == new
    del store.objects[f"here/backups/{new}/content"]
    with pytest.raises(BackupError, match=f"{new}: its key is in .*, and the backup is not whole in"):
        place.chosen(None)
    assert place.chosen(old).name == old


def test_reading_with_another_folder_of_keys_is_refused(store: FaultyBucket, place: BackupBucket) -> None:
    kept(place, AT)
    for keys in ("others", "nothing"):
        with pytest.raises(BackupError, match="has backups whose keys are not in"):
            at(store, place.keys.with_name(keys)).chosen(None)


def test_a_copy_of_the_keys_does_not_end_a_backup_that_was_finished_elsewhere(
    store: FaultyBucket, place: BackupBucket, tmp_path: Path
) -> None:
    with place.held(), place.new(AT) as fresh:
        copied = shutil.copytree(place.keys, tmp_path / "copied")
        for part in ("content", "files"):
            with fresh.file(part) as out:
                out.write(LONG)
                out.done()
        id, object = fresh.object()
        with object:
            object.done()
        fresh.needed.append(id)
        fresh.keep(BackupKey(name=fresh.name, instant=AT, expires_at=AT + FAR, about={}).seal(SECRET, OPENER))
    other = at(store, copied)
    with other.alone(), other.held():
        other.clean()
    assert [key.name for key in place.whole()] == [fresh.name] and objects(store) == {id}
    assert list(other.lacking()) == [fresh.name]


def test_keys_whose_disk_is_not_mounted_are_not_made_anew(
    store: FaultyBucket, place: BackupBucket, tmp_path: Path
) -> None:
    unmounted = at(store, tmp_path / "unmounted")
    with pytest.raises(BackupError, match="has backups whose keys are not in"):
        unmounted.prepare(tmp_path / "data", warned.append)
    with pytest.raises(BackupError, match="see that its disk is mounted"):
        unmounted.ready_for_register()
    with pytest.raises(BackupError, match="cannot be used"), unmounted.writing(), unmounted.alone():
        pass
    assert not unmounted.keys.exists()


def test_no_object_goes_while_a_backup_does_not_say_what_it_needs(
    store: FaultyBucket, place: BackupBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, needs = kept(place, AT)
    other, _ = kept(place, AT + DAY)
    (place.keys / f"{other}.json").unlink()
    del store.objects[f"here/backups/{other}/objects"]
    killed(place, monkeypatch)
    with place.held():
        place.clean()
    assert set(needs) < objects(store)


def test_one_that_was_taken_over_meanwhile_has_no_key(store: FaultyBucket, place: BackupBucket) -> None:
    with pytest.raises(BackupError, match="was taken over by elsewhere"), place.held(), place.new(AT) as fresh:
        store.put("here/lease", b'{"owner": "x", "run": "other", "host": "elsewhere"}')
        fresh.keep(BackupKey(name=fresh.name, instant=AT, expires_at=AT + FAR, about={}).seal(SECRET, OPENER))
    assert place.whole() == [] and not list(place.keys.glob("*.json"))[1:] and not store.keys("here/backups/")


def test_what_verify_found_to_be_damaged_is_stored_anew(store: FaultyBucket, place: BackupBucket) -> None:
    _, [id] = kept(place, AT)
    place.put_aside(id)
    assert at(store, place.keys).stored_size(id) is None
    for wrong in ("", "../../x", "g" * 32):
        assert place.stored_size(wrong) is None
        with pytest.raises(DamagedBackup):
            place.path_of_object(wrong)


def test_a_place_with_other_things_is_refused(store: FaultyBucket, tmp_path: Path) -> None:
    store.put("here/photos/1.jpg", b"x")
    with pytest.raises(BackupError, match=r"has other things in it \('photos/1.jpg' first\): give a prefix"):
        ready(store, tmp_path)
    assert store.keys() == ["here/photos/1.jpg"]


@pytest.mark.parametrize("mark", ["call24-backups", "call24-installation"])
def test_a_place_within_another_is_refused(store: FaultyBucket, tmp_path: Path, mark: str) -> None:
    store.put(f"above/{mark}", b"x")
    with pytest.raises(BackupError, match="s3://backups/above/b is in s3://backups/above, which Call24 uses already"):
        ready(store, tmp_path, prefix="above/b")
    assert store.keys("above/b") == []


def test_backups_and_keys_of_others_are_not_mixed(store: FaultyBucket, place: BackupBucket, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="has backups whose keys are not in"):
        ready(store, tmp_path, keys="others")
    kept(place, AT)
    with pytest.raises(BackupError, match="there are no backups at s3://backups/there"):
        ready(store, tmp_path, prefix="there")
    assert store.keys("there") == []


def test_keys_in_the_data_folder_are_refused(store: FaultyBucket, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is in the data folder, and would be lost with it"):
        ready(store, tmp_path, keys="data/keys")
    assert store.asked == [] and not (tmp_path / "data" / "keys").exists()


ENABLED = "<V><Status>Enabled</Status></V>"


def rule(days: int, which: str = "<Filter/>") -> str:
    end = f"<NoncurrentVersionExpiration><NoncurrentDays>{days}</NoncurrentDays></NoncurrentVersionExpiration>"
    return f"<Rule>{which}<Status>Enabled</Status>{end}</Rule>"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, []),
        ({"versioning": "<V/>"}, []),
        ({"versioning": ENABLED}, ["keeps versions of what is deleted"]),
        ({"versioning": "<V><Status>Suspended</Status></V>"}, ["keeps versions of what is deleted"]),
        ({"versioning": ENABLED, "lifecycle": rule(31)}, ["keeps versions"]),
        ({"versioning": ENABLED, "lifecycle": rule(30)}, []),
        ({"versioning": ENABLED, "lifecycle": rule(30, "<Filter><Prefix>here/</Prefix></Filter>")}, []),
        ({"versioning": ENABLED, "lifecycle": rule(30, "<Prefix>here/objects/</Prefix>")}, ["keeps versions"]),
        ({"versioning": ENABLED, "lifecycle": rule(30, "<Filter><Tag/><Tag></Tag></Filter>")}, ["keeps versions"]),
        ({"versioning": ENABLED, "lifecycle": rule(30).replace("Enabled", "Disabled")}, ["keeps versions"]),
        ({"versioning": ENABLED, "lifecycle": rule(1).replace("Expiration", "Transition")}, ["keeps versions"]),
        (
            {"object-lock": "<Rule><Days>31</Days></Rule>"},
            ["locks objects for 31 days, and backups are deleted after 30"],
        ),
        ({"object-lock": "<Rule><Years>1</Years></Rule>"}, ["locks objects for 365 days"]),
        ({"object-lock": "<Rule><Days>30</Days></Rule>"}, []),
    ],
)
def test_a_bucket_that_keeps_what_is_deleted_is_warned_of(
    store: FaultyBucket, place: BackupBucket, tmp_path: Path, settings: dict[str, str], said: list[str]
) -> None:
    store.settings = settings
    warned.clear()
    begun(place, tmp_path)
    told = [line for line in warned if line.startswith("s3://")]
    assert len(told) == len(said) and all(part in line for part, line in zip(said, told, strict=True))


def test_a_bucket_that_may_not_be_asked_what_it_keeps_is_warned_of(
    store: FaultyBucket, place: BackupBucket, tmp_path: Path
) -> None:
    store.faults = lambda method, key, query: Fault(403, "AccessDenied") if query == "versioning=" else None
    warned.clear()
    begun(place, tmp_path)
    assert "allow s3:GetBucketVersioning" in warned[-1]
