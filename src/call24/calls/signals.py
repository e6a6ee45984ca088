"""What reaches a call: from the telephone network, from the desk, from people, from timers.

Signals are facts of the moment and are not stored; what follows from them is written down as events (events.py).
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.kit.ids import CallId, DeviceId, LegId, OfferId, RecordingId, TenantId, UserId


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all signals. ``at``: aware UTC, the network's own time where it gives one."""

    at: datetime


# --- from the telephone network (asterisk/ makes these) ---


class LegArrived(Signal, frozen=True, kw_only=True):
    """A customer's INVITE reached us; not yet answered. Opens a call.

    ``dialled`` and ``caller`` are as the carrier sent them (cleaned of all but ``+0-9*#``; caller may be empty);
    ``trunk`` is the SIP endpoint that it came through.
    """

    leg: LegId
    dialled: str
    caller: str
    caller_name: str
    trunk: str


class LegRinging(Signal, frozen=True, kw_only=True):
    """The far phone says that it rings (SIP 180)."""

    leg: LegId


class LegAnswered(Signal, frozen=True, kw_only=True):
    """The far phone took the call and its media is set up (SIP 200 and channel up)."""

    leg: LegId


class LegEnded(Signal, frozen=True, kw_only=True):
    """The leg is gone, whoever ended it. ``cause``: Q.850, 0 where unknown (found missing after a restart).

    ``lost``: found missing together with the other side, so nobody knows who ended the call.
    """

    leg: LegId
    cause: int
    lost: bool = False


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

    ``began_at``: since when the PBX runs, where it says so. Calls that are older than that were lost with it.
    """

    legs: tuple[LiveLeg, ...]
    began_at: datetime | None = None


NetworkSignal = (
    LegArrived | LegRinging | LegAnswered | LegEnded | SoundEnded | MessageEnded | DigitPressed | PbxAway | PbxBack
)


# --- from the desk ---


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One agent who was looked at for an offer, and the reason for or against, as a stable code of routing/rules.py."""

    agent_id: UserId
    chosen: bool
    reason: str
    idle_s: float | None = None


class OfferedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One device of the chosen agent that is to ring."""

    leg: LegId
    device_id: DeviceId


class CallerArrived(Signal, frozen=True, kw_only=True):
    """The dispatcher has found tenant, number, queue and contact for an arriving leg."""

    leg: LegId


class AgentChosen(Signal, frozen=True, kw_only=True):
    """The desk gives this call an agent (whose session it already holds as offered)."""

    offer_id: OfferId
    agent_id: UserId
    legs: tuple[OfferedLeg, ...]
    candidates: tuple[Candidate, ...]


class NobodyThere(Signal, frozen=True, kw_only=True):
    """No member of the queue is signed in: waiting would be in vain."""


# --- from people and timers ---


class DeclineRequested(Signal, frozen=True, kw_only=True):
    agent_id: UserId


class HangUpRequested(Signal, frozen=True, kw_only=True):
    agent_id: UserId


class HoldRequested(Signal, frozen=True, kw_only=True):
    agent_id: UserId


class ResumeRequested(Signal, frozen=True, kw_only=True):
    agent_id: UserId


class ReattachRequested(Signal, frozen=True, kw_only=True):
    """The agent's page was loaded anew: ring this device again and swap it in for the old leg."""

    agent_id: UserId
    device_id: DeviceId
    leg: LegId


class TimerFired(Signal, frozen=True, kw_only=True):
    name: str


class Recovered(Signal, frozen=True, kw_only=True):
    """The call was taken over after a restart; its missing legs have been reported as ended before this.

    ``unrung``: legs of the running offer that the network does not have because they were never rung.
    """

    unrung: tuple[LegId, ...] = ()
