"""What may stand in an entry of the address book, how its name is shown, and what it is found by. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from call24.kit.errors import Invalid
from call24.kit.folding import folded, near
from call24.kit.ids import ContactId
from call24.kit.phone import parse_e164
from call24.people.model import CustomField, Person, PersonAddress, PersonEmail

NAME_MAX = 60
COMPANY_MAX = 120
NOTES_MAX = 4000
LINE_MAX = 200
ADDRESS_MAX = 400
NUMBERS_MAX = 10
EMAILS_MAX = 10
ADDRESSES_MAX = 5
TAGS_MAX = 20
FIELDS_MAX = 20
LABEL_MAX = 40
SHOWN_MAX = 100
"""Characters of a name as calls show it."""
WORD_MAX = 40
"""Of a word: what comes after is not searched."""

NAME_ORDERS = {
    "given_first": ("given", "patronymic", "family"),
    "family_first": ("family", "given", "patronymic"),
    "patronymic_first": ("patronymic", "given", "family"),
}
"""The parts of a name as they are shown."""
_EMAIL = re.compile(r"^[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}$")
_PARTS = re.compile(r"[^\W_]+")
_NUMBER_PART_MIN = 3


def name_of(person: Person) -> str:
    """As it is shown: the names in the person's own order; of who has none, the company."""
    words = [getattr(person, field) for field in NAME_ORDERS[person.order]]
    return " ".join(word for word in words if word) or person.company


def shown(person: Person) -> str:
    """The same, as short as a call shows it."""
    return name_of(person)[:SHOWN_MAX].rstrip()


def words_of(text: str) -> list[str]:
    """The words of a search, folded; what stands on both sides of a hyphen is two."""
    return [word[:WORD_MAX] for part in _PARTS.findall(text) if (word := folded(part))]


def number_part(text: str) -> str | None:
    """The digits of a text that can be a part of a number, however it is written; None if it cannot."""
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    return digits if len(digits) >= _NUMBER_PART_MIN and not any(char.isalpha() for char in text) else None


def found_by(person: Person) -> tuple[str, ...]:
    """Every ending of each word of names and company, and of each number, as it is dialled and as it was typed.

    Endings of a letter or two digits, which would find a good part of everybody, are left out: each is a key of an
    index, and an import writes them all.
    """
    texts = (person.given, person.family, person.patronymic, person.phonetic, person.company)
    words = {word for text in texts for word in words_of(text)}
    numbers = {_digits(text) for one in person.numbers for text in (one.number, one.typed)}
    endings = {word[n:] for word in words for n in range(max(1, len(word) - 1))}
    return tuple(sorted(endings | {number[n:] for number in numbers for n in range(max(1, len(number) - 2))}))


def found_near(person: Person) -> tuple[str, ...]:
    """What the words of names and company are found by though a letter is wrong, missing or too much (`near_to`)."""
    texts = (person.given, person.family, person.patronymic, person.phonetic, person.company)
    return tuple(sorted({form for text in texts for word in words_of(text) for form in near(word)}))


def completed(person: Person) -> Person:
    """With what follows from the rest. Raises: Invalid where nothing says who it is."""
    if not name_of(person):
        raise Invalid(errors=[("given", "give a name (given, family or patronymic) or a company")])
    return msgspec.structs.replace(
        person,
        contact_ids=tuple(dict.fromkeys(one.contact_id for one in person.numbers)),
        sort_name=folded(name_of(person)),
        found_by=found_by(person),
        found_near=found_near(person),
        compared=False,
    )


