"""What this room answers. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.kit.answers import Instant
from call24.kit.ids import CallId


class CallNoteAnswer(TypedDict):
    """The note of a call; `text` is empty while there is none."""

    call_id: CallId
    text: str
    version: Annotated[int, Field(description="One more with each change; 0 while there is none")]
    by: Annotated[UserRef | None, Field(description="Who changed it last. Null while there is none")]
    authors: Annotated[list[UserRef], Field(description="All who wrote in it, the first first")]
    at: Annotated[Instant | None, Field(description="When it was changed last. Null while there is none")]
    may_write: Annotated[bool, Field(description="Whether you may change it")]
