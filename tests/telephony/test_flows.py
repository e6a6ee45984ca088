"""What a flow does to a real caller: menus and keys, agents rung at once, forwarding, ways out of a queue, versions."""

from __future__ import annotations

from typing import Any

from tests.support.hearing import hear, music
from tests.support.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ
from tests.support.system import Organisation, System
from tests.support.wait import wait_until

from call24.standalone.customer import CustomerCall
from call24.standalone.rtp import Tone

MENU_HZ, WRONG_HZ, BYE_HZ = 2100, 2350, 2600
BYE: dict[str, Any] = {"type": "hang_up", "prompt": None}


async def ring_flow(org: Organisation, start: str, nodes: dict[str, Any]) -> tuple[str, CustomerCall]:
    """Somebody rings a new number that leads into this flow; the flow's id, and the call."""
    flow = await org.flow(start, nodes)
    number = await org.add_number(flow_id=flow)
    call = await org.customer().dial(number["number"], Tone(CALLER_HZ))
    await call.answered(5)
    return flow, call


async def menu(org: Organisation, choices: dict[str, str], **more: Any) -> dict[str, Any]:
    node = {"type": "menu", "prompt": await org.prompt("Menu", MENU_HZ, 6.0), "choices": choices, **more}
    return {"on_timeout": "bye", "on_invalid": "bye", **node}


async def test_a_key_chooses_while_the_menu_is_said_and_a_wrong_one_is_told(system: System) -> None:
    async with system.organisation("Acme") as acme:
        await acme.crew("Anna")
        bert = await acme.agent("Bert", member=False)
        await bert.be("available")
        billing = await acme.queue("Billing", [bert])
        wrong = await acme.prompt("Wrong", WRONG_HZ, 1.0)
        nodes = {
            "menu": await menu(acme, {"2": "billing"}, invalid_prompt=wrong),
            "billing": {"type": "queue", "queue_id": billing},
            "bye": BYE,
        }
        _, call = await ring_flow(acme, "menu", nodes)
        await hear({call: MENU_HZ})
        call.press("9")
        await hear({call: WRONG_HZ})
        await hear({call: MENU_HZ})
        call.press("2")
        offer = await bert.rings(3)
        await offer.answer(COLLEAGUE_HZ)
        await hear({call: COLLEAGUE_HZ, offer: CALLER_HZ})
        call.hang_up()
        await acme.nothing_left()
        events = await acme.journal(str(offer.call_id))
        assert events.count("MenuFailed") == events.count("MenuAnswered") == 1


async def test_who_chooses_nothing_goes_the_way_of_the_timeout(system: System) -> None:
    async with system.organisation("Acme") as acme:
        bye = await acme.prompt("Bye", BYE_HZ, 2.0)
        nodes = {
            "menu": {
                **await menu(acme, {"1": "bye"}, timeout_s=1, tries=1),
                "prompt": await acme.prompt("Short", MENU_HZ, 0.5),
            },
            "bye": {"type": "hang_up", "prompt": bye},
        }
        _, call = await ring_flow(acme, "menu", nodes)
        await hear({call: BYE_HZ})
        assert (await call.ended(5)).by == "them"
        await acme.nothing_left()


