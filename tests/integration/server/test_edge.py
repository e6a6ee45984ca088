"""The door as the network finds it: whom it believes, which TLS it speaks, that one request is never taken for two."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from tests.support.http.tls import TAKEN, WEAK, careless, taken
from tests.support.wait import wait_until

from call24.installer import certificates
from call24.kit.admission import EXTENSION, Admission, Bounds
from call24.kit.ids import TenantId
from call24.kit.settings import Settings
from call24.server.listener import Server, admission
from call24.server.server import edge


class Edge:
    """The product's own door, before an application that tells from where and how it was asked."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.port = 0
        self.paths: list[str] = []
        self.done: list[str] = []
        self.answers_early = False
        self.more = 0
        self.asks = ""
        self.bounds: Admission | None = None
        self.counted: list[dict[TenantId, int]] = []
        self.server: Server | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        self.paths.append(scope["path"])
        if self.asks:
            scope["extensions"][EXTENSION].proven(TenantId(self.asks))
            assert self.bounds is not None
            self.counted.append(dict(self.bounds._of))
        while not self.answers_early and (await receive()).get("more_body"):
            pass
        told = f"{scope['client'][0]} {scope['scheme']}".encode()
        length = len(told) + self.more
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % length)]})
        await send({"type": "http.response.body", "body": told, "more_body": self.more > 0})
        for at in range(0, self.more, 100_000):
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": at + 100_000 < self.more})
        self.done.append(scope["path"])

    def listen_again(self) -> None:
        """With what `Server._accept` is now."""
        assert self.server is not None
        for listener in self.server._listeners:
            asyncio.get_running_loop().remove_reader(listener)
            self.server._listen(listener)

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.settings.tls / "ca.pem"))

    async def told(self, **headers: str) -> str:
        async with httpx.AsyncClient(verify=self.trusting()) as http:
            asked = {name.replace("_", "-"): value for name, value in headers.items()}
            return (await http.get(f"https://127.0.0.1:{self.port}/", headers=asked)).text


@asynccontextmanager
async def edge_of(data: Path, bounds: Admission | None = None, **more: Any) -> AsyncIterator[Edge]:
    settings = Settings(data=data, **more)
    certificates.make(settings)
    door = Edge(settings)
    door.bounds = bounds
    listener = socket.create_server(("127.0.0.1", 0))
    door.port = listener.getsockname()[1]
    config = edge(settings, cast(FastAPI, door), cast(Any, "none"))
    config.lifespan = "off"
    server = Server(config, bounds or admission(settings))
    door.server = server
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await wait_until(lambda: server.started or task.done())
        yield door
    finally:
        server.should_exit = True
        await task


# --- whom it believes ---


async def test_without_a_word_nobody_chooses_the_address_that_limits_and_the_audit_log_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # a word to the HTTP server is none to us
    async with edge_of(tmp_path) as door:
        assert await door.told(X_Forwarded_For="192.0.2.9", X_Forwarded_Proto="http") == "127.0.0.1 https"
        assert await door.told(Forwarded="for=192.0.2.9", X_Real_IP="192.0.2.9") == "127.0.0.1 https"


@pytest.mark.parametrize("proxies", ["127.0.0.1", "192.0.2.0/24, 127.0.0.0/8"])
async def test_a_proxy_that_is_named_says_whose_request_it_passes_on(tmp_path: Path, proxies: str) -> None:
    async with edge_of(tmp_path, trusted_proxies=proxies) as door:
        assert await door.told(X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http") == "203.0.113.9 http"
        assert await door.told(X_Forwarded_For="10.0.0.1, 203.0.113.9") == "203.0.113.9 https", "what it added counts"
        assert await door.told() == "127.0.0.1 https"


async def test_another_machine_than_the_named_is_not_believed(tmp_path: Path) -> None:
    async with edge_of(tmp_path, trusted_proxies="192.0.2.0/24") as door:
        assert await door.told(X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http") == "127.0.0.1 https"


async def test_what_comes_over_a_connection_that_a_proxy_keeps_counts_for_who_asks_each_time(tmp_path: Path) -> None:
    bounds = Admission(Bounds(), ["127.0.0.1"])
    async with (
        edge_of(tmp_path, bounds, trusted_proxies="127.0.0.1") as door,
        httpx.AsyncClient(verify=door.trusting()) as proxy,
    ):
        for door.asks in ("ten_acme", "ten_globex", "ten_acme"):
            answer = await proxy.get(f"https://127.0.0.1:{door.port}/", headers={"X-Forwarded-For": "192.0.2.9"})
            assert answer.status_code == 200
            await wait_until(lambda: not bounds._of)
        assert door.counted == [{"ten_acme": 1}, {"ten_globex": 1}, {"ten_acme": 1}]
        assert bounds.open == 1, "it was one connection"


# --- TLS ---


async def test_tls_is_of_version_1_2_or_1_3_and_has_good_suites_alone(tmp_path: Path) -> None:
    async with edge_of(tmp_path) as door:
        assert await taken(door.port) == TAKEN
        other = await asyncio.start_server(
            lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=careless(door.settings.certificate)
        )
        assert {*TAKEN, *WEAK} <= set(await taken(other.sockets[0].getsockname()[1]))
        other.close()


# --- one request is one ---

TAIL = b"GET /smuggled HTTP/1.1\r\nHost: call24\r\n\r\n"
HEAD = b"POST /first HTTP/1.1\r\nHost: call24\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + TAIL,
        b"Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n" + TAIL,
        b"Content-Length: 0\r\nContent-Length: 60\r\n\r\n" + TAIL,
        b"Content-Length: 0, 60\r\n\r\n" + TAIL,
        b"Content-Length: +0\r\n\r\n" + TAIL,
        b"Content-Length : 0\r\n\r\n" + TAIL,
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + TAIL,
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + TAIL,
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + TAIL,
        b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + TAIL,
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + TAIL,
        b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n" + TAIL,
        b"X: y\rContent-Length: 0\r\n\r\n" + TAIL,
        b"X\0: y\r\nContent-Length: 0\r\n\r\n" + TAIL,
    ],
)
async def test_two_ways_to_read_a_request_are_no_way_to_hide_one(tmp_path: Path, said: bytes) -> None:
    async with edge_of(tmp_path) as door:
        answers = await exchanged(door, HEAD + said)
        assert "/smuggled" not in door.paths, answers
        assert answers.count(b"HTTP/1.1 ") <= 1 and b"HTTP/1.1 200" not in answers, answers


async def test_one_request_after_the_other_is_answered_twice(tmp_path: Path) -> None:
    async with edge_of(tmp_path) as door:
        last = TAIL.replace(b"Host: ", b"Connection: close\r\nHost: ")
        answers = await exchanged(door, HEAD + b"Content-Length: 2\r\n\r\nab" + last)
        assert (door.paths, answers.count(b"HTTP/1.1 200")) == (["/first", "/smuggled"], 2)


async def test_a_connection_is_kept_for_longer_than_clients_keep_theirs(tmp_path: Path) -> None:
    async with edge_of(tmp_path) as door:
        assert door.server is not None
        kept_s = door.server.config.timeout_keep_alive
    assert kept_s > (httpx.Limits().keepalive_expiry or 0)
    assert kept_s > 15, "as long as aiohttp keeps one"


async def exchanged(door: Edge, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port, ssl=door.trusting())
    writer.write(sent)
    answers = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            answers = await reader.read()
    writer.close()
    return answers
