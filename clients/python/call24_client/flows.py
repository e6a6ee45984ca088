"""Flows. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class FlowSummary(TypedDict):
    """A flow without its nodes."""

    id: str
    name: str
    revision: int
    published: int | None
    changed: bool
    uses: list[str]
    changed_by: str | None
    created_at: str
    updated_at: str


class FlowPage(TypedDict):
    """A page of flows, by name, without their nodes."""

    items: list[FlowSummary]
    next: str | None


class AnnounceNode(TypedDict):
    """Plays a sound and goes on."""

    type: Literal["announce"]
    prompt: str
    next: str


class MenuNode(TypedDict):
    """Plays a sound and waits for one key."""

    type: Literal["menu"]
    prompt: str
    choices: dict[str, str]
    timeout_s: int
    tries: int
    on_timeout: str
    on_invalid: str
    invalid_prompt: str | None


class HoursNode(TypedDict):
    """Goes one way during opening hours and another outside of them."""

    type: Literal["hours"]
    hours_id: str
    open: str
    closed: str


class FlowSkill(TypedDict):
    """A skill that the call requires of the agent."""

    name: str
    level: int
    relax_after_s: int | None


class SetNode(TypedDict):
    """Sets what routing uses: a priority and required skills."""

    type: Literal["set"]
    priority: int | None
    skills: list[FlowSkill]
    next: str


class QueueNode(TypedDict):
    """The caller waits in a queue."""

    type: Literal["queue"]
    queue_id: str
    exits: dict[str, str]


class RingNode(TypedDict):
    """Rings certain users, whatever their queues."""

    type: Literal["ring"]
    agents: list[str]
    ring_s: int
    no_answer: str


class VoicemailNode(TypedDict):
    """Records a message, and ends the call."""

    type: Literal["voicemail"]
    prompt: str | None


class CallbackNode(TypedDict):
    """Offers a callback. A caller who accepts may hang up and keeps its place in the queue."""

    type: Literal["callback"]
    queue_id: str
    prompt: str
    digit: str
    declined: str


class ForwardNode(TypedDict):
    """Calls an outside number."""

    type: Literal["forward"]
    number: str
    ring_s: int
    failed: str


class WithdrawConsentNode(TypedDict):
    """Nothing records the call from here on, whatever the queue says. Plays a sound and goes on."""

    type: Literal["withdraw_consent"]
    prompt: str
    next: str


class TaskNode(TypedDict):
    """Leaves a task in a queue, with the caller and the keys that they pressed. Plays a sound and goes on."""

    type: Literal["task"]
    queue_id: str
    prompt: str
    next: str


class HangUpNode(TypedDict):
    """Plays a sound, or nothing, and ends the call."""

    type: Literal["hang_up"]
    prompt: str | None


class Flow(TypedDict):
    """A flow with its draft."""

    id: str
    name: str
    revision: int
    published: int | None
    changed: bool
    uses: list[str]
    changed_by: str | None
    created_at: str
    updated_at: str
    start: str
    nodes: dict[
        str,
        AnnounceNode
        | MenuNode
        | HoursNode
        | SetNode
        | QueueNode
        | RingNode
        | VoicemailNode
        | CallbackNode
        | ForwardNode
        | WithdrawConsentNode
        | TaskNode
        | HangUpNode,
    ]


class AnnounceNodeBody(TypedDict):
    """Plays a sound and goes on."""

    type: Literal["announce"]
    prompt: NotRequired[str]
    next: NotRequired[str]


class MenuNodeBody(TypedDict):
    """Plays a sound and waits for one key. `tries`: timeouts and wrong keys together before it goes on."""

    type: Literal["menu"]
    prompt: NotRequired[str]
    choices: NotRequired[dict[str, str]]
    timeout_s: NotRequired[int]
    tries: NotRequired[int]
    on_timeout: NotRequired[str]
    on_invalid: NotRequired[str]
    invalid_prompt: NotRequired[str | None]


class HoursNodeBody(TypedDict):
    """Goes one way during opening hours and another outside of them."""

    type: Literal["hours"]
    hours_id: NotRequired[str]
    open: NotRequired[str]
    closed: NotRequired[str]


class FlowSkillBody(TypedDict):
    """A skill that the call requires of the agent: at least this level, until it has waited for `relax_after_s`."""

    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class SetNodeBody(TypedDict):
    """Sets what routing uses. `priority` null: stays as it is. Skills are required in addition to those before."""

    type: Literal["set"]
    priority: NotRequired[int | None]
    skills: NotRequired[list[FlowSkillBody]]
    next: NotRequired[str]


class QueueNodeBody(TypedDict):
    """The caller waits in a queue. A missing exit uses the queue's own."""

    type: Literal["queue"]
    queue_id: NotRequired[str]
    exits: NotRequired[dict[str, str]]


