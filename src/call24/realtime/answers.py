"""What the API answers about the app's own realtime connection."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict


class RealtimeChannels(TypedDict):
    """The channels that the user may subscribe to."""

    user: Annotated[str, Field(description="What concerns this user alone")]
    tenant: Annotated[str, Field(description="What concerns the whole organisation")]


class RealtimeSettings(TypedDict):
    """How to connect with a Pusher client."""

    key: str
    host: str
    port: int
    auth_endpoint: str
    channels: RealtimeChannels


class ChannelAuth(TypedDict):
    """The signature that a Pusher client subscribes with."""

    auth: str
    channel_data: NotRequired[Annotated[str, Field(description="JSON; of presence channels alone, else absent")]]


class UserAuth(TypedDict):
    """The signature that a Pusher client signs in with."""

    auth: str
    user_data: Annotated[str, Field(description="JSON")]
