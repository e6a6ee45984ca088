"""Lists in an order of their own, page by page: how much is asked for, and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from typing_extensions import TypedDict

from call24.kit.paging import CURSOR_MAX, SortKey, page_of

T = TypeVar("T")
V = TypeVar("V")


class Paged(TypedDict, Generic[V]):
    """One page of a list. A route answers it as a class of its own with these fields, so that the schema has a name."""

    items: list[V]
    next: str | None


@dataclass(frozen=True)
class PageRequest:
    """`cursor`: the `next` of the page before; None: from the beginning."""

    limit: int
    cursor: str | None

    def page(self, rows: Iterable[T], view: Callable[[T], V], by: Callable[[T], SortKey]) -> Paged[V]:
        """Of what is read as a whole. `by`: what they are sorted by, the id at its end. Raises: Invalid."""
        found, following = page_of(rows, by, limit=self.limit, cursor=self.cursor)
        return {"items": [view(row) for row in found], "next": following}


def asked(
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query(max_length=CURSOR_MAX)] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


AskedDep = Annotated[PageRequest, Depends(asked)]


def ms(at: datetime) -> int:
    """An instant as a part of a place."""
    return round(at.timestamp() * 1000)
