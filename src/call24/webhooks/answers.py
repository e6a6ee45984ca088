"""What the API answers about webhooks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.webhooks.event_schema import EventSchema
from call24.webhooks.events import OF
from call24.webhooks.model import State, Trouble
from call24.webhooks.rules import WEBHOOKS_MAX


class Webhook(TypedDict):
    """A subscription: events of these kinds are sent to this address."""

    id: str
    url: str
    kinds: Annotated[list[str], Field(description="Kinds of events that are sent, such as call.ended")]
    description: str
    country: Annotated[str, Field(description="ISO 3166 code of where its server is; empty: not stated")]
    enabled: bool
    gone_at: Annotated[Instant | None, Field(description="When the address answered 410, which switched this off")]
    failing_since: Annotated[
        Instant | None,
        Field(description="The first of the attempts that have all failed; null while the last one succeeded"),
    ]
    secret_at: Annotated[Instant, Field(description="When the current secret was made")]
    old_secret_until: Annotated[
        Instant | None, Field(description="Until when messages are signed with the former secret too")
    ]
    created_by: Annotated[str | None, Field(description="Id of the user who subscribed; null once it is deleted")]
    created_at: Instant


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown only in this answer."""

    secret: Annotated[str, Field(description="Signs each message: whsec_ and base64")]


class WebhookList(TypedDict):
    """All webhooks of the organisation."""

    items: Annotated[list[Webhook], Field(json_schema_extra={"maxItems": WEBHOOKS_MAX})]


class EventType(TypedDict):
    """A kind of event that webhooks can send."""

    kind: str
    needs: Annotated[
        str | None, Field(description="The permission that subscribing needs; null: it cannot be subscribed to")
    ]
    schema: EventSchema


class EventTypeList(TypedDict):
    """All kinds of events that webhooks can send."""

    items: Annotated[list[EventType], Field(json_schema_extra={"maxItems": len(OF)})]


class WebhookDelivery(TypedDict):
    """A message to one webhook, and what became of it."""

    id: str
    message_id: Annotated[str, Field(description="The webhook-id header: the same in each attempt")]
    kind: str
    state: Annotated[State, Field(description="dead: given up")]
    tries: Annotated[int, Field(description="Attempts so far")]
    status: Annotated[int | None, Field(description="HTTP status of the last answer; null: none was received")]
    trouble: Annotated[Trouble | None, Field(description="Why the last attempt failed; null: it did not")]
    created_at: Instant
    due_at: Annotated[Instant | None, Field(description="The next attempt; null unless it waits for one")]
    delivered_at: Instant | None


class WebhookDeliveryPage(TypedDict):
    """A page of deliveries, the newest first."""

    items: list[WebhookDelivery]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