async def test_several_agents_are_rung_at_once_and_in_vain(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, bert = await acme.crew("Anna", "Bert")
        bye = await acme.prompt("Bye", BYE_HZ, 2.0)
        nodes = {
            "ring": {"type": "ring", "agents": [anna.user_id, bert.user_id], "ring_s": 20, "no_answer": "bye"},
            "bye": {"type": "hang_up", "prompt": bye},
        }
        _, call = await ring_flow(acme, "ring", nodes)
        first, second = await anna.rings(), await bert.rings()
        assert first.call_id == second.call_id
        first.decline()
        await music(call)
        assert second.end is None
        second.decline()
        await hear({call: BYE_HZ})
        await call.ended(5)
        await acme.nothing_left()


async def test_a_caller_is_forwarded_and_goes_on_where_that_fails(system: System) -> None:
    async with system.organisation("Acme") as acme:
        line = await acme.line()
        bye = await acme.prompt("Bye", BYE_HZ, 2.0)
        nodes = {
            "out": {"type": "forward", "number": line.number, "ring_s": 30, "failed": "bye"},
            "bye": {"type": "hang_up", "prompt": bye},
        }
        flow, call = await ring_flow(acme, "out", nodes)
        outside = await line.rings()
        await music(call)
        outside.answer(LINE_HZ)
        await hear({call: LINE_HZ, outside: CALLER_HZ})
        call.hang_up()
        await outside.ended(3)
        line.manner = "busy"
        again = await acme.customer().dial((await acme.add_number(flow_id=flow))["number"], Tone(CALLER_HZ))
        await again.answered(5)
        await hear({again: BYE_HZ})
        await again.ended(5)
        await acme.nothing_left()


async def test_who_finds_the_queue_full_goes_the_flow_s_way_and_who_waits_stays(system: System) -> None:
    async with system.organisation("Acme", max_waiting=1) as acme:
        anna = await acme.agent("Anna")
        await anna.be("paused")
        bye = await acme.prompt("Bye", BYE_HZ, 2.0)
        nodes = {
            "queue": {"type": "queue", "queue_id": acme.queue_id, "exits": {"full": "bye"}},
            "bye": {"type": "hang_up", "prompt": bye},
        }
        flow, first = await ring_flow(acme, "queue", nodes)
        await wait_until(acme.waiting)
        second = await acme.customer().dial((await acme.add_number(flow_id=flow))["number"], Tone(CALLER_HZ))
        await second.answered(5)
        await hear({second: BYE_HZ})
        await second.ended(5)
        assert await acme.waiting() == 1
        await anna.be("available")
        offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({first: AGENT_HZ, offer: CALLER_HZ})
        first.hang_up()
        await acme.nothing_left()


async def test_a_call_keeps_the_version_that_it_began_with(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna = (await acme.crew("Anna"))[0]
        queue = {"type": "queue", "queue_id": acme.queue_id}
        flow, call = await ring_flow(
            acme, "menu", {"menu": await menu(acme, {"1": "queue"}), "queue": queue, "bye": BYE}
        )
        await hear({call: MENU_HZ})
        bye = await acme.prompt("Bye", BYE_HZ, 2.0)
        new = {"start": "bye", "nodes": {"bye": {"type": "hang_up", "prompt": bye}}}
        changed = await acme.http.put(f"/v1/flows/{flow}", json=new)
        assert changed.status_code == 200, changed.text
        assert (await acme.http.post(f"/v1/flows/{flow}/publish")).status_code == 201
        later = await acme.customer().dial((await acme.add_number(flow_id=flow))["number"], Tone(CALLER_HZ))
        await later.answered(5)
        await hear({later: BYE_HZ})
        call.press("1")
        offer = await anna.rings()
        await offer.answer(AGENT_HZ)
        await hear({call: AGENT_HZ, offer: CALLER_HZ})
        call.hang_up()
        await later.ended(5)
        await acme.nothing_left()


async def test_outside_the_opening_hours_another_way_is_taken(system: System) -> None:
    async with system.organisation("Acme") as acme:
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        always = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in days]
        hours = {name: (await acme.post("/v1/hours", {"name": name, "weekly": always}))["id"] for name in ("A", "B")}
        closed = await acme.http.patch(f"/v1/hours/{hours['B']}", json={"weekly": []})
        assert closed.status_code == 200, closed.text
        open_hz, closed_hz = await acme.prompt("Open", MENU_HZ, 2.0), await acme.prompt("Closed", BYE_HZ, 2.0)
        ends = {
            "in": {"type": "hang_up", "prompt": open_hz},
            "out": {"type": "hang_up", "prompt": closed_hz},
        }
        for name, hz in (("A", MENU_HZ), ("B", BYE_HZ)):
            asked = {"type": "hours", "hours_id": hours[name], "open": "in", "closed": "out"}
            _, call = await ring_flow(acme, "asked", {"asked": asked, **ends})
            await hear({call: hz})
            await call.ended(5)
        await acme.nothing_left()
