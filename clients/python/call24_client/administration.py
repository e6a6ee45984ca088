"""Administration. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request


class AdministrationCounts(TypedDict):
    """How many there are of what you may see; what you may not see is left out."""

    counts: dict[str, int]
    attention: list[
        Literal[
            "numbers",
            "trunks",
            "queues",
            "opening_hours",
            "flows",
            "prompts",
            "dispositions",
            "pause_reasons",
            "users",
            "roles",
            "task_addresses",
            "webhooks",
            "applications",
            "crm_connections",
            "api_tokens",
            "privacy_requests",
            "restrictions",
            "legal_holds",
            "disclosures",
            "data_transfers",
            "processors",
            "incidents",
        ]
    ]


def counts() -> Request[AdministrationCounts]:
    """Counts what the organisation has: users, queues, trunks and so on, and says where something needs somebody.
    Only what you may list is counted for you. Counts are at most ten seconds old, and never older than the last
    change that somebody made through the API.
    """
    return Request("GET", "/v1/administration/counts")
