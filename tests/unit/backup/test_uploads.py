"""Objects on their way into a bucket: a bounded number of parts at once, each sent again by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.support.faulty_bucket import Fault, FaultyBucket, faulty_bucket

from call24.backup import uploads
from call24.backup.errors import BackupError
from call24.backup.s3_errors import S3Error
from call24.backup.uploads import Uploads

CONTENT = bytes(range(95))


@pytest.fixture
def store() -> Iterator[FaultyBucket]:
    with faulty_bucket() as store:
        yield store


def written(sending: Uploads, key: str, content: bytes) -> None:
    with sending.object(key) as out:
        for first in range(0, len(content), 7):
            out.write(content[first : first + 7])
        out.done()


def test_an_object_goes_in_parts_of_which_so_many_are_under_way(store: FaultyBucket) -> None:
    store.faults = lambda method, key, query: time.sleep(0.01)
    sending = Uploads(store.client(), part=10, at_once=2)
    written(sending, "long", CONTENT)
    for number in range(6):
        written(sending, f"short{number}", CONTENT[:10])
    sending.wait()
    sending.close()
    assert store.objects["here/long"].body == CONTENT and store.count("PUT", "here/long.*partNumber") == 10
    assert [store.objects[f"here/short{number}"].body for number in range(6)] == [CONTENT[:10]] * 6
    assert store.most == 2 and store.parts == {}


def test_no_more_is_in_memory_than_is_under_way(store: FaultyBucket) -> None:
    begun, served, waiting = [0], [0], [0]

    def slow(method: str, key: str, query: str) -> None:
        time.sleep(0.02)
        waiting.append(begun[0] - served[0])
        served[0] += 1

    store.faults = slow
    sending = Uploads(store.client(), part=10, at_once=2)
    for number in range(8):
        begun[0] += 1
        written(sending, f"short{number}", CONTENT[:10])
    sending.wait()
    sending.close()
    assert max(waiting) <= 3 and served[0] == 8, "one more than are under way is being written"


def test_a_part_that_fails_is_sent_again_by_itself(store: FaultyBucket) -> None:
    left = [Fault(500, "InternalError"), Fault(cut=True)]
    store.faults = lambda method, key, query: left.pop() if "partNumber=2&" in query and left else None
    sending = Uploads(store.client(), part=40)
    written(sending, "a", CONTENT)
    sending.close()
    assert store.objects["here/a"].body == CONTENT
    assert [store.count("PUT", f"partNumber={number}&") for number in (1, 2, 3)] == [1, 3, 1]


def test_what_cannot_be_sent_is_aborted_and_said(store: FaultyBucket) -> None:
    store.faults = lambda method, key, query: Fault(500, "InternalError") if "partNumber=2&" in query else None
    sending = Uploads(store.client(), part=10)
    with pytest.raises(S3Error, match="it answered 500 InternalError"):
        written(sending, "a", CONTENT)
    sending.close()
    assert store.objects == {} and store.parts == {}


def test_a_short_object_that_cannot_be_sent_is_said_later(store: FaultyBucket) -> None:
    store.faults = lambda method, key, query: Fault(403, "AccessDenied") if method == "PUT" else None
    sending = Uploads(store.client(), part=10)
    written(sending, "a", b"short")
    with pytest.raises(S3Error, match="refuses access"):
        sending.wait()
    with pytest.raises(S3Error, match="refuses access"):
        written(sending, "b", b"short")
    sending.close()


def test_an_object_has_no_more_parts_than_stores_take(store: FaultyBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_PARTS", 3)
    sending = Uploads(store.client(), part=10)
    with pytest.raises(BackupError, match="360 GB"):
        written(sending, "a", CONTENT)
    sending.close()
    assert store.parts == {}
