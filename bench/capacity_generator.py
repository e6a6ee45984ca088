"""One process of the load of bench/capacity.py: agents' phones over DTLS-SRTP and callers over a trunk, all of whose
RTP is counted. `python -m bench.capacity_generator`, told by lines of JSON.

The first line has `phones`; it says `ready` when all are registered. Each further line is a `Load`: callers are kept
talking until it is over, one that has talked for `talk_s` hangs up and another rings at once; then it says one line of
JSON with what it saw. All instants are seconds since the epoch, so that several processes can be laid together.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import uvloop

from bench.counted_audio import CountedAudio, CountedStream
from call24.testphones.agent_phone import AgentPhone
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.offered_call import OfferedCall
from call24.testphones.rtp import Pacer
from call24.testphones.sip_call import CallFailed
from call24.testphones.webrtc_audio import AudioFailed

AT_ONCE = 10
ANSWER_S = 10.0
LAST_S = 2.0
"""No call begins so late: it would be hung up before an agent can ring."""
NUMBERS = 20_000
"""So many different callers, in turn."""


class Load(msgspec.Struct, kw_only=True):
    """`calls` at a time. The n-th of them begins at `begins_at` + n / `rate`; no call begins after `ends_at`, at which
    all hang up. Seconds of talk between `steady_at` and `ends_at` are counted."""

    sip_port: int
    dialled: str
    calls: int
    rate: float
    talk_s: float
    begins_at: float
    steady_at: float
    ends_at: float


class Phone(AgentPhone):
    audio_of = CountedAudio


class Caller(Customer):
    stream_of = CountedStream


class Phones:
    """Who answers at once. `rang`: when each caller's number rang here, of one load."""

    def __init__(self, told: list[dict[str, Any]]) -> None:
        self._phones = [Phone(x["ws_url"], x["username"], x["password"], x["aor"], verify=False) for x in told]
        self.rang: list[tuple[str, float]] = []
        self.calls: list[OfferedCall] = []
        self.failed = 0
        self._answering: list[asyncio.Task[None]] = []

    async def register(self) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(phone: Phone) -> None:
            async with gate:
                await phone.register(30)

        await asyncio.gather(*map(one, self._phones))
        self._answering = [asyncio.create_task(self._answer_for_ever(phone)) for phone in self._phones]

    async def _answer_for_ever(self, phone: Phone) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                call = await phone.next_call(1e6)
                self.rang.append((digits(call.caller[0]), call.rang_at))
                self.calls.append(call)
                group.create_task(self._answer(call))

    async def _answer(self, call: OfferedCall) -> None:
        try:
            await call.answer()
        except (CallFailed, AudioFailed, TimeoutError):
            self.failed += 1

    def told(self, load: Load) -> dict[str, Any]:
        """Of this load; begins anew for the next."""
        found = {
            "rang": self.rang,
            "failed": self.failed,
            "rtp": summed(call.stream for call in self.calls),
            "talk_s": sum(_overlap(call.audio_at, call.end.at if call.end else None, load) for call in self.calls),
        }
        self.rang, self.calls, self.failed = [], [], 0
        return found

    async def close(self) -> None:
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*(phone.close(unregister=False) for phone in self._phones), return_exceptions=True)


class Callers:
    """All on one SIP port, each with a number of its own."""

    def __init__(self, sip_port: int, first: int) -> None:
        self._caller = Caller(("127.0.0.1", sip_port), "")
        self._numbers = (f"+442079{n:06d}" for n in itertools.cycle(range(first, first + NUMBERS)))
        self._dialling = asyncio.Lock()
        self._calls: list[CustomerCall] = []
        self._failed: Counter[str] = Counter()
        self._dialled: list[tuple[str, float]] = []
        self._answer_ms: list[float] = []

    async def ring(self, load: Load) -> dict[str, Any]:
        self._calls, self._dialled, self._answer_ms = [], [], []
        self._failed.clear()
        await asyncio.gather(*(self._line(load, number) for number in range(load.calls)))
        await asyncio.sleep(1.0)  # what is under way arrives
        return {
            "dialled": self._dialled,
            "answer_ms": self._answer_ms,
            "failed": dict(self._failed),
            "rtp": summed(call.stream for call in self._calls),
        }

    async def _line(self, load: Load, number: int) -> None:
        """One call after the other. The first is shorter for most, so that later they do not all end at once."""
        await asyncio.sleep(max(0.0, load.begins_at + number / load.rate - time.time()))
        talk_s = load.talk_s * (number + 1) / load.calls + max(0.0, load.steady_at - time.time())
        while time.time() < load.ends_at - LAST_S:
            until = min(load.ends_at, time.time() + talk_s)
            await self._call(load, until)
            talk_s = load.talk_s

    async def _call(self, load: Load, until: float) -> None:
        number = next(self._numbers)
        async with self._dialling:  # who rings is read once a port of audio is open
            self._caller.number = number
            call = await self._caller.dial(load.dialled)
        self._dialled.append((digits(number), call.dialled_at))
        self._calls.append(call)
        try:
            answered_at = await call.answered(ANSWER_S)
        except (CallFailed, TimeoutError) as error:
            self._failed[f"not answered: {type(error).__name__}"] += 1
            call.hang_up()
            await asyncio.sleep(1.0)
            return
        self._answer_ms.append((answered_at - call.dialled_at) * 1000)
        with contextlib.suppress(TimeoutError):
            await call.ended(max(0.0, until - time.time()))
            self._failed["ended by the other side"] += 1
        call.hang_up()

    def close(self) -> None:
        self._caller.close()


def digits(number: str) -> str:
    """What a number has in common however it is written."""
    return "".join(filter(str.isdigit, number))[-9:]


def summed(streams: Iterator[Any]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for stream in streams:
        total.update(stream.counts())
    return dict(total)


def _overlap(since: float | None, until: float | None, load: Load) -> float:
    """Seconds of a talk that lie in the steady part."""
    if since is None:
        return 0.0
    return max(0.0, min(until or load.ends_at, load.ends_at) - max(since, load.steady_at))


async def main(first: int) -> None:
    reader = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    phones = Phones(json.loads(await reader.readline())["phones"])
    await phones.register()
    say("ready")
    callers: Callers | None = None
    try:
        while line := await reader.readline():
            load = msgspec.json.decode(line, type=Load)
            callers = callers or Callers(load.sip_port, first)
            pacer = Pacer.shared()
            pacer.latest_s = 0.0
            seen = await callers.ring(load)
            late_ms = round(pacer.latest_s * 1000, 1)
            say(json.dumps({"callers": seen, "agents": phones.told(load), "latest_packet_ms": late_ms}))
    finally:
        if callers is not None:
            callers.close()
        await phones.close()


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(main(int(sys.argv[1])))
