"""What the API answers about flows and prompts. A draft may be incomplete: what is not chosen yet is empty."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from call24.flows.model import ExitReason
from call24.kit.answers import Instant

Next = Annotated[str, Field(description="The id of the node that follows; empty: not chosen yet")]
PlayedSound = Annotated[str, Field(description="A built-in sound's name, or a prompt's id")]
Following = Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class FlowSkill(TypedDict):
    """A skill that the call requires of the agent."""

    name: str
    level: Annotated[int, Field(description="The least that will do, 1 to 10")]
    relax_after_s: Annotated[
        int | None, Field(description="Seconds of waiting after which it is no longer required; null: it always is")
    ]


class AnnounceNode(TypedDict):
    """Plays a sound and goes on."""

    type: Literal["announce"]
    prompt: PlayedSound
    next: Next


class MenuNode(TypedDict):
    """Plays a sound and waits for one key."""

    type: Literal["menu"]
    prompt: PlayedSound
    choices: Annotated[dict[str, str], Field(description="Key, 0 to 9, * or #, to the id of the node that follows")]
    timeout_s: Annotated[int, Field(description="Seconds to wait for a key once the sound is over")]
    tries: Annotated[int, Field(description="Timeouts and wrong keys together before it goes on")]
    on_timeout: Next
    on_invalid: Next
    invalid_prompt: Annotated[str | None, Field(description="What is played after a wrong key; null: nothing")]


class HoursNode(TypedDict):
    """Goes one way during opening hours and another outside of them."""

    type: Literal["hours"]
    hours_id: str
    open: Next
    closed: Next


class SetNode(TypedDict):
    """Sets what routing uses: a priority and required skills."""

    type: Literal["set"]
    priority: Annotated[int | None, Field(description="null: stays as it is")]
    skills: Annotated[list[FlowSkill], Field(description="Required in addition to those before")]
    next: Next


class QueueNode(TypedDict):
    """The caller waits in a queue."""

    type: Literal["queue"]
    queue_id: str
    exits: Annotated[
        dict[ExitReason, str],
        Field(description="Reason to the id of the node that follows; a missing one uses the queue's own exit"),
    ]


class RingNode(TypedDict):
    """Rings certain users, whatever their queues."""

    type: Literal["ring"]
    agents: Annotated[list[str], Field(description="Ids of users")]
    ring_s: Annotated[int, Field(description="Seconds")]
    no_answer: Next


class VoicemailNode(TypedDict):
    """Records a message, and ends the call."""

    type: Literal["voicemail"]
    prompt: Annotated[str | None, Field(description="What is played first; null: the built-in words")]


class CallbackNode(TypedDict):
    """Offers a callback. A caller who accepts may hang up and keeps its place in the queue."""

    type: Literal["callback"]
    queue_id: str
    prompt: PlayedSound
    digit: Annotated[str, Field(description="The key that accepts")]
    declined: Next


class ForwardNode(TypedDict):
    """Calls an outside number."""

    type: Literal["forward"]
    number: Annotated[str, Field(description="E.164; empty: not chosen yet")]
    ring_s: Annotated[int, Field(description="Seconds")]
    failed: Next


class WithdrawConsentNode(TypedDict):
    """Nothing records the call from here on, whatever the queue says. Plays a sound and goes on."""

    type: Literal["withdraw_consent"]
    prompt: PlayedSound
    next: Next


class TaskNode(TypedDict):
    """Leaves a task in a queue, with the caller and the keys that they pressed. Plays a sound and goes on."""

    type: Literal["task"]
    queue_id: str
    prompt: PlayedSound
    next: Next


class HangUpNode(TypedDict):
    """Plays a sound, or nothing, and ends the call."""

    type: Literal["hang_up"]
    prompt: Annotated[str | None, Field(description="What is played first; null: nothing")]


FlowNode: TypeAlias = Annotated[
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
    Field(discriminator="type"),
]


class FlowSummary(TypedDict):
    """A flow without its nodes."""

    id: str
    name: str
    revision: Annotated[int, Field(description="Counts the edits of the draft")]
    published: Annotated[int | None, Field(description="The version that new calls run; null: none")]
    changed: Annotated[bool, Field(description="Whether the draft differs from the published version; true: none is")]
    uses: Annotated[
        list[str],
        Field(
            description="Ids of queues, opening hours, prompts and users, and names of sounds, in draft or published"
        ),
    ]
    changed_by: Annotated[
        str | None, Field(description="Id of the user who changed the draft last, at `updated_at`; null: not known")
    ]
    created_at: Instant
    updated_at: Instant


class Flow(FlowSummary):
    """A flow with its draft."""

    start: Annotated[str, Field(description="The id of the node that calls begin with; empty: not chosen yet")]
    nodes: Annotated[dict[str, FlowNode], Field(description="Nodes by id")]


class FlowPage(TypedDict):
    """A page of flows, by name, without their nodes."""

    items: list[FlowSummary]
    next: Following


class FlowVersionSummary(TypedDict):
    """A published version of a flow, without its nodes."""

    version: Annotated[int, Field(description="Counts the versions of the flow")]
    published_by: Annotated[str, Field(description="Id of the user")]
    published_at: Instant
    copy_of: Annotated[int | None, Field(description="The version that a rollback published again; null: none")]


class FlowVersion(FlowVersionSummary):
    """A published version of a flow. It never changes."""

    start: Annotated[str, Field(description="The id of the node that calls begin with")]
    nodes: Annotated[dict[str, FlowNode], Field(description="Nodes by id")]


class FlowVersionPage(TypedDict):
    """A page of a flow's versions, the newest first, without their nodes."""

    items: list[FlowVersionSummary]
    next: Following


