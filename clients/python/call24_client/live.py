"""Live. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request

SessionDayPart = TypedDict(
    "SessionDayPart",
    {
        "from": str,
        "to": str | None,
        "state": Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"],
    },
)


class AgentSessionAnswer(TypedDict):
    """An agent's session, with the day so far."""

    state: Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"]
    since: str
    reason: str | None
    call_id: str | None
    pause_limit_at: str | None
    overdue: bool
    agent_id: str
    wrap_up_until: str | None
    next: Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"] | None
    disposition_due: str | None
    disposition_required: bool
    disposition_id: str | None
    day: list[SessionDayPart]


class QueueRef(TypedDict):
    """A queue by id, with the name to show. The name of a deleted queue is empty."""

    id: str
    name: str


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class ConsultParty(TypedDict):
    """The consult party of a call: a colleague, or an outside number."""

    agent: UserRef | None
    name: str | None
    number: str | None
    state: Literal["ringing", "talking", "held"]


LiveLineSegment = TypedDict(
    "LiveLineSegment",
    {
        "from": str,
        "to": str | None,
        "kind": Literal["menu", "wait", "ring", "talk", "hold", "outside", "voicemail"],
    },
)


class LastCall(TypedDict):
    """The customer's call before this one."""

    at: str
    agent: UserRef | None
    outcome: Literal[
        "open",
        "answered",
        "forwarded",
        "callback",
        "voicemail",
        "turned_away",
        "abandoned",
        "abandoned_in_menu",
        "cancelled",
        "busy",
        "no_answer",
        "not_reached",
        "expired",
        "failed",
    ]


class CardPerson(TypedDict):
    """Somebody of the address book who has the caller's number, or may have it. `why` tells which: `number`: it is
    theirs; `reading`: it came in a form that may mean theirs or another's; `ending`: a part of it came, with
    which theirs ends. Of the last two none is chosen.
    """

    id: str
    name: str
    company: str
    label: str
    private: bool
    picture: str | None
    why: Literal["number", "reading", "ending"]
    number: str


class CallerCard(TypedDict):
    """Who the customer is, and what is known of earlier calls. Of an internal call `name` is the other agent's.
    `people`: why the caller is called so; several where they share the number. Those whom you may see, as far as
    they are known without the database; `GET /v1/live/caller` has all.
    """

    contact_id: str | None
    name: str | None
    number: str | None
    location: str | None
    sent_as: str | None
    read_as: Literal["without_plus", "national", "local"] | None
    calls_this_week: int
    last_call: LastCall | None
    people: list[CardPerson]
    restricted: bool


class LiveRecording(TypedDict):
    """Whether the call is being recorded."""

    state: Literal["off", "on", "paused"]
    policy: Literal["always", "on_demand", "never"]
    id: str | None
    on_demand: bool
    resumes_at: str | None
    trouble: Literal["start", "pause"] | None
    stopped: bool


class LiveMonitor(TypedDict):
    """A supervisor who is in the call."""

    user: UserRef
    mode: Literal["listen", "whisper", "barge"]
    joined: bool


LiveCallAnswer = TypedDict(
    "LiveCallAnswer",
    {
        "id": str,
        "state": Literal[
            "new",
            "flow",
            "waiting",
            "offered",
            "dialling",
            "connected",
            "held",
            "consulting",
            "conference",
            "forwarding",
            "forwarded",
            "closing",
            "voicemail",
            "ended",
        ],
        "since": str,
        "direction": Literal["inbound", "outbound", "internal", "callback"],
        "queue": QueueRef | None,
        "third": ConsultParty | None,
        "arrived_at": str,
        "queued_at": str | None,
        "connected_at": str | None,
        "attempts": int,
        "not_before": str | None,
        "line": list[LiveLineSegment],
        "from": UserRef | None,
        "offer_id": str | None,
        "device_id": str | None,
        "origin_call_id": str | None,
        "purpose": Literal["offer", "own_call", "callback", "consult", "transfer", "direct", "monitor", "reattach"],
        "part": Literal["agent", "third", "monitor"],
        "card": CallerCard,
        "why": str | None,
        "priority": int,
        "skills": list[str],
        "offered_at": str | None,
        "muted": bool,
        "recording": LiveRecording,
        "monitors": list[LiveMonitor],
    },
)


class QueuePlace(TypedDict):
    """A call that waits in a queue, or a callback in its place."""

    position: int
    call_id: str
    callback: bool
    since: str
    priority: int
    ringing: bool


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
    rule: Literal["wait", "waiting"]
    limit: int
    raised_at: str


