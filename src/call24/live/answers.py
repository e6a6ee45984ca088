"""What the live screen is answered: calls that go on, agents, queues. The realtime events carry the same shapes."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from call24.agents.model import AgentState
from call24.call_records.answers import MonitorMode, QueueRef, UserRef
from call24.call_records.model import Outcome
from call24.call_records.segments import Piece
from call24.calls.model import CallState, Direction, RecordingState
from call24.consents.model import Purpose as ConsentPurpose
from call24.kit.answers import Instant, one_of
from call24.kit.ids import CallId, ContactId, DeviceId, DispositionId, OfferId, QueueId, RecordingId, TaskId, UserId
from call24.live.alert_model import AlertRule
from call24.people.store import HAVING_MAX
from call24.tasks.model import Kind

Purpose = Annotated[
    str, one_of("offer", "own_call", "callback", "consult", "transfer", "direct", "monitor", "reattach")
]
CallPart = Annotated[str, one_of("agent", "third", "monitor")]
ConsultState = Annotated[str, one_of("ringing", "talking", "held")]
RecordingPolicy = Annotated[str, one_of("always", "on_demand", "never")]
RecordingTrouble = Annotated[str, one_of("start", "pause")]
SystemPartState = Annotated[str, Field(description="`ok` or `away`; of `recordings`: how much space is left")]
CALLS_MAX = 5
TASKS_MAX = 5
ServiceLevel = Annotated[float, Field(description="Share of today's calls answered in time, from 0 to 1")]


# --- agents ---


class SessionFields(TypedDict):
    """An agent's state now."""

    state: AgentState
    since: Instant
    reason: Annotated[str | None, Field(description="Of a pause or of being offline: its code")]
    call_id: CallId | None
    pause_limit_at: Annotated[Instant | None, Field(description="Until when this pause may last")]
    overdue: Annotated[bool, Field(description="The time of the wrap-up or of the pause is up")]


_Day = TypedDict("_Day", {"from": Instant, "to": Annotated[Instant | None, Field(description="Null: it goes on")]})


class SessionDayPart(_Day):
    """A time of today in one state."""

    state: AgentState


class AgentSessionAnswer(SessionFields):
    """An agent's session, with the day so far."""

    agent_id: UserId
    wrap_up_until: Instant | None
    next: Annotated[AgentState | None, Field(description="What the agent asked to be once the work in hand is done")]
    disposition_due: Annotated[CallId | None, Field(description="The call whose disposition is still to be given")]
    disposition_required: Annotated[bool, Field(description="The wrap-up lasts until the disposition is given")]
    disposition_id: Annotated[DispositionId | None, Field(description="Given for the call in hand")]
    day: list[SessionDayPart]


_With = TypedDict(
    "_With",
    {"with": Annotated[str | None, Field(description="Whom the agent talks to; only for who may see all calls")]},
)


class AgentRow(SessionFields, _With):
    """An agent, as the live screen lists it."""

    id: UserId
    name: str
    on_hold: NotRequired[Annotated[bool, Field(description="True while the customer is on hold; else absent")]]


class AgentToday(TypedDict):
    """An agent's figures since midnight, in the organisation's time zone."""

    answered: Annotated[int, Field(description="Calls handled: what reports call `handled`")]
    handle_s: Annotated[float | None, Field(description="Mean handle time in seconds. Null: no calls yet")]
    service_level: ServiceLevel | None


# --- queues ---


class QueuePlace(TypedDict):
    """A call that waits in a queue, or a callback in its place."""

    position: Annotated[int, Field(description="From 1")]
    call_id: CallId
    callback: bool
    since: Instant
    priority: int
    ringing: Annotated[bool, Field(description="It is being offered to agents")]


class AgentCounts(TypedDict):
    """How many of a queue's members are in each state."""

    offline: int
    available: int
    offered: int
    on_call: int
    wrap_up: int
    paused: int


class LastingAlert(TypedDict):
    """An alert of a queue that lasts."""

    id: str
    rule: Annotated[
        AlertRule,
        Field(description="wait: a caller has waited for longer than `limit` seconds; waiting: `limit` callers wait"),
    ]
    limit: int
    raised_at: Instant


