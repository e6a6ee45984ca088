"""What a call record (CDR) holds. It has no name and no number: those are joined from contacts/ when somebody looks.

How each field comes from the journal is in call_record.py and the files beside it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from call24.agents.candidate import AGENT, Candidate
from call24.calls.model import StoppedBy
from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Category,
    Recipient,
    WithCall,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    DispositionId,
    FlowId,
    LegId,
    NumberId,
    OfferId,
    QueueId,
    RecordingId,
    TenantId,
    UserId,
)
from call24.tenants.model import StoppedRecording

CALLER = of_caller(Category.ID, "whose call it was", recipients=(Recipient.OWN_SERVER, Recipient.DOWNLOAD))
LISTENER = of_user(Category.ID, "who listened to a call, and why")
CHOICE = of_caller(Category.BEHAVIOR, "which way the caller took through the menus")
RESULT = of_caller(Category.BEHAVIOR, "what the call was about, as the agent chose")
DECLINED = of_caller(Category.BEHAVIOR, "why the call was not recorded: the caller had said no")
SHELF = of_user(Category.ID, "in whose pages of history the call is found")
SHOWN = of_caller(
    Category.ID, "showing the history of calls quickly", untold="some of the other fields again, packed together"
)


class Outcome(StrEnum):
    """Exactly one per call, the first that is true. ``open`` only while it goes on.

    From a customer: answered: an agent talked to it. forwarded: an outside party did, and no agent. callback: it chose
    to be called back. voicemail: a message was begun. turned_away: the organisation's settings ended the call (a flow's
    or a queue's hang-up). abandoned: it left while it waited for somebody, or was rung for. abandoned_in_menu: it left
    and had not waited for anybody yet. failed: the system ended it.
    To a customer, or internal: answered: the other end did. cancelled: the agent gave up, or its own phone did not
    answer. busy: also declined. no_answer. failed: the network could not do it.
    Of a callback: answered: the customer talked to an agent. cancelled: taken off the list, or the customer was
    reached otherwise. not_reached: all attempts were in vain. expired: its time was up. failed.
    """

    OPEN = "open"
    ANSWERED = "answered"
    FORWARDED = "forwarded"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    TURNED_AWAY = "turned_away"
    ABANDONED = "abandoned"
    ABANDONED_IN_MENU = "abandoned_in_menu"
    CANCELLED = "cancelled"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_REACHED = "not_reached"
    EXPIRED = "expired"
    FAILED = "failed"


class LinePiece(msgspec.Struct, frozen=True, kw_only=True):
    kind: Annotated[str, STATE]
    s: Annotated[float, MEASURE]


class OfferRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One agent who was rung, how it ended (None: still rings), and why this agent.

    ``purpose``: offer (for the customer), own_call (the agent's own phone first), consult (a colleague who was asked,
    or is called). Of several who were rung at once, the first has the candidates; of a large team only those who
    matter, and ``others`` says how many more were looked at, by code.
    """

    offer_id: Annotated[OfferId, REFERENCE]
    agent_id: Annotated[UserId, AGENT]
    at: Annotated[datetime, TIME]
    outcome: Annotated[str | None, STATE]
    ring_s: Annotated[float, MEASURE]
    candidates: Annotated[tuple[Candidate, ...], STATE]
    purpose: Annotated[str, STATE] = "offer"
    others: Annotated[dict[str, int], MEASURE] = {}


class RanFlow(msgspec.Struct, frozen=True, kw_only=True):
    """The flow version that the call began with."""

    flow_id: Annotated[FlowId, REFERENCE]
    version: Annotated[int, STATE]


class QueueVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One stay in a queue. ``left``: answered, abandoned, max_wait, nobody, full, closed, callback, ended (by us); None
    while it lasts. ``waited_s`` counts from joining, rings included; ``since`` is the place in the line, which may be
    older."""

    queue_id: Annotated[QueueId, REFERENCE]
    joined_at: Annotated[datetime, TIME]
    left: Annotated[str | None, STATE] = None
    waited_s: Annotated[float, MEASURE] = 0.0
    kept_place: Annotated[bool, STATE] = False
    since: Annotated[datetime | None, TIME] = None


class AgentPart(msgspec.Struct, frozen=True, kw_only=True):
    """One agent who had the call, once for each time.

    ``came``: offer, transfer (of a colleague, to this agent), consult, own_call, callback, take_over. ``answered_at``:
    when its phone took the call. ``talk_s``: spoke with the customer, or as the colleague with whoever asked;
    ``hold_s``: the customer waited meanwhile (a colleague: waited itself).
    """

    agent_id: Annotated[UserId, AGENT]
    came: Annotated[str, STATE]
    answered_at: Annotated[datetime, TIME]
    left_at: Annotated[datetime | None, TIME] = None
    talk_s: Annotated[float, MEASURE] = 0.0
    hold_s: Annotated[float, MEASURE] = 0.0
    wrap_up_s: Annotated[float, MEASURE] = 0.0
    disposition_id: Annotated[DispositionId | None, RESULT] = None


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """``kind``: blind or attended. ``to``: agent, queue, flow or outside, and ``to_id`` which (an outside party's is a
    contact). ``reached``: None while it is not decided."""

    at: Annotated[datetime, TIME]
    by: Annotated[UserId, AGENT]
    kind: Annotated[str, STATE]
    to: Annotated[str, STATE]
    to_id: Annotated[str | None, CALLER]
    reached: Annotated[bool | None, STATE] = None


class MenuAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``answer``: the digit, timeout or invalid."""

    at: Annotated[datetime, TIME]
    node_id: Annotated[str, REFERENCE]
    answer: Annotated[str, CHOICE]


