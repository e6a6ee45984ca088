"""Builds the rooms one after another, each of what those before it provide."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from call24.kit.provided import Provided
from call24.kit.room import Built, Room


class Building:
    """What all rooms have built. `provided`: what there is before the first."""

    def __init__(self, rooms: Iterable[Room], provided: Provided) -> None:
        self._built: list[Built] = []
        for room in rooms:
            if room.build is None:
                continue
            built = room.build(provided)
            for kind, service in built.services.items():
                provided.put(kind, service)
            self._built.append(built)

    def tasks(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        return {name: run for built in self._built for name, run in built.tasks.items()}

    async def refresh(self) -> None:
        """Raises: Unavailable."""
        for built in self._built:
            if built.refresh is not None:
                await built.refresh()
