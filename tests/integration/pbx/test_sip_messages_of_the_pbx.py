"""A SIP trace of a PBX on a host of its own: what its Asterisk sends comes through the PBX's port, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import struct
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.telephony.keeper_host import Host, keeper_host
from tests.support.telephony.modules_ari import FakeAri
from tests.support.wait import wait_until

from call24.asterisk.sip_tap import SipTap
from call24.journal.journal import Journal
from call24.kit.clock import SystemClock
from call24.kit.ids import NumberId, TenantId
from call24.kit.pbx_pairing import Pairing, Place
from call24.kit.settings import Settings
from call24.pbx.far_files import FarFolder
from call24.pbx.wire import RECORDINGS, server_side
from call24.sip_traces import far_receiver, host_capture
from call24.sip_traces.far_receiver import FarReceiver
from call24.sip_traces.hep import Packet
from call24.sip_traces.host_capture import Stream
from call24.sip_traces.model import Wish
from call24.sip_traces.service import SipTraces

WISH = Wish(TenantId("ten_a"), NumberId("num_1"), "+15005550001")
HEP = {"res_hep.so", "res_hep_pjsip.so"}


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    folder = Path(tempfile.mkdtemp(prefix="c24-"))  # short: a socket's path is
    try:
        async with keeper_host(folder) as made:
            (made.settings.asterisk_var / "etc").mkdir(parents=True)
            yield made
    finally:
        shutil.rmtree(folder)


class Heard:
    """The server's end."""

    def __init__(self, host: Host) -> None:
        self.call_ids: list[str] = []
        pairing = Pairing.load(Settings(data=host.data.parent).pbx_secrets / "pairing.json")
        end = Place("127.0.0.1", host.relay.port), server_side(pairing, RECORDINGS)
        self.receiver = FarReceiver(end, self._take)

    def _take(self, packet: Packet, _: bytes) -> None:
        self.call_ids.append(packet.call_id)


def datagram(call_id: str, password: str, more: int = 0) -> bytes:
    """As Asterisk's, whoever sends it."""
    message = f"OPTIONS sip:x@y SIP/2.0\r\nCall-ID: {call_id}\r\n\r\n".encode() + bytes(more)
    chunks = (
        (2, b"\x11"),
        (3, bytes(4)),
        (4, bytes(4)),
        (14, password.encode()),
        (17, call_id.encode()),
        (15, message),
    )
    body = b"".join(struct.pack("!HHH", 0, kind, len(value) + 6) + value for kind, value in chunks)
    return b"HEP3" + struct.pack("!H", len(body) + 6) + body


