"""A reader: a name, what it wants to hear of, and what it does with that; and how a room declares one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from call24.changes.model import Change, EventType
from call24.kit.provided import Provided

R = TypeVar("R")

Read = Callable[[Sequence[Change]], Awaitable[None]]


@dataclass(frozen=True)
class Reader:
    """``name`` is what its position is stored under: another name begins with the oldest event that is kept.

    ``read``: given events of one organisation, in their order, some perhaps for a second time; what it raises has them
    given again. Meanwhile it is given events of other organisations.
    """

    name: str
    wants: tuple[EventType[Any], ...]
    read: Read

    def wanted(self, changes: Sequence[Change]) -> list[Change]:
        names = {kind.name for kind in self.wants}
        return [one for one in changes if one.type in names]


@dataclass(frozen=True, kw_only=True)
class RoomReader(Generic[R]):
    """What a room declares in `Room.readers`. `of`: the type of the service that reads, by its method `read`."""

    name: str
    wants: tuple[EventType[Any], ...]
    of: type[R]
    read: Callable[[R, Sequence[Change]], Awaitable[None]]

    def bound(self, there: Provided) -> Reader:
        """Raises: LookupError, when no room provides the service."""
        return Reader(self.name, self.wants, partial(self.read, there.get(self.of)))
