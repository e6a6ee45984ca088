"""Queues. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListQueuesAnswerItemsItemExitsMaxWait(TypedDict):
    to: NotRequired[str | None]
    prompt: NotRequired[Any]


class ListQueuesAnswerItemsItemExits(TypedDict):
    max_wait: NotRequired[ListQueuesAnswerItemsItemExitsMaxWait | None]
    full: NotRequired[ListQueuesAnswerItemsItemExitsMaxWait | None]
    nobody: NotRequired[ListQueuesAnswerItemsItemExitsMaxWait | None]
    closed: NotRequired[ListQueuesAnswerItemsItemExitsMaxWait | None]


class ListQueuesAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    members: NotRequired[list[str | None] | None]
    strategy: NotRequired[str | None]
    priority: NotRequired[float | None]
    skills: NotRequired[list[Any] | None]
    offer_s: NotRequired[float | None]
    max_wait_s: NotRequired[float | None]
    max_waiting: NotRequired[Any]
    hours_id: NotRequired[Any]
    exits: NotRequired[ListQueuesAnswerItemsItemExits | None]
    wrap_up_s: NotRequired[float | None]
    service_level_s: NotRequired[float | None]
    music: NotRequired[str | None]
    announce_position: NotRequired[bool | None]
    announce_wait: NotRequired[bool | None]
    announce_every_s: NotRequired[float | None]
    record: NotRequired[str | None]
    record_announcement: NotRequired[bool | None]
    ring_during_greeting: NotRequired[bool | None]
    auto_resume_s: NotRequired[float | None]
    auto_pause_after: NotRequired[float | None]
    sticky_days: NotRequired[float | None]
    sticky_wait_s: NotRequired[float | None]
    keep_place_s: NotRequired[float | None]
    disposition: NotRequired[str | None]
    dispositions: NotRequired[list[Any] | None]
    callback: NotRequired[bool | None]
    callback_expires_s: NotRequired[float | None]
    callback_attempts: NotRequired[float | None]
    callback_retry_s: NotRequired[float | None]
    callback_ring_s: NotRequired[float | None]


class ListQueuesAnswer(TypedDict):
    items: list[ListQueuesAnswerItemsItem | None]
    next: NotRequired[Any]


class AddQueueAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    members: NotRequired[list[str | None] | None]
    strategy: NotRequired[str | None]
    priority: NotRequired[float | None]
    skills: NotRequired[list[Any] | None]
    offer_s: NotRequired[float | None]
    max_wait_s: NotRequired[float | None]
    max_waiting: NotRequired[Any]
    hours_id: NotRequired[Any]
    exits: NotRequired[ListQueuesAnswerItemsItemExits | None]
    wrap_up_s: NotRequired[float | None]
    service_level_s: NotRequired[float | None]
    music: NotRequired[str | None]
    announce_position: NotRequired[bool | None]
    announce_wait: NotRequired[bool | None]
    announce_every_s: NotRequired[float | None]
    record: NotRequired[str | None]
    record_announcement: NotRequired[bool | None]
    ring_during_greeting: NotRequired[bool | None]
    auto_resume_s: NotRequired[float | None]
    auto_pause_after: NotRequired[float | None]
    sticky_days: NotRequired[float | None]
    sticky_wait_s: NotRequired[float | None]
    keep_place_s: NotRequired[float | None]
    disposition: NotRequired[str | None]
    dispositions: NotRequired[list[Any] | None]
    callback: NotRequired[bool | None]
    callback_expires_s: NotRequired[float | None]
    callback_attempts: NotRequired[float | None]
    callback_retry_s: NotRequired[float | None]
    callback_ring_s: NotRequired[float | None]


class Need(TypedDict):
    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class Voicemail(TypedDict):
    to: Literal["voicemail"]
    prompt: NotRequired[str | None]


class HangUp(TypedDict):
    to: Literal["hang_up"]
    prompt: NotRequired[str | None]


class AnotherQueue(TypedDict):
    to: Literal["queue"]
    queue_id: str


class AFlow(TypedDict):
    to: Literal["flow"]
    flow_id: str


class WaysOut(TypedDict):
    """What is not named stays as it is."""

    max_wait: NotRequired[Voicemail | HangUp | AnotherQueue | AFlow]
    full: NotRequired[Voicemail | HangUp | AnotherQueue | AFlow]
    nobody: NotRequired[Voicemail | HangUp | AnotherQueue | AFlow]
    closed: NotRequired[Voicemail | HangUp | AnotherQueue | AFlow]


class NewQueue(TypedDict):
    name: str
    members: NotRequired[list[str]]
    strategy: NotRequired[Literal["longest_idle", "round_robin", "least_calls", "ring_all"]]
    priority: NotRequired[int]
    skills: NotRequired[list[Need]]
    offer_s: NotRequired[int]
    max_wait_s: NotRequired[int]
    max_waiting: NotRequired[int | None]
    hours_id: NotRequired[str | None]
    exits: NotRequired[WaysOut]
    wrap_up_s: NotRequired[int]
    service_level_s: NotRequired[int]
    music: NotRequired[str]
    announce_position: NotRequired[bool]
    announce_wait: NotRequired[bool]
    announce_every_s: NotRequired[int]
    record: NotRequired[Literal["always", "on_demand", "never"]]
    record_announcement: NotRequired[bool]
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


class QueueChange(TypedDict):
    """What is not named stays as it is; when a queue is made or put anew it is as shown here."""

    name: NotRequired[str]
    members: NotRequired[list[str]]
    strategy: NotRequired[Literal["longest_idle", "round_robin", "least_calls", "ring_all"]]
    priority: NotRequired[int]
    skills: NotRequired[list[Need]]
    offer_s: NotRequired[int]
    max_wait_s: NotRequired[int]
    max_waiting: NotRequired[int | None]
    hours_id: NotRequired[str | None]
    exits: NotRequired[WaysOut]
    wrap_up_s: NotRequired[int]
    service_level_s: NotRequired[int]
    music: NotRequired[str]
    announce_position: NotRequired[bool]
    announce_wait: NotRequired[bool]
    announce_every_s: NotRequired[int]
    record: NotRequired[Literal["always", "on_demand", "never"]]
    record_announcement: NotRequired[bool]
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


def list_queues(*, limit: int | None = None, cursor: str | None = None) -> Request[ListQueuesAnswer]:
    """By name."""
    return Request("GET", "/v1/queues", query={"limit": limit, "cursor": cursor})


def add_queue(body: NewQueue, *, idempotency_key: str | None = None) -> Request[AddQueueAnswer]:
    """Add Queue."""
    return Request("POST", "/v1/queues", body=body, headers={"Idempotency-Key": idempotency_key})


def read_queue(queue_id: str) -> Request[AddQueueAnswer]:
    """Read Queue."""
    return Request("GET", f"/v1/queues/{part(queue_id)}")


def change_queue(queue_id: str, body: QueueChange, *, if_match: str | None = None) -> Request[AddQueueAnswer]:
    """Change Queue."""
    return Request("PATCH", f"/v1/queues/{part(queue_id)}", body=body, headers={"If-Match": if_match})


def replace_queue(queue_id: str, body: NewQueue, *, if_match: str | None = None) -> Request[AddQueueAnswer]:
    """What is not named is as in a new queue."""
    return Request("PUT", f"/v1/queues/{part(queue_id)}", body=body, headers={"If-Match": if_match})


def delete_queue(queue_id: str, *, if_match: str | None = None) -> Request[None]:
    """Refused while a number, a flow or another queue leads there."""
    return Request("DELETE", f"/v1/queues/{part(queue_id)}", headers={"If-Match": if_match}, answer="nothing")
