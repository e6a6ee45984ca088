"""Kept connections to Asterisk against a server that answers as it is told to: time-outs, and what they cost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from call24.asterisk import connections as module
from call24.asterisk.client import query_of
from call24.asterisk.connections import Connections

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Mute:
    """Answers each request; those for ``silent`` never."""

    silent = "/silent"

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if self.silent.encode() not in head:
                    writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        self.closed += 1
        writer.close()


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Connections, Mute]]:
    mute = Mute()
    server = await asyncio.start_server(mute.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connections = Connections(f"http://127.0.0.1:{port}/ari", "Basic eDp5")
    try:
        yield connections, mute
    finally:
        connections.drop()
        server.close()


async def test_what_is_not_answered_in_time_is_given_up_with_its_connection_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.02)
    async with connected() as (connections, mute):
        late = asyncio.create_task(connections.ask("GET", "/silent", None, 0.1))
        later = asyncio.create_task(connections.ask("GET", "/silent", None, 60.0))
        with pytest.raises(TimeoutError):
            await late
        assert (await connections.ask("GET", "/channels", None, 5.0)).status == 200
        assert not later.done()
        connections.drop()
        with pytest.raises(OSError):
            await later
        assert mute.opened == 3, "the connection that was given up is not used again"


async def test_a_request_that_waits_for_a_free_connection_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    monkeypatch.setattr(module, "LOOK_S", 0.02)
    async with connected() as (connections, _):
        first = asyncio.create_task(connections.ask("GET", "/silent", None, 0.4))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await connections.ask("GET", "/channels", None, 0.05)
        with pytest.raises(TimeoutError):
            await first
        assert (await connections.ask("GET", "/channels", None, 5.0)).status == 200, "its place is free again"


async def test_requests_one_after_the_other_share_a_connection_and_a_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 60.0)
    async with connected() as (connections, mute):
        await connections.ask("GET", "/channels", None, 5.0)
        timer = connections._looking
        for _ in range(20):
            await connections.ask("GET", "/channels", None, 5.0)
        assert mute.opened == 1
        assert timer is not None and connections._looking is timer


@pytest.mark.parametrize(
    "value",
    ["", "call_01m8sp6ewe7p3cd9wyeefcmr4g", "tone:ring", "a b&c=d", "ARRAY(C24_CALL,C24_TENANT)", "Ünï/cödé+%", "x\n"],
)
def test_what_is_asked_arrives_as_it_was_meant(value: str) -> None:
    params = {"variable": value, "app": "call24", value or "empty": "1~-._"}
    assert query_of(params) == urlencode(params, quote_via=quote)
    assert dict(parse_qsl(query_of(params), keep_blank_values=True)) == params
