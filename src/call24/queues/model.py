"""A queue: where callers wait, who answers them, how, and what becomes of those whom nobody answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, REFERENCE, SETTING, TENANT, TIME, Category, Unset, WithAccount, document, of_user
from call24.kit.ids import DispositionId, FlowId, HoursId, QueueId, TenantId, UserId
from call24.tenants.skills import SkillNeed

_MEMBER = of_user(Category.WORK, "whom its calls are offered to", kept=WithAccount(), erase=Unset())

Recording = Literal["always", "on_demand", "never"]
Strategy = Literal["longest_idle", "round_robin", "least_calls", "ring_all"]
Disposition = Literal["off", "optional", "required"]
ExitReason = Literal["max_wait", "full", "nobody", "closed"]


class ToVoicemail(msgspec.Struct, frozen=True, kw_only=True, tag_field="to", tag="voicemail"):
    prompt: Annotated[str | None, SETTING] = None


class ToHangUp(msgspec.Struct, frozen=True, kw_only=True, tag_field="to", tag="hang_up"):
    prompt: Annotated[str | None, SETTING] = None


class ToQueue(msgspec.Struct, frozen=True, kw_only=True, tag_field="to", tag="queue"):
    queue_id: Annotated[QueueId, REFERENCE]


class ToFlow(msgspec.Struct, frozen=True, kw_only=True, tag_field="to", tag="flow"):
    flow_id: Annotated[FlowId, REFERENCE]


Way = ToVoicemail | ToHangUp | ToQueue | ToFlow
"""Where a caller goes who cannot stay in the queue."""


class Exits(msgspec.Struct, frozen=True, kw_only=True):
    """The ways out. `max_wait`: waited too long; `full`: `max_waiting` wait already; `nobody`: no agent who could ever
    take the call is signed in; `closed`: outside the queue's hours."""

    max_wait: Annotated[Way, SETTING] = ToVoicemail()
    full: Annotated[Way, SETTING] = ToVoicemail()
    nobody: Annotated[Way, SETTING] = ToVoicemail()
    closed: Annotated[Way, SETTING] = ToVoicemail()


@document("queues", tenant=True, audited=("members",))
class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """`offer_s`: how long an agent's phone rings; `max_wait_s`: the longest wait, then `exits.max_wait`.

    `wrap_up_s`: the agent's time after a call; `service_level_s`: answered within this is in time; `music`: a class.
    `priority`: higher is served first, whatever the queue; `max_waiting`: None is no limit; `hours_id`: None is always
    open. `skills`: asked of the agent for every call. `announce_*`: the caller's place and expected wait, told again
    every `announce_every_s`. `ring_during_greeting`: an announcement that leads here plays while agents are rung; the
    answer cuts it. `not_announced_because`: why callers do not hear that they are recorded. `recording_days`: how long
    its recordings stay, None: as the organisation says; `recording_days_reason`: the legal reason, where that is longer
    than call records. `auto_resume_s`: a paused recording goes on by itself (0:
    never). `auto_pause_after`: missed offers in a row that pause the agent (0: never). `sticky_days`: a caller is given
    the agent of the last talk within so many days (0: off), waiting for it `sticky_wait_s`. `keep_place_s`: who hangs
    up and rings again within this gets the place back (0: off). `dispositions`: those to choose from (empty: all).
    `callback`: offered instead of waiting; `callback_*`: for how long, how many attempts, the time between them, how
    long the customer is rung. `offers_tasks`: its open tasks are offered to free agents, each for `task_offer_s`; who
    has `tasks_at_once` in progress is offered none. `alert_wait_s`, `alert_waiting`: supervisors are told when a caller
    has waited for so long, or so many wait (None: never).
    """

    id: Annotated[QueueId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    members: Annotated[tuple[UserId, ...], _MEMBER] = ()
    strategy: Annotated[Strategy, SETTING] = "longest_idle"
    priority: Annotated[int, SETTING] = 0
    skills: Annotated[tuple[SkillNeed, ...], SETTING] = ()
    offer_s: Annotated[int, SETTING] = 20
    max_wait_s: Annotated[int, SETTING] = 600
    max_waiting: Annotated[int | None, SETTING] = None
    hours_id: Annotated[HoursId | None, REFERENCE] = None
    exits: Annotated[Exits, SETTING] = Exits()
    wrap_up_s: Annotated[int, SETTING] = 10
    service_level_s: Annotated[int, SETTING] = 20
    music: Annotated[str, SETTING] = "default"
    announce_position: Annotated[bool, SETTING] = False
    announce_wait: Annotated[bool, SETTING] = False
    announce_every_s: Annotated[int, SETTING] = 45
    record: Annotated[Recording, SETTING] = "always"
    record_announcement: Annotated[bool, SETTING] = False
    not_announced_because: Annotated[str | None, SETTING] = None
    recording_days: Annotated[int | None, SETTING] = None
    recording_days_reason: Annotated[str | None, SETTING] = None
    ring_during_greeting: Annotated[bool, SETTING] = False
    auto_resume_s: Annotated[int, SETTING] = 120
    auto_pause_after: Annotated[int, SETTING] = 3
    sticky_days: Annotated[int, SETTING] = 0
    sticky_wait_s: Annotated[int, SETTING] = 20
    keep_place_s: Annotated[int, SETTING] = 0
    disposition: Annotated[Disposition, SETTING] = "off"
    dispositions: Annotated[tuple[DispositionId, ...], REFERENCE] = ()
    callback: Annotated[bool, SETTING] = False
    callback_expires_s: Annotated[int, SETTING] = 14400
    callback_attempts: Annotated[int, SETTING] = 3
    callback_retry_s: Annotated[int, SETTING] = 300
    callback_ring_s: Annotated[int, SETTING] = 30
    offers_tasks: Annotated[bool, SETTING] = False
    task_offer_s: Annotated[int, SETTING] = 60
    tasks_at_once: Annotated[int, SETTING] = 1
    alert_wait_s: Annotated[int | None, SETTING] = None
    alert_waiting: Annotated[int | None, SETTING] = None
    created_at: Annotated[datetime, TIME]
