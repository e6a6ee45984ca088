"""What a client's card makes of a person, and a person as the card that a client wrote, with what changed since. Pure.

The card is kept as it came. Of a person who was changed since, elsewhere, only the lines that say otherwise are
replaced, so that what the address book has no place for is given back as it was: pictures, parameters, properties that
nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from call24.address_book_files.vcard_people import card_of, entry_of
from call24.address_book_files.vcards import Card as Parsed
from call24.address_book_files.vcards import Property, escaped
from call24.carddav.card_lines import CardLines, Line, line_of, parsed, unfolded
from call24.carddav.versions import as_version
from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.people import rules
from call24.people.model import Person
from call24.people.rules import numbers_of, tidy

ORDER, FIELD = "X-CALL24-NAME-ORDER", "X-CALL24-FIELD"
UNNAMED = "Unnamed"
_NAMES = ("given", "family", "patronymic", "order")
_MOST = {
    "numbers": rules.NUMBERS_MAX,
    "emails": rules.EMAILS_MAX,
    "addresses": rules.ADDRESSES_MAX,
    "tags": rules.TAGS_MAX,
    "fields": rules.FIELDS_MAX,
}
_LENGTHS = {
    **dict.fromkeys(("given", "family", "patronymic", "phonetic"), rules.NAME_MAX),
    "company": rules.COMPANY_MAX,
    "notes": rules.NOTES_MAX,
}
_PARTS = {"Prefix": "N", "Suffix": "N", "Display name": "N", "Department": "ORG"}
"""Own fields that stand in a property of something else."""
_APPLE = ("X-AB", "X-PHONETIC-", "X-SOCIALPROFILE", "X-ADDRESSBOOKSERVER-", "X-MAIDENNAME", "X-APPLE-")
"""Properties that iOS knows: where one of these is missing, its user took it away."""
_AGAIN = re.compile(r" \d+$")


def asked_of(card: CardLines, region: str | None) -> dict[str, Any]:
    """As `People.add` takes it: every field. What breaks a rule of the address book is left to the card: a client would
    send the same again for ever. `region`: by which national numbers are read.
    """
    made = _fitted(entry_of(Parsed(line=1, properties=tuple(one.parsed for one in card.lines)), "given_first").asked)
    made["numbers"] = _readable(made["numbers"], region)
    if not (made["given"] or made["family"] or made["patronymic"] or made["company"]):
        known = [one["address"] for one in made["emails"]] + [one["number"] for one in made["numbers"]]
        made["given"] = (known[0] if known else UNNAMED)[: rules.NAME_MAX]
    return made


def kept_of(card: CardLines, before: Person, earlier: CardLines | None) -> tuple[CardLines, dict[str, Any]]:
    """Of a client that does not give back what it does not know: the card with this, and what else of `before` stays.

    Whether it does is seen by the order of names, which every card of ours has.
    """
    if card.all(ORDER):
        return card, {}
    names = {one.name for one in card.lines}
    lost = [
        one
        for one in (earlier.lines if earlier is not None else ())
        if one.name.startswith("X-")
        and not one.parsed.group
        and one.name not in names
        and not one.name.startswith(_APPLE)
    ]
    plain = [one for one in earlier.lines if one.name != FIELD] if earlier is not None else []
    known = {_KEYS["fields"](one) for line in plain for one in _said(line, plain, "fields", None)}
    fields = [{"name": one.name, "value": one.value} for one in before.fields if _is_own(one.name)]
    own = [one for one in fields if _KEYS["fields"](one) not in known]
    return CardLines(card.version, (*card.lines, *lost)), {"order": before.order, "fields": own}


def shown(person: Person, kept: CardLines | None, uid: str, version: str, region: str | None) -> CardLines:
    """The card of a person as a client is given it. `kept`: as a client last wrote it."""
    fresh = _fresh(person, version)
    made = fresh if kept is None else as_version(CardLines(kept.version, _merged(person, kept, region)), version)
    lines = [one for one in made.lines if one.name not in ("REV", "UID", ORDER)]
    ours = [Property("UID", escaped(uid)), Property("REV", iso(person.updated_at)), Property(ORDER, person.order)]
    return CardLines(version, (*lines, *map(line_of, ours)))


def _fresh(person: Person, version: str) -> CardLines:
    return parsed(unfolded(card_of(person, version).splitlines())[1:-1])


def _merged(person: Person, kept: CardLines, region: str | None) -> tuple[Line, ...]:
    before, now = asked_of(kept, region), _now(person)
    fresh = _fresh(person, kept.version)
    lines = list(kept.lines)
    if any(before[name] != now[name] for name in _NAMES) or _parts(before, "N") != _parts(now, "N"):
        lines = _replaced(lines, ("FN", "N"), _names(fresh, now))
    if before["company"] != now["company"] or _parts(before, "ORG") != _parts(now, "ORG"):
        lines = _replaced(lines, ("ORG",), _company(now))
    if before["phonetic"] != now["phonetic"]:
        names = ("X-PHONETIC-FIRST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME")
        lines = _replaced(lines, names, fresh.all("X-PHONETIC-FIRST-NAME"))
    if before["notes"] != now["notes"]:
        lines = _replaced(lines, ("NOTE",), fresh.all("NOTE"))
    if before["tags"] != now["tags"]:
        lines = _replaced(lines, ("CATEGORIES",), fresh.all("CATEGORIES"))
    for field, key in _KEYS.items():
        if [key(one) for one in before[field]] != [key(one) for one in now[field]]:
            lines = _lines_of(lines, field, before, now, fresh, region)
    return tuple(lines)


def _now(person: Person) -> dict[str, Any]:
    return {
        "given": person.given,
        "family": person.family,
        "patronymic": person.patronymic,
        "phonetic": person.phonetic,
        "order": person.order,
        "company": person.company,
        "notes": person.notes,
        "tags": list(person.tags),
        "numbers": [{"number": one.number, "label": one.label} for one in person.numbers],
        "emails": [{"address": one.address, "label": one.label} for one in person.emails],
        "addresses": [{"text": one.text, "label": one.label} for one in person.addresses],
        "fields": [{"name": one.name, "value": one.value} for one in person.fields],
    }


_KEYS: dict[str, Callable[[Mapping[str, str]], tuple[str, str]]] = {
    "numbers": lambda one: (one["number"], one["label"]),
    "emails": lambda one: (one["address"].casefold(), one["label"]),
    "addresses": lambda one: (one["text"], one["label"]),
    "fields": lambda one: (_AGAIN.sub("", one["name"]), one["value"]),
}
"""Lists whose lines stand for themselves, and by what two are the same."""


def _lines_of(
    lines: list[Line],
    field: str,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    fresh: CardLines,
    region: str | None,
) -> list[Line]:
    """Lines whose words still stand stay; those of words that went go; what is new comes after."""
    key = _KEYS[field]
    was, wanted = {key(one) for one in before[field]}, {key(one) for one in now[field]}
    stays, there, gone = list[Line](), set[tuple[str, str]](), set[str]()
    for line in lines:
        said = {key(one) for one in _said(line, lines, field, region)} - {("", "")}
        if said and not said & wanted and said & was:
            gone.add(line.parsed.group)
            continue
        there |= said & wanted
        stays.append(line)
    groups = {one.parsed.group for one in stays if one.name != "X-ABLABEL"}
    stays = [one for one in stays if one.name != "X-ABLABEL" or one.parsed.group not in gone - groups]
    taken = {one.parsed.group for one in stays}
    for line in fresh.lines:
        said = {key(one) for one in _said(line, fresh.lines, field, region)}
        if said and not said & there and said & wanted:
            stays += _apart([line, *_labels(fresh, line)], taken)
    return stays


def _said(line: Line, lines: Sequence[Line], field: str, region: str | None) -> list[dict[str, str]]:
    """What a line says of a person by itself, in a field that is a list."""
    if line.name in ("N", "FN", "ORG", "X-ABLABEL"):
        return []
    group = line.parsed.group
    labels = [one.parsed for one in lines if one.name == "X-ABLABEL" and group and one.parsed.group == group]
    made = _fitted(entry_of(Parsed(line=1, properties=(line.parsed, *labels)), "given_first").asked)
    made["numbers"] = _readable(made["numbers"], region)
    found: list[dict[str, str]] = made[field]
    return found


def _labels(card: CardLines, line: Line) -> list[Line]:
    group = line.parsed.group
    return [one for one in card.all("X-ABLABEL") if group and one.parsed.group == group]


def _apart(lines: Sequence[Line], taken: set[str]) -> list[Line]:
    """With a group of their own, where they have one that is taken."""
    group = lines[0].parsed.group
    if not group:
        return list(lines)
    free, count = group, 1
    while free in taken:
        free, count = f"item{count}", count + 1
    taken.add(free)
    made = [Property(one.name, one.parsed.value, free, one.parsed.parameters) for one in lines]
    return [line_of(one if one.name != "X-ABLABEL" else Property("X-ABLabel", one.value, free)) for one in made]


def _replaced(lines: Iterable[Line], names: Sequence[str], by: Iterable[Line]) -> list[Line]:
    return [*(one for one in lines if one.name not in names), *by]


def _names(fresh: CardLines, now: Mapping[str, Any]) -> list[Line]:
    parts = dict(_parts(now, "N"))
    names = [now["family"], now["given"], now["patronymic"], parts.get("Prefix", ""), parts.get("Suffix", "")]
    shown = [line_of(Property("FN", escaped(parts["Display name"])))] if "Display name" in parts else fresh.all("FN")
    return [*shown, line_of(Property("N", ";".join(map(escaped, names))))]


def _company(now: Mapping[str, Any]) -> list[Line]:
    units = [escaped(value) for _, value in _parts(now, "ORG")]
    return [line_of(Property("ORG", ";".join([escaped(now["company"]), *units])))] if now["company"] or units else []


def _parts(asked: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    return [(one["name"], one["value"]) for one in asked["fields"] if _PARTS.get(one["name"]) == name]


def _is_own(name: str) -> bool:
    """Whether a field stands in a card in a property of ours."""
    return name not in ("Title", "Role", "Nickname", "Website") and name not in _PARTS


def _fitted(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Every field, with what the rules of the address book let stand; numbers as they came."""
    made: dict[str, Any] = {field: asked.get(field, "") for field in _LENGTHS}
    made["order"] = asked.get("order", "given_first")
    for field, most in _MOST.items():
        made[field] = list(asked.get(field, ()))[:most] if field != "numbers" else list(asked.get(field, ()))
    for field, most in _LENGTHS.items():
        made[field] = _line(made[field], most) if field != "notes" else _text(made[field], most)
    for field in ("numbers", "emails", "addresses"):
        made[field] = [{**one, "label": _line(one["label"], rules.LABEL_MAX)} for one in made[field]]
    made["tags"] = list(dict.fromkeys(filter(None, (_line(one, rules.LABEL_MAX) for one in made["tags"]))))
    made["fields"] = [{**one, "name": _line(one["name"], rules.LABEL_MAX)} for one in made["fields"]]
    for field in ("emails", "addresses", "fields"):
        made[field] = [one for one in made[field] if _stands(field, one)]
    if "fields" in made:
        made["fields"] = list({one["name"]: one for one in made["fields"]}.values())
    return made


def _stands(field: str, one: Mapping[str, str]) -> bool:
    try:
        tidy({field: [one]})
    except Invalid:
        return False
    return True


def _readable(numbers: Iterable[Mapping[str, str]], region: str | None) -> list[dict[str, str]]:
    """In E.164, each once; what is no number stays in the card alone."""
    made: dict[str, dict[str, str]] = {}
    for one in numbers:
        if len(made) == rules.NUMBERS_MAX:
            break
        try:
            [(number, _, label)] = numbers_of([one], region)
        except Invalid:
            continue
        made.setdefault(number, {"number": number, "label": label})
    return list(made.values())


def _line(text: str, most: int) -> str:
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:most].strip()


def _text(text: str, most: int) -> str:
    made = text.replace("\r\n", "\n").strip()
    return "".join(char for char in made if char.isprintable() or char in "\n\t")[:most].strip()
