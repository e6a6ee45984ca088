"""The form of the JSON Schemas of events, as the API shows them."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict


class EventFieldType(TypedDict):
    """One of the types that a field of an event may have: JSON Schema."""

    type: NotRequired[Annotated[str, Field(description="Absent where `enum` lists the values")]]
    format: NotRequired[Annotated[str, Field(description="Only of a string that has one")]]
    enum: NotRequired[Annotated[list[str], Field(description="Only where the values are fixed")]]


class EventField(EventFieldType):
    """A field of an event: JSON Schema."""

    anyOf: NotRequired[Annotated[list[EventFieldType], Field(description="Only of a field that may be null")]]


class EventDataSchema(TypedDict):
    """The fields of an event: JSON Schema."""

    title: str
    type: Literal["object"]
    properties: dict[str, EventField]
    required: list[str]


class EventTypeConst(TypedDict):
    """The kind of the event: JSON Schema."""

    const: str


class EventTimestampSchema(TypedDict):
    """The time of the event: JSON Schema."""

    type: Literal["string"]
    format: Literal["date-time"]


class EventMessageProperties(TypedDict):
    """The three fields of each message: JSON Schema."""

    type: EventTypeConst
    timestamp: EventTimestampSchema
    data: EventDataSchema


class EventSchema(TypedDict):
    """The JSON Schema of the message of one kind of event."""

    type: Literal["object"]
    description: str
    required: list[str]
    properties: EventMessageProperties
