"""Builds what rooms provide, each room when the first of its services is asked for: so none before what it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from call24.kit.activity import ActivitySources
from call24.kit.holdings import Held
from call24.kit.provided import Provided
from call24.kit.room import Act, BackgroundTask, Built, Room


class Building:
    """`provided`: what there is before the first room; what rooms build is put there, and `held` if it keeps something.

    `whole` builds all; without it, only what is asked for and what that needs, as in a process that does one thing.
    """

    def __init__(self, rooms: Iterable[Room], provided: Provided, held: Held) -> None:
        every = list(rooms)
        self._rooms = [room for room in every if room.build is not None]
        self._provided = provided
        self._held = held
        self._built: dict[str, Built] = {}
        """In the order in which they need one another."""
        self._begun: list[str] = []
        self._by_type: dict[type[Any], Room] = {}
        for room in self._rooms:
            for kind in room.provides:
                if (other := self._by_type.setdefault(kind, room)) is not room:
                    raise TypeError(f"{other.name} and {room.name} both provide {kind.__name__}")
        provided.put(Held, held)
        provided.put(ActivitySources, ActivitySources(tuple(source for room in every for source in room.activity)))
        provided.made_by(self._make)

    def whole(self) -> None:
        """Raises: TypeError, when rooms need one another in a circle, or one does not build what it declares."""
        for room in self._rooms:
            if room.name not in self._built:
                self._build(room)
        twice = [name for name, times in Counter(task.name for task in self.tasks()).items() if times > 1]
        if twice:
            raise TypeError(f"two tasks have the same name: {', '.join(twice)}")

    def _make(self, kind: type[Any]) -> None:
        if (room := self._by_type.get(kind)) is not None:
            self._build(room)

    def _build(self, room: Room) -> None:
        assert room.build is not None
        if room.name in self._begun:
            circle = [*self._begun[self._begun.index(room.name) :], room.name]
            raise TypeError(f"rooms need one another in a circle: {' > '.join(circle)}")
        self._begun.append(room.name)
        built = room.build(self._provided)
        self._begun.remove(room.name)
        if {type(service) for service in built.services} != set(room.provides):
            raise TypeError(f"{room.name} does not build what it provides: {[kind.__name__ for kind in room.provides]}")
        for service in built.services:
            self._provided.put(type(service), service)
        self._held.keep_declared(built.services)
        self._built[room.name] = built

    def tasks(self) -> list[BackgroundTask]:
        return [task for built in self._built.values() for task in built.tasks]

    async def refresh(self) -> None:
        """Raises: Unavailable."""
        await _each(built.refresh for built in self._built.values())

    async def start(self) -> None:
        """Raises: Unavailable."""
        await _each(built.start for built in self._built.values())

    async def stop(self) -> None:
        """The last first: none goes before what needs it."""
        await _each(built.stop for built in reversed(self._built.values()))


async def _each(acts: Iterable[Sequence[Act]]) -> None:
    for each in acts:
        for act in each:
            await act()
