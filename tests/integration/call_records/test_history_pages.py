"""Pages of history over MongoDB: they follow the index, whatever they are filtered by, and none of them sorts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

import pytest
from tests.support.calls.told import Told
from tests.support.for_each import for_each
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.agents import events as a
from call24.call_records.api.filters import Direction, EndedOutcome
from call24.call_records.model import CallRecord, Outcome
from call24.calls import model as calls
from call24.kit.ids import DispositionId, RecordingId
from call24.kit.mongo import Index
from call24.recordings.model import Recording


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def ids(office: FrontOffice, query: str) -> list[str]:
    answer = await office.ask("supervisor", "GET", f"/v1/calls{query}")
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


async def test_pages_are_of_one_queue_or_of_one_agent(office: FrontOffice) -> None:
    agent = office.user("agent")
    talked = office.call("1").arrives().joins(office.help).offered_to(agent).answered_by(agent).after(5).ends()
    await office.read(talked)
    await office.read(office.call("2").arrives().joins(office.sales).after(9).ends())
    assert await ids(office, f"?queue_id={office.sales}") == ["call_2"]
    assert await ids(office, f"?agent_id={agent}") == ["call_1"]
    assert await ids(office, "?queue_id=que_of_nobody") == []


def at(office: FrontOffice, name: str, instant: str) -> Told:
    told = office.call(name)
    told.now = datetime.fromisoformat(instant)
    return told.arrives().joins(office.help).after(9).ends()


async def test_pages_are_of_a_time_of_a_direction_of_an_outcome_and_of_all_of_it_together(office: FrontOffice) -> None:
    agent = office.user("agent")
    talked = office.call("1").arrives().joins(office.help).offered_to(agent).answered_by(agent).after(5).ends()
    await office.read(talked)
    left = office.call("2", 60)
    left.now += timedelta(seconds=60)
    since = left.now.isoformat().replace("+00:00", "Z")
    await office.read(left.arrives().joins(office.sales).after(9).ends())
    assert await ids(office, "?direction=inbound") == ["call_2", "call_1"]
    assert await ids(office, "?direction=outbound") == []
    assert await ids(office, "?outcome=abandoned") == ["call_2"]
    assert await ids(office, f"?from={since}") == ["call_2"]
    assert await ids(office, f"?to={since}") == ["call_1"], "an instant itself is not included"
    assert await ids(office, f"?outcome=answered&direction=inbound&queue_id={office.help}&agent_id={agent}") == [
        "call_1"
    ]
    assert await ids(office, f"?outcome=abandoned&to={since}") == []


async def test_days_are_those_of_the_organisation_and_the_last_is_included(office: FrontOffice) -> None:
    """New York's 25 October 2026 begins at 04:00 UTC."""
    changed = await office.ask("owner", "PATCH", "/v1/organisation", {"timezone": "America/New_York"})
    assert changed.status_code == 200, changed.text
    for name, instant in (
        ("before", "2026-10-25T03:59:59.999+00:00"),
        ("first", "2026-10-25T04:00:00+00:00"),
        ("last", "2026-10-26T03:59:59.999+00:00"),
        ("after", "2026-10-26T04:00:00+00:00"),
    ):
        await office.read(at(office, name, instant))
    assert await ids(office, "?from=2026-10-25&to=2026-10-25") == ["call_last", "call_first"]
    assert await ids(office, "?from=2026-10-26") == ["call_after"]
    assert await ids(office, "?to=2026-10-24") == ["call_before"]
    assert await ids(office, "?from=2026-10-26T05:59:59.999%2B02:00&to=2026-10-26") == ["call_after", "call_last"]


