"""`./call24 call show` of a real call: its steps as they happened, its number masked, a line in the audit log."""

from __future__ import annotations

import json
from typing import Any

import httpx
from tests.support.product.command import command
from tests.support.product.system import AGENT_HZ, System

NUMBER = "+442079460171"


def show(system: System, *words: str) -> tuple[int, str, str]:
    done = command("call", "show", *words, "--data", str(system.settings.data))
    return done.returncode, done.stdout, done.stderr


def steps(said: str) -> list[str]:
    call: dict[str, Any] = json.loads(said)
    return [f"{one['from']} > {one['to']}: {one['text']}" for one in call["steps"]]


async def test_a_call_is_shown_step_by_step(system: System) -> None:
    async with system.organisation("Shown") as acme:
        [anna] = await acme.crew("Anna")
        call = await acme.customer(NUMBER, "Grace").dial(acme.number)
        await (await anna.rings()).answer(AGENT_HZ)
        await anna.call_is("connected")
        call.hang_up()
        [record] = await acme.ended()
        code, said, trouble = show(system, record["id"], "--json")
        assert (code, trouble) == (0, "")
        there = steps(said)
        assert there[0].startswith("customer > call24: rings num_")
        assert f"call24 > call24: waits in {acme.queue_id}, priority 0" in there
        assert f"call24 > agent: offered to {anna.user_id}" in there
        assert any(one.startswith(f"agent > customer: {anna.user_id} talks to the customer") for one in there)
        assert any(one.startswith("customer > call24: ended by caller, cause ") for one in there)
        assert json.loads(said)["tenant_id"] == acme.tenant_id
        for whole in (said, show(system, record["id"])[1]):
            assert NUMBER not in whole and "Grace" not in whole and "Anna" not in whole and "ctc_" not in whole
            assert "+44********71" in whole
        assert NUMBER in show(system, record["id"], "--numbers")[1]
        lines = (await acme.http.get("/v1/audit")).json()["items"]
        looked = [one for one in lines if one["action"] == "GET /v1/internal/calls/{call_id}"]
        assert len(looked) == 3


async def test_what_is_no_call_and_who_is_no_operator_is_refused(system: System) -> None:
    for wrong in ("call_01m8nkxkb6xz6ynscv19yz4x77", "x", "../organisations", "ü"):
        code, said, trouble = show(system, wrong)
        assert (code, said) == (1, "")
        assert "404" in trouble or "422" in trouble
    async with httpx.AsyncClient(base_url=system.base_url, verify=False) as http:
        for headers in ({}, {"X-Call24-Operator": "guessed"}):
            answer = await http.get("/v1/internal/calls/call_01m8nkxkb6xz6ynscv19yz4x77", headers=headers)
            assert answer.status_code == 403
