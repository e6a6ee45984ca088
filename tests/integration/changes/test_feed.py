"""The change feed on a real MongoDB: stored with the change, in the order of commits, given to each reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from tests.support.clock import StillClock
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.wait import wait_until

from call24.changes import course, feed
from call24.changes.feed import Feed
from call24.changes.model import Change, ChangeHead, EventType, Position
from call24.changes.reader import Reader
from call24.changes.service import Changes, Writing
from call24.changes.store import ChangeStore
from call24.doctor import feed_check
from call24.doctor.report import CheckResult, Failed
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Unavailable
from call24.kit.ids import TaskId, TenantId
from call24.kit.mongo import Mongo, TenantScope
from call24.tasks.model import Task

ACME, BETA = TenantId("ten_acme"), TenantId("ten_beta")
CLOCK = StillClock()


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    word: str


HAPPENED = EventType(name="test.happened", room="tests", body=Happened, says="Something happened.")
OTHER = EventType(name="test.other", room="tests", body=Happened, says="Something else happened.")


class Heard:
    """A reader that keeps what it was given; ``trouble``: what it raises for an organisation."""

    def __init__(self, name: str = "heard", wants: tuple[EventType[Any], ...] = (HAPPENED,)) -> None:
        self.batches: list[list[str]] = []
        self.words: dict[TenantId, list[str]] = {}
        self.trouble: dict[TenantId, Exception] = {}
        self.tries = 0
        self.reader = Reader(name, wants, self._read)

    async def _read(self, changes: Sequence[Change]) -> None:
        self.tries += 1
        tenant_id = changes[0].tenant_id
        if tenant_id in self.trouble:
            raise self.trouble[tenant_id]
        self.batches.append([HAPPENED.of(one).word for one in changes])
        self.words.setdefault(tenant_id, []).extend(self.batches[-1])


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    with patch.multiple(feed, SETTLE_S=0.02, LOOK_EVERY_S=0.05), patch.multiple(course, FIRST_WAIT_S=0.02):
        yield


@asynccontextmanager
async def reading(mongo: Mongo, changes: Changes, *heard: Heard, clock: Clock = CLOCK) -> AsyncIterator[Feed]:
    made = Feed(mongo, clock, changes, [one.reader for one in heard])
    await made.start()
    running = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.wait({running})


async def say(changes: Changes, *words: str, tenant_id: TenantId = ACME, kind: EventType[Happened] = HAPPENED) -> None:
    async def work(writing: Writing) -> None:
        for word in words:
            writing.tell(kind, Happened(word=word), word)

    await changes.commit(tenant_id, work)


def task(name: str) -> Task:
    return Task(id=TaskId(f"tsk_{name}"), tenant_id=ACME, kind="manual", created_at=CLOCK.now())


async def events(mongo: Mongo) -> list[tuple[int, str]]:
    found = await mongo.tenant(ACME).collection(Change).find(sort=[("seq", 1)])
    return [(one.seq, one.subject) for one in found]


async def test_a_change_and_its_event_are_stored_together_or_neither_is(mongo: Mongo) -> None:
    changes = Changes(mongo, CLOCK)

    async def work(writing: Writing) -> None:
        await writing.collection(Task).insert(task("one"))
        writing.tell(HAPPENED, Happened(word="one"), "one")

    await changes.commit(ACME, work)

    async def thinks_better_of_it(writing: Writing) -> None:
        await writing.collection(Task).insert(task("two"))
        writing.tell(HAPPENED, Happened(word="two"), "two")
        raise LookupError

    with pytest.raises(LookupError):
        await changes.commit(ACME, thinks_better_of_it)
    with pytest.raises(Conflict):  # it is there already
        await changes.commit(ACME, work)
    assert [one.id for one in await mongo.tenant(ACME).collection(Task).find()] == ["tsk_one"]
    assert await events(mongo) == [(1, "one")]


async def test_an_event_whose_number_cannot_be_stored_takes_the_change_with_it(mongo: Mongo) -> None:
    changes = Changes(mongo, CLOCK)
    taken = Change(id="evt_taken", tenant_id=ACME, seq=1, at=CLOCK.now(), type="x", version=1, subject="taken", body={})  # type: ignore[arg-type]
    await mongo.tenant(ACME).collection(Change).insert(taken)

    async def work(writing: Writing) -> None:
        await writing.collection(Task).insert(task("one"))
        writing.tell(HAPPENED, Happened(word="one"), "one")

    with pytest.raises(Conflict):
        await changes.commit(ACME, work)
    assert await mongo.tenant(ACME).collection(Task).find() == []


async def test_an_event_that_is_committed_late_is_not_skipped(mongo: Mongo, mongod: RunningMongod) -> None:
    """Another process has its number and has not committed; who comes meanwhile is numbered, and read, after it."""
    there = Mongo(mongod.uri, NAME)
    slow, quick, heard = Changes(there, CLOCK), Changes(mongo, CLOCK), Heard()
    numbered, go_on = asyncio.Event(), asyncio.Event()
    add = ChangeStore.add

    async def held(store: ChangeStore, scope: TenantScope, changes: Sequence[Change], **how: bool) -> list[Change]:
        made = await add(store, scope, changes, **how)
        if changes[0].subject == "slow":
            numbered.set()
            await go_on.wait()
        return made

    try:
        with patch.object(ChangeStore, "add", held):
            async with reading(mongo, quick, heard):
                first = asyncio.create_task(say(slow, "slow"))
                await numbered.wait()
                second = asyncio.create_task(say(quick, "quick"))
                await say(quick, "beside", tenant_id=BETA)  # another organisation's is not held up
                await wait_until(lambda: heard.words.get(BETA) == ["beside"])
                assert not second.done() and ACME not in heard.words
                go_on.set()
                await asyncio.gather(first, second)
                await wait_until(lambda: len(heard.words.get(ACME, ())) == 2)
        assert heard.words[ACME] == ["slow", "quick"]
        assert await events(mongo) == [(1, "slow"), (2, "quick")]
    finally:
        await there.close()


async def test_many_changes_at_once_of_two_processes_have_numbers_without_gaps_and_are_read_in_order(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    there = Mongo(mongod.uri, NAME)
    here, other, heard = Changes(mongo, CLOCK), Changes(there, CLOCK), Heard()
    try:
        async with reading(mongo, here, heard):
            await asyncio.gather(
                *(say(one, f"{name}{n}") for n in range(20) for name, one in (("a", here), ("b", other)))
            )
            await wait_until(lambda: len(heard.words[ACME]) == 40)
    finally:
        await there.close()
    stored = await events(mongo)
    assert [seq for seq, _ in stored] == list(range(1, 41))
    assert heard.words[ACME] == [word for _, word in stored]


async def test_a_long_change_is_stored_though_another_process_changes_something_in_each_of_its_tries(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    there = Mongo(mongod.uri, NAME)
    long, short = Changes(mongo, CLOCK), Changes(there, CLOCK)
    others: list[asyncio.Task[None]] = []

    async def work(writing: Writing) -> None:
        await writing.collection(Task).insert(task("long"))
        writing.tell(HAPPENED, Happened(word="long"), "long")
        others.append(asyncio.create_task(say(short, f"short{len(others)}")))
        loses = len(others) <= 2
        await asyncio.wait(others[-1:], timeout=None if loses else 0.5)  # now it waits for this one, if need be longer

    try:
        await long.commit(ACME, work)
        await asyncio.gather(*others)
    finally:
        await there.close()
    stored = await events(mongo)
    assert [seq for seq, _ in stored] == list(range(1, len(others) + 2)), "no number is left out"
    told = [subject for _, subject in stored]
    assert told[:2] == ["short0", "short1"], "it lost to them"
    assert sorted(told) == sorted(["long", *(f"short{number}" for number in range(len(others)))])


async def test_a_long_change_that_tells_nothing_in_its_last_try_leaves_the_numbers_as_they_were(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    there = Mongo(mongod.uri, NAME)
    long, short = Changes(mongo, CLOCK), Changes(there, CLOCK)
    tries = 0

    async def work(writing: Writing) -> None:
        nonlocal tries
        tries += 1
        await writing.collection(Task).find()
        if tries <= 2:
            writing.tell(HAPPENED, Happened(word="long"), "long")
            await say(short, f"short{tries}")

    try:
        await long.commit(ACME, work)
        await say(short, "after")
    finally:
        await there.close()
    assert await events(mongo) == [(1, "short1"), (2, "short2"), (3, "after")]


async def test_a_reader_goes_on_after_a_restart_and_reads_again_what_was_not_written_down(mongo: Mongo) -> None:
    changes, first = Changes(mongo, CLOCK), Heard()
    async with reading(mongo, changes, first) as made:
        await say(changes, "one")
        await wait_until(lambda: first.words.get(ACME) == ["one"])
        await made.settle()
    with patch.object(ChangeStore, "put_positions", side_effect=Unavailable):  # it dies before it has written it down
        async with reading(mongo, changes, first):
            await say(changes, "two")
            await wait_until(lambda: first.words[ACME] == ["one", "two"])
    second, newcomer = Heard(), Heard("newcomer")
    async with reading(mongo, Changes(mongo, CLOCK), second, newcomer):
        await wait_until(lambda: second.words.get(ACME) == ["two"])
        await wait_until(lambda: newcomer.words.get(ACME) == ["one", "two"])


async def test_a_reader_that_fails_is_given_the_same_again_and_holds_up_nobody(mongo: Mongo) -> None:
    changes, broken, well = Changes(mongo, CLOCK), Heard("broken"), Heard("well")
    broken.trouble[ACME] = LookupError("cannot take it")
    async with reading(mongo, changes, broken, well) as made:
        await say(changes, "one")
        await say(changes, "two")
        await say(changes, "beta", tenant_id=BETA)
        await wait_until(lambda: well.words.get(ACME) == ["one", "two"] and broken.words.get(BETA) == ["beta"])
        await wait_until(lambda: broken.tries > 3)

        async def written_down() -> bool:
            kept = await mongo.tenant(ACME).collection(Position).find_one({"reader": "broken"})
            return kept is not None and (kept.seq, kept.trouble) == (0, "LookupError") and kept.tries > 1

        await wait_until(written_down)
        with pytest.raises(Failed, match="broken has failed in 1 organisations since"):
            await feed_check.look(mongo, CheckResult("change feed"))
        broken_state, well_state = made.states()
        assert (broken_state.behind, broken_state.failing, well_state.behind, well_state.failing) == (2, 1, 0, 0)
        broken.trouble.clear()
        await wait_until(lambda: broken.words.get(ACME) == ["one", "two"])
        assert made.states()[0].failing_since is None
        await made.settle()
        found = CheckResult("change feed")
        await feed_check.look(mongo, found)
        assert found.seen == "broken 0 behind, well 0 behind"


async def test_a_flood_of_one_organisation_is_read_in_turns_with_the_others(mongo: Mongo) -> None:
    changes, heard = Changes(mongo, CLOCK), Heard()
    await say(changes, *(f"flood{n}" for n in range(450)))
    await say(changes, "beta", tenant_id=BETA)
    with patch.object(feed, "AT_ONCE", 1):
        async with reading(mongo, changes, heard):
            await wait_until(lambda: len(heard.words.get(ACME, ())) == 450)
    assert [len(batch) for batch in heard.batches if batch[0] != "beta"] == [100, 100, 100, 100, 50]
    assert heard.batches.index(["beta"]) < 2


async def test_only_what_a_reader_wants_is_given_to_it_and_the_rest_is_passed(mongo: Mongo) -> None:
    changes, heard = Changes(mongo, CLOCK), Heard()
    async with reading(mongo, changes, heard) as made:
        await say(changes, "not this", kind=OTHER)
        await say(changes, "this")
        await wait_until(lambda: heard.words.get(ACME) == ["this"])
        await wait_until(lambda: made.states()[0].behind == 0)


async def test_what_is_too_old_to_be_kept_is_passed_over(mongo: Mongo) -> None:
    changes, heard = Changes(mongo, CLOCK), Heard()
    await say(changes, "one", "two")
    await mongo.tenant(ACME).collection(Change).delete_many({})  # as MongoDB does after seven days
    async with reading(mongo, changes, heard) as made:
        await wait_until(lambda: made.states()[0].behind == 0)
        await say(changes, "three")
        await wait_until(lambda: heard.words.get(ACME) == ["three"])


async def test_an_event_that_is_stored_while_old_ones_are_looked_for_is_not_passed_over(mongo: Mongo) -> None:
    changes, heard, after = Changes(mongo, CLOCK), Heard(), ChangeStore.after
    await say(changes, "one")
    await mongo.tenant(ACME).collection(Change).delete_many({})  # as MongoDB does after seven days

    async def slow(store: ChangeStore, tenant_id: TenantId, seq: int, limit: int) -> list[Change]:
        found = await after(store, tenant_id, seq, limit)
        if not await events(mongo):
            await say(changes, "two")
        return found

    with patch.object(ChangeStore, "after", slow):
        async with reading(mongo, changes, heard) as made:
            await wait_until(lambda: made.states()[0].behind == 0)
            await wait_until(lambda: heard.words.get(ACME) == ["two"])


async def test_nothing_is_written_for_an_organisation_that_is_being_erased(mongo: Mongo) -> None:
    changes, heard = Changes(mongo, CLOCK), Heard()
    async with reading(mongo, changes, heard) as made:
        await say(changes, "one")
        await wait_until(lambda: heard.words.get(ACME) == ["one"])
        await made.close_tenant(ACME)
        await mongo.tenant(ACME).wipe()
        with pytest.raises(Unavailable):
            await say(changes, "too late")
        await made.settle()
        for struct in (Change, ChangeHead, Position):
            assert await mongo.tenant(ACME).collection(struct).count() == 0


async def test_positions_that_two_processes_write_at_once_are_written(mongo: Mongo) -> None:
    store = ChangeStore(mongo)
    for n in range(10):
        where = Position(id=f"{ACME}:{n}", tenant_id=ACME, reader=str(n), seq=7)
        await asyncio.gather(*(store.put_positions([where]) for _ in range(20)))
    assert {one.seq for one in await store.positions()} == {7}
