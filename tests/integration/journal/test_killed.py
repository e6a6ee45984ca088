"""The journal's process dies between any two steps: what was acknowledged is in MongoDB afterwards, once, in order."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from tests.support.database.mongod import RunningMongod
from tests.support.journal.journalled import all_lines, home, kill_journal, line, numbers, own_database, running_journal
from tests.support.product.closing import close_organisation
from tests.support.wait import wait_until

from call24.journal.flusher import Flusher
from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.journal.personal_data import HOLDS
from call24.journal.spool import Segment, Spool
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId, new_id
from call24.kit.mongo import Mongo

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def tenant() -> TenantId:
    return TenantId(new_id("ten"))


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "journal"


class Killed(BaseException):
    """The process is gone here."""


STEPS = ["before the disk", "after the disk", "before MongoDB", "after MongoDB", "before it is forgotten"]


def killed_at(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the second batch on, whoever comes to this step dies there."""
    real_write, real_store, real_flushed = Segment.write, Flusher.store, Spool.flushed
    count = 0

    def due() -> bool:
        nonlocal count
        count += 1
        return count > 1

    def write(self: Segment, content: bytes) -> float:
        die = due()
        if step == "before the disk" and die:
            raise Killed
        took = real_write(self, content)
        if step == "after the disk" and die:
            raise Killed
        return took

    async def store(self: Flusher, batch: Sequence[Entry]) -> None:
        die = due()
        if step == "before MongoDB" and die:
            raise Killed
        await real_store(self, batch)
        if step == "after MongoDB" and die:
            raise Killed

    def forget(self: Spool, entries: int) -> None:
        if due():
            raise Killed
        real_flushed(self, entries)

    if "disk" in step:
        monkeypatch.setattr(Segment, "write", write)
    elif "MongoDB" in step:
        monkeypatch.setattr(Flusher, "store", store)
    else:
        monkeypatch.setattr(Spool, "flushed", forget)


@pytest.mark.parametrize("step", STEPS)
async def test_a_death_at_any_step_loses_and_doubles_nothing(
    mongo: Mongo, spool: Path, tenant: TenantId, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(mongo, spool)
    await journal.start()
    acknowledged = []
    with monkeypatch.context() as patch:
        killed_at(step, patch)
        for number in range(1, 4):
            try:
                await journal.append(tenant, [line(number), line(number)])
            except Unavailable:
                break
            acknowledged.append(number)
            if "disk" not in step:
                await wait_until(lambda: not journal.spooling or _dead(journal))
        await wait_until(lambda: _dead(journal))
        await kill_journal(journal)
    async with running_journal(mongo, spool) as again:
        await again.append(tenant, [line(9)])
        await home(again)
        stored = numbers(await all_lines(mongo, tenant))
        assert stored == sorted(stored)
        assert all(stored.count(number) == 2 for number in acknowledged)
        assert len(acknowledged) >= 1
        assert [entry.seq for entry in await all_lines(mongo, tenant)] == list(range(1, len(stored) + 1))
        assert await again.read_after(tenant, 0) == await all_lines(mongo, tenant)


def _dead(journal: Journal) -> bool:
    return any(task is not None and task.done() for task in (journal._writer, journal._carrier))


CHILD = """
import asyncio, sys
from pathlib import Path
from tests.support.journal.journalled import line
from call24.journal.journal import Journal
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo

async def main(uri, database, spool, tenant, first):
    journal = Journal(Mongo(uri, database), Path(spool))
    await journal.start()
    async def write(number):
        await journal.append(TenantId(tenant), [line(number)])
        print(number, flush=True)
    number = int(first)
    while True:
        await asyncio.gather(*(write(number + one) for one in range(3)))
        number += 3

asyncio.run(main(*sys.argv[1:]))
"""


async def test_kill_minus_nine_again_and_again_loses_and_doubles_nothing(
    mongod: RunningMongod, mongo: Mongo, spool: Path, tenant: TenantId
) -> None:
    acknowledged: list[int] = []
    for life in range(4):
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", CHILD, mongod.uri, mongo._database.name, str(spool), tenant, str(life * 100_000)),
            stdout=asyncio.subprocess.PIPE,
            cwd=REPOSITORY,
        )
        assert child.stdout is not None
        for _ in range(150 + 41 * life):
            acknowledged.append(int(await asyncio.wait_for(child.stdout.readline(), 20)))
        os.kill(child.pid, signal.SIGKILL)
        acknowledged += [int(rest) for rest in (await child.stdout.read()).split(b"\n")[:-1]]
        await child.wait()
    async with running_journal(mongo, spool):
        stored = await all_lines(mongo, tenant)
    assert len(numbers(stored)) == len(set(numbers(stored)))
    assert set(acknowledged) <= set(numbers(stored))
    assert [entry.seq for entry in stored] == list(range(1, len(stored) + 1))


