"""The phones' port under a crowd: who comes next, what broken handshakes cost, and what a proxy may leave unsaid."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from pathlib import Path

import pytest
from tests.support.telephony.edge_world import EdgeWorld, edge_world
from tests.support.wait import wait_until

from call24.sip_edge import admission
from call24.sip_edge.limits import ConnectionLimits

FEW = ConnectionLimits(strangers=4, known=2, waiting=16, waiting_each=4)
CROWD = ConnectionLimits(strangers=400, strangers_each=200, known=32, waiting=64)


async def broken(world: EdgeWorld, address: str) -> None:
    """Something that is no TLS; over when the port has cut it."""
    with contextlib.suppress(OSError):
        reader, writer = await world.raw(address)
        writer.write(b"\x16\x03\x01\x00\x05hello")
        await asyncio.wait_for(reader.read(), 5)
        writer.close()


async def test_a_place_goes_to_who_has_waited_longest_of_all_addresses(tmp_path: Path) -> None:
    async with edge_world(tmp_path, FEW) as world:
        held = [await world.raw(f"127.0.0.{number}") for number in (2, 3, 4, 5)]
        await wait_until(lambda: world.gate.state()["unregistered"] == 4, 5)
        first = await world.raw("127.0.0.9")
        await wait_until(lambda: world.gate.state()["waiting"] == 1, 5)
        second = await world.raw("127.0.0.2")
        await wait_until(lambda: world.gate.state()["waiting"] == 2, 5)
        held[0][1].close()
        await wait_until(lambda: world.gate.admission.strangers["127.0.0.9"] == 1, 5)
        assert world.gate.admission.strangers["127.0.0.2"] == 0 and world.gate.state()["waiting"] == 1
        for _, writer in (*held, first, second):
            writer.close()


async def test_broken_handshakes_of_an_address_have_a_rate_and_one_of_a_browser_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "STRIKES", 3)
    async with edge_world(tmp_path, FEW) as world:
        phone = await world.phone(address="127.0.0.3")
        for _ in range(17):
            await broken(world, "127.0.0.2")
        assert world.gate.state()["banned"] == 0
        await broken(world, "127.0.0.2")
        await wait_until(lambda: world.gate.state()["banned"] == 1, 5)
        await phone.close()


async def test_handshakes_of_many_begin_a_few_at_a_time_and_by_turns_of_the_addresses(tmp_path: Path) -> None:
    async with edge_world(tmp_path, CROWD) as world:
        order: list[str] = []
        begin = asyncio.get_running_loop().connect_accepted_socket

        async def seen(factory, sock, **more):  # type: ignore[no-untyped-def]
            order.append(sock.getpeername()[0])
            return await begin(factory, sock, **more)

        asyncio.get_running_loop().connect_accepted_socket = seen  # type: ignore[method-assign]
        many = [socket.create_connection(("127.0.0.1", world.port), source_address=("127.0.0.2", 0)) for _ in range(20)]
        other = socket.create_connection(("127.0.0.1", world.port), source_address=("127.0.0.3", 0))
        await wait_until(lambda: world.gate.state()["unregistered"] == 21, 5)
        assert order == [], "before anything is said there is no TLS"
        for one in (*many, other):
            one.sendall(b"\x16")
        await wait_until(lambda: len(order) == 21, 5)
        assert order.index("127.0.0.3") <= 8
        for one in (*many, other):
            one.close()


@pytest.mark.parametrize("said", [b"PROX", b"P", b"PROXY TCP4 192.0.2.1"])
async def test_a_proxy_line_that_does_not_end_keeps_nothing_busy(tmp_path: Path, said: bytes) -> None:
    async with edge_world(tmp_path, FEW, proxies=("127.0.0.9",)) as world:
        _, writer = await world.raw("127.0.0.9")
        writer.write(said)
        await wait_until(lambda: world.gate.state()["unregistered"] == 1, 5)
        before = time.process_time()
        await asyncio.sleep(1)  # for what a spinning loop would use of it
        assert time.process_time() - before < 0.3
        writer.close()
        await wait_until(lambda: world.gate.state()["unregistered"] == 0, 5)
