"""By which documents the people of a place are found, read from the data map. Pure.

A place is a collection, or something outside of MongoDB. Persons stand in documents by their ids, or by a call, or by a
number; how is in the Facts and traces of each document. What is outside of MongoDB is looked up in the documents of its
room; where those lead to nobody, callers are those who called, and users all who have an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, get_type_hints

import msgspec

from call24.call_records.kept_calls import KeptCall
from call24.call_records.model import CallRecord
from call24.data_map import (
    TIME,
    Category,
    Document,
    Fact,
    Files,
    OnItsDay,
    Place,
    Subject,
    WithCall,
    document_of,
)
from call24.identity.model import User
from call24.incidents.model import Scope
from call24.kit.holdings import Holdings

ALL_OF_MONGODB = "mongodb/db/**"
"""MongoDB's own files: what is in them is in its collections."""
_CONTACT, _USER = re.compile(r"ctc_[0-9a-v]{26}"), re.compile(r"usr_[0-9a-hjkmnp-tv-z]{26}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_NOT_BEGUN = ("delete_at", "expires_at", "due_at", "until")
"""Times that say when something ends, not when it was written."""


@dataclass(frozen=True)
class Look:
    """How persons are found in a collection: the paths of their ids, of numbers, the field that names a call.

    `time`: when a document was written; None: it has no such time, and counts whatever the span.
    """

    document: Document
    callers: tuple[str, ...]
    users: tuple[str, ...]
    numbers: tuple[str, ...]
    call: str | None
    time: str | None

    @property
    def leads_to_callers(self) -> bool:
        return bool(self.callers or self.numbers or self.call)

    @property
    def leads_to_users(self) -> bool:
        return bool(self.users or self.call)

    @cached_property
    def part(self) -> type[msgspec.Struct]:
        """The fields that are needed, and no others."""
        paths = (*self.callers, *self.users, *self.numbers, self.call or "id")
        names = {path.split(".")[0] for path in paths} - {"id", "_id"}
        return msgspec.defstruct("Part", [("id", str), *((name, Any, None) for name in sorted(names))])


@dataclass(frozen=True)
class Unit:
    """One collection that is gone through, on behalf of a place, for callers or users or both."""

    place: str
    look: Look
    callers: bool
    users: bool


@dataclass(frozen=True)
class PlaceOfPeople:
    """Something of the data map that has personal data. `kind`: collection, or what it is outside of MongoDB."""

    name: str
    kind: str
    room: str
    callers: tuple[str, ...]
    users: tuple[str, ...]
    """Categories of the data that is there, of each."""
    units: tuple[Unit, ...] = field(repr=False, default=())


class CallPeople(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a call record that says whose call it was, and what it had to do with.

    `reduced`: its record is gone, and nothing says which number it came to.
    """

    id: str
    number_id: str | None = None
    queue_id: str | None = None
    queues: Any = None
    contact_id: str | None = None
    agent_id: str | None = None
    agents: Any = None
    legs: Any = None
    transfers: Any = None
    reduced: bool = False

    def all_of(self) -> set[str]:
        ids = (self.number_id, self.queue_id, self.agent_id)
        return {one for one in ids if one} | _strings(self.queues) | _strings(self.agents)


def places_of(documents: Iterable[Document], rooms: Sequence[Holdings]) -> dict[str, PlaceOfPeople]:
    """All that a search can be about, by name."""
    stored = [one for one in documents if one.tenant and one.personal]
    traces: dict[str, tuple[str, ...]] = {}
    for room in rooms:
        for trace in room.traces:
            traces[trace.collection] = (*traces.get(trace.collection, ()), *trace.fields)
    looks = {one.collection: _look(one, traces.get(one.collection, ())) for one in stored}
    found = {name: _stored_place(look, looks) for name, look in looks.items()}
    every = tuple(unit for one in found.values() for unit in one.units)
    for room in rooms:
        own = [look for look in looks.values() if _room_of(look.document) == room.room]
        for place in room.places:
            if place.personal:
                found[str(place.where)] = _outer_place(place, room.room, own, looks, every)
    return found


def units_of(places: Mapping[str, PlaceOfPeople], scope: Scope) -> list[Unit]:
    """What a search goes through, in order. A place that the map has no more is passed over."""
    return [unit for name in scope.places if name in places for unit in places[name].units]


def written(look: Look, scope: Scope) -> dict[str, Any]:
    """The documents that the span of a search is about."""
    if look.time is None or scope.since is None or scope.until is None:
        return {}
    since = {"$gte": scope.since} if scope.reach == "written" else {}
    return {look.time: {**since, "$lt": scope.until}}


def named(look: Look, part: msgspec.Struct) -> tuple[set[str], set[str], set[str]]:
    """Ids of contacts, ids of users, and numbers that stand in a document."""
    return (
        _found(_CONTACT, part, look.callers),
        _found(_USER, part, look.users),
        _found(_NUMBER, part, look.numbers),
    )


def call_of(look: Look, part: msgspec.Struct) -> str | None:
    value = getattr(part, look.call) if look.call is not None else None
    return value if isinstance(value, str) else None


def called(call: CallPeople) -> tuple[set[str], set[str]]:
    """Ids of the contacts and users of a call."""
    everything = _strings([call.contact_id, call.agent_id, call.agents, call.legs, call.transfers])
    return _all(_CONTACT, everything), _all(_USER, everything)


def concerns(scope: Scope, call: CallPeople | None, users: set[str]) -> bool:
    """Whether a document has to do with the agents, queues and numbers that were asked for.

    What is of no call has no queue and no number: it counts, unless it is another agent's. So does what is of a call
    whose number is not known any more.
    """
    numbers = () if call is not None and call.reduced else scope.numbers
    wanted = [set(ids) for ids in (scope.agents, scope.queues, numbers) if ids]
    if call is not None:
        about = call.all_of() | users
        return all(ids & about for ids in wanted)
    return not scope.agents or not users or bool(set(scope.agents) & users)


def _look(document: Document, traces: tuple[str, ...]) -> Look:
    facts = document.facts
    callers = _paths(document, Subject.CALLER, Category.ID)
    users = tuple(dict.fromkeys((*_paths(document, Subject.USER, Category.ID), *traces)))
    if document.struct is User:
        users = ("id",)
    numbers = () if callers else _paths(document, Subject.CALLER, Category.PHONE)
    hints = get_type_hints(document.struct)
    times = [path for path, fact in facts.items() if fact == TIME and path not in _NOT_BEGUN]
    times = [path for path in times if "." not in path and hints[path] in (datetime, datetime | None)]
    time = "created_at" if "created_at" in times else next(iter(times), None)
    return Look(document, callers, users, numbers, _call_field(document), time)


def _paths(document: Document, subject: Subject, category: Category) -> tuple[str, ...]:
    return tuple(
        "id" if path == "_id" else path
        for path, fact in document.facts.items()
        if (fact.subject, fact.category) == (subject, category)
    )


def _call_field(document: Document) -> str | None:
    if document.struct is KeptCall:
        return "id"
    match document.kept:
        case WithCall(field=name) | OnItsDay(call=str(name)):
            return name
    return "call_id" if "call_id" in document.struct.__struct_fields__ else None


def _stored_place(look: Look, looks: Mapping[str, Look]) -> PlaceOfPeople:
    facts, name = look.document.facts.values(), look.document.collection
    callers, users = _categories(facts, Subject.CALLER), _categories(facts, Subject.USER)
    units = _units(name, [look], looks, callers=bool(callers), users=bool(users))
    return PlaceOfPeople(name, "collection", _room_of(look.document), callers, users, units)


def _outer_place(
    place: Place, room: str, own: Sequence[Look], looks: Mapping[str, Look], every: Sequence[Unit]
) -> PlaceOfPeople:
    name, facts = str(place.where), place.what.values()
    callers, users = _categories(facts, Subject.CALLER), _categories(facts, Subject.USER)
    kind = "files" if isinstance(place.where, Files) else type(place.where).__name__.lower()
    if name == ALL_OF_MONGODB:
        units = tuple(Unit(name, unit.look, unit.callers, unit.users) for unit in every)
        return PlaceOfPeople(name, kind, room, callers, users, units)
    alike = [look for look in own if _kinds(look.document.facts.values()) & _kinds(facts)]
    units = _units(name, alike or own, looks, callers=bool(callers), users=bool(users))
    return PlaceOfPeople(name, kind, room, callers, users, units)


def _units(
    place: str, near: Sequence[Look], looks: Mapping[str, Look], *, callers: bool, users: bool
) -> tuple[Unit, ...]:
    """Of those that lead to the persons; where none does, callers are those who called, users who has an account."""
    to_callers = [one for one in near if one.leads_to_callers] or [looks[document_of(CallRecord).collection]]
    to_users = [one for one in near if one.leads_to_users] or [looks[document_of(User).collection]]
    chosen: dict[str, Unit] = {}
    for look in to_callers if callers else ():
        chosen[look.document.collection] = Unit(place, look, callers=True, users=False)
    for look in to_users if users else ():
        too = look.document.collection in chosen
        chosen[look.document.collection] = Unit(place, look, callers=too, users=True)
    return tuple(chosen.values())


def _kinds(facts: Iterable[Fact]) -> set[Category]:
    return {fact.category for fact in facts if fact.personal}


def _categories(facts: Iterable[Fact], subject: Subject) -> tuple[str, ...]:
    return tuple(sorted({fact.category.value for fact in facts if fact.subject is subject}))


def _room_of(document: Document) -> str:
    return document.struct.__module__.split(".")[1]


def _found(what: re.Pattern[str], part: msgspec.Struct, paths: Iterable[str]) -> set[str]:
    return {one for path in paths for one in _all(what, _strings(_at(part, path)))}


def _all(what: re.Pattern[str], texts: Iterable[str]) -> set[str]:
    return {one for text in texts for one in what.findall(text)}


def _at(part: msgspec.Struct, path: str) -> Any:
    first, _, rest = path.partition(".")
    return _below(getattr(part, first, None), rest)


def _below(value: Any, path: str) -> Any:
    if not path:
        return value
    if isinstance(value, list | tuple):
        return [_below(one, path) for one in value]
    first, _, rest = path.partition(".")
    return _below(value.get(first), rest) if isinstance(value, dict) else None


def _strings(value: Any) -> set[str]:
    return set(_each(value))


def _each(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("ascii", "ignore")
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _each(inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from _each(inner)