def tidy(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a Person, checked, but for the numbers. Raises: Invalid, with each that is wrong."""
    wrong: list[tuple[str, str]] = []
    made: dict[str, Any] = {}
    for field, value in asked.items():
        match field:
            case "given" | "family" | "patronymic" | "phonetic":
                made[field] = _line(wrong, field, value, NAME_MAX)
            case "company":
                made[field] = _line(wrong, field, value, COMPANY_MAX)
            case "notes":
                made[field] = _text(wrong, field, value, NOTES_MAX)
            case "order":
                made[field] = value
            case "tags":
                tags = (_line(wrong, f"tags.{n}", one, LABEL_MAX) for n, one in enumerate(value))
                made[field] = tuple(dict.fromkeys(tag for tag in tags if tag))
            case "emails":
                made[field] = tuple(_email(wrong, f"emails.{n}", one) for n, one in enumerate(value))
            case "addresses":
                made[field] = tuple(
                    PersonAddress(
                        text=_text(wrong, f"addresses.{n}.text", one["text"], ADDRESS_MAX, empty=False),
                        label=_line(wrong, f"addresses.{n}.label", one["label"], LABEL_MAX),
                    )
                    for n, one in enumerate(value)
                )
            case "fields":
                made[field] = _fields(wrong, value)
    if wrong:
        raise Invalid(errors=wrong)
    return made


def numbers_of(asked: Sequence[Mapping[str, str]], region: str | None) -> list[tuple[str, str, str]]:
    """E.164, as typed, and label. `region`: by whose rules national numbers are read. Raises: Invalid."""
    wrong: list[tuple[str, str]] = []
    made: dict[str, tuple[str, str, str]] = {}
    for n, one in enumerate(asked):
        typed, number = " ".join(one["number"].split()), parse_e164(one["number"], region)
        if number is None or not typed.isprintable():
            wrong.append((f"numbers.{n}.number", "a telephone number, such as +44 20 7946 0123"))
        elif number in made:
            wrong.append((f"numbers.{n}.number", "each number once"))
        else:
            made[number] = number, typed, _line(wrong, f"numbers.{n}.label", one["label"], LABEL_MAX)
    if wrong:
        raise Invalid(errors=wrong)
    return list(made.values())


def without(person: Person, gone: Iterable[ContactId]) -> Person:
    """The same without these numbers."""
    going = set(gone)
    numbers = tuple(one for one in person.numbers if one.contact_id not in going)
    return completed(msgspec.structs.replace(person, numbers=numbers))


def of_number(people: Sequence[Person], contact_id: str) -> list[Person]:
    """What may be told to who has this number: the whole entry where it is one person's alone; where several share
    it, of each the number and what kind it is, since the rest is another's, or may be.
    """
    if len(people) <= 1:
        return list(people)
    return [
        Person(
            id=one.id,
            tenant_id=one.tenant_id,
            numbers=tuple(number for number in one.numbers if number.contact_id == contact_id),
            contact_ids=(ContactId(contact_id),),
            version=one.version,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )
        for one in people
    ]


def _line(wrong: list[tuple[str, str]], place: str, value: str, most: int) -> str:
    line = " ".join(value.split())
    if len(line) > most or not line.isprintable():
        wrong.append((place, f"at most {most} printable characters, on one line"))
    return line


def _text(wrong: list[tuple[str, str]], place: str, value: str, most: int, *, empty: bool = True) -> str:
    text = value.replace("\r\n", "\n").strip()
    if len(text) > most or not all(char.isprintable() or char in "\n\t" for char in text) or not (text or empty):
        wrong.append((place, f"{'at most' if empty else '1 to'} {most} printable characters"))
    return text


def _email(wrong: list[tuple[str, str]], place: str, one: Mapping[str, str]) -> PersonEmail:
    address = one["address"].strip()
    if not _EMAIL.match(address) or not address.isprintable():
        wrong.append((f"{place}.address", "an e-mail address"))
    return PersonEmail(address=address, label=_line(wrong, f"{place}.label", one["label"], LABEL_MAX))


def _fields(wrong: list[tuple[str, str]], value: Sequence[Mapping[str, str]]) -> tuple[CustomField, ...]:
    made: dict[str, CustomField] = {}
    for n, one in enumerate(value):
        name = _line(wrong, f"fields.{n}.name", one["name"], LABEL_MAX)
        if not name or name in made:
            wrong.append((f"fields.{n}.name", "a name, each once"))
        made[name] = CustomField(name=name, value=_line(wrong, f"fields.{n}.value", one["value"], LINE_MAX))
    return tuple(made.values())


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdigit())
