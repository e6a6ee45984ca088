"""What if. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request


class WhatIfMaxWait(TypedDict):
    """Callers that the changed longest wait concerns."""

    would_leave: int
    might_stay: int


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

    agent_id: str
    chosen: bool
    code: str
    idle_s: float | None


class WhatIfDecision(TypedDict):
    """An offer that was made, and whom it would have rung."""

    at: str
    call_id: str
    queue_id: str | None
    rung: list[str]
    as_now: list[str]
    would_ring: list[str]
    hopeless: bool
    reasons: list[WhatIfReason]
    instead: str | None
    reproduced: bool
    differs: bool


class WhatIfEarlier(TypedDict):
    """A call that would have been offered earlier."""

    at: str
    call_id: str
    would_ring: list[str]
    seconds: float | None


class WhatIfSkill(TypedDict):
    """A skill that the changed queue would need. What the request leaves out is absent."""

    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class WhatIfChanges(TypedDict):
    """The settings as they would be. Those that the request left out are absent."""

    strategy: NotRequired[Literal["longest_idle", "round_robin", "least_calls", "ring_all"]]
    members: NotRequired[list[str]]
    priority: NotRequired[int]
    skills: NotRequired[list[WhatIfSkill]]
    max_wait_s: NotRequired[int]
    max_waiting: NotRequired[int | None]
    auto_pause_after: NotRequired[int]


class WhatIfAnswer(TypedDict):
    """What the day would have been like."""

    offers: int
    reproduced: int
    differ: int
    earlier: int
    earlier_s: float | None
    reached: int
    calls: int
    max_wait: WhatIfMaxWait
    max_waiting: WhatIfMaxWaiting
    auto_pause: WhatIfAutoPause
    decisions: list[WhatIfDecision]
    left_off: int
    offered_earlier: list[WhatIfEarlier]
    not_modelled: list[str]
    day: str
    queue_id: str
    changes: WhatIfChanges


class SkillNeedBody(TypedDict):
    """A skill that calls require of the agent. `level`: the least that will do, 1 to 10. `relax_after_s`: after this
    wait it is no longer required; null: it always is.
    """

    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class Changes(TypedDict):
    """The settings to try. What is left out is as it is now."""

    strategy: NotRequired[Literal["longest_idle", "round_robin", "least_calls", "ring_all"]]
    members: NotRequired[list[str]]
    priority: NotRequired[int]
    skills: NotRequired[list[SkillNeedBody]]
    max_wait_s: NotRequired[int]
    max_waiting: NotRequired[int | None]
    auto_pause_after: NotRequired[int]


class Question(TypedDict):
    """Which day, and what would be different. `day`: YYYY-MM-DD, in the organisation's time zone."""

    day: str
    queue_id: str
    changes: Changes


def ask(body: Question) -> Request[WhatIfAnswer]:
    """Replays a day with other settings of a queue: every offer, and whom it would have rung. Changes nothing.
    `not_modelled` says what the answer does not take into account. One question at a time per organisation: 429
    while another is being answered.
    """
    return Request("POST", "/v1/what-if", body=body)