class QueueRow(TypedDict):
    """A queue now."""

    id: QueueId
    name: str
    waiting: Annotated[int, Field(description="Callers on the line, without callbacks")]
    callbacks: int
    longest_since: Annotated[Instant | None, Field(description="Since when the first caller has waited")]
    line: Annotated[list[QueuePlace], Field(description="Callers and callbacks, in the order they are served")]
    service_level: ServiceLevel | None
    service_level_s: Annotated[int, Field(description="Within how many seconds counts as in time")]
    agents: AgentCounts
    alerts: Annotated[list[LastingAlert], Field(description="The first that was raised first", max_length=2)]


# --- calls ---


_Stretch = TypedDict(
    "_Stretch", {"from": Instant, "to": Annotated[Instant | None, Field(description="Null: it goes on")]}
)


class LiveLineSegment(_Stretch):
    """One piece of what the customer has gone through so far."""

    kind: Piece


class ConsultParty(TypedDict):
    """The consult party of a call: a colleague, or an outside number."""

    agent: UserRef | None
    name: str | None
    number: str | None
    state: ConsultState


class LiveRecording(TypedDict):
    """Whether the call is being recorded."""

    state: RecordingState
    policy: Annotated[RecordingPolicy, Field(description="The queue's rule")]
    id: RecordingId | None
    on_demand: Annotated[bool, Field(description="The agent may start it")]
    resumes_at: Annotated[Instant | None, Field(description="When a paused recording goes on by itself")]
    trouble: Annotated[
        RecordingTrouble | None,
        Field(description="`start`: it should be recorded and is not; `pause`: it could not be paused"),
    ]
    stopped: Annotated[bool, Field(description="The caller stopped it: nothing records this call again")]


class LiveMonitor(TypedDict):
    """A supervisor who is in the call."""

    user: UserRef
    mode: MonitorMode
    joined: Annotated[bool, Field(description="False while the supervisor's phone rings")]


class RingingOffer(TypedDict):
    """An agent who is rung for the call now."""

    agent: UserRef
    since: Instant | None
    ringing: Annotated[bool, Field(description="The agent's phone confirmed that it rings")]


class LastCall(TypedDict):
    """The customer's call before this one."""

    at: Instant
    agent: UserRef | None
    outcome: Outcome


class CardPerson(TypedDict):
    """Somebody of the address book who has the caller's number, or may have it.

    `why` tells which: `number`: it is theirs; `reading`: it came in a form that may mean theirs or another's; `ending`:
    a part of it came, with which theirs ends. Of the last two none is chosen.
    """

    id: Annotated[str, Field(description="The person's id, see /v1/people")]
    name: str
    company: str
    label: Annotated[str, Field(description="What kind of number it is for this person, in the organisation's words")]
    private: Annotated[bool, Field(description="You alone see this entry")]
    picture: Annotated[str | None, Field(description="Which picture, see /v1/people/{person_id}/picture; null: none")]
    why: Annotated[
        Literal["number", "reading", "ending"],
        Field(description="reading, ending: perhaps they call; ask, since nobody is chosen"),
    ]
    number: Annotated[str, Field(description="Their number, E.164")]


class CallerCard(TypedDict):
    """Who the customer is, and what is known of earlier calls. Of an internal call `name` is the other agent's.

    `people`: why the caller is called so; several where they share the number. Those whom you may see, as far as they
    are known without the database; `GET /v1/live/caller` has all.
    """

    contact_id: ContactId | None
    name: str | None
    number: str | None
    location: Annotated[str | None, Field(description="The region of the number")]
    sent_as: Annotated[
        str | None, Field(description="The number as the carrier sent it; null where it was international")
    ]
    read_as: Annotated[
        Literal["without_plus", "national", "local"] | None,
        Field(
            description="What `sent_as` was read as: `local` has the area code of the number that was rung; null where "
            "it may mean several numbers, or none: `people` are those who perhaps call then"
        ),
    ]
    calls_this_week: int
    last_call: LastCall | None
    people: Annotated[list[CardPerson], Field(max_length=HAVING_MAX)]
    restricted: Annotated[
        bool, Field(description="The caller's data is kept and not used (GDPR, article 18): nothing of it is shown")
    ]


class CardTask(TypedDict):
    """An open task about the caller."""

    id: TaskId
    kind: Kind
    title: Annotated[str | None, Field(description="Only of what a user wrote down")]
    assignee: UserRef | None
    created_at: Instant


class CardRefusal(TypedDict):
    """A purpose that the caller said no to."""

    purpose: ConsentPurpose
    title: str


