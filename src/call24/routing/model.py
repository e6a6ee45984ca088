"""What routing is asked and what it answers. Frozen data; who decides is ``rules.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.model import Strategy
from call24.tenants.skills import SkillNeed


class WaitingCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that wants an agent.

    ``agents``: rung directly: exactly these may have it, whatever their skills; ``ring_all``: they ring at once.
    ``since``: when the caller first joined. ``sticky``: the agent of the last talk, waited for until ``sticky_until``.
    ``not_before``: a call-back is offered to nobody earlier. ``tried``: who was offered this call already, last at
    ``tried_at``. ``patient``: a call-back, which waits also while nobody is there.
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


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """``skills``: level by name, 1 to 10."""

    agent_id: UserId
    skills: Mapping[str, int] = {}


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A queue, as far as routing knows it."""

    queue_id: QueueId
    strategy: Strategy = "longest_idle"
    members: tuple[Member, ...] = ()


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why an agent was chosen or not. ``code``: see rules.py; ``idle_s`` only for one who was free."""

    agent_id: UserId
    chosen: bool
    code: str
    idle_s: float | None = None


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """``agent_ids``: who is to be rung, one or, where all ring at once, several.

    ``reasons``: of every candidate, or of a large team of those who matter; ``others``: how many more, by code.
    """

    call_id: CallId
    agent_ids: tuple[UserId, ...]
    reasons: tuple[Reason, ...]
    others: Mapping[str, int] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """``hopeless``: calls that nobody who is there could ever take. ``look_again_at``: when waiting alone could
    change the decision: a skill relaxes, a second try is allowed, a call-back is due, the sticky agent's time is up."""

    matches: tuple[Match, ...]
    hopeless: tuple[CallId, ...]
    look_again_at: datetime | None
