"""Queues. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class RequiredSkill(TypedDict):
    """A skill that calls require of the agent."""

    name: str
    level: int
    relax_after_s: int | None


class VoicemailExit(TypedDict):
    """The caller may leave a message."""

    to: Literal["voicemail"]
    prompt: str | None


class HangUpExit(TypedDict):
    """The call is ended."""

    to: Literal["hang_up"]
    prompt: str | None


class QueueExit(TypedDict):
    """The caller goes on to another queue."""

    to: Literal["queue"]
    queue_id: str


class FlowExit(TypedDict):
    """The caller goes on to a flow."""

    to: Literal["flow"]
    flow_id: str


class QueueExits(TypedDict):
    """Where callers go who cannot stay in the queue, for each reason."""

    max_wait: VoicemailExit | HangUpExit | QueueExit | FlowExit
    full: VoicemailExit | HangUpExit | QueueExit | FlowExit
    nobody: VoicemailExit | HangUpExit | QueueExit | FlowExit
    closed: VoicemailExit | HangUpExit | QueueExit | FlowExit


class Queue(TypedDict):
    """A queue: who answers its callers and how, how long they wait, and where unanswered calls go."""

    id: str
    name: str
    members: list[str]
    strategy: Literal["longest_idle", "round_robin", "least_calls", "ring_all"]
    priority: int
    skills: list[RequiredSkill]
    offer_s: int
    max_wait_s: int
    max_waiting: int | None
    hours_id: str | None
    exits: QueueExits
    wrap_up_s: int
    service_level_s: int
    music: str
    announce_position: bool
    announce_wait: bool
    announce_every_s: int
    record: Literal["always", "on_demand", "never"]
    record_announcement: bool
    not_announced_because: str | None
    recording_days: int | None
    recording_days_reason: str | None
    ring_during_greeting: bool
    auto_resume_s: int
    auto_pause_after: int
    sticky_days: int
    sticky_wait_s: int
    keep_place_s: int
    disposition: Literal["off", "optional", "required"]
    dispositions: list[str]
    callback: bool
    callback_expires_s: int
    callback_attempts: int
    callback_retry_s: int
    callback_ring_s: int
    offers_tasks: bool
    task_offer_s: int
    tasks_at_once: int
    alert_wait_s: int | None
    alert_waiting: int | None


class QueuePage(TypedDict):
    """A page of queues, by name."""

    items: list[Queue]
    next: str | None


class SkillNeedBody(TypedDict):
    """A skill that calls require of the agent. `level`: the least that will do, 1 to 10. `relax_after_s`: after this
    wait it is no longer required; null: it always is.
    """

    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class ToVoicemailBody(TypedDict):
    """The caller may leave a message. `prompt`: what is played first; null: the built-in words."""

    to: Literal["voicemail"]
    prompt: NotRequired[str | None]


class ToHangUpBody(TypedDict):
    """The call is ended. `prompt`: what is played first; null: nothing."""

    to: Literal["hang_up"]
    prompt: NotRequired[str | None]


class QueueExitsChange(TypedDict):
    """Where callers go who cannot stay in the queue, for each reason. Reasons that are left out stay as they are."""

    max_wait: NotRequired[ToVoicemailBody | ToHangUpBody | QueueExit | FlowExit]
    full: NotRequired[ToVoicemailBody | ToHangUpBody | QueueExit | FlowExit]
    nobody: NotRequired[ToVoicemailBody | ToHangUpBody | QueueExit | FlowExit]
    closed: NotRequired[ToVoicemailBody | ToHangUpBody | QueueExit | FlowExit]


class NewQueue(TypedDict):
    """All settings of a queue. Fields that are left out have their defaults."""

    name: str
    members: NotRequired[list[str]]
    strategy: NotRequired[Literal["longest_idle", "round_robin", "least_calls", "ring_all"]]
    priority: NotRequired[int]
    skills: NotRequired[list[SkillNeedBody]]
    offer_s: NotRequired[int]
    max_wait_s: NotRequired[int]
    max_waiting: NotRequired[int | None]
    hours_id: NotRequired[str | None]
    exits: NotRequired[QueueExitsChange]
    wrap_up_s: NotRequired[int]
    service_level_s: NotRequired[int]
    music: NotRequired[str]
    announce_position: NotRequired[bool]
    announce_wait: NotRequired[bool]
    announce_every_s: NotRequired[int]
    record: NotRequired[Literal["always", "on_demand", "never"]]
    record_announcement: NotRequired[bool]
    not_announced_because: NotRequired[str | None]
    recording_days: NotRequired[int | None]
    recording_days_reason: NotRequired[str | None]
    ring_during_greeting: NotRequired[bool]
    auto_resume_s: NotRequired[int]
    auto_pause_after: NotRequired[int]
    sticky_days: NotRequired[int]
    sticky_wait_s: NotRequired[int]
    keep_place_s: NotRequired[int]
    disposition: NotRequired[Literal["off", "optional", "required"]]
    dispositions: NotRequired[list[str]]
    callback: NotRequired[bool]
    callback_expires_s: NotRequired[int]
    callback_attempts: NotRequired[int]
    callback_retry_s: NotRequired[int]
    callback_ring_s: NotRequired[int]
    offers_tasks: NotRequired[bool]
    task_offer_s: NotRequired[int]
    tasks_at_once: NotRequired[int]
    alert_wait_s: NotRequired[int | None]
    alert_waiting: NotRequired[int | None]


class QueueChange(TypedDict):
    """Settings of a queue. Fields that are left out stay as they are. Durations (`*_s`) are in seconds. `members`:
    ids of users. `max_waiting` null: no limit. `recording_days`: of its recordings, also of those that are kept
    already; null: as the organisation says. More days than the organisation keeps call records need
    `recording_days_reason`, the law or contract that asks for them (422 `retention_reason_required`). `hours_id`
    null: always open. `auto_resume_s`, `auto_pause_after`, `sticky_days`, `keep_place_s` 0: off. `dispositions`:
    ids of those to choose from; empty: all. `record` `always` needs `record_announcement`, or
    `not_announced_because`: in words, why callers need not hear that they are recorded (422
    `recording_not_announced`). `offers_tasks`: open tasks of the queue that are assigned to nobody are offered to
    free agents as calls are; each may accept within `task_offer_s`. `alert_wait_s`, `alert_waiting` null: no
    alert.
    """

    name: NotRequired[str]
    members: NotRequired[list[str]]
    strategy: NotRequired[Literal["longest_idle", "round_robin", "least_calls", "ring_all"]]
    priority: NotRequired[int]
    skills: NotRequired[list[SkillNeedBody]]
    offer_s: NotRequired[int]
    max_wait_s: NotRequired[int]
    max_waiting: NotRequired[int | None]
    hours_id: NotRequired[str | None]
    exits: NotRequired[QueueExitsChange]
    wrap_up_s: NotRequired[int]
    service_level_s: NotRequired[int]
    music: NotRequired[str]
    announce_position: NotRequired[bool]
    announce_wait: NotRequired[bool]
    announce_every_s: NotRequired[int]
    record: NotRequired[Literal["always", "on_demand", "never"]]
    record_announcement: NotRequired[bool]
    not_announced_because: NotRequired[str | None]
    recording_days: NotRequired[int | None]
    recording_days_reason: NotRequired[str | None]
    ring_during_greeting: NotRequired[bool]
    auto_resume_s: NotRequired[int]
    auto_pause_after: NotRequired[int]
    sticky_days: NotRequired[int]
    sticky_wait_s: NotRequired[int]
    keep_place_s: NotRequired[int]
    disposition: NotRequired[Literal["off", "optional", "required"]]
    dispositions: NotRequired[list[str]]
    callback: NotRequired[bool]
    callback_expires_s: NotRequired[int]
    callback_attempts: NotRequired[int]
    callback_retry_s: NotRequired[int]
    callback_ring_s: NotRequired[int]
    offers_tasks: NotRequired[bool]
    task_offer_s: NotRequired[int]
    tasks_at_once: NotRequired[int]
    alert_wait_s: NotRequired[int | None]
    alert_waiting: NotRequired[int | None]


def list_queues(*, limit: int | None = None, cursor: str | None = None) -> Request[QueuePage]:
    """Lists the organisation's queues by name."""
    return Request("GET", "/v1/queues", query={"limit": limit, "cursor": cursor})


