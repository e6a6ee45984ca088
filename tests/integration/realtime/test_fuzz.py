"""Malformed frames, in their thousands: nothing dies, who behaves is served all the time, and memory stays flat.

CALL24_FUZZ_FRAMES says how many; 200,000 take some minutes.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import random
import resource
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.http.api import Api
from tests.support.http.serving import serving
from tests.support.realtime.hub import application
from tests.support.realtime.nodes import node_of, owning
from tests.support.realtime.pusher_server import pusher_server
from tests.support.wait import wait_until

from call24.identity.channel_auth import ChannelGrants, sign
from call24.kit.clock import SystemClock
from call24.kit.secrets import AppKey, RealtimeKey
from call24.realtime import Hub, realtime_app
from call24.realtime.app_channels import AppChannels

FRAMES = int(os.environ.get("CALL24_FUZZ_FRAMES", "2000"))
SEED = 20261125
PROPER = {1000, 1002, 1003, 1005, 1007, 1009, 4009, 4100}
"""How a socket may be closed for what it said, or at its own wish."""
EVENTS = (
    "pusher:subscribe",
    "pusher:unsubscribe",
    "pusher:ping",
    "pusher:signin",
    "call24:resume",
    "client-x",
    "x",
    "",
)


class Fuzzed:
    """`hub`: of the process that holds the sockets; `namespace`: of the one that owns the channels."""

    def __init__(self, port: int, hub: Hub, namespace: AppChannels | None) -> None:
        assert namespace is not None
        self.port, self.hub, self.namespace, self.terms = port, hub, namespace, namespace.terms
        self.closes: Counter[int] = Counter()


@pytest.fixture
async def fuzzed() -> AsyncIterator[Fuzzed]:
    terms = application(connections_max=10_000)
    clock = SystemClock()
    hub = Hub(ChannelGrants(AppKey(b"k" * 32).realtime(), clock), clock, known={terms.key: terms}.get)
    async with serving(realtime_app(), hub) as port:
        yield Fuzzed(port, hub, hub.namespace(terms.key))


@pytest.fixture
async def fuzzed_node(api: Api) -> AsyncIterator[Fuzzed]:
    async with pusher_server(api) as served, owning(served):
        peer = await served.peer(client_events=True, connections_max=10_000)
        async with node_of(served) as node:
            yield Fuzzed(node.port, node.edge, served.hub.namespace(peer.key))


def odd(dice: random.Random, depth: int = 0) -> Any:
    plain: list[Any] = [
        None,
        True,
        0,
        -1,
        1e308,
        2**70,
        "",
        "a",
        "private-a",
        "presence-a",
        "cache-a",
        "#server-to-user-1",
    ]
    plain += [
        "private-encrypted-a",
        "x" * 3000,
        "\x00",
        "\u202e",
        "😀",
        {"user_id": 1},
        '{"user_id":"u"}',
        '{"id":"u"}',
        "{",
        [],
        {},
    ]
    if depth < 4 and dice.random() < 0.3:
        inner = [odd(dice, depth + 1) for _ in range(dice.randint(0, 4))]
        names = ("channel", "auth", "channel_data", "user_data", "epoch", "after", "socket_id")
        return inner if dice.random() < 0.4 else {dice.choice(names): one for one in inner}
    return dice.choice(plain)


def message(dice: random.Random) -> bytes:
    """What a client says: JSON that is nearly right, or not JSON, or not text."""
    chance = dice.random()
    if chance < 0.7:
        data = {"channel": odd(dice), "auth": odd(dice), "channel_data": odd(dice), "user_data": odd(dice)}
        said = {"event": dice.choice(EVENTS), "data": data if dice.random() < 0.7 else odd(dice), "channel": odd(dice)}
        text = json.dumps(said).encode()
        return text if dice.random() < 0.8 else text[: dice.randrange(len(text))]
    if chance < 0.9:
        return dice.randbytes(dice.randrange(200))
    return dice.choice([b"[" * 5000, b'{"event":"\\ud800"}', b'"' * 50, b"\xff\xfe", b"9" * 4000, b"x" * 20_000])


def frame(dice: random.Random) -> bytes:
    """A websocket frame: mostly a sound one, now and then a broken one. Source: RFC 6455 5.2."""
    payload = message(dice)
    opcode = dice.choices([1, 2, 0, 3, 8, 9, 10, 11], [80, 4, 3, 2, 1, 5, 3, 2])[0]
    head = (0x80 if dice.random() < 0.97 else dice.choice([0, 0xC0, 0xF0])) | opcode
    if opcode >= 8 and dice.random() < 0.9:
        payload = payload[:125]
    length = len(payload) if dice.random() < 0.98 else dice.randrange(70_000)
    size = bytes([0x80 | length]) if length < 126 else bytes([0xFE]) + (length & 0xFFFF).to_bytes(2, "big")
    mask = dice.randbytes(4)
    return bytes([head]) + size + mask + bytes(byte ^ mask[number % 4] for number, byte in enumerate(payload))


async def shaken(port: int, key: str, early: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """`early`: what is sent before the handshake was answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = [f"GET /app/{key}?protocol=7 HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade"]
    asked += [f"Sec-WebSocket-Key: {'A' * 22}==", "Sec-WebSocket-Version: 13", "", ""]
    writer.write("\r\n".join(asked).encode() + early)
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def closed_with(told: bytes) -> int | None:
    """The code of the close frame among the server's frames, if all of it came. Source: RFC 6455 5.2."""
    at = 0
    while at + 4 <= len(told):
        opcode, length, at = told[at] & 15, told[at + 1] & 127, at + 2
        if length > 125:
            wide = 2 if length == 126 else 8
            length, at = int.from_bytes(told[at : at + wide], "big"), at + wide
        if opcode == 8 and at + length <= len(told):
            return int.from_bytes(told[at : at + 2], "big") if length else 1005
        at += length
    return None


