"""kill -9 of Asterisk: its calls are lost, the people are not. Nobody is switched off, and who calls next is served."""

from __future__ import annotations

from tests.support.product.system import System
from tests.support.wait import wait_until


async def test_callers_wait_for_phones_that_have_not_registered_again_yet_and_nobody_is_paused(
    doomed: System,
) -> None:
    async with doomed.organisation("Acme") as acme:
        team = await acme.crew("Anna", "Bert")
        killed = doomed.kill("asterisk")
        await doomed.restarted("asterisk", killed)
        first, second = await acme.dial_until_taken(), await acme.dial_until_taken()
        for agent in team:
            assert await agent.state() == "available"
        assert first.end is None, "it waits, and is not sent to voicemail"
        assert second.end is None
        for agent, call, hz in zip(team, (first, second), (850, 500), strict=True):
            await agent.register()
            await (await agent.rings(3)).answer(hz)
            await wait_until(lambda call=call, hz=hz: call.heard(hz), 5)  # type: ignore[misc]
        for agent in team:
            moments = (await agent.http.get("/v1/session/timeline")).json()["items"]
            said = [moment["event"] for moment in moments]
            assert said[:4] == ["AgentBecameAvailable", "AgentPhoneAwaited", "AgentPhoneReady", "AgentOffered"]
        first.hang_up()
        second.hang_up()
        records = await acme.ended(2)
        assert [x["outcome"] for record in records for x in record["offers"]] == ["answered"] * 2
