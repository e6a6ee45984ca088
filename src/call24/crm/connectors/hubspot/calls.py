"""A call as a call engagement of HubSpot. Pure.

Source: developers.hubspot.com, CRM, Engagements, Calls.
"""

from __future__ import annotations

from html import escape
from typing import Any

from call24.crm.asking import iso
from call24.crm.call_text import call_text, call_title
from call24.crm.connector import LoggedCall

CALL_TO_CONTACT = 194
"""HubSpot's own type of association."""
EXTERNAL_ID = "hs_call_external_id"
"""What a call is called in the telephone system: our key, which it is found by."""
STATUSES = {"answered": "COMPLETED", "busy": "BUSY", "failed": "FAILED"}
"""By outcome; every other one is NO_ANSWER."""


def engagement(call: LoggedCall, key: str) -> dict[str, Any]:
    properties = {
        "hs_timestamp": iso(call.started_at, "milliseconds"),
        "hs_call_title": call_title(call),
        "hs_call_body": "<br>".join(escape(line) for line in call_text(call, key).splitlines()),
        "hs_call_direction": call.direction.upper(),
        "hs_call_duration": str(call.duration_s * 1000),
        "hs_call_status": STATUSES.get(call.outcome, "NO_ANSWER"),
        EXTERNAL_ID: key,
    }
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": CALL_TO_CONTACT}
    return {"properties": properties, "associations": [{"to": {"id": call.remote_id}, "types": [kind]}]}
