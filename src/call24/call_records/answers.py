"""What the API answers about calls that have ended, and the small shapes that other rooms' answers share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.model import Outcome
from call24.calls.model import Direction, EndedBy, StoppedBy
from call24.kit.answers import Instant, one_of
from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    DispositionId,
    FlowId,
    LegId,
    QueueId,
    RecordingId,
    UserId,
)
from call24.tenants.model import StoppedRecording

Party = Annotated[str, one_of("customer", "agent", "colleague", "outside", "supervisor")]
LegDirection = Annotated[str, one_of("in", "out")]
LineKind = Annotated[str, one_of("menu", "wait", "ring", "talk", "hold", "outside", "voicemail", "wrap", "left")]
LeftQueue = Annotated[str, one_of("answered", "abandoned", "max_wait", "nobody", "full", "closed", "callback", "ended")]
CameBy = Annotated[str, one_of("offer", "transfer", "consult", "own_call", "callback", "take_over")]
TransferKind = Annotated[str, one_of("blind", "attended")]
TransferTo = Annotated[str, one_of("agent", "queue", "flow", "outside")]
MonitorMode = Annotated[str, one_of("listen", "whisper", "barge")]
OfferPurpose = Annotated[str, one_of("offer", "own_call", "consult")]
RecordingKind = Annotated[str, one_of("call", "message")]
RecordingStatus = Annotated[str, one_of("open", "stored", "short", "empty", "missing", "refused", "deleted")]
NotRecorded = Annotated[str, one_of("withdrawn", "objected", "restricted", "unknown", "test")]
Seconds = Annotated[float, Field(description="Seconds, to the millisecond")]
Cause = Annotated[int, Field(description="Q.850 hangup cause, where the network gave one")]


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: UserId
    name: str


class QueueRef(TypedDict):
    """A queue by id, with the name to show. The name of a deleted queue is empty."""

    id: QueueId
    name: str


class LineSegment(TypedDict):
    """One piece of a call's line: what the customer went through, and for how long."""

    kind: Annotated[LineKind, Field(description="`wrap`: the agent's wrap-up; `left`: the caller left without success")]
    s: Seconds


class RecordingSummary(TypedDict):
    """A recording, as it is shown with its call."""

    id: RecordingId
    kind: Annotated[RecordingKind, Field(description="`message`: a voicemail")]
    state: Annotated[
        RecordingStatus,
        Field(
            description="`open`: being recorded. `short`: more than a second is missing. `empty`: no sound came. "
            "`missing`: there is no file. `refused`: not begun, since the disk was too full. "
            "`deleted`: its days were over before its record's; only where one call is read"
        ),
    ]
    duration_s: Seconds


class CallRow(TypedDict):
    """An ended call, as lists show it."""

    id: CallId
    at: Annotated[Instant, Field(description="When the call began")]
    ended_at: Annotated[Instant | None, Field(description="Null while the call goes on")]
    direction: Direction
    number: Annotated[str | None, Field(description="The customer's number, E.164. Null: withheld, internal or erased")]
    name: Annotated[str | None, Field(description="The customer's name, where the contact has one")]
    contact_id: ContactId | None
    queue: Annotated[QueueRef | None, Field(description="The first queue that the call was in")]
    agent: Annotated[UserRef | None, Field(description="The last agent who had the customer")]
    outcome: Outcome
    missed: Annotated[bool, Field(description="Abandoned after waiting a while: somebody should call back")]
    ended_by: EndedBy | None
    answered_at: Instant | None
    menu_s: Seconds
    wait_s: Seconds
    ring_s: Seconds
    talk_s: Seconds
    hold_s: Seconds
    outside_s: Annotated[float, Field(description="Seconds for which the customer talked to an outside party alone")]
    wrap_up_s: Seconds
    line: Annotated[list[LineSegment], Field(description="The call from beginning to end, as consecutive pieces")]
    recording: RecordingSummary | None
    restricted: Annotated[
        bool,
        Field(
            description="The customer's data is kept and not used (GDPR, article 18): the rest of the row says only "
            "that there was a call"
        ),
    ]


class CallPage(TypedDict):
    """One page of ended calls, newest first."""

    items: list[CallRow]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class CallFlowVersion(TypedDict):
    """The flow version that the call began with."""

    id: FlowId
    version: int


class CallIvrAnswer(TypedDict):
    """What the caller chose in an IVR menu."""

    at: Instant
    node: Annotated[str, Field(description="Id of the flow's node")]
    answer: Annotated[str, Field(description="The digit, `timeout` or `invalid`")]


class CallLegEnd(TypedDict):
    """Who was at one end of a leg: one of the organisation's users, or a contact."""

    user: UserRef | None
    contact_id: ContactId | None


_LegEnds = TypedDict(
    "_LegEnds",
    {
        "from": Annotated[CallLegEnd | None, Field(description="Who rang. Null: the organisation's own number")],
        "to": Annotated[CallLegEnd | None, Field(description="Who was rung. Null: the organisation's own number")],
    },
)


class CallLegRow(_LegEnds):
    """One party's part in the call."""

    id: LegId
    party: Annotated[Party, Field(description="What the party began as")]
    direction: Annotated[LegDirection, Field(description="`in`: the party rang; `out`: it was rung")]
    device_id: DeviceId | None
    began_at: Instant
    answered_at: Instant | None
    ended_at: Instant | None
    cause: Cause | None


class CallQueueVisit(TypedDict):
    """One stay of the call in a queue."""

    queue: QueueRef
    joined_at: Instant
    waited_s: Annotated[float, Field(description="Seconds from joining, ringing included")]
    left: Annotated[LeftQueue | None, Field(description="How the stay ended. Null while it lasts")]
    kept_place: Annotated[bool, Field(description="The caller was put in the place of an earlier call")]


