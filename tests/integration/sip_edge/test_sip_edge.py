"""The phones' port: real TLS and websockets, with a stand-in for Asterisk."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.telephony.edge_world import SIP, EdgeWorld, Origin, Stream, edge_world, register
from tests.support.wait import wait_until
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from call24.sip_edge import admission
from call24.sip_edge import gate as gates
from call24.sip_edge import phone as phones
from call24.sip_edge.limits import ConnectionLimits

SMALL = ConnectionLimits(
    strangers=160, strangers_each=10, known=32, waiting=64, waiting_each=12, registered=80, registered_each=30
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[EdgeWorld]:
    async with edge_world(tmp_path, SMALL, origins=("https://other.test",)) as made:
        yield made


async def closed(link: ClientConnection) -> int:
    """Its code, once it is."""
    async with asyncio.timeout(5):
        await link.wait_closed()
    return link.close_code or 0


async def test_a_phone_registers_and_then_everything_passes_both_ways(world: EdgeWorld) -> None:
    link = await world.phone()
    await link.send("INFO sip:x SIP/2.0\r\n\r\n" + "x" * 100_000)
    await wait_until(lambda: len(world.heard) == 2, 5)
    assert world.heard[1].endswith("x" * 100_000)
    await world.links[0].send("INVITE sip:y SIP/2.0\r\n\r\n" + "y" * 100_000)
    assert str(await link.recv()).endswith("y" * 100_000)
    assert world.gate.state() == {"registered": 1, "unregistered": 0, "waiting": 0, "refused": 0, "banned": 0}
    assert world.came_from == ["127.24.24.24"]
    await link.close()
    await wait_until(lambda: world.gate.state()["registered"] == 0, 5)


async def test_a_registration_in_nobodys_name_is_not_kept(world: EdgeWorld) -> None:
    link = await world.connect()
    await link.send(register().replace("<sip:ten_a.dev_b@call24>", '"sip:ten_a.dev_b@x" <tel:1>'))
    assert await closed(link) == 1008
    await wait_until(lambda: world.gate.state()["unregistered"] == world.gate.state()["registered"] == 0, 5)


CONTACT = "Contact: <sip:me@x.invalid;transport=ws>"
ELSEWHERE = "<sip:+881600000000@192.0.2.1:5060;transport=udp>"


@pytest.mark.parametrize(
    "odd",
    [
        f"{CONTACT};expires=0\r\nContact: {ELSEWHERE}",
        f"{CONTACT};expires=0\nm : {ELSEWHERE}",
        f"{CONTACT};expires=0, {ELSEWHERE}",
        f"{CONTACT};expires=0\r\n , {ELSEWHERE}",
    ],
)
async def test_a_phone_cannot_register_an_address_that_is_not_its_websockets(world: EdgeWorld, odd: str) -> None:
    """Asterisk rewrites the first Contact alone, and would ring the other one wherever it leads."""
    again = register(cseq=2).replace("\r\nCSeq", f"\r\n{odd}\r\nCSeq")
    fresh = await world.connect()
    await fresh.send(again)
    phones = [await world.phone(f"ten_a.dev_{number}") for number in range(3)]
    await phones[0].send(again)
    await phones[1].send(again.replace("REGISTER sip", "register  sip", 1))
    await phones[2].send("OPTIONS sip:call24 SIP/2.0\r\nContent-Length: 0\r\n\r\n" + again)
    for link in (fresh, *phones):
        assert await closed(link) == 1008
    assert not [heard for heard in world.heard if "192.0.2.1" in heard]


async def test_a_phone_registers_again_and_calls_are_answered_with_long_descriptions(world: EdgeWorld) -> None:
    phone = await world.phone()
    await phone.send(register(cseq=2).replace("\r\nCSeq", f'\r\n{CONTACT};+sip.instance="<urn:1>"\r\nCSeq'))
    assert str(await phone.recv()).startswith("SIP/2.0 200 ")
    long = "SIP/2.0 200 OK\r\nContact: <sip:a@b>\r\nContact: <sip:c@d>\r\n\r\n" + "a=candidate:1\r\n" * 2000
    await phone.send(long)
    await phone.send("BYE sip:1@2 SIP/2.0\r\n\r\n")
    await wait_until(lambda: world.heard[-1].startswith("BYE "), 5)
    assert long in world.heard


async def test_the_phones_of_one_organisation_leave_room_for_anothers(world: EdgeWorld) -> None:
    """Forty of eighty places."""
    held = [await world.phone(f"ten_a.dev_{n}", f"127.0.0.{2 + n % 2}") for n in range(40)]
    more = await world.connect()
    await more.send(register("ten_a.dev_more"))
    assert await closed(more) == 1013
    held.append(await world.phone("ten_b.dev_b"))
    await held.pop(0).close()
    await wait_until(lambda: world.gate.state()["registered"] == 40, 5)
    held.append(await world.phone("ten_a.dev_more"))
    for link in held:
        await link.close()


async def test_only_register_reaches_asterisk_before_it_said_yes(world: EdgeWorld) -> None:
    world.answers["REGISTER"] = 401
    for request in ("INVITE sip:x SIP/2.0\r\n\r\n", "OPTIONS sip:x SIP/2.0\r\n\r\n", "REGISTERED sip:x", "x"):
        link = await world.connect()
        await link.send(register())
        assert str(await link.recv()).startswith("SIP/2.0 401 ")
        await link.send(request)
        assert await closed(link) == 1008
    assert {text.partition(" ")[0] for text in world.heard} == {"REGISTER"}
    idle = await world.connect()
    await idle.send("\r\n\r\n")
    assert await asyncio.wait_for(await idle.ping(), 5) is not None
    assert len(world.links) == 4  # who says nothing costs Asterisk nothing


async def test_connections_that_do_not_register_end(world: EdgeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those without TLS, without a request, without a word, and those whose password is wrong."""
    monkeypatch.setattr(phones, "REGISTERED_WITHIN_S", 0.5)
    monkeypatch.setattr(phones, "HANDSHAKE_S", 0.5)
    monkeypatch.setattr(gates, "HANDSHAKE_S", 0.5)
    world.answers["REGISTER"] = 401
    plain, secure = await world.raw(), await world.raw(tls=True)
    silent, wrong = await world.connect(), await world.connect()
    await wrong.send(register())
    assert world.gate.state()["unregistered"] == 4
    for stream in (plain, secure):
        await over(stream)
    assert await closed(silent) == 1008 and await closed(wrong) == 1008
    await wait_until(lambda: world.gate.state()["unregistered"] == 0, 5)


