"""Many things at once: agents, a supervisor and a customer do what comes into their heads. Then nothing may be left."""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

import httpx
import pytest
from tests.support.product.people import AGENT_HZ, COLLEAGUE_HZ, LINE_HZ, Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall

SEED = int(os.environ.get("CALL24_TEST_SEED", "20261124"))
ROUNDS = int(os.environ.get("CALL24_TEST_ROUNDS", "5"))
PLAIN = ("hold", "resume", "mute", "unmute", "swap", "complete", "cancel", "conference", "drop", "hangup", "decline")
PLAIN += ("recording/start", "recording/pause", "recording/resume", "reattach")


class Crowd:
    """Everybody who may do something about one customer's call."""

    def __init__(self, dice: random.Random, org: Organisation, agents: list[Agent], supervisor: Agent) -> None:
        self.dice, self.org, self.agents, self.supervisor = dice, org, agents, supervisor
        self.outside = ""
        self.done: list[tuple[str, str, int]] = []

    async def act(self, call_id: str) -> None:
        who = self.dice.choice([*self.agents, *self.agents, self.supervisor])
        if self.dice.random() < 0.1 and who.phone is not None:
            for call in who.phone.calls:
                call.hang_up()
            self.done.append((who.name, "phone", 0))
            return
        what, body = self._wish(who)
        try:
            if what == "unmonitor":
                status = (await who.http.delete(f"/v1/calls/{call_id}/monitor")).status_code
            else:
                status = await who.act(call_id, what, **body)
        except httpx.TransportError:  # the server was killed: nobody knows whether it was heard
            status = 0
        self.done.append((who.name, what, status))
        assert status in (0, 202, 403, 404, 409), self.done

    def _wish(self, who: Agent) -> tuple[str, dict[str, Any]]:
        if who is self.supervisor:
            mode = self.dice.choice(["listen", "whisper", "barge"])
            wishes: list[tuple[str, dict[str, Any]]] = [
                ("monitor", {"mode": mode, "reason": "quality"}),
                ("monitor", {"mode": mode, "reason": "quality"}),
                ("unmonitor", {}),
                ("take-over", {"reason": "complaint"}),
                (self.dice.choice(PLAIN), {}),
            ]
            return self.dice.choice(wishes)
        other = self.dice.choice([agent for agent in self.agents if agent is not who])
        target = self.dice.choice([{"agent_id": other.user_id}, {"number": self.outside}])
        return self.dice.choice(
            [
                ("consult", {"to": target}),
                ("consult", {"to": target}),
                ("transfer", {"to": self.dice.choice([target, {"queue_id": self.org.queue_id}])}),
                ("digits", {"digits": "12#"}),
                (self.dice.choice(PLAIN), {}),
                (self.dice.choice(PLAIN), {}),
            ]
        )


async def begun(org: Organisation, call: CustomerCall, known: set[str]) -> str:
    """The id of the call, once an agent has it."""

    async def found() -> str:
        for row in (await org.http.get("/v1/live")).json()["calls"]:
            if row["id"] not in known and row["state"] == "connected":
                return str(row["id"])
        return ""

    call_id = await wait_until(found, 10)
    known.add(call_id)
    return call_id


async def test_whatever_everybody_does_at_once_nothing_is_left(system: System) -> None:
    await rounds(system, random.Random(SEED), ROUNDS, killed=False)


@pytest.mark.long("test_whatever_everybody_does_at_once_nothing_is_left")
async def test_nor_when_the_server_is_killed_in_the_middle_of_it(doomed: System) -> None:
    await rounds(doomed, random.Random(SEED), max(3, ROUNDS // 2), killed=True)


async def rounds(system: System, dice: random.Random, count: int, *, killed: bool) -> None:
    async with system.organisation(
        "Acme", record="on_demand", max_wait_s=5, exits={"max_wait": {"to": "hang_up"}}
    ) as acme:
        agents = await acme.crew("Anna", "Bert", "Cleo")
        for agent, hz in zip(agents, (AGENT_HZ, COLLEAGUE_HZ, 1150), strict=True):
            agent.answers_by_itself(hz, all_calls=True)
        before = system.log("server").count("Traceback")
        crowd = Crowd(dice, acme, agents, await acme.supervisor())
        line = await acme.line("answer", LINE_HZ)
        crowd.outside = line.number
        known: set[str] = set()
        for _ in range(count):
            line.manner = dice.choice(["answer", "answer", "ring", "busy"])
            call = await acme.dial()
            call_id = await begun(acme, call, known)
            for _ in range(dice.randint(1, 6)):
                await asyncio.gather(*(crowd.act(call_id) for _ in range(dice.randint(1, 4))))
            if killed:
                pid = system.kill("server")
                await asyncio.gather(*(crowd.act(call_id) for _ in range(3)))
                await system.restarted("server", pid)
            last = asyncio.gather(*(crowd.act(call_id) for _ in range(dice.randint(0, 3))))
            if dice.random() < 0.3:
                await crowd.supervisor.act(call_id, "end", reason="stuck")
            call.hang_up()
            await last
            await call.ended(5)
            try:
                await acme.nothing_left(8)
            except AssertionError as left:
                raise AssertionError(f"seed {SEED}: {left}; call {call_id}: {await acme.journal(call_id)}") from None
            for agent in agents:
                await agent.be("available")
        assert {record["id"] for record in await acme.ended(count)} == known
        assert system.log("server").count("Traceback") == before, "an error that somebody caught is one all the same"
