"""Who follows channels by their numbers and comes back, who publishes meanwhile, and what of it all was lost.

A follower does what docs/rooms/realtime.md tells apps to do; it goes by `seq` alone and trusts nothing else.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import httpx
from tests.support.realtime.line import Line, Lost, event, signed, unchecked
from tests.support.realtime.pusher_clients import Peer

from call24.identity.channel_auth import sign
from call24.kit.secrets import RealtimeKey

AGAIN_S = 0.1
END = "end"
"""The name of the last event of each channel."""

Numbered = tuple[int, str]
"""An event's number, and its data."""


class _Followed:
    """One channel as one follower knows it. `began`: the number after which it hears; `let_go`: the numbers that it was
    told to do without."""

    def __init__(self) -> None:
        self.epochs: list[str] = []
        self.began = 0
        self.last = 0
        self.heard: list[Numbered] = []
        self.let_go: set[int] = set()
        self.ended = False

    def begins(self, epoch: str, seq: int) -> None:
        if not self.epochs:
            self.began = self.last = seq
        if epoch not in self.epochs:
            self.epochs.append(epoch)

    def reloads(self, epoch: str, seq: int) -> None:
        self.begins(epoch, seq)
        self.let_go |= set(range(self.last + 1, seq + 1))
        self.last = seq

    def faults(self, final: int) -> Counter[str]:
        numbers = [seq for seq, _ in self.heard]
        there = set(numbers)
        return Counter(
            lost=len(set(range(self.began + 1, final + 1)) - there - self.let_go),
            doubled=len(numbers) - len(there),
            reordered=sum(later < earlier for earlier, later in pairwise(numbers)),
            anew=len(self.epochs) - 1,
        )


class Follower:
    """`places`: ports; the first is where it begins. One that is `faithful` comes back to the place that it lost, the
    others go to another. `reloads`: how often it was told to load anew; `turned_away`: how often with a code after
    which clients do not connect again; `away_s`: how long each loss took, until all that was missed had been heard."""

    def __init__(self, peer: Peer, channels: Sequence[str], places: Sequence[int], *, faithful: bool) -> None:
        self.followed = {name: _Followed() for name in channels}
        self.reloads = self.turned_away = 0
        self.away_s: list[float] = []
        self.ready = asyncio.Event()
        self._peer = peer
        self._places = list(places)
        self._at = places[0]
        self._faithful = faithful
        self._lost = ""
        self._since: float | None = None
        self._missing: set[str] = set()
        self._secure = unchecked()

    async def run(self) -> None:
        while True:
            try:
                await self._follow(await Line.opened(self._at, self._peer.key, self._secure))
            except Lost as lost:
                self.turned_away += lost.code in range(4000, 4100)
                self._since = self._since or time.monotonic()
                if not self._faithful:
                    self._at = random.choice([one for one in self._places if one != self._at] or self._places)
                await asyncio.sleep(random.uniform(0, 2 * AGAIN_S))

    @property
    def ended(self) -> bool:
        return all(one.ended for one in self.followed.values())

    async def _follow(self, line: Line) -> None:
        """Raises: Lost."""
        self._missing = set(self.followed)
        for name, one in self.followed.items():
            known = {"epoch": one.epochs[-1], "after": one.last} if one.epochs else {}
            line.say("call24:resume", {"channel": name, **known, "socket_id": self._lost})
            auth = sign(RealtimeKey(self._peer.key, self._peer.secret), line.socket_id, name)
            line.say("pusher:subscribe", {"channel": name, "auth": auth})
        self._lost = line.socket_id
        try:
            while True:
                self._heard(await line.hears())
        finally:
            line.close()

    def _heard(self, told: dict[str, Any]) -> None:
        assert told["event"] != "pusher:subscription_error", told
        one = self.followed.get(told.get("channel", ""))
        if one is None:
            return
        if "seq" in told:
            one.heard.append((told["seq"], told["data"]))
            one.last = told["seq"]
            one.ended |= told["event"] == END
        elif told["event"] in ("call24:resumed", "call24:reload"):
            place = json.loads(told["data"])
            if told["event"] == "call24:reload":
                self.reloads += 1
                one.reloads(place["epoch"], place["seq"])
            else:
                one.begins(place["epoch"], place["seq"])
            self._there(told["channel"])

    def _there(self, channel: str) -> None:
        self._missing.discard(channel)
        if not self._missing:
            self.ready.set()
            if self._since is not None:
                self.away_s.append(time.monotonic() - self._since)
                self._since = None


