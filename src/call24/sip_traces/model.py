"""A trace of one call's SIP messages: what is waited for, and what is kept of each message. In memory alone.

Of a message only what is named here is kept: no display name, no address of a phone, no password, no body.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, NewType

from call24.kit.ids import CallId, ContactId, NumberId, TenantId

SipTraceId = NewType("SipTraceId", str)
SipLane = Literal["customer", "call24", "agent", "other"]
"""`other`: a consult party, an outside number, a supervisor."""
State = Literal["waiting", "capturing", "over"]
"""`waiting`: for the call; `capturing`: of that call; `over`: see `Reason`."""
Reason = Literal["call_ended", "time_over", "ended", "too_busy", "unread"]
Address = tuple[str, int]


class Wish(NamedTuple):
    """Which call: the next one to a number of the organisation, or placed with it. `numbers`: shown whole."""

    tenant_id: TenantId
    number_id: NumberId
    e164: str
    numbers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedMessage:
    """`seq` counts from 1; `at`: seconds since 1970, when Asterisk got or sent it; `line`: method and who is asked
    for, or status and its usual phrase; `cseq`: number and method; `sender`, `receiver`: From and To, masked;
    `media`: a summary of each stream of the SDP; `again`: sent before in the same words; `size`: bytes on the wire."""

    seq: int
    at: float
    source: SipLane
    target: SipLane
    line: str
    cseq: str
    sip_call_id: str
    sender: str
    receiver: str
    media: tuple[str, ...]
    again: bool
    size: int


@dataclass(slots=True, kw_only=True)
class SipTrace:
    """`until`: a wish without a call is over then; `gone_at`: kept until then. `left_out`: messages beyond the bound,
    of which the oldest after the first ones went; `missed`: those that came and could not be read, or not be told
    from another call's."""

    id: SipTraceId
    wish: Wish
    began_at: datetime
    until: datetime
    gone_at: datetime
    state: State = "waiting"
    reason: Reason | None = None
    call_id: CallId | None = None
    contact_ids: set[ContactId] = field(default_factory=set)
    """Everybody from outside who has a part in the call."""
    messages: list[TracedMessage] = field(default_factory=list)
    left_out: int = 0
    missed: int = 0
    missed_before: int = 0
    """Of all that the kernel had no room for, what was before the call."""
    read_at: float = 0.0
    """When it was asked for last, by the loop's clock."""
    readers: dict[str, int] = field(default_factory=dict)
    """Who reads on, by a token of their first answer: the last message that each was given."""

    @property
    def live(self) -> bool:
        return self.state != "over"
