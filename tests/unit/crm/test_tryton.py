"""A person's whole name, a party as a record, and what a connection to Tryton must say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection
from tests.unit.crm.test_rules import ANNA, person

from call24.crm import rules
from call24.crm.call_text import call_text
from call24.crm.connector import Rejected
from call24.crm.connectors.tryton.records import changes, seen
from call24.crm.model import FieldMapping, TrytonShape
from call24.crm.whole_names import parts, whole
from call24.kit.errors import Invalid

WHOLE = (FieldMapping(field="name", remote="name"),)


# --- whole names ---


@pytest.mark.parametrize(
    ("given", "family", "patronymic", "order", "text", "after"),
    [
        ("Anna", "Petrova", "", "given_first", "Anna Ivanova", ("Anna", "Ivanova", "")),
        ("Anna", "van der Berg", "", "given_first", "Anna Maria van der Berg", ("Anna Maria", "van der Berg", "")),
        ("Anna", "Petrova", "Ivanovna", "given_first", "Anna Ivanovna Orlova", ("Anna", "Orlova", "Ivanovna")),
        ("Бат", "", "Дорж", "patronymic_first", "Сүх Бат", ("Бат", "", "Сүх")),
        ("Anna", "Petrova", "", "family_first", "Ivanova Maria", ("Maria", "Ivanova", "")),
        ("Anna", "Petrova", "", "given_first", "Bo Diaz Lee", ("Bo", "Diaz Lee", "")),
        ("Anna", "Petrova", "", "given_first", "Bo", ("Bo", "", "")),
        ("Anna", "Petrova", "", "given_first", "Anna", ("Anna", "", "")),
        ("Anna", "Petrova", "", "given_first", "", ("", "", "")),
    ],
)
def test_a_whole_name_changes_the_part_that_is_another_and_comes_out_the_same(
    given: str, family: str, patronymic: str, order: str, text: str, after: tuple[str, str, str]
) -> None:
    before = person(given=given, family=family, patronymic=patronymic, order=order)
    found = parts(text, before)
    assert (found["given"], found["family"], found["patronymic"]) == after
    assert whole(msgspec.structs.replace(before, **found)) == text


def test_a_company_without_a_person_is_its_name() -> None:
    company = person(given="", company="Acme Ltd")
    assert rules.of_person(company, WHOLE) == {"name": "Acme Ltd"}
    assert rules.to_person({"name": "Acme GmbH"}, company) == {"company": "Acme GmbH"}


def test_who_has_the_number_and_the_whole_name_is_the_same_person() -> None:
    anna = person(family="Petrova")
    assert rules.is_same(anna, {"name": "anna PETROVA", "number": ANNA})
    assert not rules.is_same(anna, {"name": "Anna", "number": ANNA})


# --- a party ---


def test_each_row_that_is_written_has_the_timestamp_that_it_was_seen_with() -> None:
    known = seen("party=5@1.5 number=7@2.5 phone=7@2.5 address=3@3.5")
    values, stamps = changes({"name": "", "number": "", "email": "a@b.mn", "address": {"city": "Hovd"}}, known)
    assert values == {
        "name": None,
        "contact_mechanisms": [["delete", [7]], ["create", [{"type": "email", "value": "a@b.mn"}]]],
        "addresses": [["write", [3], {"city": "Hovd"}]],
    }
    assert stamps == {"party.party,5": "1.5", "party.contact_mechanism,7": "2.5", "party.address,3": "3.5"}
    with pytest.raises(Rejected, match="a party has no colour"):
        changes({"colour": "red"}, known)
    with pytest.raises(Rejected, match="an address has no colour"):
        changes({"address": {"colour": "red"}}, known)


def test_a_note_ends_in_the_key_that_it_is_found_by() -> None:
    from call24.crm.conformance.checks import call_note

    assert call_text(call_note("5"), "crj_1").splitlines() == [
        "Inbound call, answered",
        "2026-03-01 12:00 UTC, 61 s",
        "Invoice sent",
        "asks for an invoice",
        "https://call24.example/history?call=call_1",
        "[crj_1]",
    ]


# --- settings ---


def tryton(**more: Any) -> Any:
    mapping = (*WHOLE, FieldMapping(field="number", remote="number"))
    shape = TrytonShape(login="call24", objection_category="Do not contact")
    fields = {"kind": "tryton", "url": "https://erp.example.com/company", "tryton": shape, "mapping": mapping, **more}
    return msgspec.structs.replace(connection(), **fields)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"url": "https://erp.example.com"}, "url"),
        ({"tryton": TrytonShape()}, "tryton.login"),
        ({"tryton": TrytonShape(login="a\nb")}, "tryton.login"),
        ({"tryton": TrytonShape(login="call24", objection_category="x" * 101)}, "tryton.objection_category"),
        ({"mapping": (*WHOLE, FieldMapping(field="number", remote="telephone"))}, "mapping.1.remote"),
        ({"mapping": (*WHOLE, FieldMapping(field="given", remote="code"))}, "mapping"),
        (
            {
                "mapping": (
                    *WHOLE,
                    FieldMapping(field="number", remote="number"),
                    FieldMapping(field="field:Mobile", remote="mobile"),
                )
            },
            "mapping",
        ),
    ],
)
def test_what_a_connection_to_tryton_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(tryton(), private=False).tryton.login == "call24"
    with pytest.raises(Invalid) as found:
        rules.checked(tryton(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]
