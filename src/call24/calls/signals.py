"""What reaches a call: from the telephone network, from the desk, from people, from timers.

Signals are facts of the moment and are not stored; what follows from them is written down as events (events.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from call24.agents.candidate import Candidate
from call24.calls.model import OfferLeg
from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    FlowId,
    LegId,
    OfferId,
    QueueId,
    RecordingId,
    TenantId,
    UserId,
)


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all signals. ``at``: aware UTC, the network's own time where it gives one."""

    at: datetime


# --- from the telephone network (asterisk/ makes these) ---


class LegArrived(Signal, frozen=True, kw_only=True):
    """A customer's INVITE reached us; not yet answered. Opens a call.

    ``dialled`` and ``caller`` are as the carrier sent them (cleaned of all but ``+0-9*#``; caller may be empty);
    ``trunk`` is the SIP endpoint that it came through. ``speaks``: whether it offered a codec that we have.
    ``asserted``: the caller's number as the carrier vouches for it (P-Asserted-Identity), empty where it does not;
    ``withheld``: it asks that nobody is shown it (Privacy). Both count only from a trunk that is trusted with them.
    ``tls``, ``srtp``: whether its SIP came, and its sound will be, encrypted.
    """

    leg: LegId
    dialled: str
    caller: str
    caller_name: str
    trunk: str
    speaks: bool = True
    asserted: str = ""
    withheld: bool = False
    tls: bool = False
    srtp: bool = False


class LegRinging(Signal, frozen=True, kw_only=True):
    """The far phone says that it rings (SIP 180)."""

    leg: LegId


class LegAnswered(Signal, frozen=True, kw_only=True):
    """The far phone took the call and its media is set up (SIP 200 and channel up)."""

    leg: LegId


class LegEnded(Signal, frozen=True, kw_only=True):
    """The leg is gone, whoever ended it. ``cause``: Q.850, 0 where unknown (found missing after a restart).

    ``lost``: found missing together with the other side, so nobody knows who ended the call. ``why``: set where it was
    not the far side that hung up. unanswered: it does not answer to SIP any more, or never acknowledged our answer;
    no_media: it took the call without saying where to send sound; silent: a phone whose sound stopped arriving;
    minutes_used_up: the day's minutes were over. ``denied``: the code of the toll-fraud limit that let nothing ring.
    """

    leg: LegId
    cause: int
    lost: bool = False
    why: Literal["unanswered", "no_media", "silent", "minutes_used_up"] | None = None
    denied: str | None = None


class SoundEnded(Signal, frozen=True, kw_only=True):
    """A prompt was played to its end (or could not be played)."""

    leg: LegId
    playback_id: str


class MessageEnded(Signal, frozen=True, kw_only=True):
    """A voicemail message was ended by silence, ``#``, its limit, or the caller's hang-up."""

    leg: LegId
    recording_id: RecordingId


class DigitPressed(Signal, frozen=True, kw_only=True):
    """One DTMF digit from the far end."""

    leg: LegId
    digit: str


class RecorderTrouble(Signal, frozen=True, kw_only=True):
    """A recorder did not do what it was told. ``what``: start (no room, so nothing is recorded), or pause (it still
    records: nobody may believe that it does not)."""

    leg: LegId
    what: str


class LiveLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A channel as Asterisk reports it. ``call_id`` is the stamp that we put on it; None for a leg not yet taken."""

    leg: LegId
    call_id: CallId | None
    tenant_id: TenantId | None
    up: bool
    ringing: bool
    arrival: LegArrived | None = None


class PbxAway(Signal, frozen=True, kw_only=True):
    """The connection to Asterisk is lost; calls may go on without us."""


class PbxBack(Signal, frozen=True, kw_only=True):
    """Connected (again). ``legs`` is everything that lives there now: Asterisk replays nothing, so compare.

    ``bridges``: the ids of ours. ``began_at``: since when the PBX runs, where it says so. Calls that are older than
    that were lost with it.
    """

    legs: tuple[LiveLeg, ...]
    bridges: tuple[str, ...] = ()
    began_at: datetime | None = None


class PbxSeen(Signal, frozen=True, kw_only=True):
    """What lives there, looked at every few seconds while we are connected: an event can be lost, a command can fail.

    Older than what was told since, so only what is so in two looks in a row says anything.
    """

    legs: tuple[LiveLeg, ...]
    bridges: tuple[str, ...] = ()


NetworkSignal = (
    LegArrived
    | LegRinging
    | LegAnswered
    | LegEnded
    | SoundEnded
    | MessageEnded
    | DigitPressed
    | RecorderTrouble
    | PbxAway
    | PbxBack
    | PbxSeen
)


# --- from the desk ---


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """One agent whom the desk gives to a call; its session says so already. ``mobile``: its mobile number may be
    dialled."""

    offer_id: OfferId
    agent_id: UserId
    legs: tuple[OfferLeg, ...]
    mobile: bool = False


class CallerArrived(Signal, frozen=True, kw_only=True):
    """The first signal of every call: the dispatcher has found tenant, number and contact, and written it down."""


class AgentChosen(Signal, frozen=True, kw_only=True):
    """The desk gives this call an agent, or several who all ring. ``others``: how many more were looked at, by code."""

    offers: tuple[Chosen, ...]
    candidates: tuple[Candidate, ...] = ()
    others: Mapping[str, int] = {}


class PhoneRegistered(Signal, frozen=True, kw_only=True):
    """A phone of an agent has registered whose offer had none. ``legs``: fresh ones, for all its devices."""

    agent_id: UserId
    legs: tuple[OfferLeg, ...]


class NobodyThere(Signal, frozen=True, kw_only=True):
    """Nobody who could take this call is signed in: waiting would be in vain."""


class QueueFull(Signal, frozen=True, kw_only=True):
    """As many callers wait in the queue as may."""


class PlaceTold(Signal, frozen=True, kw_only=True):
    """``position``: 1 is next. ``low_s`` to ``high_s``: the wait still to come, right in 80 of 100 cases.

    None: unknown.
    """

    position: int
    low_s: float | None = None
    high_s: float | None = None


class ColleagueReserved(Signal, frozen=True, kw_only=True):
    """The consulted colleague is free, and its session offered."""

    chosen: Chosen


class ColleagueBusy(Signal, frozen=True, kw_only=True):
    """``reason``: the state that keeps the colleague from it."""

    agent_id: UserId
    reason: str


# --- from people and timers ---


class AgentRequest(Signal, frozen=True, kw_only=True):
    """An intent of the agent who has the call (or is offered it, or consulted in it)."""

    agent_id: UserId


class DeclineRequested(AgentRequest, frozen=True, kw_only=True):
    """``by``: the supervisor who ends a stuck offer; None: the agent."""

    by: UserId | None = None


class HangUpRequested(AgentRequest, frozen=True, kw_only=True):
    pass


class HoldRequested(AgentRequest, frozen=True, kw_only=True):
    pass


class ResumeRequested(AgentRequest, frozen=True, kw_only=True):
    pass


class MuteRequested(AgentRequest, frozen=True, kw_only=True):
    on: bool


class DigitsRequested(AgentRequest, frozen=True, kw_only=True):
    """``digits``: of 0-9*#, at most 32."""

    digits: str


class TransferTarget(msgspec.Struct, frozen=True, kw_only=True):
    """Whereto: exactly one of these. ``contact_id`` stands for an outside number."""

    agent_id: UserId | None = None
    queue_id: QueueId | None = None
    flow_id: FlowId | None = None
    contact_id: ContactId | None = None


class TransferRequested(AgentRequest, frozen=True, kw_only=True):
    """Blind: the agent is out at once."""

    to: TransferTarget


class ConsultRequested(AgentRequest, frozen=True, kw_only=True):
    """``to``: a colleague or an outside number."""

    to: TransferTarget


class SwapRequested(AgentRequest, frozen=True, kw_only=True):
    """Change between the customer and the consult party; who is left hears music."""


class CompleteRequested(AgentRequest, frozen=True, kw_only=True):
    """Leave the customer with the consult party."""


class CancelRequested(AgentRequest, frozen=True, kw_only=True):
    """Let the consult party go, back to the customer."""


class ConferenceRequested(AgentRequest, frozen=True, kw_only=True):
    pass


class DropRequested(AgentRequest, frozen=True, kw_only=True):
    """Out of a conference with the consult party."""


class RecordRequested(AgentRequest, frozen=True, kw_only=True):
    pass


class PauseRecordingRequested(AgentRequest, frozen=True, kw_only=True):
    pass


class ResumeRecordingRequested(AgentRequest, frozen=True, kw_only=True):
    pass


class ReattachRequested(AgentRequest, frozen=True, kw_only=True):
    """The agent's page was reloaded: ring this device again and swap it in for the old leg."""

    device_id: DeviceId
    leg: LegId


class MonitorRequested(Signal, frozen=True, kw_only=True):
    """A supervisor wants to hear the call, or to hear it in another way. ``chosen``: its devices, for a first time."""

    user_id: UserId
    mode: str
    reason: str
    chosen: Chosen


class MonitorEndRequested(Signal, frozen=True, kw_only=True):
    user_id: UserId


class TakeOverRequested(Signal, frozen=True, kw_only=True):
    """The supervisor who hears the call becomes its agent."""

    user_id: UserId
    reason: str


class ConsentWithdrawn(Signal, frozen=True, kw_only=True):
    """The customer said elsewhere, while the call goes on, that their calls are not to be recorded."""


class EndRequested(Signal, frozen=True, kw_only=True):
    """A supervisor ends a call, or takes a callback off the list; or the customer was reached otherwise (None)."""

    user_id: UserId | None
    reason: str


class TimerFired(Signal, frozen=True, kw_only=True):
    name: str


class Recovered(Signal, frozen=True, kw_only=True):
    """The call was taken over after a restart; its missing legs have been reported as ended before this.

    ``unrung``: legs of the running offers that the network does not have: never rung, or no more.
    """

    unrung: tuple[LegId, ...] = ()
