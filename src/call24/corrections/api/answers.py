"""What the routes of corrections answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.corrections.model import Field as CorrectedField
from call24.kit.answers import Instant


class CorrectionAnswer(TypedDict):
    """A change of a person's data: what a field said before and after, when, by whom and why."""

    id: str
    field: CorrectedField
    old: Annotated[str, Field(description="Empty: there was none")]
    new: Annotated[str, Field(description="Empty: it was removed")]
    at: Instant
    by: Annotated[UserRef | None, Field(description="Who changed it")]
    request_id: Annotated[str | None, Field(description="The privacy request that it answers")]
    why: Annotated[str, Field(description="What the person was told; empty: nothing was said")]
    folded: Annotated[
        int, Field(description="So many older changes are not kept any more; of a person the newest 50 are")
    ]


class CorrectionPage(TypedDict):
    """A page of what was corrected of one person, the newest first."""

    items: list[CorrectionAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