# --- a full disk ---


def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Segment, content: bytes) -> float:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Segment, "write", full)


async def test_with_a_full_disk_lines_go_straight_to_mongodb_after_those_that_wait(
    mongo: Mongo, spool: Path, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_journal(mongo, spool) as journal:
        heard: list[int] = []
        journal.follow_flushed(lambda batch: heard.extend(entry.seq for entry in batch))
        await journal.append(tenant, [line(1)])
        with monkeypatch.context() as patch:
            no_room(patch)
            await journal.append(tenant, [line(2)])
            assert numbers(await all_lines(mongo, tenant)) == [1, 2]
        await journal.append(tenant, [line(3)])
        await home(journal)
        assert heard == [1, 2, 3]
    assert numbers(await all_lines(mongo, tenant)) == [1, 2, 3]


@pytest.mark.long(
    "integration/journal/test_journal.py::test_a_spool_that_is_full_refuses_and_afterwards_takes_lines_again"
)
async def test_with_a_full_disk_and_mongodb_away_lines_are_refused_and_said(
    tmp_path: Path, spool: Path, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with own_database(tmp_path / "mongod") as (server, mongo), running_journal(mongo, spool) as journal:
        await journal.append(tenant, [line(1)])
        await home(journal)
        server.kill()
        await wait_until(lambda: not mongo.reachable)
        await journal.append(tenant, [line(2)])
        with monkeypatch.context() as patch:
            no_room(patch)
            with pytest.raises(Unavailable):
                await journal.append(tenant, [line(3)])
        await journal.append(tenant, [line(4)])
        await server.start()
        await home(journal)
        assert numbers(await all_lines(mongo, tenant)) == [1, 2, 4]


# --- copies ---


@pytest.fixture
async def two(mongo: Mongo, spool: Path) -> AsyncIterator[tuple[Journal, TenantId, TenantId]]:
    async with running_journal(mongo, spool) as journal:
        first, second = TenantId(new_id("ten")), TenantId(new_id("ten"))
        for tenant_id in (first, second):
            await journal.append(tenant_id, [line(1)])
        yield journal, first, second


def files_with(spool: Path, tenant_id: TenantId) -> list[Path]:
    return [path for path in spool.iterdir() if tenant_id.encode() in path.read_bytes()]


async def test_of_an_erased_organisation_no_copy_stays_and_a_restart_brings_none_back(
    two: tuple[Journal, TenantId, TenantId], mongo: Mongo, spool: Path
) -> None:
    journal, erased, other = two
    (spool / "damaged-000000000001-0").write_bytes(erased.encode())
    await close_organisation(spool.parents[1], erased, HOLDS, journal)
    assert files_with(spool, erased) == []
    await mongo.tenant(erased).wipe()
    await journal.append(other, [line(2)])
    await kill_journal(journal)
    async with running_journal(mongo, spool) as again:
        assert await again.read_after(erased, 0) == []
        assert numbers(await again.read_after(other, 0)) == [1, 2]


async def test_what_the_sweeper_deletes_is_not_brought_back_by_a_restart(
    two: tuple[Journal, TenantId, TenantId], mongo: Mongo, spool: Path
) -> None:
    journal, first, _ = two
    await journal.before_deletion()
    await mongo.tenant(first).collection(Entry).delete_many({})
    assert files_with(spool, first) == []
    await kill_journal(journal)
    async with running_journal(mongo, spool) as again:
        assert await again.read_after(first, 0) == []
        assert await again.open_tenant(first) == 1


async def test_an_erasure_while_mongodb_is_away_is_refused_not_forgotten(
    tmp_path: Path, spool: Path, tenant: TenantId
) -> None:
    async with own_database(tmp_path / "mongod") as (server, mongo), running_journal(mongo, spool) as journal:
        await journal.append(tenant, [line(1)])
        server.kill()
        await wait_until(lambda: not mongo.reachable)
        await journal.append(tenant, [line(2)])
        with pytest.raises(Unavailable):
            await journal.close_tenant(tenant)
        await server.start()
        await home(journal)
        await journal.close_tenant(tenant)
        assert files_with(spool, tenant) == []


async def test_a_copy_does_not_stay_for_long_after_it_is_home(
    mongo: Mongo, spool: Path, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.journal.flusher.TURN_S", 0.2)
    async with running_journal(mongo, spool) as journal:
        await journal.append(tenant, [line(1)])
        await wait_until(lambda: not list(spool.glob("*.segment")), 5)
        assert numbers(await all_lines(mongo, tenant)) == [1]
