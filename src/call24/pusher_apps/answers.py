"""What the API answers about Pusher applications."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.pusher_apps.model import HookEvent
from call24.pusher_apps.rules import APPLICATIONS_MAX, MEMBER_CHANNELS_MAX, WEBHOOKS_MAX


class PusherAppWebhook(TypedDict):
    """An address of the organisation's own server, and the channel events that are sent there."""

    url: str
    events: list[HookEvent]


class PusherApp(TypedDict):
    """A Pusher application: its credentials without the secret, and its settings."""

    id: str
    app_id: Annotated[str, Field(description="The application's id in Pusher's libraries: digits")]
    key: Annotated[str, Field(description="The application's key in Pusher's libraries")]
    name: str
    enabled: bool
    client_events: Annotated[bool, Field(description="Whether clients may send events to each other")]
    tls_only: Annotated[bool, Field(description="Whether connections without TLS are refused")]
    subscription_counts: Annotated[bool, Field(description="Whether clients are sent the number of subscriptions")]
    connections_max: Annotated[int, Field(description="The most connections at a time")]
    member_channels: Annotated[
        list[str],
        Field(
            description="Prefixes of private and presence channels that signed-in users may subscribe to",
            json_schema_extra={"maxItems": MEMBER_CHANNELS_MAX},
        ),
    ]
    webhooks: Annotated[list[PusherAppWebhook], Field(json_schema_extra={"maxItems": WEBHOOKS_MAX})]
    secret_at: Annotated[Instant, Field(description="When the current secret was made")]
    created_at: Instant


class PusherAppWithSecret(PusherApp):
    """A Pusher application with its secret, which is shown only in this answer."""

    secret: Annotated[str, Field(description="Signs requests and channel authorisations")]


class PusherAppList(TypedDict):
    """All Pusher applications of the organisation, the oldest first."""

    items: Annotated[list[PusherApp], Field(json_schema_extra={"maxItems": APPLICATIONS_MAX})]
