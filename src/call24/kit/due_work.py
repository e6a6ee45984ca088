"""Work that is due by what MongoDB has: each thing by itself, with a bound in all and a share for each organisation.

A thing that is slow holds up no other, nor another organisation's. After a restart it goes on with what is stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId

log = logging.getLogger(__name__)

Key = TypeVar("Key", bound=str)

LOOK_EVERY_S = 5.0
_AGAIN_S = 1.0


@dataclass(frozen=True)
class Piece(Generic[Key]):
    """Something to do. `key`: one piece of the same key at a time; `name`: what it is called in the log."""

    key: Key
    tenant_id: TenantId
    name: str
    work: Callable[[], Coroutine[Any, Any, None]]
    """May raise Unavailable: what was done could not be stored, and is done again."""


Find: TypeAlias = Callable[[Collection[Key], Collection[TenantId], int], Awaitable[Sequence[Piece[Key]]]]
"""What is due, longest due first: none of these keys, none of these organisations, at most so many.

Raises: Unavailable.
"""


class DueWork(Generic[Key]):
    """`run` it for as long as the process lives. `woken`: set by who put something, `at_once` and `each`: how many
    pieces at once in all, and of one organisation."""

    def __init__(self, find: Find[Key], woken: asyncio.Event, *, at_once: int, each: int) -> None:
        self._find = find
        self._woken = woken
        self._at_once = at_once
        self._each = each
        self._working: dict[Key, TenantId] = {}
        self._tasks: dict[Key, asyncio.Task[None]] = {}

    @property
    def working(self) -> Mapping[Key, TenantId]:
        """What is being done, and whose it is."""
        return self._working

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                with contextlib.suppress(Unavailable):
                    while await self._begin(group):
                        pass
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):  # wait_for may lose a cancellation that comes with a wake
                        await self._woken.wait()
                self._woken.clear()

    async def stop(self, tenant_id: TenantId) -> None:
        """Until nothing of this organisation is being done. Who calls it sees to it that nothing more is found."""
        tasks = [self._tasks[key] for key, whose in self._working.items() if whose == tenant_id]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _begin(self, group: asyncio.TaskGroup) -> int:
        """Begins with what is due longest; how many. Raises: Unavailable."""
        if (room := self._at_once - len(self._working)) <= 0:
            return 0
        busy = Counter(self._working.values())
        full = {tenant_id for tenant_id, count in busy.items() if count >= self._each}
        begun = 0
        for piece in await self._find(self._working, full, room):
            if piece.key in self._working or busy[piece.tenant_id] >= self._each or begun >= room:
                continue
            busy[piece.tenant_id] += 1
            begun += 1
            self._working[piece.key] = piece.tenant_id
            task = self._tasks[piece.key] = group.create_task(self._do(piece), name=piece.name)
            task.add_done_callback(partial(self._done, piece.key))
        return begun

    async def _do(self, piece: Piece[Key]) -> None:
        try:
            await piece.work()
        except Unavailable:
            log.warning("%s: what was done could not be stored: it is done again", piece.name)
            await asyncio.sleep(_AGAIN_S)

    def _done(self, key: Key, _: asyncio.Task[None]) -> None:
        del self._working[key], self._tasks[key]
        self._woken.set()
