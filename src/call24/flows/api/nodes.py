"""The nodes of a flow as they are sent. A draft may be incomplete: what follows a node may still be missing."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec
from pydantic import Field

from call24.flows.answers import FlowNode
from call24.flows.model import Node, NodeId
from call24.http.access import Body

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,40}$")]
"""Of a node, or of something else that has an id."""
Sound = Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,64}$", description="a built-in sound, or a prompt's id")]
Key = Annotated[str, Field(min_length=1, max_length=1)]
Seconds = Annotated[int, Field(ge=0, le=3600)]
Exit = Literal["max_wait", "full", "nobody", "closed"]


class FlowSkillBody(Body):
    """A skill that the call requires of the agent: at least this level, until it has waited for `relax_after_s`."""

    name: str = Field(max_length=60)
    level: int = Field(1, ge=1, le=10)
    relax_after_s: int | None = Field(None, ge=0, le=86400)


class AnnounceNodeBody(Body):
    """Plays a sound and goes on."""

    type: Literal["announce"]
    prompt: Sound = ""
    next: Name = ""


class MenuNodeBody(Body):
    """Plays a sound and waits for one key. `tries`: timeouts and wrong keys together before it goes on."""

    type: Literal["menu"]
    prompt: Sound = ""
    choices: dict[Key, Name] = Field(default={}, max_length=12)
    timeout_s: Seconds = 5
    tries: int = Field(3, ge=0, le=100)
    on_timeout: Name = ""
    on_invalid: Name = ""
    invalid_prompt: Sound | None = None


class HoursNodeBody(Body):
    """Goes one way during opening hours and another outside of them."""

    type: Literal["hours"]
    hours_id: Name = ""
    open: Name = ""
    closed: Name = ""


class SetNodeBody(Body):
    """Sets what routing uses. `priority` null: stays as it is. Skills are required in addition to those before."""

    type: Literal["set"]
    priority: int | None = Field(None, ge=-1000, le=1000)
    skills: list[FlowSkillBody] = Field(default=[], max_length=20)
    next: Name = ""


class QueueNodeBody(Body):
    """The caller waits in a queue. A missing exit uses the queue's own."""

    type: Literal["queue"]
    queue_id: Name = ""
    exits: dict[Exit, Name] = Field(default={})


class RingNodeBody(Body):
    """Rings certain users, whatever their queues."""

    type: Literal["ring"]
    agents: list[Name] = Field(default=[], max_length=50)
    ring_s: Seconds = 25
    no_answer: Name = ""


class VoicemailNodeBody(Body):
    """Records a message, and ends the call. `prompt` null: the built-in words."""

    type: Literal["voicemail"]
    prompt: Sound | None = None


class CallbackNodeBody(Body):
    """Offers a callback. A caller who accepts may hang up and keeps its place in the queue."""

    type: Literal["callback"]
    queue_id: Name = ""
    prompt: Sound = "callback-offer"
    digit: Annotated[str, Field(max_length=1)] = "1"
    declined: Name = ""


class ForwardNodeBody(Body):
    """Calls an outside number."""

    type: Literal["forward"]
    number: Annotated[str, Field(pattern=r"^[ -~]{0,40}$", description="E.164")] = ""
    ring_s: Seconds = 30
    failed: Name = ""


class WithdrawConsentNodeBody(Body):
    """Nothing records the call from here on, whatever the queue says. Plays a sound and goes on."""

    type: Literal["withdraw_consent"]
    prompt: Sound = "recording-stopped"
    next: Name = ""


class TaskNodeBody(Body):
    """Leaves a task in a queue, with the caller and the keys that they pressed. Plays a sound and goes on."""

    type: Literal["task"]
    queue_id: Name = ""
    prompt: Sound = ""
    next: Name = ""


class HangUpNodeBody(Body):
    """Plays a sound, or nothing, and ends the call."""

    type: Literal["hang_up"]
    prompt: Sound | None = None


AnyNode = (
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
    | HangUpNodeBody
)
AnyNodeBody = Annotated[AnyNode, Field(discriminator="type")]
NodesBody = Annotated[dict[Name, AnyNodeBody], Field(max_length=200)]


def nodes_of(bodies: dict[str, AnyNode]) -> dict[NodeId, Node]:
    return {name: msgspec.convert(body.model_dump(), Node) for name, body in bodies.items()}


def shown(nodes: dict[NodeId, Node]) -> dict[str, FlowNode]:
    return cast(dict[str, FlowNode], msgspec.to_builtins(nodes))
