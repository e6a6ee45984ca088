"""How a bucket is asked, and what is done when the store fails, breaks off, is slow or refuses."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.support.faulty_bucket import Fault, FaultyBucket, faulty_bucket

from call24.backup import s3_client
from call24.backup.s3_errors import S3Error

TRIES = 5


@pytest.fixture
def store() -> Iterator[FaultyBucket]:
    with faulty_bucket() as store:
        yield store


def failing(store: FaultyBucket, times: int, fault: Fault) -> None:
    """The next so many requests."""
    left = [fault] * times
    store.faults = lambda method, key, query: left.pop() if left else None


@pytest.mark.parametrize(
    "fault",
    [Fault(500, "InternalError"), Fault(503, "SlowDown"), Fault(400, "RequestTimeout"), Fault(cut=True)],
)
def test_what_fails_for_a_moment_is_asked_again(store: FaultyBucket, fault: Fault) -> None:
    bucket = store.client()
    failing(store, 2, fault)
    bucket.put("a", b"content")
    failing(store, TRIES - 1, fault)
    answer = bucket.get("a")
    assert answer is not None and answer.body == b"content"
    assert (store.count("PUT", "here/a"), store.count("GET", "here/a")) == (3, TRIES)


def test_an_answer_that_is_cut_off_is_not_taken_for_a_whole_one(store: FaultyBucket) -> None:
    bucket = store.client()
    bucket.put("a", bytes(range(256)) * 8)
    failing(store, 1, Fault(half=True))
    assert bucket.range("a", 0, 2048) == (bytes(range(256)) * 8, 2048)
    failing(store, TRIES, Fault(half=True))
    with pytest.raises(S3Error, match=r"cannot be reached, or breaks off \(IncompleteRead\)"):
        bucket.get("a")


def test_a_store_that_goes_on_failing_is_given_up_and_said(store: FaultyBucket) -> None:
    failing(store, TRIES, Fault(cut=True))
    with pytest.raises(S3Error, match="cannot be reached, or breaks off") as raised:
        store.client().get("a")
    assert store.count("GET", "here/a") == TRIES and raised.value.status == 0


def test_a_store_that_is_silent_is_too_slow(store: FaultyBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_client, "SILENT_S", 0.02)
    store.faults = lambda method, key, query: time.sleep(0.1)
    with pytest.raises(S3Error, match="it is too slow"):
        store.client().get("a")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(404, "NoSuchBucket"), "the bucket is not there: create it"),
        (Fault(403, "InvalidAccessKeyId"), "does not know the access key: correct the file of --store-file"),
        (Fault(403, "SignatureDoesNotMatch"), "the secret key is wrong: correct the file of --store-file"),
        (Fault(403, "AccessDenied"), "refuses access with these credentials: allow them s3:GetObject"),
        (Fault(403, "QuotaExceeded"), "the bucket is full: raise its quota"),
        (Fault(507, "Other"), "the bucket is full"),
        (Fault(418, "Teapot"), "it answered 418 Teapot: see the store's own log"),
    ],
)
def test_what_a_store_refuses_is_said_with_what_to_do(store: FaultyBucket, fault: Fault, said: str) -> None:
    failing(store, 1, fault)
    with pytest.raises(S3Error, match=said) as raised:
        store.client().put("a", b"x")
    assert str(raised.value).startswith("s3://backups/here: ") and store.count("PUT", "here/a") == 1


def test_a_clock_that_is_off_is_said_with_how_far(store: FaultyBucket) -> None:
    store.later_s = 3600
    failing(store, 1, Fault(403, "RequestTimeTooSkewed"))
    with pytest.raises(S3Error, match="differs from the store's by 60 minutes: run a time service"):
        store.client().get("a")


def test_a_listing_goes_on_over_its_pages(store: FaultyBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_client, "PAGE", 2)
    for name in ("here/o/1", "here/o/2", "here/o/3&", "here/o/4", "here/p", "there/o/5"):
        store.put(name, b"x" * len(name))
    found = list(store.client().listed("o/"))
    assert found == [("o/1", 8), ("o/2", 8), ("o/3&", 9), ("o/4", 8)]
    assert [one.key for one in store.client("").listed("")][-1] == "there/o/5"


def test_an_upload_in_parts_that_was_completed_with_its_answer_lost_is_there(store: FaultyBucket) -> None:
    bucket = store.client()
    upload = bucket.begin("a")
    parts = [bucket.part("a", upload, number, content) for number, content in ((1, b"one"), (2, b"two"))]
    failing(store, 1, Fault(lost=True))
    bucket.complete("a", upload, parts, 6)
    assert store.objects["here/a"].body == b"onetwo"
    with pytest.raises(S3Error):
        bucket.complete("b", upload, parts, 6)


def test_only_one_puts_what_is_new(store: FaultyBucket) -> None:
    assert store.client().put("a", b"first", new=True)
    assert not store.client().put("a", b"second", new=True)
    assert store.objects["here/a"].body == b"first"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>welcome</html>",
        b"<ListBucketResult></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>false</IsTruncated>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>here/a</Key></Contents></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>here/a</Key><Size>1</Size></Contents>"
        b"</ListBucketResult>",
    ],
)
def test_a_list_that_is_not_whole_is_refused(store: FaultyBucket, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = store.client()
    monkeypatch.setattr(bucket, "ask", lambda *_, **__: s3_client.Answer(status=200, headers={}, body=body))
    with pytest.raises(S3Error, match="the list of what is in it"):
        list(bucket.listed(""))


@pytest.mark.parametrize("said", ["", "bytes 0-3/" + "9" * 5000, "bytes 5-9/10", "bytes 0-3/*"])
def test_a_range_that_is_not_said_to_be_the_one_that_was_asked_for_is_refused(
    store: FaultyBucket, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = store.client()
    answer = s3_client.Answer(status=206, headers={"content-range": said}, body=b"abcd")
    monkeypatch.setattr(bucket, "ask", lambda *_, **__: answer)
    with pytest.raises(S3Error, match="does not say which part"):
        bucket.range("a", 0, 4)


def test_a_range_with_more_than_was_asked_for_is_not_read_on(
    store: FaultyBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = store.client()
    bucket.put("a", bytes(5000))
    monkeypatch.setattr(s3_client, "_BLOCK", 100)
    assert bucket.range("a", 0, 1000) == (bytes(1000), 5000)
    with pytest.raises(S3Error, match="TooLong"):
        bucket._found("GET", "a", headers={"range": "bytes=0-2999"}, most=1000)


def test_an_answer_that_comes_too_slowly_is_given_up(store: FaultyBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = store.client()
    bucket.put("a", bytes(5000))
    monkeypatch.setattr(s3_client, "WITHIN_S", 0.0)
    with pytest.raises(S3Error, match="it is too slow"):
        bucket.get("a")
