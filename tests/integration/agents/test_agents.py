"""Agents over HTTP: wishes, pauses with limits, dispositions, skills, days, and supervisors' corrections."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.support.for_each import for_each
from tests.support.http.agents_at_work import Shift, shift
from tests.support.http.api import Api

from call24.agents import events as ae
from call24.agents import machine as m
from call24.agents.model import AgentState
from call24.kit.ids import QueueId, new_id


@pytest.fixture
async def desk(api: Api) -> AsyncIterator[Shift]:
    async with shift(api) as at_work:
        yield at_work


async def made(shift: Shift, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await shift.ask("owner", "POST", path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def a_queue(shift: Shift, **settings: Any) -> QueueId:
    queue = await shift.api.services.queues.create(shift.org.tenant.id, new_id("que"), **settings)
    return queue.id


async def dispositions(shift: Shift, *names: str) -> list[str]:
    return [(await made(shift, "/v1/dispositions", {"name": name, "order": n}))["id"] for n, name in enumerate(names)]


# --- wishes and pauses ---


async def test_an_agent_is_available_paused_and_offline_as_it_says(desk: Shift) -> None:
    for state, reason in (("available", None), ("paused", "break"), ("paused", "Lunch"), ("offline", None)):
        answer = await desk.be(state, reason)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["state"], answer.json()["reason"]) == (state, reason.lower() if reason else None)
    assert (await desk.be("paused")).json()["reason"] == "break"


async def test_a_pause_has_the_limit_of_its_reason_and_is_marked_when_it_is_longer(desk: Shift) -> None:
    reason = await made(desk, "/v1/pause-reasons", {"name": "Coffee", "limit_s": 600, "order": 3})
    assert reason == {"id": reason["id"], "name": "Coffee", "limit_s": 600, "order": 3, "active": True}
    paused = (await desk.be("paused", reason["id"])).json()
    assert paused["reason"] == reason["id"] and paused["pause_limit_at"] is not None and not paused["overdue"]
    await desk.later(seconds=599)
    assert not desk.session.overdue
    await desk.later(seconds=1)
    assert desk.session.overdue and desk.session.state is AgentState.PAUSED
    assert (await desk.ask("owner", "GET", "/v1/session/timeline")).json()["items"] == [], "it is the owner's own day"
    events = [row["event"] for row in (await desk.ask("agent", "GET", "/v1/session/timeline")).json()["items"]]
    assert events == ["AgentPaused", "AgentPauseOverran"]


@for_each("reason", ["siesta", "psr_unknown", "supervisor", "vanished", "missed_calls", "x" * 61])
async def test_a_reason_that_is_none_of_the_organisations_is_refused_and_changes_nothing(
    desk: Shift, reason: str
) -> None:
    await desk.be("available")
    answer = await desk.be("paused", reason)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "reason"
    assert desk.session.state is AgentState.AVAILABLE


async def test_another_organisations_reason_is_none(desk: Shift, api: Api) -> None:
    other = await api.organisation("Other")
    theirs = await api.services.agents.pause_reasons.create(other.tenant.id, "Coffee")
    assert (await desk.be("paused", theirs.id)).status_code == 422


async def test_pause_reasons_are_made_changed_and_retired_and_keep_their_names(desk: Shift) -> None:
    coffee = await made(desk, "/v1/pause-reasons", {"name": "Coffee", "limit_s": 600})
    path = f"/v1/pause-reasons/{coffee['id']}"
    assert (await desk.ask("owner", "PATCH", path, {"name": "Tea"})).json()["limit_s"] == 600
    assert (await desk.ask("owner", "PATCH", path, {"limit_s": None})).json() == {
        **coffee,
        "name": "Tea",
        "limit_s": None,
    }
    assert (await desk.be("paused", coffee["id"])).status_code == 200
    assert (await desk.ask("owner", "DELETE", path)).status_code == 204
    assert (await desk.ask("owner", "DELETE", path)).status_code == 404
    await desk.be("available")
    assert (await desk.be("paused", coffee["id"])).status_code == 422
    [listed] = (await desk.ask("agent", "GET", "/v1/pause-reasons")).json()["items"]
    assert (listed["name"], listed["active"]) == ("Tea", False)
    items = (await desk.ask("agent", "GET", "/v1/session/timeline")).json()["items"]
    assert items[0]["reason_name"] == "Tea"
    assert (await made(desk, "/v1/pause-reasons", {"name": "tea"}))["id"] == coffee["id"], "the same one, back again"


@for_each(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "Lunch"}, "name"),
        ({"name": "Coffee", "limit_s": 59}, "limit_s"),
        ({"name": "Coffee", "limit_s": 86401}, "limit_s"),
        ({"name": "Coffee", "limit_s": "600"}, "limit_s"),
        ({"name": "Coffee", "order": -1}, "order"),
        ({"name": "Coffee", "more": 1}, "more"),
    ],
)
async def test_what_cannot_be_a_pause_reason_is_refused(desk: Shift, body: dict[str, Any], field: str) -> None:
    answer = await desk.ask("owner", "POST", "/v1/pause-reasons", body)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == field, answer.text
    assert (await desk.ask("owner", "GET", "/v1/pause-reasons")).json()["items"] == []


async def test_two_of_one_name_cannot_be(desk: Shift) -> None:
    for path in ("/v1/pause-reasons", "/v1/dispositions"):
        await made(desk, path, {"name": "Sold"})
        other = await made(desk, path, {"name": "Other"})
        again = await desk.ask("owner", "POST", path, {"name": "SOLD"})
        assert (again.status_code, again.json()["code"]) == (409, "name_taken")
        renamed = await desk.ask("owner", "PATCH", f"{path}/{other['id']}", {"name": "sold"})
        assert (renamed.status_code, renamed.json()["code"]) == (409, "name_taken")


async def test_only_who_sets_up_queues_changes_what_agents_choose_from(desk: Shift) -> None:
    for path in ("/v1/pause-reasons", "/v1/dispositions"):
        one = await made(desk, path, {"name": "Some"})
        for role in ("agent", "supervisor"):
            assert (await desk.ask(role, "GET", path)).status_code == 200
            for method, place in (("POST", path), ("PATCH", f"{path}/{one['id']}"), ("DELETE", f"{path}/{one['id']}")):
                body = None if method == "DELETE" else {"name": "Mine"}
                assert (await desk.ask(role, method, place, body)).status_code == 403, (role, method)


async def test_another_organisations_choices_do_not_exist(desk: Shift, api: Api) -> None:
    other = await api.organisation("Other")
    theirs = await api.services.agents.dispositions.create(other.tenant.id, "Sold")
    for method, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
        assert (await desk.ask("owner", method, f"/v1/dispositions/{theirs.id}", body)).status_code == 404
    assert (await desk.ask("owner", "GET", "/v1/dispositions")).json()["items"] == []


# --- dispositions ---


async def test_a_required_disposition_holds_the_agent_in_wrap_up_whatever_client_it_has(desk: Shift) -> None:
    sold, _ = await dispositions(desk, "Sold", "Not sold")
    queue = await a_queue(desk, disposition="required")
    await desk.be("available")
    await desk.has_call()
    call_id = await desk.wraps_up(queue, "required")
    for state in ("available", "paused", "offline"):
        refused = await desk.be(state)
        assert (refused.status_code, refused.json()["code"]) == (409, "disposition_required")
    assert desk.session.next is None, "a refused wish changes nothing"
    await desk.later(seconds=11)
    assert desk.session.state is AgentState.WRAP_UP and desk.session.overdue
    given = await desk.ask("agent", "POST", f"/v1/calls/{call_id}/disposition", {"disposition_id": sold})
    assert given.status_code == 200 and given.json()["state"] == "available"
    assert [x.disposition_id for x in await desk.lines() if isinstance(x, ae.AgentDispositionGiven)] == [sold]


async def test_a_disposition_can_be_corrected_within_the_wrap_up_and_not_later(
    desk: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold, lost = await dispositions(desk, "Sold", "Not sold")
    queue = await a_queue(desk, disposition="required")
    await desk.be("available")
    call_id = await desk.has_call()
    going_on = SimpleNamespace(call=SimpleNamespace(queue_id=queue))
    monkeypatch.setattr(desk.board, "call", lambda tenant_id, id: going_on if id == call_id else None)
    path = f"/v1/calls/{call_id}/disposition"
    assert (await desk.ask("agent", "POST", path, {"disposition_id": sold})).json()["disposition_id"] == sold
    await desk.wraps_up(queue, "required")
    assert desk.session.disposition_due is None
    assert (await desk.ask("agent", "POST", path, {"disposition_id": lost})).json()["disposition_id"] == lost
    await desk.later(seconds=10)
    assert desk.session.state is AgentState.AVAILABLE
    late = await desk.ask("agent", "POST", path, {"disposition_id": sold})
    assert late.status_code in {404, 409}, "the call is not in hand any more"
    given = [x.disposition_id for x in await desk.lines() if isinstance(x, ae.AgentDispositionGiven)]
    assert given == [sold, lost]


async def test_only_dispositions_of_the_calls_queue_are_taken(desk: Shift, api: Api) -> None:
    sold, lost, retired = await dispositions(desk, "Sold", "Not sold", "Old")
    await desk.ask("owner", "DELETE", f"/v1/dispositions/{retired}")
    other = await api.organisation("Other")
    theirs = await api.services.agents.dispositions.create(other.tenant.id, "Theirs")
    queue = await a_queue(desk, disposition="required", dispositions=(sold, retired))
    await desk.be("available")
    await desk.has_call()
    call_id = await desk.wraps_up(queue, "required")
    path = f"/v1/calls/{call_id}/disposition"
    for wrong in (lost, retired, theirs.id, "dsp_unknown", ""):
        answer = await desk.ask("agent", "POST", path, {"disposition_id": wrong})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "disposition_id", wrong
    assert desk.session.disposition_due == call_id
    listed = (await desk.ask("agent", "GET", f"/v1/dispositions?queue_id={queue}")).json()["items"]
    assert [item["id"] for item in listed] == [sold]
    assert (await desk.ask("agent", "POST", path, {"disposition_id": sold})).status_code == 200


async def test_a_queue_that_asks_for_none_takes_none(desk: Shift) -> None:
    [sold] = await dispositions(desk, "Sold")
    queue = await a_queue(desk)
    await desk.be("available")
    await desk.has_call()
    call_id = await desk.wraps_up(queue, "off")
    answer = await desk.ask("agent", "POST", f"/v1/calls/{call_id}/disposition", {"disposition_id": sold})
    assert answer.status_code == 422
    assert (await desk.ask("agent", "GET", f"/v1/dispositions?queue_id={queue}")).json()["items"] == []


async def test_nobody_speaks_for_a_colleague(desk: Shift) -> None:
    [sold] = await dispositions(desk, "Sold")
    queue = await a_queue(desk, disposition="required")
    await desk.be("available")
    await desk.has_call()
    call_id = await desk.wraps_up(queue, "required")
    for role in ("supervisor", "owner"):
        answer = await desk.ask(role, "POST", f"/v1/calls/{call_id}/disposition", {"disposition_id": sold})
        assert answer.status_code == 404, role
    assert desk.session.disposition_due == call_id
    assert (
        await desk.ask("agent", "POST", f"/v1/calls/{new_id('call')}/disposition", {"disposition_id": sold})
    ).status_code == 404


# --- supervisors ---


async def test_a_supervisor_frees_an_agent_who_forgot_its_disposition_and_it_is_written_down(desk: Shift) -> None:
    queue = await a_queue(desk, disposition="required")
    await desk.be("available")
    await desk.has_call()
    call_id = await desk.wraps_up(queue, "required")
    path = f"/v1/agents/{desk.agent_id}/session"
    answer = await desk.ask("supervisor", "PUT", path, {"state": "available", "reason": "forgotten"})
    assert answer.status_code == 200 and answer.json()["state"] == "available"
    [corrected] = [x for x in await desk.lines() if isinstance(x, ae.AgentCorrected)]
    assert corrected.by == desk.org.users["supervisor"]
    assert (corrected.reason, corrected.without_disposition) == ("forgotten", call_id)
    for role, place in (("supervisor", f"/v1/agents/{desk.agent_id}/timeline"), ("agent", "/v1/session/timeline")):
        items = (await desk.ask(role, "GET", place)).json()["items"]
        [row] = [row for row in items if row["event"] == "AgentCorrected"]
        assert row["by"] == {"id": desk.org.users["supervisor"], "name": "The supervisor"}
        assert (row["why"], row["state"], row["call_id"]) == ("forgotten", "available", call_id)


async def test_a_correction_leaves_a_live_call_alone_and_comes_after_it(desk: Shift) -> None:
    await desk.be("available")
    call_id = await desk.has_call()
    path = f"/v1/agents/{desk.agent_id}/session"
    answer = await desk.ask("supervisor", "PUT", path, {"state": "offline", "reason": "shift_over"})
    assert (answer.json()["state"], answer.json()["call_id"], answer.json()["next"]) == ("on_call", call_id, "offline")
    await desk.wraps_up(await a_queue(desk), "off", wrap_up_s=0)
    assert desk.session.state is AgentState.OFFLINE


async def test_a_supervisor_forces_a_pause_and_signs_out(desk: Shift) -> None:
    await desk.be("available")
    path = f"/v1/agents/{desk.agent_id}/session"
    paused = (await desk.ask("supervisor", "PUT", path, {"state": "paused", "reason": "away"})).json()
    assert (paused["state"], paused["reason"]) == ("paused", "supervisor")
    assert (await desk.ask("supervisor", "PUT", path, {"state": "offline", "reason": "away"})).json()[
        "state"
    ] == "offline"


async def test_who_may_correct_whom(desk: Shift, api: Api) -> None:
    await desk.be("available")
    body = {"state": "offline", "reason": "stuck"}
    mine = f"/v1/agents/{desk.agent_id}/session"
    assert (await desk.ask("agent", "PUT", mine, body)).status_code == 403
    assert (await desk.ask("agent", "GET", f"/v1/agents/{desk.org.users['owner']}/timeline")).status_code == 403
    other = await api.organisation("Other")
    for agent_id in (other.users["agent"], "usr_unknown", "x" * 300):
        assert (await desk.ask("owner", "PUT", f"/v1/agents/{agent_id}/session", body)).status_code == 404
        assert (await desk.ask("owner", "GET", f"/v1/agents/{agent_id}/timeline")).status_code == 404
    for wrong in ({"state": "offline"}, {**body, "reason": "she was ill"}, {**body, "state": "on_call"}):
        assert (await desk.ask("owner", "PUT", mine, wrong)).status_code == 422
    assert desk.session.state is AgentState.AVAILABLE


# --- days ---


async def test_a_day_begins_as_what_the_agent_was_at_midnight_and_has_every_state_with_its_reason(desk: Shift) -> None:
    midnight = desk.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    await desk.be("paused", "training")
    await desk.later(seconds=(midnight - desk.now).total_seconds() + 3600)
    await desk.be("available")
    call_id = await desk.has_call()
    await desk.later(seconds=60)
    await desk.wraps_up(await a_queue(desk), "off", wrap_up_s=30)
    await desk.later(seconds=30)
    day = (await desk.ask("agent", "GET", "/v1/session/timeline")).json()
    told = [(x["state"], x["reason"], x["call_id"] == call_id) for x in day["stretches"]]
    assert told == [
        ("paused", "training", False),
        ("available", None, False),
        ("offered", None, True),
        ("on_call", None, True),
        ("wrap_up", None, True),
        ("available", None, False),
    ]
    assert day["stretches"][0]["from"] == day["from"] and day["stretches"][-1]["to"] is None
    assert day["items"][0]["event"] == "AgentBecameAvailable", "what was before midnight is no moment of this day"
    before = (midnight - timedelta(days=1)).date().isoformat()
    yesterday = (await desk.ask("agent", "GET", f"/v1/session/timeline?day={before}")).json()
    assert [row["event"] for row in yesterday["items"]] == ["AgentPaused"]
    empty = (await desk.ask("agent", "GET", "/v1/session/timeline?day=2001-01-01")).json()
    assert (empty["items"], empty["stretches"]) == ([], [])


@for_each("day", ["today", "2026-13-01", "2026-1-1", "20261124", "0001-01-01", "9999-12-31", "x" * 11])
async def test_what_is_no_day_is_refused(desk: Shift, day: str) -> None:
    assert (await desk.ask("agent", "GET", f"/v1/session/timeline?day={day}")).status_code == 422


# --- skills ---


async def test_skills_are_set_as_a_whole_and_known_to_routing(desk: Shift, api: Api) -> None:
    told: list[str] = []
    api.services.agents.skills_changed.append(told.append)
    path = f"/v1/users/{desk.agent_id}/skills"
    assert (await desk.ask("supervisor", "GET", path)).json() == {"skills": {}}
    answer = await desk.ask("owner", "PUT", path, {"skills": {"french": 7, "Billing  v2.0": 10}})
    assert answer.json() == {"skills": {"Billing v2.0": 10, "french": 7}}
    tenant_id = desk.org.tenant.id
    assert api.services.agents.known_skills(tenant_id, desk.agent_id) == {"Billing v2.0": 10, "french": 7}
    assert told == [tenant_id]
    await desk.ask("owner", "PUT", path, {"skills": {"french": 3}})
    await api.services.agents.refresh()
    assert api.services.agents.known_skills(tenant_id, desk.agent_id) == {"french": 3}
    assert (await desk.ask("supervisor", "GET", path)).json() == {"skills": {"french": 3}}


async def test_skills_that_cannot_be_are_refused_and_nobody_elses_are_changed(desk: Shift, api: Api) -> None:
    path = f"/v1/users/{desk.agent_id}/skills"
    for skills in ({"french": 0}, {"french": 11}, {"": 5}, {"a": 1, " a ": 2}, {"x" * 61: 5}, {"a": "5"}, ["a"]):
        assert (await desk.ask("owner", "PUT", path, {"skills": skills})).status_code == 422, skills
    assert api.services.agents.known_skills(desk.org.tenant.id, desk.agent_id) == {}
    for role in ("agent", "supervisor"):
        assert (await desk.ask(role, "PUT", path, {"skills": {"french": 5}})).status_code == 403
    other = await api.organisation("Other")
    theirs = f"/v1/users/{other.users['agent']}/skills"
    assert (await desk.ask("owner", "PUT", theirs, {"skills": {"french": 5}})).status_code == 404
    assert (await desk.ask("owner", "GET", theirs)).status_code == 404


# --- signs of life ---


async def test_a_heartbeat_and_any_other_request_are_signs_of_life(desk: Shift) -> None:
    seen: list[str] = []
    cast(Any, desk.http._transport).app.state.seen = seen.append
    assert (await desk.ask("agent", "POST", "/v1/session/heartbeat")).status_code == 204
    assert (await desk.ask("supervisor", "GET", "/v1/pause-reasons")).status_code == 200
    assert seen == [desk.org.users["agent"], desk.org.users["supervisor"]]
    assert (await desk.http.post("/v1/session/heartbeat")).status_code == 401
    assert len(seen) == 2


async def test_who_vanished_is_shown_as_that_and_is_back_as_it_was(desk: Shift) -> None:
    await desk.be("available")
    await desk.tell(m.Vanished(at=desk.now))
    assert (desk.session.state, desk.session.reason) == (AgentState.PAUSED, "vanished")
    await desk.tell(m.Returned(at=desk.now))
    events = [row["event"] for row in (await desk.ask("agent", "GET", "/v1/session/timeline")).json()["items"]]
    assert events == ["AgentBecameAvailable", "AgentPaused", "AgentBecameAvailable"]
