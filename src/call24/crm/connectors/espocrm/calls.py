"""A call as a call of EspoCRM. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from call24.crm.call_text import call_text, call_title
from call24.crm.connector import LoggedCall
from call24.crm.connectors.espocrm.records import time_text


def call_record(call: LoggedCall, key: str, user: str) -> dict[str, Any]:
    """`user`: EspoCRM's, whose call it is: it has to be somebody's. Its key stands at the end of the description."""
    return {
        "name": call_title(call),
        "status": "Held" if call.outcome == "answered" else "Not Held",
        "direction": "Inbound" if call.direction == "inbound" else "Outbound",
        "dateStart": time_text(call.started_at),
        "dateEnd": time_text(call.started_at + timedelta(seconds=call.duration_s)),
        "description": call_text(call, key),
        "parentType": "Contact",
        "parentId": call.remote_id,
        "contactsIds": [call.remote_id],
        "assignedUserId": user,
    }
