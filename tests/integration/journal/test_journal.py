"""The journal on a real MongoDB: what it acknowledged is there, once, in order, whatever is killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.support.journal.journalled import (
    AT,
    OwnMongod,
    all_lines,
    home,
    kill_journal,
    line,
    numbers,
    own_database,
    running_journal,
)
from tests.support.wait import wait_until

from call24.journal import flusher as home_module
from call24.journal.journal import Journal, NumberTaken
from call24.journal.model import Entry
from call24.journal.spool import InUse, Spool
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, EventId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo

TENANT = TenantId("ten_a")


@pytest.fixture
def tenant() -> TenantId:
    return TenantId(new_id("ten"))


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "journal"


@pytest.fixture
async def journal(mongo: Mongo, spool: Path) -> AsyncIterator[Journal]:
    async with running_journal(mongo, spool) as journal:
        yield journal


# --- numbers, order, batches ---


async def test_many_writers_at_once_get_numbers_without_gaps_in_their_own_order(
    journal: Journal, mongo: Mongo, tenant: TenantId
) -> None:
    async def write(writer: int) -> list[int]:
        seqs = []
        for number in range(10):
            entries = await journal.append(tenant, [line(number, f"call_{writer}"), line(number, f"call_{writer}")])
            seqs += [entry.seq for entry in entries]
        return seqs

    written = await asyncio.gather(*(write(writer) for writer in range(20)))
    await home(journal)
    stored = await all_lines(mongo, tenant)
    assert [entry.seq for entry in stored] == list(range(1, 401))
    for writer, seqs in enumerate(written):
        assert seqs == sorted(seqs)
        theirs = await journal.read_call(tenant, CallId(f"call_{writer}"))
        assert [entry.seq for entry in theirs] == seqs
        assert numbers(theirs) == [number for number in range(10) for _ in "ab"]


async def test_each_organisation_counts_for_itself(journal: Journal) -> None:
    first, second = TenantId(new_id("ten")), TenantId(new_id("ten"))
    for tenant_id in (first, second, first):
        await journal.append(tenant_id, [line(1)])
    assert (journal.last_seq(first), journal.last_seq(second)) == (2, 1)
    assert [entry.tenant_id for entry in await journal.read_after(first, 0)] == [first, first]


async def test_all_that_arrives_in_one_moment_is_one_write_to_the_disk(
    journal: Journal, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await journal.open_tenant(tenant)
    batches: list[int] = []
    keep = Spool.keep

    async def counted(self: Spool, batch: list[Entry]) -> None:
        batches.append(len(batch))
        await keep(self, batch)

    monkeypatch.setattr(Spool, "keep", counted)
    await asyncio.gather(*(journal.append(tenant, [line(number)]) for number in range(50)))
    assert sum(batches) == 50
    assert len(batches) <= 2


async def test_a_line_is_read_as_it_was_written(journal: Journal, tenant: TenantId) -> None:
    (written,) = await journal.append(tenant, [line(7)])
    (read,) = await journal.read_after(tenant, 0)
    assert read == written
    assert (read.at - AT).total_seconds() == 0.007


async def test_numbers_go_on_after_a_restart(mongo: Mongo, spool: Path, tenant: TenantId) -> None:
    for expected in (1, 2, 3):
        async with running_journal(mongo, spool) as journal:
            (entry,) = await journal.append(tenant, [line(expected)])
            assert entry.seq == expected


async def test_readers_hear_of_each_line_once_it_is_safe_and_in_order(
    journal: Journal, mongo: Mongo, tenant: TenantId
) -> None:
    heard: list[int] = []
    journal.subscribe(lambda entry: heard.append(entry.seq))
    await asyncio.gather(*(journal.append(tenant, [line(number)]) for number in range(100)))
    assert heard == list(range(1, 101))
    await home(journal)
    assert len(await all_lines(mongo, tenant)) == 100


async def test_reading_on_from_a_number_gives_what_came_after_and_no_more_than_asked_for(
    journal: Journal, tenant: TenantId
) -> None:
    await journal.append(tenant, [line(number) for number in range(1, 11)])
    assert numbers(await journal.read_after(tenant, 7)) == [8, 9, 10]
    assert numbers(await journal.read_after(tenant, 2, limit=3)) == [3, 4, 5]
    assert await journal.read_after(tenant, 10) == []


async def test_an_appender_who_gives_up_does_not_lose_the_line_or_disturb_the_others(
    journal: Journal, tenant: TenantId
) -> None:
    await journal.open_tenant(tenant)
    gone = asyncio.ensure_future(journal.append(tenant, [line(1)]))
    stays = asyncio.ensure_future(journal.append(tenant, [line(2)]))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert numbers(await journal.read_after(tenant, 0)) == [1, 2]


async def test_stopping_finishes_what_was_accepted(mongo: Mongo, spool: Path, tenant: TenantId) -> None:
    journal = Journal(mongo, spool)
    await journal.start()
    await journal.open_tenant(tenant)
    appended = []
    for number in range(30):  # some in the write that is under way, some that wait for the next
        appended.append(asyncio.ensure_future(journal.append(tenant, [line(number)])))
        await asyncio.sleep(0)
    await journal.stop()
    assert all(one.done() and one.exception() is None for one in appended)
    assert numbers(await all_lines(mongo, tenant)) == list(range(30))
    with pytest.raises(Unavailable):
        await journal.append(tenant, [line(99)])


async def test_starting_twice_is_starting_once(mongo: Mongo, spool: Path, tenant: TenantId) -> None:
    async with running_journal(mongo, spool) as journal:
        await journal.start()
        heard: list[int] = []
        journal.subscribe(lambda entry: heard.append(entry.seq))
        await asyncio.gather(*(journal.append(tenant, [line(number)]) for number in range(20)))
        assert heard == list(range(1, 21))


async def test_storing_a_line_again_is_harmless(journal: Journal, mongo: Mongo, tenant: TenantId) -> None:
    entries = await journal.append(tenant, [line(1), line(2)])
    await home(journal)
    await journal._flusher.store(entries)
    assert await all_lines(mongo, tenant) == list(entries)


async def test_a_second_writer_of_the_same_journal_is_refused_and_what_it_acknowledged_gets_new_numbers(
    mongo: Mongo, spool: Path, tmp_path: Path, tenant: TenantId
) -> None:
    journal = Journal(mongo, spool)
    await journal.start()
    await journal.append(tenant, [line(1)])
    await home(journal)
    async with running_journal(mongo, tmp_path / "other") as other:
        await other.append(tenant, [line(2)])
        await home(other)
        await journal.append(tenant, [line(3), line(4)])  # on its own disk: it does not know yet
        await wait_until(lambda: journal._flusher.taken)
        with pytest.raises(NumberTaken):
            await journal.append(tenant, [line(5)])
        assert numbers(await journal.read_after(tenant, 2)) == [4]
    await journal.stop()
    async with running_journal(mongo, spool) as again:
        assert await again.open_tenant(tenant) == 4
        assert sorted(numbers(await all_lines(mongo, tenant))) == [1, 2, 3, 4]
        assert again._spool.read() == []


async def test_a_second_process_waits_until_the_first_has_given_up_the_spool(
    mongo: Mongo, spool: Path, tenant: TenantId
) -> None:
    first, second = Journal(mongo, spool), Journal(mongo, spool)
    await first.start()
    with pytest.raises(InUse):
        await second.start()
    with pytest.raises(Unavailable):
        await second.append(tenant, [line(1)])
    await first.stop()
    await second.start()
    await second.append(tenant, [line(1)])
    await second.stop()


async def test_a_writer_that_failed_keeps_nobody_waiting(
    mongo: Mongo, spool: Path, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(mongo, spool)
    await journal.start()
    await journal.open_tenant(tenant)

    async def broken(self: Journal, batch: list[Entry]) -> None:
        await asyncio.sleep(0)
        raise RuntimeError("a bug")

    monkeypatch.setattr(Journal, "_keep", broken)
    first = asyncio.ensure_future(journal.append(tenant, [line(1)]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.ensure_future(journal.append(tenant, [line(2)]))
    async with asyncio.timeout(5):
        for one in (first, second):
            with pytest.raises(Unavailable):
                await one
    with pytest.raises(Unavailable):
        await journal.append(tenant, [line(3)])
    await journal.stop()


# --- MongoDB is killed ---


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[tuple[OwnMongod, Mongo]]:
    async with own_database(tmp_path / "mongod") as own:
        yield own


class Writer:
    """Writes one line after the other, and knows which were acknowledged."""

    def __init__(self, journal: Journal) -> None:
        self.acknowledged: list[int] = []
        self._journal = journal
        self._task = asyncio.create_task(self._write())

    async def _write(self) -> None:
        number = 0
        while True:
            number += 1
            await self._journal.append(TENANT, [line(number)])
            self.acknowledged.append(number)
            await asyncio.sleep(0.002)

    async def more(self, count: int, timeout_s: float = 15) -> None:
        """Until ``count`` more lines were acknowledged."""
        target = len(self.acknowledged) + count
        await wait_until(lambda: self._task.done() or len(self.acknowledged) >= target, timeout_s)
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})


async def test_kill_of_mongod_in_the_middle_loses_nothing_and_keeps_the_order(
    own: tuple[OwnMongod, Mongo], spool: Path
) -> None:
    server, mongo = own
    async with running_journal(mongo, spool) as journal:
        heard: list[int] = []
        journal.subscribe(lambda entry: heard.append(entry.body["number"]))
        writer = Writer(journal)
        await writer.more(50)
        server.kill()
        await writer.more(50)
        assert journal.spooling
        assert set(numbers(journal._flusher.waiting)) <= set(numbers(Spool(spool).read()))
        assert numbers(journal._flusher.waiting) == sorted(numbers(journal._flusher.waiting))
        await server.start()
        await wait_until(lambda: len(journal._flusher.waiting) < 50, 20)
        await writer.more(20)
        await writer.stop()
        await home(journal)
        await journal.before_deletion()
        assert Spool(spool).read() == []
        assert heard == sorted(set(heard))
        assert set(writer.acknowledged) <= set(heard)
    stored = await all_lines(mongo, TENANT)
    assert [entry.seq for entry in stored] == list(range(1, len(stored) + 1))
    assert numbers(stored) == list(range(1, len(stored) + 1))
    assert set(writer.acknowledged) <= set(numbers(stored))


async def test_a_mongod_that_hangs_holds_no_call_up(own: tuple[OwnMongod, Mongo], spool: Path) -> None:
    server, mongo = own
    async with running_journal(mongo, spool) as journal:
        await journal.append(TENANT, [line(1)])
        server.freeze()
        began = asyncio.get_running_loop().time()
        for number in range(2, 13):
            await journal.append(TENANT, [line(number)])
        took = asyncio.get_running_loop().time() - began
        server.thaw()
        assert took < 1
        await home(journal)
    assert numbers(await all_lines(mongo, TENANT)) == list(range(1, 13))


def tear(spool: Path) -> None:
    """As if the process had been killed while it wrote one more batch."""
    with sorted(spool.glob("*.segment"))[-1].open("ab") as file:
        file.write(b'00000000 [{"id":"evt_cut short')


@pytest.mark.long("test_kill_of_mongod_in_the_middle_loses_nothing_and_keeps_the_order")
async def test_kill_of_both_mongod_and_call24_loses_nothing(own: tuple[OwnMongod, Mongo], spool: Path) -> None:
    server, mongo = own
    journal = Journal(mongo, spool)
    await journal.start()
    await journal.append(TENANT, [line(1)])
    server.kill()
    await journal.append(TENANT, [line(2), line(3)])
    await journal.append(TENANT, [line(4)])
    await kill_journal(journal)
    tear(spool)
    await server.start()
    async with running_journal(mongo, spool) as again:
        assert Spool(spool).read() == []
        assert await again.open_tenant(TENANT) == 4
        await again.append(TENANT, [line(5)])
        assert numbers(await again.read_after(TENANT, 0)) == [1, 2, 3, 4, 5]


async def test_lines_that_are_not_home_yet_are_read_too_once_and_in_order(
    mongo: Mongo, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, agent = TenantId(new_id("ten")), UserId("usr_1")
    async with running_journal(mongo, spool) as journal:
        entries = list(await journal.append(tenant, [line(1), msgspec.structs.replace(line(2), agent_id=agent)]))
        await home(journal)
        monkeypatch.setattr(home_module, "GATHER_S", 60.0)
        entries += await journal.append(tenant, [msgspec.structs.replace(line(3), agent_id=agent)])
        assert journal._flusher.waiting == entries[2:]
        foreign = msgspec.structs.replace(entries[2], id=EventId(new_id("evt")), tenant_id=TenantId(new_id("ten")))
        journal._flusher.waiting.append(foreign)  # another organisation's, of the same call and agent
        journal._flusher.waiting.insert(0, entries[1])  # its write had failed, and was done all the same
        assert [entry.seq for entry in await journal.read_after(tenant, 0)] == [1, 2, 3]
        assert [entry.seq for entry in await journal.read_after(tenant, 1, limit=1)] == [2]
        assert [entry.seq for entry in await journal.read_call(tenant, CallId("call_1"))] == [1, 2, 3]
        other = CallId("call_2")
        assert await journal.read_calls(tenant, [CallId("call_1"), other]) == {CallId("call_1"): entries, other: []}
        assert await journal.read_agent(tenant, agent, AT) == entries[1:]
        assert await journal.read_agent(tenant, agent, entries[2].at) == entries[2:]
        journal._flusher.waiting.remove(foreign)


class Listed(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    at: datetime
    among: tuple[tuple[str, ...], ...]


async def test_a_line_reads_the_same_before_it_is_home_and_after(mongo: Mongo, spool: Path) -> None:
    tenant = TenantId(new_id("ten"))
    event = Listed(AT + timedelta(microseconds=1999), (("a", "b"), ()))
    async with running_journal(mongo, spool) as journal:
        await journal.append(tenant, [msgspec.structs.replace(line(1), event=event, at=AT + timedelta(microseconds=7))])
        before = await journal.read_after(tenant, 0)
        assert journal.spooling
        await home(journal)
        assert await journal.read_after(tenant, 0) == before


async def test_a_spool_that_is_full_refuses_and_afterwards_takes_lines_again(
    own: tuple[OwnMongod, Mongo], spool: Path
) -> None:
    server, mongo = own
    async with running_journal(mongo, spool) as journal:
        journal._spool._limit = 2500
        await journal.append(TENANT, [line(0)])
        server.kill()
        kept = [0]
        with pytest.raises(Unavailable):
            for number in range(1, 100):
                await journal.append(TENANT, [line(number)])
                kept.append(number)
        assert len(kept) > 3
        await server.start()
        await home(journal)
        await journal.append(TENANT, [line(1000)])
        await home(journal)
        assert numbers(await all_lines(mongo, TENANT)) == [*kept, 1000]


@pytest.mark.long("test_kill_of_mongod_in_the_middle_loses_nothing_and_keeps_the_order")
async def test_a_long_outage_comes_home_while_calls_go_on(
    own: tuple[OwnMongod, Mongo], spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, mongo = own
    monkeypatch.setattr(home_module, "BATCH", 50)
    async with running_journal(mongo, spool) as journal:
        await journal.append(TENANT, [line(0)])
        server.kill()
        for start in range(1, 2001, 100):
            await journal.append(TENANT, [line(number) for number in range(start, start + 100)])
        await server.start()
        writer_longest = 0.0
        number = 2001
        loop = asyncio.get_running_loop()
        while journal.spooling:
            began = loop.time()
            await journal.append(TENANT, [line(number)])
            writer_longest = max(writer_longest, loop.time() - began)
            number += 1
            await asyncio.sleep(0.005)
        assert writer_longest < 0.5
    assert numbers(await all_lines(mongo, TENANT)) == list(range(number))
