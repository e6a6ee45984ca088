"""How a person's name is shown, what a person is found by, and what may be told of a shared number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from call24.kit.errors import Invalid
from call24.kit.folding import folded
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.people.model import Person, PersonNumber
from call24.people.rules import completed, name_of, numbers_of, of_number, shown, tidy, words_of

WHEN = datetime(2026, 11, 29, tzinfo=UTC)


def person(**what: Any) -> Person:
    made = Person(id=PersonId("per_1"), tenant_id=TenantId("ten_1"), created_at=WHEN, updated_at=WHEN, **what)
    return completed(made)


def number(e164: str, id: str) -> PersonNumber:
    return PersonNumber(number=e164, typed=e164, contact_id=ContactId(id))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"given": "Anna", "family": "Petrova", "patronymic": "Ivanovna"}, "Anna Ivanovna Petrova"),
        ({"given": "Анна", "family": "Петрова", "patronymic": "Ильинична", "order": "family_first"},
         "Петрова Анна Ильинична"),
        ({"given": "Дорж", "patronymic": "Батын", "order": "patronymic_first"}, "Батын Дорж"),
        ({"company": "Acme Ltd"}, "Acme Ltd"),
    ],
)  # fmt: skip
def test_names_stand_in_the_order_of_the_person(names: dict[str, Any], expected: str) -> None:
    assert name_of(person(**names)) == expected


def test_a_name_is_as_short_as_a_call_shows_it() -> None:
    assert len(shown(person(given="a" * 60, family="b" * 60))) == 100


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Хулан", "khulan"),
        ("Khulan", "хулан"),
        ("Жаргал", "zhargal"),
        ("Жаргал", "jargal"),
        ("Өнөр", "onor"),
        ("Үүрд", "uurd"),
        ("Юлия", "yulia"),
        ("Щукин", "shchukin"),
        ("Андрей", "andrey"),
        ("Андрей", "andrei"),
        ("Žofie", "zofie"),
        ("Müller", "MULLER"),
    ],
)
def test_cyrillic_and_latin_find_one_another(written: str, asked: str) -> None:
    assert folded(written) == folded(asked)
    assert folded(asked) in person(given=written).found_by


def test_a_word_is_found_by_its_middle_and_a_number_as_it_was_typed() -> None:
    ann = person(given="Anna", family="Smith-Jones", company="Northern Lights", numbers=(number("+442079460123", "c"),))
    assert {"mith", "jones", "ghts", "2079460123", "123"} <= set(ann.found_by)
    assert not {"s", "23", "3"} & set(ann.found_by)  # these would find a good part of everybody
    assert "o" in person(given="O", family="Li").found_by
    assert words_of("Smith-Jones, ann") == ["smith", "jones", "ann"]


def test_numbers_are_kept_as_they_are_and_as_they_were_typed() -> None:
    found = numbers_of([{"number": " 020 7946  0123 ", "label": " home "}], "GB")
    assert found == [("+442079460123", "020 7946 0123", "home")]


def test_what_is_wrong_is_said_of_each_field() -> None:
    with pytest.raises(Invalid) as wrong:
        tidy({"given": "a" * 61, "emails": [{"address": "nobody", "label": ""}], "notes": "x" * 4001,
              "fields": [{"name": "Size", "value": "L"}, {"name": "Size", "value": "M"}]})  # fmt: skip
    assert [place for place, _ in wrong.value.errors] == ["given", "emails.0.address", "notes", "fields.1.name"]
    with pytest.raises(Invalid) as numbers:
        numbers_of([{"number": "12", "label": ""}, *[{"number": "020 7946 0123", "label": ""}] * 2], "GB")
    assert [place for place, _ in numbers.value.errors] == ["numbers.0.number", "numbers.2.number"]
    with pytest.raises(Invalid, match="not valid"):
        person(notes="who?")


def test_of_a_shared_number_nothing_is_told_that_may_be_anothers() -> None:
    home, own = number("+442079460123", "home"), number("+442079460124", "own")
    ann, ben = person(given="Anna", numbers=(home, own), notes="secret"), person(given="Ben", numbers=(home,))
    assert of_number([ann], "home") == [ann]
    told = of_number([ann, ben], "home")
    assert [one.numbers for one in told] == [(home,), (home,)]
    assert {(one.given, one.notes, one.found_by, one.contact_ids) for one in told} == {("", "", (), ("home",))}
