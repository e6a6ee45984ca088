"""Strangers who want 20,000 sockets to the phones' port, of fifty addresses: calls go on, agents register.

What is beyond the port's caps is cut and opened again, so that some thousands are open at once.
`./call24 test --campaign strangers`. Loopback alone, four senders of 5,000 sockets each, a minute; about two and a half
minutes. The short form in every run is tests/telephony/test_sip_edge.py. CALL24_STRANGERS is another number of sockets.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import sys
import time
from dataclasses import dataclass, field

import httpx
from tests.support.http.tls import offering
from tests.support.product.people import Agent
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import System, running_system
from tests.support.telephony.edge_world import SIP
from tests.support.telephony.strangers import REGISTER
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from call24.asterisk.cli import told_by
from call24.installer.stack import http_status
from call24.installer.supervise import PROBES_FAILED
from call24.sip_edge.limits import SESSIONS
from call24.testphones.agent_phone import RegistrationRefused

SOCKETS = int(os.environ.get("CALL24_STRANGERS", "20000"))
SENDERS, SECONDS, CALLS = 4, 60.0, 20
HELD_S, FEW = 70.0, 150


@dataclass
class Seen:
    """Times in s, of each attempt that was made under the load."""

    registered: list[float] = field(default_factory=list)
    challenged: list[float] = field(default_factory=list)
    pinged: list[float] = field(default_factory=list)
    not_ready: int = 0
    failures: list[str] = field(default_factory=list)


async def test_strangers_cut_no_call_and_keep_no_phone_out() -> None:
    with running_system() as system:
        asterisk, server = system.pid("asterisk"), system.pid("server")
        async with system.organisation("Acme") as acme:
            agents = await acme.crew(*(f"Agent {number}" for number in range(CALLS)))
            talks = [await acme.talk(agent) for agent in agents]
            late = await acme.agent("Late")
            seen = Seen()
            senders = [await sender(system, number) for number in range(SENDERS)]
            end = time.monotonic() + SECONDS
            async with asyncio.TaskGroup() as group:
                group.create_task(registers(late, end, seen))
                group.create_task(is_challenged(system, end, seen))
                group.create_task(asks(system, end, seen))
            told = [json.loads((await one.communicate())[0].splitlines()[-1]) for one in senders]
            sys.stdout.write(report(told, seen))
            assert sum(one["most"] for one in told) + sum(one["cut"] for one in told) >= SOCKETS
            assert (system.pid("asterisk"), system.pid("server")) == (asterisk, server)
            assert [talk.call.end for talk in talks] == [None] * CALLS
            for talk in talks:
                await talk.heard(20)
            assert seen.failures == [] and seen.not_ready == 0
            assert len(seen.registered) > 5 and len(seen.challenged) > 5
            for talk in talks:
                talk.call.hang_up()
            await acme.nothing_left()


def report(told: list[dict[str, int]], seen: Seen) -> str:
    lines = [f"senders: {told}"]
    for name in ("registered", "challenged", "pinged"):
        times = sorted(getattr(seen, name)) or [float("nan")]
        lines.append(f"{name}: {len(times)}, p50 {times[len(times) // 2]:.3f} s, worst {times[-1]:.3f} s")
    return "\n".join(("", *lines, f"not ready: {seen.not_ready}; failures: {seen.failures}", ""))


async def sender(system: System, number: int) -> asyncio.subprocess.Process:
    each = 50 // SENDERS + 1
    words = (system.settings.wss_port, 101 + number * each, each, SOCKETS // SENDERS, SECONDS)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.telephony.strangers", *map(str, words)),
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
    )


async def test_whoever_holds_all_sessions_on_this_machine_has_asterisk_not_killed() -> None:
    """Past the phones' port, as only a program of this machine can; longer than the parent waits for a hanging one."""
    with running_system() as system:
        asterisk = system.pid("asterisk")
        async with system.organisation("Acme") as acme:
            [anna] = await acme.crew("Anna")
            talk = await acme.talk(anna)
            await few_sessions(system)
            end, refused = time.monotonic() + HELD_S, 0
            holding = asyncio.create_task(hold(system.settings.ari_port, end))
            while time.monotonic() < end:
                refused += not await pinged(system)
                if system.ready():
                    await anna.does(talk.call_id, "hold")
                    await anna.call_is("held")
                    await anna.does(talk.call_id, "resume")
                    await anna.call_is("connected")
                await asyncio.sleep(1)
            await holding
            sys.stdout.write(f"\nARI refused {refused} new connections\n")
            assert refused >= PROBES_FAILED * 2
            assert system.pid("asterisk") == asterisk and "does not answer" not in system.output.read_text()
            await talk.heard(20)
            talk.call.hang_up()
            await acme.nothing_left()


