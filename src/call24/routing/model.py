"""What routing is asked and what it answers. Frozen data; who decides is ``rules.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from call24.agents.candidate import Candidate
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.model import Strategy


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """``skills``: level by name, 1 to 10."""

    agent_id: UserId
    skills: Mapping[str, int] = {}


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A queue, as far as routing knows it."""

    queue_id: QueueId
    strategy: Strategy = "longest_idle"
    members: tuple[Member, ...] = ()


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """``agent_ids``: who is to be rung, one or, where all ring at once, several.

    ``candidates``: all, or of a large team those who matter; ``others``: how many more, by reason.
    """

    call_id: CallId
    agent_ids: tuple[UserId, ...]
    candidates: tuple[Candidate, ...]
    others: Mapping[str, int] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """``hopeless``: calls that nobody who is there could ever take. ``look_again_at``: when waiting alone could
    change the decision: a skill relaxes, a second try is allowed, a callback is due, the sticky agent's time is up."""

    matches: tuple[Match, ...]
    hopeless: tuple[CallId, ...]
    look_again_at: datetime | None
