"""kill -9 of the server while three talk, while somebody is consulted, dialled, listened to: all of it goes on.

After test_crash_server.py, on purpose: who dies often is started again ever later, and there it is measured how soon.
"""

from __future__ import annotations

import httpx
import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, LINE_HZ, SUPERVISOR_HZ, Agent
from tests.support.product.system import Organisation, System, Talk
from tests.support.telephony.hearing import hear, music
from tests.support.wait import wait_until


async def killed(system: System, *agents: Agent, state: str) -> None:
    """The server is killed, and back: each of these agents sees its call in this state again."""
    pid = system.kill("server")
    await system.restarted("server", pid)

    async def back(agent: Agent) -> bool:
        try:
            call = await agent.call()
        except httpx.TransportError:
            return False
        return call is not None and call["state"] == state

    for agent in agents:
        await wait_until(lambda agent=agent: back(agent), 10)  # type: ignore[misc]


async def two(org: Organisation) -> tuple[Agent, Agent, Talk]:
    [anna] = await org.crew("Anna")
    talk = await org.talk(anna)
    bert = await org.agent("Bert")
    await bert.be("available")
    return anna, bert, talk


@pytest.mark.long("matrix/test_cells.py::test_what_is_promised_when_a_part_fails")
async def test_a_consultation_and_then_a_conference(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        anna, bert, talk = await two(acme)
        await anna.does(talk.call_id, "consult", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        await killed(doomed, anna, bert, state="consulting")
        await offer.answer(COLLEAGUE_HZ)
        await hear({talk.offer: COLLEAGUE_HZ, offer: AGENT_HZ}, {offer: CALLER_HZ})
        await music(talk.call, AGENT_HZ, COLLEAGUE_HZ)
        await anna.does(talk.call_id, "conference")
        everybody = {
            talk.call: (AGENT_HZ, COLLEAGUE_HZ),
            talk.offer: (CALLER_HZ, COLLEAGUE_HZ),
            offer: (CALLER_HZ, AGENT_HZ),
        }
        await hear(everybody)
        await killed(doomed, anna, bert, state="conference")
        await hear(everybody)
        await anna.does(talk.call_id, "drop")
        await offer.ended(3)
        await talk.heard()
        await bert.becomes("available")
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("matrix/test_cells.py::test_what_is_promised_when_a_part_fails")
async def test_a_customer_who_is_dialled_and_one_who_is_handed_on(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        line = await acme.line()
        await anna.place(line.number)
        own = await anna.rings()
        outside = await line.rings()
        await killed(doomed, anna, state="dialling")
        outside.answer(LINE_HZ)
        await hear({own: LINE_HZ, outside: AGENT_HZ})
        bert = await acme.agent("Bert")
        await bert.be("available")
        await anna.does(own.call_id, "transfer", to={"agent_id": bert.user_id})
        offer = await bert.rings()
        await killed(doomed, bert, state="offered")
        await offer.answer(COLLEAGUE_HZ)
        await hear({outside: COLLEAGUE_HZ, offer: LINE_HZ})
        outside.hang_up()
        await offer.ended(3)
        await acme.nothing_left()


@pytest.mark.long("matrix/test_cells.py::test_what_is_promised_when_a_part_fails")
async def test_who_listens_goes_on_listening(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        anna, _, talk = await two(acme)
        sofia = await acme.supervisor()
        await sofia.does(talk.call_id, "monitor", mode="listen", reason="quality")
        ear = await sofia.rings()
        await hear({ear: (CALLER_HZ, AGENT_HZ)})
        await killed(doomed, anna, sofia, state="connected")
        await hear({ear: (CALLER_HZ, AGENT_HZ)}, {talk.call: SUPERVISOR_HZ, talk.offer: SUPERVISOR_HZ})
        await sofia.does(talk.call_id, "monitor", mode="whisper", reason="coaching")
        await hear({talk.offer: (CALLER_HZ, SUPERVISOR_HZ), talk.call: AGENT_HZ}, {talk.call: SUPERVISOR_HZ})
        await sofia.does(talk.call_id, "take-over", reason="complaint")
        await hear({ear: CALLER_HZ, talk.call: SUPERVISOR_HZ})
        talk.call.hang_up()
        await acme.nothing_left()


@pytest.mark.long("matrix/test_cells.py::test_what_is_promised_when_a_part_fails")
async def test_a_caller_with_somebody_outside(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        line = await acme.line()
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "transfer", to={"number": line.number})
        outside = await line.rings()
        await killed(doomed, state="")
        outside.answer(LINE_HZ)
        await hear({talk.call: LINE_HZ, outside: CALLER_HZ})
        outside.hang_up()
        await talk.call.ended(3)
        await acme.nothing_left()
