"""Whose password is hashed next: bounded queues, a share for each kind, and everybody in turn."""

from __future__ import annotations

import asyncio

import pytest

from call24.identity.hashing_queue import HashingQueue
from call24.kit.errors import TooMany


class Hall:
    """Notes who had a turn, and lets each go on when told."""

    def __init__(self) -> None:
        self.queue = HashingQueue()
        self.inside: list[str] = []
        self.had: list[str] = []
        self._over: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def comes(self, name: str, whose: str, *, known: bool) -> None:
        self._over[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._stay(name, whose, known=known))

    async def _stay(self, name: str, whose: str, *, known: bool) -> None:
        async with self.queue.turn(whose, known=known):
            self.inside.append(name)
            self.had.append(name)
            await self._over[name].wait()
            self.inside.remove(name)

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def leaves(self, name: str) -> None:
        self._over[name].set()
        await self.tasks[name]
        await self.settle()


async def test_strangers_have_one_of_two_and_who_is_known_the_other_at_once() -> None:
    hall = Hall()
    for n in range(10):
        hall.comes(f"stranger {n}", f"address {n}", known=False)
    await hall.settle()
    assert hall.inside == ["stranger 0"]
    hall.comes("known", "acme", known=True)
    await hall.settle()
    assert hall.inside == ["stranger 0", "known"]


async def test_who_is_known_has_both_while_no_stranger_waits_and_strangers_are_not_starved() -> None:
    hall = Hall()
    for n in range(4):
        hall.comes(f"known {n}", "acme", known=True)
    await hall.settle()
    assert hall.inside == ["known 0", "known 1"]
    hall.comes("stranger", "address", known=False)
    await hall.leaves("known 0")
    assert hall.inside == ["known 1", "stranger"]
    await hall.leaves("stranger")
    assert hall.inside == ["known 1", "known 2"]


async def test_who_asks_for_many_waits_for_others_after_each() -> None:
    hall = Hall()
    for n in range(6):
        hall.comes(f"many {n}", "one address", known=False)
    hall.comes("single", "another", known=False)
    await hall.settle()
    for n in range(2):
        await hall.leaves(f"many {n}")
    assert hall.had == ["many 0", "many 1", "single"]


async def test_beyond_their_share_and_beyond_all_strangers_are_refused_and_may_try_again() -> None:
    hall = Hall()
    for n in range(17):
        hall.comes(f"one {n}", "one address", known=False)
    await hall.settle()
    with pytest.raises(TooMany) as refused:
        async with hall.queue.turn("one address", known=False):
            pass
    assert refused.value.retry_after_s == 2
    for n in range(80):
        hall.comes(f"others {n}", f"address {n}", known=False)
    await hall.settle()
    with pytest.raises(TooMany):
        async with hall.queue.turn("yet another", known=False):
            pass
    hall.comes("known", "acme", known=True)
    await hall.settle()
    assert "known" in hall.inside


async def test_who_gives_up_waiting_or_in_its_turn_leaves_no_trace() -> None:
    hall = Hall()
    for n in range(3):
        hall.comes(f"stranger {n}", "address", known=False)
    await hall.settle()
    for name in ("stranger 1", "stranger 0"):
        hall.tasks[name].cancel()
        with pytest.raises(asyncio.CancelledError):
            await hall.tasks[name]
    await hall.settle()
    assert hall.had == ["stranger 0", "stranger 2"]
    await hall.leaves("stranger 2")
    assert all(lane.running == lane.waiting == 0 and not lane._by for lane in hall.queue._lanes.values())


async def test_who_gives_up_in_the_moment_in_which_a_turn_comes_free_takes_it_from_nobody() -> None:
    hall = Hall()
    for n in range(3):
        hall.comes(f"stranger {n}", f"address {n}", known=False)
    await hall.settle()
    hall._over["stranger 0"].set()  # it ends its turn before stranger 1 knows that it has given up
    hall.tasks["stranger 1"].cancel()
    await hall.settle()
    assert hall.inside == ["stranger 2"]
    await hall.leaves("stranger 2")
    hall.comes("stranger 3", "address 3", known=False)
    await hall.settle()
    assert hall.inside == ["stranger 3"]
