"""What the API answers about calls in hand, outbound calls, monitoring and callbacks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.calls.model import CallState
from call24.kit.answers import Instant
from call24.kit.ids import CallId, QueueId, UserId


class CallCommandAccepted(TypedDict):
    """The command was accepted and is being carried out; what comes of it is told by realtime events. Always empty."""


class PlacedCall(TypedDict):
    """A call that is being placed."""

    id: CallId


class Callback(TypedDict):
    """A customer who is to be called back. It is a waiting call."""

    id: CallId
    state: CallState
    number: Annotated[str | None, Field(description="E.164. Null: the contact was erased")]
    name: str | None
    restricted: Annotated[bool, Field(description="The customer's data is kept and not used: nothing of it is shown")]
    queue_id: QueueId | None
    agent_id: Annotated[UserId | None, Field(description="The agent who has the callback now")]
    origin_call_id: Annotated[CallId | None, Field(description="The call in which it was promised")]
    since: Annotated[Instant, Field(description="Its place in the queue")]
    attempts: Annotated[int, Field(description="How often the customer was rung in vain")]
    not_before: Annotated[Instant | None, Field(description="When it is tried next, after an attempt in vain")]
    expires_at: Annotated[Instant, Field(description="When it is given up")]


class CallbackPage(TypedDict):
    """One page of callbacks, in the order in which they were promised."""

    items: list[Callback]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]