class RingNodeBody(TypedDict):
    """Rings certain users, whatever their queues."""

    type: Literal["ring"]
    agents: NotRequired[list[str]]
    ring_s: NotRequired[int]
    no_answer: NotRequired[str]


class VoicemailNodeBody(TypedDict):
    """Records a message, and ends the call. `prompt` null: the built-in words."""

    type: Literal["voicemail"]
    prompt: NotRequired[str | None]


class CallbackNodeBody(TypedDict):
    """Offers a callback. A caller who accepts may hang up and keeps its place in the queue."""

    type: Literal["callback"]
    queue_id: NotRequired[str]
    prompt: NotRequired[str]
    digit: NotRequired[str]
    declined: NotRequired[str]


class ForwardNodeBody(TypedDict):
    """Calls an outside number."""

    type: Literal["forward"]
    number: NotRequired[str]
    ring_s: NotRequired[int]
    failed: NotRequired[str]


class WithdrawConsentNodeBody(TypedDict):
    """Nothing records the call from here on, whatever the queue says. Plays a sound and goes on."""

    type: Literal["withdraw_consent"]
    prompt: NotRequired[str]
    next: NotRequired[str]


class TaskNodeBody(TypedDict):
    """Leaves a task in a queue, with the caller and the keys that they pressed. Plays a sound and goes on."""

    type: Literal["task"]
    queue_id: NotRequired[str]
    prompt: NotRequired[str]
    next: NotRequired[str]


class HangUpNodeBody(TypedDict):
    """Plays a sound, or nothing, and ends the call."""

    type: Literal["hang_up"]
    prompt: NotRequired[str | None]


class NewFlow(TypedDict):
    """A new draft. `start`: the id of the node that calls begin with. `nodes`: by id, at most 200."""

    name: str
    start: NotRequired[str]
    nodes: NotRequired[
        dict[
            str,
            AnnounceNodeBody
            | MenuNodeBody
            | HoursNodeBody
            | SetNodeBody
            | QueueNodeBody
            | RingNodeBody
            | VoicemailNodeBody
            | CallbackNodeBody
            | ForwardNodeBody
            | WithdrawConsentNodeBody
            | TaskNodeBody
            | HangUpNodeBody,
        ]
    ]


class FlowChange(TypedDict):
    """An edit of a draft. Fields that are left out stay as they are. `revision`: the one that was edited; where it
    is no longer the current one, the answer is 409 `flow_changed`.
    """

    name: NotRequired[str | None]
    start: NotRequired[str | None]
    nodes: NotRequired[
        dict[
            str,
            AnnounceNodeBody
            | MenuNodeBody
            | HoursNodeBody
            | SetNodeBody
            | QueueNodeBody
            | RingNodeBody
            | VoicemailNodeBody
            | CallbackNodeBody
            | ForwardNodeBody
            | WithdrawConsentNodeBody
            | TaskNodeBody
            | HangUpNodeBody,
        ]
        | None
    ]
    revision: NotRequired[int | None]


class FlowProblem(TypedDict):
    """Why a draft cannot be published."""

    code: str
    node_id: str | None
    text: str


class FlowValidation(TypedDict):
    """All reasons why a draft cannot be published; none: it can."""

    problems: list[FlowProblem]


class SimulatedStep(TypedDict):
    """A node that a simulated call came to."""

    node_id: str
    kind: str
    hears: list[str]
    answer: str | None
    way: str | None
    to: str | None


class FlowSimulation(TypedDict):
    """The way of a simulated call. `queue_decides`: the flow has no exit for it, so the queue's own is used."""

    steps: list[SimulatedStep]
    end: (
        Literal["answered", "voicemail", "hung_up", "caller_hung_up", "callback", "queue_decides", "nowhere", "endless"]
        | None
    )
    expects: list[str]


class SimulatedCaller(TypedDict):
    """`at`: when the call arrives; null: now. `answers`: what happens at the nodes that wait for something, in
    order: a key, or one of those that the answer names in `expects`.
    """

    at: NotRequired[str | None]
    answers: NotRequired[list[str]]


class FlowVersionSummary(TypedDict):
    """A published version of a flow, without its nodes."""

    version: int
    published_by: str
    published_at: str
    copy_of: int | None


class Rollback(TypedDict):
    """The version to publish again. `over`: the version that calls ran when you looked, 0: none; where it is no
    longer the current one, the answer is 409 `flow_changed`. Left out: whatever calls run now.
    """

    version: int
    over: NotRequired[int | None]


