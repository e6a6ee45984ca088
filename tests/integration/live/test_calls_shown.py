"""Calls over HTTP as their journal tells them: the live screen, why an agent was rung, the history and who sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.calls.told import rules
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.agents.candidate import Candidate
from call24.call_records.call_record import CallRecord
from call24.call_records.history import History
from call24.calls import events as e
from call24.calls.model import Direction, EndedBy, OfferLeg
from call24.kit.ids import DeviceId, LegId, OfferId, UserId
from call24.kit.mongo.collection import TenantCollection
from call24.live import views


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


def offered(office: FrontOffice, *, chosen: UserId, other: UserId) -> e.CallOffered:
    return e.CallOffered(
        offer_id=OfferId("off_1"),
        agent_id=chosen,
        legs=(OfferLeg(leg=LegId("leg_off_1"), device_id=DeviceId("dev_1")),),
        candidates=(
            Candidate(agent_id=chosen, chosen=True, reason="most_skilled", idle_s=4.0),
            Candidate(agent_id=other, chosen=False, reason="paused"),
        ),
    )


async def test_why_is_told_in_words_while_the_call_goes_on_and_afterwards(office: FrontOffice) -> None:
    agent, supervisor = office.user("agent"), office.user("supervisor")
    told = office.call("1").arrives(await office.contact()).joins(office.help)
    await office.read(told.say(offered(office, chosen=agent, other=supervisor)))
    path = f"/v1/calls/{told.id}/why"
    live = (await office.ask("agent", "GET", path)).json()
    assert (live["outcome"], live["offers"][0]["outcome"]) == ("open", None)
    assert live["offers"][0]["agent"] == {"id": agent, "name": "The agent"}
    assert live["offers"][0]["candidates"] == [
        {
            "agent": {"id": agent, "name": "The agent"},
            "chosen": True,
            "code": "most_skilled",
            "reason": "the most skilled for this call",
            "idle_s": 4.0,
        },
        {
            "agent": {"id": supervisor, "name": "The supervisor"},
            "chosen": False,
            "code": "paused",
            "reason": "paused",
            "idle_s": None,
        },
    ]
    await office.read(told.after(3).ends())
    after = (await office.ask("agent", "GET", path)).json()
    assert after["outcome"] == "abandoned"
    assert (after["offers"][0]["outcome"], after["offers"][0]["ring_s"]) == ("withdrawn", 3)


async def test_why_is_for_those_who_may_see_the_call(office: FrontOffice) -> None:
    sales = office.call("1").arrives().joins(office.sales)
    await office.read(sales)
    hidden = await office.ask("agent", "GET", f"/v1/calls/{sales.id}/why")
    unknown = await office.ask("agent", "GET", "/v1/calls/call_nobody/why")
    assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    assert (await office.ask("supervisor", "GET", f"/v1/calls/{sales.id}/why")).status_code == 200
    await office.read(sales.say(offered(office, chosen=office.user("agent"), other=office.user("owner"))))
    assert (await office.ask("agent", "GET", f"/v1/calls/{sales.id}/why")).status_code == 200
    other = await office.api.organisation("Other")
    headers = {"Authorization": f"Bearer {other.bearers['owner']}"}
    assert (await office.http.get(f"/v1/calls/{sales.id}/why", headers=headers)).status_code == 404


# --- the live screen ---


async def live(office: FrontOffice, role: str) -> dict[str, Any]:
    answer = await office.ask(role, "GET", "/v1/live")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_database_that_has_just_stopped_answering_holds_back_no_screen(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver takes it for reachable for seconds more; the figures of the day are missed, the screen is not."""

    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    assert (await live(office, "agent"))["today"]["answered"] == 0  # and the day so far is known from now on
    monkeypatch.setattr(views, "FIGURES_S", 0.05)
    monkeypatch.setattr(TenantCollection, "find", never)
    seen = await asyncio.wait_for(live(office, "agent"), 20)
    assert seen["session"]["state"] == "offline"
    assert seen["today"] == {"answered": 0, "handle_s": None, "service_level": None}


