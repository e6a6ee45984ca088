"""What the API answers about administration as a whole."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

CountName = Literal[
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


class AdministrationCounts(TypedDict):
    """How many there are of what you may see; what you may not see is left out."""

    counts: Annotated[
        dict[CountName, int],
        Field(
            description="`privacy_requests`, `incidents` and `legal_holds`: open ones; `restrictions`: those that "
            "hold; `dispositions` and `pause_reasons`: those that are not retired; `roles`: built-in ones too; "
            "`api_tokens`: your own, in a signed-in app"
        ),
    ]
    attention: Annotated[
        list[CountName],
        Field(
            description="Where something needs somebody: a trunk that is down, a webhook or a CRM that fails, an open "
            "request or incident whose `due_at` is past"
        ),
    ]
