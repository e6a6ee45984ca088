"""Totals that outlive their calls: written before the first call of a month goes, shown once all of them are gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.support.calls.record_of import records_of
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api, Organisation
from tests.support.product.change_killed import Point
from tests.support.product.totals_killed import Job, in_a_process

from call24.call_records.model import CallRecord
from call24.kit.errors import Unavailable
from call24.kit.ids import QueueId, TenantId, UserId
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.service import Sweeper
from call24.statistics.totals import Totals
from call24.statistics.totals_model import Total, Totalled

MONTH = {"from": "2026-01-01", "to": "2026-01-31"}
TEN, FOUR, SEVEN = ([f"ctc_{whose}{n}" for n in range(count)] for whose, count in (("a", 10), ("b", 4), ("c", 7)))
LATER = timedelta(days=1)


def sweeper(api: Api) -> Sweeper:
    there = api.services.there
    return Sweeper(
        api.mongo,
        api.services.tenants,
        api.changes,
        time=there.get(AgreedTime),
        erasers={},
        totals=there.get(Totals).write_until,
    )


async def queue_of(org: Organisation, name: str = "Help") -> QueueId:
    made = await org.api.services.queues.create(org.tenant.id, name)
    return QueueId(made.id)


async def called(
    org: Organisation,
    queue: QueueId,
    day: int,
    callers: Iterable[str],
    due: datetime,
    *,
    hour: int = 9,
    talk_s: float = 0,
) -> None:
    """On that day of January 2026, at that hour of UTC."""
    at = datetime(2026, 1, day, hour, 30, tzinfo=UTC)
    found = records_of(org.tenant.id, queue, callers, at, due, talk_s)
    await org.api.mongo.tenant(org.tenant.id).collection(CallRecord).insert_many(found)


async def shown(org: Organisation, queue: QueueId | None = None, **days: str) -> dict[str, Any]:
    identity = org.api.services.identity
    supervisor = await identity.user(org.tenant.id, UserId(org.users["supervisor"]))
    org.bearers["supervisor"] = (await identity.open_session(supervisor, "Again")).bearer
    asked = {**MONTH, **days, **({} if queue is None else {"queue_id": queue})}
    answer = await org.call("supervisor", "GET", "/v1/reports/totals", params=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def offered(body: dict[str, Any]) -> list[tuple[str, str, str, float]]:
    return [(row["period"], row["from"], row["to"], row["values"]["offered"]) for row in body["rows"]]


async def calls_left(org: Organisation) -> int:
    return await org.api.mongo.tenant(org.tenant.id).collection(CallRecord).count()


async def stored(org: Organisation) -> list[Total]:
    return await org.api.mongo.tenant(org.tenant.id).collection(Total).find(sort=[("id", 1)])


async def test_a_months_totals_are_written_before_its_first_call_goes_and_shown_when_all_have_gone(api: Api) -> None:
    acme, now = await api.organisation(), api.clock.now()
    help = await queue_of(acme)
    await called(acme, help, 5, TEN, now, talk_s=60)
    await called(acme, help, 6, FOUR, now + LATER)
    await called(acme, help, 7, SEVEN, now + LATER)
    await sweeper(api).sweep()
    assert await calls_left(acme) == 11
    assert [(one.queue_id, one.period) for one in await stored(acme)] == [(None, "week"), (help, "day"), (help, "week")]
    assert offered(await shown(acme, help)) == [("day", "2026-01-05", "2026-01-05", 10)], (
        "calls of the others are there"
    )
    assert offered(await shown(acme)) == []

    api.clock.advance(hours=24)
    await sweeper(api).sweep()
    assert await calls_left(acme) == 0
    body = await shown(acme, help)
    assert offered(body) == [("day", "2026-01-05", "2026-01-05", 10), ("week", "2026-01-05", "2026-01-11", 11)]
    assert offered(await shown(acme)) == [("week", "2026-01-05", "2026-01-11", 21)]
    first, total = body["rows"][0]["values"], body["total"]
    assert (first["answered"], first["talk_s"], first["average_speed_of_answer_s"]) == (10, 600, 30)
    assert (total["offered"], total["answered"], total["abandoned"], total["handle_time_s"]) == (21, 10, 11, 60)
    assert not {"longest_wait_s", "occupancy", "rung", "declined"} & first.keys()
    assert {measure["key"] for measure in body["measures"]} == set(first) == set(total)
    assert (body["fewest_callers"], body["time_zone"]) == (10, "UTC")


async def test_nothing_in_a_total_leads_to_anybody(api: Api) -> None:
    acme = await api.organisation()
    await called(acme, await queue_of(acme), 5, TEN, api.clock.now(), talk_s=60)
    await sweeper(api).sweep()
    [first, second] = await stored(acme)
    assert set(first.counts) == set(second.counts) == {
        "calls", "offered", "answered", "abandoned", "short_abandoned", "elsewhere", "in_time", "unserved",
        "wait_answered_ms", "handled", "talk_ms", "hold_ms", "wrap_up_ms",
    }  # fmt: skip
    assert not any(word in str((first, second)) for word in ("ctc_", "usr_", "call_", "num_"))


async def test_fewer_than_ten_callers_of_a_month_leave_nothing_but_the_mark(api: Api) -> None:
    acme = await api.organisation()
    queue = await queue_of(acme)
    for day in (5, 14, 30):
        await called(acme, queue, day, TEN[:9], api.clock.now())
    await sweeper(api).sweep()
    assert (await calls_left(acme), await stored(acme)) == (0, [])
    marks = await api.mongo.tenant(acme.tenant.id).collection(Totalled).find()
    assert [one.until for one in marks] == [datetime(2026, 2, 1, tzinfo=UTC)]


async def test_who_was_erased_before_is_not_in_it(api: Api) -> None:
    acme = await api.organisation()
    queue, contacts = await queue_of(acme), api.services.contacts
    callers = [(await contacts.remember(acme.tenant.id, f"+4420794601{n:02}", "Jo")).id for n in range(11)]
    await called(acme, queue, 5, callers, api.clock.now() + LATER)
    await called(acme, queue, 14, callers[:10], api.clock.now() + LATER)
    await api.services.there.get(CallerErasures).erase(acme.tenant.id, callers[0], "asked")
    api.clock.advance(hours=24)
    await sweeper(api).sweep()
    assert offered(await shown(acme, queue)) == [("day", "2026-01-05", "2026-01-05", 10)], "of the 14th nine are left"


async def test_many_months_that_fall_due_at_once_are_each_counted_first(api: Api) -> None:
    """After a downtime, or where a shorter retention has taken effect."""
    acme, now = await api.organisation(), api.clock.now()
    queue = await queue_of(acme)
    scope = api.mongo.tenant(acme.tenant.id)
    for month in range(1, 8):
        at = datetime(2026, month, 10, 12, tzinfo=UTC)
        await scope.collection(CallRecord).insert_many(records_of(acme.tenant.id, queue, TEN * 20, at, now))
    await sweeper(api).sweep()
    assert await calls_left(acme) == 0
    body = await shown(acme, queue, to="2026-07-31")
    assert [(row["from"], row["values"]["calls"]) for row in body["rows"]] == [
        (f"2026-0{month}-10", 200) for month in range(1, 8)
    ]
    assert offered(await shown(acme, queue, to="2026-02-09")) == [("day", "2026-01-10", "2026-01-10", 200)]


async def test_to_repeat_it_changes_nothing_and_no_call_is_counted_twice(api: Api) -> None:
    acme, now = await api.organisation(), api.clock.now()
    queue = await queue_of(acme)
    await called(acme, queue, 5, TEN, now)
    await called(acme, queue, 20, TEN, now + LATER)
    totals, arrived = api.services.there.get(Totals), datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    assert await totals.write_until(acme.tenant.id, arrived, now) == 4
    before = await stored(acme)
    assert await totals.write_until(acme.tenant.id, arrived, now) == 0
    for _ in range(2):
        api.clock.advance(hours=24)
        await sweeper(api).sweep()
    assert await stored(acme) == before
    assert (await shown(acme))["total"]["offered"] == 20


async def test_an_organisation_that_keeps_calls_for_a_week_has_totals_of_what_was_there_together(api: Api) -> None:
    acme, due = await api.organisation(), api.clock.now()
    queue, totals = await queue_of(acme), api.services.there.get(Totals)
    for day in range(5, 20):
        await called(acme, queue, day, [f"ctc_{day}_{n}" for n in range(3)], due)
    for day, first, last, until in ((5, 5, 11, 12), (12, 12, 18, 19)):
        arrived = datetime(2026, 1, day, 9, 30, tzinfo=UTC)
        await totals.write_until(acme.tenant.id, arrived, arrived + timedelta(days=7))
        newest = max((one for one in await stored(acme) if one.queue_id == queue), key=lambda one: one.since)
        assert (newest.period, newest.first, newest.last, newest.counts["offered"]) == (
            "week",
            f"2026-01-{first:02}",
            f"2026-01-{last:02}",
            21,
        )
        [mark] = await api.mongo.tenant(acme.tenant.id).collection(Totalled).find()
        assert mark.until == datetime(2026, 1, until, tzinfo=UTC), "the day that goes on is not counted yet"


async def test_days_are_those_of_the_organisations_time_zone_and_a_change_of_it_counts_nobody_twice(api: Api) -> None:
    acme, now = await api.organisation(), api.clock.now()
    await api.services.tenants.change(acme.tenant.id, timezone="Asia/Ulaanbaatar")
    queue = await queue_of(acme)
    await called(acme, queue, 5, TEN, now, hour=17)  # half past one on the 6th
    await called(acme, queue, 31, TEN, now + LATER, hour=17)  # in February there
    await sweeper(api).sweep()
    assert offered(await shown(acme, queue)) == [("day", "2026-01-06", "2026-01-06", 10)]
    await api.services.tenants.change(acme.tenant.id, timezone="UTC")
    api.clock.advance(hours=24)
    await sweeper(api).sweep()
    body = await shown(acme, queue)
    assert offered(body)[1:] == [("day", "2026-01-31", "2026-01-31", 10)]
    assert body["total"]["offered"] == 20


async def test_calls_whose_totals_cannot_be_written_are_not_deleted_and_others_are(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    for org in (acme, other):
        await called(org, await queue_of(org), 5, TEN, api.clock.now())
    sweeps = sweeper(api)
    write = api.services.there.get(Totals).write_until

    async def broken(tenant_id: TenantId, arrived_at: datetime, now: datetime) -> int:
        if tenant_id == acme.tenant.id:
            raise Unavailable
        return await write(tenant_id, arrived_at, now)

    sweeps._totals = broken
    await sweeps.sweep()
    assert (await calls_left(acme), await calls_left(other)) == (10, 0)
    await sweeper(api).sweep()
    assert await calls_left(acme) == 0 and (await shown(acme))["total"]["offered"] == 10


async def test_internal_calls_and_calls_that_go_on_are_in_no_total(api: Api) -> None:
    acme, now = await api.organisation(), api.clock.now()
    queue, calls = await queue_of(acme), api.mongo.tenant(acme.tenant.id).collection(CallRecord)
    await called(acme, queue, 5, TEN, now)
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    [colleague, goes_on] = records_of(acme.tenant.id, queue, ["ctc_x", "ctc_y"], at, now)
    await calls.insert(msgspec.structs.replace(colleague, direction="internal"))
    await calls.insert(msgspec.structs.replace(goes_on, ended_at=None))
    await sweeper(api).sweep()
    assert (await shown(acme))["total"]["calls"] == 10


async def test_who_may_not_see_all_calls_sees_no_totals_and_others_queues_are_none(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    assert (await acme.call("agent", "GET", "/v1/reports/totals")).status_code == 403
    theirs = await queue_of(other)
    for query, field in (
        ({"queue_id": theirs}, "queue_id"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "to"),
        ({"from": "2025-01-01", "to": "2026-01-02"}, "to"),
    ):
        answer = await acme.call("supervisor", "GET", "/v1/reports/totals", params=query)
        assert answer.status_code == 422 and field in answer.json()["errors"][0]["field"], answer.text
    await called(other, theirs, 5, TEN, api.clock.now())
    await sweeper(api).sweep()
    assert offered(await shown(acme)) == [] and len(offered(await shown(other))) == 1


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    "point",
    [
        Point("insert totals", 1, after=True),
        Point("delete call_records", 1, after=False),
        *(
            pytest.param(
                one, marks=pytest.mark.long("test_a_server_that_is_killed_anywhere_has_counted_each_call_once")
            )
            for one in (
                Point("commitTransaction", 1, after=False),
                Point("commitTransaction", 1, after=True),
                Point("delete call_records", 1, after=True),
            )
        ),
    ],
)
async def test_a_server_that_is_killed_anywhere_has_counted_each_call_once(
    api: Api, mongod: RunningMongod, point: Point
) -> None:
    acme = await api.organisation()
    queue, now = await queue_of(acme), api.clock.now()
    await called(acme, queue, 5, TEN, now)
    await called(acme, queue, 6, FOUR, now)
    await called(acme, queue, 7, SEVEN, now)
    job = Job(uri=mongod.uri, database=NAME, data=str(api.data), now=now)
    assert await in_a_process(msgspec.structs.replace(job, kill=point)) == -9
    assert await calls_left(acme) in (0, 21)
    assert await calls_left(acme) == 21 or len(await stored(acme)) == 3, "none is gone that was not counted"
    assert await in_a_process(job) == 0
    assert await calls_left(acme) == 0
    body = await shown(acme, queue)
    assert offered(body) == [("day", "2026-01-05", "2026-01-05", 10), ("week", "2026-01-05", "2026-01-11", 11)]
    assert (await shown(acme))["total"]["offered"] == 21


async def test_a_test_call_goes_with_the_next_sweep_writes_no_totals_and_is_in_none(api: Api) -> None:
    acme, at = await api.organisation(), datetime(2026, 1, 8, 9, 30, tzinfo=UTC)
    help = await queue_of(acme)
    await called(acme, help, 5, TEN, api.clock.now() + LATER)
    await called(acme, help, 8, SEVEN, at)
    await sweeper(api).sweep()
    assert await calls_left(acme) == 10
    assert await api.mongo.tenant(acme.tenant.id).collection(Totalled).count() == 0
    await called(acme, help, 8, [f"ctc_test{n}" for n in range(10)], at)
    api.clock.advance(hours=24)
    await sweeper(api).sweep()
    assert await calls_left(acme) == 0
    found = [(one.period, one.first, one.counts["offered"]) for one in await stored(acme) if one.queue_id == help]
    assert found == [("day", "2026-01-05", 10)]