class CallAgentPart(TypedDict):
    """One agent who had the call; an agent who had it twice has two."""

    agent: UserRef
    came: Annotated[CameBy, Field(description="How the call came to the agent")]
    answered_at: Instant
    left_at: Instant | None
    talk_s: Seconds
    hold_s: Seconds
    wrap_up_s: Seconds
    disposition_id: DispositionId | None


class CallTransferRow(TypedDict):
    """A transfer of the call."""

    at: Instant
    by: UserRef
    kind: TransferKind
    to: TransferTo
    to_id: Annotated[str | None, Field(description="Which agent, queue or flow; of an outside party the contact")]
    reached: Annotated[bool | None, Field(description="Null while it is not decided")]


_FromTo = TypedDict("_FromTo", {"from": Instant, "to": Instant | None})


class CallMonitorRow(_FromTo):
    """A supervisor who was in the call, once for each mode."""

    user: UserRef
    mode: MonitorMode
    reason: str


class RecordingPause(_FromTo):
    """A time in which the recording was silent."""

    by: Annotated[UserRef | None, Field(description="Null: the system paused it")]


class OfferCandidate(TypedDict):
    """An agent who was looked at for an offer, and the reason for or against."""

    agent: UserRef
    chosen: bool
    code: Annotated[str, Field(description="The reason as a stable code, such as `idle_longest` or `no_skill`")]
    reason: Annotated[str, Field(description="The reason in words")]
    idle_s: Annotated[float | None, Field(description="Seconds; only of an agent who was free")]


class OfferOthers(TypedDict):
    """How many more agents of a large team were looked at, with the same reason."""

    code: str
    reason: str
    count: int


class CallOfferRow(TypedDict):
    """An agent who was rung for the call, and why this agent."""

    at: Instant
    agent: UserRef
    purpose: Annotated[
        OfferPurpose,
        Field(description="`offer`: for the customer; `own_call`: the agent's own phone first; `consult`: a colleague"),
    ]
    outcome: Annotated[
        str | None,
        Field(
            description="`answered`, `declined`, `ring_no_answer`, `unreachable` or `withdrawn`. Null while it rings"
        ),
    ]
    ring_s: Seconds
    candidates: list[OfferCandidate]
    others: list[OfferOthers]


class RecordingStopRow(TypedDict):
    """The caller stopped the recording of the call."""

    at: Instant
    by: Annotated[
        StoppedBy,
        Field(
            description="`key`: pressed in the call; `flow`: a node of the flow; `withdrawal`: a consent that was "
            "withdrawn elsewhere meanwhile"
        ),
    ]
    recorded: Annotated[StoppedRecording, Field(description="What became of what was recorded before")]


class CallDetailFields(TypedDict):
    """What a single call has besides its row."""

    origin_call_id: Annotated[CallId | None, Field(description="The call that this callback was promised in")]
    end_reason: Annotated[str | None, Field(description="Why the system ended the call, where it did")]
    attempts: Annotated[int, Field(description="How often a callback's customer was rung in vain")]
    flow: CallFlowVersion | None
    menu: list[CallIvrAnswer]
    legs: list[CallLegRow]
    queues: list[CallQueueVisit]
    agents: list[CallAgentPart]
    transfers: list[CallTransferRow]
    monitors: list[CallMonitorRow]
    recorded_from: Instant | None
    recording_stopped: Annotated[RecordingStopRow | None, Field(description="null: the caller did not stop it")]
    not_recorded: Annotated[
        NotRecorded | None,
        Field(
            description="Why it was not recorded, whatever its queue says: the customer had withdrawn the consent, or "
            "objected; restricted: the data is kept and not used; unknown: that could not be known; test: it is a test "
            "call. Null: the customer had not said no"
        ),
    ]
    pauses: list[RecordingPause]


class CallTimelineEntry(TypedDict):
    """One journal event of the call, in words."""

    at: Instant
    event: Annotated[str, Field(description="The journal event's name, such as `CallQueued`")]
    text: str


class CallDetail(CallRow, CallDetailFields):
    """One call with everything that is known of it."""

    timeline: list[CallTimelineEntry]
    offers: list[CallOfferRow]
    delete_at: Annotated[Instant, Field(description="When the record is deleted")]
    cause: Cause | None
    found_missing: Annotated[bool, Field(description="The call ended while Call24 was not running")]


class RoutingDecisions(TypedDict):
    """Each offer of a call, in order, with the reasons for and against every agent who was looked at."""

    call_id: CallId
    outcome: Outcome
    offers: list[CallOfferRow]


class KeptRecordingAnswer(TypedDict):
    """A call whose record is gone and whose recordings are kept."""

    call_id: CallId
    direction: Direction
    contact_id: Annotated[ContactId | None, Field(description="Null: the caller did not show a number")]
    arrived_at: Instant
    queues: Annotated[list[QueueRef], Field(description="All that it was in, the first first")]
    agents: Annotated[list[UserRef], Field(description="All who had it")]
    record_until: Annotated[Instant, Field(description="When its call record went")]
    delete_at: Annotated[Instant, Field(description="When the last of its recordings goes")]
    recordings: list[RecordingSummary]
    restricted: Annotated[bool, Field(description="The caller's data is kept and not used: nothing of it is shown")]


class KeptRecordingPage(TypedDict):
    """One page of calls whose recordings are kept longer than their record, newest first."""

    items: list[KeptRecordingAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]
