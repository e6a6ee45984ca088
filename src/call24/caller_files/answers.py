"""What the routes of callers' files answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from call24.exports.answers import ExportState
from call24.kit.answers import Instant


class CallerFileAnswer(TypedDict):
    """A file of all that is kept of a caller."""

    id: str
    contact_id: str
    state: ExportState
    calls_done: int
    calls: Annotated[int | None, Field(description="Null until they are counted")]
    percent: Annotated[int, Field(description="From 0 to 100")]
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    created_at: Instant
    delete_at: Annotated[Instant, Field(description="When the file is deleted")]


class CallerFilePage(TypedDict):
    """One page of callers' files, newest first."""

    items: list[CallerFileAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class Vcon(TypedDict):
    """A vCon (IETF draft-ietf-vcon-vcon-core) with the contact centre and lawful basis extensions."""

    vcon: Annotated[str, Field(description="The version of the syntax: 0.4.0")]
    uuid: Annotated[str, Field(description="The same each time it is asked for")]
    extensions: list[str]
    created_at: Annotated[Instant, Field(description="When the call ended")]
    parties: Annotated[
        list[dict[str, Any]], Field(description="The customer first, the organisation second, then who took part")
    ]
    dialog: list[dict[str, Any]]
    analysis: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
