"""Flows. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListFlowsAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    revision: NotRequired[float | None]
    published: NotRequired[float | None]
    created_at: NotRequired[str | None]
    updated_at: NotRequired[str | None]


class ListFlowsAnswer(TypedDict):
    items: list[ListFlowsAnswerItemsItem | None]
    next: NotRequired[Any]


class AddFlowAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    revision: NotRequired[float | None]
    published: NotRequired[Any]
    created_at: NotRequired[str | None]
    updated_at: NotRequired[str | None]
    start: NotRequired[str | None]
    nodes: NotRequired[dict[str, Any] | None]


class AnnounceBody(TypedDict):
    type: Literal["announce"]
    prompt: NotRequired[str]
    next: NotRequired[str]


class MenuBody(TypedDict):
    type: Literal["menu"]
    prompt: NotRequired[str]
    choices: NotRequired[dict[str, str]]
    timeout_s: NotRequired[int]
    tries: NotRequired[int]
    on_timeout: NotRequired[str]
    on_invalid: NotRequired[str]
    invalid_prompt: NotRequired[str | None]


class HoursBody(TypedDict):
    type: Literal["hours"]
    hours_id: NotRequired[str]
    open: NotRequired[str]
    closed: NotRequired[str]


class SkillBody(TypedDict):
    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class SetBody(TypedDict):
    type: Literal["set"]
    priority: NotRequired[int | None]
    skills: NotRequired[list[SkillBody]]
    next: NotRequired[str]


class QueueBody(TypedDict):
    type: Literal["queue"]
    queue_id: NotRequired[str]
    exits: NotRequired[dict[str, str]]


class RingBody(TypedDict):
    type: Literal["ring"]
    agents: NotRequired[list[str]]
    ring_s: NotRequired[int]
    no_answer: NotRequired[str]


class VoicemailBody(TypedDict):
    type: Literal["voicemail"]
    prompt: NotRequired[str | None]


class CallbackBody(TypedDict):
    type: Literal["callback"]
    queue_id: NotRequired[str]
    prompt: NotRequired[str]
    digit: NotRequired[str]
    declined: NotRequired[str]


class ForwardBody(TypedDict):
    type: Literal["forward"]
    number: NotRequired[str]
    ring_s: NotRequired[int]
    failed: NotRequired[str]


class HangUpBody(TypedDict):
    type: Literal["hang_up"]
    prompt: NotRequired[str | None]


class NewFlow(TypedDict):
    name: str
    start: NotRequired[str]
    nodes: NotRequired[
        dict[
            str,
            AnnounceBody
            | MenuBody
            | HoursBody
            | SetBody
            | QueueBody
            | RingBody
            | VoicemailBody
            | CallbackBody
            | ForwardBody
            | HangUpBody,
        ]
    ]


class ReadFlowAnswerNodesEntry(TypedDict):
    type: NotRequired[str | None]
    prompt: NotRequired[str | None]


class ReadFlowAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    revision: NotRequired[float | None]
    published: NotRequired[float | None]
    created_at: NotRequired[str | None]
    updated_at: NotRequired[str | None]
    start: NotRequired[str | None]
    nodes: NotRequired[dict[str, ReadFlowAnswerNodesEntry | None] | None]


class FlowChange(TypedDict):
    """What is not named stays as it is. `revision`: the one that was edited; another one there is a conflict."""

    name: NotRequired[str | None]
    start: NotRequired[str | None]
    nodes: NotRequired[
        dict[
            str,
            AnnounceBody
            | MenuBody
            | HoursBody
            | SetBody
            | QueueBody
            | RingBody
            | VoicemailBody
            | CallbackBody
            | ForwardBody
            | HangUpBody,
        ]
        | None
    ]
    revision: NotRequired[int | None]


class ValidateFlowAnswer(TypedDict):
    problems: NotRequired[list[Any] | None]


class PublishFlowAnswer(TypedDict):
    version: NotRequired[float | None]
    published_by: NotRequired[str | None]
    published_at: NotRequired[str | None]
    copy_of: NotRequired[Any]


class RollFlowBackAnswer(TypedDict):
    version: NotRequired[float | None]
    published_by: NotRequired[str | None]
    published_at: NotRequired[str | None]
    copy_of: NotRequired[float | None]


class Rollback(TypedDict):
    version: int


class ListVersionsAnswer(TypedDict):
    items: list[PublishFlowAnswer | None]
    next: NotRequired[Any]


class ReadVersionAnswer(TypedDict):
    version: NotRequired[float | None]
    published_by: NotRequired[str | None]
    published_at: NotRequired[str | None]
    copy_of: NotRequired[Any]
    start: NotRequired[str | None]
    nodes: NotRequired[dict[str, ReadFlowAnswerNodesEntry | None] | None]


def list_flows(*, limit: int | None = None, cursor: str | None = None) -> Request[ListFlowsAnswer]:
    """By name."""
    return Request("GET", "/v1/flows", query={"limit": limit, "cursor": cursor})


def add_flow(body: NewFlow, *, idempotency_key: str | None = None) -> Request[AddFlowAnswer]:
    """A draft; no call runs it until it is published."""
    return Request("POST", "/v1/flows", body=body, headers={"Idempotency-Key": idempotency_key})


def read_flow(flow_id: str) -> Request[ReadFlowAnswer]:
    """Read Flow."""
    return Request("GET", f"/v1/flows/{part(flow_id)}")


def change_flow(flow_id: str, body: FlowChange, *, if_match: str | None = None) -> Request[ReadFlowAnswer]:
    """Edit the draft; calls go on with what is published."""
    return Request("PUT", f"/v1/flows/{part(flow_id)}", body=body, headers={"If-Match": if_match})


def delete_flow(flow_id: str, *, if_match: str | None = None) -> Request[None]:
    """Refused while a number or a queue leads to it."""
    return Request("DELETE", f"/v1/flows/{part(flow_id)}", headers={"If-Match": if_match}, answer="nothing")


def validate_flow(flow_id: str, *, idempotency_key: str | None = None) -> Request[ValidateFlowAnswer]:
    """What stands against publishing the draft; an empty list: nothing does."""
    return Request("POST", f"/v1/flows/{part(flow_id)}/validate", headers={"Idempotency-Key": idempotency_key})


def publish_flow(flow_id: str, *, idempotency_key: str | None = None) -> Request[PublishFlowAnswer]:
    """The draft becomes the version that new calls run; calls that go on keep theirs."""
    return Request("POST", f"/v1/flows/{part(flow_id)}/publish", headers={"Idempotency-Key": idempotency_key})


def roll_flow_back(flow_id: str, body: Rollback, *, idempotency_key: str | None = None) -> Request[RollFlowBackAnswer]:
    """An older version's content becomes a new version. The draft stays as it is."""
    return Request(
        "POST", f"/v1/flows/{part(flow_id)}/rollback", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def list_versions(flow_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[ListVersionsAnswer]:
    """The newest first, without their nodes."""
    return Request("GET", f"/v1/flows/{part(flow_id)}/versions", query={"limit": limit, "cursor": cursor})


def read_version(flow_id: str, version: int) -> Request[ReadVersionAnswer]:
    """Read Version."""
    return Request("GET", f"/v1/flows/{part(flow_id)}/versions/{part(version)}")