async def over(stream: Stream) -> None:
    with contextlib.suppress(ConnectionError):
        assert await asyncio.wait_for(stream[0].read(), 5) == b""
    stream[1].close()


async def test_a_stranger_who_holds_all_he_can_keeps_no_phone_out(world: EdgeWorld) -> None:
    """Neither of another address nor, for long, of his own: those that wait get in when others end."""
    held = []
    for _ in range(60):
        with contextlib.suppress(ConnectionError):  # those that are too many are cut at once
            held.append(await world.raw())
    await wait_until(lambda: world.gate.state()["refused"] > 0, 5)
    state = world.gate.state()
    assert (state["unregistered"], state["waiting"]) == (9, 12)
    phone = await world.phone(address="127.0.0.2")
    neighbour = asyncio.create_task(tries_again(world, "ten_a.dev_c"))
    for _, writer in held:
        writer.close()
    await (await neighbour).close()
    await phone.close()


async def test_who_waits_gets_the_place_of_who_ends(world: EdgeWorld) -> None:
    held = [await world.raw() for _ in range(9)]
    waiting = asyncio.create_task(world.phone())
    await wait_until(lambda: world.gate.state()["waiting"] == 1, 5)
    held[0][1].close()
    await (await asyncio.wait_for(waiting, 5)).close()
    for _, writer in held:
        writer.close()


async def test_who_only_tries_is_refused_for_a_while_but_nobody_else_is(
    world: EdgeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "STRIKES", 5)
    office = await world.phone(address="127.0.0.2")
    for address in ("127.0.0.1", "127.0.0.2"):
        for _ in range(5):
            await (await world.connect(address)).close()
    await wait_until(lambda: world.gate.state()["banned"] == 1, 5)
    with pytest.raises((OSError, WebSocketException)):
        await world.connect("127.0.0.1")
    for address in ("127.0.0.2", "127.0.0.3"):
        await (await world.connect(address)).close()
    await office.close()


