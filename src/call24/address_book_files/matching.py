"""Whether a row is somebody who is in the address book already, and what that person is with it. Pure.

A number or an e-mail address that two share is not enough: families and offices share them, and two people are never
made one. The rest must speak for one person too, as with suspected duplicates (`people/duplicate_rules.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from call24.kit.ids import PersonId
from call24.people.duplicate_rules import SUSPECT, compared, facts_of
from call24.people.history_rules import SINGLE, Whose, bare, merged
from call24.people.model import Person
from call24.people.rules import words_of

_NAMES = ("given", "family", "patronymic")


def found_in(person: Person, candidates: Sequence[Person]) -> list[Person]:
    """Of these, who shares a number or an e-mail address with the person and is the same."""
    return [one for one in candidates if _share(person, one) and _same(person, one)]


def _share(one: Person, other: Person) -> bool:
    if set(one.contact_ids) & set(other.contact_ids):
        return True
    return bool({mail.address.casefold() for mail in one.emails} & {mail.address.casefold() for mail in other.emails})


def _same(one: Person, other: Person) -> bool:
    ours, theirs = ([words_of(getattr(who, name)) for name in _NAMES] for who in (one, other))
    if not any(ours) or not any(theirs):
        return not any(ours) and not any(theirs) and words_of(one.company) == words_of(other.company)
    return ours == theirs or compared(facts_of(one), facts_of(other)).score >= SUSPECT


def updated(there: Person, row: Person, now: datetime) -> Person:
    """Who is there, with what the row has: its names and company instead of theirs, its lines and notes beside theirs.

    Nothing that the row lacks is taken away. Raises: Invalid where it is too much together.
    """
    take: dict[str, Whose] = {field: "other" for field in SINGLE if field != "notes" and getattr(row, field)}
    take["fields"] = "other"
    if not any(getattr(row, name) for name in _NAMES):
        take["order"] = "kept"
    return merged(there, row, take, now)


def unchanged(before: Person, after: Person) -> bool:
    """But for what searches go by."""
    same = {"version": before.version, "updated_at": before.updated_at, "compared": before.compared}
    return bare(msgspec.structs.replace(after, **same)) == bare(before)


class ByKey:
    """People by what two of them can share."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by: dict[str, dict[PersonId, Person]] = {}
        for one in people:
            self.add(one)

    def add(self, person: Person) -> None:
        for key in _keys(person):
            self._by.setdefault(key, {})[person.id] = person

    def near(self, person: Person) -> list[Person]:
        return list({id: one for key in _keys(person) for id, one in self._by.get(key, {}).items()}.values())


def _keys(person: Person) -> Iterator[str]:
    yield from person.contact_ids
    yield from (one.address.casefold() for one in person.emails)
