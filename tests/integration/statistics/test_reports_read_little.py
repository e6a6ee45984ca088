"""What a report reads does not grow with what was kept before its days, nor with what it is not asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.support.calls import told as t
from tests.support.clock import StillClock
from tests.support.database.database import looked_at
from tests.support.database.mongod import RunningMongod

from call24.call_records.call_record import CallRecord, fold
from call24.journal.model import Entry
from call24.kit.ids import CallId, EventId, UserId
from call24.kit.mongo import Mongo, TenantCollection
from call24.statistics.model import AgentLine, CountedRecord, Statistic
from call24.statistics.service import ReportQuery, Reports

DUE = datetime(2027, 6, 1, tzinfo=UTC)


async def test_what_an_agent_was_before_is_found_without_reading_its_whole_journal(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    at, agent = datetime(2026, 1, 1, tzinfo=UTC), UserId("usr_a")
    lines = [
        Entry(
            id=EventId(f"evt_{n}"),
            tenant_id=t.TENANT,
            seq=n,
            at=at + timedelta(minutes=n),
            type="AgentBecameAvailable",
            call_id=None,
            agent_id=agent,
            body={},
            delete_at=at + timedelta(days=900),
        )
        for n in range(2000)
    ]
    await mongo.tenant(t.TENANT).collection(Entry).insert_many(lines)
    clock = StillClock(at + timedelta(days=20, hours=1))
    reports = Reports(mongo, clock, lambda queue: 20, lambda tenant: [agent])
    today = clock.now().date()
    seen = []
    find_parts = TenantCollection.find_parts

    async def watched(self: Any, part: Any, *args: Any, **more: Any) -> Any:
        found = await find_parts(self, part, *args, **more)
        seen.append(last() if part is AgentLine else 0)
        return found

    with looked_at(mongod) as last, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TenantCollection, "find_parts", watched)
        question = ReportQuery(by="agent", first=today, last=today, zone=ZoneInfo("UTC"))
        report = await reports.report(t.TENANT, question)
    assert report.rows[agent]["signed_in_s"] == 3600
    assert 0 < max(seen) < 10


async def test_a_month_that_was_counted_is_read_without_its_quarter_hours(mongo: Mongo, mongod: RunningMongod) -> None:
    reports = Reports(mongo, StillClock(datetime(2026, 6, 1, tzinfo=UTC)), lambda queue: 20, lambda tenant: ())
    question = ReportQuery(by="day", first=date(2026, 5, 1), last=date(2026, 5, 30), zone=ZoneInfo("UTC"))
    await reports.report(t.TENANT, question)
    assert await mongo.tenant(t.TENANT).collection(Statistic).count({"table": "quarter"}) == 30 * 96
    with looked_at(mongod) as last:
        await reports.report(t.TENANT, question)
        assert 30 * 3 <= last() <= 30 * 3 * 3


async def test_today_is_read_again_only_where_a_call_has_ended_since(mongo: Mongo, mongod: RunningMongod) -> None:
    """Of a busy day that is at seven minutes past three: the quarter hours that are over are remembered."""
    clock = StillClock(datetime(2026, 6, 1, 15, 7, tzinfo=UTC))
    base = fold(t.Told().arrives().joins(t.HELP).after(9).ends().entries)

    def call(n: int, before: timedelta) -> CallRecord:
        at = clock.now() - before
        return msgspec.structs.replace(base, id=CallId(f"call_{n}"), arrived_at=at, ended_at=at, delete_at=DUE)

    records = mongo.tenant(t.TENANT).collection(CallRecord)
    await records.insert_many([call(n, timedelta(minutes=n / 2)) for n in range(1, 400)])
    reports = Reports(mongo, clock, lambda queue: 20, lambda tenant: ())
    today = ReportQuery(by="hour", first=clock.now().date(), last=clock.now().date(), zone=ZoneInfo("UTC"))

    async def asked() -> tuple[object, int]:
        parts.clear()
        return (await reports.report(t.TENANT, today)).total["calls"], sum(parts)

    parts: list[int] = []
    find_parts = TenantCollection.find_parts

    async def watched(self: Any, part: Any, *args: Any, **more: Any) -> Any:
        found = await find_parts(self, part, *args, **more)
        parts.append(len(found) if part is CountedRecord else 0)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TenantCollection, "find_parts", watched)
        assert await asked() == (399, 399)
        assert await asked() == (399, 14), "the quarter hour that goes on"
        for n, minutes in ((1000, 3), (1001, 12), (1002, 100)):
            late = call(n, timedelta(minutes=minutes))
            await records.insert(late)
            await reports.written(late)
            assert (await asked())[0] == n - 600
        assert (await asked())[1] == 15
        clock.advance(minutes=9)
        assert (await asked())[0] == 402
        clock.advance(minutes=15)
        assert (await asked())[0] == 402
        assert await asked() == (402, 0)
