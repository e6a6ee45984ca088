"""What a person's fields are in a record of a CRM, and whose value counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.connector import RemoteRecord
from call24.crm.model import FieldMapping, RestShape, Rule
from call24.kit.errors import Invalid
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.people.model import CustomField, Person, PersonEmail, PersonNumber

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ANNA, WORK = "+442079460101", "+442079460102"
MAPPING = (
    FieldMapping(field="given", remote="first_name"),
    FieldMapping(field="number", remote="phone"),
    FieldMapping(field="email", remote="contact.email"),
    FieldMapping(field="field:Size", remote="size"),
    FieldMapping(field="notes", remote="notes"),
)


def person(**more: Any) -> Person:
    number = PersonNumber(number=ANNA, typed="020 7946 0101", label="home", contact_id=ContactId("ctc_1"))
    other = PersonNumber(number=WORK, typed=WORK, label="work", contact_id=ContactId("ctc_2"))
    fields: dict[str, Any] = {
        "given": "Anna",
        "numbers": (number, other),
        "emails": (PersonEmail(address="a@example.com"),),
        "fields": (CustomField(name="Size", value="L"), CustomField(name="Shoe", value="39")),
    }
    return Person(
        id=PersonId("per_1"), tenant_id=TenantId("ten_1"), created_at=NOW, updated_at=NOW, **{**fields, **more}
    )


def record(**fields: Any) -> RemoteRecord:
    return RemoteRecord(id="r1", changed_at=NOW, fields=fields)


# --- mapper ---


def test_a_person_is_read_field_by_field_and_written_back_the_same() -> None:
    values = rules.of_person(person(), MAPPING)
    assert values == {"given": "Anna", "number": ANNA, "email": "a@example.com", "field:Size": "L", "notes": ""}
    made = rules.to_record(values, MAPPING)
    assert made == {
        "first_name": "Anna",
        "phone": ANNA,
        "contact": {"email": "a@example.com"},
        "size": "L",
        "notes": "",
    }
    assert rules.of_record(record(**made), MAPPING, None).values == values


def test_what_the_crm_writes_otherwise_is_the_same_value() -> None:
    read = rules.of_record(
        record(first_name="  Anna \n", phone="020 7946 0101", size=None, notes="one\r\ntwo"), MAPPING, "GB"
    )
    assert (read.values["given"], read.values["number"], read.values["field:Size"]) == ("Anna", ANNA, "")
    assert read.values["notes"] == "one\ntwo"


def test_what_cannot_be_read_is_not_taken_for_empty() -> None:
    read = rules.of_record(record(first_name=["Anna"], phone="call me", size="x" * 300, notes="\ud800"), MAPPING, "GB")
    assert read.unreadable == {
        "given": "it is no text",
        "number": "it is no telephone number",
        "field:Size": "it is longer than 200 characters",
        "notes": "it has characters that cannot be printed",
    }
    assert not {"given", "number", "field:Size"} & set(read.values)


def test_a_person_keeps_what_is_not_mapped() -> None:
    asked = rules.to_person({"number": "+442079460109", "email": "", "field:Size": "M"}, person())
    assert asked["numbers"] == [{"number": "+442079460109", "label": "home"}, {"number": WORK, "label": "work"}]
    assert asked["emails"] == []
    assert asked["fields"] == [{"name": "Shoe", "value": "39"}, {"name": "Size", "value": "M"}]
    assert set(asked) == {"numbers", "emails", "fields"}
    moved = rules.to_person({"number": WORK}, person())
    assert [one["number"] for one in moved["numbers"]] == [WORK], "each number once"


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ({"given": "ANNA", "number": WORK}, True),
        ({"given": "Bo", "number": WORK}, False),
        ({"given": "Anna", "number": "+442079460109"}, False),
        ({"given": "Anna", "number": ""}, False),
        ({"given": "", "number": ANNA}, False),
    ],
)
def test_two_people_on_one_number_stay_two(values: dict[str, str], same: bool) -> None:
    assert rules.is_same(person(), values) is same


# --- whose value counts ---

HASH = rules.hasher(b"k" * 32, "crl_1")
EARLIER = NOW - timedelta(seconds=1)


def decide(
    rule: Rule, before: str | None, here: str, there: str, *, here_at: datetime = NOW, there_at: datetime = NOW
) -> str:
    mapping = (FieldMapping(field="given", remote="g", rule=rule),)
    base = {} if before is None else {"given": HASH("given", before)}
    found = rules.decided(mapping, base, {"given": here}, {"given": there}, HASH, here_at=here_at, there_at=there_at)
    return found.outcomes["given"]


@pytest.mark.parametrize("rule", ["crm", "call24", "newest", "ask"])
def test_what_one_side_changed_goes_to_the_other_whatever_the_rule(rule: Rule) -> None:
    assert decide(rule, "Anna", "Anna", "Anya") == "to_call24"
    assert decide(rule, "Anna", "Anya", "Anna") == "to_crm"
    assert decide(rule, "Anna", "Anya", "Anya") == "in_step"
    assert decide(rule, "Anna", "", "Anna") == "to_crm", "what was removed is a change too"


def test_where_both_changed_it_the_rule_of_the_field_decides() -> None:
    assert decide("crm", "Anna", "Anya", "Ann") == "to_call24"
    assert decide("call24", "Anna", "Anya", "Ann") == "to_crm"
    assert decide("ask", "Anna", "Anya", "Ann") == "ask"
    assert decide("newest", "Anna", "Anya", "Ann", there_at=EARLIER) == "to_crm"
    assert decide("newest", "Anna", "Anya", "Ann", here_at=EARLIER) == "to_call24"
    assert decide("newest", "Anna", "Anya", "Ann") == "to_call24", "at one instant the CRM counts as newer"


def test_who_was_never_in_step_takes_what_the_other_has_and_nothing_is_lost() -> None:
    assert decide("crm", None, "Anna", "") == "to_crm"
    assert decide("call24", None, "", "Anna") == "to_call24"
    assert decide("ask", None, "Anna", "Anya") == "ask"


def test_a_choice_of_a_user_counts_once_and_a_hash_tells_nothing() -> None:
    mapping = (FieldMapping(field="given", remote="g"),)
    found = rules.decided(
        mapping, {}, {"given": "Anna"}, {"given": "Anya"}, HASH, here_at=NOW, there_at=NOW, chosen={"given": "crm"}
    )
    assert (found.to_person, found.to_record, found.asked) == ({"given": "Anya"}, {}, ())
    base = rules.base_after({}, found, HASH)
    assert base == {"given": HASH("given", "Anya")}
    assert "Anya" not in str(base)
    assert rules.hasher(b"k" * 32, "crl_2")("given", "Anya") != base["given"], "of another person it is another"


def test_after_a_decision_both_sides_are_in_step_and_nothing_goes_back() -> None:
    mapping = (FieldMapping(field="given", remote="g", rule="newest"), FieldMapping(field="company", remote="c"))
    here, there = {"given": "Anna", "company": "A"}, {"given": "Anya", "company": ""}
    found = rules.decided(mapping, {}, here, there, HASH, here_at=NOW, there_at=NOW)
    base = rules.base_after({}, found, HASH)
    here, there = {**here, **found.to_person}, {**there, **found.to_record}
    again = rules.decided(mapping, base, here, there, HASH, here_at=NOW, there_at=NOW)
    assert here == there == {"given": "Anya", "company": "A"}
    assert (again.to_person, again.to_record, again.asked) == ({}, {}, ())


# --- settings ---


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"url": "http://crm.example"}, "url"),
        ({"url": "https://user:word@crm.example"}, "url"),
        ({"url": "https://crm.example?key=1"}, "url"),
        ({"url": "https://127.0.0.1"}, "url"),
        ({"country": "de"}, "country"),
        ({"mapping": ()}, "mapping"),
        ({"mapping": (FieldMapping(field="number", remote="phone"),)}, "mapping"),
        ({"mapping": (FieldMapping(field="age", remote="age"),)}, "mapping.0.field"),
        ({"mapping": (FieldMapping(field="given", remote="a b"),)}, "mapping.0.remote"),
        (
            {"mapping": (FieldMapping(field="given", remote="n"), FieldMapping(field="family", remote="n"))},
            "mapping.1.remote",
        ),
        ({"shape": RestShape(records_path="contacts")}, "shape.records_path"),
        ({"shape": RestShape(records_path="/api/../admin")}, "shape.records_path"),
        ({"shape": RestShape(id="")}, "shape.id"),
        ({"shape": RestShape(link_template="javascript:{id}")}, "shape.link_template"),
        ({"shape": RestShape(link_template="https://crm.example/")}, "shape.link_template"),
    ],
)
def test_a_setting_that_cannot_work_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked(msgspec.structs.replace(connection(), **change), private=False)
    assert field in dict(refused.value.errors)


def test_where_data_goes_to_is_the_crms_host() -> None:
    endpoint = rules.endpoint_of(msgspec.structs.replace(connection(), country="DE"))
    assert (endpoint.kind, endpoint.country, endpoint.hosts) == ("crm", "DE", ("crm.example",))
