"""A deadline for work that seldom waits for anything: where it does not, no timer is set."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any, TypeVar

R = TypeVar("R")


async def within(seconds: float, work: Coroutine[Any, Any, R]) -> R:
    """As ``asyncio.timeout`` around it, from its first wait on. Raises: TimeoutError; what ``work`` raises."""
    try:
        waits_for = work.send(None)
    except StopIteration as over:
        return over.value  # type: ignore[no-any-return]
    async with asyncio.timeout(seconds):
        return await _the_rest(work, waits_for)


@types.coroutine
def _the_rest(work: Coroutine[Any, Any, R], waits_for: Any) -> Generator[Any, Any, R]:
    """What the event loop answers, or throws, goes to ``work``."""
    while True:
        try:
            answer = yield waits_for
        except BaseException as thrown:
            go_on = partial(work.throw, thrown)
        else:
            go_on = partial(work.send, answer)
        try:
            waits_for = go_on()
        except StopIteration as over:
            return over.value  # type: ignore[no-any-return]
