"""Supervisors in a call: heard by nobody, by the agent, by all; in the agent's place; and what stays on record."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, SUPERVISOR_HZ, Agent
from tests.support.product.system import Organisation, System, Talk
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until

from call24.testphones.offered_call import OfferedCall

LISTENS = {"mode": "listen", "reason": "quality"}


async def scene(org: Organisation) -> tuple[Agent, Agent, Talk]:
    """Anna talks to a customer; Sofia may listen."""
    [anna] = await org.crew("Anna")
    sofia = await org.supervisor()
    return anna, sofia, await org.talk(anna)


async def listening(sofia: Agent, talk: Talk, mode: str = "listen") -> OfferedCall:
    await sofia.does(talk.call_id, "monitor", mode=mode, reason="coaching")
    ear = await sofia.rings()
    assert (ear.purpose, ear.call_id) == ("monitor", talk.call_id)
    return ear


async def test_listen_whisper_barge_and_back(system: System) -> None:
    async with system.organisation("Acme") as acme:
        _, sofia, talk = await scene(acme)
        ear = await listening(sofia, talk)
        both = (CALLER_HZ, AGENT_HZ)
        await hear({ear: both}, {talk.call: SUPERVISOR_HZ, talk.offer: SUPERVISOR_HZ})
        await sofia.does(talk.call_id, "monitor", mode="whisper", reason="help_asked")
        await hear({ear: both, talk.offer: (CALLER_HZ, SUPERVISOR_HZ), talk.call: AGENT_HZ}, {talk.call: SUPERVISOR_HZ})
        await sofia.does(talk.call_id, "monitor", mode="barge", reason="help_asked")
        await hear({ear: both, talk.offer: (CALLER_HZ, SUPERVISOR_HZ), talk.call: (AGENT_HZ, SUPERVISOR_HZ)})
        await sofia.does(talk.call_id, "monitor", **LISTENS)
        await hear({ear: both, talk.call: AGENT_HZ}, {talk.call: SUPERVISOR_HZ, talk.offer: SUPERVISOR_HZ})
        assert (await sofia.http.delete(f"/v1/calls/{talk.call_id}/monitor")).status_code == 202
        await ear.ended(3)
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()
        events = await acme.journal(talk.call_id)
        supervised = [event for event in events if event.startswith("Monitor")]
        assert supervised == [
            "MonitorStarted",
            "MonitorJoined",
            "MonitorModeChanged",
            "MonitorModeChanged",
            "MonitorModeChanged",
            "MonitorStopped",
        ]


async def test_who_listens_goes_when_the_call_is_over(system: System) -> None:
    async with system.organisation("Acme") as acme:
        _, sofia, talk = await scene(acme)
        ear = await listening(sofia, talk)
        await hear({ear: (CALLER_HZ, AGENT_HZ)})
        talk.call.hang_up()
        await ear.ended(3)
        await acme.nothing_left()


@pytest.mark.long(
    "unit/calls/test_monitoring.py::test_on_hold_and_in_a_consultation_the_agent_is_heard_and_not_the_customer"
)
async def test_on_hold_who_listens_hears_the_agent_and_again_both_afterwards(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, sofia, talk = await scene(acme)
        ear = await listening(sofia, talk)
        await hear({ear: (CALLER_HZ, AGENT_HZ)})
        await anna.does(talk.call_id, "hold")
        await hear({ear: AGENT_HZ}, {ear: CALLER_HZ})
        await anna.does(talk.call_id, "resume")
        await hear({ear: (CALLER_HZ, AGENT_HZ)}, {talk.call: SUPERVISOR_HZ})
        talk.call.hang_up()
        await acme.nothing_left()


async def test_a_supervisor_takes_the_call_over(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, sofia, talk = await scene(acme)
        ear = await listening(sofia, talk)
        await hear({ear: (CALLER_HZ, AGENT_HZ)})
        await sofia.does(talk.call_id, "take-over", reason="complaint")
        await talk.offer.ended(3)
        await hear({ear: CALLER_HZ, talk.call: SUPERVISOR_HZ}, {talk.call: AGENT_HZ, ear: AGENT_HZ})
        await anna.becomes("available")
        assert await sofia.state() == "on_call"
        # Who lost it reads in the record who took it, while the call goes on: the app says it to them.
        await wait_until(lambda: _taken_by(anna, talk.call_id, sofia), 8)
        await sofia.does(talk.call_id, "hold")
        await sofia.call_is("held")
        await sofia.does(talk.call_id, "hangup")
        await talk.call.ended(3)
        await acme.nothing_left()
        assert "CallTakenOver" in await acme.journal(talk.call_id)


async def _taken_by(agent: Agent, call_id: str, taker: Agent) -> bool:
    record = (await agent.http.get(f"/v1/calls/{call_id}")).json()
    parts = [(part["agent"]["id"], part["came"]) for part in record.get("agents", [])]
    return parts == [(agent.user_id, "offer"), (taker.user_id, "take_over")] and record["ended_at"] is None


@pytest.mark.long("unit/engine/test_requests.py::test_a_supervisor_ends_a_call_and_only_one_of_its_organisation")
async def test_a_supervisor_ends_a_call(system: System) -> None:
    async with system.organisation("Acme") as acme:
        anna, sofia, talk = await scene(acme)
        await sofia.does(talk.call_id, "end", reason="stuck")
        await talk.call.ended(3)
        await talk.offer.ended(3)
        await anna.becomes("available")
        await acme.nothing_left()
        [record] = await acme.ended()
        assert record["ended_by"] == "system"


async def test_nobody_else_hears_a_call(system: System) -> None:
    async with system.organisation("Acme") as acme, system.organisation("Other", address="127.0.0.2") as other:
        anna, sofia, talk = await scene(acme)
        stranger = await other.supervisor("Stranger")
        bert = await acme.agent("Bert")
        wishes = {"monitor": LISTENS, "take-over": {"reason": "quality"}, "end": {"reason": "stuck"}}
        for what, body in wishes.items():
            foreign = await stranger.ask(talk.call_id, what, **body)
            nobodys = await stranger.ask("call_00000000000000000000000000", what, **body)
            assert (foreign.status_code, foreign.content) == (404, nobodys.content), what
            assert await bert.act(talk.call_id, what, **body) == 403
        assert (await sofia.ask(talk.call_id, "take-over", reason="quality")).status_code in (404, 409)
        await talk.heard()
        assert (await anna.call_is("connected"))["id"] == talk.call_id
        talk.call.hang_up()
        await acme.nothing_left()
        assert not [event for event in await acme.journal(talk.call_id) if event.startswith("Monitor")]
