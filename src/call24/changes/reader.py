"""A reader, as its room declares it: a name, what it wants to hear of, and what it does with that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from call24.changes.model import Change, EventType

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
