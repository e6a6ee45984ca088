"""What the API answers about push subscriptions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.kit.language import Language


class PushSubscriptionAnswer(TypedDict):
    """One session's browser that is sent notifications. Its address and keys are not answered."""

    device_id: Annotated[str, Field(description="Of the session (`GET /v1/me/sessions`)")]
    host: Annotated[str, Field(description="The push service of the browser's vendor")]
    shows_caller: Annotated[bool, Field(description="Whether notifications of calls say who calls")]
    language: Annotated[Language, Field(description="Of the notifications on this device")]
    current: Annotated[bool, Field(description="Whether it is of the session that asks")]
    created_at: Instant


class PushSubscriptionPage(TypedDict):
    """A page of the current user's push subscriptions, the oldest first."""

    items: list[PushSubscriptionAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
    application_server_key: Annotated[
        str,
        Field(description="What a browser subscribes with (`applicationServerKey`): base64url of a point of P-256"),
    ]
