"""Slow, silent, huge and countless: what a stranger sends to the door costs little, and ends by itself."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop
from tests.integration.server.test_edge import Edge, edge_of
from tests.support.http.api import Api
from tests.support.http.serving import serving
from tests.support.realtime.pusher_server import pusher_server
from tests.support.wait import wait_until

from call24.kit.admission import Admission, Bounds
from call24.server import listener as doors
from call24.server import uvicorn_protocol

GET = b"GET /asked HTTP/1.1\r\nHost: call24\r\n"
CHUNKED = b"POST /asked HTTP/1.1\r\nHost: call24\r\nTransfer-Encoding: chunked\r\n"
UPGRADE = (
    b"Host: call24\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
SOON_S = 0.4


@pytest.fixture(scope="module")
def event_loop_policy() -> Any:
    """The event loop of the product."""
    return uvloop.EventLoopPolicy()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn_protocol, "HEAD_S", SOON_S)
    monkeypatch.setattr(doors, "HEAD_S", SOON_S)
    monkeypatch.setattr(uvicorn_protocol, "REQUEST_S", SOON_S)
    monkeypatch.setattr(uvicorn_protocol, "REST_S", SOON_S)
    monkeypatch.setattr(uvicorn_protocol, "TAKE_S", SOON_S)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Edge]:
    async with edge_of(tmp_path) as made:
        yield made


class Line:
    """A connection over TLS."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *sent: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            for each in sent:
                self.writer.write(each)
                await self.writer.drain()

    async def until_closed(self, timeout_s: float = 5.0) -> bytes:
        heard = b""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            async with asyncio.timeout(timeout_s):
                while more := await self.reader.read(65_536):
                    heard += more
        return heard

    async def answer(self) -> bytes:
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            return head + await self.reader.readexactly(length)


@contextlib.asynccontextmanager
async def line(door: Edge) -> AsyncIterator[Line]:
    made = Line(*await asyncio.open_connection("127.0.0.1", door.port, ssl=door.trusting()))
    try:
        yield made
    finally:
        made.writer.transport.abort()


# --- too much ---


async def test_headers_have_64_kb_and_beyond_it_are_refused_before_they_are_read(door: Edge) -> None:
    async with line(door) as one:
        await one.send(GET + b"X: " + b"x" * 60_000 + b"\r\n\r\n")
        assert (await one.answer()).startswith(b"HTTP/1.1 200 ")
    for large in (b"X: " + b"x" * 70_000, b"".join(b"X%d: %s\r\n" % (n, b"x" * 4000) for n in range(30))):
        async with line(door) as one:
            await one.send(GET + large)
            refused = await one.until_closed()
        assert refused.startswith(b"HTTP/1.1 431 "), refused[:80]
        assert b"application/problem+json" in refused and b'"code": "headers_too_large"' in refused
        assert b"x-content-type-options: nosniff" in refused
    assert door.paths == ["/asked"]


async def test_an_address_of_70_kb_is_refused_alike(door: Edge) -> None:
    async with line(door) as one:
        await one.send(b"GET /" + b"a" * 70_000)
        assert (await one.until_closed()).startswith(b"HTTP/1.1 431 ")
    assert door.paths == []


async def test_more_than_200_headers_are_refused(door: Edge) -> None:
    for count, status in ((190, b"200"), (201, b"431")):
        async with line(door) as one:
            await one.send(GET + b"a:\r\n" * count + b"\r\n")
            assert (await one.answer()).startswith(b"HTTP/1.1 " + status)
    assert door.paths == ["/asked"]