async def test_silence_before_tls_counts_but_a_browser_that_distrusts_the_certificate_does_not(
    world: EdgeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "STRIKES", 5)
    monkeypatch.setattr(gates, "HANDSHAKE_S", 0.3)
    for _ in range(6):
        with pytest.raises(ssl.SSLError):
            await world.connect(ssl=ssl.create_default_context())
    await wait_until(lambda: world.gate.state()["unregistered"] == 0, 5)
    assert world.gate.state()["banned"] == 0
    silent = [await world.raw("127.0.0.2") for _ in range(6)]
    await wait_until(lambda: world.gate.state()["banned"] == 1, 5)
    for stream in silent:
        await over(stream)


async def test_an_asterisk_that_is_away_is_no_phones_fault(world: EdgeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "STRIKES", 1)
    monkeypatch.setattr(phones, "REGISTERED_WITHIN_S", 0.3)
    place = socket.create_server(("127.0.0.1", 0))
    world.gate.ari_port = place.getsockname()[1]
    place.close()
    link = await world.connect()
    await link.send(register())
    assert await closed(link) == 1008
    assert world.gate.state()["banned"] == 0


async def tries_again(world: EdgeWorld, name: str) -> ClientConnection:
    """As phones do, until it is registered."""
    while True:
        with contextlib.suppress(OSError, WebSocketException, TimeoutError):
            return await world.phone(name)
        await asyncio.sleep(0.05)


async def test_a_whole_office_behind_one_address_registers_at_once(world: EdgeWorld) -> None:
    """More phones than an address has places: some wait for a moment, or try again as phones do."""
    phones = (tries_again(world, f"ten_a.dev_{number}") for number in range(30))
    links = await asyncio.wait_for(asyncio.gather(*phones), 20)
    assert world.gate.state()["registered"] == 30
    with pytest.raises(ConnectionClosed):  # the thirty-first is one more than an address may have
        await (await world.phone("ten_a.dev_x")).recv()
    assert world.gate.state()["registered"] == 30
    await asyncio.gather(*(link.close() for link in links))
    await wait_until(lambda: world.gate.state()["registered"] == 0, 5)


async def test_a_phone_has_a_few_sockets_and_the_oldest_goes(world: EdgeWorld) -> None:
    links = [await world.phone() for _ in range(5)]
    assert await closed(links[0]) == 1013
    assert world.gate.state()["registered"] == 4
    for link in links:
        await link.close()


async def test_phones_wait_for_an_asterisk_that_starts_and_end_with_one_that_ends(world: EdgeWorld) -> None:
    place = socket.create_server(("127.0.0.1", 0))
    world.gate.ari_port = place.getsockname()[1]
    place.close()
    starting = asyncio.create_task(world.phone())
    await wait_until(lambda: world.gate.state()["unregistered"] == 1, 5)
    async with serve(world.asterisk, "127.0.0.1", world.gate.ari_port, subprotocols=[SIP]):
        link = await asyncio.wait_for(starting, 5)
        world.links[0].transport.abort()
        assert await closed(link) == 1012


async def test_what_a_starting_asterisk_drops_is_said_again(world: EdgeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "ASK_AGAIN_S", 0.1)
    del world.answers["REGISTER"]
    link = await world.connect()
    await link.send(register())
    await wait_until(lambda: len(world.heard) > 1, 5)
    world.answers["REGISTER"] = 200
    assert str(await asyncio.wait_for(link.recv(), 5)).startswith("SIP/2.0 200 ")
    assert set(world.heard) == {register()}
    await link.close()


async def test_a_phone_that_takes_nothing_is_cut_and_holds_up_nobody(
    world: EdgeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "STALLED_S", 0.5)
    link = await world.phone()
    link.transport.pause_reading()
    flood = asyncio.create_task(send_for_ever(world))
    other = await world.phone("ten_a.dev_c", "127.0.0.3")
    await wait_until(lambda: world.gate.state()["registered"] == 1, 10)
    flood.cancel()
    link.transport.abort()
    await other.close()


async def test_asterisk_is_read_no_faster_than_a_phone_takes_and_nothing_is_lost(world: EdgeWorld) -> None:
    """Else what a sleeping phone does not take would wait in memory."""
    link = await world.phone()
    link.transport.pause_reading()
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < 400:
            await asyncio.wait_for(world.links[0].send("y" * 100_000), 0.5)
            sent += 1
    assert sent < 400  # 40 MB: far beyond what the kernel keeps
    link.transport.resume_reading()
    for _ in range(sent):
        assert len(await asyncio.wait_for(link.recv(), 5)) == 100_000
    await link.close()


