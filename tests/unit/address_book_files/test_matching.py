"""Whether a row is somebody who is there already: two people who share a number stay two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from call24.address_book_files.matching import found_in, unchanged, updated
from call24.kit.errors import Invalid
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.people.model import CustomField, Person, PersonEmail, PersonNumber
from call24.people.rules import completed

WHEN = datetime(2026, 11, 29, tzinfo=UTC)
LATER = WHEN + timedelta(days=1)


def person(number: str = "1", mail: str = "", **what: Any) -> Person:
    numbers = tuple(
        PersonNumber(number=f"+{one}", typed=one, contact_id=ContactId(f"ctc_{one}")) for one in number.split()
    )
    emails = (PersonEmail(address=mail),) if mail else ()
    made = Person(
        id=PersonId("per_1"),
        tenant_id=TenantId("ten_1"),
        created_at=WHEN,
        updated_at=WHEN,
        numbers=numbers,
        emails=emails,
        **what,
    )
    return completed(made)


@pytest.mark.parametrize(
    ("there", "row", "same"),
    [
        ({"given": "Anna"}, {"given": "Anna"}, True),
        ({"given": "Anna", "family": "Petrova"}, {"given": "Анна", "family": "Петрова"}, True),
        ({"given": "Anna", "family": "Petrova"}, {"given": "Ben", "family": "Petrov"}, False),
        ({"given": "Anna", "family": "Petrova"}, {"given": "Boris", "family": "Petrova"}, False),
        ({"company": "Acme"}, {"company": "ACME"}, True),
        ({"company": "Acme"}, {"company": "Other"}, False),
        ({"company": "Acme"}, {"given": "Anna", "company": "Acme"}, False),
    ],
)
def test_who_shares_a_number_is_the_same_only_by_name(there: Any, row: Any, same: bool) -> None:
    assert bool(found_in(person(**row), [person(**there)])) is same
    assert not found_in(person(number="2", **row), [person(**there)]), "nothing is shared"


def test_an_e_mail_address_is_shared_whatever_its_case() -> None:
    assert found_in(person("1", "Anna@Example.com", given="Anna"), [person("2", "anna@example.COM", given="Anna")])


def test_an_update_takes_names_and_adds_the_rest_and_takes_nothing_away() -> None:
    there = person("1 2", "a@example.com", given="Anna", company="Old", notes="late", tags=("vip",),
                   fields=(CustomField(name="Size", value="M"),))  # fmt: skip
    row = person("1 3", given="Anna", family="Petrova", company="New", notes="new",
                 fields=(CustomField(name="Size", value="L"),))  # fmt: skip
    after = updated(there, row, LATER)
    assert (after.given, after.family, after.company, after.notes) == ("Anna", "Petrova", "New", "late\n\nnew")
    assert [one.number for one in after.numbers] == ["+1", "+2", "+3"]
    assert (len(after.emails), after.tags, after.fields[0].value) == (1, ("vip",), "L")
    assert (after.version, after.updated_at) == (2, LATER)
    assert not unchanged(there, after)
    assert unchanged(there, updated(there, person("1", given="Anna"), LATER))


def test_an_order_of_names_comes_with_names_only() -> None:
    there = person(given="Anna", family="Petrova", order="family_first")
    assert updated(there, person(company="Acme"), LATER).order == "family_first"
    assert updated(there, person(given="Anna", order="given_first"), LATER).order == "given_first"


def test_too_much_together_is_refused() -> None:
    many = " ".join(map(str, range(1, 11)))
    with pytest.raises(Invalid):
        updated(person(many, given="Anna"), person("1 99", given="Anna"), LATER)
