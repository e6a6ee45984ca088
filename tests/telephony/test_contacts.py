"""Which phones are registered, as a real Asterisk says it."""

from __future__ import annotations

import pytest
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.asterisk.client import AriClient
from call24.asterisk.endpoints import Endpoints, PhoneEndpoint
from call24.asterisk.registrations import FEW, Registrations
from call24.kit.ids import DeviceId, TenantId, new_id
from call24.testphones.agent_phone import AgentPhone

pytestmark = pytest.mark.shares_stack("asterisk")

TENANT, OTHER = TenantId(new_id("ten")), TenantId(new_id("ten"))
PHONE = PhoneEndpoint(tenant_id=TENANT, device_id=DeviceId("dev_contacttest"), password="right")
ASKED = {PHONE.device_id: TENANT}


async def test_a_phone_is_registered_from_its_registration_until_its_connection_is_gone(stack: RunningStack) -> None:
    login = stack.settings.ari_login()
    ari = AriClient(stack.settings.ari_url, login.user, login.password, app="call24", events=())
    endpoints, contacts = Endpoints(ari, loopback=True), Registrations(ari)
    strangers = {DeviceId(f"dev_stranger{n}"): TENANT for n in range(FEW)}
    for asked in (ASKED, ASKED | strangers):
        assert await contacts.registered(asked) == set(), "nobody knows this phone"
    assert await endpoints.put_device(PHONE)
    for asked in (ASKED, ASKED | strangers):
        assert await contacts.registered(asked) == set()
    url = f"wss://127.0.0.1:{stack.settings.wss_port}/ws"
    phone = AgentPhone(url, PHONE.name, "right", f"sip:{PHONE.name}@call24", verify=stack.settings.tls / "ca.pem")
    await phone.register()
    assert await wait_until(lambda: contacts.registered(ASKED), 5)
    assert await contacts.registered(ASKED | strangers) == {PHONE.device_id}, "one of many: from the list of all"
    for asked in ({PHONE.device_id: OTHER}, {**strangers, PHONE.device_id: OTHER}):
        assert await contacts.registered(asked) == set(), "as another organisation's it is nobody's"
    await phone.close(unregister=False)

    async def gone() -> bool:
        return await contacts.registered(ASKED) == set()

    assert await wait_until(gone, 5)
    await endpoints.remove_device(TENANT, PHONE.device_id)
    await ari.close()


async def test_an_asterisk_that_is_away_does_not_say() -> None:
    ari = AriClient("http://127.0.0.1:1/ari", "user", "secret", app="call24", events=())
    assert await Registrations(ari).registered(ASKED) is None
    assert await Registrations(ari).registered({DeviceId(f"dev_{n}"): TENANT for n in range(FEW + 1)}) is None
    await ari.close()
