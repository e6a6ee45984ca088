"""What the operator is told of SIP traces."""

from __future__ import annotations

from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.kit.ids import CallId, TenantId
from call24.sip_traces.model import Reason, SipLane, SipTraceId, State

SipMessageAnswer = TypedDict(
    "SipMessageAnswer",
    {
        "seq": int,
        "after_s": float,
        "from": SipLane,
        "to": SipLane,
        "line": str,
        "cseq": str,
        "sip_call_id": str,
        "sender": str,
        "receiver": str,
        "media": list[str],
        "again": bool,
        "size": int,
    },
)
"""A message of the call. `after_s`: since the first one; `sender`, `receiver`: From and To; `again`: a repetition."""


class SipTraceAnswer(TypedDict):
    """A trace without its messages. `reason`: why it is over; `messages`: how many there are."""

    id: SipTraceId
    tenant_id: TenantId
    state: State
    reason: Reason | None
    call_id: CallId | None
    began_at: Instant
    until: Instant
    gone_at: Instant
    messages: int


class SipTraceList(TypedDict):
    items: list[SipTraceAnswer]
    next: None


class SipTraceShown(TypedDict):
    """`left_out`: messages beyond the bound; `missed`: those that could not be read, or may be another call's;
    `reader`: to be sent with the next question, None while there are no messages."""

    trace: SipTraceAnswer
    reader: str | None
    left_out: int
    missed: int
    items: list[SipMessageAnswer]
