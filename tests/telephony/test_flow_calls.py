"""A published flow on a number, as its callers go through it: prompts, menus, hours, rings, forwards, versions."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear, music
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.rtp import Tone

WELCOME_HZ, WRONG_HZ, FIRST_HZ, SECOND_HZ = 2100, 1250, 800, 2450
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def number_for(org: Organisation, start: str, nodes: dict[str, Any]) -> str:
    """A number that runs this flow."""
    flow_id = await org.flow(start, nodes)
    return str((await org.add_number(flow_id=flow_id))["number"])


async def rings(org: Organisation, number: str) -> CustomerCall:
    """A new customer, who is answered."""
    call = await org.customer().dial(number, Tone(CALLER_HZ))
    await call.answered(5)
    return call


def bye(prompt: str | None = None) -> dict[str, Any]:
    return {"type": "hang_up", "prompt": prompt}


async def said_goodbye(call: CustomerCall, hz: int, timeout_s: float = 8.0) -> None:
    """The last words of the flow are heard, and then it hangs up."""
    await hear({call: hz}, timeout_s=timeout_s)
    assert (await call.ended(6)).by == "them"


@pytest.mark.long(
    "unit/calls/test_flow.py::test_where_the_queue_wants_it_agents_are_rung_during_the_greeting_and_the_answer_cuts_it"
)
async def test_agents_are_rung_while_the_greeting_plays_where_the_queue_wants_it_and_the_answer_cuts_it(
    system: System,
) -> None:
    async with system.organisation("Acme", ring_during_greeting=True) as acme:
        [anna] = await acme.crew("Anna")
        greeting = await acme.prompt("Welcome", WELCOME_HZ, 15)
        number = (await acme.add_number(queue_id=acme.queue_id, greeting=greeting))["number"]
        call = await rings(acme, number)
        offer = await anna.rings(3)
        await hear({call: WELCOME_HZ})
        await offer.answer(AGENT_HZ)
        await hear({call: AGENT_HZ, offer: CALLER_HZ})
        since = time.time()
        await wait_until(lambda: call.heard(AGENT_HZ, since))
        assert not call.heard(WELCOME_HZ, since, for_s=0.1), "the greeting is cut"
        call.hang_up()
        await acme.nothing_left()


async def menu_ended(call: CustomerCall, hz: int) -> None:
    """The prompt has been heard to its end."""
    await wait_until(lambda: call.heard(hz))
    await wait_until(lambda: time.time() - (call.ear.last_heard(hz) or 0) > 0.3, 8)


# --- announcements and menus ---


@pytest.mark.long("unit/engine/test_engine.py::test_a_greeting_is_heard_to_its_end_before_an_agent_rings")
async def test_an_announcement_is_heard_to_its_end_before_an_agent_rings(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        welcome = await acme.prompt("Welcome", WELCOME_HZ, 1.5)
        nodes = {
            "hello": {"type": "announce", "prompt": welcome, "next": "queue"},
            "queue": {"type": "queue", "queue_id": acme.queue_id},
        }
        call = await rings(acme, await number_for(acme, "hello", nodes))
        offer = await anna.rings()
        assert call.ear.steady(WELCOME_HZ) > 1.3
        assert offer.rang_at - (call.answered_at or 0) > 1.4
        await offer.answer(AGENT_HZ)
        await hear({call: AGENT_HZ, offer: CALLER_HZ}, {call: WELCOME_HZ})
        call.hang_up()
        [record] = await acme.ended()
        assert record["menu_s"] == pytest.approx(1.5, abs=0.4)
        await acme.nothing_left()


async def menu(org: Organisation, seconds: float, **more: Any) -> str:
    """A number with a menu of two keys, each of which says a tone of its own."""
    nodes = {
        "menu": {
            "type": "menu",
            "prompt": await org.prompt("Menu", WELCOME_HZ, seconds),
            "choices": {"1": "one", "2": "two"},
            "on_timeout": "bye",
            "on_invalid": "bye",
            **more,
        },
        "one": bye(await org.prompt("One", FIRST_HZ, 0.8)),
        "two": bye(await org.prompt("Two", SECOND_HZ, 0.8)),
        "bye": bye("sorry"),
    }
    return await number_for(org, "menu", nodes)


async def test_a_key_is_taken_while_the_menu_is_still_said_and_cuts_it_short(system: System) -> None:
    async with system.organisation("Acme") as acme:
        call = await rings(acme, await menu(acme, 20.0))
        await wait_until(lambda: call.heard(WELCOME_HZ))
        pressed = time.time()
        call.press("2")
        await said_goodbye(call, SECOND_HZ)
        assert (call.ear.last_heard(WELCOME_HZ) or 0) - pressed < 1
        [record] = await acme.ended()
        assert [(choice["node"], choice["answer"]) for choice in record["menu"]] == [("menu", "2")]


@pytest.mark.long("test_a_key_is_taken_while_the_menu_is_still_said_and_cuts_it_short")
async def test_a_key_is_taken_after_the_menu_has_been_said(system: System) -> None:
    async with system.organisation("Acme") as acme:
        call = await rings(acme, await menu(acme, 1.0))
        await menu_ended(call, WELCOME_HZ)
        call.press("1")
        await said_goodbye(call, FIRST_HZ)


@pytest.mark.long("unit/calls/test_flow.py::test_a_wrong_key_says_so_and_the_menu_again")
async def test_a_wrong_key_is_told_so_and_the_menu_is_said_again(system: System) -> None:
    async with system.organisation("Acme") as acme:
        wrong = await acme.prompt("Wrong", WRONG_HZ, 0.8)
        call = await rings(acme, await menu(acme, 1.5, invalid_prompt=wrong, tries=2))
        await wait_until(lambda: call.heard(WELCOME_HZ))
        call.press("9")
        told = await hear({call: WRONG_HZ})
        again = await hear({call: WELCOME_HZ})
        assert again > told
        call.press("1")
        await said_goodbye(call, FIRST_HZ)


@pytest.mark.long("unit/engine/test_queues.py::test_a_menu_that_is_answered_wrongly_too_often_goes_its_way")
async def test_a_menu_that_is_answered_wrongly_too_often_goes_its_way(system: System) -> None:
    async with system.organisation("Acme") as acme:
        nodes = {
            "menu": {
                "type": "menu",
                "prompt": await acme.prompt("Menu", WELCOME_HZ, 1.0),
                "choices": {"1": "late"},
                "tries": 2,
                "on_timeout": "late",
                "on_invalid": "wrong",
            },
            "late": bye(await acme.prompt("Late", FIRST_HZ, 0.8)),
            "wrong": bye(await acme.prompt("Wrong", WRONG_HZ, 0.8)),
        }
        call = await rings(acme, await number_for(acme, "menu", nodes))
        for _ in range(2):
            await hear({call: WELCOME_HZ})
            call.press("0")
        await said_goodbye(call, WRONG_HZ)
        [record] = await acme.ended()
        assert record["menu"][-1]["answer"] == "invalid"


@pytest.mark.long("unit/calls/test_flow.py::test_after_so_many_tries_it_goes_on_by_itself")
async def test_who_presses_nothing_hears_the_menu_again_and_then_goes_on(system: System) -> None:
    async with system.organisation("Acme") as acme:
        nodes = {
            "menu": {
                "type": "menu",
                "prompt": await acme.prompt("Menu", WELCOME_HZ, 1.0),
                "choices": {"1": "wrong"},
                "timeout_s": 1,
                "tries": 2,
                "on_timeout": "late",
                "on_invalid": "wrong",
            },
            "late": bye(await acme.prompt("Late", FIRST_HZ, 0.8)),
            "wrong": bye(),
        }
        call = await rings(acme, await number_for(acme, "menu", nodes))
        await menu_ended(call, WELCOME_HZ)
        first = call.ear.last_heard(WELCOME_HZ) or 0
        await said_goodbye(call, FIRST_HZ, 12)
        assert call.ear.first_heard(WELCOME_HZ, first + 0.5), "it was said only once"
        assert call.ear.first_heard(WELCOME_HZ, first + 0.5) == pytest.approx(first + 1, abs=0.4)


# --- opening hours ---


@pytest.mark.parametrize(
    "when",
    [
        "holiday",
        pytest.param("closed", marks=pytest.mark.long("test_the_hours_decide_which_way_a_caller_goes")),
        pytest.param("open", marks=pytest.mark.long("test_the_hours_decide_which_way_a_caller_goes")),
    ],
)
async def test_the_hours_decide_which_way_a_caller_goes(system: System, when: str) -> None:
    async with system.organisation("Acme") as acme:
        now = datetime.now(UTC)
        around = {
            "opens": (now - timedelta(hours=2)).strftime("%H:%M"),
            "closes": (now + timedelta(hours=2)).strftime("%H:%M"),
        }
        later = {
            "opens": (now + timedelta(hours=2)).strftime("%H:%M"),
            "closes": (now + timedelta(hours=3)).strftime("%H:%M"),
        }
        today = [{"on": (now + timedelta(days=day)).strftime("%Y-%m-%d"), "spans": []} for day in (-1, 0, 1)]
        wish = {
            "name": "Office",
            "timezone": "UTC",
            "weekly": [{"day": day, **(later if when == "closed" else around)} for day in DAYS],
            "holidays": today if when == "holiday" else [],
        }
        hours = await acme.post("/v1/hours", wish)
        assert hours["open"] is (when == "open")
        nodes = {
            "hours": {"type": "hours", "hours_id": hours["id"], "open": "here", "closed": "away"},
            "here": bye(await acme.prompt("Here", FIRST_HZ, 0.8)),
            "away": bye(await acme.prompt("Away", SECOND_HZ, 0.8)),
        }
        call = await rings(acme, await number_for(acme, "hours", nodes))
        await said_goodbye(call, FIRST_HZ if when == "open" else SECOND_HZ)


# --- what a flow asks of routing ---


@pytest.mark.long("telephony/test_queue_calls.py::test_who_was_given_to_a_more_urgent_caller_is_told_so")
async def test_a_priority_set_by_the_flow_brings_a_later_caller_forward(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused", "lunch")
        nodes = {
            "vip": {"type": "set", "priority": 50, "skills": [], "next": "queue"},
            "queue": {"type": "queue", "queue_id": acme.queue_id},
        }
        number = await number_for(acme, "vip", nodes)
        first = await acme.dial()
        await wait_until(acme.waiting)
        vip = await rings(acme, number)

        async def both() -> bool:
            return await acme.waiting() == 2

        await wait_until(both)
        await anna.be("available")
        offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({vip: AGENT_HZ}, {first: AGENT_HZ}, leak=0.6)
        vip.hang_up()
        await (await anna.rings()).answer(AGENT_HZ)
        await hear({first: AGENT_HZ})
        first.hang_up()
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_flow.py::test_priority_and_skills_that_the_flow_sets_are_asked_with_those_of_the_queue"
)
async def test_a_skill_asked_by_the_flow_finds_the_one_who_has_it(system: System) -> None:
    async with system.organisation("Acme") as acme:
        _, bert = await acme.crew("Anna", "Bert")
        answer = await acme.http.put(f"/v1/users/{bert.user_id}/skills", json={"skills": {"french": 4}})
        assert answer.status_code == 200, answer.text
        nodes = {
            "ask": {"type": "set", "skills": [{"name": "french", "level": 3}], "next": "queue"},
            "queue": {"type": "queue", "queue_id": acme.queue_id},
        }
        call = await rings(acme, await number_for(acme, "ask", nodes))
        offer = await bert.rings()
        why = (await acme.http.get(f"/v1/calls/{offer.call_id}/why")).json()
        [made] = why["offers"]
        codes = {x["agent"]["name"]: (x["chosen"], x["code"]) for x in made["candidates"]}
        assert codes == {"Anna": (False, "no_skill"), "Bert": (True, "idle_longest")}
        call.hang_up()
        await acme.nothing_left()


# --- certain agents ---


@pytest.mark.long("unit/calls/test_flow.py::test_all_of_a_group_ring_and_the_first_to_answer_has_the_caller")
async def test_a_group_is_rung_at_once_and_the_first_to_answer_has_the_caller(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert, cleo = [await acme.agent(name, member=False) for name in ("Anna", "Bert", "Cleo")]
        for agent in (anna, bert, cleo):
            await agent.be("available")
        nodes = {
            "ring": {"type": "ring", "agents": [anna.user_id, bert.user_id], "ring_s": 20, "no_answer": "bye"},
            "bye": bye(),
        }
        call = await rings(acme, await number_for(acme, "ring", nodes))
        loser, winner = await anna.rings(), await bert.rings()
        assert loser.call_id == winner.call_id
        await music(call)
        await winner.answer(COLLEAGUE_HZ)
        assert (await loser.ended(2)).status == 487
        await hear({call: COLLEAGUE_HZ, winner: CALLER_HZ})
        assert (await anna.state(), await cleo.state()) == ("available", "available")
        why = (await acme.http.get(f"/v1/calls/{winner.call_id}/why")).json()
        assert [(x["agent"]["name"], x["outcome"]) for x in why["offers"]] == [
            ("Anna", "withdrawn"),
            ("Bert", "answered"),
        ]
        codes = {x["agent"]["name"]: x["code"] for x in why["offers"][0]["candidates"]}
        assert codes == {"Anna": "rung_directly", "Bert": "rung_directly"}
        call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("unit/calls/test_flow.py::test_when_all_of_a_group_have_declined_the_flow_goes_on_at_once")
@pytest.mark.parametrize("why", ["declined", "no answer", "nobody signed in"])
async def test_a_caller_whom_nobody_of_the_group_takes_goes_on(system: System, why: str) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert = [await acme.agent(name, member=False) for name in ("Anna", "Bert")]
        if why != "nobody signed in":
            await anna.be("available")
            await bert.be("available")
        nodes = {
            "ring": {"type": "ring", "agents": [anna.user_id, bert.user_id], "ring_s": 5, "no_answer": "bye"},
            "bye": bye(await acme.prompt("Bye", FIRST_HZ, 0.8)),
        }
        call = await rings(acme, await number_for(acme, "ring", nodes))
        if why != "nobody signed in":
            offers = [await anna.rings(), await bert.rings()]
            if why == "declined":
                for offer in offers:
                    offer.decline()
            else:
                ends = [await offer.ended(8) for offer in offers]
                assert [end.status for end in ends] == [487, 487]
                assert all(abs(end.at - offer.rang_at - 5) < 1 for end, offer in zip(ends, offers, strict=True))
        # At once, not when the time to ring is over.
        await said_goodbye(call, FIRST_HZ, 3)
        await acme.nothing_left()


# --- ways to end ---


async def test_a_message_is_taken_after_the_flows_own_words(system: System) -> None:
    async with system.organisation("Acme") as acme:
        nodes = {"message": {"type": "voicemail", "prompt": await acme.prompt("Leave a message", FIRST_HZ, 1.0)}}
        call = await rings(acme, await number_for(acme, "message", nodes))
        await hear({call: FIRST_HZ})
        spool = system.settings.recording_spool / acme.tenant_id
        await wait_until(lambda: list(spool.glob("*.wav")), 10)
        spoken = call.stream.sent
        await wait_until(lambda: call.stream.sent - spoken > 75)
        call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["recording"]["kind"]) == ("voicemail", "message")
        assert record["recording"]["duration_s"] > 1

        async def task() -> Any:
            items = (await acme.http.get("/v1/tasks")).json()["items"]
            return [item for item in items if (item["kind"], item["call_id"]) == ("voicemail", record["id"])]

        [made] = await wait_until(task)
        assert made["recording_id"] == record["recording"]["id"]


@pytest.mark.long("test_a_key_is_taken_while_the_menu_is_still_said_and_cuts_it_short")
async def test_the_flow_says_goodbye_and_hangs_up(system: System) -> None:
    async with system.organisation("Acme") as acme:
        nodes = {"bye": bye(await acme.prompt("Goodbye", FIRST_HZ, 1.5))}
        call = await rings(acme, await number_for(acme, "bye", nodes))
        end = await call.ended(6)
        assert (end.by, end.cause) == ("them", 16)
        assert call.ear.steady(FIRST_HZ) > 1.3
        [record] = await acme.ended()
        assert (record["outcome"], record["ended_by"]) == ("turned_away", "system")


@pytest.mark.long("unit/calls/test_flow.py::test_a_flow_offers_a_call_back_which_is_taken_or_not")
async def test_who_accepts_to_be_called_back_is_promised_it_and_others_go_on(system: System) -> None:
    async with system.organisation("Acme") as acme:
        nodes = {
            "offer": {
                "type": "callback",
                "queue_id": acme.queue_id,
                "prompt": await acme.prompt("Shall we call back", WELCOME_HZ, 1.5),
                "digit": "5",
                "declined": "bye",
            },
            "bye": bye(await acme.prompt("Goodbye", FIRST_HZ, 0.8)),
        }
        number = await number_for(acme, "offer", nodes)
        call = await rings(acme, number)
        await wait_until(lambda: call.heard(WELCOME_HZ))
        call.press("5")
        assert (await call.ended(10)).by == "them"
        [promised] = (await acme.http.get("/v1/callbacks")).json()["items"]
        [record] = await acme.ended()
        assert (promised["origin_call_id"], promised["number"]) == (record["id"], record["number"])
        assert (promised["queue_id"], record["outcome"]) == (acme.queue_id, "callback")
        other = await rings(acme, number)
        await wait_until(lambda: other.heard(WELCOME_HZ))
        other.press("2")
        await said_goodbye(other, FIRST_HZ)
        assert len((await acme.http.get("/v1/callbacks")).json()["items"]) == 1


# --- to the outside ---


async def forward(org: Organisation, number: str) -> str:
    nodes = {
        "out": {"type": "forward", "number": number, "ring_s": 10, "failed": "failed"},
        "failed": bye(await org.prompt("Failed", FIRST_HZ, 0.8)),
    }
    return await number_for(org, "out", nodes)


async def test_a_caller_is_forwarded_to_an_outside_number(system: System) -> None:
    async with system.organisation("Acme") as acme:
        line = await acme.line()
        number = await forward(acme, line.number)
        call = await rings(acme, number)
        outside = await line.rings()
        assert outside.caller[0] == number, "the number that was dialled is shown"
        await music(call)
        outside.answer(LINE_HZ)
        await hear({call: LINE_HZ, outside: CALLER_HZ})
        call.hang_up()
        await outside.ended(3)
        await acme.nothing_left()
        [record] = await acme.ended()
        assert (record["outcome"], record["agent"]) == ("forwarded", None)
        assert record["outside_s"] > 0


@pytest.mark.parametrize(
    "why",
    [
        "denied by the fence",
        pytest.param("busy", marks=pytest.mark.long("test_a_forward_that_fails_goes_on_in_the_flow")),
        pytest.param("no answer", marks=pytest.mark.long("test_a_forward_that_fails_goes_on_in_the_flow")),
        pytest.param("no trunk leads out", marks=pytest.mark.long("test_a_forward_that_fails_goes_on_in_the_flow")),
    ],
)
async def test_a_forward_that_fails_goes_on_in_the_flow(system: System, why: str) -> None:
    async with system.organisation("Acme") as acme:
        line = await acme.line("busy" if why == "busy" else "ring")
        nodes = {
            "out": {"type": "forward", "number": line.number, "ring_s": 5, "failed": "failed"},
            "failed": bye(await acme.prompt("Failed", FIRST_HZ, 0.8)),
        }
        number = await number_for(acme, "out", nodes)
        if why == "denied by the fence":
            # When it was published it was still allowed.
            policy = (await acme.http.get("/v1/fence")).json()
            del policy["frozen"]
            answer = await acme.http.put("/v1/fence", json={**policy, "denied_prefixes": [line.number]})
            assert answer.status_code == 200, answer.text
        elif why == "no trunk leads out":
            answer = await acme.http.patch(f"/v1/trunks/{acme.trunk_id}", json={"host": None})
            assert answer.status_code == 200, answer.text
        call = await rings(acme, number)
        await said_goodbye(call, FIRST_HZ, 12)
        asked = (await acme.carrier()).asked
        assert asked == ([] if why in ("denied by the fence", "no trunk leads out") else [line.number])
        await acme.nothing_left()


@pytest.mark.long(
    "unit/toll_fraud/test_fence.py::test_callers_who_are_forwarded_take_half_of_the_calls_at_once_and_in_a_minute"
)
async def test_callers_who_are_forwarded_take_half_of_the_outgoing_calls_and_an_agent_still_gets_out(
    system: System,
) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(CALLER_HZ)
        lines = [await acme.line() for _ in range(2)]
        number = await forward(acme, lines[0].number)
        policy = (await acme.http.get("/v1/fence")).json()
        del policy["frozen"]
        caps = {**policy["organisation"], "calls_at_once": 2}
        assert (await acme.http.put("/v1/fence", json={**policy, "organisation": caps})).status_code == 200
        first = await rings(acme, number)
        await lines[0].rings()
        await said_goodbye(await rings(acme, number), FIRST_HZ)
        call_id = await anna.place(lines[1].number)
        await lines[1].rings()
        await anna.does(call_id, "hangup")
        first.hang_up()
        await acme.nothing_left()


# --- versions ---


@pytest.mark.long("unit/calls/test_flow.py::test_a_flow_that_was_published_anew_does_not_change_a_call_that_runs")
async def test_a_call_ends_with_the_version_that_it_began_with(system: System) -> None:
    async with system.organisation("Acme") as acme:
        long = await acme.prompt("Long", WELCOME_HZ, 25.0)
        tones = {hz: await acme.prompt(f"Tone {hz}", hz, 0.8) for hz in (FIRST_HZ, SECOND_HZ)}

        def content(hz: int) -> dict[str, Any]:
            menu = {"type": "menu", "prompt": long, "choices": {"1": "end"}, "on_timeout": "end", "on_invalid": "end"}
            return {"start": "menu", "nodes": {"menu": menu, "end": bye(tones[hz])}}

        flow_id = await acme.flow(**content(FIRST_HZ))
        number = str((await acme.add_number(flow_id=flow_id))["number"])

        async def does(method: str, path: str, body: Any = None) -> None:
            answer = await acme.http.request(method, f"/v1/flows/{flow_id}{path}", json=body)
            assert answer.status_code < 300, answer.text

        async def in_menu() -> CustomerCall:
            call = await rings(acme, number)
            await wait_until(lambda: call.heard(WELCOME_HZ))
            return call

        async def ends_with(call: CustomerCall, hz: int) -> None:
            call.press("1")
            await said_goodbye(call, hz)

        first = await in_menu()
        await does("PUT", "", content(SECOND_HZ))
        drafted = await in_menu()
        await does("POST", "/publish")
        second = await in_menu()
        await does("POST", "/rollback", {"version": 1})
        third = await in_menu()
        await ends_with(first, FIRST_HZ)
        await ends_with(drafted, FIRST_HZ)
        await ends_with(second, SECOND_HZ)
        await ends_with(third, FIRST_HZ)
        versions = {record["flow"]["version"] for record in await acme.ended(4)}
        assert versions == {1, 2, 3}


@pytest.mark.long("unit/engine/test_queues.py::test_a_menu_whose_version_is_gone_ends_in_voicemail")
async def test_a_caller_whose_flow_is_deleted_meanwhile_is_not_lost(system: System) -> None:
    async with system.organisation("Acme") as acme:
        nodes = {
            "menu": {
                "type": "menu",
                "prompt": await acme.prompt("Menu", WELCOME_HZ, 1.5),
                "choices": {"1": "end"},
                "timeout_s": 1,
                "on_timeout": "end",
                "on_invalid": "end",
            },
            "end": bye(),
        }
        flow_id = await acme.flow("menu", nodes)
        number = await acme.add_number(flow_id=flow_id)
        call = await rings(acme, number["number"])
        await wait_until(lambda: call.heard(WELCOME_HZ))
        moved = await acme.http.patch(f"/v1/numbers/{number['id']}", json={"queue_id": acme.queue_id})
        assert moved.status_code == 200, moved.text
        assert (await acme.http.delete(f"/v1/flows/{flow_id}")).status_code == 204
        spool = system.settings.recording_spool / acme.tenant_id
        await wait_until(lambda: list(spool.glob("*.wav")), 15)
        call.hang_up()
        [record] = await acme.ended()
        assert record["outcome"] == "voicemail"


async def test_a_prompt_whose_file_is_lost_keeps_nobody_from_the_agent(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        welcome = await acme.prompt("Welcome", WELCOME_HZ, 1.5)
        nodes = {
            "hello": {"type": "announce", "prompt": welcome, "next": "queue"},
            "queue": {"type": "queue", "queue_id": acme.queue_id},
        }
        number = await number_for(acme, "hello", nodes)
        (system.settings.prompts / acme.tenant_id / f"{welcome}.wav").unlink()
        call = await rings(acme, number)
        offer = await anna.rings(5)
        await offer.answer(AGENT_HZ)
        await hear({call: AGENT_HZ, offer: CALLER_HZ})
        assert not call.heard(WELCOME_HZ)
        call.hang_up()
        await acme.nothing_left()
