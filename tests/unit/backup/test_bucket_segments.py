"""Segments in a bucket: written by one, opened by keys that are never in it, and gone with their backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.faulty_bucket import Fault, FaultyBucket, faulty_bucket
from tests.support.product.segments import AT, Followed

from call24.backup.bucket import BackupBucket
from call24.backup.errors import BackupError, PlaceAway
from call24.backup.segments import Files

YEARS = timedelta(days=18_000)
"""No backup is due by the clock of whoever runs this."""


@pytest.fixture
def store() -> Iterator[FaultyBucket]:
    with faulty_bucket() as store:
        yield store


@pytest.fixture
def place(store: FaultyBucket, tmp_path: Path) -> BackupBucket:
    (tmp_path / "data").mkdir()
    place = at(store, tmp_path)
    place.prepare(tmp_path / "data", lambda line: None)
    with place.writing(), place.alone():
        place.check(30)
    return place


def at(store: FaultyBucket, tmp_path: Path) -> BackupBucket:
    return BackupBucket(store.client(), tmp_path / "keys", part=1000, piece=700, settles_s=0)


def followed(place: BackupBucket, days: int = 0) -> Followed:
    with place.alone(), place.held():
        return Followed(place, AT + YEARS + timedelta(days=days))


def far(made: Followed, seconds: int) -> tuple[int, int]:
    return int(made.key.instant.timestamp()) + seconds, 1


def test_segments_follow_each_other_and_only_encrypted_bytes_are_there(
    place: BackupBucket, store: FaultyBucket
) -> None:
    made = followed(place)
    kept: dict[str, object] = {"path": "recordings/ten_1/rec_a.c24", "object": "a" * 32}
    with place.following():
        for number in range(1, 4):
            changes = [far(made, number)] * 30
            made.adds(*changes, to=far(made, number), kept=(kept,), needed=("a" * 32,))
    files = Files()
    chain = made.reader.chain(see=[files])
    assert (len(chain.segments), chain.reaches, chain.changes, chain.broken) == (3, far(made, 3), 90, "")
    assert files.kept == {str(kept["path"]): kept}
    there = [store.objects[key].body for key in store.keys("here/segments/") if not key.endswith(".objects")]
    assert len(there) == 3 and not any(b"contacts" in body or b"rec_a" in body for body in there)
    assert not [key for key in store.keys("here/") if "lease" in key]


def test_only_one_follows_while_backups_are_made(place: BackupBucket, store: FaultyBucket, tmp_path: Path) -> None:
    followed(place)
    with place.following():
        with pytest.raises(BackupError, match="another `backup follow` writes to"), at(store, tmp_path).following():
            pass
        followed(place, days=1)
    with place.following():
        pass


def test_a_run_whose_lease_was_taken_over_writes_no_more(place: BackupBucket, store: FaultyBucket) -> None:
    made = followed(place)
    with place.following():
        store.put("here/following-lease", b'{"owner": "", "run": "another", "host": "elsewhere"}')
        with pytest.raises(BackupError, match="was taken over by elsewhere"):
            made.adds(to=far(made, 1))
    assert store.keys("here/segments/") == []


def test_a_segment_of_which_the_store_took_a_part_alone_is_not_there(place: BackupBucket, store: FaultyBucket) -> None:
    made = followed(place)
    with place.following():
        made.adds(to=far(made, 1))
        store.faults = lambda method, key, query: Fault(500, "InternalError") if "00000002" in key else None
        with pytest.raises(PlaceAway):
            made.adds(*[far(made, 2)] * 200, to=far(made, 2))
        store.faults = lambda method, key, query: None
    assert len(place.segments(made.key.name)) == 1 and made.reader.chain().broken == ""


def test_segments_and_what_they_alone_need_go_with_their_backup(place: BackupBucket, store: FaultyBucket) -> None:
    made, other = followed(place), followed(place, days=1)
    with place.following():
        made.adds(to=far(made, 1), needed=("a" * 32,))
        other.adds(to=far(other, 1), needed=("b" * 32,))
    for id in "abc":
        store.put(f"here/objects/{id * 2}/{id * 32}", b"sealed")
    store.put("here/segments/2026-01-01T00-00-00Z-0000/00000001-2026-01-01T00-00-00Z-0123456789abcdef", b"left")
    place._forget_key(made.key.name)
    with place.alone(), place.held():
        place.clean()
    assert store.keys("here/objects/") == [f"here/objects/bb/{'b' * 32}"]
    assert {key.split("/")[2] for key in store.keys("here/segments/")} == {other.key.name}
    with pytest.raises(BackupError, match="there is no key of"), place.following():
        made.adds(to=far(made, 2), chain=other.reader.chain())
