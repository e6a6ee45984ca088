"""What the address book tells the activity log: people written down, changed, merged, deleted and brought back.

Changes are kept for as long as they can be undone (history_model.py). Of private entries only their user is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from call24.kit.activity import (
    NOTHING,
    ActivityChange,
    ActivityEntry,
    ActivityQuestion,
    ActivitySource,
    ActivitySubject,
    Opens,
    Place,
    Told,
    read_down,
    told_of,
    words,
)
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.people.history_model import HistoryEntry
from call24.people.history_rules import SINGLE, changed_fields
from call24.people.model import Person
from call24.people.rules import name_of
from call24.people.service import People
from call24.people.store import PersonStore

UNDONE_MAX = 500
"""Of one person or number; of more, the newest."""
_NEWEST = [("at", -1), ("id", -1)]


class PersonActivity:
    def __init__(self, mongo: Mongo, clock: Clock, people: People) -> None:
        self._mongo = mongo
        self._clock = clock
        self._people = people
        self._store = PersonStore(mongo)

    async def tell_changes(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        rule = self._rule(question)
        if rule is None:
            return NOTHING
        entries = self._entries(question)

        async def read(further: Mapping[str, Any], limit: int) -> list[HistoryEntry]:
            return await entries.find({"$and": [*rule, further]}, sort=_NEWEST, limit=limit)

        return await read_down(question, read, _place, self._changes)

    async def tell_undone(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        rule = self._rule(question)
        if rule is None:
            return NOTHING
        undone: dict[str, Any] = {"undone_at": {"$ne": None}}
        found = await self._entries(question).find({"$and": [*rule, undone]}, sort=_NEWEST, limit=UNDONE_MAX)
        return told_of(question, [_undone(one) for one in found if self._people.may_show(one)])

    async def tell_created(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        people = await self._there(question)
        shown = [self._people.shown(one) for one in people]
        return told_of(question, [_created(one) for one in shown if one is not None])

    def _entries(self, question: ActivityQuestion) -> TenantCollection[HistoryEntry]:
        return self._mongo.tenant(question.viewer.tenant_id).collection(HistoryEntry)

    def _rule(self, question: ActivityQuestion) -> list[Mapping[str, Any]] | None:
        whose = _whose(question.subject)
        private = {"private_to": {"$in": [None, question.viewer.user_id]}}
        return None if whose is None else [whose, private, {"delete_at": {"$gt": self._clock.now()}}]

    async def _there(self, question: ActivityQuestion) -> list[Person]:
        viewer, subject = question.viewer, question.subject
        if subject.person_id is not None:
            found = await self._mongo.tenant(viewer.tenant_id).collection(Person).find({"id": subject.person_id})
            return [one for one in found if one.private_to in (None, viewer.user_id)]
        if subject.task_id is not None:
            return []
        ids = subject.contact_ids
        return [one for id in ids for one in await self._store.of_contact(viewer.tenant_id, id, viewer.user_id)]

    async def _changes(self, found: Sequence[HistoryEntry]) -> list[ActivityEntry]:
        return [_changed(one) for one in found if self._people.may_show(one)]


def _whose(subject: ActivitySubject) -> Mapping[str, Any] | None:
    if subject.person_id is not None:
        return {"$or": [{"person_id": subject.person_id}, {"other_id": subject.person_id}]}
    if subject.task_id is not None or not subject.contact_ids:
        return None
    return {"contact_ids": {"$in": list(subject.contact_ids)}}


def _place(one: HistoryEntry) -> Place:
    return one.at, one.id


def _changed(one: HistoryEntry) -> ActivityEntry:
    """Of a merge, what the title names is who went into the person."""
    changes = () if one.after is None or one.kind == "merged" else _changes(one.before, one.after)
    return ActivityEntry(
        id=one.id,
        kind="person",
        what=one.kind,
        at=one.at,
        by=one.by,
        title=name_of(one.other if one.other is not None else one.after or one.before),
        changes=changes,
        opens=Opens(kind="person", id=one.person_id),
        concerns=one.contact_ids,
        of_person=one.person_id,
    )


def _undone(one: HistoryEntry) -> ActivityEntry:
    assert one.undone_at is not None
    return ActivityEntry(
        id=f"{one.id}.undone",
        kind="person",
        what="undone",
        at=one.undone_at,
        by=one.undone_by,
        title=name_of(one.before),
        detail=one.kind,
        opens=Opens(kind="person", id=one.person_id),
        concerns=one.contact_ids,
        of_person=one.person_id,
    )


def _created(one: Person) -> ActivityEntry:
    return ActivityEntry(
        id=one.id,
        kind="person",
        what="created",
        at=one.created_at,
        by=one.created_by,
        title=name_of(one),
        opens=Opens(kind="person", id=one.id),
    )


def _changes(before: Person, after: Person) -> tuple[ActivityChange, ...]:
    return tuple(
        ActivityChange(field=name, before=_value(before, name), after=_value(after, name))
        for name in changed_fields(before, after)
    )


def _value(person: Person, name: str) -> str | None:
    """As an entry shows it: of lists their lines' first words."""
    value: Any = getattr(person, name)
    if name in SINGLE:
        return words(str(value))
    return words(", ".join(_LINE[name](line) for line in value))


_LINE: dict[str, Callable[[Any], str]] = {
    "numbers": lambda one: str(one.number),
    "emails": lambda one: str(one.address),
    "addresses": lambda one: str(one.text),
    "tags": str,
    "fields": lambda one: f"{one.name}: {one.value}",
}

_READ = "people.read"
ACTIVITY = (
    ActivitySource(name="people changed", permission=_READ, of=PersonActivity, tell=PersonActivity.tell_changes),
    ActivitySource(name="people undone", permission=_READ, of=PersonActivity, tell=PersonActivity.tell_undone),
    ActivitySource(name="people created", permission=_READ, of=PersonActivity, tell=PersonActivity.tell_created),
)
