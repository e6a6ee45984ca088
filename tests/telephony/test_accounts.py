"""Who is not let in any more: within a second the socket is closed and the phone is not registered, at a real Asterisk.

A phone that asks again is refused, and machines' tokens open nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from tests.support.product.listening import Listening, listening
from tests.support.product.system import Agent, Organisation, System
from tests.support.wait import wait_until
from websockets.exceptions import ConnectionClosed

from call24.testphones.agent_phone import RegistrationRefused

AT_ONCE_S = 1.0


@asynccontextmanager
async def at_work(system: System, agent: Agent) -> AsyncIterator[Listening]:
    """A registered phone and a subscribed socket."""
    async with listening(system, agent) as (socket, socket_id):
        channel = (await agent.http.get("/v1/realtime")).json()["channels"]["user"]
        wish = {"socket_id": socket_id, "channel_name": channel}
        await socket.subscribe(channel, (await agent.http.post("/broadcasting/auth", json=wish)).json()["auth"])
        await socket.next("pusher_internal:subscription_succeeded")
        await wait_until(lambda: system.pbx.registered(agent.sip_name))
        yield socket


async def unregistered(system: System, agent: Agent) -> bool:
    return not await system.pbx.registered(agent.sip_name)


async def out(system: System, agent: Agent, socket: Listening, since: float) -> None:
    """This agent has neither socket nor phone, and it took no longer than it may."""
    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(socket.next("never"), since + AT_ONCE_S - time.monotonic())
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4009
    gone = await wait_until(lambda: unregistered(system, agent), since + AT_ONCE_S - time.monotonic())
    assert gone and time.monotonic() - since < AT_ONCE_S
    assert agent.phone is not None
    with pytest.raises(RegistrationRefused) as refused:
        await agent.phone.register(5)
    assert refused.value.status in (401, 403, 404)
    assert (await agent.http.get("/v1/me")).status_code == 401


async def own_session(org: Organisation, agent: Agent) -> httpx.Response:
    """Ended from another of the user's devices."""
    other = await agent.on_another_device()
    sessions = (await other.http.get("/v1/me/sessions")).json()["items"]
    [first] = [one for one in sessions if not one["current"]]
    return await other.http.delete(f"/v1/me/sessions/{first['id']}")


async def role(org: Organisation, agent: Agent) -> httpx.Response:
    return await org.http.put(f"/v1/users/{agent.user_id}/role", json={"role": "supervisor"})


async def user(org: Organisation, agent: Agent) -> httpx.Response:
    return await org.http.post(f"/v1/users/{agent.user_id}/disable")


async def organisation(org: Organisation, agent: Agent) -> httpx.Response:
    secret = (org.system.settings.secrets / "operator").read_text().strip()
    place = f"/v1/internal/organisations/{org.tenant_id}/disable"
    return await org.http.post(place, headers={"X-Call24-Operator": secret})


@pytest.mark.parametrize(
    "ended",
    [
        own_session,
        organisation,
        *(
            pytest.param(
                way, marks=pytest.mark.long("test_an_ended_session_has_no_socket_and_no_phone_within_a_second")
            )
            for way in (role, user)
        ),
    ],
)
async def test_an_ended_session_has_no_socket_and_no_phone_within_a_second(
    system: System, ended: Callable[[Organisation, Agent], Awaitable[httpx.Response]]
) -> None:
    async with system.organisation("Acme") as org, AsyncExitStack() as stack:
        leaver, stayer = await org.agent("Lea"), await org.agent("Sam")
        leaving = await stack.enter_async_context(at_work(system, leaver))
        await stack.enter_async_context(at_work(system, stayer))
        since = time.monotonic()
        assert (await ended(org, leaver)).status_code < 300
        await out(system, leaver, leaving, since)
        stays = ended is not organisation
        assert await system.pbx.registered(stayer.sip_name) is stays
        assert ((await stayer.http.get("/v1/me")).status_code == 200) is stays


async def test_who_is_disabled_in_a_call_gets_no_further_one(system: System) -> None:
    """The caller is not cut off: the talk ends as every other."""
    async with system.organisation("Acme") as org:
        leaver, stayer = await org.agent("Lea"), await org.agent("Sam")
        await leaver.be("available")
        talk = await org.talk(leaver)
        assert (await org.http.post(f"/v1/users/{leaver.user_id}/disable")).status_code == 200
        assert await talk.call.ear.hears(850, 5)
        await stayer.be("available")
        talk.call.hang_up()
        await org.ended()
        second = await org.talk(stayer)
        second.call.hang_up()
        await org.ended(2)