async def test_pages_are_of_a_disposition_a_duration_and_of_calls_with_a_recording(office: FrontOffice) -> None:
    """Of two calls that were recorded one has its recording still."""
    agent, given = office.user("agent"), DispositionId("dsp_sold")
    for name, talk_s in (("1", 5.0), ("2", 300.0)):
        told = office.call(name).arrives().joins(office.help).offered_to(agent).answered_by(agent)
        told.after(talk_s).ends()
        if name == "2":
            told.agent_says(a.AgentDispositionGiven(agent_id=agent, call_id=told.id, disposition_id=given))
        await office.read(told)
    await office.read(office.call("3").arrives().joins(office.sales).after(9).ends())
    lasted = {row["id"]: row for row in (await office.ask("supervisor", "GET", "/v1/calls")).json()["items"]}
    assert set(lasted) == {"call_1", "call_2", "call_3"}
    scope = office.api.mongo.tenant(office.org.tenant.id)
    for name in ("1", "2"):
        named = {"recording_id": RecordingId(f"rec_{name}")}
        assert await scope.collection(CallRecord).update_where({"id": f"call_{name}"}, named) == 1
    record = await scope.collection(CallRecord).get("call_1")
    assert record.recording_id is not None and record.ended_at is not None
    office.recordings[record.id] = Recording(
        id=record.recording_id,
        tenant_id=record.tenant_id,
        call_id=record.id,
        kind="call",
        state="stored",
        started_at=record.arrived_at,
        delete_at=record.delete_at,
    )
    seconds = int((record.ended_at - record.arrived_at).total_seconds())
    assert await ids(office, "?disposition_id=dsp_sold") == ["call_2"]
    assert await ids(office, f"?disposition_id=dsp_sold&agent_id={agent}&outcome=abandoned") == []
    assert await ids(office, "?min_duration_s=200") == ["call_2"]
    assert await ids(office, "?max_duration_s=200&min_duration_s=0") == ["call_3", "call_1"]
    assert await ids(office, f"?min_duration_s={seconds}&max_duration_s={seconds + 1}&queue_id={office.help}") == [
        "call_1"
    ]
    assert await ids(office, "?recorded=true") == ["call_1"]
    assert await ids(office, "?recorded=false") == ["call_3", "call_2"]
    searched = await office.ask("supervisor", "POST", "/v1/calls/search", {"q": "+44", "recorded": True})
    assert searched.status_code == 200, searched.text
    seen = await office.ask("agent", "GET", "/v1/calls?recorded=false")
    assert [row["id"] for row in seen.json()["items"]] == ["call_2"], "its own, as ever"


async def test_what_is_in_no_index_is_looked_for_in_a_year(office: FrontOffice) -> None:
    now = office.api.clock.now()
    await office.read(at(office, "old", (now - timedelta(days=400)).isoformat()))
    await office.read(at(office, "new", (now - timedelta(days=300)).isoformat()))
    assert await ids(office, "?recorded=false") == ["call_new"]
    until = (now - timedelta(days=350)).date().isoformat()
    assert await ids(office, f"?recorded=false&to={until}") == ["call_old"]
    refused = await office.ask("supervisor", "GET", "/v1/calls?recorded=false&from=2020-01-01")
    assert refused.status_code == 422 and "from" in refused.json()["errors"][0]["field"]
    assert (await office.ask("supervisor", "GET", "/v1/calls?min_duration_s=9&max_duration_s=8")).status_code == 422


async def test_an_agent_sees_what_it_may_whatever_it_asks_for(office: FrontOffice) -> None:
    """It is a member of help, not of sales."""
    await office.read(office.call("1").arrives().joins(office.help).after(9).ends())
    await office.read(office.call("2").arrives().joins(office.sales).after(9).ends())
    for query, seen in (
        ("?outcome=abandoned", ["call_1"]),
        ("?direction=inbound", ["call_1"]),
        (f"?queue_id={office.sales}", []),
        (f"?queue_id={office.help}&outcome=abandoned", ["call_1"]),
        (f"?agent_id={office.user('supervisor')}", []),
    ):
        answer = await office.ask("agent", "GET", f"/v1/calls{query}")
        assert [row["id"] for row in answer.json()["items"]] == seen, query