def add_queue(body: NewQueue, *, idempotency_key: str | None = None) -> Request[Queue]:
    """Creates a queue. It records nothing unless `record` says so. 409 `queue_name_taken` where there is a queue
    with this name, `too_many` where the organisation has 200 already.
    """
    return Request("POST", "/v1/queues", body=body, headers={"Idempotency-Key": idempotency_key})


def read_queue(queue_id: str) -> Request[Queue]:
    """Retrieves a queue."""
    return Request("GET", f"/v1/queues/{part(queue_id)}")


def change_queue(queue_id: str, body: QueueChange, *, if_match: str | None = None) -> Request[Queue]:
    """Updates the given settings of a queue. Calls that wait keep the settings that they joined with, but members,
    strategy and skills apply at once. 409 `queue_name_taken` where another queue has this name.
    """
    return Request("PATCH", f"/v1/queues/{part(queue_id)}", body=body, headers={"If-Match": if_match})


def replace_queue(queue_id: str, body: NewQueue, *, if_match: str | None = None) -> Request[Queue]:
    """Replaces all settings of a queue. Fields that are left out get their defaults."""
    return Request("PUT", f"/v1/queues/{part(queue_id)}", body=body, headers={"If-Match": if_match})


def delete_queue(queue_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a queue. 409 `queue_in_use` while a number, a flow or another queue leads to it."""
    return Request("DELETE", f"/v1/queues/{part(queue_id)}", headers={"If-Match": if_match}, answer="nothing")
