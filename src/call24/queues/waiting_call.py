"""A call that waits for an agent: what the call asks for, the desk keeps in its lines, and routing looks at."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.kit.ids import CallId, QueueId, UserId
from call24.tenants.skills import SkillNeed


class WaitingCall(msgspec.Struct, frozen=True, kw_only=True):
    """``queue_id`` None: for certain agents only.

    ``agents``: rung directly: exactly these may have it, whatever their skills; ``ring_all``: they ring at once.
    ``since``: when the caller first joined: a failed offer does not cost the place. ``sticky``: the agent of the last
    conversation, waited for until ``sticky_until``. ``not_before``: a callback is offered to nobody earlier.
    ``tried``: who was offered this call already, last at ``tried_at`` (the desk's time, set when the call joins).
    ``patient``: a callback, which waits also while nobody is there.
    """

    call_id: CallId
    queue_id: QueueId | None
    agents: tuple[UserId, ...] = ()
    ring_all: bool = False
    since: datetime
    priority: int = 0
    skills: tuple[SkillNeed, ...] = ()
    sticky: UserId | None = None
    sticky_until: datetime | None = None
    not_before: datetime | None = None
    tried: tuple[UserId, ...] = ()
    tried_at: datetime | None = None
    patient: bool = False