class CallerDetails(TypedDict):
    """What stands beside the caller card. A part that the database did not give in time is null."""

    call_id: Annotated[CallId | None, Field(description="Null where you have no call with a customer")]
    contact_id: ContactId | None
    people: Annotated[list[CardPerson] | None, Field(max_length=HAVING_MAX)]
    calls: Annotated[list[LastCall] | None, Field(description="The last ones, the newest first", max_length=CALLS_MAX)]
    tasks: Annotated[list[CardTask] | None, Field(description="Open ones, the newest first", max_length=TASKS_MAX)]
    refused: Annotated[list[CardRefusal], Field(description="From memory: what the caller objected to or withdrew")]
    restricted: Annotated[bool, Field(description="The caller's data is kept and not used: nothing of it is shown")]


class LiveCallFields(TypedDict):
    """What everybody sees of a call that goes on."""

    id: CallId
    state: CallState
    since: Annotated[Instant, Field(description="Since when it is in this part of its line")]
    direction: Direction
    queue: QueueRef | None
    third: Annotated[ConsultParty | None, Field(description="The consult party")]
    arrived_at: Instant
    queued_at: Annotated[Instant | None, Field(description="Its place in the queue")]
    connected_at: Instant | None
    attempts: Annotated[int, Field(description="Of a callback: how often the customer was rung in vain")]
    not_before: Annotated[Instant | None, Field(description="Of a callback: when it is tried next")]
    line: list[LiveLineSegment]


_From = TypedDict(
    "_From", {"from": Annotated[UserRef | None, Field(description="Who handed the call over, or consults this user")]}
)


class LiveCallAnswer(LiveCallFields, _From):
    """A call that goes on, as one of its people sees it."""

    offer_id: OfferId | None
    device_id: Annotated[DeviceId | None, Field(description="Which of this user's devices the call is on")]
    origin_call_id: Annotated[CallId | None, Field(description="The call that this callback was promised in")]
    purpose: Annotated[Purpose, Field(description="Why this user's phone rings")]
    part: Annotated[
        CallPart, Field(description="`agent`: has the call or is rung for it; `third`: is the consult party")
    ]
    card: CallerCard
    why: Annotated[str | None, Field(description="Why this agent, in words")]
    priority: int
    skills: Annotated[list[str], Field(description="Names of the skills that the call needs")]
    offered_at: Instant | None
    muted: bool
    recording: LiveRecording
    monitors: Annotated[list[LiveMonitor], Field(description="Empty where the organisation hides who listens")]


class LiveCallRow(LiveCallFields):
    """A call that goes on, as the list of all calls shows it."""

    agent: UserRef | None
    name: str | None
    number: str | None
    restricted: Annotated[bool, Field(description="The customer's data is kept and not used: nothing of it is shown")]
    offers: list[RingingOffer]
    recording: LiveRecording
    monitors: list[LiveMonitor]


class LiveSnapshot(TypedDict):
    """Everything the live screen shows. Realtime events with a higher `seq` replace its parts."""

    seq: Annotated[int, Field(description="The newest journal event that the snapshot has")]
    at: Instant
    system: dict[str, SystemPartState]
    session: AgentSessionAnswer
    call: Annotated[LiveCallAnswer | None, Field(description="The call that this user has, is rung for or listens to")]
    queues: list[QueueRow]
    agents: list[AgentRow]
    today: AgentToday
    calls: NotRequired[Annotated[list[LiveCallRow], Field(description="Only for who may see all calls, else absent")]]


# --- alerts ---


class QueueAlertAnswer(TypedDict):
    """An alert of a queue: its callers waited for longer, or more of them waited, than its settings say."""

    id: str
    queue: QueueRef
    rule: Annotated[
        AlertRule,
        Field(description="wait: a caller had waited for `limit` seconds; waiting: `limit` callers waited"),
    ]
    limit: Annotated[int, Field(description="Seconds, or callers: the queue's setting then")]
    worst: Annotated[int, Field(description="The most while it lasted, in the same; so far, while it lasts")]
    raised_at: Instant
    ended_at: Annotated[Instant | None, Field(description="Null: it lasts. It ends a minute after its cause")]


class QueueAlertPage(TypedDict):
    """A page of alerts, the newest first. They are kept for 30 days."""

    items: list[QueueAlertAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
