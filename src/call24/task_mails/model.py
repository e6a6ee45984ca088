"""An address whose e-mails become tasks. Of the mails themselves nothing is kept but the task, its comments and files.

Which mail made which task is not stored: a task's id follows from the address and the mail's Message-ID (rules.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, REFERENCE, SETTING, TENANT, TIME, Category, document, of_user
from call24.kit.ids import QueueId, TaskAddressId, TenantId, UserId


@document("task_addresses", tenant=True)
class TaskAddress(msgspec.Struct, frozen=True, kw_only=True):
    """`token`: of the address's local part, new with each rotation; `queue_id`: where its tasks go, None: nowhere.

    Whoever may write to the address knows the token, so it is no secret: it keeps others from guessing addresses.
    """

    id: Annotated[TaskAddressId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    token: Annotated[str, SETTING]
    name: Annotated[str, SETTING] = ""
    queue_id: Annotated[QueueId | None, REFERENCE] = None
    enabled: Annotated[bool, SETTING] = True
    created_at: Annotated[datetime, TIME]
    created_by: Annotated[UserId | None, of_user(Category.ID, "who made an address for tasks")] = None
    rotated_at: Annotated[datetime | None, TIME] = None