class MonitoringPart(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor in the call, once for each mode: listen, whisper, barge."""

    user_id: Annotated[UserId, LISTENER]
    mode: Annotated[str, STATE]
    reason: Annotated[str, STATE]
    since: Annotated[datetime, TIME]
    until: Annotated[datetime | None, TIME] = None


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """The recording was silent. ``by``: who paused it."""

    since: Annotated[datetime, TIME]
    until: Annotated[datetime | None, TIME] = None
    by: Annotated[UserId | None, AGENT] = None


class CallLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One party's part in the call, as the call knew it. ``party``: what it began as: customer, agent, colleague,
    outside, supervisor; ``direction``: in (it rang us) or out (it was rung).

    ``answered_at``: when the call took it as answered; a customer's call is taken at once. ``ended_at``: when the call
    had no more to do with it. ``cause``: Q.850, where the network ended it and said so.
    """

    leg: Annotated[LegId, REFERENCE]
    party: Annotated[str, STATE]
    direction: Annotated[str, STATE]
    user_id: Annotated[UserId | None, AGENT] = None
    device_id: Annotated[DeviceId | None, AGENT] = None
    contact_id: Annotated[ContactId | None, CALLER] = None
    began_at: Annotated[datetime, TIME]
    answered_at: Annotated[datetime | None, TIME] = None
    ended_at: Annotated[datetime | None, TIME] = None
    cause: Annotated[int | None, STATE] = None


class RecordingStop(msgspec.Struct, frozen=True, kw_only=True):
    """The customer stopped the recording. `by`: key, flow; `recorded`: what became of what there was: delete, keep."""

    at: Annotated[datetime, TIME]
    by: Annotated[StoppedBy, STATE]
    recorded: Annotated[StoppedRecording, STATE]


@document("call_records", tenant=True, kept=WithCall("id"))
class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds are exact to the millisecond; menu + wait + ring + talk + hold + outside + voicemail = from the beginning
    to the end.

    ``arrived_at``: the beginning, whoever called. ``queue_id``: the first queue, ``queues`` all of them. ``agent_id``:
    the last agent who had the customer, ``agents`` all. ``end_reason``: why the system ended it, where it did.
    ``attempts``: how often a callback's customer was rung in vain. ``missed``: abandoned after waiting a while:
    somebody should call back. ``found_in`` and ``row`` are for pages of history, see history_row.py.
    """

    id: Annotated[CallId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    direction: Annotated[str, STATE] = "inbound"
    origin_call_id: Annotated[CallId | None, REFERENCE] = None
    number_id: Annotated[NumberId | None, REFERENCE]
    flow: Annotated[RanFlow | None, STATE] = None
    queue_id: Annotated[QueueId | None, REFERENCE]
    contact_id: Annotated[ContactId | None, CALLER]
    agent_id: Annotated[UserId | None, AGENT]
    arrived_at: Annotated[datetime, TIME]
    queued_at: Annotated[datetime | None, TIME]
    answered_at: Annotated[datetime | None, TIME]
    ended_at: Annotated[datetime | None, TIME]
    outcome: Annotated[Outcome, STATE]
    ended_by: Annotated[str | None, STATE]
    end_reason: Annotated[str | None, STATE] = None
    cause: Annotated[int | None, STATE]
    found_missing: Annotated[bool, STATE]
    missed: Annotated[bool, STATE] = False
    menu_s: Annotated[float, MEASURE] = 0.0
    wait_s: Annotated[float, MEASURE]
    ring_s: Annotated[float, MEASURE]
    talk_s: Annotated[float, MEASURE]
    hold_s: Annotated[float, MEASURE]
    outside_s: Annotated[float, MEASURE] = 0.0
    voicemail_s: Annotated[float, MEASURE]
    wrap_up_s: Annotated[float, MEASURE]
    line: Annotated[tuple[LinePiece, ...], MEASURE]
    offers: Annotated[tuple[OfferRecord, ...], STATE]
    legs: Annotated[tuple[CallLeg, ...], STATE] = ()
    queues: Annotated[tuple[QueueVisit, ...], STATE] = ()
    agents: Annotated[tuple[AgentPart, ...], STATE] = ()
    transfers: Annotated[tuple[Transfer, ...], STATE] = ()
    menu: Annotated[tuple[MenuAnswer, ...], STATE] = ()
    task_queue_id: Annotated[QueueId | None, REFERENCE] = None
    monitors: Annotated[tuple[MonitoringPart, ...], STATE] = ()
    attempts: Annotated[int, MEASURE] = 0
    recording_id: Annotated[RecordingId | None, REFERENCE]
    recorded_from: Annotated[datetime | None, TIME] = None
    recording_refused: Annotated[bool, STATE] = False
    recording_stopped: Annotated[RecordingStop | None, STATE] = None
    not_recorded: Annotated[str | None, DECLINED] = None
    pauses: Annotated[tuple[Pause, ...], STATE] = ()
    message_id: Annotated[RecordingId | None, REFERENCE]
    delete_at: Annotated[datetime, TIME]
    found_in: Annotated[tuple[str, ...], SHELF] = ()
    row: Annotated[bytes | None, SHOWN] = None

    @property
    def is_test(self) -> bool:
        """A test call's, which goes with the next sweep: nothing is made of it."""
        return self.delete_at <= self.arrived_at

    def had(self, user_id: UserId) -> bool:
        """Whether this agent ever had the call."""
        return self.agent_id == user_id or any(part.agent_id == user_id for part in self.agents)
