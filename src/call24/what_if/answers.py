"""What the API answers to "what would this day have been like with other settings of a queue?"."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Date, Instant
from call24.kit.ids import CallId, QueueId, UserId
from call24.queues.model import Strategy


class WhatIfSkill(TypedDict):
    """A skill that the changed queue would need. What the request leaves out is absent."""

    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class WhatIfChanges(TypedDict, total=False):
    """The settings as they would be. Those that the request left out are absent."""

    strategy: Strategy
    members: list[str]
    priority: int
    skills: list[WhatIfSkill]
    max_wait_s: int
    max_waiting: int | None
    auto_pause_after: int


class WhatIfMaxWait(TypedDict):
    """Callers that the changed longest wait concerns."""

    would_leave: Annotated[int, Field(description="Waited longer than the changed limit")]
    might_stay: Annotated[int, Field(description="Left at the real limit, which is shorter")]


class WhatIfMaxWaiting(TypedDict):
    """Callers that the changed longest line concerns."""

    would_be_full: int
    might_join: int


class WhatIfAutoPause(TypedDict):
    """Agents that the changed limit of missed offers concerns."""

    would_pause: int
    would_not: int


class WhatIfReason(TypedDict):
    """An agent who would have been looked at, and the reason for or against."""

    agent_id: UserId
    chosen: bool
    code: Annotated[str, Field(description="A stable code, such as `idle_longest`")]
    idle_s: float | None


class WhatIfDecision(TypedDict):
    """An offer that was made, and whom it would have rung."""

    at: Instant
    call_id: CallId
    queue_id: QueueId | None
    rung: Annotated[list[UserId], Field(description="Who was really rung")]
    as_now: Annotated[list[UserId], Field(description="Who would be, with the settings as they are now")]
    would_ring: Annotated[list[UserId], Field(description="Who would be, with the change. Empty: nobody")]
    hopeless: Annotated[bool, Field(description="Nobody could have been hoped for: the call would have left")]
    reasons: Annotated[list[WhatIfReason], Field(description="Of the changed decision, where it differs")]
    instead: Annotated[CallId | None, Field(description="The call that those agents would have been given")]
    reproduced: Annotated[bool, Field(description="`as_now` is what really happened")]
    differs: Annotated[bool, Field(description="The change makes a difference")]


class WhatIfEarlier(TypedDict):
    """A call that would have been offered earlier."""

    at: Annotated[Instant, Field(description="When it would have been offered")]
    call_id: CallId
    would_ring: list[UserId]
    seconds: Annotated[float | None, Field(description="How much later it really was. Null: it never was")]


class WhatIfResult(TypedDict):
    """The figures and decisions of the day with the changed settings."""

    offers: int
    reproduced: int
    differ: int
    earlier: Annotated[int, Field(description="Calls that would have been offered earlier")]
    earlier_s: Annotated[float | None, Field(description="By how many seconds, on average")]
    reached: Annotated[int, Field(description="Calls that would have been offered, and never were")]
    calls: Annotated[int, Field(description="Callers of the queue on that day")]
    max_wait: WhatIfMaxWait
    max_waiting: WhatIfMaxWaiting
    auto_pause: WhatIfAutoPause
    decisions: Annotated[list[WhatIfDecision], Field(description="2,000 at most, those that differ first")]
    left_off: Annotated[int, Field(description="Decisions that were left out")]
    offered_earlier: Annotated[list[WhatIfEarlier], Field(description="2,000 at most")]
    not_modelled: Annotated[list[str], Field(description="What the answer does not take into account, in words")]


class WhatIfAnswer(WhatIfResult):
    """What the day would have been like."""

    day: Date
    queue_id: QueueId
    changes: WhatIfChanges
