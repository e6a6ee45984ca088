"""Today's figures for the live screen: those of reports, and little to read for many who look on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.integration.statistics.test_reports_http import ask, left, pass_by, row, served
from tests.support.calls import told as t
from tests.support.clock import StillClock
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.call_records.call_record import CallRecord, fold
from call24.calls import events as e
from call24.calls.model import EndedBy
from call24.kit.ids import CallId, UserId
from call24.kit.mongo import Mongo, TenantCollection
from call24.statistics.service import Reports
from call24.statistics.today import TodayFigures


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def today(office: FrontOffice) -> dict[str, Any]:
    answer = await office.ask("supervisor", "GET", "/v1/reports/today")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def of(body: dict[str, Any], agent: UserId) -> tuple[int, float | None]:
    [found] = [one for one in body["agents"] if one["id"] == agent]
    return found["handled"], found["handle_time_s"]


async def test_live_and_reports_say_the_same_of_each_agents_day(office: FrontOffice) -> None:
    agent, other = office.user("agent"), office.user("owner")
    await office.read(served(office, "1", talk_s=60))
    handed = office.call("2").arrives().joins(office.help).offered_to(agent).answered_by(agent).after(20)
    handed.say(e.CallTransferred(agent_id=agent, queue_id=office.sales)).joins(office.sales).after(5)
    await office.read(handed.offered_to(other).answered_by(other).after(40).ends())
    await office.read(left(office, "3", 50))
    body, report = await today(office), await ask(office, by="agent")
    assert (of(body, agent), of(body, other)) == ((2, 45), (1, 40))
    for user in (agent, other):
        values = row(report, user)
        assert of(body, user) == (values["handled"], values["handle_time_s"])
    assert of(body, office.user("supervisor")) == (0, None)


async def test_live_and_reports_say_the_same_of_each_hour(office: FrontOffice) -> None:
    await office.read(served(office, "1"))
    await office.read(left(office, "2", 50))
    await office.read(left(office, "3", 2))
    body, report = await today(office), await ask(office, by="hour")
    assert [hour["key"] for hour in body["hours"]] == [hour["key"] for hour in report["rows"]]
    assert int(body["hours"][-1]["key"]) == office.api.clock.now().hour, "the hour that goes on is the last"
    for hour in body["hours"]:
        assert hour["values"].items() <= row(report, hour["key"]).items()
    total = body["total"]
    assert (total["offered"], total["answered"], total["abandoned"], total["short_abandoned"]) == (3, 1, 1, 1)
    assert total["service_level"] == report["total"]["service_level"] == 0.5


async def test_today_is_the_organisations_day(office: FrontOffice) -> None:
    """Yesterday's last call and today's first are two minutes apart, in a zone where it is not midnight in UTC."""
    zone = ZoneInfo("Asia/Ulaanbaatar")
    changed = await office.ask("owner", "PATCH", "/v1/organisation", {"timezone": zone.key})
    assert changed.status_code == 200, changed.text
    local = office.api.clock.now().astimezone(zone)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    await pass_by(office, seconds=(midnight + timedelta(minutes=40) - local).total_seconds())
    for name, at in (("before", midnight - timedelta(minutes=1)), ("after", midnight + timedelta(minutes=1))):
        told = office.call(name)
        told.now = at.astimezone(UTC)
        await office.read(told.arrives().joins(office.help).after(9).ends(EndedBy.CALLER))
    body = await today(office)
    assert (body["day"], body["time_zone"]) == (midnight.date().isoformat(), zone.key)
    assert [(hour["key"], hour["values"]["abandoned"]) for hour in body["hours"]] == [("00", 1)]


async def test_a_call_that_ends_is_in_the_figures_two_seconds_later(office: FrontOffice) -> None:
    agent = office.user("agent")
    await office.read(served(office, "1"))
    assert of(await today(office), agent)[0] == 1
    await office.read(served(office, "2"))
    office.api.clock.advance(seconds=2)
    assert of(await today(office), agent)[0] == 2


async def test_an_agent_who_objected_has_no_figures_on_the_live_screen_either(office: FrontOffice) -> None:
    agent = office.user("agent")
    await office.read(served(office, "1"))
    assert of(await today(office), agent)[0] == 1
    objected = await office.ask("agent", "DELETE", "/v1/me/consents/individual_statistics")
    assert objected.status_code == 204, objected.text
    body = await today(office)
    assert agent not in [one["id"] for one in body["agents"]] and body["total"]["answered"] == 1


async def test_another_organisation_sees_none_of_it(office: FrontOffice) -> None:
    await office.read(served(office, "1"))
    assert of(await today(office), office.user("agent"))[0] == 1
    other = await office.api.organisation("Other")
    headers = {"Authorization": f"Bearer {other.bearers['owner']}"}
    theirs = (await office.http.get("/v1/reports/today", headers=headers)).json()
    assert theirs["total"]["offered"] == 0
    assert office.user("agent") not in [one["id"] for one in theirs["agents"]]


async def test_many_who_look_at_two_hundred_agents_read_the_day_once(mongo: Mongo) -> None:
    clock = StillClock(datetime(2026, 6, 1, 15, 7, tzinfo=UTC))
    told = t.Told().arrives().joins(t.HELP).after(9).offered_to(t.ANN).answered_by(t.ANN).after(60).ends()
    talked = msgspec.structs.replace(fold(told.entries), offers=())
    part = msgspec.structs.replace(talked.agents[0], talk_s=60.0)

    def call(n: int, before: timedelta) -> CallRecord:
        at, whose = clock.now() - before, msgspec.structs.replace(part, agent_id=UserId(f"usr_{n % 200}"))
        due = at + timedelta(days=365)
        return msgspec.structs.replace(
            talked, id=CallId(f"call_{n}"), arrived_at=at, ended_at=at, delete_at=due, agents=(whose,)
        )

    records = mongo.tenant(t.TENANT).collection(CallRecord)
    await records.insert_many([call(n, timedelta(minutes=n)) for n in range(1, 801)])
    reports = Reports(mongo, clock, lambda queue: 20, lambda tenant: [UserId(f"usr_{n}") for n in range(200)])
    figures, zone = TodayFigures(reports, clock), ZoneInfo("UTC")
    questions, find, find_parts = list[int](), TenantCollection.find, TenantCollection.find_parts

    async def asked() -> tuple[int, int, int]:
        """Calls of the first agent; how many questions to MongoDB that took, and how many documents came."""
        questions.clear()
        found = await asyncio.gather(*(figures.of(t.TENANT, zone) for _ in range(20)))
        assert all(one.agents == found[0].agents for one in found) and len(found[0].agents) == 200
        return int(found[0].agents[UserId("usr_1")]["handled"] or 0), len(questions), sum(questions)

    async def counted(self: Any, *args: Any, **more: Any) -> Any:
        questions.append(len(found := await find(self, *args, **more)))
        return found

    async def counted_parts(self: Any, *args: Any, **more: Any) -> Any:
        questions.append(len(found := await find_parts(self, *args, **more)))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TenantCollection, "find", counted)
        patch.setattr(TenantCollection, "find_parts", counted_parts)
        calls, _, first = await asked()
        assert (calls, first) == (4, 800)
        clock.advance(seconds=29)
        assert await asked() == (4, 0, 0), "nothing has changed"
        late = call(1001, timedelta(minutes=1))
        await records.insert(late)
        await reports.written(late)
        calls, asking, read = await asked()
        assert calls == 5
        assert asking <= 3 and read == 8, "the quarter hour that goes on, once for all twenty"
        await reports.written(late)
        assert (await asked())[1] == 0, "again after two seconds"
        clock.advance(seconds=2)
        assert (await asked())[1] > 0
