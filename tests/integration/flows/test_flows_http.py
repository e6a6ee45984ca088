"""Flows over HTTP: edited by several, told what is wrong, published, rolled back, and kept from other organisations."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation

from call24.flows.model import FlowVersion
from call24.kit.ids import FlowId, TenantId, new_id

FLOWS = "/v1/flows"


async def every_node(api: Api, organisation: Organisation) -> dict[str, Any]:
    queue = await api.services.queues.create(organisation.tenant.id, "Support")
    hours = await api.services.hours.create(organisation.tenant.id, "Office")
    return {
        "hours": {"type": "hours", "hours_id": hours.id, "open": "set", "closed": "mail"},
        "set": {
            "type": "set",
            "priority": 10,
            "skills": [{"name": "german", "level": 2, "relax_after_s": 60}],
            "next": "hello",
        },
        "hello": {"type": "announce", "prompt": "greeting", "next": "menu"},
        "menu": {
            "type": "menu",
            "prompt": "greeting",
            "choices": {"1": "queue", "*": "ring"},
            "timeout_s": 7,
            "tries": 2,
            "on_timeout": "queue",
            "on_invalid": "menu",
            "invalid_prompt": "invalid-choice",
        },
        "queue": {"type": "queue", "queue_id": queue.id, "exits": {"max_wait": "offer", "full": "forward"}},
        "ring": {"type": "ring", "agents": [organisation.users["agent"]], "ring_s": 20, "no_answer": "mail"},
        "offer": {
            "type": "callback",
            "queue_id": queue.id,
            "prompt": "callback-offer",
            "digit": "1",
            "declined": "queue",
        },
        "forward": {"type": "forward", "number": "+442079460123", "ring_s": 30, "failed": "bye"},
        "mail": {"type": "voicemail", "prompt": None},
        "bye": {"type": "hang_up", "prompt": "goodbye"},
    }


async def made(organisation: Organisation, name: str = "Main", **content: Any) -> dict[str, Any]:
    nodes = {"bye": {"type": "hang_up", "prompt": "goodbye"}}
    body = {"name": name, "start": "bye", "nodes": nodes, **content}
    answer = await organisation.call("owner", "POST", FLOWS, json=body)
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


def known(api: Api, organisation: Organisation, flow_id: str) -> FlowVersion | None:
    return api.services.flows.known(organisation.tenant.id, FlowId(flow_id))


async def test_from_a_draft_with_every_kind_of_node_to_what_calls_run(api: Api) -> None:
    acme = await api.organisation()
    nodes = await every_node(api, acme)
    flow = await made(acme, start="hours", nodes=nodes)
    assert flow["nodes"] == nodes and flow["published"] is None and known(api, acme, flow["id"]) is None
    place = f"{FLOWS}/{flow['id']}"
    assert (await acme.call("supervisor", "POST", f"{place}/validate")).json() == {"problems": []}
    published = await acme.call("owner", "POST", f"{place}/publish")
    assert published.status_code == 201 and published.json()["version"] == 1
    assert published.json()["published_by"] == acme.users["owner"]
    running = known(api, acme, flow["id"])
    assert running is not None and running.start == "hours" and set(running.nodes) == set(nodes)
    version = await acme.call("supervisor", "GET", f"{place}/versions/1")
    assert version.json()["nodes"] == nodes and version.json()["start"] == "hours"
    assert (await acme.call("owner", "GET", place)).json()["published"] == 1
    await acme.call(
        "owner", "PUT", place, json={"start": "bye", "nodes": {"bye": {"type": "hang_up", "prompt": "closed"}}}
    )
    listed = (await acme.call("supervisor", "GET", FLOWS)).json()["items"]
    names = {nodes["hours"]["hours_id"], nodes["queue"]["queue_id"], *nodes["ring"]["agents"], "greeting", "closed"}
    assert [names <= set(one["uses"]) for one in listed] == [True], "the draft's and what calls run"
    assert all("nodes" not in one for one in listed)


async def test_a_half_done_draft_is_kept_and_told_what_it_lacks(api: Api) -> None:
    acme = await api.organisation()
    nodes = {"hello": {"type": "announce"}, "menu": {"type": "menu"}}
    flow = await made(acme, start="hello", nodes=nodes)
    place = f"{FLOWS}/{flow['id']}"
    problems = (await acme.call("owner", "POST", f"{place}/validate")).json()["problems"]
    found = {(problem["code"], problem["node_id"]) for problem in problems}
    assert {("dead_end", "hello"), ("no_prompt", "hello"), ("menu_empty", "menu"), ("unreachable", "menu")} <= found
    refused = await acme.call("owner", "POST", f"{place}/publish")
    assert refused.status_code == 422 and refused.json()["code"] == "flow_has_problems"
    assert {"field": "nodes.menu", "message": "Give the menu at least one choice."} in refused.json()["errors"]
    assert known(api, acme, flow["id"]) is None
    assert (await acme.call("owner", "GET", f"{place}/versions")).json() == {"items": [], "next": None}


async def test_what_belongs_to_another_organisation_cannot_be_named(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    flow = await made(acme, start="hours", nodes=await every_node(api, other))
    problems = (await acme.call("owner", "POST", f"{FLOWS}/{flow['id']}/validate")).json()["problems"]
    assert {(one["code"], one["node_id"]) for one in problems} == {
        ("unknown_hours", "hours"),
        ("unknown_queue", "queue"),
        ("unknown_queue", "offer"),
        ("unknown_user", "ring"),
    }


@pytest.mark.parametrize(
    ("number", "said"), [("+447700900123", None), ("+14155550123", "country"), ("+449098790000", "premium")]
)
async def test_calls_are_forwarded_only_where_the_fence_lets_them(api: Api, number: str, said: str | None) -> None:
    acme = await api.organisation()
    nodes = {"on": {"type": "forward", "number": number, "failed": "bye"}, "bye": {"type": "hang_up"}}
    flow = await made(acme, start="on", nodes=nodes)
    problems = (await acme.call("owner", "POST", f"{FLOWS}/{flow['id']}/validate")).json()["problems"]
    assert [one["code"] for one in problems] == (["number_not_allowed"] if said else [])
    assert said is None or said in problems[0]["text"]


async def test_a_second_editor_gets_a_conflict_and_changes_nothing(api: Api) -> None:
    acme = await api.organisation()
    flow = await made(acme)
    place = f"{FLOWS}/{flow['id']}"
    first = await acme.call("owner", "PUT", place, json={"name": "First", "revision": flow["revision"]})
    assert first.status_code == 200 and first.json()["revision"] == flow["revision"] + 1
    second = await acme.call("owner", "PUT", place, json={"name": "Second", "revision": flow["revision"]})
    assert second.status_code == 409 and second.json()["code"] == "flow_changed"
    now = (await acme.call("owner", "GET", place)).json()
    assert now["name"] == "First" and now["nodes"] == flow["nodes"]


async def test_nothing_of_somebody_else_is_published_unseen(api: Api) -> None:
    acme = await api.organisation()
    flow = await made(acme)
    place = f"{FLOWS}/{flow['id']}"
    publish = f"{place}/publish"
    seen = {"revision": flow["revision"], "over": 0}
    assert (await acme.call("owner", "POST", publish, params=seen)).status_code == 201
    again = await acme.call("owner", "POST", publish, params=seen)
    assert (again.status_code, again.json()["code"]) == (409, "flow_changed"), "calls run another version by now"
    await acme.call("owner", "PUT", place, json={"start": "mail", "nodes": {"mail": {"type": "voicemail"}}})
    late = await acme.call("owner", "POST", publish, params={"revision": flow["revision"], "over": 1})
    assert (late.status_code, late.json()["code"]) == (409, "flow_changed"), "the draft is another one by now"
    running = known(api, acme, flow["id"])
    assert running is not None and (running.version, list(running.nodes)) == (1, ["bye"])
    wrong = await acme.call("owner", "POST", publish, params={"revision": 0, "over": -1})
    assert wrong.status_code == 422
    assert (await acme.call("owner", "POST", publish, params={"over": 1})).json()["version"] == 2
    assert (await acme.call("owner", "POST", publish)).json()["version"] == 3


async def test_editing_and_rolling_back(api: Api) -> None:
    acme = await api.organisation()
    flow = await made(acme)
    place = f"{FLOWS}/{flow['id']}"
    await acme.call("owner", "POST", f"{place}/publish")
    changed = {"start": "mail", "nodes": {"mail": {"type": "voicemail"}}}
    assert (await acme.call("owner", "PUT", place, json=changed)).status_code == 200
    running = known(api, acme, flow["id"])
    assert running is not None and list(running.nodes) == ["bye"]
    await acme.call("owner", "POST", f"{place}/publish")
    back = await acme.call("owner", "POST", f"{place}/rollback", json={"version": 1})
    assert back.status_code == 201 and (back.json()["version"], back.json()["copy_of"]) == (3, 1)
    running = known(api, acme, flow["id"])
    assert running is not None and (running.version, list(running.nodes)) == (3, ["bye"])
    versions = (await acme.call("supervisor", "GET", f"{place}/versions")).json()["items"]
    assert [version["version"] for version in versions] == [3, 2, 1]
    assert list((await acme.call("owner", "GET", place)).json()["nodes"]) == ["mail"]
    late = await acme.call("owner", "POST", f"{place}/rollback", json={"version": 2, "over": 2})
    assert (late.status_code, late.json()["code"]) == (409, "flow_changed")
    assert (await acme.call("owner", "POST", f"{place}/rollback", json={"version": 2, "over": 3})).status_code == 201
    for body in ({"version": 9}, {"version": 10**9}):
        assert (await acme.call("owner", "POST", f"{place}/rollback", json=body)).status_code == 404


async def test_who_changed_a_draft_last_is_told_and_is_in_the_persons_file(api: Api) -> None:
    acme = await api.organisation()
    await acme.join("administrator")
    flow = await made(acme)
    place = f"{FLOWS}/{flow['id']}"
    assert flow["changed_by"] == acme.users["owner"]
    await acme.call("administrator", "PUT", place, json={"name": "Main 2"})
    changed = (await acme.call("supervisor", "GET", place)).json()
    assert changed["changed_by"] == acme.users["administrator"]
    assert (await acme.call("owner", "GET", FLOWS)).json()["items"][0]["changed_by"] == acme.users["administrator"]
    file = zipfile.ZipFile(io.BytesIO((await acme.call("administrator", "GET", "/v1/me/file")).content))
    [name] = [one for one in file.namelist() if one.endswith("changed_flows.json")]
    assert [one["id"] for one in json.loads(file.read(name))] == [flow["id"]]


async def test_a_flow_that_a_number_leads_to_is_not_deleted(api: Api) -> None:
    acme = await api.organisation()
    flow = await made(acme)
    place = f"{FLOWS}/{flow['id']}"
    await acme.call("owner", "POST", f"{place}/publish")
    tenants = api.services.tenants
    trunk = await tenants.add_trunk(acme.tenant.id, "T", ["192.0.2.1"])
    number = await tenants.add_number(acme.tenant, "+442079460123", trunk.id, flow_id=FlowId(flow["id"]))
    kept = await acme.call("owner", "DELETE", place)
    assert kept.status_code == 409 and kept.json()["code"] == "flow_in_use"
    assert "+442079460123" in kept.json()["detail"] and known(api, acme, flow["id"]) is not None
    await tenants.remove_number(acme.tenant.id, number.id)
    assert (await acme.call("owner", "DELETE", place)).status_code == 204
    assert (await acme.call("owner", "GET", place)).status_code == 404 and known(api, acme, flow["id"]) is None


async def test_owners_write_supervisors_read_agents_neither(api: Api) -> None:
    acme = await api.organisation()
    flow = await made(acme)
    place = f"{FLOWS}/{flow['id']}"
    await acme.call("owner", "POST", f"{place}/publish")
    reads = (("GET", FLOWS), ("GET", place), ("POST", f"{place}/validate"), ("GET", f"{place}/versions"))
    for method, path in reads:
        assert (await acme.call("supervisor", method, path)).status_code == 200
        assert (await acme.call("agent", method, path)).json()["code"] == "forbidden"
        assert (await api.call(method, path)).status_code == 401
    writes: tuple[tuple[str, str, Any], ...] = (
        ("POST", FLOWS, {"name": "N"}),
        ("PUT", place, {"name": "N"}),
        ("POST", f"{place}/publish", {}),
        ("POST", f"{place}/rollback", {"version": 1}),
        ("DELETE", place, None),
    )
    for method, path, body in writes:
        for role in ("supervisor", "agent"):
            assert (await acme.call(role, method, path, json=body)).json()["code"] == "forbidden"
        assert (await api.call(method, path, json=body)).status_code == 401
    assert len((await acme.call("owner", "GET", f"{place}/versions")).json()["items"]) == 1


async def test_another_organisations_flow_answers_exactly_like_a_random_one(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    flow = await made(other)
    await other.call("owner", "POST", f"{FLOWS}/{flow['id']}/publish")
    asked: tuple[tuple[str, str, Any], ...] = (
        ("GET", "", None),
        ("PUT", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/validate", None),
        ("POST", "/publish", None),
        ("POST", "/rollback", {"version": 1}),
        ("GET", "/versions", None),
        ("GET", "/versions/1", None),
    )
    for method, ending, body in asked:
        foreign = await acme.call("owner", method, f"{FLOWS}/{flow['id']}{ending}", json=body)
        random = await acme.call("owner", method, f"{FLOWS}/{new_id('flw')}{ending}", json=body)
        assert foreign.status_code == random.status_code == 404 and foreign.content == random.content
    assert (await acme.call("owner", "GET", FLOWS)).json() == {"items": [], "next": None}
    assert (await other.call("owner", "GET", f"{FLOWS}/{flow['id']}")).json()["name"] == "Main"


@for_each(
    ("nodes", "place"),
    [
        ({"a": {"type": "robot"}}, "nodes"),
        ({"a": {"prompt": "x"}}, "nodes"),
        ({"a": {"type": "announce", "prompt": "../etc/passwd"}}, "nodes"),
        ({"a": {"type": "announce", "prompt": "prm_x&tone:ring"}}, "nodes"),
        ({"a": {"type": "announce", "colour": "red"}}, "nodes"),
        ({"a.b": {"type": "hang_up"}}, "nodes"),
        ({"$where": {"type": "hang_up"}}, "nodes"),
        ({"": {"type": "hang_up"}}, "nodes"),
        ({"a": {"type": "menu", "choices": {"$": "b"}}}, "nodes"),
        ({"a": {"type": "menu", "choices": {"11": "b"}}}, "nodes"),
        ({"a": {"type": "menu", "timeout_s": 2**70}}, "nodes"),
        ({"a": {"type": "menu", "timeout_s": "5"}}, "nodes"),
        ({"a": {"type": "queue", "queue_id": "que_1", "exits": {"tired": "a"}}}, "nodes"),
        ({"a": {"type": "set", "skills": [{"name": "x", "level": 11}]}}, "nodes"),
        ({"a": {"type": "forward", "number": "+44\x00"}}, "nodes"),
        ({f"n{number}": {"type": "hang_up"} for number in range(201)}, "nodes"),
        ([], "nodes"),
        (7, "nodes"),
    ],
)
async def test_what_could_be_no_draft_is_refused_where_it_is(api: Api, nodes: Any, place: str) -> None:
    acme = await api.organisation()
    answer = await acme.call("owner", "POST", FLOWS, json={"name": "Main", "nodes": nodes})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].startswith(place)
    assert (await acme.call("owner", "GET", FLOWS)).json() == {"items": [], "next": None}


async def test_names_are_unique_whatever_their_case(api: Api) -> None:
    acme = await api.organisation()
    await made(acme)
    other = await made(acme, "Other")
    again = await acme.call("owner", "POST", FLOWS, json={"name": " MAIN "})
    assert again.status_code == 409 and again.json()["code"] == "flow_name_taken"
    renamed = await acme.call("owner", "PUT", f"{FLOWS}/{other['id']}", json={"name": "main"})
    assert renamed.status_code == 409
    assert (await acme.call("owner", "POST", FLOWS, json={"name": ""})).status_code == 422


async def test_what_is_known_in_memory_is_what_is_stored(api: Api) -> None:
    acme = await api.organisation()
    flow = await made(acme, start="hours", nodes=await every_node(api, acme))
    await acme.call("owner", "POST", f"{FLOWS}/{flow['id']}/publish")
    tenant_id: TenantId = acme.tenant.id
    before = (known(api, acme, flow["id"]), api.services.flows.known_flows(tenant_id))
    await api.services.flows.refresh()
    assert (known(api, acme, flow["id"]), api.services.flows.known_flows(tenant_id)) == before
    assert before[0] is not None


async def test_a_simulated_caller_goes_through_the_draft_at_a_chosen_time(api: Api) -> None:
    acme = await api.organisation("Acme")
    nodes = await every_node(api, acme)
    week = [{"day": day, "opens": "09:00", "closes": "17:00"} for day in ("mon", "tue", "wed", "thu", "fri")]
    hours_at = f"/v1/hours/{nodes['hours']['hours_id']}"
    changed = await acme.call("owner", "PATCH", hours_at, json={"weekly": week, "timezone": "UTC"})
    assert changed.status_code == 200, changed.text
    flow = await made(acme, start="hours", nodes=nodes)

    async def called(role: str = "owner", **body: Any) -> Any:
        return await acme.call(role, "POST", f"{FLOWS}/{flow['id']}/simulate", json=body)

    monday = (await called(at="2026-11-30T12:00:00Z", answers=["1", "max_wait", "2"])).json()
    ways = [(step["node_id"], step["way"]) for step in monday["steps"]]
    assert ways == [
        ("hours", "open"),
        ("set", "next"),
        ("hello", "next"),
        ("menu", "choices.1"),
        ("queue", "exits.max_wait"),
        ("offer", "declined"),
        ("queue", None),
    ]
    assert monday["end"] is None and "answered" in monday["expects"]
    assert monday["steps"][3]["hears"] == ["greeting"]
    sunday = (await called(at="2026-11-29T12:00:00+00:00")).json()
    assert [step["node_id"] for step in sunday["steps"]] == ["hours", "mail"] and sunday["end"] == "voicemail"
    assert (await called("supervisor")).status_code == 200 and (await called("agent")).status_code == 403
    for wrong in (
        {"answers": ["answered"], "at": "2026-11-30T12:00:00Z"},
        {"at": "2026-11-30T12:00:00"},
        {"answers": ["1"] * 101},
    ):
        assert (await called(**wrong)).status_code == 422, wrong
    other = await api.organisation("Other")
    stranger = await other.call("owner", "POST", f"{FLOWS}/{flow['id']}/simulate", json={})
    assert stranger.status_code == 404
    nobody = await acme.call("owner", "GET", f"{FLOWS}/{flow['id']}/versions")
    assert nobody.json()["items"] == [], "it changes nothing"


async def test_a_queue_that_is_closed_at_the_time_is_left_by_a_simulated_caller(api: Api) -> None:
    acme = await api.organisation("Acme")
    hours = await api.services.hours.create(acme.tenant.id, "Never")
    queue = await api.services.queues.create(acme.tenant.id, "Support", hours_id=hours.id)
    nodes = {"q": {"type": "queue", "queue_id": queue.id, "exits": {"closed": "mail"}}, "mail": {"type": "voicemail"}}
    flow = await made(acme, start="q", nodes=nodes)
    found = (await acme.call("owner", "POST", f"{FLOWS}/{flow['id']}/simulate", json={})).json()
    assert [(step["node_id"], step["way"]) for step in found["steps"]] == [("q", "exits.closed"), ("mail", None)]


async def test_a_flow_says_whether_its_draft_differs_from_what_is_published(api: Api) -> None:
    acme = await api.organisation("Acme")
    flow = await made(acme)
    where = f"{FLOWS}/{flow['id']}"

    async def changed() -> tuple[bool, bool]:
        [listed] = (await acme.call("owner", "GET", FLOWS)).json()["items"]
        return listed["changed"], (await acme.call("owner", "GET", where)).json()["changed"]

    assert flow["changed"] and await changed() == (True, True)
    await acme.call("owner", "POST", f"{where}/publish")
    assert await changed() == (False, False)
    await acme.call("owner", "PUT", where, json={"name": "Renamed"})
    assert await changed() == (False, False)
    await acme.call("owner", "PUT", where, json={"nodes": {"bye": {"type": "hang_up", "prompt": None}}})
    assert await changed() == (True, True)


async def test_the_audit_log_has_one_line_of_an_editing_not_one_of_each_save(api: Api) -> None:
    acme = await api.organisation("Acme")
    await acme.join("administrator")
    flow = await made(acme)

    async def save(role: str = "owner", **change: Any) -> None:
        answer = await acme.call(role, "PUT", f"{FLOWS}/{flow['id']}", json=change)
        assert answer.status_code == 200, answer.text

    async def lines() -> int:
        found = (await acme.call("owner", "GET", "/v1/audit?limit=100")).json()["items"]
        return sum(line["action"] == "PUT /v1/flows/{flow_id}" for line in found)

    for prompt in ("sorry", "goodbye", "away"):
        await save(nodes={"bye": {"type": "hang_up", "prompt": prompt}})
    assert await lines() == 1
    await save(name="Renamed")
    assert await lines() == 2, "a new name has its line"
    await save("administrator", nodes={})
    await save(start="")
    assert await lines() == 4, "another user's, and whoever goes on after them"
    api.clock.advance(minutes=11)
    await save(start="bye")
    assert await lines() == 5
