"""Asterisk's copy is switched on and off whatever its disk and its API do, and nobody's trace is forgotten on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.telephony.modules_ari import FakeAri
from tests.support.wait import wait_until

from call24.asterisk.sip_tap import SipTap
from call24.installer.api_client import TIMEOUT_S
from call24.journal.journal import Journal
from call24.kit.clock import SystemClock
from call24.kit.errors import Unavailable
from call24.kit.ids import NumberId, TenantId
from call24.kit.pbx_pairing import Place
from call24.sip_traces import service
from call24.sip_traces.far_receiver import FarReceiver
from call24.sip_traces.hep import Packet
from call24.sip_traces.model import Wish
from call24.sip_traces.service import SipTraces

WISH = Wish(TenantId("ten_a"), NumberId("num_1"), "+15005550001")


class House:
    """`folder`: of Asterisk's configuration; `working`: the one task that switches."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.ari = folder, FakeAri()
        self.journal = Journal.__new__(Journal)
        self.journal._subscribers = []
        self.traces = SipTraces(SystemClock(), self.journal, lambda *_: False, lambda *_: None)
        self.traces.connect(self.ari, SipTap(self.ari, folder))
        self.working = asyncio.create_task(self.traces.run())

    def is_off(self) -> bool:
        return not self.traces._receiver.is_open and not self.ari.loaded and not list(self.folder.iterdir())


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path / "etc")
    yield made
    made.working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await made.working
    made.ari.hangs = False
    await made.traces.stop()


async def test_a_disk_that_takes_no_file_refuses_the_trace_and_ends_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.folder.rmdir()  # nothing can be written there, by root neither
    for _ in range(2):
        with pytest.raises(Unavailable):
            await house.traces.begin(WISH, 1)
    await wait_until(lambda: not house.traces._receiver.is_open, 5)
    assert not house.working.done() and house.journal._subscribers == []
    assert len([line for line in caplog.messages if "cannot be written" in line]) == 1
    house.folder.mkdir()
    await house.traces.begin(WISH, 1)
    assert house.ari.loaded == {"res_hep.so", "res_hep_pjsip.so"}


async def test_a_file_that_cannot_be_deleted_ends_neither_the_server_nor_its_stop(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "AGAIN_S", 0.01)
    (house.folder / "hep.conf").mkdir()  # cannot be unlinked, by root neither
    house.traces.pbx_connected()
    await wait_until(lambda: house.traces._failures >= 3, 5)
    assert not house.working.done()
    assert len([line for line in caplog.messages if "cannot be deleted" in line]) == 1
    (house.folder / "hep.conf").rmdir()
    await wait_until(lambda: not house.traces._unsure, 5)
    await house.traces.begin(WISH, 1)
    (house.folder / "hep.conf").unlink()
    (house.folder / "hep.conf").mkdir()
    await house.traces.stop()
    assert not house.ari.loaded and not house.traces._receiver.is_open


async def test_a_stop_does_not_wait_for_an_asterisk_that_hangs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.STOP_S <= 1
    monkeypatch.setattr(service, "STOP_S", 0.01)
    await house.traces.begin(WISH, 1)
    house.working.cancel()
    house.ari.hangs = True
    async with asyncio.timeout(5):
        await house.traces.stop()
    assert not house.traces._receiver.is_open and house.ari.tap is None


async def test_a_stop_raises_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> bool:
        raise ValueError

    await house.traces.begin(WISH, 1)
    assert house.traces._tap is not None
    monkeypatch.setattr(house.traces._tap, "off_if_found", broken)
    await house.traces.stop()
    assert not house.traces._receiver.is_open


async def test_who_is_gone_leaves_no_trace_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.SWITCH_S < TIMEOUT_S, "the command is gone before it is told"
    read = await house.traces.begin(WISH, 1)
    other = await house.traces.begin(WISH._replace(tenant_id=TenantId("ten_b")), 1)
    for trace in (read, other):
        trace.read_at -= service.UNREAD_S
    house.traces.show(read.id)
    await wait_until(lambda: not other.live, 5)
    assert (other.reason, read.live) == ("unread", True)
    read.read_at -= service.UNREAD_S
    await wait_until(house.is_off, 5)
    assert {one.id for one in house.traces.all()} == {read.id, other.id}, "they stay to be shown"


