"""The record of processing activities says what the data map says, and what it does not know."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from call24.data_map import documents
from call24.kit.ids import TenantId
from call24.policy.model import PolicySettings
from call24.privacy.datamap_page import holdings, load_models
from call24.privacy.processing_record import MEASURES, RegisteredTransfers, processing_page, processing_record
from call24.tenants.model import Tenant

CHECKOUT = Path(__file__).resolve().parents[3]
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
ACME = Tenant(
    id=TenantId("ten_1"),
    name="Acme <Ltd>",
    region="GB",
    timezone="UTC",
    record_days=30,
    recording="never",
    created_at=AT,
)
load_models()
STATED = PolicySettings(
    id="ten_1", tenant_id=ACME.id, public_id="0", officer="Ottilie <Grau>", contact="+442079460100", data_region="GB"
)
RECORD = processing_record(ACME, STATED, documents(), holdings(), AT)
ROWS = [row for activity in RECORD["activities"] for row in activity["data"]]


def test_every_field_of_a_person_is_in_it_with_purpose_basis_retention_and_recipients() -> None:
    told = {
        (row["persons"], row["category"], where, purpose)
        for row in ROWS
        for where in row["where"]
        for purpose in row["purposes"]
    }
    for document in documents():
        for fact in document.facts.values():
            if fact.personal:
                assert (fact.subject, fact.category, document.collection, fact.purpose) in told
    given = {recipient for row in ROWS for recipient in row["recipients"]}
    assert given >= {"the organisation's carrier", "the mail server", "who downloads an export"}
    assert all(row["basis"] and row["purposes"] and row["kept"] and row["erased"] and row["where"] for row in ROWS)


def test_places_outside_of_mongodb_are_in_it() -> None:
    where = {one for row in ROWS for one in row["where"]}
    personal = {str(place.where) for room in holdings() for place in room.places if place.personal}
    assert personal <= where and "recordings/{tenant_id}/*" in where


def test_nothing_that_is_of_no_person_is_in_it() -> None:
    assert {row["persons"] for row in ROWS} == {"caller", "user"}
    assert "webhooks" not in {where for row in ROWS if row["persons"] == "caller" for where in row["where"]}


def test_it_has_the_organisations_settings() -> None:
    assert (RECORD["controller"], RECORD["record_days"], RECORD["recording"]) == ("Acme <Ltd>", 30, "never")
    assert RECORD["made_at"] == "2026-11-28T09:00:00.000Z"


def test_it_has_what_the_privacy_policy_states_and_names_what_nobody_states() -> None:
    told = (RECORD["officer"], RECORD["contact"], RECORD["data_region"], RECORD["postal_address"])
    assert told == ("Ottilie <Grau>", "+442079460100", "GB", "")
    assert RECORD["missing"] == [
        "postal address of the controller",
        "representative of the controller, if there is one",
    ]
    transfers = RegisteredTransfers(told=["Crmly <Inc> (US)"], gaps=["the country of the webhook whk_1"])
    told_of = processing_record(ACME, STATED, documents(), holdings(), AT, transfers)
    assert told_of["transfers"] == ["Crmly <Inc> (US)"] and "the country of the webhook whk_1" in told_of["missing"]
    assert "Crmly &lt;Inc&gt; (US)" in processing_page(told_of)
    legal = msgspec.structs.replace(STATED, controller="Acme plc", officer="")
    record = processing_record(ACME, legal, documents(), holdings(), AT)
    assert record["controller"] == "Acme plc" and "data protection officer" in record["missing"]


def test_each_security_measure_has_its_part_of_the_page_on_security() -> None:
    headings = set(re.findall(r"^##+ (.+)$", (CHECKOUT / "docs" / "security.md").read_text(), re.MULTILINE))
    assert {heading for heading, _ in MEASURES} <= headings


def test_as_a_page_it_says_the_same_and_runs_nothing() -> None:
    html = processing_page(RECORD)
    assert (
        "Acme &lt;Ltd&gt;" in html and "<Ltd>" not in html and "Ottilie &lt;Grau&gt;" in html and "<script" not in html
    )
    assert html.count("<tr><td>") == len(ROWS)
    assert all(f"<h2>{activity['name']}</h2>" in html for activity in RECORD["activities"])
    assert "@media print" in html
