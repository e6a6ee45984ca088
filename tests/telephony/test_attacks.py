"""An organisation is attacked by another one, and by its own agents, while it works: nothing is told or changed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.support.http.odd_bodies import FIELDS, ODD
from tests.support.product.people import AGENT_HZ, CALLER_HZ, LINE_HZ, PASSWORD, Agent
from tests.support.product.system import Organisation, System, Talk
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until

from call24.kit.ids import new_id
from call24.testphones.customer import CustomerCall

ELSEWHERE = "127.0.0.2"
TIMES = 30
"""How many odd bodies each operation gets."""
MONITORING = {"mode": "listen", "reason": "quality"}
IN_HAND: dict[str, dict[str, Any] | None] = {
    "decline": None,
    "hangup": None,
    "hold": None,
    "resume": None,
    "mute": None,
    "unmute": None,
    "digits": {"digits": "1"},
    "transfer": {"to": {"number": "+442079460123"}},
    "consult": {"to": {"number": "+442079460123"}},
    "swap": None,
    "complete": None,
    "cancel": None,
    "conference": None,
    "drop": None,
    "recording/start": None,
    "recording/pause": None,
    "recording/resume": None,
    "reattach": None,
}
"""Everything that an agent may ask of a call."""

WATCHING: dict[str, dict[str, Any]] = {
    "monitor": MONITORING,
    "take-over": {"reason": "quality"},
    "end": {"reason": "stuck"},
}


@dataclass
class Things:
    """One of everything that an organisation can have, by the word in the path."""

    org: Organisation
    ids: dict[str, str]


async def furnished(org: Organisation, agent: Agent) -> Things:
    http = org.http
    hours = await org.post("/v1/hours", {"name": "Day", "weekly": []})
    return Things(
        org,
        {
            "agent_id": agent.user_id,
            "user_id": agent.user_id,
            "queue_id": org.queue_id,
            "trunk_id": org.trunk_id,
            "number_id": org.number_id,
            "hours_id": hours["id"],
            "prompt_id": await org.prompt("Hello", 900),
            "flow_id": await org.flow("bye", {"bye": {"type": "hang_up"}}),
            "reason_id": (await org.post("/v1/pause-reasons", {"name": "Chess"}))["id"],
            "disposition_id": (await org.post("/v1/dispositions", {"name": "Sold"}))["id"],
            "task_id": (await agent_task(http))["id"],
        },
    )


async def agent_task(http: httpx.AsyncClient) -> dict[str, Any]:
    made = await http.post("/v1/tasks", json={"title": "Ring back"})
    assert made.status_code == 201, made.text
    return dict(made.json())


@asynccontextmanager
async def neighbours(system: System) -> AsyncIterator[tuple[Things, Talk, Organisation]]:
    """Acme works: Anna talks to a customer. The other one has everything, too."""
    async with system.organisation("Acme") as acme, system.organisation("Acme", address=ELSEWHERE) as other:
        [anna] = await acme.crew("Anna")
        things = await furnished(acme, anna)
        yield things, await acme.talk(anna), other


def told(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json() if answer.content else None


@pytest.mark.long("integration/calls/test_calls_in_hand.py::test_a_call_of_another_is_like_none_at_all")
async def test_another_organisations_call_is_answered_like_one_that_does_not_exist(system: System) -> None:
    async with neighbours(system) as (things, talk, other):
        boss = await other.supervisor("Boss")
        wishes: list[tuple[str, str, Any]] = [("POST", what, body) for what, body in (IN_HAND | WATCHING).items()]
        wishes += [("DELETE", "monitor", None), ("GET", "why", None), ("GET", "", None)]
        wishes += [("POST", "disposition", {"disposition_id": things.ids["disposition_id"]})]
        for asker in (boss.http, other.http):
            for method, what, body in wishes:
                foreign, nobodys = [
                    told(await asker.request(method, f"/v1/calls/{call}/{what}".rstrip("/"), json=body))
                    for call in (talk.call_id, new_id("call"))
                ]
                assert foreign == nobodys, what
                assert foreign[0] == 404, (what, foreign)
        await talk.heard()
        assert (await talk.agent.call_is("connected"))["muted"] is False
        talk.call.hang_up()
        await things.org.nothing_left()


@pytest.mark.long("authorisation/test_matrix.py::test_a_foreign_id_is_answered_like_an_invented_one")
async def test_another_organisations_things_in_a_path_are_answered_like_none(system: System) -> None:
    async with neighbours(system) as (things, talk, other):
        description = (await other.http.get("/openapi.json")).json()["paths"]
        asked = 0
        bodies = ({}, {"name": "Mine"}, {"state": "done"}, {"state": "offline", "reason": "stuck"})
        for path, operations in description.items():
            named = [word for word in things.ids if f"{{{word}}}" in path and not path.startswith("/apps/")]  # signed
            for method in operations.keys() & {"get", "put", "patch", "post", "delete"} if named else ():
                asked += 1
                [word] = named
                kind = things.ids[word].split("_")[0]
                for body in bodies:
                    foreign, nobodys, wrong = [
                        told(
                            await other.http.request(
                                method.upper(), path.replace(f"{{{word}}}", id).replace("{version}", "1"), json=body
                            )
                        )
                        for id in (things.ids[word], new_id(kind), talk.call_id)
                    ]
                    assert foreign == nobodys == wrong, (method, path, body)
                    assert foreign[0] in (404, 422), (method, path, foreign)
        assert asked > 25
        await talk.heard()
        talk.call.hang_up()
        await things.org.nothing_left()


async def test_another_organisations_things_in_a_body_are_answered_like_none(system: System) -> None:
    async with neighbours(system) as (things, talk, other):
        ida = await other.agent("Ida")
        ida.answers_by_itself(AGENT_HZ)
        await other.line()
        await ida.be("available")
        theirs = await other.talk(ida)
        call = f"/v1/calls/{theirs.call_id}"
        queue = f"/v1/queues/{other.queue_id}"
        way = {"type": "hang_up"}

        def asked(ids: dict[str, str]) -> list[tuple[httpx.AsyncClient, str, str, Any]]:
            nodes: list[dict[str, Any]] = [
                {"type": "queue", "queue_id": ids["queue_id"], "exits": {}},
                {"type": "ring", "agents": [ids["agent_id"]], "no_answer": "bye"},
                {"type": "hours", "hours_id": ids["hours_id"], "open": "bye", "closed": "bye"},
                {"type": "announce", "prompt": ids["prompt_id"], "next": "bye"},
                {"type": "voicemail", "prompt": ids["prompt_id"]},
                {"type": "callback", "queue_id": ids["queue_id"], "prompt": "greeting", "declined": "bye"},
            ]
            exits = [
                {"to": "queue", "queue_id": ids["queue_id"]},
                {"to": "flow", "flow_id": ids["flow_id"]},
                {"to": "voicemail", "prompt": ids["prompt_id"]},
                {"to": "hang_up", "prompt": ids["prompt_id"]},
            ]
            return [
                *[(ida.http, "POST", f"{call}/transfer", {"to": {word: ids[word]}}) for word in TARGETS],
                (ida.http, "POST", f"{call}/consult", {"to": {"agent_id": ids["agent_id"]}}),
                (ida.http, "POST", "/v1/calls", {"to": {"agent_id": ids["agent_id"]}}),
                (ida.http, "POST", "/v1/calls", {"to": {"number": "+442079460123"}, "from": ids["number_id"]}),
                (ida.http, "POST", f"{call}/disposition", {"disposition_id": ids["disposition_id"]}),
                (ida.http, "POST", "/v1/tasks", {"title": "x", "queue_id": ids["queue_id"]}),
                (ida.http, "POST", "/v1/tasks", {"title": "x", "assignee_id": ids["agent_id"]}),
                (ida.http, "POST", "/v1/tasks", {"title": "x", "call_id": ids["call_id"]}),
                (ida.http, "PUT", "/v1/session", {"state": "paused", "reason": ids["reason_id"]}),
                *[(other.http, "PATCH", queue, {"exits": {"max_wait": exit}}) for exit in exits],
                (other.http, "PATCH", queue, {"hours_id": ids["hours_id"]}),
                (other.http, "PATCH", queue, {"members": [ids["agent_id"]]}),
                (other.http, "PATCH", queue, {"dispositions": [ids["disposition_id"]]}),
                (other.http, "PATCH", f"/v1/numbers/{other.number_id}", {"flow_id": ids["flow_id"]}),
                (other.http, "PATCH", f"/v1/numbers/{other.number_id}", {"queue_id": ids["queue_id"]}),
                (other.http, "PATCH", f"/v1/numbers/{other.number_id}", {"trunk_id": ids["trunk_id"]}),
                (other.http, "PATCH", f"/v1/numbers/{other.number_id}", {"greeting": ids["prompt_id"]}),
                (other.http, "POST", "/v1/fence/unfreeze", {"user_id": ids["agent_id"]}),
                (other.http, "POST", "/v1/fence/check", {"number": "+442079460123", "user_id": ids["agent_id"]}),
                (other.http, "POST", "/v1/what-if", {"day": "2026-11-24", "queue_id": ids["queue_id"], "changes": {}}),
                (
                    other.http,
                    "POST",
                    "/v1/what-if",
                    {"day": "2026-11-24", "queue_id": other.queue_id, "changes": {"members": [ids["agent_id"]]}},
                ),
                *[(other.http, "FLOW", "", {"it": node, "bye": way}) for node in nodes],
            ]

        random = {word: new_id(id.split("_")[0]) for word, id in things.ids.items()}
        foreign_ids = {**things.ids, "call_id": talk.call_id}
        for foreign, nobodys in zip(asked(foreign_ids), asked({**random, "call_id": new_id("call")}), strict=True):
            http, method, path, body = foreign
            answers = [await ask(http, method, path, wish) for wish in (body, nobodys[3])]
            texts = [spelt(answer, ids) for answer, ids in zip(answers, (foreign_ids, random), strict=True)]
            assert texts[0] == texts[1], (path, body)
            assert answers[0][0] in (403, 404, 409, 422), (path, body, answers[0])
        await theirs.heard()
        await talk.heard()
        for one in (theirs, talk):
            one.call.hang_up()
        await other.nothing_left()
        await things.org.nothing_left()


TARGETS = ("agent_id", "queue_id", "flow_id")


def spelt(answer: tuple[int, Any], ids: dict[str, str]) -> str:
    """Without the ids that were asked for: what is left must be the same."""
    text = f"{answer}"
    for word, id in ids.items():
        text = text.replace(id, word)
    return text


async def ask(http: httpx.AsyncClient, method: str, path: str, body: Any) -> tuple[int, Any]:
    if method != "FLOW":
        return told(await http.request(method, path, json=body))
    made = await http.post("/v1/flows", json={"name": new_id("flw"), "start": "it", "nodes": body})
    if made.status_code != 201:
        return told(made)
    published = told(await http.post(f"/v1/flows/{made.json()['id']}/publish"))
    await http.delete(f"/v1/flows/{made.json()['id']}")
    return published


# --- input ---

DIALLED = [
    "+442079460123;ext=5", "tel:+442079460123", "sip:thief@192.0.2.1", "+442079460123@192.0.2.1", "+442079460123,,5",
    "+442079460123p5", "+442079460123w5", "*67+442079460123", "#31#02079460123", "999", "112", "+0442079460123", "+",
    "00", "0", "${EXTEN}", "+4420794601&PJSIP/1", "+44 2079\n460123", "+44２０７９４６０１２３", "+44²079460123",
    "+" + "4" * 39, "PJSIP/1", "s@call24", "x" * 40, "++442079460123", "+44+2079460123", "+44/../2079460123x",
]  # fmt: skip


@pytest.mark.long(
    "integration/calls/test_calls_in_hand.py::test_no_body_whatever_makes_a_route_of_the_engine_fall_over"
)
async def test_no_body_whatever_makes_the_engines_routes_fall_over_while_people_talk(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        await acme.line()
        talk = await acme.talk(anna)
        sofia = await acme.agent("Sofia", "supervisor", phone=False, member=False)
        dice = random.Random(20261124)
        paths = (await acme.http.get("/openapi.json")).json()["paths"]
        places = [
            (method, path.replace("{call_id}", talk.call_id).replace("{agent_id}", sofia.user_id))
            for path, operations in paths.items()
            for method in operations.keys() & {"post", "put", "patch"}
            if path.startswith(("/v1/calls", "/v1/session", "/v1/agents", "/v1/what-if", "/v1/tasks"))
            and "requestBody" in operations[method]
        ]
        assert len(places) > 8
        for method, path in places:
            for _ in range(TIMES):
                body = {name: dice.choice(ODD) for name in dice.sample(FIELDS, dice.randint(1, 4))}
                for http in (anna.http, sofia.http):
                    answer = await http.request(method.upper(), path, json=body)
                    assert answer.status_code in (400, 403, 404, 409, 413, 422), (method, path, body, answer.text)
                    assert answer.headers["Content-Type"] == "application/problem+json"
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long(
    "unit/toll_fraud/test_fence.py::test_only_plain_numbers_of_the_own_country_are_rung_unless_told_otherwise"
)
async def test_nothing_but_a_plain_number_is_dialled(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        line = await acme.line(number="+442079460123")
        talk = await acme.talk(anna)
        for text in DIALLED:
            for path, body in (
                ("/v1/calls", {"to": {"number": text}}),
                (f"/v1/calls/{talk.call_id}/transfer", {"to": {"number": text}}),
                (f"/v1/calls/{talk.call_id}/consult", {"to": {"number": text}}),
            ):
                answer = await anna.http.post(path, json=body)
                assert answer.status_code in (403, 422), (path, text, answer.text)
            published = await ask(acme.http, "FLOW", "", {"type": "forward", "number": text, "failed": "it"})
            assert published[0] == 422, (text, published)
        assert not line.calls
        assert len(await system.pbx.channels(acme.tenant_id)) == 2
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()


# --- one's own people ---


@pytest.mark.long("authorisation/test_matrix.py::test_only_who_may_is_answered_and_nothing_else_changes_anything")
async def test_an_agent_asks_nothing_of_a_colleagues_call_and_nothing_that_is_a_supervisors(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert = await acme.crew("Anna"), await acme.agent("Bert", member=False)
        talk = await acme.talk(anna[0])
        for what, body in IN_HAND.items():
            assert await bert.act(talk.call_id, what, **(body or {})) == 404, what
        for what, body in WATCHING.items():
            assert await bert.act(talk.call_id, what, **body) == 403, what
        refused = [
            ("PUT", f"/v1/agents/{anna[0].user_id}/session", {"state": "offline", "reason": "stuck"}),
            ("DELETE", f"/v1/agents/{anna[0].user_id}/offer", None),
            ("GET", f"/v1/agents/{anna[0].user_id}/timeline", None),
            ("GET", "/v1/fence", None),
            ("POST", "/v1/what-if", {"day": "2026-11-24", "queue_id": acme.queue_id, "changes": {}}),
            ("DELETE", "/v1/callbacks/call_1", None),
            ("GET", "/v1/flows", None),
            ("GET", "/v1/trunks", None),
            ("PUT", f"/v1/users/{bert.user_id}/skills", {"skills": []}),
            ("POST", "/v1/recordings/keys", None),
        ]
        for method, path, wish in refused:
            answer = await bert.http.request(method, path, json=wish)
            assert answer.status_code == 403, (method, path, answer.text)
        for path in (f"/v1/calls/{talk.call_id}", f"/v1/calls/{talk.call_id}/why"):
            assert (await bert.http.get(path)).status_code == 404, path
        talk.call.hang_up()
        [record] = await acme.ended()
        for path in (f"/v1/calls/{record['id']}", f"/v1/calls/{record['id']}/why"):
            assert (await bert.http.get(path)).status_code == 404, path
        if record["recording"]:
            for path in ("", "/audio", "/listenings"):
                answer = await bert.http.get(f"/v1/recordings/{record['recording']['id']}{path}")
                assert answer.status_code in (403, 404), path


@pytest.mark.long("unit/identity/test_rules.py::test_each_role_may_do_exactly_what_the_table_says")
async def test_a_supervisor_does_not_what_an_owner_may(system: System) -> None:
    async with system.organisation("Acme") as acme:
        sofia = await acme.agent("Sofia", "supervisor", phone=False, member=False)
        wishes = [
            ("PUT", "/v1/fence", {"countries": ["GB"]}),
            ("POST", "/v1/fence/unfreeze", {"user_id": None}),
            ("POST", "/v1/flows", {"name": "x"}),
            ("POST", "/v1/prompts", {"name": "x", "text": "x"}),
            ("PATCH", f"/v1/queues/{acme.queue_id}", {"name": "x"}),
            ("PATCH", f"/v1/numbers/{acme.number_id}", {"label": "x"}),
            ("DELETE", f"/v1/trunks/{acme.trunk_id}", None),
            ("POST", "/v1/users", {"email": "x@y.zz", "name": "x", "role": "owner", "password": PASSWORD}),
            ("PUT", f"/v1/users/{sofia.user_id}/skills", {"skills": []}),
            ("POST", "/v1/recordings/keys", None),
            ("POST", "/v1/hours", {"name": "x", "weekly": []}),
            ("POST", "/v1/pause-reasons", {"name": "x"}),
            ("POST", "/v1/dispositions", {"name": "x"}),
        ]
        for method, path, body in wishes:
            answer = await sofia.http.request(method, path, json=body)
            assert answer.status_code == 403, (method, path, answer.text)


@pytest.mark.long("unit/engine/test_engine.py::test_only_the_agent_of_a_call_can_ask_something_of_it")
async def test_who_has_given_a_call_away_asks_nothing_of_it_any_more(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "transfer", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        for what, body in IN_HAND.items():
            assert await anna.act(talk.call_id, what, **(body or {})) == 404, what
        await offer.answer(AGENT_HZ)
        await hear({talk.call: AGENT_HZ, offer: CALLER_HZ})
        for what, body in IN_HAND.items():
            assert await anna.act(talk.call_id, what, **(body or {})) == 404, what
        sofia = await acme.supervisor()
        await sofia.does(talk.call_id, "monitor", **MONITORING)
        ear = await sofia.rings()
        await hear({ear: CALLER_HZ})
        await sofia.does(talk.call_id, "take-over", reason="quality")
        await offer.ended(5)
        await bert.becomes("available")
        for what, body in IN_HAND.items():
            assert await bert.act(talk.call_id, what, **(body or {})) == 404, what
        await hear({ear: CALLER_HZ})
        talk.call.hang_up()
        await acme.nothing_left()


# --- money ---


@pytest.mark.long("unit/toll_fraud/test_fence.py::test_a_stolen_login_never_spends_beyond_the_caps_whatever_it_tries")
async def test_a_stolen_login_has_as_many_calls_outside_as_its_cap_however_it_makes_them(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        lines = [await acme.line("answer", LINE_HZ) for _ in range(4)]
        body = {"to": {"number": lines[0].number}}
        answers = await asyncio.gather(*(anna.http.post("/v1/calls", json=body) for _ in range(12)))
        assert sorted(answer.status_code for answer in answers)[:2] == [201, 409]
        call_id = next(answer.json()["id"] for answer in answers if answer.status_code == 201)
        assert (await anna.rings()).call_id == call_id
        await anna.call_is("connected")
        # Given away to an outside number it goes on without her: both of its ends count as hers.
        await anna.does(call_id, "transfer", to={"number": lines[1].number})
        await wait_until(lambda: bool(lines[1].calls))
        await anna.becomes("available")
        usage = (await acme.http.get("/v1/fence/usage")).json()
        assert [user["calls_now"] for user in usage["users"] if user["user_id"] == anna.user_id] == [2]
        third = await anna.http.post("/v1/calls", json={"to": {"number": lines[2].number}})
        assert (third.status_code, third.json()["code"]) == (403, "too_many_calls")
        customer = await acme.dial()
        offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({customer: AGENT_HZ})
        for what in ("transfer", "consult"):
            refused = await anna.ask(offer.call_id, what, to={"number": lines[3].number})
            assert (refused.status_code, refused.json()["code"]) == (403, "too_many_calls"), what
        assert not lines[2].calls
        assert not lines[3].calls
        customer.hang_up()
        for line in lines:
            for call in line.calls:
                call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/engine/test_outside.py::test_who_was_handed_to_an_outside_number_counts_again_after_a_restart")
async def test_what_was_forwarded_before_a_restart_counts_until_it_ends_and_no_longer(doomed: System) -> None:
    """Whether it ends after the restart or during it; else its caps stay taken for as long as a call may last."""
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        lines = [await acme.line("answer", LINE_HZ) for _ in range(2)]
        customers = []
        for line in lines:
            talk = await acme.talk(anna)
            await anna.does(talk.call_id, "transfer", to={"number": line.number})
            await hear({talk.call: LINE_HZ})
            await anna.becomes("available")
            customers.append(talk.call)
        assert await calls_now(acme) == 2
        pid = doomed.kill("server")
        lines[0].calls[0].hang_up()
        await doomed.restarted("server", pid)
        await wait_until(lambda: count_is(acme, 1), 15)
        lines[1].calls[0].hang_up()
        await wait_until(lambda: count_is(acme, 0), 5)
        for customer in customers:
            customer.hang_up()
        await acme.nothing_left(10)


async def calls_now(org: Organisation) -> int:
    return int((await org.http.get("/v1/fence/usage")).json()["organisation"]["calls_now"])


async def count_is(org: Organisation, count: int) -> bool:
    try:
        return await calls_now(org) == count
    except httpx.TransportError:
        return False


@pytest.mark.long(
    "unit/engine/test_callbacks.py::"
    "test_a_caller_who_shows_no_number_or_one_that_we_may_not_ring_cannot_ask_and_waits_on"
)
async def test_who_claims_a_dear_number_or_ours_is_not_called_back_there(system: System) -> None:
    async with system.organisation("Acme", callback=True) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused")
        carrier = await acme.carrier()
        dear = carrier.line("+449098790001")

        async def nobody() -> bool:
            return await acme.waiting() == 0

        async def asks(claimed: str) -> CustomerCall:
            call = await acme.customer(claimed).dial(acme.number)
            await call.answered(5)
            await wait_until(acme.waiting, 15)
            call.press("1")
            return call

        for claimed in (dear.number, "+44909879000199", acme.number, "+881612345678"):
            call = await asks(claimed)
            sent = call.stream.sent
            await wait_until(lambda call=call, sent=sent: call.stream.sent > sent + 75)  # a second and a half
            assert await acme.waiting() == 1, "still on the line: nothing was promised"
            call.hang_up()
            await wait_until(nobody, 10)
        assert (await acme.http.get("/v1/callbacks")).json()["items"] == []
        honest = await asks("+442079460123")
        assert (await honest.ended(15)).by == "them"
        [promised] = (await acme.http.get("/v1/callbacks")).json()["items"]
        assert promised["number"] == "+442079460123"
        assert (await acme.http.delete(f"/v1/callbacks/{promised['id']}")).status_code == 202
        await anna.be("available")
        assert await anna.state() == "available"
        assert not dear.calls
        assert (await acme.http.get("/v1/fence")).json()["frozen"] == []


async def test_a_flow_does_not_lead_to_a_number_of_its_own_organisation(system: System) -> None:
    async with system.organisation("Acme") as acme:
        nodes = {"out": {"type": "forward", "number": acme.number, "failed": "bye"}, "bye": {"type": "hang_up"}}
        made = await acme.http.post("/v1/flows", json={"name": "Round", "start": "out", "nodes": nodes})
        refused = await acme.http.post(f"/v1/flows/{made.json()['id']}/publish")
        assert refused.status_code == 422
        assert "a number of your own" in refused.text
