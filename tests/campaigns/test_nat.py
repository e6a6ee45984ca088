"""A server with a private address only, behind a router that translates a public one to it (1:1 NAT, as clouds do).

`./call24 test --campaign nat`; about a minute; only root may have networks of its own. The test's own network is the
outside, with the carrier, the caller and the agent's phone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.product.linked_machines import End, Link, network_of, outside
from tests.support.product.organisation import Organisation
from tests.support.product.own_machine import OwnMachine, own_machine
from tests.support.product.stack import CACHE, CHECKOUT, wait_for
from tests.support.product.system import System

from call24.kit.settings import Settings

PUBLIC, PEOPLE_AT, INSIDE, ROUTER = "45.45.1.1", "45.45.1.2", "10.45.2.2", "10.45.2.1"
TRANSLATED = f"""
table ip nat {{
  chain before {{ type nat hook prerouting priority dstnat; ip daddr {PUBLIC} dnat to {INSIDE}; }}
  chain after {{ type nat hook postrouting priority srcnat; ip saddr {INSIDE} snat to {PUBLIC}; }}
}}
"""
UP = (
    f"export PYTHONPATH={CHECKOUT}/src CALL24_CACHE={CACHE}\n"
    f"exec {sys.executable} -m call24.cli up --data /srv/.call24 --http-host 0.0.0.0 --sip-host 0.0.0.0 "
    f"--public-address {PUBLIC}"
)


class Outside(Organisation):
    @property
    def sip_address(self) -> tuple[str, int]:
        return PUBLIC, self.system.settings.sip_port

    async def as_operator(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """On the server's machine, where alone an operator is believed."""
        secret = (self.system.settings.secrets / "operator").read_text().strip()
        assert isinstance(self.system, BehindNat)
        pid = self.system.machine.pid

        def asked() -> httpx.Response:
            with network_of(pid), httpx.Client(base_url="https://127.0.0.1:8024", verify=False, timeout=20) as http:
                return http.post(path, json=body, headers={"X-Call24-Operator": secret})

        return await asyncio.to_thread(asked)


class BehindNat(System):
    made_as = Outside

    def __init__(self, machine: OwnMachine) -> None:
        super().__init__(Settings(data=outside(machine, "/srv/.call24")))
        self.machine = machine
        self.output = machine.root.parent / "up.log"

    @property
    def base_url(self) -> str:
        return f"https://{PUBLIC}:8024"


@pytest.fixture
def system(tmp_path: Path) -> Iterator[BehindNat]:
    if os.geteuid():
        pytest.skip("only root may have networks of its own")
    with contextlib.ExitStack() as ends:
        ends.enter_context(network_of(None))
        for name in ("server", "router"):
            (tmp_path / name).mkdir()
        server, router = (ends.enter_context(own_machine(tmp_path / name, 300)) for name in ("server", "router"))
        for machine in (server, router):
            End(machine, "").ip("address", "del", "192.168.24.1/32", "dev", "lo")  # ICE would offer it
        Link("inside", End(router, ROUTER), End(server, INSIDE))
        Link("public", End(router, PUBLIC), End(None, PEOPLE_AT))
        End(server, "").ip("route", "add", "default", "via", ROUTER)
        router.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        router.write("/tmp/nat", TRANSLATED.encode())
        router.run("/usr/sbin/nft", "-f", "/tmp/nat")
        made = BehindNat(server)
        server.run("mkdir", "-p", "/srv")
        parent = server.start(made.output, "sh", "-c", UP)
        wait_for(lambda: parent.poll() is not None or "Ctrl-C stops it" in made.output.read_text(), 120)
        assert parent.poll() is None, made.output.read_text()
        yield made


async def test_an_agent_and_a_caller_outside_hear_each_other(system: BehindNat) -> None:
    async with system.organisation("Acme", address=PEOPLE_AT) as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        await talk.heard()
        talk.call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["agent"]["id"]) == ("answered", anna.user_id)
