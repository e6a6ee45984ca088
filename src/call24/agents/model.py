"""The agent session: an agent's working period as the server sees it. Changed only by events (events.py)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from call24.kit.ids import CallId, DispositionId, OfferId, QueueId, TenantId, UserId

DispositionMode = Literal["off", "optional", "required"]


class AgentState(StrEnum):
    OFFLINE = "offline"
    AVAILABLE = "available"
    OFFERED = "offered"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent wants to be once the work in hand is done. The latest wish counts.

    ``limit_s``: how long that pause may last, from its beginning. ``at_once``: wished while a disposition kept the
    agent in wrap-up, so it is done as soon as that is given, also before the wrap-up's time is up.
    """

    state: AgentState
    reason: str | None = None
    limit_s: int | None = None
    at_once: bool = False


class AgentSession(msgspec.Struct, frozen=True, kw_only=True):
    """``idle_since`` orders the longest-idle routing: since when the agent has had no call and refused none.

    ``missed``: offers in a row that nobody answered. ``taken``: calls taken since signed in (own calls do not count).
    ``own``: the call in hand is one that the agent began itself. ``disposition_due``: the call whose disposition is
    asked for and not yet given; ``disposition_required``: the agent stays in wrap-up until it is. ``wrap_up_queue_id``:
    whose dispositions are meant. ``disposition_id``: given for the call in hand; ``disposed_call_id``, ``disposed_as``:
    the last call that one was given for, and which. ``overdue``: the time of the wrap-up or of the pause is up, and the
    agent is still in it. ``phone_awaited_until``: no phone of the agent is registered: it is offered nothing, and until
    then callers wait for it. ``unreached``: offers in a row for which no phone could be rung.
    """

    agent_id: UserId
    tenant_id: TenantId
    state: AgentState = AgentState.OFFLINE
    since: datetime
    idle_since: datetime
    reason: str | None = None
    call_id: CallId | None = None
    offer_id: OfferId | None = None
    wrap_up_until: datetime | None = None
    next: Next | None = None
    missed: int = 0
    last_offered_at: datetime | None = None
    taken: int = 0
    own: bool = False
    disposition_due: CallId | None = None
    disposition_required: bool = False
    wrap_up_queue_id: QueueId | None = None
    disposition_id: DispositionId | None = None
    disposed_call_id: CallId | None = None
    disposed_as: DispositionId | None = None
    pause_limit_at: datetime | None = None
    overdue: bool = False
    phone_awaited_until: datetime | None = None
    unreached: int = 0

    @property
    def free(self) -> bool:
        """Whether a call can be offered now."""
        return self.state is AgentState.AVAILABLE and self.phone_awaited_until is None

    @property
    def not_free(self) -> str:
        """What keeps a call from an agent who is not free, as a code."""
        return "no_phone" if self.state is AgentState.AVAILABLE else self.state.value

    @property
    def there(self) -> bool:
        """Whether a caller may hope for this agent. Whom nobody can reach is not there, whatever the screen says."""
        if self.state is AgentState.PAUSED:
            return self.reason not in GONE
        return self.state is not AgentState.OFFLINE and not (self.next is not None and self.next.reason in GONE)


UNREACHABLE = "unreachable"
"""Pause reason: no phone of the agent could be rung, and none registered in time. Ends when one registers."""
MISSED_CALLS = "missed_calls"
"""Pause reason: too many offers in a row that nobody answered. Ends when the agent says that it is available."""
VANISHED = "vanished"
"""Pause reason: no app and no phone of the agent has been heard of for a while. Ends by itself when one is back."""
BY_SUPERVISOR = "supervisor"
"""Pause reason: a supervisor put the agent there."""
GONE = frozenset({UNREACHABLE, MISSED_CALLS, VANISHED})