def sent(port: int, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asterisk:
        for one in datagrams:
            asterisk.sendto(one, ("127.0.0.1", port))


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


async def test_what_asterisk_sends_comes_in_order_and_what_others_send_does_not(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_capture, "BEAT_S", 0.1)
    heard = Heard(host)
    await heard.receiver.open()
    assert heard.receiver.websocket_port == host.settings.ari_port
    port, password = heard.receiver.port, heard.receiver.password
    sent(port, datagram("one", password), datagram("forged", "0" * 64), b"nothing", datagram("two", password))
    await wait_until(lambda: heard.call_ids == ["one", "two"], 5)
    assert heard.receiver.missed == 0
    heard.receiver.close()
    await wait_until(lambda: is_free(port), 5)


async def test_a_port_stays_taken_while_asterisk_may_send_there_and_takes_nothing(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever else opened it would get the SIP messages of all calls."""
    monkeypatch.setattr(host_capture, "BEAT_S", 0.1)
    heard, lost = Heard(host), asyncio.Event()
    heard.receiver.lost = lost.set
    await heard.receiver.open()
    first, password = heard.receiver.port, heard.receiver.password
    tap = SipTap(FakeAri(), FarFolder(host.client))
    assert await tap.on(first, password)
    named = host.settings.asterisk_var / "etc" / "hep.conf"
    assert f"capture_address=127.0.0.1:{first}\n" in named.read_text() and named.stat().st_mode & 0o777 == 0o600
    host.relay.drop()
    await asyncio.wait_for(lost.wait(), 5)
    assert heard.receiver.missed == 1 and not heard.receiver.is_open
    await heard.receiver.open()
    sent(first, datagram("late", password))
    assert not is_free(first)
    assert await tap.off() and not named.exists()
    await wait_until(lambda: is_free(first), 5)
    sent(heard.receiver.port, datagram("three", heard.receiver.password))
    await wait_until(lambda: heard.call_ids == ["three"], 5)
    heard.receiver.close()


async def test_the_newest_server_alone_is_sent_to(host: Host) -> None:
    before, after = Heard(host), Heard(host)
    lost = asyncio.Event()
    before.receiver.lost = lost.set
    await before.receiver.open()
    await after.receiver.open()
    await asyncio.wait_for(lost.wait(), 5)
    sent(after.receiver.port, datagram("one", after.receiver.password))
    await wait_until(lambda: after.call_ids == ["one"], 5)
    assert before.call_ids == []
    after.receiver.close()


async def test_a_silent_way_is_noticed(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_receiver, "SILENT_S", 0.3)  # less than the empty frame comes
    heard, lost = Heard(host), asyncio.Event()
    heard.receiver.lost = lost.set
    await heard.receiver.open()
    await asyncio.wait_for(lost.wait(), 5)


async def test_what_a_slow_server_does_not_take_is_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_capture, "HELD", 100_000)
    stream = Stream()
    await stream.receiver.open()
    one = datagram("one", stream.receiver.password, 30_000)
    for _ in range(5):
        sent(stream.receiver.port, one)
    await wait_until(lambda: stream._dropped == 2, 5)
    parts = await stream.part()
    assert far_receiver.FRAME.unpack(parts[:6]) == (2, len(one)) and len(parts) == 3 * (6 + len(one))
    stream.end()
    assert await stream.part() == b""
    stream.receiver.close()


async def test_a_trace_goes_on_after_a_cut_and_leaves_nothing(host: Host) -> None:
    ari, heard = FakeAri(), Heard(host)
    journal = Journal.__new__(Journal)
    journal._subscribers = []
    traces = SipTraces(SystemClock(), journal, lambda *_: False, lambda *_: None, receiver=lambda _: heard.receiver)
    traces.connect(ari, SipTap(ari, FarFolder(host.client)))
    working = asyncio.create_task(traces.run())
    named = host.settings.asterisk_var / "etc" / "hep.conf"
    trace = await traces.begin(WISH, 1)
    assert ari.loaded == HEP and str(heard.receiver.port) in named.read_text()
    assert traces._capture.websocket_ports == {host.settings.ari_port}
    first = heard.receiver.port
    host.relay.drop()
    await wait_until(lambda: traces._on and heard.receiver.port != first, 10)
    assert ari.loaded == HEP and f":{heard.receiver.port}\n" in named.read_text()
    sent(heard.receiver.port, datagram("one", heard.receiver.password))
    await wait_until(lambda: heard.call_ids == ["one"], 5)
    assert len(journal._subscribers) == 1
    traces.end(trace.id)
    await wait_until(lambda: not (heard.receiver.is_open or ari.loaded or named.exists()), 5)
    assert journal._subscribers == [] and ari.tap is None
    working.cancel()


async def test_asterisk_is_told_no_other_place_than_its_own_machine(host: Host) -> None:
    folder = FarFolder(host.client)
    for text in ("capture_address=192.0.2.9:9060\n", "capture_password=x\n", "[general]\nenabled=no\n"):
        with pytest.raises(OSError, match=r"that is no hep\.conf"):
            await (folder / "hep.conf").write(text)
    await (folder / "banned").write("")
    with pytest.raises(OSError, match="banned stays"):
        await (folder / "banned").delete()