async def test_the_agent_sees_its_call_and_the_supervisor_all_calls(office: FrontOffice) -> None:
    agent = office.user("agent")
    told = office.call("1").arrives(await office.contact()).joins(office.help).offered_to(agent).answered_by(agent)
    await office.read(told)
    await office.read(office.call("2").arrives(await office.contact("+442079460999", "Al")).joins(office.sales))
    mine = await live(office, "agent")
    assert mine["call"]["id"] == told.id and mine["call"]["card"]["name"] == "Jo"
    assert mine["call"]["purpose"] == "offer" and "calls" not in mine
    theirs = await live(office, "supervisor")
    assert theirs["call"] is None
    assert [(call["id"], call["state"], call["name"]) for call in theirs["calls"]] == [
        (told.id, "connected", "Jo"),
        ("call_2", "waiting", "Al"),
    ]
    assert theirs["calls"][0]["agent"] == {"id": agent, "name": "The agent"}
    assert {row["with"] for row in theirs["agents"] if row["id"] == agent} == {"Jo"}
    assert {row["with"] for row in mine["agents"]} == {None}, "whom agents talk to is for who may see all calls"


async def test_a_supervisor_who_listens_has_that_call_before_it(office: FrontOffice) -> None:
    agent, supervisor = office.user("agent"), office.user("supervisor")
    told = office.call("1").arrives().joins(office.help).offered_to(agent).answered_by(agent)
    await office.read(told.monitored_by(supervisor))
    call = (await live(office, "supervisor"))["call"]
    assert (call["part"], call["purpose"]) == ("monitor", "monitor")
    listeners = (await live(office, "agent"))["call"]["monitors"]
    assert [(one["user"]["id"], one["mode"]) for one in listeners] == [(supervisor, "listen")]


async def test_a_queue_shows_callers_and_call_backs_apart_and_everybodys_place(office: FrontOffice) -> None:
    contact_id = await office.contact()
    back = office.call("back")
    back.say(
        e.CallbackPromised(
            call_id=back.id,
            origin_call_id=back.id,
            number_id=None,
            contact_id=contact_id,
            queue=rules(office.help),
            since=back.now,
            rules=back.rules,
        )
    )
    await office.read(back)
    await office.read(office.call("1").after(5).arrives().joins(office.help))
    [help_row] = [row for row in (await live(office, "agent"))["queues"] if row["id"] == office.help]
    assert (help_row["waiting"], help_row["callbacks"]) == (1, 1)
    assert [(x["position"], x["call_id"], x["callback"]) for x in help_row["line"]] == [
        (1, "call_back", True),
        (2, "call_1", False),
    ]
    assert help_row["longest_since"] == help_row["line"][1]["since"]


# --- the history ---


async def history(office: FrontOffice, role: str) -> list[str]:
    return [row["id"] for row in (await office.ask(role, "GET", "/v1/calls")).json()["items"]]


async def test_an_agent_sees_a_call_that_was_in_one_of_its_queues_at_any_time(office: FrontOffice) -> None:
    supervisor = office.user("supervisor")
    told = office.call("1").arrives().joins(office.sales).offered_to(supervisor).answered_by(supervisor)
    told.say(e.CallTransferred(agent_id=supervisor, queue_id=office.help)).joins(office.help)
    await office.read(told.after(30).ends())
    await office.read(office.call("2").arrives().joins(office.sales).after(9).ends())
    assert await history(office, "agent") == [told.id]
    assert await history(office, "supervisor") == ["call_2", told.id]


async def test_the_days_figures_count_from_the_parts_and_the_visits(office: FrontOffice) -> None:
    agent = office.user("agent")
    told = office.call("1").arrives().joins(office.help).after(5).offered_to(agent).after(2).answered_by(agent)
    await office.read(told.after(60).ends())
    late = office.call("2").arrives().joins(office.help).after(50).ends(EndedBy.CALLER)
    await office.read(late)
    shown = await live(office, "agent")
    assert shown["today"] == {"answered": 1, "handle_s": 60, "service_level": 1.0}
    assert [row["service_level"] for row in shown["queues"] if row["id"] == office.help] == [0.5]


async def test_an_own_call_without_a_queue_is_its_agents(office: FrontOffice) -> None:
    agent = office.user("agent")
    told = office.call("1")
    told.say(
        e.CallPlaced(
            call_id=told.id,
            direction=Direction.OUTBOUND,
            agent_id=agent,
            contact_id=await office.contact(),
            rules=told.rules,
        )
    )
    await office.read(told.offered_to(agent).own_phone_up(agent).dials().customer_answers().after(9).ends())
    found = await office.api.mongo.tenant(office.org.tenant.id).collection(CallRecord).get(told.id)
    assert (found.queue_id, found.agent_id, found.outcome.value) == (None, agent, "answered")
    page = await History(office.api.mongo, office.api.services.contacts).page(
        office.org.tenant.id, limit=5, cursor=None, text="", queues=[office.help], agent_id=agent
    )
    assert [row.id for row in page.rows] == [told.id]