class FlowProblem(TypedDict):
    """Why a draft cannot be published."""

    code: Annotated[str, Field(description="Stable, such as dead_end")]
    node_id: Annotated[str | None, Field(description="Where; null: the flow as a whole")]
    text: Annotated[str, Field(description="What to do about it")]


class FlowValidation(TypedDict):
    """All reasons why a draft cannot be published; none: it can."""

    problems: list[FlowProblem]


class SimulatedStep(TypedDict):
    """A node that a simulated call came to."""

    node_id: Annotated[str, Field(description="Empty, or the id of a node that does not exist: the flow ends there")]
    kind: Annotated[str, Field(description="The node's type")]
    hears: Annotated[list[str], Field(description="Built-in sounds' names and prompts' ids, in order")]
    answer: Annotated[str | None, Field(description="What was given for it; null: nothing was needed, or is left")]
    way: Annotated[
        str | None, Field(description="The field by which the call went on, such as choices.1; null: it did not")
    ]
    to: Annotated[str | None, Field(description="The id of the node that follows; null: none does")]


SimulationEnd = Literal[
    "answered", "voicemail", "hung_up", "caller_hung_up", "callback", "queue_decides", "nowhere", "endless"
]


class FlowSimulation(TypedDict):
    """The way of a simulated call. `queue_decides`: the flow has no exit for it, so the queue's own is used."""

    steps: list[SimulatedStep]
    end: Annotated[SimulationEnd | None, Field(description="null: it waits at its last step for one of `expects`")]
    expects: Annotated[list[str], Field(description="What can happen at its last step")]


class Prompt(TypedDict):
    """A sound that callers hear."""

    id: str
    name: str
    seconds: Annotated[float, Field(description="How long it plays")]
    source: Annotated[Literal["uploaded", "spoken"], Field(description="spoken: generated from text")]
    text: Annotated[str | None, Field(description="What was spoken; null: it was uploaded")]
    voice: Annotated[str | None, Field(description="The voice of espeak-ng; null: it was uploaded")]
    loudness_db: Annotated[float, Field(description="As it is played: dBFS, RMS")]
    gain_db: Annotated[float, Field(description="How much louder than the uploaded file, in dB")]
    note: Annotated[str | None, Field(description="The same in words; null: the volume changed by less than 3 dB")]
    created_at: Instant


class PromptPage(TypedDict):
    """A page of the organisation's prompts, by name."""

    items: list[Prompt]
    next: Following
    built_in: Annotated[list[str], Field(description="Names of the sounds that every organisation has")]