class QueueRow(TypedDict):
    """A queue now."""

    id: str
    name: str
    waiting: int
    callbacks: int
    longest_since: str | None
    line: list[QueuePlace]
    service_level: float | None
    service_level_s: int
    agents: AgentCounts
    alerts: list[LastingAlert]


AgentRow = TypedDict(
    "AgentRow",
    {
        "state": Literal["offline", "available", "offered", "on_call", "wrap_up", "paused"],
        "since": str,
        "reason": str | None,
        "call_id": str | None,
        "pause_limit_at": str | None,
        "overdue": bool,
        "with": str | None,
        "id": str,
        "name": str,
        "on_hold": NotRequired[bool],
    },
)


class AgentToday(TypedDict):
    """An agent's figures since midnight, in the organisation's time zone."""

    answered: int
    handle_s: float | None
    service_level: float | None


class RingingOffer(TypedDict):
    """An agent who is rung for the call now."""

    agent: UserRef
    since: str | None
    ringing: bool


class LiveCallRow(TypedDict):
    """A call that goes on, as the list of all calls shows it."""

    id: str
    state: Literal[
        "new",
        "flow",
        "waiting",
        "offered",
        "dialling",
        "connected",
        "held",
        "consulting",
        "conference",
        "forwarding",
        "forwarded",
        "closing",
        "voicemail",
        "ended",
    ]
    since: str
    direction: Literal["inbound", "outbound", "internal", "callback"]
    queue: QueueRef | None
    third: ConsultParty | None
    arrived_at: str
    queued_at: str | None
    connected_at: str | None
    attempts: int
    not_before: str | None
    line: list[LiveLineSegment]
    agent: UserRef | None
    name: str | None
    number: str | None
    restricted: bool
    offers: list[RingingOffer]
    recording: LiveRecording
    monitors: list[LiveMonitor]


class LiveSnapshot(TypedDict):
    """Everything the live screen shows. Realtime events with a higher `seq` replace its parts."""

    seq: int
    at: str
    system: dict[str, str]
    session: AgentSessionAnswer
    call: LiveCallAnswer | None
    queues: list[QueueRow]
    agents: list[AgentRow]
    today: AgentToday
    calls: NotRequired[list[LiveCallRow]]


class QueueAlertAnswer(TypedDict):
    """An alert of a queue: its callers waited for longer, or more of them waited, than its settings say."""

    id: str
    queue: QueueRef
    rule: Literal["wait", "waiting"]
    limit: int
    worst: int
    raised_at: str
    ended_at: str | None


class QueueAlertPage(TypedDict):
    """A page of alerts, the newest first. They are kept for 30 days."""

    items: list[QueueAlertAnswer]
    next: str | None


class CardTask(TypedDict):
    """An open task about the caller."""

    id: str
    kind: Literal["voicemail", "missed_call", "callback_failed", "request", "manual", "callback", "recurring", "email"]
    title: str | None
    assignee: UserRef | None
    created_at: str


class CardRefusal(TypedDict):
    """A purpose that the caller said no to."""

    purpose: Literal["recording", "crm_sync", "monitoring", "individual_statistics", "telemetry", "notifications"]
    title: str


class CallerDetails(TypedDict):
    """What stands beside the caller card. A part that the database did not give in time is null."""

    call_id: str | None
    contact_id: str | None
    people: list[CardPerson] | None
    calls: list[LastCall] | None
    tasks: list[CardTask] | None
    refused: list[CardRefusal]
    restricted: bool


def read() -> Request[LiveSnapshot]:
    """Returns everything that the live screen shows: your session and call, queues and agents. `calls` (all calls
    that go on) and `with` (whom each agent talks to) need the permission `calls.read_all`. Afterwards, apply the
    realtime events with a higher `seq`: an event may repeat what the snapshot has, and none is missed.
    """
    return Request("GET", "/v1/live")


def list_queue_alerts(
    *, queue_id: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[QueueAlertPage]:
    """Lists the alerts of queues, or of one, the newest first. An alert is raised when a queue's callers wait for
    longer, or more of them, than its `alert_wait_s` and `alert_waiting` say. It ends once both are kept for a
    minute. Those that last stand in the queue's row of `GET /v1/live` too.
    """
    return Request("GET", "/v1/queue-alerts", query={"queue_id": queue_id, "limit": limit, "cursor": cursor})


def read_caller() -> Request[CallerDetails]:
    """Returns what stands beside the card of the caller whom you talk to, or who rings you: who has the number, or
    may have it, the last calls, open tasks, and what the caller said no to. People need the permission
    `people.read` and tasks `tasks.read`; without, the list is empty. What the database does not give within 1.5
    seconds is null: ask again. No call waits for it.
    """
    return Request("GET", "/v1/live/caller")
