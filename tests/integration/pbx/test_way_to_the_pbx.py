"""The port of a PBX on a host of its own: real TLS with certificates of both sides, a stand-in for Asterisk."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path

import pytest
from tests.support.database.relay import relay_to
from tests.support.telephony.pbx_world import PbxWorld, paired, pbx_world
from tests.support.wait import wait_until

from call24.pbx import listener as listeners
from call24.pbx.listener import listening
from call24.pbx.wire import CONTROL, server_side

CANARY = b"canary-7d2f"


async def said_back(world: PbxWorld, data: bytes, come_from: str = "127.0.0.1") -> bytes:
    reader, writer = await world.connect(come_from)
    writer.write(data)
    async with asyncio.timeout(5):
        got = await reader.readexactly(len(data))
    writer.close()
    return got


async def ended(reader: asyncio.StreamReader, within_s: float = 5.0) -> bytes:
    """What was said until the other side ended it."""
    async with asyncio.timeout(within_s):
        try:
            return await reader.read(-1)
        except OSError:  # reset, or an alert of TLS
            return b""


async def test_all_bytes_pass_both_ways_and_both_ends_close_together(tmp_path: Path) -> None:
    sent = bytes(range(256)) * 20_000
    async with pbx_world(tmp_path) as world:
        reader, writer = await world.connect()
        writer.write(sent)
        async with asyncio.timeout(10):
            assert await reader.readexactly(len(sent)) == sent
        assert world.heard == sent
        writer.close()
        await wait_until(lambda: not world.listener.open and not world.link.open)


async def test_phones_come_to_asterisk_from_another_address_than_the_server(tmp_path: Path) -> None:
    async with pbx_world(tmp_path) as world:
        assert await said_back(world, b"ari") == b"ari"
        assert await said_back(world, b"phone", "127.24.24.24") == b"phone"
        assert world.came_from == ["127.0.0.1", "127.24.24.24"]


async def test_who_has_no_certificate_or_anothers_or_the_pbxs_own_reaches_nothing(tmp_path: Path) -> None:
    async with pbx_world(tmp_path / "a") as world:
        secrets, own = paired(tmp_path / "a")
        _, other = paired(tmp_path / "b")
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        nobody.load_verify_locations(cadata=own.authority)
        nobody.set_alpn_protocols([CONTROL])
        anothers = server_side(other, CONTROL)
        anothers.load_verify_locations(cadata=own.authority)
        pbxs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        pbxs.load_verify_locations(cadata=own.authority)
        pbxs.load_cert_chain(secrets / "pbx.pem", secrets / "pbx.key")
        pbxs.set_alpn_protocols([CONTROL])
        for stranger in (nobody, anothers, pbxs):
            reader, writer = await world.knock(stranger)  # in TLS 1.3 who connects is refused after its handshake
            writer.write(CANARY)
            assert await ended(reader) == b""
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
        writer.write(b"GET /ari/asterisk/ping HTTP/1.1\r\nHost: pbx\r\n\r\n")
        assert b"HTTP" not in await ended(reader)
        writer.close()
        assert (world.came_from, bytes(world.heard)) == ([], b"")
        assert await said_back(world, b"server") == b"server"


async def test_a_server_sends_nothing_to_who_only_claims_to_be_its_pbx(tmp_path: Path) -> None:
    _, other = paired(tmp_path / "b")
    async with pbx_world(tmp_path / "a", pairing=other) as world:
        reader, writer = await world.connect()
        writer.write(CANARY)
        assert await ended(reader) == b""
        writer.close()
        assert world.came_from == []


async def test_an_older_tls_or_an_unknown_protocol_is_refused(tmp_path: Path) -> None:
    async with pbx_world(tmp_path) as world:
        _, own = paired(tmp_path)
        older = server_side(own, CONTROL)
        older.minimum_version = ssl.TLSVersion.TLSv1_2
        older.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await world.knock(older)
        for protocol in ("h2", "call24-anything"):
            with contextlib.suppress(ssl.SSLError, ConnectionError):
                reader, _ = await world.knock(server_side(own, protocol))
                assert await ended(reader) == b""
        assert world.came_from == []


async def test_strangers_who_say_nothing_keep_the_server_out_of_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "HANDSHAKE_S", 1.0)
    async with pbx_world(tmp_path, handshakes=8) as world:
        silent = [await asyncio.open_connection("127.0.0.1", world.port) for _ in range(40)]
        await wait_until(lambda: world.listener.waiting == 8)
        assert await said_back(world, b"server") == b"server"
        for reader, writer in silent:
            assert await ended(reader) == b""
            writer.close()
        await wait_until(lambda: world.listener.waiting == 0)


async def test_who_opens_most_is_ended_first(tmp_path: Path) -> None:
    async with pbx_world(tmp_path, handshakes=8) as world:
        slow, writer = await asyncio.open_connection("127.0.0.1", world.port, local_addr=("127.0.0.9", 0))
        await wait_until(lambda: world.listener.waiting == 1)
        flood = [await asyncio.open_connection("127.0.0.1", world.port) for _ in range(30)]
        await wait_until(lambda: sum(reader.at_eof() for reader, _ in flood) == 23)
        assert not slow.at_eof()
        for _, each in [*flood, (slow, writer)]:
            each.close()


async def test_nothing_that_passes_is_readable_on_the_wire(tmp_path: Path) -> None:
    listens, wire = listening("127.0.0.1", 0), bytearray()
    async with relay_to(listens.getsockname()[1]) as relay:
        relay.seen = wire.extend
        async with pbx_world(tmp_path, through=relay.port, listens=listens) as world:
            assert await said_back(world, CANARY * 100) == CANARY * 100
            assert len(wire) > len(CANARY) * 200
            assert CANARY not in wire


async def test_a_pbx_that_is_away_ends_connections_at_once_and_is_used_when_it_is_back(tmp_path: Path) -> None:
    listens = listening("127.0.0.1", 0)
    port = listens.getsockname()[1]
    async with relay_to(port) as relay, pbx_world(tmp_path, through=relay.port, listens=listens) as world:
        reader, writer = await world.connect()
        writer.write(b"before")
        assert await reader.readexactly(6) == b"before"
        relay.drop()
        assert await ended(reader) == b""
        writer.close()
        assert await said_back(world, b"after") == b"after"


async def test_who_cannot_keep_up_is_not_read_for(tmp_path: Path) -> None:
    """Asterisk reads nothing: what waits in between has a bound."""
    async with pbx_world(tmp_path) as world:
        world.read_on.clear()
        _, writer = await world.connect()
        writer.transport.set_write_buffer_limits(high=0)
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 200_000_000:
                writer.write(bytes(1_000_000))
                async with asyncio.timeout(1):
                    await writer.drain()
                sent += 1_000_000
        assert sent < 40_000_000  # what kernels hold, and 256 KiB on each step
        writer.transport.abort()
        world.read_on.set()
