"""The tables of the policy, from the data map: for each kind of a person's data what for, how long and who gets it.

Pure. The wording of purposes, rules and recipients is the data map's; only kinds of data get words here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from call24.data_map import Category, Document, Fact, GivenTo, Place, Subject
from call24.policy.texts import Row, Tables

WORDS = {
    Category.NAME: "Names",
    Category.EMAIL: "E-mail addresses",
    Category.PHONE: "Phone numbers",
    Category.ID: "Identifiers that stand for a person",
    Category.CREDENTIALS: "What is used to sign in",
    Category.DEVICE: "Devices",
    Category.TELEMETRY: "Reports of failures of the app",
    Category.IP_ADDRESS: "IP addresses",
    Category.BEHAVIOR: "What somebody did, and when",
    Category.LOCATION: "Country or area of a phone number",
    Category.WORK: "Roles and work",
    Category.TEXT: "What was written down",
    Category.MESSAGE: "Messages and answers on their way",
    Category.PICTURE: "Pictures",
    Category.VOICE: "Sound of calls",
}
"""Of each category that a person's data has."""

_FIELD = re.compile(r" ?\(`[^`]*`\)|`")


def tables(documents: Iterable[Document], places: Iterable[Place]) -> Tables:
    """Raises: KeyError for a category of a person's data that has no words."""
    found = [*_stored(documents), *_placed(places)]
    return Tables(callers=_rows(found, Subject.CALLER), users=_rows(found, Subject.USER), recipients=_recipients(found))


Found = tuple[Fact, str, tuple[str, ...]]
"""What is said of a field, how long it is kept, who is given it."""


def _stored(documents: Iterable[Document]) -> Iterator[Found]:
    for document in documents:
        for path, fact in document.facts.items():
            if fact.personal:
                yield fact, str(document.kept_of(path)), tuple(map(str, fact.recipients))


def _placed(places: Iterable[Place]) -> Iterator[Found]:
    for place in places:
        given = (str(place.where.whom),) if isinstance(place.where, GivenTo) else ()
        for fact in place.what.values():
            if fact.personal:
                yield fact, str(place.kept), (*given, *map(str, fact.recipients))


def _rows(found: Iterable[Found], subject: Subject) -> tuple[Row, ...]:
    kinds: dict[Category, list[Found]] = defaultdict(list)
    for one in found:
        if one[0].subject is subject:
            kinds[one[0].category].append(one)
    return tuple(
        Row(
            what=WORDS[category],
            purposes=_each(fact.purpose for fact, _, _ in kinds[category]),
            kept=_each(_FIELD.sub("", kept) for _, kept, _ in kinds[category]),
            basis=_each(str(fact.basis) for fact, _, _ in kinds[category]),
            recipients=_each(name for _, _, names in kinds[category] for name in names),
        )
        for category in WORDS
        if category in kinds
    )


def _recipients(found: Iterable[Found]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    given: dict[str, set[str]] = defaultdict(set)
    for fact, _, names in found:
        for name in names:
            given[name].add(WORDS[fact.category])
    return tuple((name, tuple(sorted(given[name]))) for name in sorted(given))


def _each(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
