"""The fence and a registered trunk in the whole system: a thief's login is frozen, a carrier's login is used."""

from __future__ import annotations

import secrets

import httpx
from tests.support.product.people import AGENT_HZ, LINE_HZ
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear
from tests.support.telephony.registrar import Registrar
from tests.support.wait import wait_until

PREMIUM = "+449098790001"


async def place(http: httpx.AsyncClient, number: str) -> tuple[int, str]:
    answer = await http.post("/v1/calls", json={"to": {"number": number}})
    return answer.status_code, str(answer.json().get("code"))


async def frozen(org: Organisation) -> list[tuple[str | None, str]]:
    told = (await org.http.get("/v1/fence")).json()
    return [(row["user_id"], row["reason"]) for row in told["frozen"]]


async def test_a_login_that_tries_dear_numbers_again_and_again_is_frozen_until_the_owner_lifts_it(
    system: System,
) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        line = await acme.line()
        for _ in range(5):
            assert await place(anna.http, PREMIUM) == (403, "premium_denied")
        assert await place(anna.http, line.number) == (403, "frozen")
        assert await frozen(acme) == [(anna.user_id, "denials")]
        assert (await anna.http.post("/v1/fence/unfreeze", json={"user_id": anna.user_id})).status_code == 403
        lifted = await acme.http.post("/v1/fence/unfreeze", json={"user_id": anna.user_id})
        assert lifted.status_code == 204, lifted.text
        call_id = await anna.place(line.number)
        outside = await line.rings()
        now = (await acme.http.get("/v1/fence/usage")).json()
        assert now["organisation"]["calls_now"] == 1
        assert now["organisation"]["taken_s"] > 60
        outside.answer(LINE_HZ)
        await anna.call_is("connected")
        await anna.does(call_id, "hangup")
        await acme.nothing_left()
        used = (await acme.http.get("/v1/fence/usage")).json()
        assert used["organisation"]["calls_now"] == 0
        assert used["users"][0]["used_s"] <= 60
        assert used["users"][0]["refused"] == 6


async def test_calls_come_and_go_over_a_trunk_that_registers(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        carrier = Registrar(("127.0.0.1", system.settings.sip_port), "acme-01", secrets.token_hex(8))
        async with carrier:
            wish = {
                "name": "Registered",
                "kind": "registration",
                "host": carrier.address[0],
                "port": carrier.address[1],
            }
            trunk = await acme.post("/v1/trunks", {**wish, "username": "acme-01", "password": carrier.password})

            async def status() -> bool:
                rows = (await acme.http.get("/v1/trunks")).json()["items"]
                return [row["status"] for row in rows if row["id"] == trunk["id"]] == ["registered"]

            await wait_until(status, 15)
            moved = await acme.http.patch(f"/v1/numbers/{acme.number_id}", json={"trunk_id": trunk["id"]})
            assert moved.status_code == 200, moved.text

            refused = await acme.dial()  # by the trunk on which the number is no more
            assert (await refused.ended(5)).status == 404
            customer = await carrier.call(acme.number, to_contact=True)
            rung = await anna.rings()
            await rung.answer(AGENT_HZ)
            await hear({customer: AGENT_HZ, rung: 1000})
            customer.hang_up()
            await acme.nothing_left()

            line = carrier.line("+442079460199")
            call_id = await anna.place(line.number)
            outside = await line.rings()
            assert outside.caller[0] == acme.number
            await anna.does(call_id, "hangup")
            await acme.nothing_left()
            place = f"/v1/trunks/{trunk['id']}"
            assert (await acme.http.patch(place, json={"enabled": False})).status_code == 200
            await wait_until(lambda: not carrier.registered, 5)