async def test_calls_of_a_number_are_filtered_in_the_body(office: FrontOffice) -> None:
    jo, al = await office.contact(), await office.contact("+442079460999", "Al")
    await office.read(office.call("1").arrives(jo).joins(office.help).after(9).ends())
    await office.read(office.call("2").arrives(jo).joins(office.sales).after(9).ends())
    await office.read(office.call("3").arrives(al).joins(office.help).after(9).ends())
    today = office.api.clock.now().date().isoformat()
    for more, seen in (
        ({}, ["call_2", "call_1"]),
        ({"queue_id": office.help, "outcome": "abandoned", "from": today, "to": today}, ["call_1"]),
        ({"direction": "outbound"}, []),
        ({"to": "2020-01-01"}, []),
    ):
        answer = await office.ask("supervisor", "POST", "/v1/calls/search", {"q": "+442079460123", **more})
        assert answer.status_code == 200, answer.text
        assert [row["id"] for row in answer.json()["items"]] == seen, more


@for_each(
    ("name", "value"),
    [
        ("from", "yesterday"),
        ("from", ""),
        ("from", "2026-11-24T09:00:00"),
        ("from", "2026-02-30"),
        ("to", "20261124"),
        ("to", "9999-12-31"),
        ("to", "0001-01-01T00:00:00+14:00"),
        ("direction", "sideways"),
        ("outcome", "open"),
        ("queue_id", "all"),
        ("agent_id", "que_1"),
    ],
)
async def test_a_filter_that_cannot_be_is_refused_by_its_name(office: FrontOffice, name: str, value: str) -> None:
    asked = await office.ask("supervisor", "GET", f"/v1/calls?{urlencode({name: value})}")
    searched = await office.ask("supervisor", "POST", "/v1/calls/search", {"q": "Jo", name: value})
    for answer in (asked, searched):
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert error["field"].endswith(name)


async def test_a_time_that_ends_before_it_begins_is_refused(office: FrontOffice) -> None:
    answer = await office.ask("supervisor", "GET", "/v1/calls?from=2026-11-24&to=2026-11-23")
    assert answer.status_code == 422
    assert "to" in answer.json()["errors"][0]["field"]


def test_each_outcome_that_a_call_can_end_with_can_be_asked_for() -> None:
    assert set(get_args(EndedOutcome)) == {*Outcome} - {Outcome.OPEN}
    assert set(get_args(Direction)) == {*calls.Direction}


async def test_calls_of_one_instant_are_each_on_one_page(office: FrontOffice) -> None:
    for name in "12345":
        await office.read(office.call(name).arrives().ends())
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"?limit=2&cursor={cursor}" if cursor else "?limit=2"
        body = (await office.ask("supervisor", "GET", f"/v1/calls{query}")).json()
        found += [row["id"] for row in body["items"]]
        cursor = body["next"]
    assert found == [f"call_{name}" for name in "54321"]


async def test_a_whole_number_finds_its_caller_without_looking_through_the_others(office: FrontOffice) -> None:
    contact = await office.contact("+442079460123")
    await office.contact("+4420794601234", "Al")
    await office.read(office.call("1").arrives(contact).ends())
    found = await office.ask("supervisor", "POST", "/v1/calls/search", {"q": "+44 2079 460 123"})
    assert [row["id"] for row in found.json()["items"]] == ["call_1"]
    part = await office.ask("supervisor", "POST", "/v1/calls/search", {"q": "+44207946012"})
    assert [row["id"] for row in part.json()["items"]] == ["call_1"], "a part of it is looked for"


def test_an_index_by_id_is_by_the_stored_name() -> None:
    keys = Index(CallRecord, ("-arrived_at", "-id")).model().document["key"]
    assert list(keys.items()) == [("tenant_id", 1), ("arrived_at", -1), ("_id", -1)]
