"""Two organisations with the same names on one installation: neither sees, hears or rings anything of the other."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.support.http.files import attached, pdf
from tests.support.product.listening import listening
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.kit.ids import new_id
from call24.testphones.agent_phone import AgentPhone, RegistrationRefused
from call24.testphones.rtp import Tone

B_ADDRESS = "127.0.0.2"
KINDS = {
    "{agent_id}": "usr", "{call_id}": "call", "{contact_id}": "ctc", "{disposition_id}": "dsp", "{file_id}": "fil",
    "{flow_id}": "flw", "{hours_id}": "hrs", "{number_id}": "num", "{person_id}": "per", "{queue_id}": "que",
    "{recording_id}": "rec", "{task_id}": "tsk", "{trunk_id}": "trk", "{user_id}": "usr",
}  # fmt: skip
"""Whose ids a place in a path takes; of others the ids of two kinds are tried, which go round."""
ANYBODYS = {"/openapi.json", "/docs", "/health/live", "/health/ready"}


@asynccontextmanager
async def two(system: System) -> AsyncIterator[tuple[Organisation, Organisation]]:
    """The same names everywhere; only the carriers differ."""
    async with system.organisation("Acme") as a, system.organisation("Acme", address=B_ADDRESS) as b:
        for org in (a, b):
            await org.agent("Anna Agent")
        yield a, b


async def secrets_of(org: Organisation) -> dict[str, set[str]]:
    """Every id that this organisation has, by its kind, and its numbers."""
    lists = ("users", "queues", "trunks", "numbers", "calls", "me", "hours", "flows", "dispositions", "tasks", "people")
    answers = [await org.http.get(f"/v1/{name}") for name in lists]
    answers += [await agent.http.get(f"/v1/{name}") for agent in org.agents for name in ("live", "phone", "realtime")]
    answers += [await org.http.get(f"/v1/calls/{record['id']}") for record in await org.records()]
    text = " ".join(answer.text for answer in answers)
    found: dict[str, set[str]] = {}
    for id in re.findall(r"\b[a-z]{3,4}_[0-9a-z]{26}\b", text):
        found.setdefault(id.partition("_")[0], set()).add(id)
    assert {"usr", "que", "trk", "num", "call", "rec", "ctc", "dev", "ten"} <= found.keys()
    return {**found, "": {org.number}}


async def furnished(org: Organisation) -> str:
    """With one of what its agents and calls do not bring along. Returns the id of its file."""
    await org.post("/v1/hours", {"name": "Day", "weekly": []})
    await org.flow("bye", {"bye": {"type": "hang_up"}})
    await org.post("/v1/dispositions", {"name": "Sold"})
    task = await org.post("/v1/tasks", {"title": "Ring back"})
    await org.post("/v1/people", {"given": "Jo", "numbers": [{"number": "+442079460123"}]})
    return str((await attached(org.http, "a.pdf", pdf(100), task_id=task["id"]))["id"])


async def finished_call(org: Organisation) -> dict[str, Any]:
    agent = org.agents[0]
    await agent.be("available")
    talk = await org.talk(agent)
    talk.call.hang_up()
    [record] = await org.ended()
    return record


@pytest.mark.long("authorisation/test_matrix.py::test_a_foreign_id_is_answered_like_an_invented_one")
async def test_no_endpoint_tells_one_anything_of_the_other(system: System) -> None:
    async with two(system) as (a, b):
        for org in (a, b):
            await finished_call(org)
        file_id = await furnished(a)
        theirs = await secrets_of(a)
        theirs["fil"] = {file_id}
        assert {*KINDS.values()} <= theirs.keys()
        others = itertools.cycle(sorted(theirs))
        for asker in (b.http, b.agents[0].http):
            for path in await readable(b.http):
                if "{" not in path:
                    text = (await asker.get(path)).text
                    assert not [x for ids in theirs.values() for x in ids if x in text], path
                    continue
                path = path.replace("{version}", "1")
                word = path[path.index("{") : path.index("}") + 1]
                own = KINDS.get(word)
                for kind in {own or next(others), next(others)}:
                    nobodys = await asker.get(path.replace(word, new_id(kind or "call")))
                    for id in sorted(theirs[kind])[: None if kind == own else 1]:
                        foreign = await asker.get(path.replace(word, id))
                        assert (foreign.status_code, foreign.content) == (nobodys.status_code, nobodys.content), path
                        assert foreign.status_code in (403, 404), path


async def readable(http: httpx.AsyncClient) -> list[str]:
    paths = (await http.get("/openapi.json")).json()["paths"]
    return sorted(
        path
        for path, operations in paths.items()
        if "get" in operations and path not in ANYBODYS and path[:6] != "/apps/"
    )


async def test_nobody_acts_on_a_call_or_a_queue_of_the_other(system: System) -> None:
    async with two(system) as (a, b):
        anna, stranger = a.agents[0], b.agents[0]
        await anna.be("available")
        call = await a.dial()
        offer = await anna.rings()
        assert await stranger.act(offer.call_id, "decline") == 404
        await offer.answer(850)
        await wait_until(lambda: call.heard(850))
        for what in ("hangup", "hold", "resume", "reattach", "decline"):
            foreign = await stranger.http.post(f"/v1/calls/{offer.call_id}/{what}")
            nobodys = await stranger.http.post(f"/v1/calls/{new_id('call')}/{what}")
            assert (foreign.status_code, foreign.content) == (404, nobodys.content)
        change = await b.http.patch(f"/v1/queues/{a.queue_id}", json={"name": "Mine"})
        assert change.status_code == 404
        member = await b.http.patch(f"/v1/queues/{b.queue_id}", json={"members": [anna.user_id]})
        assert member.status_code == 422
        number = {"number": "+12025550999", "trunk_id": (await trunk_of(a)), "queue_id": a.queue_id}
        assert (await b.http.post("/v1/numbers", json=number)).status_code == 422
        assert (await b.http.post("/v1/numbers", json={**number, "number": a.number})).status_code in (409, 422)
        live = await anna.live()
        assert (live["call"]["state"], live["queues"][0]["name"]) == ("connected", "Support")
        call.hang_up()


async def trunk_of(org: Organisation) -> str:
    return str((await org.http.get("/v1/trunks")).json()["items"][0]["id"])


async def test_the_same_names_ring_only_their_own(system: System) -> None:
    """A call to the one is never offered to the other, even while its own agents are away."""
    async with two(system) as (a, b):
        anna, other = a.agents[0], b.agents[0]
        await other.be("available")
        await anna.be("paused")
        call = await a.dial()
        await wait_until(a.waiting)
        assert await b.waiting() == 0
        await anna.be("available")
        offer = await anna.rings()
        await offer.answer(850)
        await wait_until(lambda: call.heard(850))
        assert await other.state() == "available"
        call.hang_up()
        await a.ended()
        talk = await b.talk(other)
        talk.call.hang_up()
        await b.ended()
        assert anna.phone and other.phone
        for phone in (anna.phone, other.phone):
            with pytest.raises(TimeoutError):
                await phone.next_call(0.05)


async def test_a_number_answers_only_on_its_own_carrier(system: System) -> None:
    async with two(system) as (a, b):
        for org, other in ((a, b), (b, a)):
            wrong = org.customer(address=other.address)
            end = await (await wrong.dial(org.number, Tone(1000))).ended(5)
            assert (end.by, end.status) == ("them", 404)
        for org in (a, b):
            await finished_call(org)
            assert len(await org.records()) == 1


async def test_a_phone_registers_with_nothing_but_its_own_credentials(system: System) -> None:
    async with two(system) as (a, b):
        own, foreign = [(await org.agents[0].http.get("/v1/phone")).json() for org in (a, b)]
        assert own["username"] == f"{a.tenant_id}.{own['device_id']}"
        as_theirs = f"{b.tenant_id}.{own['device_id']}"
        for aor, username, password in (
            (f"sip:{as_theirs}@call24", as_theirs, own["password"]),
            (f"sip:{as_theirs}@call24", own["username"], own["password"]),
            (own["aor"], as_theirs, own["password"]),
            (f"sip:{own['device_id']}@call24", own["device_id"], own["password"]),
            (own["aor"], own["username"], foreign["password"]),
            (own["aor"], foreign["username"], foreign["password"]),
            (foreign["aor"], own["username"], own["password"]),
        ):
            with pytest.raises(RegistrationRefused) as refused:
                await AgentPhone(own["ws_url"], username, password, aor, verify=False).register(5)
            assert refused.value.status in (401, 403, 404)


async def test_realtime_tells_nobody_of_the_other(system: System) -> None:
    async with two(system) as (a, b):
        anna, spy = a.agents[0], b.agents[0]
        channels = [(await agent.http.get("/v1/realtime")).json()["channels"] for agent in (anna, spy)]
        async with listening(system, spy) as (socket, socket_id):
            for kind in ("user", "tenant"):
                theirs, own = channels[0][kind], channels[1][kind]
                asked = {"socket_id": socket_id, "channel_name": theirs}
                refused = await spy.http.post("/broadcasting/auth", json=asked)
                assert refused.status_code == 403
                granted = await spy.http.post("/broadcasting/auth", json={**asked, "channel_name": own})
                for stolen in (granted.json()["auth"], ""):
                    await socket.subscribe(theirs, stolen)
                    await socket.next("pusher:subscription_error")
                await socket.subscribe(own, granted.json()["auth"])
                await socket.next("pusher_internal:subscription_succeeded")
            record = await finished_call(a)
            # What is sent of its own afterwards shows that nothing of the other came before.
            await spy.be("available")
            await socket.next("session")
            told = json.dumps(socket.frames[-20:])
            for id in (record["id"], a.tenant_id, a.queue_id, anna.user_id, record["number"]):
                assert id not in told.replace(channels[0]["user"], "").replace(channels[0]["tenant"], "")
