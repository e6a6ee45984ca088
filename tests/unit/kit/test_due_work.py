"""What is due is done side by side, within a bound and with a share for each organisation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from functools import partial

import pytest
from tests.support.wait import wait_until

from call24.kit import due_work
from call24.kit.due_work import DueWork, Piece
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId

A, B = TenantId("ten_a"), TenantId("ten_b")
EACH, AT_ONCE = 2, 3


class Outbox:
    """Things of organisations, of which `held` ones do not end before they are let go."""

    def __init__(self, *due: tuple[str, TenantId], held: Collection[str] = ()) -> None:
        self.due = list(due)
        self.held = {key: asyncio.Event() for key in held}
        self.away, self.lost = False, set[str]()
        self.done: list[str] = []
        self.woken = asyncio.Event()
        self.work = DueWork(self._find, self.woken, at_once=AT_ONCE, each=EACH)

    async def _find(self, but: Collection[str], but_of: Collection[TenantId], most: int) -> list[Piece[str]]:
        if self.away:
            raise Unavailable
        found = [(key, whose) for key, whose in self.due if key not in but and whose not in but_of]
        return [Piece(key, whose, f"thing {key}", partial(self._do, key)) for key, whose in found]

    async def _do(self, key: str) -> None:
        if key in self.held:
            await self.held[key].wait()
        if key in self.lost:
            self.lost.remove(key)
            raise Unavailable
        self.due = [one for one in self.due if one[0] != key]
        self.done.append(key)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.work.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})


async def test_one_that_is_slow_holds_up_no_other_and_an_organisation_has_its_share() -> None:
    outbox = Outbox(("1", A), ("2", A), ("3", A), ("4", B), ("5", B), held="12")
    async with outbox.running():
        await wait_until(lambda: outbox.done == ["4", "5"], 2)
        assert outbox.work.working == {"1": A, "2": A}
        outbox.held["1"].set()
        await wait_until(lambda: outbox.done == ["4", "5", "1", "3"], 2)


async def test_no_more_than_the_bound_are_done_at_once() -> None:
    outbox = Outbox(("1", A), ("2", A), ("3", B), ("4", B), held="1234")
    async with outbox.running():
        await wait_until(lambda: len(outbox.work.working) == AT_ONCE, 2)
        outbox.woken.set()
        await asyncio.sleep(0.05)
        assert list(outbox.work.working) == ["1", "2", "3"]


async def test_what_could_not_be_stored_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_work, "_AGAIN_S", 0.01)
    outbox = Outbox(("1", A), ("2", A))
    outbox.lost = {"1"}
    async with outbox.running():
        await wait_until(lambda: outbox.done == ["2", "1"], 2)


async def test_a_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_work, "LOOK_EVERY_S", 0.02)
    outbox = Outbox(("1", A))
    outbox.away = True
    async with outbox.running():
        await asyncio.sleep(0.05)
        assert outbox.done == []
        outbox.away = False
        await wait_until(lambda: outbox.done == ["1"], 2)


async def test_who_puts_something_need_not_wait_for_the_next_look() -> None:
    outbox = Outbox()
    async with outbox.running():
        await asyncio.sleep(0.02)
        outbox.due.append(("1", A))
        outbox.woken.set()
        await wait_until(lambda: outbox.done == ["1"], 2)


async def test_what_is_done_for_an_organisation_can_be_stopped_and_others_go_on() -> None:
    outbox = Outbox(("1", A), ("2", B), held="12")
    async with outbox.running():
        await wait_until(lambda: len(outbox.work.working) == 2, 2)
        outbox.due = [("2", B)]
        await outbox.work.stop(A)
        assert outbox.work.working == {"2": B}
        outbox.held["2"].set()
        await wait_until(lambda: outbox.done == ["2"], 2)
