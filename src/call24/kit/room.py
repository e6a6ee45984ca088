"""What a room plugs in. Each room declares it in its `room.py`; `server/rooms.py` is the one list of rooms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter

from call24.kit.activity import ActivitySource
from call24.kit.holdings import Holdings
from call24.kit.mongo import Index
from call24.kit.permission import Permission
from call24.kit.provided import Provided
from call24.kit.sealed_field import SealedField

Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class BackgroundTask:
    """What runs as long as the server does. Should it end with an error, so does the server, which is started again.

    `name`: for the log, no other task's; `bound`: what it has at hand at most, or how often it looks.
    """

    name: str
    run: Callable[[], Coroutine[Any, Any, None]]
    bound: str


class ChangeEventType(Protocol):
    """A kind of event of the change feed: a `changes.model.EventType`."""

    @property
    def name(self) -> str: ...
    @property
    def room(self) -> str: ...


class ChangeReader(Protocol):
    """A reader of the change feed: a `changes.reader.RoomReader`."""

    @property
    def name(self) -> str: ...
    @property
    def wants(self) -> Sequence[ChangeEventType]: ...


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a room has built. `services`: for routes and other rooms, each found by its own type.

    `refresh`: reads again what is kept in memory, at the start and every half minute. `start`: once, with MongoDB there
    and before the first call; what it raises as `Unavailable` has the whole start tried again. `stop`: at the end, when
    the tasks are over. What the room lets go of with an organisation is in `Room.holds`.
    """

    services: Sequence[object] = ()
    tasks: Sequence[BackgroundTask] = ()
    refresh: Sequence[Act] = ()
    start: Sequence[Act] = ()
    stop: Sequence[Act] = ()


@dataclass(frozen=True, kw_only=True)
class Room:
    """`name`: its folder in `call24/`; `routers`: its part of the HTTP API; `indexes`: of its collections.

    `permissions`: what may be allowed in it, as its `permissions.py` declares. `provides`: the types of the services
    that `build` makes, of what other rooms provide, whatever their order in the list; beside them there are `Settings`,
    `Mongo`, `Clock`, `AppKey`, `Journal`, `AuditLog` and `Held`. `events`: what it tells on the change feed; `readers`:
    who of it reads there, and what. `sealed`: what it stores sealed by the app key. `activity`: what it tells
    of persons, numbers and tasks. `holds`: what it holds of persons and organisations, and how it lets go.
    """

    name: str
    provides: Sequence[type[Any]] = ()
    build: Callable[[Provided], Built] | None = None
    routers: Sequence[APIRouter] = ()
    permissions: Sequence[Permission] = ()
    indexes: Sequence[Index] = ()
    events: Sequence[ChangeEventType] = ()
    readers: Sequence[ChangeReader] = ()
    sealed: Sequence[SealedField] = ()
    activity: Sequence[ActivitySource[Any]] = ()
    holds: Holdings | None = None
