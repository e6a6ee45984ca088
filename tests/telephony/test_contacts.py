"""Which phones are registered, as a real Asterisk says it."""

from __future__ import annotations

from tests.support.stack import RunningStack
from tests.support.wait import wait_until

from call24.asterisk.client import AriClient
from call24.asterisk.contacts import FEW, Contacts
from call24.asterisk.endpoints import Endpoints
from call24.kit.ids import DeviceId
from call24.standalone.agent_phone import AgentPhone

DEVICE = DeviceId("dev_contacttest")


async def test_a_phone_is_registered_from_its_registration_until_its_connection_is_gone(stack: RunningStack) -> None:
    login = stack.settings.ari_login()
    ari = AriClient(stack.settings.ari_url, login.user, login.password, app="call24", events=())
    endpoints, contacts = Endpoints(ari, loopback=True), Contacts(ari)
    strangers = [DeviceId(f"dev_stranger{n}") for n in range(FEW)]
    for asked in ([DEVICE], [DEVICE, *strangers]):
        assert await contacts.registered(asked) == set(), "nobody knows this phone"
    assert await endpoints.put_device(DEVICE, DEVICE, "right")
    for asked in ([DEVICE], [DEVICE, *strangers]):
        assert await contacts.registered(asked) == set()
    url = f"wss://127.0.0.1:{stack.settings.wss_port}/ws"
    phone = AgentPhone(url, DEVICE, "right", f"sip:{DEVICE}@call24", verify=stack.settings.tls / "ca.pem")
    await phone.register()
    assert await wait_until(lambda: contacts.registered([DEVICE]), 5)
    assert await contacts.registered([DEVICE, *strangers]) == {DEVICE}, "one of many: from the list of all"
    await phone.close(unregister=False)

    async def gone() -> bool:
        return await contacts.registered([DEVICE]) == set()

    assert await wait_until(gone, 5)
    await endpoints.remove_device(DEVICE)
    await ari.close()


async def test_an_asterisk_that_is_away_does_not_say() -> None:
    ari = AriClient("http://127.0.0.1:1/ari", "user", "secret", app="call24", events=())
    assert await Contacts(ari).registered([DEVICE]) is None
    assert await Contacts(ari).registered([DeviceId(f"dev_{n}") for n in range(FEW + 1)]) is None
    await ari.close()
