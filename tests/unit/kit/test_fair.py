"""Who is let in when many want the same: a bound in all, a share for each organisation, and turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.support.clock import settle

from call24.kit.errors import TooMany
from call24.kit.fair import Fair


class Crowd:
    """What runs now and what has run, by name; each goes on until it is let go."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        self.inside: list[str] = []
        self.began: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._go: dict[str, asyncio.Event] = {}

    async def wants(self, *names: str) -> None:
        """`a1` is the first wish of the organisation a."""
        for name in names:
            self._go[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._work(name))
            await settle()

    async def goes(self, *names: str) -> None:
        for name in names:
            self._go[name].set()
            await settle()

    async def _work(self, name: str) -> None:
        async with self.fair.turn(name[0]):
            self.inside.append(name)
            self.began.append(name)
            try:
                await self._go[name].wait()
            finally:
                self.inside.remove(name)


async def crowd(most: int, each: int, waiting: int | None = None) -> Crowd:
    return Crowd(Fair(most, each, waiting))


async def test_one_organisation_has_no_more_than_its_share_though_there_is_room() -> None:
    them = await crowd(4, 2)
    await them.wants("a1", "a2", "a3", "b1")
    assert them.inside == ["a1", "a2", "b1"]


async def test_nobody_has_more_than_there_is_in_all() -> None:
    them = await crowd(2, 2)
    await them.wants("a1", "b1", "c1")
    assert them.inside == ["a1", "b1"]
    await them.goes("a1")
    assert them.inside == ["b1", "c1"]


async def test_who_asks_once_comes_before_the_next_of_who_asked_for_much() -> None:
    them = await crowd(1, 1)
    await them.wants("a1", "a2", "a3", "a4", "b1", "c1", "b2")
    await them.goes("a1", "b1", "c1", "a2", "b2", "a3", "a4")
    assert them.began == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


async def test_who_asks_again_as_soon_as_it_was_served_does_not_come_before_who_waits() -> None:
    them = await crowd(1, 1)
    await them.wants("a1", "a2", "a3", "b1")
    await them.goes("a1")
    await them.wants("c1")
    await them.goes("b1")
    await them.wants("b2")
    await them.goes("c1")
    assert them.began == ["a1", "b1", "c1", "a2"]
    await them.goes("a2", "b2", "a3")
    assert them.inside == [] and not them.fair._served


async def test_one_at_its_share_is_passed_over_and_gets_the_next_place_of_its_own() -> None:
    them = await crowd(3, 1)
    await them.wants("a1", "a2", "b1", "c1", "d1")
    assert them.inside == ["a1", "b1", "c1"]
    await them.goes("b1")
    assert them.inside == ["a1", "c1", "d1"]
    await them.goes("a1")
    assert them.inside == ["c1", "d1", "a2"]


async def test_as_many_wait_as_may_and_another_organisations_first_still_may() -> None:
    them = await crowd(1, 1, waiting=2)
    await them.wants("a1", "a2", "a3", "a4", "b1")
    with pytest.raises(TooMany):
        await them.tasks["a4"]
    assert (them.fair.waiting("a"), them.fair.waiting("b")) == (2, 1)


@pytest.mark.parametrize("when", ["while it waits", "as it is let in", "inside"])
async def test_who_is_cancelled_leaves_its_place_to_the_next(when: str) -> None:
    them = await crowd(1, 1)
    await them.wants("a1", "b1", "c1")
    leave: dict[str, Callable[[], object]] = {
        "while it waits": lambda: them.tasks["b1"].cancel(),
        "as it is let in": lambda: (
            them._go["a1"].set(),
            asyncio.get_running_loop().call_soon(them.tasks["b1"].cancel),
        ),
        "inside": lambda: them.tasks["a1"].cancel(),
    }
    leave[when]()
    await settle()
    await them.goes("a1", "b1")
    assert them.inside == ["c1"]
    await them.goes("c1")
    await them.wants("d1")
    assert them.inside == ["d1"] and not them.fair._waiting and them.fair._inside.total() == 1