async def attack(fuzzed: Fuzzed, dice: random.Random, frames: int) -> None:
    """Goes on with a new socket whenever the server has closed one."""
    sent = 0
    while sent < frames:
        early = frame(dice) if dice.random() < 0.1 else b""
        reader, writer = await shaken(fuzzed.port, fuzzed.terms.key, early)
        told = bytearray()
        try:
            for _ in range(min(dice.randint(1, 60), frames - sent)):
                sent += 1
                writer.write(frame(dice))
                if sent % 8 == 0:
                    async with asyncio.timeout(10):
                        await writer.drain()
                        while part := await asyncio.wait_for(reader.read(65_536), 0.002):
                            told += part
                if reader.at_eof():
                    break
        except (TimeoutError, ConnectionError):
            pass
        finally:
            writer.close()
        if (code := closed_with(bytes(told))) is not None:
            fuzzed.closes[code] += 1


class Calm:
    """Who behaves: hears every event in its order while the others rage."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    async def listen(self, fuzzed: Fuzzed, ready: asyncio.Event) -> None:
        import websockets

        async with websockets.connect(f"ws://127.0.0.1:{fuzzed.port}/app/{fuzzed.terms.key}?protocol=7") as client:
            socket_id = json.loads(json.loads(await client.recv())["data"])["socket_id"]
            auth = sign(RealtimeKey(fuzzed.terms.key, fuzzed.terms.secret), socket_id, "private-calm")
            await client.send(
                json.dumps({"event": "pusher:subscribe", "data": {"channel": "private-calm", "auth": auth}})
            )
            await client.recv()
            ready.set()
            async for text in client:
                told = json.loads(text)
                if told["event"] == "news":
                    self.heard.append(told["seq"])


async def test_malformed_frames_harm_nobody(fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture) -> None:
    await harm_nobody(fuzzed, caplog)


@pytest.mark.long("test_malformed_frames_harm_nobody")
async def test_malformed_frames_harm_nobody_at_a_node(fuzzed_node: Fuzzed, caplog: pytest.LogCaptureFixture) -> None:
    await harm_nobody(fuzzed_node, caplog)


async def harm_nobody(fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture) -> None:
    calm, ready = Calm(), asyncio.Event()
    listening = asyncio.create_task(calm.listen(fuzzed, ready))
    await ready.wait()
    published, rounds = 0, 10
    marks: list[int] = []
    for number in range(rounds):
        async with asyncio.TaskGroup() as group:
            for attacker in range(4):
                dice = random.Random(f"{SEED}-{number}-{attacker}")
                group.create_task(attack(fuzzed, dice, FRAMES // rounds // 4))
            for _ in range(5):
                published += 1
                assert fuzzed.namespace.publish("private-calm", "news", "1") == 1
                await asyncio.sleep(0)
        gc.collect()
        marks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    await wait_until(lambda: len(calm.heard) == published, timeout_s=20)
    assert calm.heard == list(range(1, published + 1))
    await wait_until(lambda: fuzzed.hub.sockets == 1, timeout_s=20)
    await wait_until(lambda: [one.name for one in fuzzed.namespace.occupied()] == ["private-calm"], timeout_s=20)
    await wait_until(lambda: len(fuzzed.namespace.connections) == 1, timeout_s=20)
    grown = marks[-1] - marks[rounds // 2]
    assert grown < 8 * 1024, f"the second half of the frames took {grown} KB more"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    # A code of its own that a client closes with (3000 to 4999) is sent back to it: RFC 6455 5.5.1.
    assert {1002, 1007, 1009} <= fuzzed.closes.keys(), fuzzed.closes
    assert {code for code in fuzzed.closes if not 3000 <= code < 5000} <= PROPER, fuzzed.closes
    sys.stdout.write(f"{FRAMES} frames: closed {dict(fuzzed.closes)}; {grown} KB more in the second half\n")
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


def test_the_frames_are_of_every_sort() -> None:
    dice = random.Random(SEED)
    made = [message(dice) for _ in range(2000)]

    def is_json(text: bytes) -> bool:
        try:
            return isinstance(json.loads(text), dict)
        except (ValueError, RecursionError):
            return False

    good = sum(map(is_json, made))
    assert 600 < good < 1600
    assert secrets.compare_digest(made[0], message(random.Random(SEED)))
