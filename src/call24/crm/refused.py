"""What a CRM refuses to its user is told apart from credentials that let nobody in."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from call24.crm.connector import CrmClient, CrmTrouble, Place, Rejected

T = TypeVar("T")
NO_RIGHT = "Call24's user has not the right to do this in the CRM"


async def permitted(deed: Awaitable[T], client: CrmClient, now: datetime, why: str = NO_RIGHT) -> T:
    """What the deed answers. 401 and 403 are asked about once more: who may read the list has not the right to the deed
    alone. Raises: Rejected, with `why` and what the CRM said; CrmTrouble where the list is refused too; all that the
    deed raises."""
    try:
        return await deed
    except CrmTrouble as error:
        if error.trouble != "unauthorised":
            raise
        await client.changed_since(Place(at=now), 1)
        raise Rejected(f"{why}: {error.said}") from None