async def test_trailers_after_a_body_are_bounded_as_headers_are(door: Edge) -> None:
    for endless in (b"A: " + b"a" * 100_000, b"a:\r\n" * 300):
        async with line(door) as one:
            await one.send(CHUNKED + b"\r\n0\r\n" + endless)
            assert await one.until_closed() == b"", "it was let go amid its request"
    async with line(door) as one:
        await one.send(CHUNKED + b"\r\n" + b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n")
        assert (await one.answer()).startswith(b"HTTP/1.1 200 "), "chunks that carry something are no trailers"


async def test_a_trailer_is_no_header(tmp_path: Path) -> None:
    async with edge_of(tmp_path, trusted_proxies="127.0.0.1") as door, line(door) as one:
        told, later = b"X-Forwarded-For: 203.0.113.9\r\n", b"X-Forwarded-For: 192.0.2.9\r\n"
        for _ in range(2):
            await one.send(CHUNKED + told + b"\r\n0\r\n" + later + b"\r\n")
            assert b"203.0.113.9 https" in await one.answer()


async def test_a_websocket_asked_for_before_the_answer_to_the_request_ahead_is_not_opened(api: Api) -> None:
    """Else nobody would hold that answer back for a client that takes nothing of it."""
    async with pusher_server(api) as served, serving(served.app, served.hub) as port:
        one = Line(*await asyncio.open_connection("127.0.0.1", port))
        await one.send(GET + b"\r\nGET /app/" + served.hub.key.encode() + b"?protocol=7 HTTP/1.1\r\n" + UPGRADE)
        assert b" 101 " not in await one.until_closed()
        one.writer.close()


async def test_many_requests_at_once_on_one_connection_do_not_pile_up(door: Edge) -> None:
    async with line(door) as one:
        await one.send((GET + b"\r\n") * 2000)
        await one.until_closed()
    assert len(door.paths) < 200


async def test_a_few_requests_at_once_are_answered_in_their_order(door: Edge) -> None:
    async with line(door) as one:
        await one.send((GET + b"X: " + b"x" * 900 + b"\r\n\r\n") * 12)
        for _ in range(12):
            assert (await one.answer()).startswith(b"HTTP/1.1 200 ")


async def test_what_is_no_http_fills_no_log(door: Edge, caplog: pytest.LogCaptureFixture) -> None:
    for sent in (b"nonsense\r\n\r\n", GET + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n"):
        async with line(door) as one:
            await one.send(sent)
            await one.answer()
    said = {record.getMessage() for record in caplog.records}
    assert not said & {"Invalid HTTP request received.", "Unsupported upgrade request."}, "anybody could fill the disk"


# --- too slow ---


async def closed_within(door: Edge, sent: bytes, *, tls: bool, least_s: float) -> bytes:
    began = asyncio.get_running_loop().time()
    context = door.trusting() if tls else None
    one = Line(*await asyncio.open_connection("127.0.0.1", door.port, ssl=context))
    if sent:
        await one.send(sent)
    heard = await one.until_closed()
    lasted = asyncio.get_running_loop().time() - began
    one.writer.transport.abort()
    assert least_s <= lasted < least_s + 2, lasted
    return heard


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("tls", "sent", "told"),
    [
        (False, b"", b""),
        (False, b"\x16\x03\x01\x02", b""),
        (True, b"", b""),
        (True, b"GE", b"HTTP/1.1 408 "),
        (True, GET + b"X: unfinished", b"HTTP/1.1 408 "),
        (True, b"\r\n\r\n", b""),
    ],
    ids=["silent", "half a TLS greeting", "silent after TLS", "two letters", "half a head", "empty lines"],
)
async def test_who_asks_for_nothing_in_time_is_let_go(door: Edge, tls: bool, sent: bytes, told: bytes) -> None:
    heard = await closed_within(door, sent, tls=tls, least_s=SOON_S * 0.9)
    assert heard.startswith(told) and (told or not heard)
    assert door.paths == []


@pytest.mark.usefixtures("impatient")
async def test_a_byte_now_and_then_buys_no_time(door: Edge) -> None:
    async with line(door) as one:
        began = asyncio.get_running_loop().time()
        trickle = asyncio.create_task(trickling(one, GET + b"X: " + b"x" * 1000))
        assert (await one.until_closed()).startswith(b"HTTP/1.1 408 ")
        trickle.cancel()
        assert asyncio.get_running_loop().time() - began < SOON_S + 1


async def trickling(one: Line, sent: bytes) -> None:
    for n in range(len(sent)):
        await one.send(sent[n : n + 1])
        await asyncio.sleep(0.02)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("second", [b"GET /second HTTP/1.1\r\nX: ", b"\r\n"])
async def test_a_second_request_has_its_time_too(door: Edge, second: bytes) -> None:
    async with line(door) as one:
        await one.send(GET + b"\r\n")
        await one.answer()
        await one.send(second)
        began = asyncio.get_running_loop().time()
        await one.until_closed()
        assert asyncio.get_running_loop().time() - began < SOON_S + 1
    assert door.paths == ["/asked"]


@pytest.mark.usefixtures("impatient")
async def test_a_body_that_never_ends_is_let_go_before_and_after_its_answer(door: Edge) -> None:
    began = asyncio.get_running_loop().time()
    async with line(door) as one:
        await one.send(b"POST /slow HTTP/1.1\r\nHost: call24\r\nContent-Length: 100\r\n\r\nab")
        await one.until_closed()
    door.answers_early = True
    async with line(door) as one:
        await one.send(b"POST /early HTTP/1.1\r\nHost: call24\r\nContent-Length: 1000\r\n\r\nab")
        await one.answer()
        trickle = asyncio.create_task(trickling(one, b"x" * 500))
        await one.until_closed()
        trickle.cancel()
    assert asyncio.get_running_loop().time() - began < 2 * SOON_S + 2


@pytest.mark.usefixtures("impatient")
async def test_who_takes_nothing_of_a_large_answer_is_let_go(door: Edge) -> None:
    door.more = 50_000_000
    async with line(door) as one:
        one.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await one.send(GET + b"\r\n")
        await wait_until(lambda: door.done == ["/asked"], 10)


# --- too many ---


async def silent(port: int, count: int) -> list[socket.socket]:
    """Sockets that say nothing."""
    made = []
    for _ in range(count):
        one = socket.socket()
        one.setblocking(False)
        await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", port))
        made.append(one)
    return made


def is_open(one: socket.socket) -> bool:
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


async def test_an_address_has_as_many_silent_sockets_as_it_may_and_a_request_comes_through(tmp_path: Path) -> None:
    admission = Admission(Bounds(in_all=100, unauthenticated=50, address=5))
    async with edge_of(tmp_path, admission) as door:
        knocking = await silent(door.port, 20)
        await wait_until(lambda: admission.dropped == 15)
        assert await door.told() == "127.0.0.1 https"
        assert [is_open(one) for one in knocking].count(True) == 4
        assert admission.open <= 5
        for one in knocking:
            one.close()
        await wait_until(lambda: admission.open == 0)


async def test_a_connection_that_cannot_be_served_gives_its_place_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def broken(*_: Any) -> Any:
        tried.append(admission.open)
        raise RuntimeError("not made")

    admission = Admission(Bounds(in_all=100, unauthenticated=50, address=5))
    async with edge_of(tmp_path, admission) as door:
        monkeypatch.setattr(doors.Server, "_protocol", broken)
        knocking = socket.create_connection(("127.0.0.1", door.port))
        knocking.sendall(GET)
        await wait_until(lambda: tried == [1])
        await wait_until(lambda: admission.open == 0)
        knocking.close()


async def test_who_signed_in_keeps_the_connection_and_the_socket_while_strangers_knock(api: Api) -> None:
    admission = Admission(Bounds(in_all=100, unauthenticated=50, address=4))
    async with pusher_server(api) as served, serving(served.app, served.hub, admission=admission) as port:
        bearer = served.acme.bearers["agent"]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asking = b"GET /v1/me HTTP/1.1\r\nHost: call24\r\nAuthorization: Bearer " + bearer.encode() + b"\r\n\r\n"
        kept = Line(reader, writer)
        await kept.send(asking)
        assert (await kept.answer()).startswith(b"HTTP/1.1 200 ")
        assert admission.unauthenticated == 0, "who showed a token is authenticated"
        visitor = await a_websocket(port, (await served.peer()).key)
        assert admission.unauthenticated == 0, "an application's socket counts for its organisation"
        house = await a_websocket(port, served.hub.key)
        assert admission.unauthenticated == 1, "nobody has signed in on it yet"
        knocking = await silent(port, 12)
        await wait_until(lambda: admission.dropped >= 9)
        await kept.send(asking)
        assert (await kept.answer()).startswith(b"HTTP/1.1 200 ")
        assert await house.until_closed() is not None
        assert not visitor.reader.at_eof()
        for one in knocking:
            one.close()
        for each in (kept, visitor, house):
            each.writer.close()
        await wait_until(lambda: admission.open == 0)


async def test_websockets_through_a_proxy_count_for_whom_it_names(api: Api) -> None:
    admission = Admission(Bounds(in_all=100, unauthenticated=50, address=2), ["127.0.0.1"])
    async with pusher_server(api) as served, serving(served.app, served.hub, admission=admission) as port:
        opened = [await a_websocket(port, served.hub.key, "192.0.2.1, 203.0.113.9") for _ in range(2)]
        with pytest.raises(AssertionError, match="503"):
            await a_websocket(port, served.hub.key, "192.0.2.2, 203.0.113.9")
        opened.append(await a_websocket(port, served.hub.key, "203.0.113.10"))
        assert (admission.open, admission.refused) == (3, 1)
        for one in opened:
            one.writer.close()


async def a_websocket(port: int, key: str, forwarded: str = "") -> Line:
    made = Line(*await asyncio.open_connection("127.0.0.1", port))
    named = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
    await made.send(
        f"GET /app/{key}?protocol=7 HTTP/1.1\r\nHost: call24\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"{named}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
    )
    async with asyncio.timeout(5):
        head = await made.reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head, head
        await made.reader.readuntil(b"socket_id")
    return made


# --- descriptors ---


@contextlib.contextmanager
def descriptors(soft: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def highest() -> int:
    return max(int(one.name) for one in Path("/proc/self/fd").iterdir())


async def test_the_server_takes_as_many_descriptors_as_there_are_and_leaves_some(tmp_path: Path) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with descriptors(1_024):
        async with edge_of(tmp_path):
            assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard


async def test_without_a_descriptor_the_door_waits_and_does_not_spin(
    door: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0
    accept = doors.Server._accept

    def counted(self: Any, listener: socket.socket) -> None:
        nonlocal tries
        tries += 1
        accept(self, listener)

    monkeypatch.setattr(doors.Server, "_accept", counted)
    door.listen_again()
    knocking = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(8)]
    with descriptors(highest() + 1):
        await asyncio.sleep(1.0)
        assert 1 <= tries <= 10
    assert await door.told() == "127.0.0.1 https"
    for one in knocking:
        one.close()