class Publisher:
    """One event after the other, each on the next channel and at the next place, and again elsewhere where nobody took
    the connection. `taken`: what was answered with 200; `unknown`: what was not answered, or with 502 to 504, which may
    have been published; `at`: where a request is open now, for `open_s` seconds."""

    def __init__(self, name: str, peer: Peer, channels: Sequence[str], places: Sequence[int], pause_s: float) -> None:
        self.taken: dict[str, list[int]] = {channel: [] for channel in channels}
        self.unknown: list[int] = []
        self.at: int | None = None
        self._asked_at = 0.0
        self.count = 0
        self.stopped = False
        self.name = name
        self._peer = peer
        self._channels = list(channels)
        self._places = list(places)
        self._pause_s = pause_s

    @property
    def open_s(self) -> float:
        return 0.0 if self.at is None else time.monotonic() - self._asked_at

    async def run(self, most: int) -> None:
        """Until `most` events, or until it is `stopped`."""
        async with httpx.AsyncClient(verify=False, timeout=15) as http:
            while self.count < most and not self.stopped:
                await self._publish(http, self._channels[self.count % len(self._channels)], self.count)
                self.count += 1
                await asyncio.sleep(self._pause_s)

    async def _publish(self, http: httpx.AsyncClient, channel: str, number: int) -> None:
        content = event(channel, [self.name, number])
        for turn in range(len(self._places) * 50):
            self.at, self._asked_at = self._places[(number + turn) % len(self._places)], time.monotonic()
            try:
                answer = await post(http, self.at, self._peer, content)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                await asyncio.sleep(0.02)
                continue
            except httpx.TransportError:
                self.unknown.append(number)
                return
            finally:
                self.at = None
            if answer.status_code in (502, 503, 504):
                self.unknown.append(number)
            else:
                assert answer.status_code == 200, answer.text
                self.taken[channel].append(number)
            return
        raise AssertionError("nobody takes what is published")


async def post(http: httpx.AsyncClient, port: int, peer: Peer, content: bytes) -> httpx.Response:
    return await http.post(f"https://127.0.0.1:{port}{signed(peer, '/events', content)}", content=content)


async def end(peer: Peer, channels: Iterable[str]) -> None:
    """The last event of each channel."""
    async with httpx.AsyncClient(verify=False, timeout=15) as http:
        for channel in channels:
            assert (await post(http, peer.port, peer, event(channel, [], END))).status_code == 200


def told(followers: Iterable[Follower], channel: str) -> dict[int, set[str]]:
    """Each number of a channel, with the data that followers heard with it."""
    found: dict[int, set[str]] = {}
    for follower in followers:
        if (one := follower.followed.get(channel)) is not None:
            for seq, data in one.heard:
                found.setdefault(seq, set()).add(data)
    return found


def faults_of(followers: Sequence[Follower], finals: dict[str, int]) -> Counter[str]:
    """What followers lost, heard twice or out of order, by the channels' numbers; `finals`: the last of each."""
    found: Counter[str] = Counter(lost=0, doubled=0, reordered=0, anew=0)
    for follower in followers:
        for name, one in follower.followed.items():
            found.update(one.faults(finals[name]))
    return found


def faults_of_published(order: dict[str, list[str]], taken: dict[str, dict[str, list[int]]]) -> Counter[str]:
    """What publishers were told is published: whether it is on the channel, once, and in each publisher's order.
    `order`: the data on each channel by its numbers; `taken`: by publisher and channel."""
    found: Counter[str] = Counter(lost=0, doubled=0, reordered=0)
    for channel, all_data in order.items():
        by: dict[str, list[int]] = {}
        for name, number in (json.loads(data) for data in all_data if data != "[]"):
            by.setdefault(name, []).append(number)
        for name, numbers in by.items():
            known = set(taken[name][channel])
            found["doubled"] += len(numbers) - len(set(numbers))
            found["reordered"] += sum(b < a for a, b in pairwise(one for one in numbers if one in known))
        for name, channels in taken.items():
            found["lost"] += len(set(channels[channel]) - set(by.get(name, ())))
    return found
