"""kill -9 of Asterisk: its calls are lost, their records and recordings are not, and the next call works."""

from __future__ import annotations

import time

from tests.support.system import System, loudest
from tests.support.wait import wait_until


async def test_lost_calls_are_written_down_and_the_next_one_works(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        anna, bert = await acme.agent("Anna"), await acme.agent("Bert")
        await anna.be("available")
        talk = await acme.talk(anna)
        spoken = talk.call.stream.sent
        await wait_until(lambda: talk.call.stream.sent - spoken > 100)
        await acme.dial()
        await wait_until(acme.waiting)
        killed_at = time.time()
        killed = doomed.kill("asterisk")
        for agent in (anna, bert):
            assert agent.phone
            await agent.phone.link_lost.wait()
        await doomed.restarted("asterisk", killed)
        await anna.becomes("available")
        lost, waited = await acme.ended(2)
        assert lost["id"] == talk.call_id
        assert (lost["outcome"], lost["ended_by"], lost["cause"], lost["found_missing"]) == (
            "answered",
            "system",
            0,
            True,
        )
        assert (waited["outcome"], waited["ended_by"], waited["found_missing"]) == ("failed", "system", True)
        # The phones find themselves known again; nobody had to sign in anew.
        for agent in (anna, bert):
            assert agent.phone
            await agent.phone.register()
        await anna.be("paused")
        await bert.be("available")
        assert lost["recording"]["duration_s"] > 1.5
        left, right = await acme.sound(lost["recording"]["id"])
        assert abs(loudest(left[4000:12000]) - 1000) < 5
        assert abs(loudest(right[4000:12000]) - 440) < 5
        again = await acme.talk(bert)
        assert time.time() - killed_at < 15
        again.call.hang_up()
        *_, record = await acme.ended(3)
        assert (record["outcome"], record["ended_by"], record["recording"]["state"]) == ("answered", "caller", "stored")