async def few_sessions(system: System) -> None:
    """More than are in use; all that there are would not be held before Asterisk ends the first, which is idle."""
    file = system.settings.asterisk_var / "etc" / "http.conf"
    file.write_text(file.read_text().replace(f"sessionlimit={SESSIONS}", f"sessionlimit={FEW}"))
    await told_by(system.settings.asterisk_control, "module reload http")


async def hold(port: int, end: float) -> None:
    """More idle connections than Asterisk has sessions; those that it ends are made anew."""
    held: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            while len(held) < FEW + 50:
                held.append(await asyncio.open_connection("127.0.0.1", port))
        await asyncio.sleep(0.05)
        for one in [one for one in held if one[0].at_eof()]:
            one[1].transport.abort()
            held.remove(one)
    for _, writer in held:
        writer.transport.abort()


async def pinged(system: System) -> bool:
    login = system.settings.ari_login()
    path = "/ari/asterisk/ping"
    return await asyncio.to_thread(http_status, system.settings.ari_port, path, *login) == 200


async def registers(agent: Agent, end: float, seen: Seen) -> None:
    """A phone of an address where others are registered, again and again."""
    assert agent.phone is not None
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            await agent.phone.register(10)
            seen.registered.append(time.monotonic() - began)
        except RegistrationRefused as error:
            seen.failures.append(f"not registered: {error}")
        await asyncio.sleep(1)


async def is_challenged(system: System, end: float, seen: Seen) -> None:
    """A phone of an address that was never there, each time another: Asterisk asks it for its password."""
    url, number = f"wss://127.0.0.1:{system.settings.wss_port}/ws", 0
    while time.monotonic() < end:
        number += 1
        began = time.monotonic()
        try:
            async with asyncio.timeout(10):
                careless = offering(ssl.TLSVersion.TLSv1_3)
                link = await connect(url, subprotocols=[SIP], ssl=careless, local_addr=(f"127.0.1.{number}", 0))
                await link.send(REGISTER.format(f"new{number}"))
                assert str(await link.recv()).startswith("SIP/2.0 401 ")
                seen.challenged.append(time.monotonic() - began)
                await link.close()
        except (OSError, WebSocketException, TimeoutError) as error:
            seen.failures.append(f"not challenged: {error!r}")
        await asyncio.sleep(1)


async def asks(system: System, end: float, seen: Seen) -> None:
    """Whether it is ready, and ARI by a connection of its own each time."""
    login = system.settings.ari_login()
    async with httpx.AsyncClient(verify=False, timeout=10) as http:
        while time.monotonic() < end:
            seen.not_ready += (await http.get(f"{system.base_url}/health/ready")).status_code != 200
            began = time.monotonic()
            async with httpx.AsyncClient(timeout=5) as fresh:
                try:
                    answer = await fresh.get(f"{system.settings.ari_url}/asterisk/ping", auth=tuple(login))
                    assert answer.status_code == 200
                    seen.pinged.append(time.monotonic() - began)
                except httpx.HTTPError as error:
                    seen.failures.append(f"ARI: {error!r}")
            await asyncio.sleep(1)
