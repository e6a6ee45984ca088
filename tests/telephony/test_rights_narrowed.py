"""A role that is allowed less, or a person who is not let in: what goes on with the old rights ends at once.

Sockets, phones and shifts are those of real apps at the product's own server; calls in hand go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ, PASSWORD, SUPERVISOR_HZ
from tests.support.product.system import Agent, Organisation, System
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until
from tests.telephony.test_accounts import at_work
from websockets.exceptions import ConnectionClosed

from call24.kit.ids import DeviceId, TenantId
from call24.kit.sip_names import sip_name
from call24.testphones.agent_phone import RegistrationRefused

WORKS = ["live.read", "session.change", "phone.use", "call.control", "calls.read_own"]
LISTENS = [*WORKS, "calls.read_all", "calls.monitor", "calls.take_over"]


async def role(org: Organisation, name: str, permissions: list[str]) -> str:
    return str((await org.post("/v1/roles", {"name": name, "permissions": permissions}))["id"])


async def narrowed(org: Organisation, role_id: str, permissions: list[str]) -> None:
    answer = await org.http.patch(f"/v1/roles/{role_id}", json={"permissions": permissions})
    assert answer.status_code == 200, answer.text


async def narrows(org: Organisation, sofia: Agent, role_id: str) -> None:
    await narrowed(org, role_id, WORKS)


async def gives_another(org: Organisation, sofia: Agent, role_id: str) -> None:
    answer = await org.http.put(f"/v1/users/{sofia.user_id}/role", json={"role": "agent"})
    assert answer.status_code == 200, answer.text


async def disables(org: Organisation, sofia: Agent, role_id: str) -> None:
    assert (await org.http.post(f"/v1/users/{sofia.user_id}/disable")).status_code == 200


async def ends_session(org: Organisation, sofia: Agent, role_id: str) -> None:
    """As its user does who has lost the device, or sees a stranger's in the list."""
    other = await sofia.on_another_device()
    assert (await other.http.delete("/v1/me/sessions")).status_code == 204


@pytest.mark.parametrize(
    "way",
    [
        narrows,
        pytest.param(
            ends_session, marks=pytest.mark.long("test_who_may_not_listen_any_more_hears_no_more_and_the_call_goes_on")
        ),
        pytest.param(
            gives_another, marks=pytest.mark.long("test_who_may_not_listen_any_more_hears_no_more_and_the_call_goes_on")
        ),
        pytest.param(
            disables, marks=pytest.mark.long("test_who_may_not_listen_any_more_hears_no_more_and_the_call_goes_on")
        ),
    ],
)
async def test_who_may_not_listen_any_more_hears_no_more_and_the_call_goes_on(
    system: System, way: Callable[[Organisation, Agent, str], Awaitable[None]]
) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        role_id = await role(acme, "Coach", LISTENS)
        sofia = await acme.agent("Sofia", role_id, member=False)
        sofia.answers_by_itself(SUPERVISOR_HZ)
        talk = await acme.talk(anna)
        await sofia.does(talk.call_id, "monitor", mode="listen", reason="coaching")
        ear = await sofia.rings()
        await hear({ear: (CALLER_HZ, AGENT_HZ)})
        await way(acme, sofia, role_id)
        await ear.ended(3)
        await talk.heard()
        talk.call.hang_up()
        await acme.ended()


async def test_a_role_that_takes_no_calls_any_more_has_no_phone_and_no_shift_and_has_them_again_when_it_does(
    system: System,
) -> None:
    async with system.organisation("Acme") as acme:
        role_id = await role(acme, "Night shift", WORKS)
        lea = await acme.agent("Lea", role_id)
        await lea.be("available")
        await wait_until(lambda: system.pbx.registered(lea.sip_name))
        await narrowed(acme, role_id, ["live.read", "session.change", "calls.read_own"])
        assert not await system.pbx.registered(lea.sip_name)
        assert await lea.state() == "offline"
        assert lea.phone is not None
        with pytest.raises(RegistrationRefused):
            await lea.phone.register(5)
        login = {"email": lea.email, "password": PASSWORD, "device_name": "Other"}
        signed_in = (await lea.http.post("/v1/auth/login", json=login, headers={"Authorization": ""})).json()
        new = sip_name(TenantId(acme.tenant_id), DeviceId(signed_in["device"]["id"]))
        assert new not in {one["resource"] for one in await system.pbx.listed("endpoints")}
        await narrowed(acme, role_id, WORKS)
        await lea.register()
        await wait_until(lambda: system.pbx.registered(lea.sip_name))


async def test_a_role_that_sees_nothing_live_any_more_has_its_sockets_closed(system: System) -> None:
    async with system.organisation("Acme") as acme:
        role_id = await role(acme, "Night shift", WORKS)
        lea, sam = await acme.agent("Lea", role_id), await acme.agent("Sam")
        async with at_work(system, lea) as socket, at_work(system, sam) as other:
            await narrowed(acme, role_id, [one for one in WORKS if one != "live.read"])
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(socket.next("never"), 3)
            assert await system.pbx.registered(lea.sip_name)
            assert (await lea.http.get("/v1/me")).status_code == 200
            await sam.be("available")
            await other.next("session")
