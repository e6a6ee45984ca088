"""MongoDB dies, or stands still, while people talk: calls go on, new ones are served, and nothing is missing later."""

from __future__ import annotations

import time

import pytest
from pymongo import MongoClient
from tests.support.product.system import AGENT_HZ, CALLER_HZ, Organisation, System, Talk
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE


async def held(talk: Talk) -> None:
    """Put the caller on hold, and see by the sound that it is."""
    asked = time.time()
    assert await talk.agent.act(talk.call_id, "hold") == 202
    await wait_until(lambda: not talk.call.heard(AGENT_HZ, time.time() - 0.3, for_s=0.02), 5)
    assert time.time() - asked < 2.5


async def resumed(talk: Talk) -> None:
    assert await talk.agent.act(talk.call_id, "resume") == 202
    await talk.heard()


async def work_without_database(org: Organisation, talk: Talk) -> tuple[Talk, float]:
    """Hold and resume the first call, serve a new caller, hang up: the new conversation, and when the old one ended."""
    await held(talk)
    await resumed(talk)
    assert (await talk.agent.live())["call"]["id"] == talk.call_id
    [bert] = [agent for agent in org.agents if agent is not talk.agent]
    new = await org.talk(bert)
    assert await talk.agent.act(talk.call_id, "hangup") == 202
    return new, (await talk.call.ended(3)).at


def journal_is_home(system: System, org: Organisation) -> bool:
    """Whether all lines are in MongoDB, without a gap, up to the ends of both calls."""
    with MongoClient(system.settings.mongodb_uri()) as mongo:
        journal = mongo.get_database(DATABASE).get_collection("journal")
        lines = list(journal.find({"tenant_id": org.tenant_id}, sort=[("seq", 1)]))
    ends = [line for line in lines if line["type"] == "CallEnded"]
    return len(ends) == 2 and [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.exact
@pytest.mark.parametrize(
    "trouble",
    [
        "killed",
        pytest.param("stands still", marks=pytest.mark.long("test_calls_go_on_and_are_written_down_when_mongodb_is")),
    ],
)
async def test_calls_go_on_and_are_written_down_when_mongodb_is(doomed: System, trouble: str) -> None:
    async with doomed.organisation("Acme") as acme:
        anna, bert = await acme.agent("Anna"), await acme.agent("Bert")
        await anna.be("available")
        talk = await acme.talk(anna)
        await bert.be("available")
        if trouble == "killed":
            killed = doomed.kill("mongod")
            new, ended_at = await work_without_database(acme, talk)
            await doomed.restarted("mongod", killed)
        else:
            with doomed.stopped("mongod"):
                new, ended_at = await work_without_database(acme, talk)
                assert (await acme.http.get("/health/ready")).json()["parts"]["mongodb"] == "away"
            await doomed.whole()
        await new.heard()
        new.call.hang_up()
        end = await new.call.ended(3)
        first, second = await acme.ended(2, 20)
        assert (first["id"], second["id"]) == (talk.call_id, new.call_id)
        assert [piece["kind"] for piece in first["line"]] == ["wait", "ring", "talk", "hold", "talk"]
        assert (first["ended_by"], second["ended_by"]) == ("agent", "caller")
        assert talk.offer.answered_at and new.offer.answered_at
        assert abs(first["talk_s"] + first["hold_s"] - (ended_at - talk.offer.answered_at)) < 0.2
        assert abs(second["talk_s"] - (end.at - new.offer.answered_at)) < 0.2
        for record in (first, second):
            assert record["recording"]["state"] == "stored"
            assert abs(record["recording"]["duration_s"] - record["talk_s"] - record["hold_s"]) < 0.3
            assert record["number"]
        left, right = await acme.sound(second["recording"]["id"])
        assert len(left) == len(right) > 0
        assert talk.hz == CALLER_HZ
        for agent in (anna, bert):
            await agent.becomes("available")
        await wait_until(lambda: journal_is_home(doomed, acme))
