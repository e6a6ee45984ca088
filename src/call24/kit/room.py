"""What a room plugs in. Each room declares it in its `room.py`; `server/rooms.py` is the one list of rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from call24.kit.mongo import Index
from call24.kit.permission import Permission


@dataclass(frozen=True, kw_only=True)
class Room:
    """`name`: its folder in `call24/`; `routers`: its part of the HTTP API; `indexes`: of its collections.

    `permissions`: what may be allowed in it, as its `permissions.py` declares.
    """

    name: str
    routers: Sequence[APIRouter] = ()
    permissions: Sequence[Permission] = ()
    indexes: Sequence[Index] = ()
