"""The agent session: an agent's working period as the server sees it. Changed only by events (events.py)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from call24.kit.ids import CallId, OfferId, TenantId, UserId


class AgentState(StrEnum):
    OFFLINE = "offline"
    AVAILABLE = "available"
    OFFERED = "offered"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent wants to be once the work in hand is done. The latest wish counts."""

    state: AgentState
    reason: str | None = None


class AgentSession(msgspec.Struct, frozen=True, kw_only=True):
    """``idle_since`` orders the longest-idle routing: since when the agent has had no call and refused none."""

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

    @property
    def there(self) -> bool:
        """Whether a caller may hope for this agent. Who was unreachable is not there, whatever the screen says."""
        if self.state is AgentState.PAUSED:
            return self.reason != UNREACHABLE
        return self.state is not AgentState.OFFLINE


UNREACHABLE = "unreachable"
