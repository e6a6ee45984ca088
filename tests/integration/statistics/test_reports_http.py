"""Reports over HTTP, from calls that are told: the same numbers whichever way they are asked for, and for whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.support.calls.told import Told
from tests.support.for_each import for_each
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.agents import events as a
from call24.call_records.model import CallRecord
from call24.calls import events as e
from call24.calls.model import EndedBy, OfferOutcome
from call24.journal.model import Entry
from call24.kit.ids import DispositionId, QueueId, UserId
from call24.statistics.cache import StatisticsCache
from call24.statistics.model import Statistic


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def ask(office: FrontOffice, **query: str) -> dict[str, Any]:
    days = "&".join(f"{key.rstrip('_')}={value}" for key, value in query.items())
    answer = await office.ask("supervisor", "GET", f"/v1/reports?{days}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def served(office: FrontOffice, name: str, wait_s: float = 5, talk_s: float = 60) -> Told:
    agent = office.user("agent")
    told = office.call(name).arrives().joins(office.help).after(wait_s).offered_to(agent).answered_by(agent)
    told.after(talk_s).ends()
    told.agent_says(a.AgentWrapUpStarted(agent_id=agent, call_id=told.id, until=told.now + timedelta(seconds=30)))
    return told.after(10).agent_says(a.AgentWrapUpEnded(agent_id=agent, call_id=told.id))


def left(office: FrontOffice, name: str, wait_s: float) -> Told:
    return office.call(name).arrives().joins(office.help).after(wait_s).ends(EndedBy.CALLER)


def row(body: dict[str, Any], key: str | None) -> dict[str, Any]:
    values: dict[str, Any] = next(row["values"] for row in body["rows"] if row["key"] == key)
    return values


async def pass_by(office: FrontOffice, **time: float) -> None:
    """Time passes; the supervisor signs in again."""
    office.api.clock.advance(**time)
    identity = office.api.services.identity
    user = await identity.user(office.org.tenant.id, office.user("supervisor"))
    office.org.bearers["supervisor"] = (await identity.open_session(user, "Again")).bearer


async def test_a_queues_row_says_what_became_of_who_stood_in_it(office: FrontOffice) -> None:
    await office.read(served(office, "1", wait_s=6))
    await office.read(served(office, "2", wait_s=30))
    await office.read(left(office, "3", 50))
    await office.read(left(office, "4", 3))
    body = await ask(office, by="queue")
    assert [row["name"] for row in body["rows"]] == ["Help"]
    values = row(body, office.help)
    assert (values["offered"], values["answered"], values["abandoned"], values["short_abandoned"]) == (4, 2, 1, 1)
    assert (values["average_speed_of_answer_s"], values["longest_wait_s"]) == (18, 50)
    assert values["service_level"] == 0.333
    assert (values["handled"], values["talk_s"], values["wrap_up_s"], values["handle_time_s"]) == (2, 120, 20, 70)
    assert values == body["total"]
    assert {measure["key"] for measure in body["measures"]} == set(values)


async def test_an_agents_row_says_what_it_took_and_missed(office: FrontOffice) -> None:
    agent, other = office.user("agent"), office.user("owner")
    told = office.call("1").arrives().joins(office.help).offered_to(agent).after(9)
    told.refused_by(agent, OfferOutcome.RING_NO_ANSWER).offered_to(other).refused_by(other)
    told.offered_to(agent).answered_by(agent).after(20)
    told.say(e.CallTransferred(agent_id=agent, queue_id=office.sales)).joins(office.sales).after(5).ends()
    await office.read(told)
    body = await ask(office, by="agent")
    values = row(body, agent)
    assert (values["rung"], values["took"], values["ring_no_answer"], values["declined"]) == (2, 1, 1, 0)
    assert (values["handled"], values["talk_s"], values["transfers"]) == (1, 20, 1)
    assert row(body, other)["declined"] == 1
    assert "offered" not in values, "nobody who waits has an agent yet"
    help = await ask(office, by="agent", queue_id=office.help)
    assert row(help, agent)["handled"] == 1 and "occupancy" not in row(help, agent)
    assert (await ask(office, by="agent", queue_id=office.sales))["rows"] == []


async def test_home_and_reports_say_the_same_of_an_agents_day(office: FrontOffice) -> None:
    agent, other = office.user("agent"), office.user("owner")
    await office.read(served(office, "1", talk_s=60))
    handed = office.call("2").arrives().joins(office.help).offered_to(agent).answered_by(agent).after(20)
    handed.say(e.CallTransferred(agent_id=agent, queue_id=office.sales)).joins(office.sales).after(5)
    await office.read(handed.offered_to(other).answered_by(other).after(40).ends())
    missed = office.call("3").arrives().joins(office.help).offered_to(agent).after(9)
    await office.read(missed.refused_by(agent, OfferOutcome.RING_NO_ANSWER).ends(EndedBy.CALLER))
    home = (await office.ask("agent", "GET", "/v1/live")).json()["today"]
    values = row(await ask(office, by="agent"), agent)
    assert (home["answered"], home["handle_s"]) == (2, 45), "60 s and 20 s of talking, 10 s of wrap-up"
    assert (values["handled"], values["handle_time_s"]) == (2, 45)
    assert (await ask(office, by="queue"))["total"]["answered"] == 3, "stays in queues, which is not calls of an agent"


async def test_hours_and_days_that_have_not_begun_have_no_row(office: FrontOffice) -> None:
    now = office.api.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    await pass_by(office, seconds=(midnight + timedelta(hours=2, minutes=59) - now).total_seconds())
    today, tomorrow, yesterday = ((midnight + timedelta(days=n)).date().isoformat() for n in (0, 1, -1))
    keys = [row["key"] for row in (await ask(office, by="hour", from_=today, to=today))["rows"]]
    assert keys == ["00", "01", "02"]
    assert len((await ask(office, by="hour", from_=yesterday, to=today))["rows"]) == 24
    assert (await ask(office, by="hour", from_=tomorrow, to=tomorrow))["rows"] == []
    assert [row["key"] for row in (await ask(office, by="day", from_=yesterday, to=tomorrow))["rows"]] == [
        yesterday,
        today,
    ]


async def test_dispositions_numbers_and_directions_each_have_their_rows(office: FrontOffice) -> None:
    told, agent = served(office, "1"), office.user("agent")
    given = DispositionId("dsp_1")
    told.agent_says(a.AgentDispositionGiven(agent_id=agent, call_id=told.id, disposition_id=given))
    await office.read(told)
    await office.read(served(office, "2"))
    dispositions = await ask(office, by="disposition")
    assert row(dispositions, given)["handled"] == 1 and row(dispositions, None)["handled"] == 1
    assert [each["name"] for each in dispositions["rows"]] == ["a disposition that is gone", "without a disposition"]
    assert row(await ask(office, by="direction"), "inbound")["calls"] == 2
    assert row(await ask(office, by="number"), "num_1")["offered"] == 2


async def test_what_changes_afterwards_is_counted_anew(office: FrontOffice) -> None:
    await office.read(left(office, "1", 50))
    await pass_by(office, days=2)
    zone = ZoneInfo("UTC")
    on = (office.api.clock.now() - timedelta(days=2)).astimezone(zone).date().isoformat()
    days = {"from": on, "to": on}
    assert (await ask(office, by="day", **days))["total"]["calls"] == 1
    statistics = office.api.mongo.tenant(office.org.tenant.id).collection(Statistic)
    assert await statistics.find({"table": "line"}), "kept from now on"
    assert (await ask(office, by="day", **days))["total"]["calls"] == 1
    late = left(office, "2", 60)
    for number, entry in enumerate(late.entries):
        late.entries[number] = moved(entry, -timedelta(days=2))
    await office.read(late)
    again = (await ask(office, by="day", **days))["total"]
    assert (again["calls"], again["longest_wait_s"]) == (2, 60)


def moved(entry: Entry, by: timedelta) -> Entry:
    return msgspec.structs.replace(entry, at=entry.at + by)


async def test_what_is_due_counts_no_more_and_its_counts_go(office: FrontOffice) -> None:
    await office.read(left(office, "1", 50))
    on = office.api.clock.now().date().isoformat()
    await pass_by(office, days=3)
    scope, due = office.api.mongo.tenant(office.org.tenant.id), office.api.clock.now() + timedelta(hours=1)
    [record] = await scope.collection(CallRecord).find()
    await scope.collection(CallRecord).update(record.id, {"delete_at": due})
    assert (await ask(office, by="day", from_=on))["total"]["calls"] == 1
    assert [one.delete_at for one in await scope.collection(Statistic).find({"table": "line"})] == [due]
    await pass_by(office, hours=1)
    assert (await ask(office, by="day", from_=on))["total"]["calls"] == 0, "whether the sweeper was there or not"
    await scope.collection(Statistic).update_where({}, {"delete_at": due})
    await office.reports.erase_due(due)
    assert await scope.collection(Statistic).count() == 0


async def test_who_may_not_see_all_calls_sees_no_reports(office: FrontOffice) -> None:
    assert (await office.ask("agent", "GET", "/v1/reports?by=day")).status_code == 403
    assert (await office.ask("owner", "GET", "/v1/reports?by=day")).status_code == 200


@for_each(
    ("query", "field"),
    [
        ("by=queue&from=2026-02-30", "from"),
        ("by=queue&from=20260201", "from"),
        ("by=queue&from=2026-02-02&to=2026-02-01", "to"),
        ("by=queue&from=2026-01-01&to=2027-01-02", "to"),
        ("by=queue&queue_id=que_unknown", "queue_id"),
        ("by=queue&agent_id=usr_unknown", "agent_id"),
        ("by=weather", "by"),
        ("by=queue&direction=up", "direction"),
    ],
)
async def test_a_question_that_is_none_is_refused(office: FrontOffice, query: str, field: str) -> None:
    answer = await office.ask("supervisor", "GET", f"/v1/reports?{query}")
    assert answer.status_code == 422
    assert field in answer.json()["errors"][0]["field"]


async def test_another_organisations_queue_and_agent_are_none(office: FrontOffice) -> None:
    other = await office.api.organisation("Other")
    queue = await office.api.services.queues.create(other.tenant.id, "Theirs")
    for filter in (f"queue_id={queue.id}", f"agent_id={other.users['agent']}"):
        answer = await office.ask("supervisor", "GET", f"/v1/reports?by=queue&{filter}")
        assert answer.status_code == 422
    await office.read(left(office, "1", 50))
    headers = {"Authorization": f"Bearer {other.bearers['owner']}"}
    theirs = (await office.http.get("/v1/reports?by=day", headers=headers)).json()
    assert theirs["total"]["calls"] == 0


async def test_occupancy_is_the_share_of_ready_time_that_was_work(office: FrontOffice) -> None:
    agent = office.user("agent")
    midnight = office.api.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    office.api.clock.advance(seconds=(midnight - office.api.clock.now()).total_seconds())
    told = office.call("1").arrives().joins(office.help)
    told.agent_says(a.AgentBecameAvailable(agent_id=agent)).after(600)
    told.offered_to(agent).answered_by(agent)
    told.agent_says(a.AgentTookCall(agent_id=agent, call_id=told.id, offer_id=told.told.offer_id)).after(300).ends()  # type: ignore[arg-type]
    told.agent_says(a.AgentPaused(agent_id=agent, reason="lunch")).after(900)
    told.agent_says(a.AgentWentOffline(agent_id=agent))
    await office.read(told)
    office.api.clock.advance(seconds=3600)
    values = row(await ask(office, by="agent"), agent)
    assert (values["signed_in_s"], values["ready_s"], values["handling_s"], values["paused_s"]) == (1800, 900, 300, 900)
    assert values["occupancy"] == 0.333
    by_hour = await ask(office, by="hour")
    assert row(by_hour, "00")["occupancy"] == 0.333 and row(by_hour, "01")["occupancy"] is None


async def test_a_report_is_compared_with_the_same_weekday_up_to_the_same_time(office: FrontOffice) -> None:
    changed = await office.ask("owner", "PATCH", "/v1/organisation", {"timezone": "America/New_York"})
    assert changed.status_code == 200, changed.text
    zone = ZoneInfo("America/New_York")
    today = office.api.clock.now().astimezone(zone)
    before = today - timedelta(days=7)  # by the clock on the wall
    for name, at in (
        ("earlier", before - timedelta(minutes=20)),
        ("just before", before - timedelta(seconds=70)),
        ("later", before + timedelta(seconds=30)),
        ("now", today - timedelta(minutes=5)),
    ):
        told = office.call(name.replace(" ", "_"))
        told.now = at.astimezone(UTC)
        await office.read(told.arrives().joins(office.help).after(9).ends(EndedBy.CALLER))
    body = await ask(office, by="day", compare="true")
    assert body["total"]["abandoned"] == 1
    assert body["before"]["from"] == body["before"]["to"] == before.date().isoformat()
    assert body["before"]["until"] == before.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert body["before"]["total"]["abandoned"] == 2
    assert [one["before"]["abandoned"] for one in body["rows"]] == [2]
    hours = await ask(office, by="hour", compare="true")
    assert sum(one["before"]["abandoned"] for one in hours["rows"]) == 2
    week = await ask(
        office,
        by="day",
        compare="true",
        from_=(today.date() - timedelta(days=6)).isoformat(),
        to=today.date().isoformat(),
    )
    assert week["before"]["to"] == before.date().isoformat() and week["before"]["total"]["abandoned"] == 2
    assert (await ask(office, by="day"))["before"] is None


async def test_days_that_have_not_begun_are_compared_with_none(office: FrontOffice) -> None:
    tomorrow = (office.api.clock.now() + timedelta(days=2)).date()
    body = await ask(office, by="day", compare="true", from_=tomorrow.isoformat())
    assert (body["rows"], body["before"]) == ([], None)
    today = office.api.clock.now().date()
    longer = await ask(
        office, by="day", compare="true", from_=today.isoformat(), to=(today + timedelta(days=9)).isoformat()
    )
    assert longer["before"]["from"] == longer["before"]["to"] == (today - timedelta(days=14)).isoformat()


async def test_days_whose_calls_are_deleted_are_compared_with_none(office: FrontOffice) -> None:
    tenants = office.api.services.tenants
    kept, now = (await tenants.get(office.org.tenant.id)).record_days, office.api.clock.now()
    for days, there in ((kept - 1, True), (kept, False)):
        on = (now - timedelta(days=days - 7)).date().isoformat()
        body = await ask(office, by="day", compare="true", from_=on, to=on)
        assert (body["before"] is not None) is there, days
        assert len(body["rows"]) == 1


async def test_the_times_of_the_day_before_are_not_read_again_for_each_comparison(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans, times = list[Any](), StatisticsCache._times

    async def told(self: Any, tenant_id: Any, zone: Any, span: Any) -> Any:
        spans.append(span)
        return await times(self, tenant_id, zone, span)

    monkeypatch.setattr(StatisticsCache, "_times", told)
    week = office.api.clock.now() - timedelta(days=7)

    async def read_before() -> int:
        spans.clear()
        await ask(office, by="hour", compare="true")
        return sum(since <= week < until + timedelta(hours=1) for since, until in spans)

    assert (await read_before(), await read_before()) == (1, 0)
    office.api.clock.advance(seconds=30)
    assert await read_before() == 0
    office.api.clock.advance(seconds=31)
    assert await read_before() == 1


async def test_figures_of_queues_and_agents_that_are_gone_have_their_calls(office: FrontOffice) -> None:
    queue, agent = QueueId("que_gone"), UserId("usr_gone")
    told = office.call("1").arrives().joins(queue).after(6).offered_to(agent).answered_by(agent)
    await office.read(told.after(60).ends())
    report = await ask(office, by="queue")
    assert row(report, queue)["answered"] == 1
    for query in (f"measure=answered&queue_id={queue}", f"measure=handled&agent_id={agent}"):
        answer = await office.ask("supervisor", "GET", f"/v1/reports/calls?{query}")
        assert answer.status_code == 200, answer.text
        assert [one["id"] for one in answer.json()["items"]] == ["call_1"]


async def test_the_calls_behind_a_figure_are_listed(office: FrontOffice) -> None:
    agent = office.user("agent")
    await office.read(served(office, "1", wait_s=6))
    await office.read(left(office, "2", 50))
    await office.read(left(office, "3", 3))
    for query, seen in (
        ("measure=abandoned", ["call_2"]),
        (f"measure=short_abandoned&queue_id={office.help}", ["call_3"]),
        (f"measure=abandoned&queue_id={office.sales}", []),
        (f"measure=handled&agent_id={agent}&disposition_id=none", ["call_1"]),
        (f"measure=handled&hour={(office.api.clock.now().hour + 5) % 24}", []),
        ("measure=calls&queue_id=none", []),
    ):
        answer = await office.ask("supervisor", "GET", f"/v1/reports/calls?{query}")
        assert answer.status_code == 200, answer.text
        assert [one["id"] for one in answer.json()["items"]] == seen, query
    for query in ("measure=talk_s", "measure=abandoned&queue_id=usr_1", "measure=handled&agent_id=que_1", "hour=24"):
        assert (await office.ask("supervisor", "GET", f"/v1/reports/calls?{query}")).status_code == 422, query
    assert (await office.ask("agent", "GET", "/v1/reports/calls?measure=abandoned")).status_code == 403
