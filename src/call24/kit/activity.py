"""The activity log: what happened with a person, a number or a task, as rooms read it from their own documents.

A room declares in `Room.activity` what it can tell. Nothing is stored for it, so that what is erased, restricted or
past its day is not in the log either. The room `activity` merges what rooms tell, and knows none of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from call24.kit.ids import CallId, ContactId, PersonId, QueueId, TaskId, TenantId, UserId
from call24.kit.provided import Provided

R = TypeVar("R")
D = TypeVar("D")

ActivityKind = Literal[
    "call",
    "note",
    "task",
    "comment",
    "person",
    "correction",
    "consent",
    "privacy_request",
    "file",
    "crm",
    "notification",
]
OpensKind = Literal["call", "task", "person", "contact", "file", "crm_connection", "privacy_request"]
Place = tuple[datetime, str]
"""An entry's instant, to the millisecond, and its id: entries are in the order of both, the newest first."""
READ_MAX = 1_000
"""Documents that a source reads for one page, where most of them may not be shown."""
WORDS_MAX = 200
"""Characters of a value before and after a change; of longer ones the beginning is shown."""


@dataclass(frozen=True, kw_only=True)
class Opens:
    """What an entry is about, by which it is opened."""

    kind: OpensKind
    id: str


@dataclass(frozen=True, kw_only=True)
class ActivityChange:
    """A field that was changed. `before`, `after`: None where there was or is nothing, or it is not told."""

    field: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class ActivityEntry:
    """`id`: no other entry's. `what`: a code that the kind has. `by`: the user who did it; None: Call24 itself.

    `title`: what it is called; `detail`: a further code; `text`: words of a user; `duration_s`: of a call.
    `concerns`, `of_person`: whose data it is; while that is restricted, it is not shown.
    """

    id: str
    kind: ActivityKind
    what: str
    at: datetime
    by: UserId | None = None
    title: str | None = None
    detail: str | None = None
    text: str | None = None
    changes: tuple[ActivityChange, ...] = ()
    duration_s: float | None = None
    opens: Opens | None = None
    concerns: tuple[ContactId, ...] = ()
    of_person: PersonId | None = None

    @property
    def place(self) -> Place:
        return self.at, self.id


@dataclass(frozen=True, kw_only=True)
class ActivitySubject:
    """Whose log it is: a person of the address book with their numbers, a number alone, or a task with its calls."""

    person_id: PersonId | None = None
    contact_ids: tuple[ContactId, ...] = ()
    task_id: TaskId | None = None
    call_ids: tuple[CallId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ActivityViewer:
    """Who asks. `queues`: whose calls and tasks they see beside their own; None: all."""

    tenant_id: TenantId
    user_id: UserId
    permissions: frozenset[str]
    queues: tuple[QueueId, ...] | None


@dataclass(frozen=True, kw_only=True)
class ActivityQuestion:
    """`before`: only entries behind this place; `limit`: how many are wanted."""

    viewer: ActivityViewer
    subject: ActivitySubject
    before: Place | None
    limit: int


class Told(NamedTuple):
    """What a source has: all that may be shown from the question's place down to `down_to`, in any order. `down_to`
    None: nothing is behind it."""

    entries: Sequence[ActivityEntry]
    down_to: Place | None = None


Tell = Callable[[ActivityQuestion], Awaitable[Told]]
NOTHING = Told(())


@dataclass(frozen=True, kw_only=True)
class ActivitySource(Generic[R]):
    """What a room declares in `Room.activity`. `of`: the type of the service that tells, by its method `tell`.

    `permission`: who lacks it is told nothing of it; none that asks for a second factor.
    """

    name: str
    permission: str
    of: type[R]
    tell: Callable[[R, ActivityQuestion], Awaitable[Told]]

    def bound(self, there: Provided) -> BoundSource:
        """Raises: LookupError, when no room provides the service."""
        return BoundSource(self.name, self.permission, partial(self.tell, there.get(self.of)))


class BoundSource(NamedTuple):
    name: str
    permission: str
    tell: Tell


@dataclass(frozen=True)
class ActivitySources:
    """What all rooms declare."""

    declared: tuple[ActivitySource[Any], ...]


def behind(place: Place | None, at: str = "at") -> dict[str, Any]:
    """A filter of MongoDB: documents behind this place, by the field `at` and their id."""
    if place is None:
        return {}
    # the index is entered at the instant; the second part only tells documents of one instant apart
    return {at: {"$lte": place[0]}, "$or": [{at: {"$lt": place[0]}}, {"_id": {"$lt": place[1]}}]}


async def read_down(
    question: ActivityQuestion,
    read: Callable[[Mapping[str, Any], int], Awaitable[Sequence[D]]],
    place: Callable[[D], Place],
    shown: Callable[[Sequence[D]], Awaitable[Iterable[ActivityEntry]]],
    at: str = "at",
) -> Told:
    """Reads documents, the newest first, until enough may be shown, or too many were read.

    `read`: of those that fit this filter, so many at most; `shown`: what may be shown of them, an entry for each.
    """
    entries, below, count = list[ActivityEntry](), question.before, 0
    while True:
        found = await read(behind(below, at), question.limit)
        entries += await shown(found)
        if len(found) < question.limit:
            return Told(entries)
        below, count = place(found[-1]), count + len(found)
        if len(entries) >= question.limit or count >= READ_MAX:
            return Told(entries, below)


def told_of(question: ActivityQuestion, entries: Iterable[ActivityEntry]) -> Told:
    """The same of what is few enough to be read as a whole."""
    before = question.before
    further = sorted(
        (one for one in entries if before is None or one.place < before), key=lambda one: one.place, reverse=True
    )
    more = len(further) > question.limit
    return Told(further[: question.limit], further[question.limit - 1].place if more else None)


def words(value: str | None) -> str | None:
    """A value as an entry shows it; an empty one is none."""
    if not value:
        return None
    return value if len(value) <= WORDS_MAX else value[: WORDS_MAX - 1] + "…"
