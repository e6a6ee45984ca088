"""Calls. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class PlacedCall(TypedDict):
    """A call that is being placed."""

    id: str


class Consulted(TypedDict):
    """Who is called: exactly one of the fields. `number`: as a person writes it, best in international form."""

    agent_id: NotRequired[str | None]
    number: NotRequired[str | None]


NewCall = TypedDict(
    "NewCall",
    {
        "to": Consulted,
        "from": NotRequired[str | None],
    },
)


class QueueRef(TypedDict):
    """A queue by id, with the name to show. The name of a deleted queue is empty."""

    id: str
    name: str


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class LineSegment(TypedDict):
    """One piece of a call's line: what the customer went through, and for how long."""

    kind: Literal["menu", "wait", "ring", "talk", "hold", "outside", "voicemail", "wrap", "left"]
    s: float


class RecordingSummary(TypedDict):
    """A recording, as it is shown with its call."""

    id: str
    kind: Literal["call", "message"]
    state: Literal["open", "stored", "short", "empty", "missing", "refused", "deleted"]
    duration_s: float


class CallRow(TypedDict):
    """An ended call, as lists show it."""

    id: str
    at: str
    ended_at: str | None
    direction: Literal["inbound", "outbound", "internal", "callback"]
    number: str | None
    name: str | None
    contact_id: str | None
    queue: QueueRef | None
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
    missed: bool
    ended_by: Literal["caller", "called", "agent", "system", "third"] | None
    answered_at: str | None
    menu_s: float
    wait_s: float
    ring_s: float
    talk_s: float
    hold_s: float
    outside_s: float
    wrap_up_s: float
    line: list[LineSegment]
    recording: RecordingSummary | None
    restricted: bool


class CallPage(TypedDict):
    """One page of ended calls, newest first."""

    items: list[CallRow]
    next: str | None


