"""What a caller goes through: the nodes of a flow, its draft and its published versions; and prompts, what is heard.

A node names the nodes that follow it by their ids, which are the flow's own (`menu`, `ring-anna`). A sound is named: a
built-in by its bare name (`greeting`), an organisation's prompt by its id (`prm_...`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

from call24.data_map import ID, MEASURE, PERSON, REFERENCE, SETTING, STATE, TENANT, TIME, Category, document, of_user
from call24.kit.ids import FlowId, HoursId, PromptId, QueueId, TenantId, UserId
from call24.tenants.skills import SkillNeed

NodeId: TypeAlias = str
Sound: TypeAlias = str
ExitReason = Literal["max_wait", "full", "nobody", "closed"]
DIGITS = "0123456789*#"


class Announce(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="announce"):
    """Play a sound, then go on."""

    prompt: Annotated[Sound, SETTING]
    next: Annotated[NodeId, REFERENCE]


class Menu(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="menu"):
    """Play a sound and wait for one digit of `choices`. `timeout_s`: after the sound; `tries`: of both kinds."""

    prompt: Annotated[Sound, SETTING]
    choices: Annotated[dict[str, NodeId], SETTING]
    timeout_s: Annotated[int, SETTING] = 5
    tries: Annotated[int, SETTING] = 3
    on_timeout: Annotated[NodeId, REFERENCE]
    on_invalid: Annotated[NodeId, REFERENCE]
    invalid_prompt: Annotated[Sound | None, SETTING] = None


class OpenHours(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="hours"):
    """Go one way when it is open, another when it is not."""

    hours_id: Annotated[HoursId, REFERENCE]
    open: Annotated[NodeId, REFERENCE]
    closed: Annotated[NodeId, REFERENCE]


class SetNode(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="set"):
    """Note what the call asks of routing. `priority` None leaves it; skills are added to those asked for already."""

    priority: Annotated[int | None, SETTING] = None
    skills: Annotated[tuple[SkillNeed, ...], SETTING] = ()
    next: Annotated[NodeId, REFERENCE]


class ToQueueNode(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="queue"):
    """Wait in a queue. `exits`: where to go on for a reason; without one, the queue's own exit is taken."""

    queue_id: Annotated[QueueId, REFERENCE]
    exits: Annotated[dict[ExitReason, NodeId], SETTING] = {}


class Ring(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ring"):
    """Ring these agents, whatever their queues; after `ring_s` without an answer go on."""

    agents: Annotated[tuple[UserId, ...], PERSON]
    ring_s: Annotated[int, SETTING] = 25
    no_answer: Annotated[NodeId, REFERENCE]


class Voicemail(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="voicemail"):
    """Take a message, and end. `prompt` None: the built-in words."""

    prompt: Annotated[Sound | None, SETTING] = None


class OfferCallback(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="callback"):
    """Offer to call back: whoever presses `digit` gets a place in the queue and may hang up; others go on."""

    queue_id: Annotated[QueueId, REFERENCE]
    prompt: Annotated[Sound, SETTING] = "callback-offer"
    digit: Annotated[str, SETTING] = "1"
    declined: Annotated[NodeId, REFERENCE]


class Forward(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="forward"):
    """Ring an outside number (E.164); go on when nobody answers it within `ring_s`."""

    number: Annotated[str, SETTING]
    ring_s: Annotated[int, SETTING] = 30
    failed: Annotated[NodeId, REFERENCE]


class WithdrawConsent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="withdraw_consent"):
    """The caller does not want the call recorded: nothing records it from here on. Say so, then go on."""

    prompt: Annotated[Sound, SETTING] = "recording-stopped"
    next: Annotated[NodeId, REFERENCE]


class LeaveTask(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="task"):
    """Leave a task in a queue: who called, and which keys were pressed. Say so, then go on."""

    queue_id: Annotated[QueueId, REFERENCE]
    prompt: Annotated[Sound, SETTING]
    next: Annotated[NodeId, REFERENCE]


class HangUp(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="hang_up"):
    """Say something (or nothing), and end."""

    prompt: Annotated[Sound | None, SETTING] = None


ActingNode: TypeAlias = (
    Announce | Menu | ToQueueNode | Ring | Voicemail | OfferCallback | Forward | WithdrawConsent | LeaveTask | HangUp
)
Node: TypeAlias = ActingNode | OpenHours | SetNode


class FlowVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What a call runs: it never changes once it is published, so a call that began with it ends with it."""

    flow_id: Annotated[FlowId, REFERENCE]
    version: Annotated[int, MEASURE]
    start: Annotated[NodeId, SETTING]
    nodes: Annotated[dict[NodeId, Node], SETTING]


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """The next node that does something, and what was noted on the way there (`priority` None: nothing about it)."""

    node_id: NodeId
    node: ActingNode
    priority: int | None = None
    skills: tuple[SkillNeed, ...] = ()


@document("flows", tenant=True)
class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A flow as it is edited. `revision` counts the edits; `published`: the version that new calls run; None: none.

    `changed_by`: who made the last edit, at `updated_at`; None: it was made before this was kept.
    """

    id: Annotated[FlowId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    start: Annotated[NodeId, SETTING] = ""
    nodes: Annotated[dict[NodeId, Node], SETTING] = {}
    revision: Annotated[int, MEASURE] = 1
    published: Annotated[int | None, STATE] = None
    changed_by: Annotated[UserId | None, of_user(Category.ID, "who changed the draft last")] = None
    created_at: Annotated[datetime, TIME]
    updated_at: Annotated[datetime, TIME]


@document("flow_versions", tenant=True)
class PublishedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version as it is kept; `id` is made of the flow and the number, so that a number is given once."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    flow_id: Annotated[FlowId, REFERENCE]
    version: Annotated[int, MEASURE]
    start: Annotated[NodeId, SETTING]
    nodes: Annotated[dict[NodeId, Node], SETTING]
    published_by: Annotated[UserId, of_user(Category.ID, "who published it")]
    published_at: Annotated[datetime, TIME]
    copy_of: Annotated[int | None, MEASURE] = None

    def content(self) -> FlowVersion:
        return FlowVersion(flow_id=self.flow_id, version=self.version, start=self.start, nodes=self.nodes)


class VersionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A version without its nodes, which may be long."""

    version: int
    published_by: UserId
    published_at: datetime
    copy_of: int | None = None


@document("prompts", tenant=True)
class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation's callers hear; the sound is a file named by the id.

    `loudness`: dBFS (RMS) as played; `gain_db`: what was added to it; `text` and `voice` when it was spoken here.
    """

    id: Annotated[PromptId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    seconds: Annotated[float, MEASURE]
    source: Annotated[Literal["uploaded", "spoken"], STATE]
    text: Annotated[str | None, SETTING] = None
    voice: Annotated[str | None, SETTING] = None
    loudness: Annotated[float, MEASURE]
    gain_db: Annotated[float, MEASURE] = 0.0
    created_at: Annotated[datetime, TIME]
