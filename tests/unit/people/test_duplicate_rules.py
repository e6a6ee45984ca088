"""Who looks like one person, and why; and who stays two."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.people.test_rules import number, person

from call24.people.duplicate_rules import SUSPECT, Compared, compared, facts_of
from call24.people.model import CustomField, Person, PersonAddress, PersonEmail
from call24.people.similarity import alike, slip, sound

HOME = {
    "addresses": (PersonAddress(text="6 Tulip Street\nUlaanbaatar 14200"),),
    "numbers": (number("+97611300001", "home"),),
}
MAIL = {"emails": (PersonEmail(address="bat@example.mn"),)}


def born(date: str, **more: str) -> dict[str, Any]:
    fields = [CustomField(name="Date of birth", value=date)] if date else []
    return {"fields": (*fields, *(CustomField(name=name, value=value) for name, value in more.items()))}


def both(one: Person, other: Person) -> Compared:
    said = compared(facts_of(one), facts_of(other))
    assert said == compared(facts_of(other), facts_of(one)), "whichever comes first"
    return said


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"given": "Хулан", "family": "Бат", **MAIL}, {"given": "Khulan", "family": "Bat", **MAIL},
         ("same_name", "same_email")),
        ({"given": "Jonathan", "family": "Meyer", **HOME}, {"given": "Jonatan", "family": "Mayer", **HOME},
         ("similar_name", "same_number", "same_address")),
        ({"given": "Meyer", "family": "Jonathan", **HOME}, {"given": "Jonathan", "family": "Meyer", **HOME},
         ("same_name", "same_number", "same_address")),
        ({"given": "Anna", "family": "Berg", **born("1981-02-03")},
         {"given": "Anna", "family": "Lind", **born("3.2.1981")},
         ()),
        ({"given": "Anna", "family": "Berg", **born("1981-02-03")},
         {"given": "Anna", "family": "Berg", **born("3.2.1981")},
         ("same_name", "same_birth_date")),
        ({"given": "A", "family": "Berg", **MAIL}, {"given": "Anna", "family": "Berg", **MAIL},
         ("similar_name", "same_email")),
        ({"given": "Anna", "family": "Berg", **born("", Customer="77412")},
         {"given": "Ana", "family": "Berg", **born("", customer="774-12")},
         ("same_field", "similar_name")),
        ({"company": "Acme Ltd", **MAIL, **HOME}, {"company": "ACME LTD", **MAIL, **HOME},
         ("same_email", "same_number", "same_address", "same_name", "same_company")),
    ],
)  # fmt: skip
def test_one_person_is_suspected_with_the_reasons(one: Any, other: Any, why: tuple[str, ...]) -> None:
    said = both(person(**one), person(**other))
    if why:
        assert (said.score >= SUSPECT, said.why) == (True, why)
    else:
        assert said.score < SUSPECT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"given": "Anna", "family": "Bat"}, {"given": "Ben", "family": "Bat"}),
        ({"given": "Daniel", "family": "Bat"}, {"given": "Daniela", "family": "Bat"}),
        ({"given": "Александр", "family": "Бат"}, {"given": "Alexandra", "family": "Bat"}),
        ({"given": "Mia", "family": "Bat"}, {"given": "Liam", "family": "Bat"}),
        ({"given": "A", "family": "Bat"}, {"given": "Anna", "family": "Bat"}),
        ({"given": "", "family": "Bat"}, {"given": "Anna", "family": "Bat"}),
        ({"company": "Acme Ltd"}, {"given": "Anna", "family": "Bat", "company": "Acme Ltd"}),
        ({"company": "Acme Ltd"}, {"company": "Beta Ltd"}),
        ({"given": "Bat", "family": "Dorj"}, {"given": "Batbayar", "family": "Dorj"}),
        ({"given": "Bat", "family": "Dorj", **born("1950-01-01")},
         {"given": "Bat", "family": "Dorj", **born("1981-07-09")}),
    ],
)  # fmt: skip
def test_two_people_on_one_landline_and_in_one_home_stay_two(one: Any, other: Any) -> None:
    assert both(person(**one, **HOME), person(**other, **HOME)).score < SUSPECT


def test_twins_stay_two_and_a_family_with_one_e_mail_address_too() -> None:
    one, other = ({"given": given, "family": "Bat", **born("2001-01-01"), **HOME, **MAIL} for given in ("Anna", "Ben"))
    assert both(person(**one), person(**other)).score < SUSPECT


def test_a_same_name_alone_is_no_reason() -> None:
    assert both(person(given="Anna", family="Berg"), person(given="Anna", family="Berg")).score < SUSPECT


def test_people_are_found_by_any_of_what_they_share() -> None:
    one = facts_of(person(given="Хулан", family="Бат", **HOME, **MAIL, **born("1981-02-03", Customer="77412")))
    assert one.keys == (
        "n home", "e bat@example.mn", "i customer 77412", "b 19810203", "s bt kln",
        "a 14200 tlb", "a 14200 strt", "a 6 tlb", "a 6 strt", "a bt 6", "a kln 6",
    ), one.keys  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("martha", "marhta", 0.961), ("dixon", "dicksonx", 0.813), ("", "a", 0.0), ("a", "a", 1.0), ("abc", "xyz", 0.0)],
)
def test_words_are_alike_as_the_literature_has_it(one: str, other: str, expected: float) -> None:
    assert round(alike(one, other), 3) == expected


def test_a_slip_is_one_and_a_sound_is_what_is_heard() -> None:
    assert [slip("1234", other) for other in ("1243", "124", "12345", "1239", "1234", "4321", "12")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
    assert sound("meyer") == sound("maier") and sound("anna") == "an" and sound("") == ""