Search = TypedDict(
    "Search",
    {
        "q": str,
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "direction": NotRequired[Literal["inbound", "outbound", "internal", "callback"] | None],
        "outcome": NotRequired[
            Literal[
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
            | None
        ],
        "queue_id": NotRequired[str | None],
        "agent_id": NotRequired[str | None],
        "disposition_id": NotRequired[str | None],
        "min_duration_s": NotRequired[int | None],
        "max_duration_s": NotRequired[int | None],
        "recorded": NotRequired[bool | None],
        "limit": NotRequired[int],
        "cursor": NotRequired[str | None],
    },
)


class CallFlowVersion(TypedDict):
    """The flow version that the call began with."""

    id: str
    version: int


class CallIvrAnswer(TypedDict):
    """What the caller chose in an IVR menu."""

    at: str
    node: str
    answer: str


class CallLegEnd(TypedDict):
    """Who was at one end of a leg: one of the organisation's users, or a contact."""

    user: UserRef | None
    contact_id: str | None


CallLegRow = TypedDict(
    "CallLegRow",
    {
        "from": CallLegEnd | None,
        "to": CallLegEnd | None,
        "id": str,
        "party": Literal["customer", "agent", "colleague", "outside", "supervisor"],
        "direction": Literal["in", "out"],
        "device_id": str | None,
        "began_at": str,
        "answered_at": str | None,
        "ended_at": str | None,
        "cause": int | None,
    },
)


class CallQueueVisit(TypedDict):
    """One stay of the call in a queue."""

    queue: QueueRef
    joined_at: str
    waited_s: float
    left: Literal["answered", "abandoned", "max_wait", "nobody", "full", "closed", "callback", "ended"] | None
    kept_place: bool


class CallAgentPart(TypedDict):
    """One agent who had the call; an agent who had it twice has two."""

    agent: UserRef
    came: Literal["offer", "transfer", "consult", "own_call", "callback", "take_over"]
    answered_at: str
    left_at: str | None
    talk_s: float
    hold_s: float
    wrap_up_s: float
    disposition_id: str | None


class CallTransferRow(TypedDict):
    """A transfer of the call."""

    at: str
    by: UserRef
    kind: Literal["blind", "attended"]
    to: Literal["agent", "queue", "flow", "outside"]
    to_id: str | None
    reached: bool | None


CallMonitorRow = TypedDict(
    "CallMonitorRow",
    {
        "from": str,
        "to": str | None,
        "user": UserRef,
        "mode": Literal["listen", "whisper", "barge"],
        "reason": str,
    },
)


class RecordingStopRow(TypedDict):
    """The caller stopped the recording of the call."""

    at: str
    by: Literal["key", "flow", "withdrawal"]
    recorded: Literal["delete", "keep"]


RecordingPause = TypedDict(
    "RecordingPause",
    {
        "from": str,
        "to": str | None,
        "by": UserRef | None,
    },
)


class CallTimelineEntry(TypedDict):
    """One journal event of the call, in words."""

    at: str
    event: str
    text: str


class OfferCandidate(TypedDict):
    """An agent who was looked at for an offer, and the reason for or against."""

    agent: UserRef
    chosen: bool
    code: str
    reason: str
    idle_s: float | None


class OfferOthers(TypedDict):
    """How many more agents of a large team were looked at, with the same reason."""

    code: str
    reason: str
    count: int


class CallOfferRow(TypedDict):
    """An agent who was rung for the call, and why this agent."""

    at: str
    agent: UserRef
    purpose: Literal["offer", "own_call", "consult"]
    outcome: str | None
    ring_s: float
    candidates: list[OfferCandidate]
    others: list[OfferOthers]


class CallDetail(TypedDict):
    """One call with everything that is known of it."""

    id: str
    at: str
    ended_at: str | None
    direction: Literal["inbound", "outbound", "internal", "callback"]
    number: str | None
    name: str | None
    contact_id: str | None
    queue: QueueRef | None
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
    missed: bool
    ended_by: Literal["caller", "called", "agent", "system", "third"] | None
    answered_at: str | None
    menu_s: float
    wait_s: float
    ring_s: float
    talk_s: float
    hold_s: float
    outside_s: float
    wrap_up_s: float
    line: list[LineSegment]
    recording: RecordingSummary | None
    restricted: bool
    origin_call_id: str | None
    end_reason: str | None
    attempts: int
    flow: CallFlowVersion | None
    menu: list[CallIvrAnswer]
    legs: list[CallLegRow]
    queues: list[CallQueueVisit]
    agents: list[CallAgentPart]
    transfers: list[CallTransferRow]
    monitors: list[CallMonitorRow]
    recorded_from: str | None
    recording_stopped: RecordingStopRow | None
    not_recorded: Literal["withdrawn", "objected", "restricted", "unknown", "test"] | None
    pauses: list[RecordingPause]
    timeline: list[CallTimelineEntry]
    offers: list[CallOfferRow]
    delete_at: str
    cause: int | None
    found_missing: bool


class RoutingDecisions(TypedDict):
    """Each offer of a call, in order, with the reasons for and against every agent who was looked at."""

    call_id: str
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
    offers: list[CallOfferRow]


class CallNoteAnswer(TypedDict):
    """The note of a call; `text` is empty while there is none."""

    call_id: str
    text: str
    version: int
    by: UserRef | None
    authors: list[UserRef]
    at: str | None
    may_write: bool


class CallNoteWish(TypedDict):
    """The whole note. An empty text removes it."""

    text: str


class LegQualityRow(TypedDict):
    """How the sound was between a phone and the PBX, over the whole call."""

    leg_id: str
    s: float
    round_trip_ms: float | None
    jitter_ms: float
    lost_received: float
    lost_sent: float | None
    mos: float
    cause: Literal["nothing", "loss", "sent_loss", "jitter", "delay"] | None


class CallQualityAnswer(TypedDict):
    """What phones told of a call. A leg whose phone told nothing is not in it."""

    legs: list[LegQualityRow]


class CallQualityWish(TypedDict):
    """What a phone measured over the whole call: means, and shares of packets."""

    s: float
    round_trip_ms: NotRequired[float | None]
    jitter_ms: float
    lost_received: float
    lost_sent: NotRequired[float | None]


class VconHeader(TypedDict):
    """Which certificates verify the signature."""

    alg: str
    x5c: list[str]
    uuid: str


class VconSignature(TypedDict):
    """The installation's signature (RFC 7515, 7.2.1)."""

    header: VconHeader
    protected: str
    signature: str


class SignedVcon(TypedDict):
    """A vCon in signed form: a JWS in General JSON Serialization."""

    payload: str
    signatures: list[VconSignature]


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


class DispositionGiven(TypedDict):
    """One of the dispositions that the call's queue takes."""

    disposition_id: str


def place(body: NewCall, *, idempotency_key: str | None = None) -> Request[PlacedCall]:
    """Places a call to a customer or a colleague. Your own phone rings first and answers by itself; then the other
    party is rung. 409 `phone_not_registered` where your phone could not ring.
    """
    return Request("POST", "/v1/calls", body=body, headers={"Idempotency-Key": idempotency_key})


def list_calls(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    from_: str | None = None,
    to: str | None = None,
    direction: Literal["inbound", "outbound", "internal", "callback"] | None = None,
    outcome: Literal[
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
    | None = None,
    queue_id: str | None = None,
    agent_id: str | None = None,
    disposition_id: str | None = None,
    min_duration_s: int | None = None,
    max_duration_s: int | None = None,
    recorded: bool | None = None,
) -> Request[CallPage]:
    """Lists ended calls, newest first. Who may read all calls gets all; an agent gets its own and those of its
    queues. Filters narrow this down; a call is listed if it fits all that are given. `from` and `to` are days in
    the organisation's time zone (`2026-11-24`; the last day is included) or instants (`2026-11-24T09:00:00Z`;
    `to` is not included), and are compared with when the call began. `disposition_id`, the durations and
    `recorded` look through a year at most (without `from`: the last one), and with them a page may have fewer
    calls than `limit`, or none, while others follow: read on until `next` is null. To filter by number, use `POST
    /v1/calls/search`, which takes the same filters: a number must not be in a URL.
    """
    return Request(
        "GET",
        "/v1/calls",
        query={
            "limit": limit,
            "cursor": cursor,
            "from": from_,
            "to": to,
            "direction": direction,
            "outcome": outcome,
            "queue_id": queue_id,
            "agent_id": agent_id,
            "disposition_id": disposition_id,
            "min_duration_s": min_duration_s,
            "max_duration_s": max_duration_s,
            "recorded": recorded,
        },
    )


def search(body: Search) -> Request[CallPage]:
    """Searches ended calls by the customer's number or name, or a part of it. A POST, since URLs are logged on the
    way and the words are personal data. Takes the filters of the list of calls, and answers with a page as the
    list does.
    """
    return Request("POST", "/v1/calls/search", body=body)


def read(call_id: str) -> Request[CallDetail]:
    """Returns a call: its timeline, legs, queues, agents, transfers, monitoring, and why each agent was rung. 404
    for a call that you may not see, and for one whose record is deleted. 403 `data_restricted` where the
    customer's data is kept and not used.
    """
    return Request("GET", f"/v1/calls/{part(call_id)}")


def explain_routing(call_id: str) -> Request[RoutingDecisions]:
    """Explains why agents were rung for a call: each offer in order, with the reasons for and against each
    candidate. It can be read while the call goes on, and afterwards. `reason` is in words; `code` is the same for
    programs.
    """
    return Request("GET", f"/v1/calls/{part(call_id)}/why")


def read_note(call_id: str) -> Request[CallNoteAnswer]:
    """Returns the note of a call, while the call goes on and afterwards. 404 for a call that you may not see. 403
    `data_restricted` where the customer's data is kept and not used.
    """
    return Request("GET", f"/v1/calls/{part(call_id)}/note")


def write_note(call_id: str, body: CallNoteWish, *, if_match: str | None = None) -> Request[CallNoteAnswer]:
    """Replaces the note of a call; an empty text removes it. Meant to be asked again and again, as it is typed. For
    who has or had the call, or whose phone it rings at; with `call_notes.write_all`, for who sees it. With `If-
    Match` nobody overwrites what another wrote meanwhile (412). It is deleted with the call's record. A day after
    the call a legal hold keeps it as it is (409 `legal_hold`). The audit log has a line of each user's first
    change of a note, and of its removal; a CRM is told the note as it is a minute after the call.
    """
    return Request("PUT", f"/v1/calls/{part(call_id)}/note", body=body, headers={"If-Match": if_match})


def read_quality(call_id: str) -> Request[CallQualityAnswer]:
    """Returns how an ended call sounded between the phones of agents and the PBX. 404 for a call that you may not
    see, and for one whose record is deleted. 403 `data_restricted` where the customer's data is kept and not
    used.
    """
    return Request("GET", f"/v1/calls/{part(call_id)}/quality")


def tell_quality(call_id: str, body: CallQualityWish, *, if_match: str | None = None) -> Request[None]:
    """Tells how a call sounded at your phone, on the leg that you spoke on last; told again, it replaces what was
    told. 404 for a call in which you did not speak. 409 for one that you left more than 15 minutes ago. `s`
    counts up to what the leg has lasted. The figures are of your line: with the call's record one can tell whose
    it was.
    """
    return Request(
        "PUT", f"/v1/calls/{part(call_id)}/quality", body=body, headers={"If-Match": if_match}, answer="nothing"
    )


def read_vcon(call_id: str) -> Request[SignedVcon]:
    """Returns a call that has ended as a signed vCon, the IETF's container for conversations. `payload` is the vCon
    as JSON, in base64url. Its recording is named by URL and SHA-512; `GET /v1/recordings/{recording_id}/vcon` has
    it inside. 409 call_live: the call goes on. 404 for a call that you may not see.
    """
    return Request("GET", f"/v1/calls/{part(call_id)}/vcon")


def set_disposition(
    call_id: str, body: DispositionGiven, *, idempotency_key: str | None = None
) -> Request[AgentSessionAnswer]:
    """Sets your disposition of a call, during the call or its wrap-up. Setting it again replaces it. 409
    `not_in_hand` where you do not have this call or its wrap-up is over. 422 for a disposition that the call's
    queue does not take.
    """
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/disposition", body=body, headers={"Idempotency-Key": idempotency_key}
    )
