"""The stream of a PBX's SIP messages ends where nobody foresaw it: who has the trace is told so."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from tests.support.wait import wait_until
from tests.unit.sip_traces.test_hep import V4, made

from call24.kit.pbx_pairing import Place
from call24.sip_traces import far_receiver
from call24.sip_traces.far_receiver import FRAME, PASSWORD, PORT, WEBSOCKETS, FarReceiver
from call24.sip_traces.hep import Packet


class Answer:
    """The PBX's host, as it answers."""

    def __init__(self) -> None:
        self.status, self.content = 200, asyncio.StreamReader()
        self.headers = {PORT: "9060", PASSWORD: "x", WEBSOCKETS: "8088"}

    def says(self, *datagrams: bytes, missed: int = 0) -> None:
        for one in datagrams:
            self.content.feed_data(FRAME.pack(missed, len(one)) + one)


@pytest.fixture
async def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    made = Answer()

    class Session:
        def __init__(self, **_: Any) -> None: ...

        async def __aenter__(self) -> Session:
            return self

        async def __aexit__(self, *_: object) -> None: ...

        @contextlib.asynccontextmanager
        async def post(self, *_: object, **__: object) -> AsyncIterator[Answer]:
            yield made

    monkeypatch.setattr(far_receiver.aiohttp, "ClientSession", Session)
    return made


def receiving(take: Callable[[Packet, bytes], object]) -> tuple[FarReceiver, asyncio.Event]:
    receiver, lost = FarReceiver((Place("192.0.2.9", 1), ssl.create_default_context()), take), asyncio.Event()
    receiver.lost = lost.set
    return receiver, lost


async def test_a_message_that_cannot_be_sorted_is_a_missed_one_and_the_next_is_taken(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    taken = list[float]()

    def take(packet: Packet, _: bytes) -> None:
        taken.append(packet.at)
        if len(taken) < 3:
            raise ValueError("sip:+15005550001@192.0.2.1")

    receiver, lost = receiving(take)
    await receiver.open()
    answer.says(made(V4), made(V4))
    answer.says(made(V4), missed=5)
    await wait_until(lambda: len(taken) == 3, 5)
    assert receiver.is_open and not lost.is_set()
    assert receiver.missed == 7
    assert caplog.messages == ["SIP messages of the PBX: ValueError"], "once, and without what was in it"
    receiver.close()


async def test_whatever_ends_the_stream_is_told_and_another_one_can_be_opened(
    answer: Answer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: bytes) -> None:
        raise RuntimeError("nobody foresaw it")

    receiver, lost = receiving(lambda *_: None)
    await receiver.open()
    monkeypatch.setattr(far_receiver, "packet_of", broken)
    answer.says(made(V4))
    await asyncio.wait_for(lost.wait(), 5)
    assert not receiver.is_open and receiver.missed == 1
    assert caplog.messages == ["SIP messages of the PBX: RuntimeError"]
    await receiver.open()
    lost.clear()
    receiver.close()
    await asyncio.sleep(0)
    assert not lost.is_set() and receiver.missed == 1, "who closed it knows"


async def test_an_answer_that_nobody_foresaw_is_an_oserror(answer: Answer) -> None:
    answer.headers = {}
    receiver, _ = receiving(lambda *_: None)
    with pytest.raises(OSError, match="does not send"):
        await receiver.open()
    assert not receiver.is_open
