"""What a CRM refuses to its user is told apart from credentials that let nobody in, and from a right that was lost."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from call24.crm.connector import CrmClient, CrmTrouble, Place, Rejected

T = TypeVar("T")
NO_RIGHT = "Call24's user has not the right to do this in the CRM"
REFUSED_MAX = 5
"""People and calls, one after another, whose writing the CRM refuses: then the right is lost, and users are told."""


class NoRight(Rejected):
    """It may have the right later: nothing is wrong with what was sent."""


@dataclass
class Refusals:
    """Of one connection, in memory. `refused`: what it was not let write since it last wrote something; `listed`: in
    this turn the CRM's list has answered."""

    refused: set[str] = field(default_factory=set)
    listed: bool = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """What is done within it is counted here."""
        self.listed, token = False, _REFUSALS.set(self)
        try:
            yield
        finally:
            _REFUSALS.reset(token)

    def refuse(self, about: str, said: str) -> None:
        """Raises: CrmTrouble."""
        if about:
            self.refused.add(about)
        if len(self.refused) >= REFUSED_MAX:
            self.refused.clear()
            raise CrmTrouble("unauthorised", said) from None


_REFUSALS: ContextVar[Refusals | None] = ContextVar("crm_refusals", default=None)


async def permitted(
    deed: Awaitable[T], client: CrmClient, now: datetime, why: str = NO_RIGHT, *, writes: str = ""
) -> T:
    """What the request answers. 401 and 403 have the list asked, once in a turn: who may read it has not the right to
    the request alone. `writes`: id of the link or call that is written; empty: it is none of those that show that the
    right is lost. Raises: NoRight, with `why` and what the CRM said; CrmTrouble where the list is refused too, or so
    many were; all that the request raises."""
    refusals = _REFUSALS.get() or Refusals()
    try:
        done = await deed
    except CrmTrouble as error:
        if error.trouble != "unauthorised":
            raise
        if not refusals.listed:
            await client.changed_since(Place(at=now), 1)
            refusals.listed = True
        said = f"{why}: {error.said}"
        refusals.refuse(writes, said)
        raise NoRight(said) from None
    if writes:
        refusals.refused.clear()
    return done
