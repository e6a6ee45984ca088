"""SIP over TCP and TLS: Asterisk has few connections, so carriers alone may make one."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

import pytest
from tests.support.product.system import System
from tests.support.wait import wait_until

from call24.installer import certificates
from call24.installer.sip_firewall import filter_sockets

STRANGER = "127.0.0.51"
HELD = 1200
"""More connections than Asterisk's SIP has descriptors for."""


async def connects(port: int, address: str, within_s: float = 0.5) -> bool:
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(within_s):
            _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            writer.close()
            return True
    return False


@pytest.fixture(autouse=True)
def filtered(system: System) -> None:
    try:
        filter_sockets(2**22, system.settings.sip_port, [])
    except PermissionError as error:
        pytest.skip(f"this kernel lets nobody fetch another process's socket: {error}")
    except OSError:
        pass  # there is no such process


@pytest.mark.long("unit/installer/test_sip_firewall.py::test_by_tcp_only_carriers_connect_and_udp_is_as_before")
async def test_strangers_take_no_connection_of_carriers_and_who_becomes_one_is_let_in(system: System) -> None:
    settings = system.settings
    async with system.organisation("Acme") as acme:
        for port in (settings.sip_port, settings.sip_tls_port):
            await wait_until(lambda port=port: _shut(port, STRANGER), 10)
        knocking = [asyncio.create_task(connects(settings.sip_port, STRANGER, 5)) for _ in range(HELD)]
        for port in (settings.sip_port, settings.sip_tls_port):
            assert await connects(port, "127.0.0.1", 5)  # behind so many, this process needs its time
        assert not any(await asyncio.gather(*knocking))
        made = await acme.http.post("/v1/trunks", json={"name": "Second", "addresses": [STRANGER]})
        assert made.status_code == 201, made.text
        await wait_until(lambda: connects(settings.sip_port, STRANGER), 10)
        assert (await acme.http.delete(f"/v1/trunks/{made.json()['id']}")).status_code == 204
        await wait_until(lambda: _shut(settings.sip_port, STRANGER), 10)


async def test_a_new_certificate_for_which_asterisk_opens_its_port_anew_lets_no_stranger_in(system: System) -> None:
    port = system.settings.sip_tls_port

    def shown() -> str:
        return ssl.get_server_certificate(("127.0.0.1", port), timeout=5)

    async with system.organisation("Acme"):
        await wait_until(lambda: _shut(port, STRANGER), 10)
        before = await asyncio.to_thread(shown)
        certificates.make(system.settings, anew=True)

        async def another_is_shown() -> bool:
            try:
                return await asyncio.to_thread(shown) != before
            except OSError:  # it opens its port anew in this moment
                return False

        await wait_until(another_is_shown, 15)
        await wait_until(lambda: _shut(port, STRANGER), 10)


async def _shut(port: int, address: str) -> bool:
    return not await connects(port, address)
