"""One run writes to a bucket; what a killed one has left is taken over after its time, by the store's clock."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.faulty_bucket import Fault, FaultyBucket, Stored, faulty_bucket
from tests.support.product.stack import wait_for

from call24.backup import lease
from call24.backup.errors import BackupError
from call24.backup.lease import Lease

OBJECT = "here/lease"
LASTS_S = 600


@pytest.fixture
def store() -> Iterator[FaultyBucket]:
    with faulty_bucket() as store:
        yield store


def of(store: FaultyBucket, owner: str) -> Lease:
    return Lease(store.client(), owner, settles_s=0)


def age(store: FaultyBucket, by_s: float) -> None:
    there = store.objects[OBJECT]
    store.objects[OBJECT] = Stored(there.body, there.at - by_s)


def killed(store: FaultyBucket, owner: str) -> None:
    """A run of this owner that takes it and never gives it back."""
    of(store, owner)._take()


@pytest.mark.parametrize("conditions", ["kept", "ignored", "refused"])
def test_a_second_run_is_refused_until_the_first_is_done(store: FaultyBucket, conditions: Any) -> None:
    store.conditions = conditions
    with (
        of(store, "a").held(),
        pytest.raises(BackupError, match="another backup is being written"),
        of(store, "b").held(),
    ):
        pass
    assert store.objects == {}
    with of(store, "b").held():
        pass


@pytest.mark.parametrize("later_s", [-86_400, 0, 86_400])
def test_what_a_killed_run_left_is_taken_over_after_its_time(store: FaultyBucket, later_s: float) -> None:
    store.later_s = later_s
    killed(store, "a")
    age(store, LASTS_S - 5)
    with pytest.raises(BackupError, match="if that run was killed, try again after"), of(store, "b").held():
        pass
    age(store, 6)
    with of(store, "b").held() as _:
        assert b'"owner": "b"' in store.objects[OBJECT].body


def test_a_killed_run_of_the_same_folder_of_keys_is_taken_over_at_once(store: FaultyBucket) -> None:
    killed(store, "this machine")
    with of(store, "this machine").held():
        pass
    killed(store, "")
    with pytest.raises(BackupError, match="another backup"), of(store, "").held():
        pass


def test_of_two_that_a_store_let_through_in_one_moment_one_goes_on(
    store: FaultyBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.conditions = "ignored"
    other = of(store, "b")
    monkeypatch.setattr(lease, "time", SimpleNamespace(sleep=lambda s: other._put(new=True)))
    with pytest.raises(BackupError, match="another backup is being written"), of(store, "a").held():
        pass
    other.check()


def test_it_is_renewed_while_its_run_is_alive(store: FaultyBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEWED_S", 0.01)
    ours = of(store, "a")
    with ours.held():
        puts = store.count("PUT", OBJECT)
        wait_for(lambda: store.count("PUT", OBJECT) > puts + 2)
        ours.check()
    assert store.objects == {}


def test_a_run_that_lost_it_is_told_so_and_leaves_the_others_lease(store: FaultyBucket) -> None:
    ours = of(store, "a")
    with ours.held():
        put_by_another(store)
        with pytest.raises(BackupError, match="was taken over by elsewhere while this backup was made"):
            ours.check()
    assert b"elsewhere" in store.objects[OBJECT].body, "another's is not removed"


def test_a_lease_whose_answer_was_lost_is_its_own(store: FaultyBucket) -> None:
    lost = [Fault(lost=True)]
    store.faults = lambda method, key, query: lost.pop() if method == "PUT" and lost else None
    with of(store, "a").held():
        pass
    assert store.count("PUT", OBJECT) == 3 and store.objects == {}


def put_by_another(store: FaultyBucket) -> None:
    store.put(OBJECT, b'{"owner": "x", "run": "other", "host": "elsewhere"}')


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff"])
def test_what_is_no_lease_is_waited_for_like_one(store: FaultyBucket, content: bytes) -> None:
    store.put(OBJECT, content)
    with pytest.raises(BackupError, match=r"another backup is being written to .* by somebody else"):
        of(store, "a")._take()
    age(store, LASTS_S)
    of(store, "a")._take()
