"""Readers of call records: one that fails or is slow holds up no other, and has everything in the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.call_records.test_projector import Following, day, prompt, records_of, write
from tests.support.calls.contact_centre import TENANT, Centre
from tests.support.http.api import Api
from tests.support.http.front_office import front_office
from tests.support.journal.journalled import running_journal
from tests.support.wait import wait_until

from call24.call_records import projector, record_debt, record_reader
from call24.call_records.call_record import CallRecord
from call24.call_records.projector import Cursor
from call24.call_records.record_reader import RecordReader
from call24.doctor import feed_check
from call24.doctor.report import CheckResult, Failed
from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.kit.errors import Unavailable
from call24.kit.mongo import Mongo
from call24.tasks.model import Task
from call24.tasks.service import TaskService
from call24.webhooks.service import WebhookService

__all__ = ["day", "prompt"]


@pytest.fixture
async def journal(mongo: Mongo, tmp_path: Path) -> AsyncIterator[Journal]:
    async with running_journal(mongo, tmp_path / "spool" / "journal") as journal:
        yield journal


class Reader:
    """Notes what it takes; ``trouble``: call -> what it raises instead."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.took: list[CallRecord] = []
        self.asked: Counter[str] = Counter()
        self.trouble: dict[str, Exception] = {}
        self.always: Exception | None = None
        self.slow_s = 0.0

    async def read(self, record: CallRecord) -> None:
        self.asked[record.id] += 1
        if (trouble := self.trouble.get(record.id, self.always)) is not None:
            raise trouble
        await asyncio.sleep(self.slow_s)
        self.took.append(record)

    @property
    def newest(self) -> dict[str, CallRecord]:
        return {record.id: record for record in self.took}

    def as_reader(self) -> RecordReader:
        return RecordReader(self.name, self.read)


def whole(day: Centre) -> dict[str, CallRecord]:
    return {record.id: record for record in records_of(day)}


async def behind(mongo: Mongo) -> dict[str, int]:
    cursor = await mongo.tenant(TENANT).collection(Cursor).get(TENANT)
    return {name: one.seq for name, one in cursor.behind.items()}


async def until_level(mongo: Mongo) -> None:
    async def level() -> bool:
        return await behind(mongo) == {}

    await wait_until(level)


