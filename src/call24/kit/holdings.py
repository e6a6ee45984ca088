"""What a room holds of persons, calls and organisations, and how it lets go of them: one declaration for each room.

A room says it once, in its `personal_data.py`. `Held` is all of them, bound to the objects that keep things: deletion
of an account, the sweeper, a person's file and the closing of an organisation work from it and know no room by name.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from call24.data_map import CallerTrace, Place, Trace
from call24.kit.ids import CallId, ContactId, TenantId, UserId

K = TypeVar("K")


class Person(Protocol):
    """Somebody whose account is being deleted."""

    @property
    def id(self) -> UserId: ...
    @property
    def tenant_id(self) -> TenantId: ...
    @property
    def email(self) -> str: ...
    @property
    def email_key(self) -> str: ...


class Stage(IntEnum):
    """When, in the closing of an organisation: nothing of it may come back afterwards.

    accounts: nobody is let in. calls: they end. writers: nothing more is written of them. readers: nor read.
    files: sound and exports. settings: the rest.
    """

    ACCOUNTS = 0
    CALLS = 1
    WRITERS = 2
    READERS = 3
    FILES = 4
    SETTINGS = 5


ForgetPerson = Callable[[K, Person], Awaitable[object] | None]
ForgetOrganisation = Callable[[K, TenantId], Awaitable[object] | None]
EraseCalls = Callable[[K, TenantId, Sequence[CallId]], Awaitable[int]]
ForgetContacts = Callable[[K, TenantId, Sequence[ContactId]], Awaitable[object] | None]
EraseCallers = Callable[[K, TenantId, Sequence[ContactId]], Awaitable[int] | int]
EraseNumber = Callable[[K, TenantId, str], Awaitable[int]]
FindNumber = Callable[[K, TenantId, str], Awaitable[list[str]]]
EraseDue = Callable[[K, datetime], Awaitable[int]]

ButHeld = Callable[[type[Any]], Awaitable[dict[str, Any]]]
"""What a room that deletes documents on their day adds to its filter, so that what a legal hold keeps is left out.
Raises Unavailable where that cannot be known: nothing is deleted then."""


async def nothing_held(struct: type[Any]) -> dict[str, Any]:
    """Where no register of legal holds is there, as on a node."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Keeper(Generic[K]):
    """An object of the room that holds something, `of` this type, and its methods that let go. Repeating is harmless.

    `forget_person`: the account is being deleted: what is in memory, in files, and in documents that stay.
    `forget_organisation`: it is being closed, at this `stage`; its documents are deleted without being asked for.
    `forget_contacts`: these callers are stored no more.
    `erase_callers`: what is kept of callers who are erased, other than by their calls, and `erase_number`: by the
    number of one, while it is still known; how many things. `find_number`: the ids of these documents that have this
    number (E.164), for a caller's file.
    `erase_calls`: what is kept of these calls, and `erase_due`: what has reached its day; how many things, counted in
    the sweeper's receipts by the name that stands with it.
    """

    of: type[K]
    forget_person: ForgetPerson[K] | None = None
    forget_organisation: ForgetOrganisation[K] | None = None
    stage: Stage = Stage.SETTINGS
    forget_contacts: ForgetContacts[K] | None = None
    erase_callers: tuple[str, EraseCallers[K]] | None = None
    erase_number: tuple[str, EraseNumber[K]] | None = None
    find_number: tuple[type[msgspec.Struct], FindNumber[K]] | None = None
    erase_calls: tuple[str, EraseCalls[K]] | None = None
    erase_due: tuple[str, EraseDue[K]] | None = None


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Of one room. `traces`: where persons with an account stand in its documents, and `callers`: where callers do;
    `keepers`: who holds more.

    `places`: what it keeps, or gives away, outside of MongoDB.
    """

    room: str
    traces: tuple[Trace, ...] = ()
    callers: tuple[CallerTrace, ...] = ()
    keepers: tuple[Keeper[Any], ...] = ()
    places: tuple[Place, ...] = ()


class Held:
    """All rooms' holdings. `keep` gives it the objects; what has none is not there (a node, a test)."""

    def __init__(self, holdings: Iterable[Holdings]) -> None:
        self.holdings = tuple(holdings)
        self._objects: dict[type[Any], object] = {}

    @property
    def traces(self) -> tuple[Trace, ...]:
        return tuple(trace for room in self.holdings for trace in room.traces)

    @property
    def callers(self) -> tuple[CallerTrace, ...]:
        return tuple(trace for room in self.holdings for trace in room.callers)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for room in self.holdings for place in room.places)

    def keep(self, *objects: object) -> None:
        """Raises: TypeError for one that no room declares: nothing would ask it to let go."""
        declared = {keeper.of for keeper in self._keepers()}
        for one in objects:
            if type(one) not in declared:
                raise TypeError(f"{type(one).__name__} is no room's keeper: declare it in its personal_data.py")
            self._objects[type(one)] = one

    def keep_found_in(self, *composed: object) -> None:
        """The declared keepers among the attributes of these."""
        self.keep_declared(one for whole in composed for one in vars(whole).values())

    def keep_declared(self, objects: Iterable[object]) -> None:
        """Those of these that a room declares."""
        declared = {keeper.of for keeper in self._keepers()}
        self.keep(*(one for one in objects if type(one) in declared))

    def check(self) -> None:
        """Raises: TypeError when a declared keeper was not given."""
        missing = [keeper.of.__name__ for keeper in self._keepers() if keeper.of not in self._objects]
        if missing:
            raise TypeError(f"declared as keepers and not given: {', '.join(missing)}")

    async def forget_person(self, person: Person) -> None:
        for keeper, one in self._bound():
            if keeper.forget_person is not None:
                await _done(keeper.forget_person(one, person))

    async def forget_organisation(self, tenant_id: TenantId) -> None:
        for keeper, one in sorted(self._bound(), key=lambda bound: bound[0].stage):
            if keeper.forget_organisation is not None:
                await _done(keeper.forget_organisation(one, tenant_id))

    async def forget_contacts(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> None:
        for keeper, one in self._bound():
            if keeper.forget_contacts is not None:
                await _done(keeper.forget_contacts(one, tenant_id, contact_ids))

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> Counter[str]:
        """How much went, by the name under which it is counted."""
        erased = Counter[str]()
        for keeper, one in self._bound():
            if keeper.erase_callers is not None:
                name, erase = keeper.erase_callers
                gone = erase(one, tenant_id, contact_ids)
                erased[name] += gone if isinstance(gone, int) else await gone
        return erased

    async def erase_number(self, tenant_id: TenantId, number: str) -> Counter[str]:
        erased = Counter[str]()
        for keeper, one in self._bound():
            if keeper.erase_number is not None:
                name, erase = keeper.erase_number
                erased[name] += await erase(one, tenant_id, number)
        return erased

    async def find_number(self, tenant_id: TenantId, number: str) -> dict[type[msgspec.Struct], list[str]]:
        """Ids of documents that have a caller's number, by what they are. Raises: Unavailable."""
        found: dict[type[msgspec.Struct], list[str]] = {}
        for keeper, one in self._bound():
            if keeper.find_number is not None:
                struct, find = keeper.find_number
                found[struct] = await find(one, tenant_id, number)
        return found

    def erasers(self) -> Mapping[str, Callable[[TenantId, Sequence[CallId]], Awaitable[int]]]:
        """What lets go of calls, by the name under which it is counted. Raises: TypeError for a name used twice."""
        return _by_name((keeper.erase_calls, one) for keeper, one in self._bound())

    def due(self) -> Mapping[str, Callable[[datetime], Awaitable[int]]]:
        """What lets go of what has reached its day, by the name under which it is counted.

        Raises: TypeError for a name used twice: only one of the two would be asked.
        """
        return _by_name((keeper.erase_due, one) for keeper, one in self._bound())

    def _keepers(self) -> list[Keeper[Any]]:
        return [keeper for room in self.holdings for keeper in room.keepers]

    def _bound(self) -> list[tuple[Keeper[Any], Any]]:
        return [(keeper, self._objects[keeper.of]) for keeper in self._keepers() if keeper.of in self._objects]


def _by_name(
    erasers: Iterable[tuple[tuple[str, Callable[..., Awaitable[int]]] | None, object]],
) -> dict[str, Callable[..., Awaitable[int]]]:
    found: dict[str, Callable[..., Awaitable[int]]] = {}
    for eraser, one in erasers:
        if eraser is None:
            continue
        name, erase = eraser
        if name in found:
            raise TypeError(f"two rooms count what goes as {name!r}: give one of them another name")
        found[name] = _with(erase, one)
    return found


def _with(erase: Callable[..., Awaitable[int]], one: object) -> Callable[..., Awaitable[int]]:
    return lambda *words: erase(one, *words)


async def _done(outcome: Awaitable[object] | None) -> None:
    if inspect.isawaitable(outcome):
        await outcome
