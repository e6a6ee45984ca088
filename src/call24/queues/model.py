"""A queue: where callers wait, who answers them, and how."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.kit.datamap import ID, REFERENCE, SETTING, TENANT, TIME, document
from call24.kit.ids import QueueId, TenantId, UserId

Recording = Literal["always", "never"]


@document("queues", tenant=True)
class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """`offer_s`: how long one agent's phone rings; `max_wait_s`: after which the caller goes to voicemail.

    `wrap_up_s`: the agent's time after a call; `service_level_s`: answered within this is in time; `music`: a class.
    """

    id: Annotated[QueueId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    members: Annotated[tuple[UserId, ...], REFERENCE] = ()
    offer_s: Annotated[int, SETTING] = 20
    max_wait_s: Annotated[int, SETTING] = 600
    wrap_up_s: Annotated[int, SETTING] = 10
    service_level_s: Annotated[int, SETTING] = 20
    record: Annotated[Recording, SETTING] = "always"
    music: Annotated[str, SETTING] = "default"
    created_at: Annotated[datetime, TIME]