class FlowVersionPage(TypedDict):
    """A page of a flow's versions, the newest first, without their nodes."""

    items: list[FlowVersionSummary]
    next: str | None


class FlowVersion(TypedDict):
    """A published version of a flow. It never changes."""

    version: int
    published_by: str
    published_at: str
    copy_of: int | None
    start: str
    nodes: dict[
        str,
        AnnounceNode
        | MenuNode
        | HoursNode
        | SetNode
        | QueueNode
        | RingNode
        | VoicemailNode
        | CallbackNode
        | ForwardNode
        | WithdrawConsentNode
        | TaskNode
        | HangUpNode,
    ]


def list_flows(*, limit: int | None = None, cursor: str | None = None) -> Request[FlowPage]:
    """Lists the organisation's flows by name, without their nodes."""
    return Request("GET", "/v1/flows", query={"limit": limit, "cursor": cursor})


def add_flow(body: NewFlow, *, idempotency_key: str | None = None) -> Request[Flow]:
    """Creates a flow, as a draft. No call runs it until it is published. 409 `flow_name_taken` where there is a flow
    with this name, `too_many_flows` where the organisation has 500 already.
    """
    return Request("POST", "/v1/flows", body=body, headers={"Idempotency-Key": idempotency_key})


def read_flow(flow_id: str) -> Request[Flow]:
    """Retrieves a flow with its draft."""
    return Request("GET", f"/v1/flows/{part(flow_id)}")


def change_flow(flow_id: str, body: FlowChange, *, if_match: str | None = None) -> Request[Flow]:
    """Updates a flow's draft. Calls keep running the published version until you publish the draft. Give the
    `revision` that you edited: where somebody else has edited the draft since, the answer is 409 `flow_changed`
    and nothing is changed. Meant to be asked again and again, as the draft is edited: the audit log has a line of
    it each 10 minutes, and of each new name.
    """
    return Request("PUT", f"/v1/flows/{part(flow_id)}", body=body, headers={"If-Match": if_match})


def delete_flow(flow_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a flow with its versions. 409 `flow_in_use` while a number or a queue leads to it."""
    return Request("DELETE", f"/v1/flows/{part(flow_id)}", headers={"If-Match": if_match}, answer="nothing")


def validate_flow(flow_id: str, *, idempotency_key: str | None = None) -> Request[FlowValidation]:
    """Lists the problems that prevent publishing the draft. It changes nothing; without problems the list is empty."""
    return Request("POST", f"/v1/flows/{part(flow_id)}/validate", headers={"Idempotency-Key": idempotency_key})


def simulate_flow(
    flow_id: str, body: SimulatedCaller, *, idempotency_key: str | None = None
) -> Request[FlowSimulation]:
    """Follows a caller through the draft, without a call: what is heard, and which way it goes. Opening hours are
    those of the moment `at`. Ask again with one more answer until `end` is set. 422 `invalid` for an answer that
    cannot happen where it is given.
    """
    return Request(
        "POST", f"/v1/flows/{part(flow_id)}/simulate", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def publish_flow(
    flow_id: str, *, revision: int | None = None, over: int | None = None, idempotency_key: str | None = None
) -> Request[FlowVersionSummary]:
    """Publishes the draft as a new version, which new calls run. Calls that go on keep their version. Say what you
    looked at, and nothing of somebody else's is published unseen: where `revision` or `over` is another one by
    now, the answer is 409 `flow_changed`. 422 `flow_has_problems` where something prevents it: see `POST
    .../validate`. The newest 100 versions are kept.
    """
    return Request(
        "POST",
        f"/v1/flows/{part(flow_id)}/publish",
        query={"revision": revision, "over": over},
        headers={"Idempotency-Key": idempotency_key},
    )


def roll_flow_back(flow_id: str, body: Rollback, *, idempotency_key: str | None = None) -> Request[FlowVersionSummary]:
    """Publishes the content of an older version again, as a new version. The draft stays as it is. 409
    `flow_changed` where calls run another version by now than `over`: nothing of somebody else's is undone
    unseen. 422 `flow_has_problems` where something prevents it by now, such as a queue that was deleted.
    """
    return Request(
        "POST", f"/v1/flows/{part(flow_id)}/rollback", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def list_versions(flow_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[FlowVersionPage]:
    """Lists the published versions of a flow, the newest first, without their nodes."""
    return Request("GET", f"/v1/flows/{part(flow_id)}/versions", query={"limit": limit, "cursor": cursor})


def read_version(flow_id: str, version: int) -> Request[FlowVersion]:
    """Retrieves a published version of a flow with its nodes."""
    return Request("GET", f"/v1/flows/{part(flow_id)}/versions/{part(version)}")
