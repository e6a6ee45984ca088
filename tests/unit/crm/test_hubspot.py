"""What a contact of HubSpot is written with, what a call is there, and what a connection to HubSpot must say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.unit.crm.test_machine import connection

from call24.crm import rules
from call24.crm.conformance.checks import call_note
from call24.crm.connector import Rejected
from call24.crm.connectors.hubspot.calls import engagement
from call24.crm.connectors.hubspot.members import properties
from call24.crm.connectors.hubspot.records import changes
from call24.crm.model import FieldMapping, HubSpotShape
from call24.kit.errors import Invalid


def test_a_contact_is_written_where_its_number_stands_and_never_in_what_is_hubspots_own() -> None:
    assert changes({"number": "+1", "city": None}, {"mobilephone": "+2"}) == {"mobilephone": "+1", "city": ""}
    assert changes({"number": ""}, {}) == {"phone": ""}
    for name in ("hs_object_id", "call24_key", "lastmodifieddate", "First", "a.b"):
        with pytest.raises(Rejected, match=f"a contact has no {name}"):
            changes({name: "x"}, {})


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("answered", "COMPLETED"), ("busy", "BUSY"), ("failed", "FAILED"), ("abandoned", "NO_ANSWER")],
)
def test_a_call_is_an_engagement_of_its_contact(outcome: str, status: str) -> None:
    note = replace(call_note("101"), outcome=outcome, direction="outbound", notes="<b> & Co")
    told = engagement(note, "crj_1")
    assert told["associations"][0]["to"] == {"id": "101"}
    own = told["properties"]
    assert (own["hs_call_status"], own["hs_call_direction"], own["hs_call_duration"]) == (status, "OUTBOUND", "61000")
    assert own["hs_call_external_id"] == "crj_1" and "&lt;b&gt; &amp; Co<br>" in own["hs_call_body"]


def hubspot(**more: Any) -> Any:
    mapping = (FieldMapping(field="given", remote="firstname"), FieldMapping(field="number", remote="number"))
    fields = {
        "kind": "hubspot",
        "url": "https://api.hubapi.com",
        "hubspot": HubSpotShape(objection_property="do_not_use"),
    }
    return msgspec.structs.replace(connection(), **{**fields, "mapping": mapping, **more})


def test_what_is_asked_for_of_a_contact() -> None:
    assert properties(hubspot()) == (
        "call24_key",
        "do_not_use",
        "firstname",
        "lastmodifieddate",
        "mobilephone",
        "phone",
    )


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"hubspot": HubSpotShape(portal_id="Hub")}, "hubspot.portal_id"),
        ({"hubspot": HubSpotShape(portal_id="1" * 13)}, "hubspot.portal_id"),
        ({"hubspot": HubSpotShape(objection_property="email")}, "hubspot.objection_property"),
        ({"hubspot": HubSpotShape(objection_property="Do not use")}, "hubspot.objection_property"),
        ({"mapping": (FieldMapping(field="given", remote="call24_key"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="given", remote="hs_lead_status"),)}, "mapping.0.remote"),
        ({"mapping": (FieldMapping(field="given", remote="do_not_use"),)}, "mapping.0.remote"),
        (
            {
                "mapping": (
                    FieldMapping(field="given", remote="firstname"),
                    FieldMapping(field="number", remote="number"),
                    FieldMapping(field="field:Mobile", remote="mobilephone"),
                )
            },
            "mapping",
        ),
    ],
)
def test_what_a_connection_to_hubspot_must_say_is_named(more: dict[str, Any], place: str) -> None:
    assert rules.checked(hubspot(), private=False).kind == "hubspot"
    with pytest.raises(Invalid) as found:
        rules.checked(hubspot(**more), private=False)
    assert [each for each, _ in found.value.errors] == [place]
