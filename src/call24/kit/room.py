"""What a room plugs in. Each room declares it in its `room.py`; `server/rooms.py` is the one list of rooms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from call24.kit.holdings import Holdings
from call24.kit.mongo import Index
from call24.kit.permission import Permission
from call24.kit.provided import Provided


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a room has built. `services`: type -> the service, for routes and the rooms after it.

    `tasks`: a name for the log -> what runs as long as the server does. `refresh`: reads anew what is kept in memory,
    at the start and every half minute. What it lets go of with an organisation is in `Room.holds`.
    """

    services: Mapping[type, object] = field(default_factory=dict)
    tasks: Mapping[str, Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=dict)
    refresh: Callable[[], Awaitable[object]] | None = None


@dataclass(frozen=True, kw_only=True)
class Room:
    """`name`: its folder in `call24/`; `routers`: its part of the HTTP API; `indexes`: of its collections.

    `permissions`: what may be allowed in it, as its `permissions.py` declares. `build`: makes its services of what the
    rooms before it in the list provide; beside them there are `Settings`, `Mongo`, `Clock`, `AppKey`, `Journal`,
    `AuditLog` and `Changes`. `holds`: what it holds of persons and organisations, and how it lets go.
    """

    name: str
    build: Callable[[Provided], Built] | None = None
    routers: Sequence[APIRouter] = ()
    permissions: Sequence[Permission] = ()
    indexes: Sequence[Index] = ()
    holds: Holdings | None = None
