"""Two people made one, and what was done with a person undone: field by field. Pure.

Undoing loses nothing: what was changed since stays as it is now, what was added since stays, what was removed since
stays away; everything else is as it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

from call24.kit.errors import Invalid
from call24.kit.folding import folded
from call24.kit.ids import ContactId
from call24.people import rules
from call24.people.model import Person
from call24.people.rules import completed

T = TypeVar("T")
Whose = Literal["kept", "other"]

SINGLE = ("given", "family", "patronymic", "phonetic", "order", "company", "notes", "picture")
"""Fields that have one value."""
_BETWEEN = "\n\n"
"""Paragraphs of notes, which are joined and taken apart by them."""
_KEYS: dict[str, Callable[[Any], str]] = {
    "numbers": lambda one: str(one.number),
    "emails": lambda one: str(one.address).casefold(),
    "addresses": lambda one: folded(one.text),
    "tags": lambda one: str(one).casefold(),
    "fields": lambda one: folded(one.name),
}
"""Lists, and by what two of their lines are the same."""
_MOST = {
    "numbers": rules.NUMBERS_MAX,
    "emails": rules.EMAILS_MAX,
    "addresses": rules.ADDRESSES_MAX,
    "tags": rules.TAGS_MAX,
    "fields": rules.FIELDS_MAX,
}


def merged(kept: Person, other: Person, take: Mapping[str, Whose], now: datetime) -> Person:
    """`kept` with what `other` has. `take`: whose value, of fields that have one; `fields`: of own fields of one name.

    Where nothing is said: kept's, or other's where kept has none; notes of both, one below the other. Lists have all
    lines of both. Raises: Invalid where there are too many, or too much text.
    """
    made: dict[str, Any] = {}
    for field in SINGLE:
        ours, theirs = getattr(kept, field), getattr(other, field)
        match take.get(field):
            case "kept":
                made[field] = ours
            case "other":
                made[field] = theirs
            case _:
                made[field] = _joined(ours, theirs) if field == "notes" else ours or theirs
    if take.get("order") is None and not (kept.given or kept.family or kept.patronymic):
        made["order"] = other.order
    for field, key in _KEYS.items():
        first, second = (getattr(one, field) for one in (kept, other))
        lines = {key(one): one for one in first}
        for line in second:
            if key(line) not in lines or (field == "fields" and take.get(field) == "other"):
                lines[key(line)] = line
        made[field] = tuple(lines.values())
    return _checked(msgspec.structs.replace(kept, **made, version=kept.version + 1, updated_at=now))


def reverted(person: Person, before: Person, after: Person, now: datetime) -> Person:
    """`person`, as it is now, without what made `after` of `before`. Raises: Invalid where that is too much."""
    made: dict[str, Any] = {}
    for field in SINGLE:
        value = getattr(person, field)
        made[field] = getattr(before, field) if value == getattr(after, field) else value
    if person.notes != after.notes:
        made["notes"] = _BETWEEN.join(_without(*(_parts(one.notes) for one in (person, before, after))))
    for field, key in _KEYS.items():
        today, then, made_of_it = ({key(one): one for one in getattr(who, field)} for who in (person, before, after))
        made[field] = tuple(_without(today, then, made_of_it))
    return _checked(msgspec.structs.replace(person, **made, version=person.version + 1, updated_at=now))


def back(before: Person, now: datetime) -> Person:
    """Who was deleted, or went into another, as they were."""
    return completed(msgspec.structs.replace(before, version=before.version + 1, updated_at=now))


def bare(person: Person) -> Person:
    """Without what searches go by, which `completed` makes again."""
    return msgspec.structs.replace(person, found_by=(), found_near=(), match_keys=(), sort_name="")


def numbers_in(*people: Person | None) -> tuple[ContactId, ...]:
    return tuple(dict.fromkeys(id for one in people if one is not None for id in one.contact_ids))


def changed_fields(before: Person, after: Person) -> list[str]:
    return [field for field in (*SINGLE, *_KEYS) if getattr(before, field) != getattr(after, field)]


def _without(today: Mapping[str, T], before: Mapping[str, T], after: Mapping[str, T]) -> list[T]:
    """The lines of `today` without what made `after` of `before`."""
    lines: dict[str, T] = {}
    for name, line in before.items():
        removed_since = name in after and name not in today
        if not removed_since:
            changed_since = name in today and today[name] != after.get(name)
            lines[name] = today[name] if changed_since else line
    added_since = {name: line for name, line in today.items() if line != after.get(name) and name not in lines}
    return list((lines | added_since).values())


def _parts(notes: str) -> dict[str, str]:
    return {part: part for part in notes.split(_BETWEEN) if part}


def _joined(ours: str, theirs: str) -> str:
    return ours if not theirs or theirs in ours else theirs if ours in theirs else f"{ours}{_BETWEEN}{theirs}"


def _checked(person: Person) -> Person:
    wrong = [
        (field, f"at most {most} together: remove some first")
        for field, most in _MOST.items()
        if len(getattr(person, field)) > most
    ]
    if len(person.notes) > rules.NOTES_MAX:
        wrong.append(("notes", f"at most {rules.NOTES_MAX} characters together: choose one person's, or shorten them"))
    if wrong:
        raise Invalid(errors=wrong)
    return completed(person)
