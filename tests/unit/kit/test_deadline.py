"""Work with a deadline: as under `asyncio.timeout`, and without a timer where it waits for nothing."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from call24.kit import deadline
from call24.kit.deadline import within


async def test_what_waits_for_nothing_sets_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once() -> int:
        return 7

    monkeypatch.setattr(deadline, "asyncio", SimpleNamespace())  # a timer would be one of its own
    assert await within(1.0, at_once()) == 7


async def test_what_waits_is_waited_for_until_the_deadline() -> None:
    gate = asyncio.Event()

    async def slow() -> str:
        await asyncio.sleep(0)
        await gate.wait()
        return "done"

    asyncio.get_running_loop().call_later(0.01, gate.set)
    assert await within(10.0, slow()) == "done"
    gate.clear()
    with pytest.raises(TimeoutError):
        await within(0.01, slow())


@pytest.mark.parametrize("waits", [False, True])
async def test_what_it_raises_is_raised(waits: bool) -> None:
    async def fails() -> None:
        if waits:
            await asyncio.sleep(0)
        raise LookupError("of its own")

    with pytest.raises(LookupError, match="of its own"):
        await within(1.0, fails())


async def test_a_cancelled_task_reaches_the_work_which_may_tidy_up() -> None:
    tidied = asyncio.Event()

    async def works() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied.set()

    task = asyncio.create_task(within(10.0, works()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert tidied.is_set()


async def test_what_the_work_catches_does_not_end_it() -> None:
    async def stubborn() -> str:
        try:
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()
        except TimeoutError:
            await asyncio.sleep(0)
        return "went on"

    assert await within(10.0, stubborn()) == "went on"
