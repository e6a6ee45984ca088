"""Where the data map promises what nothing carries out: a test fails on each such gap. Pure.

It looks at declarations alone; that what is declared is also done is held by tests with the composed server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from call24.data_map import (
    Browser,
    ByAge,
    ChangedByRoom,
    Closing,
    Document,
    Expires,
    GivenTo,
    Memory,
    OnItsDay,
    Place,
    Subject,
    UntilSignOut,
    WithAccount,
    WithDocument,
    WithInstallation,
    WithOrganisation,
    WithParent,
)
from call24.data_map.places import Kept
from call24.data_map.traces import WITH_ACCOUNT
from call24.kit.holdings import Holdings
from call24.kit.mongo import Index

_OF_NO_CALLER = (WithOrganisation, WithInstallation, WithAccount)


def gaps(documents: Iterable[Document], holdings: Iterable[Holdings], indexes: Iterable[Index]) -> list[str]:
    """What is wrong with these declarations, each as a sentence that says what to do."""
    rooms, made = {room.room: room for room in holdings}, list(indexes)
    found: list[str] = []
    for document in documents:
        room = rooms.get(room_of(document.struct))
        if room is None:
            found.append(f"{document.collection}: its room has no personal_data.py")
            continue
        found += _of_user(document, room)
        found += _of_caller(document)
        found += _of_day(document, room, made)
    return found


def room_of(struct: type) -> str:
    """`call24.tasks.model.Task` -> `tasks`."""
    return struct.__module__.split(".")[1]


def _of_user(document: Document, room: Holdings) -> Iterator[str]:
    name = document.collection
    traces = [trace for trace in room.traces if trace.struct is document.struct]
    if any(fact.subject is Subject.USER for fact in document.facts.values()) and not traces:
        yield f"{name}: names a user, and no trace of {room.room} says what deletion of the account does with it"
    if isinstance(document.kept, WithAccount) and WITH_ACCOUNT not in [trace.erase for trace in traces]:
        yield f"{name}: kept until the account is deleted, which does not delete it"
    changed = any(isinstance(trace.erase, ChangedByRoom) for trace in traces)
    if changed and not any(keeper.forget_person for keeper in room.keepers):
        yield f"{name}: changed when the account is deleted, and no keeper of {room.room} has forget_person"


def _of_caller(document: Document) -> Iterator[str]:
    for path, fact in document.facts.items():
        kept = document.kept_of(path)
        if fact.subject is Subject.CALLER and isinstance(kept, _OF_NO_CALLER) and not getattr(kept, "although", ""):
            yield f"{document.collection}.{path}: is a caller's, and its rule never ends"


def _of_day(document: Document, room: Holdings, indexes: list[Index]) -> Iterator[str]:
    name = document.collection
    rules = [document.kept, *(fact.kept for fact in document.facts.values())]
    days = [rule for rule in rules if isinstance(rule, OnItsDay)]
    if any(rule.by == "room" for rule in days) and not any(keeper.erase_due for keeper in room.keepers):
        yield f"{name}: goes on its day by its room, and no keeper of {room.room} has erase_due"
    own = [index for index in indexes if index.struct is document.struct and not index.retired]
    for rule in days:
        if not any(rule.field in index.keys for index in own):
            yield f"{name}: no index finds what is due by {rule.field}"
    ttl = {(index.keys[0], index.expires_s) for index in own if index.expires_s is not None}
    said = {(rule.field, rule.after.total_seconds()) for rule in rules if isinstance(rule, Expires)}
    if ttl != said:
        yield f"{name}: TTL indexes {sorted(ttl)} and rules {sorted(said)} differ"
    if isinstance(document.kept, WithDocument):
        yield f"{name}: a document is not kept with itself"


def place_gaps(holdings: Iterable[Holdings], documents: Iterable[Document]) -> list[str]:
    """The same of what is kept outside of MongoDB."""
    rooms, stored = list(holdings), {document.collection: document for document in documents}
    found = [gap for room in rooms for place in room.places for gap in _of_place(place, room, stored)]
    given = {place.where.whom for room in rooms for place in room.places if isinstance(place.where, GivenTo)}
    said = {to for document in stored.values() for fact in document.facts.values() for to in fact.recipients}
    return [*found, *(f"{whom}: is given something, and no room has a place for it" for whom in sorted(said - given))]


def _of_place(place: Place, room: Holdings, documents: Mapping[str, Document]) -> Iterator[str]:
    kept, where = place.kept, place.where
    by_room = (isinstance(kept, ByAge) and kept.by == "room") or _goes_on_a_day(kept, documents)
    if by_room and not any(keeper.erase_due for keeper in room.keepers):
        yield f"{where}: goes on its day by its room, and no keeper of {room.room} has erase_due"
    if isinstance(kept, WithParent) and kept.collection not in documents:
        yield f"{where}: kept with {kept.collection}, which is no collection"
    if isinstance(kept, WithInstallation) and place.personal:
        yield f"{where}: is a person's, and its rule never ends"
    if isinstance(kept, UntilSignOut) and not isinstance(where, Browser):
        yield f"{where}: nobody signs out of it"
    if place.closing is Closing.ROOM and not any(keeper.forget_organisation for keeper in room.keepers):
        yield f"{where}: deleted by its room when an organisation is closed, and no keeper of {room.room} does"
    if isinstance(place.account, ChangedByRoom) and not any(keeper.forget_person for keeper in room.keepers):
        yield f"{where}: changed when the account is deleted, and no keeper of {room.room} has forget_person"
    if (
        isinstance(where, Memory)
        and place.closing is Closing.ROOM
        and where.of not in [keeper.of for keeper in room.keepers]
    ):
        yield f"{where}: is no keeper of {room.room}"


def _goes_on_a_day(kept: Kept, documents: Mapping[str, Document]) -> bool:
    """Whether its document goes on its day by its room, which deletes the file before it."""
    parent = documents.get(kept.collection) if isinstance(kept, WithParent) else None
    return parent is not None and isinstance(parent.kept, OnItsDay) and parent.kept.by == "room"