async def send_for_ever(world: EdgeWorld) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await world.links[0].send("y" * 100_000)


async def test_pages_of_other_hosts_and_other_paths_are_refused(world: EdgeWorld) -> None:
    ours = [Origin(f"https://localhost{port}") for port in ("", ":8024")]
    for origin in (*ours, Origin("https://other.test")):
        await (await world.connect(origin=origin)).close()
    with pytest.raises(InvalidStatus) as refused:
        await world.connect(origin=Origin("https://evil.test"))
    assert refused.value.response.status_code == 403
    reader, writer = await world.raw(tls=True)
    writer.write(b"GET /ari/channels HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 404 ")
    writer.close()
    reader, writer = await world.raw(tls=True)
    writer.write(b"GET /ws HTTP/1.1\r\n" + b"A: b\r\n" * 2000)
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 431 ")
    writer.close()


async def test_a_proxys_phones_count_as_their_own_addresses(tmp_path: Path) -> None:
    async with edge_world(tmp_path, SMALL, proxies=("127.0.0.9",)) as world:
        for number in range(25):
            told = {"X-Forwarded-For": f"6.6.6.6, 192.0.2.{number}"}
            await world.connect("127.0.0.9", additional_headers=told)
        assert world.gate.admission.strangers == {f"192.0.2.{number}": 1 for number in range(25)}
        lied = await world.connect("127.0.0.8", additional_headers={"X-Forwarded-For": "192.0.2.1"})
        assert world.gate.admission.strangers["127.0.0.8"] == 1
        await lied.close()


async def test_a_stream_proxy_says_for_whom_by_the_proxy_line(tmp_path: Path) -> None:
    async with edge_world(tmp_path, SMALL, proxies=("127.0.0.9",)) as world:
        for said in (b"PROXY TCP4 192.0.2.1 198.51.100.1 5 443\r\n", b"PROXY TCP6 2001:db8::1 ::1 5 443\r\n"):
            connection = socket.create_connection(("127.0.0.1", world.port), source_address=("127.0.0.9", 0))
            connection.sendall(said[:9])
            await asyncio.sleep(0)
            connection.sendall(said[9:])
            await (await world.connect(None, sock=connection)).ping()
        await wait_until(lambda: dict(world.gate.admission.strangers) == {"192.0.2.1": 1, "2001:db8::/64": 1}, 5)
        for bad in (b"PROXY nonsense\r\n", b"PROXY " + b"x" * 200):
            stream = await world.raw("127.0.0.9")
            stream[1].write(bad)
            await over(stream)


async def test_nonsense_ends_its_own_connection_alone(world: EdgeWorld) -> None:
    """Requests and frames with faults in bytes, lengths, order and pieces; nothing is raised in the event loop."""
    dice, raised = random.Random(20261127), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, told: raised.append(told))
    world.answers["REGISTER"] = 401
    for _ in range(300):
        reader, writer = await world.raw(f"127.0.0.{dice.randrange(2, 60)}", tls=True)
        for part in nonsense(dice):
            writer.write(part)
            await asyncio.sleep(0)
        writer.write_eof() if writer.can_write_eof() else writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(reader.read(1000), 0.02)
        writer.transport.abort()
    await wait_until(lambda: world.gate.state()["unregistered"] == 0, 10)
    assert raised == [] and {text.partition(" ")[0] for text in world.heard} <= {"REGISTER"}
    world.answers["REGISTER"] = 200
    await (await world.phone(address="127.0.0.70")).close()


REQUEST = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def nonsense(dice: random.Random) -> list[bytes]:
    text = register().encode()
    frame = b"\x81\xfe" + len(text).to_bytes(2) + bytes(4) + text
    sent = bytearray((REQUEST if dice.random() < 0.9 else b"") + frame * dice.randrange(1, 4))
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(REQUEST) if dice.random() < 0.3 else 0, len(sent)) if len(sent) > len(REQUEST) else 0
        sent[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
    cuts = sorted(dice.randrange(len(sent)) for _ in range(dice.randrange(4)))
    return [bytes(sent[begin:end]) for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