async def test_while_asterisk_is_away_its_return_is_waited_for_in_silence(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "AGAIN_S", 0.01)
    caplog.set_level(logging.INFO, "call24")
    trace = await house.traces.begin(WISH, 1)
    house.ari.is_away = True
    house.traces.end(trace.id)
    await wait_until(lambda: house.traces._failures == 1, 5)
    asked = house.ari.asked
    await asyncio.sleep(0.2)
    assert house.ari.asked == asked and caplog.messages == []
    assert house.traces._receiver.is_open, "the port is nobody else's meanwhile"
    house.ari.is_away = False
    house.traces.pbx_connected()
    await wait_until(house.is_off, 5)


async def test_what_asterisk_refuses_is_tried_again_less_and_less_often(house: House) -> None:
    waits = []
    for failures in (1, 2, 3, 4, 5, 6, 10):
        house.traces._unsure, house.traces._failures = True, failures
        waits.append(house.traces._again_in())
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    house.traces._unsure = False
    assert house.traces._again_in() is None


async def test_another_asterisk_meanwhile_is_switched_on_too(house: House) -> None:
    def restarted() -> None:
        house.ari.meanwhile = lambda: None
        house.ari.loaded.clear()
        house.traces.pbx_connected()

    trace = await house.traces.begin(WISH, 1)
    house.traces.pbx_connected()
    house.ari.loaded.clear()
    house.ari.meanwhile = restarted
    await wait_until(lambda: house.traces._on and house.ari.loaded == {"res_hep.so", "res_hep_pjsip.so"}, 5)
    assert trace.live


async def test_what_is_held_goes_while_asterisk_is_slow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.traces.begin(WISH, 1)
    house.ari.hangs = True
    house.traces.pbx_connected()
    capture, invite = house.traces._capture, (
        b"INVITE sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=b\r\nFrom: <sip:a@b>;tag=a\r\nTo: <sip:x@y>\r\n"
        b"Call-ID: one\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    )  # fmt: skip
    capture.take(Packet(("192.0.2.9", 5060), ("127.0.0.1", 5060), False, 1.0, b"", "one", invite))
    assert len(capture._held) == 1
    later = asyncio.get_running_loop().time() + 3
    monkeypatch.setattr(capture, "_now", lambda: later)
    await wait_until(lambda: len(capture._held) == 0, 5)


class Stream(FarReceiver):
    """A PBX's host, without one. `found`: what Asterisk had loaded when each stream was asked for; `fails`: how many of
    the next ones do."""

    def __init__(self, ari: FakeAri) -> None:
        super().__init__((Place("192.0.2.9", 1), ssl.create_default_context()), lambda *_: None)
        self._ari, self.found, self.fails, self.there = ari, list[set[str]](), 0, False

    @property
    def is_open(self) -> bool:
        return self.there

    async def open(self) -> None:
        if self.there:
            return
        self.found.append(set(self._ari.loaded))
        if self.fails:
            self.fails -= 1
            raise OSError("refused")
        self.there, self.port, self.password = True, 9060 + len(self.found), "x"

    def close(self) -> None:
        self.there = False


async def test_after_a_lost_stream_asterisk_sends_nothing_before_there_is_another(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "AGAIN_S", 0.01)
    stream = Stream(house.ari)
    house.traces._receiver = stream
    stream.lost = house.traces._stream_lost
    await house.traces.begin(WISH, 1)
    stream.there, stream.fails = False, 3
    stream.lost()
    await wait_until(lambda: house.traces._on and stream.there, 5)
    assert stream.found == [set()] * 5
    assert len([line for line in caplog.messages if "no port could be opened" in line]) == 1
    assert house.ari.loaded == {"res_hep.so", "res_hep_pjsip.so"}
