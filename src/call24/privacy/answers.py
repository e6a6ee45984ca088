"""What the routes of this room answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict


class AccountErasure(TypedDict):
    """An account that was deleted, with all that was kept of the person."""

    id: Annotated[str, Field(description="The id that the account had")]
    deleted: Annotated[dict[str, int], Field(description="Collection -> how many documents were deleted")]