@pytest.mark.parametrize("trouble", [RuntimeError("a fault in the reader"), Unavailable("its part is away")])
async def test_a_reader_that_fails_stops_no_other_and_is_given_what_it_did_not_take(
    api: Api, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """The server's own readers: tasks fail, webhooks come after them."""
    told: list[str] = []
    failing = True
    finished, publish = TaskService.finished, WebhookService.publish

    async def tasks_fail(self: TaskService, *args: Any) -> None:
        if failing:
            raise trouble
        await finished(self, *args)

    async def heard(self: WebhookService, tenant: Any, event: Any, *args: Any) -> None:
        told.append(type(event).__name__)
        await publish(self, tenant, event, *args)

    monkeypatch.setattr(TaskService, "finished", tasks_fail)
    monkeypatch.setattr(WebhookService, "publish", heard)
    async with front_office(api) as office:
        calls = [office.call("one"), office.call("two")]
        for call, number in zip(calls, ("+442079460123", "+442079460999"), strict=True):
            call.arrives(await office.contact(number)).joins(office.help).after(60).ends()
            await office.read(call, by_all=False)
        await wait_until(lambda: told.count("CallEnded") == 2)
        tasks = office.api.mongo.tenant(office.org.tenant.id).collection(Task)
        assert await tasks.find() == []
        failing = False

        async def made() -> bool:
            return {task.call_id for task in await tasks.find()} == {call.id for call in calls}

        await wait_until(made)
        assert told.count("CallEnded") == 2, "who had taken it is not told again"


async def test_a_call_that_a_reader_cannot_take_holds_up_no_other_call(
    mongo: Mongo, journal: Journal, day: Centre
) -> None:
    one, other = Reader("one"), Reader("other")
    damaged = next(record.id for record in records_of(day) if record.ended_at)
    one.trouble[damaged] = ValueError("it cannot be read")
    following = Following(mongo, journal, one.as_reader(), other.as_reader())
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await wait_until(lambda: one.newest == {id: made for id, made in whole(day).items() if id != damaged})
    assert other.newest == whole(day)
    await wait_until(lambda: one.asked[damaged] > 1)
    assert list(await behind(mongo)) == ["one"]
    with pytest.raises(Failed, match=r"^one \(call records\) has failed in 1 organisations since ") as seen:
        await feed_check.look(mongo, CheckResult("change feed"))
    assert seen.value.state == "warn"
    one.trouble.clear()
    await wait_until(lambda: one.newest == whole(day))
    await until_level(mongo)
    await feed_check.look(mongo, CheckResult("change feed"))
    await following.kill()


async def test_where_a_failing_reader_is_survives_a_kill(mongo: Mongo, journal: Journal, day: Centre) -> None:
    one, other = Reader("one"), Reader("other")
    one.always = RuntimeError("a fault")
    following = Following(mongo, journal, one.as_reader(), other.as_reader())
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await wait_until(lambda: other.newest == whole(day))
    await following.kill()
    first = min(entry.seq for entry in day.journal.lines if entry.type in projector.REWRITES and entry.call_id)
    assert await behind(mongo) == {"one": first - 1}
    one, other = Reader("one"), Reader("other")
    again = Following(mongo, journal, one.as_reader(), other.as_reader())
    await again.projector.catch_up(TENANT)
    await wait_until(lambda: one.newest == whole(day))
    await until_level(mongo)
    assert other.took == [], "who had everything is told nothing again"
    await again.kill()


async def test_a_slow_reader_is_waited_for_once_and_has_everything_beside_the_others(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_reader, "TOLD_WITHIN_S", 0.05)
    slow, other = Reader("slow"), Reader("other")
    slow.slow_s = 3600
    following = Following(mongo, journal, slow.as_reader(), other.as_reader())
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    await wait_until(lambda: other.newest == whole(day))
    assert slow.asked.total() == 2, "once before the others, once beside them"
    slow.slow_s = 0
    await following.kill()


async def test_what_is_owed_beyond_the_bound_is_looked_up_in_the_journal_again(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_debt, "OWED_EACH", 2)
    monkeypatch.setattr(projector, "PAGE", 3)
    one = Reader("one")
    one.always = Unavailable("its part is away")
    following = Following(mongo, journal, one.as_reader())
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    [debt] = following.projector._readers._debts["one"]._of.values()
    assert len(debt.calls) <= 2 + 3 and debt.forgotten is not None
    one.always = None
    await wait_until(lambda: one.newest == whole(day), 20)
    await until_level(mongo)
    await following.kill()


async def test_a_call_that_was_erased_meanwhile_is_not_told(mongo: Mongo, journal: Journal, day: Centre) -> None:
    one = Reader("one")
    one.always = RuntimeError("a fault")
    following = Following(mongo, journal, one.as_reader())
    await write(journal, day.journal.lines)
    await following.has_read(len(day.journal.lines))
    gone, *_ = whole(day)
    await mongo.tenant(TENANT).collection(CallRecord).delete(gone)
    one.always = None
    await until_level(mongo)
    assert one.newest == {id: record for id, record in whole(day).items() if id != gone}
    await following.projector.close_tenant(TENANT)
    await following.kill()


async def test_a_call_of_which_no_record_can_be_made_holds_up_no_other(
    mongo: Mongo, journal: Journal, day: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged, fold = next(iter(whole(day))), projector.fold

    def folded(entries: list[Entry]) -> CallRecord:
        if entries[0].call_id == damaged:
            raise KeyError("damaged")
        return fold(entries)

    monkeypatch.setattr(projector, "fold", folded)
    one = Reader("one")
    following = Following(mongo, journal, one.as_reader())
    await write(journal, day.journal.lines)
    await wait_until(lambda: one.newest == {id: made for id, made in whole(day).items() if id != damaged})
    await following.kill()


async def test_a_subscriber_of_the_journal_that_fails_stops_neither_the_journal_nor_the_others(
    mongo: Mongo, journal: Journal, day: Centre
) -> None:
    safe: list[int] = []
    home: list[int] = []

    def fails(_: object) -> None:
        raise RuntimeError("a fault")

    journal.subscribe(fails)
    journal.subscribe(lambda entry: safe.append(entry.seq))
    journal.follow_flushed(fails)
    journal.follow_flushed(lambda entries: home.extend(entry.seq for entry in entries))
    await write(journal, day.journal.lines)
    assert safe == list(range(1, len(day.journal.lines) + 1))
    await wait_until(lambda: home == safe)
