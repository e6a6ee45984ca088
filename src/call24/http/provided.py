"""What routes ask of rooms: a service, by its type. `server/` says once what there is; a route names what it needs."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from call24.kit.clock import Clock

T = TypeVar("T")


class Provided:
    """The services of one application, each found by the type that routes ask for."""

    def __init__(self) -> None:
        self._by_type: dict[Any, Any] = {}

    def put(self, kind: Any, service: object) -> None:
        """A later one takes the place of an earlier."""
        self._by_type[kind] = service

    def __contains__(self, kind: object) -> bool:
        return kind in self._by_type

    def get(self, kind: type[T]) -> T:
        """Raises: LookupError, when no room provides it."""
        if kind not in self._by_type:
            raise LookupError(f"no room provides {kind.__module__}.{kind.__name__}")
        found: T = self._by_type[kind]
        return found


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
