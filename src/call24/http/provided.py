"""What routes ask of rooms: a service, by its type. `server/` says once what there is; a route names what it needs."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Request

from call24.kit.clock import Clock
from call24.kit.provided import Provided


class Asked:
    """A dependency: the service of this type."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    async def __call__(self, request: Request) -> object:
        provided: Provided = request.app.state.provided
        return provided.get(self.kind)


@cache
def provided(kind: Any) -> Any:
    """`TasksDep = Annotated[TaskService, provided(TaskService)]`."""
    return Depends(Asked(kind))


ClockDep = Annotated[Clock, provided(Clock)]
