"""The nodes of a flow as they are sent: a draft may be half done, so ways on and choices may still be missing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from call24.flows.model import Node, NodeId
from call24.http.access import Body

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,40}$")]
"""Of a node, or of something else that has an id."""
Sound = Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,64}$", description="a built-in sound, or a prompt's id")]
Key = Annotated[str, Field(min_length=1, max_length=1)]
Seconds = Annotated[int, Field(ge=0, le=3600)]
Exit = Literal["max_wait", "full", "nobody", "closed"]


class SkillBody(Body):
    name: str = Field(max_length=60)
    level: int = Field(1, ge=1, le=10)
    relax_after_s: int | None = Field(None, ge=0, le=86400)


class AnnounceBody(Body):
    type: Literal["announce"]
    prompt: Sound = ""
    next: Name = ""


class MenuBody(Body):
    type: Literal["menu"]
    prompt: Sound = ""
    choices: dict[Key, Name] = Field(default={}, max_length=12)
    timeout_s: Seconds = 5
    tries: int = Field(3, ge=0, le=100)
    on_timeout: Name = ""
    on_invalid: Name = ""
    invalid_prompt: Sound | None = None


class HoursBody(Body):
    type: Literal["hours"]
    hours_id: Name = ""
    open: Name = ""
    closed: Name = ""


class SetBody(Body):
    type: Literal["set"]
    priority: int | None = Field(None, ge=-1000, le=1000)
    skills: list[SkillBody] = Field(default=[], max_length=20)
    next: Name = ""


class QueueBody(Body):
    type: Literal["queue"]
    queue_id: Name = ""
    exits: dict[Exit, Name] = Field(default={})


class RingBody(Body):
    type: Literal["ring"]
    agents: list[Name] = Field(default=[], max_length=50)
    ring_s: Seconds = 25
    no_answer: Name = ""


class VoicemailBody(Body):
    type: Literal["voicemail"]
    prompt: Sound | None = None


class CallbackBody(Body):
    type: Literal["callback"]
    queue_id: Name = ""
    prompt: Sound = "callback-offer"
    digit: Annotated[str, Field(max_length=1)] = "1"
    declined: Name = ""


class ForwardBody(Body):
    type: Literal["forward"]
    number: Annotated[str, Field(pattern=r"^[ -~]{0,40}$", description="E.164")] = ""
    ring_s: Seconds = 30
    failed: Name = ""


class HangUpBody(Body):
    type: Literal["hang_up"]
    prompt: Sound | None = None


AnyNode = (
    AnnounceBody
    | MenuBody
    | HoursBody
    | SetBody
    | QueueBody
    | RingBody
    | VoicemailBody
    | CallbackBody
    | ForwardBody
    | HangUpBody
)
NodeBody = Annotated[AnyNode, Field(discriminator="type")]
NodesBody = Annotated[dict[Name, NodeBody], Field(max_length=200)]


def nodes_of(bodies: dict[str, AnyNode]) -> dict[NodeId, Node]:
    return {name: msgspec.convert(body.model_dump(), Node) for name, body in bodies.items()}


def shown(nodes: dict[NodeId, Node]) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(nodes)
    return made
